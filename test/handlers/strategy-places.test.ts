import { expect, it } from "vitest";
import { createStrategyPlaces } from "../../src/handlers/strategy/places.ts";
import type { Strategies } from "../../src/handlers/strategy/strategy.ts";
import { policyOf } from "../bot/card/pictures.ts";

const ref = { account: "111122223333", region: "eu-west-1", id: "slow" };

/** The places of one account, with the reads that reached AWS. */
function counted() {
  const world = { nowMs: 0, lists: 0, uses: 0 };
  const strategies: Strategies = {
    list: async () => {
      world.lists += 1;
      return { kind: "read", value: [] };
    },
    uses: async () => {
      world.uses += 1;
      return { kind: "read", value: { uses: [], complete: true } };
    },
    read: async () => ({ kind: "missing" }),
    update: async () => ({ kind: "accepted", note: "UpdateDeploymentStrategy" }),
  };
  const places = createStrategyPlaces({
    ...{ system: "appconfig", title: "AppConfig", strategies },
    accounts: [{ id: ref.account, name: "prod", regions: [ref.region] }],
    routes: [{ match: {}, channel: "C0", policy: policyOf() }],
    directory: {
      groupMembers: async () => ({ kind: "found", users: new Set() }),
      channelMembers: async () => ({ kind: "found", users: new Set() }),
      standing: async () => ({ kind: "member" }),
    },
    nowMs: () => world.nowMs,
  });
  return { world, places };
}

it("reads AWS five times for a thousand commands within five seconds, and again after that", async () => {
  const { world, places } = counted();
  for (let commands = 0; commands < 1_000; commands += 1) {
    await places.list();
    await places.strategies.uses(ref);
  }
  expect([world.lists, world.uses]).toEqual([5, 5]);
  world.nowMs = 5_000;
  await places.list();
  expect(world.lists).toBe(6);
});

it("reads AWS again after an edit", async () => {
  const { world, places } = counted();
  for (let commands = 0; commands < 9; commands += 1) await places.list();
  await places.strategies.update(ref, {});
  await places.list();
  expect(world.lists).toBe(6);
});
