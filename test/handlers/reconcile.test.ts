import { describe, expect, it, vi } from "vitest";
import { keyOf } from "../../src/handlers/identity.ts";
import { deploymentOf, hold } from "../bot/card/pictures.ts";
import { gone, oneDeployment, shows } from "./one-deployment.ts";

const { ref } = deploymentOf();
const member = { kind: "ref", ref } as const;

describe("a deployment that AWS does not know", () => {
  it("is not over because one read missed it: reads lag", async () => {
    const world = oneDeployment();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    world.aws = gone;
    world.memory.advance(30_000);
    await world.look();
    expect((await world.view()).snapshot?.phase).toBe("running");
    world.aws = shows();
    world.memory.advance(30_000);
    await world.look();
    const view = await world.view();
    expect(view.snapshot).toMatchObject({ phase: "running", status: "IN_PROGRESS" });
    expect(view.staleSince).toBeUndefined();
  });

  it("is over when it stays unknown, leaves the queue, and can still be read", async () => {
    const world = oneDeployment();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    world.aws = gone;
    for (let looks = 0; looks < 20; looks += 1) {
      world.memory.advance(60_000);
      await world.look();
    }
    expect((await world.view()).snapshot).toMatchObject({ phase: "stopped", status: "not found" });
    expect(await world.memory.store.active()).toMatchObject([{ state: "ended", over: true }]);
    world.memory.advance(600_000);
    expect(await world.look()).toBeUndefined();
  });
});

describe("a deployment that vanished while a rollback was unclear", () => {
  it("confirms nothing to the people who asked", async () => {
    const world = oneDeployment();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    world.answers = { kind: "unclear", cause: new Error("time-out") };
    await world.ask("rollback", "U0ANN");
    world.aws = gone;
    for (let looks = 0; looks < 20; looks += 1) {
      world.memory.advance(60_000);
      await world.look();
    }
    expect((await world.view()).decisions.get("end")?.state).toBe("superseded");
  });
});

it("reads what names a target beside AWS, so that the card doesn't wait for it", async () => {
  const world = oneDeployment();
  const active = vi.spyOn(world.memory.store, "active");
  let readBefore = 0;
  world.whileReading = async () => {
    readBefore = active.mock.calls.length;
  };
  await world.memory.store.enqueue([{ member, delayMs: 0 }]);
  await world.look();
  expect(readBefore).toBe(1);
  expect(active).toHaveBeenCalledTimes(1);
});

describe("a board that is behind after the end", () => {
  it("is drawn again without reading AWS", async () => {
    const world = oneDeployment();
    let reads = 0;
    world.whileReading = async () => (reads += 1);
    world.aws = shows({ phase: "succeeded", status: "SUCCESSFUL", holds: [], offers: [] });
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    const [taken] = await world.memory.store.dequeue("first", 1, 30_000);
    if (taken === undefined) throw new Error("nothing was due");
    await world.reconcile(taken);
    await world.memory.store.complete(taken, { nextMs: 60_000, note: "show" });
    world.memory.advance(60_000);
    await world.look();
    expect(reads).toBe(1);
    expect(world.pictures).toHaveLength(2);
  });
});

describe("an event that AWS never confirms", () => {
  it("is looked after five times, and not five times again after every idle look", async () => {
    const world = oneDeployment();
    world.confirms = () => false;
    const event = { claim: { kind: "hold", holdId: "forged" } as const, time: 1 };
    await world.memory.store.enqueue([{ member, delayMs: 0, hint: { event } }]);
    let looks = 0;
    for (let second = 0; second < 165; second += 1) {
      if ((await world.look()) !== undefined) looks += 1;
      world.memory.advance(1_000);
    }
    // 0, 1, 3, 7 and 15 s, then every 30 s.
    expect(looks).toBe(9);
  });
});

describe("an event about something that AWS does not know", () => {
  it("is looked after three times, and leaves nothing in the queue", async () => {
    const world = oneDeployment();
    world.confirms = () => false;
    world.aws = gone;
    const event = { claim: { kind: "hold", holdId: "forged" } as const, time: 1 };
    await world.memory.store.enqueue([{ member, delayMs: 0, hint: { event } }]);
    let looks = 0;
    for (let second = 0; second < 165; second += 1) {
      if ((await world.look()) !== undefined) looks += 1;
      world.memory.advance(1_000);
    }
    expect(looks).toBe(3);
    expect(await world.memory.store.unqueued([ref])).toEqual([ref]);
  });
});

describe("a job in an account and region with many deployments", () => {
  it("comes again later than one with few beside it, on its own", async () => {
    const world = oneDeployment(undefined, { inProgress: () => 1_000 });
    world.aws = shows({ holds: [], offers: [] });
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    expect(await world.look()).toMatchObject({ nextMs: 125_000 });
  });
});

describe("an older read that ends after a newer one", () => {
  it("draws the newer snapshot with the decisions of its holds", async () => {
    const world = oneDeployment();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    const [old] = await world.memory.store.dequeue("slow", 1, 30_000);
    if (old === undefined) throw new Error("nothing was due");
    world.aws = shows({ holds: [], offers: [] });
    world.whileReading = async () => {
      world.whileReading = async () => {};
      world.aws = shows();
      world.memory.advance(31_000);
      await world.look();
      await world.ask("continue", "U0ANN");
    };
    await world.reconcile(old);
    const drawn = world.pictures.at(-1);
    expect(drawn?.deployment.holds.map(({ id }) => id)).toEqual([hold.id]);
    expect([...(drawn?.view.decisions.values() ?? [])].map(({ state }) => state)).toEqual(["accepted"]);
  });
});

describe("the birth of the store", () => {
  it("is the same for every look, however long AWS is read", async () => {
    const world = oneDeployment();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    world.whileReading = async () => world.memory.advance(7_000);
    world.memory.advance(30_000);
    await world.look();
    const [born, again] = world.pictures.map(({ view, storeAgeMs }) => view.now - storeAgeMs);
    expect(again).toBe(born);
  });
});

describe("a rollback that AWS did by itself", () => {
  it("stays an incident when somebody's own request was refused", async () => {
    const world = oneDeployment();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    world.answers = { kind: "refused", message: "is rolling back already" };
    await world.ask("rollback", "U0ANN");
    world.memory.advance(1_000);
    const broke = {
      name: "incident/circuit-breaker",
      weight: "incident",
      emoji: "🚨",
      words: ["failed"],
    } as const;
    world.aws = shows({
      phase: "rolling-back",
      holds: [{ ...hold, shows: "over" }],
      offers: [],
      incident: true,
      remarks: [broke],
    });
    await world.look();
    expect((await world.view()).snapshot?.incident).toBe(true);
    expect((await world.view()).log).toContainEqual(
      expect.objectContaining({ remark: expect.objectContaining({ weight: "incident" }) }),
    );
  });
});

describe("a claim beside the last look", () => {
  it("is looked at again when its process died", async () => {
    const world = oneDeployment();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    world.memory.advance(30_000);
    world.aws = shows({ phase: "succeeded", holds: [{ ...hold, shows: "over" }], offers: [] });
    const { store } = world.memory;
    const { keyOf } = await import("../../src/handlers/identity.ts");
    // The watch is queued before the look takes the deployment, the claim comes after it has saved; then the process dies.
    await store.enqueue([{ member, delayMs: 16_000 }]);
    const [taken] = await store.dequeue("look", 1, 30_000);
    if (taken === undefined) throw new Error("nothing was due");
    const next = await world.reconcile(taken);
    await store.claim(
      { key: keyOf(ref, ref.id), decision: "end" },
      {
        token: "dead",
        leaseMs: 15_000,
        action: "rollback",
        user: "U0ANN",
        evidence: "1",
        verdict: { seen: [], by: ["U0ANN"], unknown: [], enough: true, need: 1 },
        detail: { point: "end" },
      },
    );
    await store.complete(taken, next);
    for (let looks = 0; looks < 5; looks += 1) {
      world.memory.advance(30_000);
      await world.look();
    }
    expect((await world.view()).decisions.get("end")?.state).toBe("superseded");
  });
});

it("draws nothing on the word of a store that forgot the card while AWS was read: it would be posted twice", async () => {
  const world = oneDeployment();
  const { store } = world.memory;
  await store.enqueue([{ member, delayMs: 0 }]);
  await world.look();
  const key = keyOf(ref, deploymentOf().lane);
  const post = { seq: 0, nonce: "n", postWaitMs: 20_000, known: true };
  await store.intend(key, post);
  await store.posted(key, { ...post, ts: "1.1", channel: "C0DEPLOY" });
  world.pictures.length = 0;
  world.memory.advance(30_000);
  world.whileReading = () => store.forgetCard(key, "1.1");
  await world.look();
  expect(world.pictures).toEqual([]);
  world.whileReading = async () => {};
  world.memory.advance(1_000);
  await world.look();
  expect(world.pictures).toHaveLength(1);
});

describe("a deployment that Auto Scaling started", () => {
  const scaling = { startedBy: "auto-scaling", holds: [], offers: [], incident: false } as const;

  it("gets no card and no line in the list, and is looked at again while it runs", async () => {
    const world = oneDeployment();
    world.aws = shows(scaling);
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    const next = await world.look();
    expect(world.pictures).toEqual([]);
    expect(await world.memory.store.active()).toEqual([]);
    world.aws = shows({ ...scaling, phase: "succeeded", status: "Succeeded" });
    world.memory.advance(next?.nextMs ?? 0);
    expect((await world.look())?.nextMs).toBeUndefined();
    expect(world.pictures).toEqual([]);
  });

  it.each([
    ["fails", { phase: "failed", status: "Failed", incident: true }],
    ["asks somebody", { holds: [hold] }],
  ] as const)("is shown when it %s", async (_, changes) => {
    const world = oneDeployment();
    world.aws = shows(scaling);
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    const next = await world.look();
    world.aws = shows({ ...scaling, ...changes });
    world.memory.advance(next?.nextMs ?? 0);
    await world.look();
    expect(world.pictures).toHaveLength(1);
  });
});

describe("a rollback that is a deployment of its own", () => {
  const other = { ...ref, id: "d-OLD" };
  const related = { relation: "rollback-of", ref: other } as const;

  it("is drawn with the card of the deployment that it undoes, which is drawn again", async () => {
    const world = oneDeployment();
    const { store } = world.memory;
    const key = keyOf(other, deploymentOf().lane);
    const post = { seq: 0, nonce: "n" };
    await store.intend(key, { ...post, postWaitMs: 1_000, known: true });
    await store.posted(key, { ...post, ts: "1.1", channel: "C0DEPLOY" });
    world.aws = shows({ related });
    await store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    expect(world.pictures.map(({ relatedCard }) => relatedCard)).toEqual([
      { channel: "C0DEPLOY", ts: "1.1" },
    ]);
    world.memory.advance(6_000);
    const [taken] = await store.dequeue("another", 1, 30_000);
    expect(taken?.member).toEqual({ kind: "ref", ref: other });
  });

  it.each([
    ["failed on its own", { phase: "failed", incident: true }, true],
    ["was stopped by somebody", { phase: "stopped" }, undefined],
  ] as const)("knows whether the other %s", async (_, changes, onItsOwn) => {
    const world = oneDeployment();
    const { store } = world.memory;
    const before = deploymentOf({
      ...{ ref: other, holds: [], offers: [], related: { relation: "rolled-back-by", ref } },
      ...changes,
    });
    const key = keyOf(other, before.lane);
    const post = { seq: 0, nonce: "n" };
    await store.intend(key, { ...post, postWaitMs: 1_000, known: true });
    await store.posted(key, { ...post, ts: "1.1", channel: "C0DEPLOY" });
    await store.save(key, { readAt: world.memory.now(), deployment: before, decisions: [] });
    world.aws = shows({ related });
    await store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    expect(world.pictures[0]?.relatedCard?.onItsOwn).toBe(onItsOwn);
  });

  it("is on the other's card when it has ended, which is drawn again then", async () => {
    const world = oneDeployment();
    const { store } = world.memory;
    const key = keyOf(ref, deploymentOf().lane);
    const post = { seq: 0, nonce: "n" };
    await store.intend(key, { ...post, postWaitMs: 1_000, known: true });
    await store.posted(key, { ...post, ts: "1.1", channel: "C0DEPLOY" });
    world.aws = shows({ related });
    await store.enqueue([{ member, delayMs: 0 }]);
    const next = await world.look();
    world.memory.advance(6_000);
    expect(await store.dequeue("another", 1, 30_000)).toEqual([]);
    const ended = { phase: "rolled-back", serving: "previous", holds: [], offers: [], endedAt: 7 } as const;
    world.aws = shows({ related, ...ended });
    world.memory.advance(next?.nextMs ?? 0);
    await world.look();
    world.memory.advance(6_000);
    const [again] = await store.dequeue("another", 1, 30_000);
    expect(again?.member).toEqual({ kind: "ref", ref: other });
  });

  it.each([
    ["runs", {}, undefined],
    [
      "has put the earlier version back",
      { phase: "rolled-back", serving: "previous", endedAt: 7 },
      { how: "rolled-back", serving: "previous", isOver: true, at: 7 },
    ],
    [
      "has put a part back",
      { phase: "rolled-back", serving: "mixed" },
      { how: "rolled-back", serving: "mixed", isOver: false },
    ],
    ["failed", { phase: "failed", incident: true }, { how: "failed", serving: "unknown", isOver: false }],
    ["was stopped", { phase: "stopped" }, { how: "stopped", serving: "unknown", isOver: false }],
    [
      "is no longer known to AWS",
      { phase: "stopped", vanished: true, incident: true },
      { how: "not-known", serving: "unknown", isOver: false },
    ],
    [
      "is not shown as a rollback, and has succeeded",
      { phase: "succeeded", serving: "new", related: undefined },
      { how: "not-known", serving: "unknown", isOver: false },
    ],
    [
      "is not shown as a rollback, and has failed",
      { phase: "failed", incident: true, related: undefined },
      { how: "not-known", serving: "unknown", isOver: false },
    ],
    [
      "is shown as the rollback of yet another one",
      {
        phase: "rolled-back",
        serving: "previous",
        related: { relation: "rollback-of", ref: { ...ref, id: "d-THIRD" } },
      },
      { how: "not-known", serving: "unknown", isOver: false },
    ],
    [
      "is shown as rolled back by this one",
      { phase: "failed", incident: true, related: { relation: "rolled-back-by", ref } },
      { how: "not-known", serving: "unknown", isOver: false },
    ],
    [
      "is a rollback, and AWS does not say of which one",
      { phase: "rolled-back", serving: "previous", related: { relation: "rollback-of" } },
      { how: "rolled-back", serving: "previous", isOver: true },
    ],
  ] as const)("tells the other's card that it %s", async (_, changes, end) => {
    const world = oneDeployment();
    const { store } = world.memory;
    const { related: its, ...rest } = { related: { relation: "rollback-of", ref } as const, ...changes };
    const rollback = deploymentOf({
      ...{ ref: other, holds: [], offers: [], ...rest },
      ...(its === undefined ? {} : { related: its }),
    });
    const key = keyOf(other, rollback.lane);
    const post = { seq: 0, nonce: "n" };
    await store.intend(key, { ...post, postWaitMs: 1_000, known: true });
    await store.posted(key, { ...post, ts: "1.1", channel: "C0DEPLOY" });
    await store.save(key, { readAt: world.memory.now(), deployment: rollback, decisions: [] });
    world.aws = shows({
      phase: "failed",
      incident: true,
      related: { relation: "rolled-back-by", ref: other },
    });
    await store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    expect(world.pictures[0]?.relatedCard?.end).toEqual(end);
  });

  it("asks once for the other's card where neither has one, whatever they say of each other", async () => {
    const world = oneDeployment();
    const { store } = world.memory;
    world.aws = shows({ related });
    await store.enqueue([{ member, delayMs: 0 }]);
    const asked: boolean[] = [];
    for (let looks = 0; looks < 3; looks += 1) {
      const next = await world.look();
      world.memory.advance(6_000);
      const taken = await store.dequeue("another", 5, 30_000);
      asked.push(taken.some((one) => one.member.kind === "ref" && one.member.ref.id === other.id));
      for (const one of taken) await store.complete(one, {});
      await store.enqueue([{ member, delayMs: 0 }]);
      world.memory.advance(next?.nextMs ?? 0);
    }
    expect(asked).toEqual([true, false, false]);
  });

  it("is drawn without one where the other has none", async () => {
    const world = oneDeployment();
    world.aws = shows({ related: { relation: "rollback-of" } });
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    expect(world.pictures.map(({ relatedCard }) => relatedCard)).toEqual([undefined]);
  });
});
