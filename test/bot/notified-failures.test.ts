/** Who is notified of a deployment that failed, and how often; and that a card found again notifies nobody. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asGone } from "../../src/handlers/jobs/observe.ts";
import type { Policy } from "../../src/handlers/policy.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { deploymentOf, hold, oncall, policyOf, rollbackAt, ruleOf, wording } from "./card/pictures.ts";
import { type BoardTest, remarkOf, startBoardTest } from "./support.ts";

const started = remarkOf("status");
const trouble = remarkOf("incident/breaker", { weight: "incident", words: ["tasks failed to start"] });
const over = { holds: [], offers: [], endedAt: 0 } satisfies Partial<WordedDeployment>;
const running: Partial<WordedDeployment> = { holds: [], remarks: [started] };
const troubled: Partial<WordedDeployment> = {
  ...{ holds: [], incident: true, remarks: [started, trouble] },
  offers: [rollbackAt(undefined)],
};
const wentBack = remarkOf("status/ROLLBACK_SUCCESSFUL", { weight: "ending" });
const rolledBack: Partial<WordedDeployment> = {
  ...{ ...over, phase: "rolled-back", serving: "previous", incident: true },
  remarks: [started, trouble, wentBack],
};
const failed: Partial<WordedDeployment> = {
  ...{ ...over, phase: "failed", status: "ROLLBACK_FAILED", incident: true },
  remarks: [started, trouble, remarkOf("incident/rollback-failed", { weight: "incident" })],
};
const timedOut: Partial<WordedDeployment> = {
  ...rolledBack,
  holds: [{ ...hold, shows: "expired", onExpiryAction: "rollback" }],
};
const vanished: Partial<WordedDeployment> = wording.deployment(
  asGone(deploymentOf({ ...running, remarks: [started] })),
);
const approvers = ["U0ANN", "U0BEN"];

let test: BoardTest;
beforeEach(async () => {
  test = await startBoardTest({
    people: [
      { id: "U0ANN", name: "ann" },
      { id: "U0BEN", name: "ben" },
      { id: "U0CLEO", name: "cleo" },
      { id: "U0FOL", name: "follows", followsAllMessages: true },
    ],
    userGroups: [
      { id: oncall, handle: "oncall", name: "On call", users: approvers },
      { id: "S0CLEO", handle: "cleo", name: "Cleo", users: ["U0CLEO"] },
    ],
  });
});
afterEach(() => test.close());

/** Each message that rang somebody who does not follow the channel, and whom. */
function rings(): readonly (readonly string[])[] {
  return [...test.cards(), ...test.thread()]
    .map(({ notified }) => notified.map(({ user }) => user).filter((user) => user !== "U0FOL"))
    .filter((users) => users.length > 0);
}

async function look(...course: readonly Partial<WordedDeployment>[]): Promise<void> {
  for (const deployment of course) {
    await test.settle({ deployment });
    await test.settle({ deployment });
  }
}

describe("a deployment that failed", () => {
  it.each<[string, readonly Partial<WordedDeployment>[], number]>([
    ["failed", [running, failed], 1],
    ["was rolled back by AWS", [running, rolledBack], 1],
    ["timed out", [running, timedOut], 1],
    ["vanished", [running, vanished], 1],
    ["is in trouble", [running, troubled], 1],
    ["was in trouble and was rolled back by AWS", [running, troubled, rolledBack], 1],
    ["was in trouble, and its rollback failed", [running, troubled, failed], 2],
    [
      "was rolled back by AWS in front of our eyes, and that failed",
      [running, { ...troubled, phase: "rolling-back" }, failed],
      2,
    ],
    ["was in trouble and went on", [running, troubled, running], 1],
    [
      "was in trouble and vanished",
      [
        running,
        troubled,
        { ...vanished, remarks: [started, trouble, remarkOf("gone", { weight: "incident" })] },
      ],
      2,
    ],
  ])("calls the approvers as often as it %s", async (_, course, times) => {
    await look(...course);
    expect(rings()).toEqual(Array.from({ length: times }, () => approvers));
    const loud = test.thread().filter(({ broadcast }) => broadcast);
    expect(loud).toHaveLength(times);
    expect(loud.at(-1)?.notified.length).toBe(3);
  });

  it("calls those whom the policy notifies, and not the approvers", async () => {
    const policy: Policy = { ...policyOf(), notify: [{ kind: "usergroup", id: "S0CLEO" }] };
    await test.settle({ deployment: running, policy });
    await test.settle({ deployment: failed, policy });
    expect(rings()).toEqual([["U0CLEO"]]);
  });

  it("reaches those who follow the channel where everybody may answer", async () => {
    const anybody = ruleOf({ approvers: "channel-members" });
    const policy = policyOf({ continue: anybody, rollback: anybody });
    await test.settle({ deployment: running, policy });
    await test.settle({ deployment: failed, policy });
    expect(rings()).toEqual([]);
    expect(test.thread().filter(({ broadcast }) => broadcast)[0]?.notified).toMatchObject([
      { user: "U0FOL" },
    ]);
  });

  it("leaves no button on the first of two messages", async () => {
    await look(running, troubled);
    expect(JSON.stringify(test.thread())).toContain("answer.rollback");
    await look(failed);
    expect(JSON.stringify(test.thread().map(({ blocks }) => blocks))).not.toContain("answer.rollback");
  });
});

describe("a card that is found again or posted again", () => {
  const waiting: Partial<WordedDeployment> = {
    remarks: [started, remarkOf(`hold/${hold.id}`, { weight: "person", holdId: hold.id })],
  };

  it.each<[string, Partial<WordedDeployment>]>([
    ["waits", waiting],
    ["is in trouble", troubled],
  ])("calls nobody again by an emptied store, while it %s", async (_, deployment) => {
    await look(running, deployment);
    const before = rings();
    expect(before).toEqual([approvers]);
    await test.timed.redis.flushdb();
    await test.timed.advance(5_000);
    await test.settle({ deployment, storeAgeMs: 1_000 });
    await test.settle({ deployment, storeAgeMs: 60_000 });
    expect(test.cards()).toHaveLength(1);
    expect(rings()).toEqual(before);
  });

  it.each([
    ["failed", failed],
    ["was rolled back by AWS", rolledBack],
  ])("calls once for what nobody had heard of when a store was emptied: it %s", async (_, deployment) => {
    await look(running);
    await test.timed.redis.flushdb();
    await test.timed.advance(5_000);
    await test.settle({ deployment, storeAgeMs: 1_000 });
    await test.settle({ deployment, storeAgeMs: 60_000 });
    expect(test.cards()).toHaveLength(1);
    expect(rings()).toEqual([approvers]);
  });

  it("takes the button away, and calls once more for a bad end, when a store was emptied in an incident", async () => {
    await look(running, troubled);
    await test.timed.redis.flushdb();
    await test.timed.advance(5_000);
    await test.settle({ deployment: troubled, storeAgeMs: 1_000 });
    expect(rings()).toEqual([approvers]);
    const { view } = await test.picture({ deployment: troubled });
    expect(view.board.incidentTs).toBe(test.thread().find(({ broadcast }) => broadcast)?.ts);
    await look(failed);
    expect(rings()).toEqual([approvers, approvers]);
    expect(JSON.stringify(test.thread().map(({ blocks }) => blocks))).not.toContain("answer.rollback");
  });

  it("calls once, when two replicas see the same", async () => {
    await look(running);
    const other = await test.otherBoard();
    for (let looks = 0; looks < 3; looks += 1) {
      const picture = await test.picture({ deployment: waiting });
      await Promise.all([test.board.show(picture), other.show(picture)]);
    }
    expect(rings()).toEqual([approvers]);
  });

  it("calls once, when the process dies after it posted", async () => {
    await look(running);
    test.slack.faults.plan({ method: "chat.postMessage", fault: { kind: "cut", after: true } });
    await test.settle({ deployment: waiting });
    await test.timed.advance(20_000);
    await test.settle({ deployment: waiting });
    expect(rings()).toEqual([approvers]);
  });

  it("calls nobody again after somebody deleted it", async () => {
    await look(running, troubled);
    const [card] = test.cards();
    if (card !== undefined) test.slack.workspace.remove(card);
    const before = test.slack.workspace.timeline(card?.channel ?? "").flatMap(({ notified }) => notified);
    await look({ ...troubled, where: ["cluster other"] });
    const after = test.slack.workspace.timeline(card?.channel ?? "").flatMap(({ notified }) => notified);
    expect(after.filter(({ user }) => user !== "U0FOL")).toEqual(
      before.filter(({ user }) => user !== "U0FOL"),
    );
  });
});

it("draws the end on a card whose edit failed while the incident's message was redrawn", async () => {
  await look(running, troubled);
  const [card] = test.cards();
  test.slack.faults.plan({ method: "chat.update", fault: { kind: "status", status: 500 } });
  await look(failed, failed);
  expect(test.cards()[0]?.ts).toBe(card?.ts);
  expect(test.cards()[0]?.text).toContain("failed");
});
