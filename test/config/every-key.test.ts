/** Everything that holdpoint.yml may contain has an effect: nothing is parsed and then ignored. */

import { expect, it } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { parseFile } from "../../src/config/file.ts";
import { fileSchema } from "../../src/config/schema.ts";

const role = "arn:aws:iam::111122223333:role/holdpoint";
const approvers = ["user:U1", "user:U2", "user:U3"];
const rule = { approvals: 2, reason: "required", approvers };
/** Not equal to the rule of another action that it uses without one of its own. */
const other = { ...rule, approvals: 3 };

/** A file with every key. No value is the default. */
const full = {
  accounts: { "111122223333": { name: "prod", regions: ["eu-west-1"], role, externalId: "secret" } },
  queues: ["https://sqs.eu-west-1.amazonaws.com/111122223333/holdpoint"],
  announce: { bus: "arn:aws:events:eu-west-1:111122223333:event-bus/deployments" },
  fallbackChannel: "C0000000001",
  routes: [
    {
      match: { system: "ecs", account: "prod", region: "eu-west-1", target: "checkout-*" },
      channel: "C0000000002",
      show: "holds",
      policy: "careful",
    },
  ],
  policies: {
    // Its approvers count where a rule has none.
    plain: { approvers },
    careful: {
      notify: ["user:U4"],
      ...{ continue: rule, rollback: rule, cancel: rule, "terminate-old": other, revert: other },
      "edit-strategy": { approvers },
    },
  },
};

type Json = z.core.JSONSchema.JSONSchema;
type Path = readonly string[];

/**
 * The paths of a schema's keys; `*` for any key of a mapping, `0` for
 * a list's first item. A key that allows one value only can't have an effect.
 */
function keysOf(schema: Json): readonly Path[] {
  const named = Object.entries(schema.properties ?? {}).flatMap(([key, of]) =>
    typeof of === "boolean" || of.const !== undefined
      ? []
      : [[key], ...keysOf(of).map((path) => [key, ...path])],
  );
  const others = schema.additionalProperties;
  const any = typeof others === "object" ? keysOf(others).map((path) => ["*", ...path]) : [];
  const { items } = schema;
  const listed =
    typeof items === "object" && !Array.isArray(items) ? keysOf(items).map((path) => ["0", ...path]) : [];
  return [...named, ...any, ...listed];
}

/** The file without the key, or `undefined` if it does not have it. */
function without(value: unknown, [key, ...rest]: Path): unknown {
  if (Array.isArray(value)) {
    const [first, ...more]: readonly unknown[] = value;
    const changed = without(first, rest);
    return changed === undefined ? undefined : [changed, ...more];
  }
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  for (const [name, member] of entries.filter(([each]) => key === "*" || each === key)) {
    const others = entries.filter(([each]) => each !== name);
    if (rest.length === 0) return Object.fromEntries(others);
    const changed = without(member, rest);
    if (changed !== undefined) return Object.fromEntries([...others, [name, changed]]);
  }
  return undefined;
}

const keys = keysOf(z.toJSONSchema(fileSchema, { io: "input", target: "draft-7" }));

it("is accepted as a whole, and finds the keys of every level", () => {
  expect(parseFile(stringify(full)).kind).toBe("parsed");
  expect(keys).toContainEqual(["policies", "*", "rollback", "reason"]);
  expect(keys).toContainEqual(["routes", "0", "match", "target"]);
});

it.each(keys.map((path) => [path.join("."), path] as const))("%s changes what was loaded", (_name, path) => {
  const changed = without(full, path);
  expect(changed).toBeDefined();
  expect(parseFile(stringify(changed))).not.toEqual(parseFile(stringify(full)));
});
