import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../src/config/environment.ts";
import { parseRedisUrl } from "../../src/config/redis-address.ts";

const least = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "shh" };

function read(env: NodeJS.ProcessEnv) {
  const answer = readEnvironment(env);
  if (answer.kind === "mistakes") throw new Error(JSON.stringify(answer.mistakes));
  return answer.environment;
}

function mistakes(env: NodeJS.ProcessEnv): string[] {
  const answer = readEnvironment(env);
  return answer.kind === "mistakes"
    ? answer.mistakes.map(({ where, message }) => `${where}: ${message}`)
    : [];
}

describe("the environment", () => {
  it("needs a bot token and a signing secret, and has a default for the rest", () => {
    expect(read(least)).toEqual({
      configPath: "./holdpoint.yml",
      slack: { botToken: "xoxb-1", mode: { kind: "http", signingSecret: "shh" } },
      dataDir: ".holdpoint",
      listen: { host: "0.0.0.0", port: 3000 },
      logLevel: "info",
    });
  });

  it("takes Socket Mode when there is an app token, whatever else there is", () => {
    expect(read({ ...least, SLACK_APP_TOKEN: "xapp-1" }).slack.mode).toEqual({
      kind: "socket",
      appToken: "xapp-1",
    });
  });

  it("takes an empty variable for one that is not set", () => {
    const empty = {
      SLACK_APP_TOKEN: "",
      REDIS_URL: "",
      PORT: "",
      HOLDPOINT_EVENTS_KEY: "",
      HOLDPOINT_CONFIG: "",
    };
    expect(read({ ...least, ...empty })).toEqual(read(least));
  });

  it("names every mistake at once", () => {
    const wrong = { SLACK_BOT_TOKEN: "xoxp-1", PORT: "70000", REDIS_URL: "http://x", LOG_LEVEL: "loud" };
    expect(mistakes(wrong).map((text) => text.split(":")[0])).toEqual([
      "SLACK_BOT_TOKEN",
      "REDIS_URL",
      "PORT",
      "LOG_LEVEL",
      "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN",
    ]);
  });

  it("never repeats a secret", () => {
    const secrets = { SLACK_BOT_TOKEN: "s3cr3t", SLACK_APP_TOKEN: "s3cr3t", REDIS_URL: "redis://:s3cr3t@" };
    expect(mistakes(secrets)).toHaveLength(3);
    expect(mistakes(secrets).join()).not.toContain("s3cr3t");
  });
});

describe("REDIS_URL", () => {
  it.each([
    ["redis://localhost", { kind: "single", url: "redis://localhost" }],
    ["rediss://u:p@host:6380/2", { kind: "single", url: "rediss://u:p@host:6380/2" }],
    [
      "redis-sentinel://a:1,b/primary",
      {
        kind: "sentinel",
        sentinels: [
          { host: "a", port: 1 },
          { host: "b", port: 26379 },
        ],
        name: "primary",
      },
    ],
    [
      "redis-sentinel://u:p%40ss@a:1/primary/3",
      {
        kind: "sentinel",
        sentinels: [{ host: "a", port: 1 }],
        name: "primary",
        db: 3,
        username: "u",
        password: "p@ss",
      },
    ],
    [
      "rediss://:secret@a:1,rediss://b",
      {
        kind: "cluster",
        nodes: [
          { host: "a", port: 1 },
          { host: "b", port: 6379 },
        ],
        tls: true,
        password: "secret",
      },
    ],
    [
      "rediss-sentinel://a:1/primary?family=6",
      {
        kind: "sentinel",
        sentinels: [{ host: "a", port: 1 }],
        name: "primary",
        tls: true,
        family: 6,
      },
    ],
    [
      "redis-sentinel://:p@[::1]:1,[fe80::2]/primary?keyPrefix=team-a%3A&db=2",
      {
        kind: "sentinel",
        sentinels: [
          { host: "::1", port: 1 },
          { host: "fe80::2", port: 26379 },
        ],
        name: "primary",
        password: "p",
        db: 2,
        keyPrefix: "team-a:",
      },
    ],
    [
      "redis://[::1]:7000,[2001:db8::1]:7001",
      {
        kind: "cluster",
        nodes: [
          { host: "::1", port: 7000 },
          { host: "2001:db8::1", port: 7001 },
        ],
        tls: false,
      },
    ],
    [
      "rediss://a,rediss://u:p%2Fq%2C@b:2/0?keyPrefix=k",
      {
        kind: "cluster",
        nodes: [
          { host: "a", port: 6379 },
          { host: "b", port: 2 },
        ],
        tls: true,
        username: "u",
        password: "p/q,",
        keyPrefix: "k",
      },
    ],
    ["redis://[::1]:6379/2", { kind: "single", url: "redis://[::1]:6379/2" }],
    [
      "rediss://u:p%23@h?family=6&keyPrefix=a:&db=1&connectionName=holdpoint",
      { kind: "single", url: "rediss://u:p%23@h?family=6&keyPrefix=a:&db=1&connectionName=holdpoint" },
    ],
  ])("reads %s", (text, address) => {
    expect(parseRedisUrl(text)).toEqual({ kind: "address", address });
  });

  const messageOf = (text: string): string => {
    const parsed = parseRedisUrl(text);
    return parsed.kind === "mistake" ? parsed.message : "";
  };

  it.each(["#", "/", "?", "%", ","])("says how to write a password with %s in it", (character) => {
    for (const url of [
      `redis://:s3cr${character}3t@host:6379`,
      `redis://user:12${character}z4@host:6379/0`,
      `rediss://:s3cr${character}3t@a,rediss://b`,
      // Sentinels have one login, before the first: a comma in it separates nothing.
      ...(character === "," ? [] : [`redis-sentinel://u:s3cr${character}3t@a:1/primary`]),
    ]) {
      expect([url, messageOf(url)]).toEqual([url, expect.stringContaining("percent-encode")]);
      expect(messageOf(url)).not.toMatch(/s3cr|3t|z4@/);
    }
  });

  it.each(["enableOfflineQueue=true", "maxRetriesPerRequest=20", "password=s3cr3t", "ssl_cert_reqs=none"])(
    "does not let %s replace what Holdpoint sets",
    (option) => {
      for (const url of [
        `redis://host:1?${option}`,
        `redis://a,redis://b?${option}`,
        `redis-sentinel://a:1/primary?${option}`,
      ]) {
        expect(messageOf(url)).toContain(`does not read (${option.split("=")[0]})`);
        expect(messageOf(url)).not.toContain("s3cr3t");
      }
    },
  );

  it.each([
    "localhost:6379",
    "http://localhost",
    "redis://",
    "redis://a,rediss://b",
    "redis-sentinel://a:1",
    "redis-sentinel:///primary",
    "redis-sentinel://a:1/primary/x",
    "redis://a:%zz@b",
    "redis://a/db",
    "redis://a?db=x",
    "redis://a?family=5",
    "redis://a/1,redis://b/1",
    "redis://a,redis://b?db=1",
  ])("refuses %s", (text) => {
    expect(parseRedisUrl(text).kind).toBe("mistake");
  });
});
