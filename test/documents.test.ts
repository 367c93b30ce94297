import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createClients } from "../src/aws/clients.ts";
import { allSystems } from "../src/aws/index.ts";
import { createTelemetry } from "../src/telemetry.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const readme = read("README.md");
const systems = allSystems(createClients([]), createTelemetry({ level: "silent" }));

/** One statement per resource, from what the systems say that their calls need. */
function iamPolicy() {
  const byResource = new Map<string, Set<string>>();
  for (const { actions, resource } of systems.flatMap(({ permissions }) => permissions)) {
    byResource.set(resource, new Set([...(byResource.get(resource) ?? []), ...actions]));
  }
  return {
    Version: "2012-10-17",
    Statement: [...byResource].map(([resource, actions]) => ({
      Effect: "Allow",
      Action: [...actions].sort(),
      Resource: resource,
    })),
  };
}

describe("README.md", () => {
  it("grants exactly what the systems call", () => {
    const text = /<summary>IAM policy[^`]*```json\n(.*?)```/s.exec(readme)?.[1] ?? "null";
    expect(JSON.parse(text)).toEqual(iamPolicy());
  });

  it("asks EventBridge for exactly what the systems listen to", () => {
    const pattern = z.object({ source: z.array(z.string()), "detail-type": z.array(z.string()) });
    const text = /--event-pattern \\\n\s+'([^']+)'/.exec(readme)?.[1] ?? "null";
    expect(pattern.parse(JSON.parse(text))).toEqual({
      source: systems.flatMap(({ listensTo }) => listensTo.map(({ source }) => source)),
      "detail-type": systems.flatMap(({ listensTo }) => listensTo.flatMap(({ detailTypes }) => detailTypes)),
    });
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

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/operations.md",
  "docs/protocol.md",
  "docs/decisions.md",
];

it.each(documents)("%s links to files that exist", (document) => {
  const links = [...read(document).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
  expect(links.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([]);
});

it.each(["src/handlers", "src/aws", "src/bot", "src/store"])(
  "%s/README.md names files that exist",
  (folder) => {
    const names = [...read(`${folder}/README.md`).matchAll(/`([a-z/-]+\.(?:ts|lua))`/g)].map(
      ([, name = ""]) => name,
    );
    const places = [folder, ...(folder === "src/aws" ? ["src/aws/ecs"] : []), "."];
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !places.some((place) => existsSync(join(root, place, name))))).toEqual([]);
  },
);

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
