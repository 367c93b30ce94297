import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { drawArchitecture, picture } from "../scripts/architecture.ts";
import { type Allowed, cycle, importsOf, readImports, runtimeImportsOf, violations } from "./imports.ts";

const belowWings = ["src/bot/slack/", "src/bot/card/", "src/handlers/", "@slack/", "zod", "node:"];

/** Anything that is not listed is forbidden. The arrows point at src/handlers, which knows neither Slack nor AWS nor Redis. */
const allowed: Allowed = {
  "src/handlers/": ["src/handlers/", "node:crypto"],
  "src/handlers/deployment.ts": [],
  "src/aws/": ["src/aws/", "src/handlers/", "@aws-sdk/", "@smithy/", "lru-cache", "zod", "node:"],
  // An AppSpec of CodeDeploy is YAML.
  "src/aws/codedeploy/": ["src/aws/", "src/handlers/", "@aws-sdk/", "lru-cache", "yaml", "zod", "node:"],
  "src/bot/": ["src/bot/", "src/handlers/", "@slack/", "zod", "node:"],
  // The arrows point down: the dispatch, then the wings, which do not know each other, then Slack, then what is drawn.
  "src/bot/answer/": ["src/bot/answer/", ...belowWings],
  "src/bot/board/": ["src/bot/board/", ...belowWings],
  "src/bot/command/": ["src/bot/command/", ...belowWings],
  "src/bot/strategy/": ["src/bot/strategy/", ...belowWings],
  "src/bot/slack/": [...belowWings, "undici"],
  "src/bot/card/": ["src/bot/card/", "src/handlers/", "@slack/types", "zod", "node:crypto"],
  "src/store/": ["src/store/", "src/handlers/", "ioredis", "js-redis-server", "lru-cache", "zod", "node:"],
  "src/config/": ["src/config/", "src/handlers/", "yaml", "zod", "node:"],
  // Another program: a Lambda function in the accounts where CodeDeploy runs.
  "src/hook/": [
    "src/hook/",
    "src/aws/codedeploy/hook-event.ts",
    "@aws-sdk/client-codedeploy",
    "@aws-sdk/client-eventbridge",
    "zod",
    "node:timers/promises",
  ],
  "src/": ["src/", "pino", "prom-client", "node:"],
  // Nothing of src: a fake that shared code with what it tests would agree with it in the same mistake.
  "fakes/aws/": ["fakes/aws/", "@aws-sdk/", "node:"],
  "fakes/slack/": ["fakes/slack/", "zod", "node:"],
  "demo/": ["demo/", "fakes/", "src/", "zod", "node:"],
  "demo/page/": [
    "demo/",
    "fakes/slack/",
    "src/handlers/",
    "node:",
    "zod",
    "react",
    "react-dom",
    "slack-blocks-to-jsx",
    "@slack/types",
  ],
};

const root = join(import.meta.dirname, "..");
const imports = readImports(root, ["src", "fakes", "demo"]);

describe("what one can take in at a glance", () => {
  const files = [...imports.keys()].filter((file) => !file.startsWith("demo/"));

  it("has no file of more than 300 lines", () => {
    const linesOf = (file: string): number => readFileSync(join(root, file), "utf8").split("\n").length - 1;
    expect(files.filter((file) => linesOf(file) > 300)).toEqual([]);
  });

  it("has no folder with more than 15 files beside each other", () => {
    const folders = files.map((file) => dirname(file));
    const besideIn = (folder: string): number => folders.filter((other) => other === folder).length;
    expect([...new Set(folders)].filter((folder) => besideIn(folder) > 15)).toEqual([]);
  });
});

it("finds the files", () => {
  expect([...imports.keys()]).toContain("src/handlers/jobs/reconcile.ts");
});

it("lets every folder import only what is on its list", () => {
  expect(violations(imports, allowed)).toEqual([]);
});

it("has no cycles, in the product not even of types", () => {
  expect(cycle(readImports(root, ["src"]))).toEqual([]);
  expect(cycle(readImports(root, ["fakes", "demo"], runtimeImportsOf))).toEqual([]);
});

it("is drawn as it is: else run npx tsx scripts/architecture.ts", () => {
  expect(readFileSync(join(root, picture), "utf8")).toBe(drawArchitecture(root));
});

it("begins a call to AWS in one place: inspect, begin, call once, settle", () => {
  const beginners = [...imports.keys()].filter(
    (file) =>
      file.startsWith("src/") && /\bstore\s*\.\s*begin\b/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(beginners).toEqual(["src/handlers/commit.ts"]);
});

it("asks what a phase means in one place, where a new phase does not compile until that is decided", () => {
  const comparing = [...imports.keys()].filter(
    (file) =>
      /^src\/(handlers|bot|store)\//.test(file) &&
      /\bphase\s*[!=]==?\s*"|"\s*[!=]==?\s*(\w+\.)*phase\b/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(comparing).toEqual([]);
});

it("names the decisions about a deployment in one place", () => {
  const naming = [...imports.keys()].filter(
    (file) =>
      /^src\/(handlers|bot|store)\//.test(file) &&
      /"(end|revert)"\s*,\s*"(end|revert)"|decisions\.get\("|\bid\s*[!=]==\s*"(end|revert)"/.test(
        readFileSync(join(root, file), "utf8"),
      ),
  );
  expect(naming).toEqual([]);
});

it("reads process.env in one place of each program", () => {
  const readers = [...imports.keys()].filter(
    (file) =>
      file.startsWith("src/") && /\bprocess\s*\.\s*env\b/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(readers).toEqual(["src/config/load.ts", "src/hook/index.ts"]);
});

describe("the checker itself", () => {
  const planted = (file: string, text: string) =>
    violations(new Map([[file, importsOf(file, text)]]), allowed);

  it.each([
    ["a static import", 'import { Redis } from "ioredis";'],
    ["a type-only import", 'import type { App } from "@slack/bolt";'],
    ["a dynamic import", 'const sdk = await import("@aws-sdk/client-ecs");'],
    ["an import for its effect", 'import "node:fs";'],
    ["a re-export", 'export { openStore } from "../store/open.ts";'],
    ["an import over several lines", 'import {\n  a,\n  b,\n} from "../bot/app.ts";'],
  ])("sees %s", (_what, text) => {
    expect(planted("src/handlers/state.ts", text)).toHaveLength(1);
  });

  it.each([
    ["the product imports a fake", "src/bot/app.ts", "../../fakes/slack/json.ts"],
    ["the product imports the demo", "src/main.ts", "../demo/world.ts"],
    ["a wing of the bot imports another", "src/bot/command/interpret.ts", "../answer/submit.ts"],
    ["what is drawn imports what talks to Slack", "src/bot/card/card.ts", "../slack/reply.ts"],
    ["a fake imports the product", "fakes/aws/ecs.ts", "../../src/handlers/deployment.ts"],
    ["a fake imports the demo", "fakes/slack/server.ts", "../../demo/cast.ts"],
    ["a fake imports the other fake", "fakes/aws/server.ts", "../slack/json.ts"],
  ])("sees that %s", (_what, file, target) => {
    expect(planted(file, `import "${target}";`)).toHaveLength(1);
  });

  it("takes the nearest folder's list, and denies everything to a folder without one", () => {
    expect(planted("src/handlers/deployment.ts", 'import "./ports.ts";')).toHaveLength(1);
    expect(planted("src/aws/ecs/index.ts", 'import "../../bot/app.ts";')).toHaveLength(1);
    expect(planted("lib/new.ts", 'import "./other.ts";')).toHaveLength(1);
  });

  it("does not take a longer name for the package", () => {
    expect(planted("src/config/load.ts", 'import "zodiac";')).toHaveLength(1);
    expect(planted("src/config/load.ts", 'import "zod/mini";')).toEqual([]);
  });

  it("does not take a flag of Node for an import", () => {
    expect(importsOf("src/x.ts", 'spawn("node", ["--import", "tsx", "x.ts"]);')).toEqual([]);
  });

  it("leaves type-only imports out of cycles, and only those", () => {
    const text =
      'import type {\n  A,\n} from "./a.ts";\nimport { type B, b } from "./b.ts";\nexport type { C } from "./c.ts";';
    expect(runtimeImportsOf("src/x.ts", text)).toEqual(["src/b.ts"]);
  });

  it("finds a cycle of three", () => {
    const ring = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", ["a"]],
      ["d", []],
    ]);
    expect(cycle(ring)).toEqual(["a", "b", "c", "a"]);
  });
});
