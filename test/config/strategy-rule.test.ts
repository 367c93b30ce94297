import { expect, it } from "vitest";
import { parseFile } from "../../src/config/file.ts";

function fileWith(rule: string): string {
  return `
accounts:
  "111122223333": { name: prod, regions: [eu-west-1] }
routes:
  - { channel: C0123456789, policy: careful }
policies:
  careful:
    approvers: ["user:U0456", "user:U0789"]
    edit-strategy: ${rule}
`;
}

it.each([
  ["{}", { kind: "user", id: "U0456" }],
  ["{ approvals: 1, reason: optional }", { kind: "user", id: "U0456" }],
  ['{ approvers: ["user:U0111"] }', { kind: "user", id: "U0111" }],
])("one person of those who are named may edit strategies: %s", (rule, first) => {
  const parsed = parseFile(fileWith(rule));
  const edit = parsed.kind === "parsed" ? parsed.file.routes[0]?.policy.rules["edit-strategy"] : undefined;
  expect(edit).toMatchObject({ approvals: 1, reason: "optional" });
  expect(edit?.approvers).toContainEqual(first);
});

it.each([
  [
    "{ approvals: 2 }",
    "9 policies.careful.edit-strategy.approvals: A strategy is edited by one person, who sees a preview first: write 1, or leave it out.",
  ],
  [
    "{ reason: required }",
    "9 policies.careful.edit-strategy.reason: An edit of a strategy takes no reason: its preview says what changes. Leave it out.",
  ],
])("refuses what an edit has no place for: %s", (rule, mistake) => {
  const parsed = parseFile(fileWith(rule));
  const mistakes = parsed.kind === "mistakes" ? parsed.mistakes : [];
  expect(mistakes.map(({ line, where, message }) => `${line} ${where}: ${message}`)).toEqual([mistake]);
});
