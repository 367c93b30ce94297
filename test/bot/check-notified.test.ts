import { describe, expect, it } from "vitest";
import { checkNotified } from "../../src/bot/check-notified.ts";
import type { Approver } from "../../src/handlers/decision.ts";
import type { Lookup, Policy } from "../../src/handlers/policy.ts";
import { policyOf, ruleOf } from "./card/pictures.ts";

const channel = "C0DEPLOY";
const names = new Map([[channel, "deploys"]]);
const group = (id: string): Approver => ({ kind: "usergroup", id });
const user = (id: string): Approver => ({ kind: "user", id });
const found = (...users: readonly string[]): Lookup => ({ kind: "found", users: new Set(users) });
const failed: Lookup = { kind: "failed", what: "ratelimited", cause: undefined };
const byThese = (approvers: readonly Approver[] | "channel-members"): Policy =>
  policyOf({ continue: ruleOf({ approvers }), rollback: ruleOf({ approvers }) });

async function check(
  policy: Policy,
  groups: Readonly<Record<string, Lookup>> = {},
  members = found("U1", "U2"),
) {
  const looked: string[] = [];
  const sentences = await checkNotified([{ match: {}, channel, policy }], names, {
    channelMembers: async () => members,
    groupMembers: async (id) => {
      looked.push(id);
      return groups[id] ?? failed;
    },
  });
  return { sentences, looked };
}

describe("a check of who would be notified", () => {
  it.each<[string, Policy, readonly RegExp[]]>([
    ["everybody, without notify", byThese("channel-members"), [/A hold notifies only those who follow/]],
    ["everybody, with notify", { ...byThese("channel-members"), notify: [user("U1")] }, []],
    [
      "everybody, with here",
      { ...byThese("channel-members"), notify: [{ kind: "special", id: "here" }] },
      [],
    ],
    ["approvers in the channel", byThese([user("U1"), group("S0IN")]), []],
    ["an approver outside", byThese([user("U1"), user("U9")]), [/user U9 is not in #deploys \(C0DEPLOY\)/]],
    ["a group partly outside", byThese([group("S0PART")]), [/1 of 2 members of user group S0PART .*: U9\./]],
    ["somebody to notify outside", { ...byThese([user("U1")]), notify: [user("U9")] }, [/user U9/]],
    ["a group that can't be read", byThese([group("S0GONE")]), [/S0GONE could not be read: ratelimited/]],
  ])("names %s", async (_, policy, expected) => {
    const { sentences } = await check(policy, { S0IN: found("U1"), S0PART: found("U2", "U9") });
    expect(sentences).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(sentences[index]).toMatch(pattern);
  });

  it("says that a channel's members could not be read", async () => {
    const { sentences } = await check(byThese([user("U1")]), {}, failed);
    expect(sentences).toEqual(["Who is in #deploys (C0DEPLOY) could not be read: ratelimited."]);
  });

  it("looks up at most fifteen groups, and says how many are left", async () => {
    const groups = Array.from({ length: 20 }, (_, index) => `S${index}`);
    const { sentences, looked } = await check(
      byThese(groups.map(group)),
      Object.fromEntries(groups.map((id) => [id, found("U1")])),
    );
    expect(looked).toHaveLength(15);
    expect(sentences).toEqual([expect.stringContaining("5 more user groups were not looked up")]);
  });
});
