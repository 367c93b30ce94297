import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { jsonSchema } from "../../src/config/json-schema.ts";
import { loadConfig } from "../../src/config/load.ts";

const root = join(import.meta.dirname, "../..");
const example = join(root, "holdpoint.example.yml");
const variables = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "shh" };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "holdpoint-config-"));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

it("loads the example, frozen to the last member", async () => {
  const loaded = await loadConfig({ ...variables, HOLDPOINT_CONFIG: example });
  if (loaded.kind !== "config") throw new Error(JSON.stringify(loaded.mistakes));
  const unfrozen: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    if (!Object.isFrozen(value)) unfrozen.push(path);
    for (const [key, member] of Object.entries(value)) walk(member, `${path}.${key}`);
  };
  walk(loaded.config, "config");
  expect(unfrozen).toEqual([]);
  expect(loaded.config.routes.map((route) => route.policy.name)).toEqual([
    "careful",
    "standard",
    "anybody-there",
  ]);
});

it("tells what is wrong with the variables and with the file in one go", async () => {
  const file = join(dir, "wrong.yml");
  await writeFile(file, "accounts: {}\nroutes: []\n");
  const loaded = await loadConfig({ HOLDPOINT_CONFIG: file });
  const places = loaded.kind === "mistakes" ? loaded.mistakes.map((mistake) => mistake.where) : [];
  expect(places).toEqual([
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN",
    "routes",
    "policies",
  ]);
});

it("says which file it can't read", async () => {
  const file = join(dir, "absent.yml");
  const loaded = await loadConfig({ ...variables, HOLDPOINT_CONFIG: file });
  expect(loaded).toMatchObject({ kind: "mistakes", configPath: file, mistakes: [{ where: file }] });
});

it("keeps the JSON Schema for editors up to date", async () => {
  const committed: unknown = JSON.parse(await readFile(join(root, "holdpoint.schema.json"), "utf8"));
  expect(committed, "run: npx tsx scripts/json-schema.mjs").toEqual(jsonSchema());
});

it("has a JSON Schema that takes the example and refuses an unknown key", async () => {
  const validate = new Ajv({ strict: false, logger: false }).compile(jsonSchema());
  const written: unknown = parse(await readFile(example, "utf8"));
  expect(validate(written)).toBe(true);
  expect(validate(Object.assign({ freeze: [] }, written))).toBe(false);
});
