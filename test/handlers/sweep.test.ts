import { expect, it } from "vitest";
import type { Ref } from "../../src/handlers/deployment.ts";
import type { System } from "../../src/handlers/ports.ts";
import { createSweep } from "../../src/handlers/sweep.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";
import { deploymentOf, policyOf } from "../bot/card/pictures.ts";
import { createMemoryStore } from "../store/memory.ts";

const found: Ref = deploymentOf().ref;
const { account, region } = found;

function sweeping() {
  const asked: string[] = [];
  const system: System = {
    ...{ name: "ecs", title: "ECS", listensTo: [{ source: "aws.ecs", detailTypes: [] }], permissions: [] },
    laneOf: ({ id }) => id,
    locate: () => ({ kind: "ignored", why: "not asked" }),
    inspect: async () => ({ kind: "gone", why: "not asked" }),
    confirms: () => true,
    act: async () => ({ kind: "unclear", cause: "not asked" }),
    async list(itsAccount, itsRegion) {
      asked.push(`${itsAccount} ${itsRegion}`);
      return { kind: "listed", refs: [found] };
    },
  };
  const { store } = createMemoryStore();
  const sweep = createSweep({
    ...{ systems: [system], store, timing: protocolTiming },
    telemetry: { count: () => {}, observe: () => {}, log: () => {} },
    routes: [{ match: {}, channel: "C0DEPLOY", policy: policyOf() }],
    accountNames: new Map([[account, "prod"]]),
    accounts: new Map([[account, { regions: [region] }]]),
  });
  return { sweep, store, asked };
}

it("queues what nobody has looked at yet, and comes again", async () => {
  const { sweep, store } = sweeping();
  expect(await sweep(account, region)).toEqual({ nextMs: protocolTiming.sweepMs });
  const taken = await store.take("token", 10, 1_000);
  expect(taken.map(({ member }) => member)).toEqual([{ kind: "ref", ref: found }]);
});

it("ends in a place that is no longer configured, and calls nobody there", async () => {
  const { sweep, asked } = sweeping();
  expect(await sweep(account, "us-east-1")).toEqual({});
  expect(await sweep("999999999999", region)).toEqual({});
  expect(asked).toEqual([]);
});
