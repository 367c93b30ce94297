import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../src/config/file.ts";

const good = `
accounts:
  "111122223333": { name: prod, regions: [eu-west-1], role: "arn:aws:iam::111122223333:role/holdpoint", externalId: "abc" }
  "444455556666": { regions: [eu-west-1, us-east-1] }
queues: ["https://sqs.eu-west-1.amazonaws.com/111122223333/holdpoint"]
routes:
  - match: { system: ecs, account: prod, target: "checkout-*" }
    channel: C0123456789
    policy: careful
policies:
  careful:
    approvers: ["usergroup:S0123", "user:U0456"]
    continue: { approvals: 2 }
    rollback: { approvals: 1, reason: required, approvers: channel-members }
`;

/** The mistakes of a text, as `line where: message`. */
function mistakesIn(text: string): string[] {
  const parsed = parseFile(text);
  if (parsed.kind === "parsed") return [];
  return parsed.mistakes.map(({ line, where, message }) => `${line ?? "-"} ${where}: ${message}`);
}

describe("a good file", () => {
  const parsed = parseFile(good);
  const file = parsed.kind === "parsed" ? parsed.file : undefined;

  it("gives every account a name, the id where none is written", () => {
    expect(file?.accounts).toEqual([
      {
        id: "111122223333",
        name: "prod",
        regions: ["eu-west-1"],
        role: "arn:aws:iam::111122223333:role/holdpoint",
        externalId: "abc",
      },
      { id: "444455556666", name: "444455556666", regions: ["eu-west-1", "us-east-1"] },
    ]);
  });

  it("resolves a route to its policy, with a rule for every action", () => {
    const listed = [
      { kind: "usergroup", id: "S0123" },
      { kind: "user", id: "U0456" },
    ];
    const careful = { approvers: listed, approvals: 2, reason: "optional" };
    const back = { approvers: "channel-members", approvals: 1, reason: "required" };
    expect(file?.routes).toEqual([
      {
        match: { system: "ecs", account: "prod", target: "checkout-*" },
        channel: "C0123456789",
        policy: {
          name: "careful",
          rules: {
            continue: careful,
            rollback: back,
            cancel: { approvers: listed, approvals: 1, reason: "optional" },
            "terminate-old": careful,
            revert: back,
            "edit-strategy": { approvers: listed, approvals: 1, reason: "optional" },
          },
        },
      },
    ]);
  });

  it("leaves an action without a rule when nobody is named for it", () => {
    const parsed = parseFile(
      good
        .replace(/^ {4}approvers: .*\n/m, "")
        .replace("continue: { approvals: 2 }", 'continue: { approvers: ["user:U1"] }'),
    );
    expect(parsed.kind === "parsed" && Object.keys(parsed.file.routes[0]?.policy.rules ?? {})).toEqual([
      "continue",
      "rollback",
      "terminate-old",
      "revert",
    ]);
  });
});

it.each([
  ["a misspelt key", "channel: C0123456789", "chanel: C0123456789", "7 routes[0].channel: This is missing."],
  [
    "an unknown key beside what is known",
    "externalId:",
    "extrenalId:",
    "3 accounts.111122223333: `extrenalId` is not known here. Did you mean `externalId`? Known: name, regions, role, externalId.",
  ],
  [
    "a key of a later release",
    "{ approvals: 2 }",
    "{ approvals: 2, distinctFromRequester: true }",
    "13 policies.careful.continue: This release does not know `distinctFromRequester` yet: remove it.",
  ],
  [
    "an unknown policy",
    "policy: careful",
    "policy: carefull",
    "9 routes[0].policy: There is no policy `carefull`. Did you mean `careful`? Policies: careful.",
  ],
  [
    "an unknown account",
    "account: prod",
    "account: prd",
    "7 routes[0].match.account: There is no account `prd`. Did you mean `prod`? Accounts: prod, 444455556666.",
  ],
  [
    "a region that the account does not have",
    "account: prod",
    "account: prod, region: us-east-1",
    "7 routes[0].match.region: No matching account has the region `us-east-1`. Regions: eu-west-1.",
  ],
  [
    "a channel's name",
    "channel: C0123456789",
    'channel: "#deploys"',
    "8 routes[0].channel: This is not a channel's id. Write the id (C0123456789, at the end of the channel's details), not its name.",
  ],
  [
    "an approver by name",
    "user:U0456",
    "@mara",
    "12 policies.careful.approvers[1]: This is not an approver. Write `user:` and a member id (user:U0456), or `usergroup:` and a group id (usergroup:S0123).",
  ],
  [
    "an account id without quotes that lost its zero",
    '"444455556666"',
    "044455556666",
    "4 accounts.44455556666: An account id has 12 digits. Put it in quotes, so that leading zeros are kept.",
  ],
  [
    "a role of another account",
    "111122223333:role",
    "444455556666:role",
    "3 accounts.111122223333.role: This role belongs to another account than 111122223333.",
  ],
  [
    "an external id without a role",
    'role: "arn:aws:iam::111122223333:role/holdpoint", ',
    "",
    "3 accounts.111122223333.externalId: An external id needs a `role` beside it.",
  ],
  [
    "two accounts of one name",
    "{ regions: [eu-west-1, us-east-1] }",
    "{ name: prod, regions: [eu-west-1, us-east-1] }",
    "4 accounts.444455556666.name: Account 111122223333 has the name `prod` already.",
  ],
  [
    "more approvals than people",
    '"usergroup:S0123", "user:U0456"',
    '"user:U0456"',
    "13 policies.careful.continue.approvals: 2 approvals can never be reached: 1 person is named.",
  ],
  [
    "approvals out of range",
    "{ approvals: 2 }",
    "{ approvals: 0 }",
    "13 policies.careful.continue.approvals: This has to be at least 1.",
  ],
  [
    "an ARN for a queue",
    "https://sqs.eu-west-1.amazonaws.com/111122223333/holdpoint",
    "arn:aws:sqs:eu-west-1:111122223333:holdpoint",
    "5 queues[0]: This is not a queue's URL. Write the URL that SQS shows, not the ARN.",
  ],
  [
    "nobody to approve",
    '["usergroup:S0123", "user:U0456"]',
    "[]",
    "12 policies.careful.approvers: This must not be empty.",
  ],
  [
    "something that is no region",
    "regions: [eu-west-1]",
    "regions: [Ireland]",
    "3 accounts.111122223333.regions[0]: This is not an AWS region. Write one such as eu-west-1.",
  ],
])("names %s with its line and how to fix it", (_what, from, to, mistake) => {
  expect(good).toContain(from);
  expect(mistakesIn(good.replace(from, to))).toContain(mistake);
});

describe("the bus that decisions are announced on", () => {
  const announcing = (bus: string) => `announce: { bus: "${bus}" }\n${good.trimStart()}`;

  it("is nowhere when it is not written", () => {
    const parsed = parseFile(good);
    expect(parsed.kind === "parsed" && Object.keys(parsed.file)).toEqual(["accounts", "queues", "routes"]);
  });

  it("says where it is itself", () => {
    const arn = "arn:aws:events:us-east-1:444455556666:event-bus/deployments";
    const parsed = parseFile(announcing(arn));
    expect(parsed.kind === "parsed" && parsed.file.announce).toEqual({
      arn,
      account: "444455556666",
      region: "us-east-1",
    });
  });

  it.each([
    [
      "arn:aws:events:eu-west-1:999988887777:event-bus/deployments",
      "Account 999988887777 of this bus is not configured. Accounts: 111122223333, 444455556666.",
    ],
    [
      "arn:aws:events:us-east-1:111122223333:event-bus/deployments",
      "Account 111122223333 does not have the region `us-east-1` of this bus. Regions: eu-west-1.",
    ],
    [
      "deployments",
      "This is not an event bus's ARN. Write arn:aws:events:<region>:<account id>:event-bus/<name>.",
    ],
  ])("is a mistake as %s", (bus, message) => {
    expect(mistakesIn(announcing(bus))).toEqual([`1 announce.bus: ${message}`]);
  });
});

it("refuses a policy under which nobody may answer", () => {
  const nobody = good.replace(/^ {4}approvers: .*\n/m, "").replace(", approvers: channel-members", "");
  expect(mistakesIn(nobody)).toEqual([
    "12 policies.careful.continue: Nobody may answer. Add `approvers`: a list of `user:U…` and `usergroup:S…`, or the word `channel-members`.",
    "13 policies.careful.rollback: Nobody may answer. Add `approvers`: a list of `user:U…` and `usergroup:S…`, or the word `channel-members`.",
  ]);
});

it("names every mistake at once", () => {
  const text = good
    .replace("channel: C0123456789", "channel: deploys")
    .replace("approvals: 2", "approvals: 99")
    .replace("eu-west-1]", "nowhere]");
  expect(mistakesIn(text)).toHaveLength(3);
});

it("tells broken YAML with its line", () => {
  expect(mistakesIn("accounts:\n  a: [1\nroutes: x")[0]).toMatch(/^3 YAML: /);
  expect(mistakesIn("routes: 1\nroutes: 2")[0]).toMatch(/^2 YAML: .*unique/);
});

it("never repeats an external id", () => {
  const text = good.replace('externalId: "abc"', 'externalId: { secret: "s3cr3t-external" }');
  expect(mistakesIn(text).join("\n")).not.toContain("s3cr3t-external");
});

it("answers any text with mistakes and never throws", () => {
  const value = fc.jsonValue().map((json) => JSON.stringify(json));
  fc.assert(
    fc.property(fc.oneof(fc.string(), value), (text) => {
      const parsed = parseFile(text);
      expect(parsed.kind).toBe("mistakes");
    }),
  );
});
