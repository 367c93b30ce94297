import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { counters, histograms } from "../src/handlers/metrics.ts";

const root = join(import.meta.dirname, "..");
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(root, "src", file), "utf8"));

/** `name label label` of every count or observation in the code; a label is a key of an object literal. */
function usesOf(method: "count" | "observe"): readonly string[] {
  const call = new RegExp(`\\.${method}\\(\\s*"([a-z_]+)"(?:[^;{]*?(\\{[^}]*\\}))?`, "g");
  return sources.flatMap((text) =>
    [...text.matchAll(call)].map(([, name = "", labels = ""]) => {
      const keys = [...labels.matchAll(/[{,]\s*([a-z]+)\b(?=\s*[:,}])/g)].map(([, key]) => key ?? "");
      return [name, ...keys.sort()].join(" ");
    }),
  );
}

function declared(
  metrics: Readonly<Record<string, { readonly labels: readonly string[] }>>,
): readonly string[] {
  return Object.entries(metrics).map(([name, { labels }]) => [name, ...[...labels].sort()].join(" "));
}

it("declares every counter that is counted, with its labels, and no other", () => {
  expect([...new Set(usesOf("count"))].sort()).toEqual([...declared(counters)].sort());
});

it("declares every histogram that is observed, with its labels, and no other", () => {
  expect([...new Set(usesOf("observe"))].sort()).toEqual([...declared(histograms)].sort());
});

it("explains every metric to operators", () => {
  const text = readFileSync(join(root, "docs/operations.md"), "utf8");
  const rows = [
    ...Object.entries(counters).map(([name, metric]) => ({ name: `holdpoint_${name}_total`, ...metric })),
    ...Object.entries(histograms).map(([name, metric]) => ({ name: `holdpoint_${name}`, ...metric })),
  ].map(
    ({ name, labels, help }) =>
      `| \`${name}\` | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`,
  );
  expect(rows.filter((row) => !text.includes(row))).toEqual([]);
});
