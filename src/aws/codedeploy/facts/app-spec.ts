/** Parses the AppSpec of a Lambda or ECS deployment. */

import { parse } from "yaml";
import { z } from "zod";
import type { Revision } from "./stored-detail.ts";

export type AppSpec = NonNullable<Revision["spec"]>;

const text = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const properties = z.object({
  Name: text,
  Alias: text,
  CurrentVersion: text,
  TargetVersion: text,
  TaskDefinition: text,
});
const resource = z.object({ Properties: properties.optional(), properties: properties.optional() });
const resources = z.array(z.record(z.string(), resource)).catch([]);
/** CodeDeploy has five lifecycle events that call a function. */
const hooksAtMost = 20;
const hooks = z.array(z.record(z.string(), z.unknown())).catch([]);
const document = z.object({
  Resources: resources.optional(),
  resources: resources.optional(),
  Hooks: hooks.optional(),
  hooks: hooks.optional(),
});

/** AWS accepts 51,200 characters; YAML aliases could expand a small document enormously. */
const specAtMost = 60_000;

export function parseAppSpec(content: string): AppSpec | undefined {
  if (content.length > specAtMost) return undefined;
  let parsed: unknown;
  try {
    parsed = parse(content, { maxAliasCount: 0, logLevel: "silent" });
  } catch {
    return undefined;
  }
  const spec = document.safeParse(parsed);
  if (!spec.success) return undefined;
  const [first] = (spec.data.Resources ?? spec.data.resources ?? []).flatMap((entry) => Object.values(entry));
  const found = first?.Properties ?? first?.properties;
  return {
    taskDefinition: found?.TaskDefinition,
    functionName: found?.Name,
    alias: found?.Alias,
    currentVersion: found?.CurrentVersion,
    targetVersion: found?.TargetVersion,
    hooks: (spec.data.Hooks ?? spec.data.hooks ?? [])
      .flatMap((entry) => Object.keys(entry))
      .slice(0, hooksAtMost),
  };
}
