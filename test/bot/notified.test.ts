/** Whose phone rings, how often, and what it shows: through the real board and the fake Slack. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogEntry } from "../../src/bot/card/parts/picture.ts";
import { decisionOfHold } from "../../src/handlers/identity.ts";
import type { Policy } from "../../src/handlers/policy.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { continueAt, hold, oncall, policyOf, rollbackAt, ruleOf } from "./card/pictures.ts";
import { type BoardTest, present, remarkOf, startBoardTest, tellAlso } from "./support.ts";

const people = [
  { id: "U0ANN", name: "ann" },
  { id: "U0BEN", name: "ben" },
  { id: "U0FOL", name: "follows", followsAllMessages: true },
];
const users = ["U0ANN", "U0BEN"];
const running: Partial<WordedDeployment> = { holds: [], offers: [], remarks: [remarkOf("status")] };
const opened = remarkOf(`hold/${hold.id}`, { weight: "person", holdId: hold.id });
const waiting: Partial<WordedDeployment> = { remarks: [remarkOf("status"), opened] };
const anybody: Policy = policyOf({
  continue: ruleOf({ approvers: "channel-members" }),
  rollback: ruleOf({ approvers: "channel-members" }),
});
const id = decisionOfHold(hold.id);
const about = { at: 0, id, action: "continue", att: 1 } as const;
/** Everything that the log says of people. */
const entriesThatName: readonly LogEntry[] = [
  { ...about, k: "vote", by: "U0ANN", n: 1, need: 2 },
  { ...about, k: "withdrawn", by: "U0ANN" },
  { ...about, k: "void", by: "U0ANN", why: "left-channel" },
  { ...about, k: "late", by: "U0ANN", wonBy: "U0BEN", wonAction: "rollback" },
  { ...about, k: "claimed", by: "U0ANN,U0BEN", others: "U0BEN" },
  { ...about, k: "dropped", by: "U0ANN", why: "opposed", against: "U0BEN" },
  ...(["accepted", "refused", "unclear", "open", "confirmed", "lateAnswer"] as const).map((k) => ({
    ...about,
    k,
    by: "U0ANN,U0BEN",
  })),
  ...(["superseded", "expired", "reopened", "notSent"] as const).map((k) => ({
    ...about,
    k,
    asked: "U0ANN,U0BEN",
  })),
];
const push =
  "checkout-api in prod waits for you until 14:32 UTC on 17 Nov, else ECS rolls back. 2.18.3 → 2.19.0.";

let test: BoardTest;
beforeEach(async () => {
  test = await startBoardTest({
    people,
    userGroups: [
      { id: oncall, handle: "oncall", name: "On call", users },
      { id: "S0BEN", handle: "ben", name: "Ben", users: ["U0BEN"] },
    ],
  });
});
afterEach(() => test.close());

/** What the thread's last reply says. */
function lastReply(): string {
  return JSON.stringify(present(test.thread().at(-1), "no reply").blocks);
}

/** Everything that rang somebody who does not follow the channel, oldest first. */
function rung(user?: string): readonly { readonly user: string; readonly text: string }[] {
  const all = [...test.cards(), ...test.thread()].flatMap(({ notified }) => notified);
  return all.filter((it) => (user === undefined ? it.user !== "U0FOL" : it.user === user));
}

describe("whose phone rings", () => {
  it("nobody's, while nobody is needed", async () => {
    await test.settle({ deployment: running });
    expect(test.cards()).toHaveLength(1);
    expect(rung()).toEqual([]);
    expect(JSON.stringify(test.cards()[0]?.blocks)).not.toMatch(/<[@!]subteam|<@/);
  });

  it("the approvers', once, by the card that is posted with its hold", async () => {
    await test.settle({ deployment: waiting });
    await test.settle({ deployment: waiting });
    expect(rung()).toMatchObject(users.map((user) => ({ user, text: expect.stringContaining(push) })));
  });

  it("the approvers', once, when a hold opens under a card that stands", async () => {
    await test.settle({ deployment: running });
    await test.settle({ deployment: waiting });
    await test.settle({ deployment: waiting });
    expect(rung()).toEqual(users.map((user) => ({ user, text: push })));
  });

  it.each(entriesThatName)("nobody's, when the thread says who did what: $k", async (entry) => {
    await test.settle({ deployment: running });
    await tellAlso(test, [entry], { deployment: running });
    expect(lastReply()).toMatch(/\b(ann|ben)\b/);
    expect(lastReply()).not.toContain("<@");
    expect(rung()).toEqual([]);
  });

  it("nobody's by a name that could not be looked up: it is written as an id", async () => {
    await test.settle({ deployment: running });
    test.slack.faults.plan({ method: "users.info", fault: { kind: "error", error: "internal_error" } });
    const [vote] = entriesThatName;
    if (vote !== undefined) await tellAlso(test, [vote], { deployment: running });
    expect(lastReply()).toContain("`U0ANN` votes to continue");
  });

  it("nobody's by a name that would format, mention or link", async () => {
    test.slack.workspace.putPerson({ id: "U0ANN", name: "<!here> *ann* <@U0BEN>" });
    await test.settle({ deployment: running });
    const [vote] = entriesThatName;
    if (vote !== undefined) await tellAlso(test, [vote], { deployment: running });
    expect(lastReply()).toContain("‹!here› ∗ann∗ ‹＠U0BEN› votes");
    expect(rung()).toEqual([]);
  });

  it("not those who may do something else, who are named", async () => {
    const policy = policyOf({
      rollback: ruleOf({ approvers: [{ kind: "usergroup", id: "S0OTHER" }] }),
    });
    const people = { id: "S0OTHER", handle: "others", name: "Others", users: ["U0FOL"] };
    test.slack.workspace.putUserGroup(people);
    await test.settle({ deployment: waiting, policy });
    const drawn = JSON.stringify(test.cards()[0]?.blocks);
    expect(drawn).toContain("Who may roll back:* others");
    expect(drawn).not.toContain("S0OTHER");
    expect(drawn).toContain(`<!subteam^${oncall}>`);
  });

  it("those whom the policy names, and not the approvers", async () => {
    const policy = { ...policyOf(), notify: [{ kind: "usergroup", id: "S0BEN" }] } satisfies Policy;
    await test.settle({ deployment: waiting, policy });
    expect(rung().map(({ user }) => user)).toEqual(["U0BEN"]);
  });

  it("those who follow the channel, where everybody may answer", async () => {
    await test.settle({ deployment: running, policy: anybody });
    const before = rung("U0FOL").length;
    await test.settle({ deployment: waiting, policy: anybody });
    expect(rung("U0FOL").slice(before)).toEqual([{ user: "U0FOL", text: push }]);
    expect(test.thread().filter(({ broadcast }) => broadcast)).toHaveLength(1);
    expect(rung()).toEqual([]);
  });

  it.each<[string, LogEntry, Partial<WordedDeployment>, readonly string[], string]>([
    [
      "a rollback had no effect",
      { at: 0, k: "reopened", id: "end", action: "rollback", att: 1, asked: "U0BEN" },
      { ...running, offers: [rollbackAt(undefined)] },
      ["U0BEN"],
      "checkout-api in prod: the request to roll back has not taken effect. Press again. 2.18.3 → 2.19.0.",
    ],
    [
      "a rollback was not sent, while a hold waits",
      { at: 0, k: "notSent", id: "end", action: "rollback", att: 1, asked: "U0BEN" },
      waiting,
      users,
      "checkout-api in prod: the request to roll back was not sent. Press again by 14:32 UTC on 17 Nov, else ECS rolls back. 2.18.3 → 2.19.0.",
    ],
    [
      "a revert had no effect",
      { at: 0, k: "reopened", id: "revert", action: "revert", att: 1, asked: "U0BEN" },
      { ...running, phase: "succeeded", offers: [{ ...rollbackAt(undefined), action: "revert" }] },
      ["U0BEN"],
      "checkout-api in prod: the request to revert has not taken effect. Press again. 2.18.3 → 2.19.0.",
    ],
    [
      "terminating the old version had no effect",
      { at: 0, k: "reopened", id, action: "terminate-old", att: 1, asked: "U0BEN" },
      {
        ...{ ...waiting, holds: [{ ...hold, optional: true }] },
        offers: [{ ...continueAt(hold), action: "terminate-old" }],
      },
      ["U0BEN"],
      "checkout-api in prod: the request to terminate the old version has not taken effect. Press again. 2.18.3 → 2.19.0.",
    ],
  ])("those who may ask again, once, when %s", async (_, entry, deployment, called, push) => {
    const ben = ruleOf({ approvers: [{ kind: "usergroup", id: "S0BEN" }] });
    const policy = policyOf({ rollback: ben, revert: ben, "terminate-old": ben });
    await test.settle({ deployment: waiting, policy });
    await test.settle({ deployment: waiting, policy });
    const before = rung().length;
    await tellAlso(test, [entry], { deployment, policy });
    expect(rung().slice(before)).toEqual(called.map((user) => ({ user, text: push })));
    expect(lastReply()).toContain("*press again* to");
  });

  it("nobody's, when it was asked for again meanwhile", async () => {
    const entry: LogEntry = { at: 0, k: "reopened", id: "end", action: "rollback", att: 1, asked: "U0BEN" };
    await test.settle({ deployment: running });
    await tellAlso(test, [entry], { deployment: { ...running, offers: [] } });
    expect(rung()).toEqual([]);
  });

  it("once for all holds that open in one look", async () => {
    const second = { ...hold, id: "second", name: "second" };
    const both: Partial<WordedDeployment> = {
      holds: [hold, second],
      offers: [continueAt(hold), continueAt(second)],
      remarks: [opened, remarkOf("hold/second", { weight: "person", holdId: second.id })],
    };
    await test.settle({ deployment: running });
    await test.settle({ deployment: both });
    expect(rung().map(({ user }) => user)).toEqual(users);
    expect(rung()[0]?.text).toContain("waits for you at 2 holds, first until");
  });

  it.each([-120_000, 120_000])(
    "once, where Slack's clock differs from Redis's: by %d ms",
    async (aheadMs) => {
      await test.close();
      const seen: { test?: BoardTest } = {};
      test = await startBoardTest({
        clock: () => (seen.test?.timed.now() ?? 1_700_000_000_000) + aheadMs,
        ...{ people, userGroups: [{ id: oncall, handle: "oncall", name: "On call", users }] },
      });
      seen.test = test;
      const second = { ...hold, id: "second", name: "second" };
      const then: Partial<WordedDeployment> = {
        holds: [hold, second],
        offers: [continueAt(hold), continueAt(second)],
        remarks: [
          ...(waiting.remarks ?? []),
          remarkOf("hold/second", { weight: "person", holdId: second.id }),
        ],
      };
      await test.settle({ deployment: waiting });
      await test.settle({ deployment: waiting });
      expect(rung().map(({ user }) => user)).toEqual(users);
      await test.settle({ deployment: then });
      expect(rung().map(({ user }) => user)).toEqual([...users, ...users]);
    },
  );

  it("nobody's again, when the card is posted anew", async () => {
    await test.settle();
    const [card] = test.cards();
    if (card !== undefined) test.slack.workspace.remove(card);
    await test.settle({ deployment: { where: ["cluster other"] } });
    await test.settle({ deployment: { where: ["cluster other"] } });
    const anew = test
      .cards()
      .filter(({ isTombstone }) => !isTombstone)
      .at(-1);
    expect(anew?.ts).not.toBe(card?.ts);
    expect(anew?.notified.filter(({ user }) => user !== "U0FOL")).toEqual([]);
  });
});
