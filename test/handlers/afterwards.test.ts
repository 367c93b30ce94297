/** Deployments that have ended and can still be asked for something; and what only events and answers tell. */

import { describe, expect, it } from "vitest";
import { endedPollMs } from "../../src/handlers/jobs/next-job.ts";
import type { WordedDeployment, WordedOffer } from "../../src/handlers/words.ts";
import { deploymentOf, ruleOf } from "../bot/card/pictures.ts";
import { gone, oneDeployment, openPolicy, shows } from "./one-deployment.ts";

const { ref } = deploymentOf();
const member = { kind: "ref", ref } as const;
const hourMs = 3_600_000;

function revertible() {
  const person = { kind: "user", id: "U0ANN" } as const;
  const world = oneDeployment(openPolicy({ revert: ruleOf({ approvers: [person] }) }));
  const until = world.memory.now() + 72 * hourMs;
  const revert: WordedOffer = {
    ...{ action: "revert", until, label: "Revert", consequence: [], dialog: [], deny: "Keep it" },
    evidence: { deployment: "128" },
  };
  const done = { phase: "succeeded", status: "COMPLETE", holds: [], offers: [revert] } as const;
  const show = (changes: Partial<WordedDeployment> = {}): void => {
    world.aws = shows({ ...done, ...changes });
  };
  show();
  return { world, until, show };
}

describe("a deployment that has ended and can still be reverted", () => {
  it("stays in the queue with rare looks, and in the index", async () => {
    const { world } = revertible();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    expect(await world.look()).toMatchObject({ nextMs: endedPollMs });
    expect(await world.memory.store.active()).toMatchObject([
      { state: "ended", offered: { action: "revert" } },
    ]);
  });

  it("leaves the queue when its offer is gone, and stays in the index to be read", async () => {
    const { world, show } = revertible();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    show({ offers: [] });
    world.memory.advance(endedPollMs);
    await world.look();
    expect(await world.memory.store.active()).toMatchObject([{ state: "ended", over: true }]);
    world.memory.advance(72 * hourMs);
    expect(await world.look()).toBeUndefined();
  });

  it("is looked at right after AWS takes it no more", async () => {
    const { world, until } = revertible();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    world.memory.advance(until - world.memory.now() - 60_000);
    expect(await world.look()).toMatchObject({ nextMs: 61_000 });
  });

  it("keeps its offer when one read misses it, and loses it when AWS has really forgotten it", async () => {
    const { world } = revertible();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    world.aws = gone;
    world.memory.advance(endedPollMs);
    await world.look();
    expect((await world.view()).snapshot?.offers).toHaveLength(1);
    for (let looks = 0; looks < 20; looks += 1) {
      world.memory.advance(60_000);
      await world.look();
    }
    expect((await world.view()).snapshot).toMatchObject({ phase: "succeeded", offers: [] });
    expect(await world.memory.store.active()).toMatchObject([{ state: "ended", over: true }]);
  });

  it("is reverted once, and confirmed when AWS shows it", async () => {
    const { world, show } = revertible();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    expect(await world.ask("revert", "U0ANN")).toMatchObject({ kind: "accepted" });
    expect(await world.ask("revert", "U0ANN")).toMatchObject({ kind: "decided", mine: true });
    show({ phase: "rolled-back", status: "REVERTED", offers: [] });
    world.memory.advance(1_000);
    await world.look();
    expect((await world.view()).decisions.get("revert")?.state).toBe("confirmed");
    expect(world.sent).toEqual(["revert"]);
  });

  it("can be asked again when the offer was missing just when it was asked for", async () => {
    const { world, show } = revertible();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    const asks = world.ask("revert", "U0ANN");
    show({ offers: [] });
    expect(await asks).toMatchObject({ kind: "stale", changed: { what: "not-offered" } });
    expect(world.sent).toEqual([]);
    show();
    world.memory.advance(60_000);
    await world.look();
    expect(await world.ask("revert", "U0ANN")).toMatchObject({ kind: "accepted" });
  });
});

describe("what no read of AWS tells", () => {
  const execution = { "exec/1": "smoke-test" };

  it("comes back to the next look from AWS's refusal", async () => {
    const world = oneDeployment();
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    world.answers = { kind: "refused", message: "completed already", learned: execution };
    await world.ask("continue", "U0ANN");
    world.contexts.length = 0;
    world.memory.advance(1_000);
    await world.look();
    expect(world.contexts).toMatchObject([{ hint: { carried: execution } }]);
  });

  it("comes back from a card that was found again, in a look that reads AWS", async () => {
    const world = oneDeployment();
    world.board = { kind: "later", ms: 0, carried: execution };
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    await world.look();
    world.board = { kind: "shown" };
    await world.look();
    expect(world.contexts.map(({ hint }) => hint.carried)).toEqual([undefined, execution]);
  });
});
