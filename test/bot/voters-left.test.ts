/** Who is called for a vote that is missing, and what their phones show. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogEntry } from "../../src/bot/card/parts/picture.ts";
import type { Approver } from "../../src/handlers/decision.ts";
import { decisionOfHold } from "../../src/handlers/identity.ts";
import type { Policy } from "../../src/handlers/policy.ts";
import { continueAt, hold, policyOf, rollbackAt, ruleOf, voteOf } from "./card/pictures.ts";
import { type BoardTest, remarkOf, startBoardTest, tellAlso } from "./support.ts";

const crowd = Array.from({ length: 12 }, (_, index) => `U0CROWD${index}`);
const group = (id: string): Approver => ({ kind: "usergroup", id });
const user = (id: string): Approver => ({ kind: "user", id });
const vote = (by: string, n: number, need: number): LogEntry => ({
  ...{ k: "vote", at: 0, id: decisionOfHold(hold.id), action: "continue", by, n, need },
});
const votedBy = (need: number, ...users: readonly string[]) =>
  users.map((by) => voteOf(by, continueAt(hold), need));
const byThese = (approvers: readonly Approver[] | "channel-members", approvals = 2): Policy =>
  policyOf({ continue: ruleOf({ approvers, approvals }) });
const remarks = [remarkOf("status")];

let test: BoardTest;
beforeEach(async () => {
  const people = ["U0ANN", "U0BEN", "U0CLEO", ...crowd].map((id) => ({
    id,
    name: id.slice(2).toLowerCase(),
  }));
  test = await startBoardTest({
    people: [...people, { id: "U0FOL", name: "follows", followsAllMessages: true }],
    userGroups: [
      { id: "S0TWO", handle: "two", name: "Two", users: ["U0ANN", "U0BEN"] },
      { id: "S0CLEO", handle: "cleo", name: "Cleo", users: ["U0CLEO"] },
      { id: "S0CROWD", handle: "crowd", name: "Crowd", users: ["U0ANN", ...crowd] },
    ],
  });
});
afterEach(() => test.close());

/** Whom the last reply rang. */
function rung(): readonly string[] {
  return (test.thread().at(-1)?.notified ?? []).map((it) => it.user);
}

describe("a vote that is missing", () => {
  it.each<[string, Policy, readonly string[]]>([
    ["people of a list", byThese([user("U0ANN"), user("U0BEN"), user("U0CLEO")]), ["U0BEN", "U0CLEO"]],
    ["a group's others", byThese([group("S0TWO")]), ["U0BEN"]],
    ["a group of which nobody voted", byThese([group("S0TWO"), group("S0CLEO")]), ["U0BEN", "U0CLEO"]],
    ["somebody of two groups once", byThese([group("S0TWO"), user("U0BEN")]), ["U0BEN"]],
    ["a group that is too long to write out", byThese([group("S0CROWD")]), ["U0ANN", ...crowd]],
    ["a group that can't be read", byThese([group("S0GONE"), user("U0CLEO")]), ["U0CLEO"]],
    ["those who follow the channel", byThese("channel-members"), ["U0FOL"]],
    [
      "whom the policy notifies, where everybody may vote",
      { ...byThese("channel-members"), notify: [user("U0ANN"), user("U0CLEO")] },
      ["U0CLEO"],
    ],
    ["nobody, where everybody has voted", byThese([user("U0ANN")]), []],
  ])("calls %s", async (_, policy, expected) => {
    // A card that is posted with its hold would make those whom it names followers of its thread.
    await test.settle({ deployment: { remarks, holds: [], offers: [] }, policy });
    await tellAlso(test, [vote("U0ANN", 1, 2)], {
      policy,
      votes: votedBy(2, "U0ANN"),
      deployment: { remarks },
    });
    expect(rung().toSorted()).toEqual(expected.toSorted());
  });

  it("shows what is needed, until when, what then and what changes", async () => {
    const policy = byThese([group("S0TWO")]);
    await test.settle({ deployment: { remarks }, policy });
    await tellAlso(test, [vote("U0ANN", 1, 2)], {
      policy,
      votes: votedBy(2, "U0ANN"),
      deployment: { remarks },
    });
    const reply = test.thread().at(-1);
    expect(reply?.text).toBe(
      "checkout-api in prod needs 1 more vote to continue by 14:32 UTC on 17 Nov, else ECS rolls back. 2.18.3 → 2.19.0.",
    );
    expect(JSON.stringify(reply?.blocks)).toContain("<@U0BEN>: *1 more vote is needed* to continue");
  });

  it("is called for once, whoever votes after that", async () => {
    const policy = byThese([group("S0TWO"), user("U0CLEO")], 3);
    const seen = { policy, deployment: { remarks } };
    await test.settle(seen);
    const [first, second] = [vote("U0ANN", 1, 3), vote("U0BEN", 2, 3)];
    await tellAlso(test, [first], { ...seen, votes: votedBy(3, "U0ANN") });
    expect(rung()).not.toEqual([]);
    const before = test.thread().length;
    await tellAlso(test, [first, second], { ...seen, votes: votedBy(3, "U0ANN", "U0BEN") });
    expect(test.thread()).toHaveLength(before + 1);
    expect(JSON.stringify(test.thread().at(-1)?.blocks)).not.toContain("<@");
  });

  it("is not called for when it came meanwhile, or when nothing can be asked any more", async () => {
    const policy = byThese([group("S0TWO")]);
    const seen = { policy, deployment: { remarks } };
    await test.settle(seen);
    await tellAlso(test, [vote("U0ANN", 1, 2)], { ...seen, votes: votedBy(2, "U0ANN", "U0BEN") });
    expect(rung()).toEqual([]);
    const over = { ...seen, deployment: { remarks, holds: [], offers: [] } };
    await tellAlso(test, [vote("U0ANN", 1, 2), vote("U0ANN", 1, 2)], { ...over, votes: votedBy(2, "U0ANN") });
    expect(rung()).toEqual([]);
  });

  it("is called for before a rollback, too, without a deadline that is not its own", async () => {
    const rollback = rollbackAt(undefined);
    const policy = policyOf({ rollback: ruleOf({ approvers: [group("S0TWO")], approvals: 2 }) });
    const seen = { policy, deployment: { remarks, offers: [rollback] } };
    await test.settle(seen);
    const entry: LogEntry = { k: "vote", at: 0, id: "end", action: "rollback", by: "U0ANN", n: 1, need: 2 };
    await tellAlso(test, [entry], { ...seen, votes: [voteOf("U0ANN", rollback, 2)] });
    expect(rung()).toEqual(["U0BEN"]);
    expect(test.thread().at(-1)?.text).toBe(
      "checkout-api in prod needs 1 more vote to roll back. 2.18.3 → 2.19.0.",
    );
  });
});
