import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "@slack/web-api/dist/types/request/manifest.js";
import { Ajv, type ValidateFunction } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const root = join(import.meta.dirname, "..");

/** What the code calls, and nothing more. The type refuses scopes that Slack does not have; its schema does not. */
const scopes = [
  "chat:write",
  "commands",
  "usergroups:read",
  "users:read",
  "channels:history",
  "groups:history",
  "channels:read",
  "groups:read",
] as const satisfies NonNullable<NonNullable<Manifest["oauth_config"]>["scopes"]>["bot"];

const read = z.object({
  features: z.object({ slash_commands: z.array(z.object({ command: z.string(), url: z.url() })) }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    interactivity: z.object({ is_enabled: z.boolean(), request_url: z.url() }),
    socket_mode_enabled: z.boolean(),
  }),
});

let written: unknown;
let valid: ValidateFunction;
beforeAll(async () => {
  written = parse(await readFile(join(root, "manifest.yml"), "utf8"));
  const schema = await readFile(join(root, "test/fixtures/slack/slack-manifest.schema.2.0.0.json"), "utf8");
  valid = new Ajv({ strict: false, logger: false }).compile(JSON.parse(schema));
});

describe("manifest.yml", () => {
  it("is a manifest by Slack's own schema", () => {
    expect([valid(written), valid.errors]).toEqual([true, null]);
    expect(valid(Object.assign({ unknown: true }, written))).toBe(false);
  });

  it("asks for exactly the scopes that are used", () => {
    expect(read.parse(written).oauth_config.scopes.bot).toEqual(scopes);
  });

  it("sends commands and clicks to the path that the server has", () => {
    const { features, settings } = read.parse(written);
    const urls = [...features.slash_commands.map(({ url }) => url), settings.interactivity.request_url];
    expect(urls.map((url) => new URL(url).pathname)).toEqual(["/slack/events", "/slack/events"]);
    expect(features.slash_commands.map(({ command }) => command)).toEqual(["/deploy"]);
    expect(settings).toMatchObject({ socket_mode_enabled: false, interactivity: { is_enabled: true } });
  });

  it("is still a manifest when it is switched to Socket Mode as its comment says", () => {
    const text = JSON.stringify(written)
      .replace('"socket_mode_enabled":false', '"socket_mode_enabled":true')
      .replace(/,"(url|request_url)":"[^"]+"/g, "");
    expect(text).not.toContain("https://");
    expect([valid(JSON.parse(text)), valid.errors]).toEqual([true, null]);
  });
});
