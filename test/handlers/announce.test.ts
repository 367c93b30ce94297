import { describe, expect, it } from "vitest";
import { type Announcement, announcementsOf } from "../../src/handlers/announce/announce.ts";
import type { Decision, LogEntry } from "../../src/handlers/decision.ts";
import { decisionOfHold } from "../../src/handlers/identity.ts";
import { acceptedMs, quietMs } from "../../src/handlers/timing.ts";
import { deploymentOf } from "../bot/card/pictures.ts";
import { deployment, hold, key, ref } from "../store/samples.ts";
import { oneDeployment, shows } from "./one-deployment.ts";

const at = Date.UTC(2026, 10, 18, 14, 2, 11, 204);
const told = { at, id: hold, action: "continue", by: "U1,U2", att: 1 } as const;

function announce(entries: readonly LogEntry[], decisions: readonly Decision[] = []) {
  return announcementsOf({
    ...{ key, deployment, from: 3, entries },
    decisions: new Map(decisions.map((decision) => [decision.id, decision])),
  });
}
const first = (entry: LogEntry, decisions: readonly Decision[] = []): Announcement | undefined =>
  announce([entry], decisions)[0]?.announcement;

const decision: Decision = {
  id: "end",
  state: "sent",
  action: "rollback",
  by: ["U1"],
  attempt: 2,
  detail: { point: hold, holdId: "hook-1", reason: "errors" },
};

describe("what is announced of a log", () => {
  it("is a decision with everything that others need, under an id of its own", () => {
    const claimed: LogEntry = {
      ...{ ...told, k: "claimed", others: "" },
      detail: { point: hold, holdId: "hook-1", reason: "looks good" },
    };
    expect(first(claimed)).toEqual({
      version: "1",
      id: `${key.lane}/${key.deployment}/4/${at}`,
      at: "2026-11-18T14:02:11.204Z",
      system: "ecs",
      account: "111122223333",
      region: "eu-west-1",
      target: "checkout",
      deployment: ref.id,
      decision: `${key.lane}/${key.deployment}/${hold}`,
      attempt: 1,
      stage: "POST_TEST_TRAFFIC_SHIFT",
      action: "continue",
      by: ["U1", "U2"],
      reason: "looks good",
      state: "decided",
      final: false,
    });
  });

  it("says which of several things of one name it is", () => {
    const about = { key, from: 0, entries: [{ ...told, k: "accepted" } as const], decisions: new Map() };
    const which = "Proton component";
    const [named] = announcementsOf({ ...about, deployment: { ...deployment, which } });
    expect(named?.announcement).toMatchObject({ target: deployment.target, which });
  });

  it.each([
    ["accepted", "accepted", false],
    ["refused", "refused", false],
    ["unclear", "unclear", false],
    ["open", "not-done", false],
    ["reopened", "not-done", false],
    ["notSent", "not-done", false],
    ["confirmed", "confirmed", true],
    ["superseded", "superseded", true],
    ["expired", "expired", true],
  ] as const)("is the outcome %s as %s", (k, state, final) => {
    expect(first({ ...told, k })).toMatchObject({ state, final, by: ["U1", "U2"], action: "continue" });
  });

  it("is what lost against its opposite before it was sent", () => {
    expect(first({ ...told, k: "dropped", why: "guard" })).toMatchObject({ state: "not-done" });
  });

  const unannounced: readonly LogEntry[] = [
    { k: "vote", at, id: hold, action: "continue", by: "U1", n: 1, need: 2 },
    { k: "withdrawn", at, id: hold, by: "U1" },
    { k: "late", at, id: hold, action: "rollback", by: "U3" },
    { k: "remark", at, remark: { name: "x", weight: "progress" } },
    { ...told, k: "lateAnswer", answer: "accepted" },
    { k: "superseded", at, id: hold, asked: "U1" },
    { k: "expired", at, id: hold, by: "", asked: "" },
  ];
  it.each(unannounced)("is nothing of a wish, a remark, or what nobody decided: $k", (entry) => {
    expect(announce([entry])).toEqual([]);
  });

  it("keeps each entry's own number", () => {
    const [vote] = unannounced;
    if (vote === undefined) throw new Error("there is no vote");
    expect(announce([vote, { ...told, k: "accepted" }]).map(({ n }) => n)).toEqual([5]);
  });

  it("names stage and reason of an ending that was asked at a hold", () => {
    const entry: LogEntry = { k: "confirmed", at, id: "end", action: "rollback", by: "U1", att: 2 };
    expect(first(entry, [decision])).toMatchObject({ stage: "POST_TEST_TRAFFIC_SHIFT", reason: "errors" });
  });

  it("leaves the reason of another attempt out", () => {
    const entry: LogEntry = { k: "unclear", at, id: "end", action: "rollback", by: "U1", att: 1 };
    expect(Object.keys(first(entry, [decision]) ?? {})).not.toContain("reason");
    expect(first(entry, [decision])?.stage).toBeUndefined();
  });

  it("never carries a hold's id or AWS's own words", () => {
    const secret = "eyJlbmNyeXB0ZWREYXRhIjoi";
    const holds = deployment.holds.map((one) => ({ ...one, id: secret }));
    const id = decisionOfHold(secret);
    const detail = { point: id, holdId: secret };
    const entries: readonly LogEntry[] = [
      { ...told, k: "claimed", id, others: "", detail },
      { ...told, k: "refused", id, answer: `hook ${secret} is no more` },
      { ...told, k: "superseded", id, detail: secret },
    ];
    const announced = announcementsOf({
      ...{ key, from: 0, entries, deployment: { ...deployment, holds } },
      decisions: new Map([[id, { ...decision, id, attempt: 1, detail }]]),
    });
    expect(announced).toHaveLength(3);
    expect(announced.every(({ announcement }) => announcement.stage === "POST_TEST_TRAFFIC_SHIFT")).toBe(
      true,
    );
    expect(JSON.stringify(announced)).not.toContain(secret);
  });
});

describe("what waits for the bus after a request", () => {
  async function statesIn(world: ReturnType<typeof oneDeployment>): Promise<readonly (string | undefined)[]> {
    const reply = await world.memory.store.announcements("a1", { leaseMs: 1, count: 50 });
    return reply.kind === "yours" ? reply.announcements.map((one) => `${one?.action} ${one?.state}`) : [];
  }
  async function lookAfter(world: ReturnType<typeof oneDeployment>, ms: number): Promise<void> {
    world.memory.advance(ms);
    for (let i = 0; i < 3; i += 1) await world.look();
  }
  async function known(): Promise<ReturnType<typeof oneDeployment>> {
    const world = oneDeployment();
    await world.memory.store.enqueue([{ member: { kind: "ref", ref: deploymentOf().ref }, delayMs: 0 }]);
    await world.look();
    return world;
  }
  const over = { phase: "rolling-back", offers: [], holds: [] } as const;

  it("is the decision, AWS's yes, and its confirmation, each once", async () => {
    const world = await known();
    await world.ask("rollback", "U0ANN");
    await lookAfter(world, 0);
    expect(await statesIn(world)).toEqual(["rollback decided", "rollback accepted"]);
    world.aws = shows(over);
    await lookAfter(world, acceptedMs);
    await lookAfter(world, acceptedMs);
    expect(await statesIn(world)).toEqual(["rollback decided", "rollback accepted", "rollback confirmed"]);
  });

  it("is that nothing came of a call that AWS never got", async () => {
    const world = await known();
    world.answers = { kind: "unclear", cause: new Error("timed out") };
    await world.ask("rollback", "U0ANN");
    await lookAfter(world, 0);
    await lookAfter(world, quietMs + 1_000);
    expect(await statesIn(world)).toEqual(["rollback decided", "rollback unclear", "rollback not-done"]);
  });

  it("is nothing when somebody else ended it", async () => {
    const world = await known();
    world.aws = shows(over);
    await lookAfter(world, acceptedMs);
    expect(await statesIn(world)).toEqual([]);
  });
});
