import { describe, expect, it } from "vitest";
import type { Action } from "../../src/handlers/deployment.ts";
import type { Rule } from "../../src/handlers/policy.ts";
import type { WordedOffer } from "../../src/handlers/words.ts";
import { deploymentOf } from "../bot/card/pictures.ts";
import { killed, type OneDeployment, oneDeployment, openPolicy, shows } from "./one-deployment.ts";

const [ann, ben, cleo] = ["U0ANN", "U0BEN", "U0CLEO"] as const;
const { ref, offers } = deploymentOf();

/** Asked at the hold, whose decision guards the rollback; and of the whole deployment, which nothing guards. */
const rollbacks: readonly (readonly [string, readonly WordedOffer[]])[] = [
  ["at the hold", offers.filter(({ holdId }) => holdId !== undefined)],
  [
    "of the whole deployment",
    offers.filter(({ action, holdId }) => action === "continue" || holdId === undefined),
  ],
];

async function waitingFor(
  known: readonly WordedOffer[],
  approvals: Partial<Record<Action, number>> = {},
  reason: Rule["reason"] = "optional",
) {
  const rules = openPolicy().rules;
  const more = Object.entries(approvals).map(([action, count]) => {
    const rule = action === "rollback" ? rules.rollback : rules.continue;
    return [action, { ...rule, approvals: count }];
  });
  const rollback = rules.rollback === undefined ? {} : { rollback: { ...rules.rollback, reason } };
  const world = oneDeployment(openPolicy({ ...rollback, ...Object.fromEntries(more) }));
  world.aws = shows({ offers: known });
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  return world;
}

async function killedAfterClaim(world: OneDeployment, action: Action, user: string): Promise<void> {
  world.whileReading = killed;
  void world.ask(action, user);
  await settled();
  world.whileReading = async () => {};
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function lookOften(world: OneDeployment): Promise<void> {
  for (let looks = 0; looks < 12; looks += 1) {
    world.memory.advance(8_000);
    await world.look();
  }
}

async function toldOf(world: OneDeployment): Promise<readonly string[]> {
  return (await world.view()).log.map(({ k }) => k);
}

describe.each(rollbacks)("a rollback %s", (_where, known) => {
  it("that finds a claim without its process waits for the lease and goes out by itself, and the claim never does", async () => {
    const world = await waitingFor(known);
    await killedAfterClaim(world, "continue", ann);
    expect(await world.ask("rollback", ben)).toMatchObject({ kind: "accepted" });
    await lookOften(world);
    expect(world.sent).toEqual(["rollback"]);
    const said = await toldOf(world);
    expect(said).toContain("dropped");
    expect(said.slice(0, said.indexOf("accepted"))).not.toContain("notSent");
  });

  it("is not sent once its vote is taken back while it waits, and nobody is told that Holdpoint stopped", async () => {
    const world = await waitingFor(known);
    await killedAfterClaim(world, "continue", ann);
    world.whileWaiting = async () => void (await world.takeBack("rollback", ben));
    expect(await world.ask("rollback", ben)).toMatchObject({ kind: "refused", why: { rule: "withdrawn" } });
    await lookOften(world);
    expect(world.sent).toEqual([]);
    const said = (await world.view()).log.filter((entry) => "by" in entry && entry.by === ben);
    expect(said.map(({ k }) => k)).toEqual(["withdrawn"]);
  });

  it("keeps the other vote where one of two is taken back while it waits", async () => {
    const world = await waitingFor(known, { rollback: 2 });
    await world.ask("rollback", ann);
    await killedAfterClaim(world, "continue", cleo);
    world.whileWaiting = async () => {
      world.whileWaiting = async () => {};
      await world.takeBack("rollback", ann);
    };
    expect(await world.ask("rollback", ben)).toMatchObject({ kind: "waiting", votes: 1, need: 2 });
    await lookOften(world);
    expect(world.sent).toEqual([]);
    const { votes, log } = await world.view();
    expect(votes.filter(({ action }) => action === "rollback").map(({ user }) => user)).toEqual([ben]);
    expect(log.filter((entry) => entry.k === "notSent" && entry.id === "end")).toEqual([]);
  });

  it("is not sent for a voter who lost the right while it waited", async () => {
    const world = await waitingFor(known, { rollback: 2 });
    await world.ask("rollback", ann);
    await killedAfterClaim(world, "continue", cleo);
    world.whileWaiting = async () => {
      world.standing = (user) => ({ kind: user === ann ? "outsider" : "member" });
    };
    expect(await world.ask("rollback", ben)).toMatchObject({
      ...{ kind: "waiting", votes: 1, need: 2 },
      voided: [{ user: ann, why: "not-in-workspace" }],
    });
    await lookOften(world);
    expect(world.sent).toEqual([]);
  });

  it.each([1, 2])(
    "of %s is not sent for whoever loses the right while it waits, however late",
    async (approvals) => {
      const waits = await waitsOf(approvals);
      expect(waits).toBeGreaterThan(3);
      for (let lostAt = 1; lostAt <= waits; lostAt += 1) {
        const { world, asked } = await loses(approvals, lostAt);
        expect(asked.kind).toBe("refused");
        expect(world.sent).toEqual([]);
        expect((await world.view()).votes.filter(({ user }) => user === ben)).toEqual([]);
        await lookOften(world);
        expect(world.sent).toEqual([]);
      }
    },
  );

  async function loses(approvals: number, lostAt: number) {
    const world = await waitingFor(known, { rollback: approvals });
    if (approvals > 1) await world.ask("rollback", ann);
    await killedAfterClaim(world, "continue", cleo);
    world.memory.advance(1_200);
    let waits = 0;
    world.whileWaiting = async () => {
      waits += 1;
      if (waits === lostAt) world.standing = (user) => ({ kind: user === ben ? "outsider" : "member" });
    };
    const asked = await world.ask("rollback", ben);
    return { world, asked, waits };
  }

  async function waitsOf(approvals: number): Promise<number> {
    const { world, waits } = await loses(approvals, Number.POSITIVE_INFINITY);
    expect(world.sent).toEqual(["rollback"]);
    return waits;
  }

  it("is ahead of the takeover that comes while it waits", async () => {
    const world = await waitingFor(known);
    await killedAfterClaim(world, "continue", ann);
    world.whileWaiting = async () => void (await world.look());
    expect(await world.ask("rollback", ben)).toMatchObject({ kind: "accepted" });
    expect(world.sent).toEqual(["rollback"]);
  });

  it("whose process is killed while it waits sends nothing, nor does the claim: all are asked again, and no vote is left", async () => {
    const world = await waitingFor(known);
    await killedAfterClaim(world, "continue", ann);
    world.whileWaiting = killed;
    void world.ask("rollback", ben);
    await settled();
    world.whileWaiting = async () => {};
    await lookOften(world);
    expect(world.sent).toEqual([]);
    const { log, votes, decisions } = await world.view();
    const askedAgain = log.flatMap((entry) => (entry.k === "notSent" ? [[entry.action, entry.asked]] : []));
    expect(askedAgain.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1))).toEqual([
      ["continue", ann],
      ["rollback", ben],
    ]);
    expect(votes).toEqual([]);
    expect([...decisions.values()].map(({ state }) => state)).toEqual(["open", "open"]);
    expect(await world.ask("rollback", ben)).toMatchObject({ kind: "accepted" });
  });

  it("that is asked for while a slow process reads AWS keeps that process from sending", async () => {
    const world = await waitingFor(known);
    let rollback: Promise<unknown> = Promise.resolve();
    let goOn = (): void => {};
    world.whileReading = async () => {
      world.whileReading = async () => {};
      const released = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      world.whileWaiting = () => released;
      rollback = world.ask("rollback", ben);
      await settled();
    };
    expect(await world.ask("continue", ann)).toMatchObject({
      ...{ kind: "stale", changed: { what: "opposed", by: [ben] } },
    });
    world.whileWaiting = async () => {};
    goOn();
    expect(await rollback).toMatchObject({ kind: "accepted" });
    expect(world.sent).toEqual(["rollback"]);
    expect((await world.view()).log).toContainEqual(
      expect.objectContaining({ k: "dropped", action: "continue", by: ann, against: ben }),
    );
  });

  it("is not beaten by a continue that is asked for while it waits, nor by one while it is claimed and its process is gone", async () => {
    const world = await waitingFor(known);
    await killedAfterClaim(world, "continue", ann);
    world.whileWaiting = async () => {
      world.whileWaiting = async () => {};
      expect((await world.ask("continue", cleo)).kind).toMatch(/busy|decided/);
    };
    world.whileReading = killed;
    void world.ask("rollback", ben);
    for (let steps = 0; steps < 100; steps += 1) await settled();
    world.whileReading = async () => {};
    expect((await world.view()).decisions.get("end")?.state).toBe("claimed");
    expect((await world.ask("continue", cleo)).kind).toMatch(/busy|decided/);
    await lookOften(world);
    expect(world.sent[0]).toBe("rollback");
    expect(world.sent).not.toContain("continue");
  });

  it("of which there are too few keeps a claim without its process from being taken over, and its vote stays", async () => {
    const world = await waitingFor(known, { rollback: 2 });
    await killedAfterClaim(world, "continue", ann);
    expect(await world.ask("rollback", ben)).toMatchObject({ kind: "waiting", votes: 1 });
    await lookOften(world);
    expect(world.sent).toEqual([]);
    expect(await toldOf(world)).toContain("notSent");
    expect((await world.view()).votes).toMatchObject([{ decision: "end", user: ben }]);
    expect(await world.ask("rollback", cleo)).toMatchObject({ kind: "accepted" });
  });

  it("that was asked for before the claim, and not by enough, does not hold the claim up", async () => {
    const world = await waitingFor(known, { rollback: 2 });
    await world.ask("rollback", ben);
    expect(await world.ask("continue", ann)).toMatchObject({ kind: "accepted" });
    expect(world.sent).toEqual(["continue"]);
  });

  it("needs its reason although the claim it meets has not begun", async () => {
    const world = await waitingFor(known, {}, "required");
    await killedAfterClaim(world, "continue", ann);
    expect(await world.ask("rollback", ben)).toMatchObject({
      kind: "refused",
      why: { rule: "reason-required" },
    });
    expect((await world.view()).votes.map(({ user }) => user)).toEqual([ann]);
    expect(await world.ask("rollback", ben, "errors doubled")).toMatchObject({ kind: "accepted" });
    expect(world.sent).toEqual(["rollback"]);
  });

  it.each([
    ["has left the workspace", "outsider"],
    ["can't be looked up", "failed"],
  ] as const)(
    "whose process is gone goes out for whoever asked since, though its own voter %s",
    async (_, how) => {
      const world = await waitingFor(known);
      await killedAfterClaim(world, "rollback", ann);
      expect((await world.ask("rollback", ben)).kind).toMatch(/busy|decided/);
      world.standing = (user) => {
        if (user !== ann) return { kind: "member" };
        return how === "failed" ? { kind: how, what: "users.info", cause: undefined } : { kind: how };
      };
      await lookOften(world);
      expect(world.sentFor).toEqual([[ben]]);
    },
  );

  it("that AWS denies does not let the claim be taken over", async () => {
    const world = await waitingFor(known);
    await killedAfterClaim(world, "continue", ann);
    world.answers = { kind: "not-done", why: { cause: "denied", message: "access denied" } };
    expect(await world.ask("rollback", ben)).toMatchObject({ kind: "not-done" });
    world.answers = { kind: "accepted", note: "done" };
    await lookOften(world);
    expect(world.sent).toEqual(["rollback"]);
    expect(await toldOf(world)).toContain("notSent");
  });
});
