import { expect, it } from "vitest";
import { type Store, StoreError } from "../../src/handlers/store/store.ts";
import { earlyReadMs } from "../../src/handlers/timing.ts";
import { deploymentOf } from "../bot/card/pictures.ts";
import { type OneDeployment, oneDeployment, openPolicy } from "./one-deployment.ts";

const { ref } = deploymentOf();

async function waiting(approvals = 1): Promise<OneDeployment> {
  const { continue: rule } = openPolicy().rules;
  const world = oneDeployment(openPolicy(rule === undefined ? {} : { continue: { ...rule, approvals } }));
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  world.contexts.length = 0;
  return world;
}

it("reads AWS once for an answer, and begins before the claim is recorded", async () => {
  const world = await waiting();
  const recorded: number[] = [];
  world.whileReading = async () => recorded.push((await world.view()).decisions.size);
  await world.ask("continue", "U0ANN");
  expect(recorded).toEqual([0]);
  expect(world.sent).toEqual(["continue"]);
});

it.each([
  { name: "as old as allowed", ageMs: earlyReadMs, reads: 1 },
  { name: "older", ageMs: earlyReadMs + 1, reads: 2 },
])("reads again after the claim if the first read is too old by then: $name", async ({ ageMs, reads }) => {
  const world = await waiting();
  const working = { ...world.memory.store };
  const claim: Store["claim"] = (keys, request) => {
    world.memory.advance(ageMs);
    return working.claim(keys, request);
  };
  Object.assign(world.memory.store, { claim });
  await world.ask("continue", "U0ANN");
  expect(world.contexts).toHaveLength(reads);
  expect(world.sent).toEqual(["continue"]);
});

it("reads nothing for a vote that can't be enough, and once for the one that can", async () => {
  const world = await waiting(2);
  await world.ask("continue", "U0ANN");
  expect(world.contexts).toHaveLength(0);
  await world.ask("continue", "U0BEN");
  expect(world.contexts).toHaveLength(1);
  expect(world.sent).toEqual(["continue"]);
});

it("reads nothing for a request that is late", async () => {
  const world = await waiting();
  await world.ask("continue", "U0ANN");
  world.contexts.length = 0;
  await world.ask("continue", "U0BEN");
  expect(world.contexts).toHaveLength(0);
});

it("reads once for people who click at the same moment", async () => {
  const world = await waiting();
  await Promise.all(["U0ANN", "U0BEN", "U0CLEO"].map((user) => world.ask("continue", user)));
  expect(world.contexts).toHaveLength(1);
  expect(world.sent).toEqual(["continue"]);
});

it("sends nothing if the job that would find the claim could not be queued", async () => {
  const world = await waiting();
  const { store } = world.memory;
  const working = { ...store };
  Object.assign(store, { enqueue: () => Promise.reject(new StoreError("Redis did not answer: enqueue")) });
  expect(await world.ask("continue", "U0ANN")).toMatchObject({
    kind: "refused",
    why: { rule: "store-down" },
  });
  Object.assign(store, working);
  expect((await world.view()).decisions.size).toBe(0);
  expect(world.sent).toEqual([]);
});

it.each([
  { approvals: 1, lookups: ["U0ANN", "U0BEN"] },
  { approvals: 2, lookups: ["U0ANN", "U0BEN"] },
])("looks people up once per request: $approvals needed", async ({ approvals, lookups }) => {
  const world = await waiting(approvals);
  const asked: string[] = [];
  world.standing = (user) => {
    asked.push(user);
    return { kind: "member" };
  };
  await world.ask("continue", "U0ANN");
  expect(asked).toEqual(approvals === 1 ? ["U0ANN"] : []);
  await world.ask("continue", "U0BEN");
  expect(asked.toSorted()).toEqual(lookups);
});
