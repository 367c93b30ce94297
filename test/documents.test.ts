import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createClients } from "../src/aws/client/clients.ts";
import { permissions as announcements } from "../src/aws/eventbridge.ts";
import { allSystems } from "../src/aws/index.ts";
import { resolvePolicies } from "../src/config/routes.ts";
import { fileSchema } from "../src/config/schema.ts";
import { ruleNames } from "../src/handlers/deployment.ts";
import type { Policy } from "../src/handlers/policy.ts";
import type { System } from "../src/handlers/ports.ts";
import { createTelemetry } from "../src/telemetry.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const readme = read("README.md");
const systems = allSystems(createClients([]), createTelemetry({ level: "silent" }));

const statement = z.object({
  Sid: z.string(),
  Effect: z.literal("Allow"),
  Action: z.array(z.string()),
  Resource: z.union([z.string(), z.array(z.string())]),
});
const policy = z.object({ Version: z.literal("2012-10-17"), Statement: z.array(statement) });

/** "action on resource", as the IAM policy under this summary grants it. */
function granted(summary: string): readonly string[] {
  const text = readme.split(`<summary>${summary}`)[1]?.split("```json\n")[1]?.split("```")[0] ?? "null";
  const { Statement } = policy.parse(JSON.parse(text));
  expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
  const pairs = Statement.flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => [Resource].flat().map((resource) => `${action} on ${resource}`)),
  );
  // Alarms are read by several systems, each of which can be left out with its own statements.
  return [...new Set(pairs)].sort();
}

function needed(some: readonly Pick<System, "permissions">[]): readonly string[] {
  const pairs = some.flatMap(({ permissions }) =>
    permissions.flatMap(({ actions, resource }) => actions.map((action) => `${action} on ${resource}`)),
  );
  return [...new Set(pairs)].sort();
}

describe("README.md", () => {
  it("says what the systems declare: else run npx tsx scripts/tables.mjs", () => {
    const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
    const { status, stderr } = spawnSync(process.execPath, [tsx, "scripts/tables.mjs", "--check"], {
      cwd: root,
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("grants exactly what the systems call, and keeps apart what few need", () => {
    expect(granted("IAM policy of the role")).toEqual(needed(systems.filter(({ optIn }) => optIn !== true)));
    for (const system of systems.filter(({ optIn }) => optIn === true))
      expect(granted(`In addition, only where ${system.title}`)).toEqual(needed([system]));
    expect(granted("In addition, only where `announce`")).toEqual(needed([{ permissions: announcements }]));
  });

  it("has a rule for each source, which takes exactly what its system listens to", () => {
    const pattern = z.object({ source: z.array(z.string()), "detail-type": z.array(z.string()) });
    const rules = [...readme.matchAll(/put-rule --name (\S+) --event-pattern \\\n\s+'([^']+)'/g)];
    expect(rules.map(([, , text = ""]) => pattern.parse(JSON.parse(text)))).toEqual(
      systems
        .toSorted((a, b) => Number(a.optIn === true) - Number(b.optIn === true))
        .flatMap(({ listensTo }) =>
          listensTo.map(({ source, detailTypes }) => ({ source: [source], "detail-type": detailTypes })),
        ),
    );
    for (const [, name = ""] of rules) expect(name).toMatch(/^holdpoint-[a-z]+$/);
    expect(new Set(rules.map(([, name]) => name)).size).toBe(rules.length);
  });

  it("names every variable that is read", () => {
    const variables = [...read("src/config/environment.ts").matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
      ([, name]) => name,
    );
    expect(variables).toContain("SLACK_BOT_TOKEN");
    expect(variables.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(["Follow one event", "Follow one click"])("%s takes eight files at most", (title) => {
    const section = new RegExp(`^## ${title}\n(.*?)^## `, "ms").exec(readme)?.[1] ?? "";
    const steps = section.match(/^\d+\. /gm) ?? [];
    expect(steps.length).toBeGreaterThan(4);
    expect(steps.length).toBeLessThanOrEqual(8);
  });
});

/** What the policy makes of each action. */
function rulesOf(rules: Readonly<Record<string, unknown>>): Policy["rules"] {
  const file = fileSchema.parse({
    accounts: { "111122223333": { regions: ["eu-west-1"] } },
    routes: [{ match: { system: "ecs" }, channel: "C0123456789", policy: "one" }],
    policies: { one: { approvers: ["user:U0000000A"], ...rules } },
  });
  return resolvePolicies(file).policies.get("one")?.rules ?? {};
}

it("takes one approval and no reason for an action that a policy does not mention", () => {
  const usual = expect.objectContaining({ approvals: 1, reason: "optional" });
  expect(rulesOf({})).toEqual(Object.fromEntries(ruleNames.map((action) => [action, usual])));
});

it.each(["README.md", "holdpoint.example.yml"])(
  "%s says which actions follow the rule of another one",
  (document) => {
    const text = read(document).replaceAll(/\s+#?\s*/g, " ");
    const told = new Set(text.match(/`[a-z-]+` takes the rule of `[a-z-]+`/g));
    const following = ruleNames.flatMap((other) => {
      const marked = rulesOf({ [other]: { approvers: ["user:U0000000B"] } });
      return ruleNames
        .filter((one) => one !== other && JSON.stringify(marked[one]).includes("U0000000B"))
        .map((one) => `\`${one}\` takes the rule of \`${other}\``);
    });
    expect(following.length).toBeGreaterThan(0);
    expect(told).toEqual(new Set(following));
  },
);

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

it.each(documents)("%s links to files that exist", (document) => {
  const links = [...read(document).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
  expect(links.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([]);
});

it("names only tests that exist", () => {
  const named = documents.flatMap((document) => [...read(document).matchAll(/`(test\/[\w./-]+\.ts)`/g)]);
  expect(named.length).toBeGreaterThan(20);
  // The guide names the files that a reader is about to write.
  const absent = named.flatMap(([, file = ""]) =>
    existsSync(join(root, file)) || file.startsWith("test/aws/codepipeline/") ? [] : [file],
  );
  expect(absent).toEqual([]);
});

describe("what the code cites", () => {
  const files = ["src", "test", "fakes", "demo"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:tsx?|lua|mjs)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  /** Each match of the pattern, with the file that it stands in. */
  function cited(pattern: RegExp): readonly { readonly file: string; readonly groups: readonly string[] }[] {
    return files.flatMap((file) =>
      [...read(file).matchAll(pattern)].map(([, ...groups]) => ({ file, groups })),
    );
  }

  it("of promises is a heading of docs/promises.md", () => {
    const promises = new Set([...read("docs/promises.md").matchAll(/^## (P\d+): /gm)].map(([, it]) => it));
    const lists = cited(/\((P\d+(?:, P\d+)*)\)/g);
    const absent = lists.filter(({ groups: [list = ""] }) =>
      list.split(", ").some((it) => !promises.has(it)),
    );
    expect(lists.length).toBeGreaterThan(40);
    expect(absent).toEqual([]);
  });

  it("of a page is a section, or a row, of that page", () => {
    const places = cited(/\b(docs\/[\w-]+\.md)(?:, (\d+)(?: and (\d+))?|: (X\d+))?/g);
    const absent = places.filter(({ groups: [page = "", ...sections] }) => {
      if (!existsSync(join(root, page))) return true;
      const text = read(page);
      return sections.some((it) => it && !text.includes(`\n## ${it}. `) && !text.includes(`\n| ${it} |`));
    });
    expect(places.length).toBeGreaterThan(25);
    expect(absent).toEqual([]);
  });

  it("of a text that a reader can't find is nowhere", () => {
    expect(cited(/(\b(?:protocol|design|facts|style),? sections? \d+)/g)).toEqual([]);
  });
});

it.each(["src/handlers", "src/aws", "src/bot", "src/store"])(
  "%s/README.md names files that exist",
  (folder) => {
    const names = [...read(`${folder}/README.md`).matchAll(/`([a-z/.-]+\.(?:ts|lua))`/g)].map(
      ([, name = ""]) => name,
    );
    const places = [folder, ...(folder === "src/aws" ? ["src/aws/ecs"] : []), "."];
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !places.some((place) => existsSync(join(root, place, name))))).toEqual([]);
  },
);

it("explains every member of an announcement", () => {
  const shape = z.object({ properties: z.record(z.string(), z.unknown()) });
  const { detail } = z
    .object({ properties: z.object({ detail: shape }) })
    .parse(JSON.parse(read("holdpoint-event.schema.json"))).properties;
  const { standing } = z.object({ standing: shape }).parse(detail.properties);
  const text = read("docs/announcements.md");
  const members = [...Object.keys(detail.properties), ...Object.keys(standing.properties)];
  expect(members.filter((name) => !text.includes(`\`${name}\``) && !text.includes(`"${name}":`))).toEqual([]);
});

it("gives a reason for every dependency", () => {
  const sections = z.object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  });
  const { dependencies, devDependencies } = sections.parse(JSON.parse(read("package.json")));
  const reasons = read("docs/decisions.md");
  const named = (name: string): boolean =>
    reasons.includes(`\`${name}\``) || (name.startsWith("@types/") && reasons.includes("`@types/*`"));
  expect(Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !named(name))).toEqual([]);
});
