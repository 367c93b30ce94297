import { expect, it } from "vitest";
import { createLabels } from "../../src/handlers/names/labels.ts";
import type { ActiveEntry } from "../../src/handlers/store/queue.ts";
import { StoreError } from "../../src/handlers/store/store.ts";

const ref = { system: "ecs", account: "111122223333", region: "eu-west-1", id: "x" } as const;
const api = { ref, target: "api", qualifiedTarget: "prod/api", accountName: "prod" };
const staging: ActiveEntry = {
  ...{ ...api, key: { lane: "l", deployment: "d" }, state: "running", holdIds: [] },
  qualifiedTarget: "staging/api",
};

function labels(active: () => Promise<readonly ActiveEntry[]>) {
  let nowMs = 0;
  const created = createLabels({
    ...{ store: { active }, accountNames: new Map([[ref.account, "prod"]]) },
    clock: { monotonicMs: () => nowMs },
  });
  return {
    ...created,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

it("uses what was begun to be read before, and reads again after a second", async () => {
  let reads = 0;
  const { labelFor, readAhead, pass } = labels(() => {
    reads += 1;
    return Promise.resolve(reads === 1 ? [] : [staging]);
  });
  readAhead();
  expect((await labelFor(api)).name).toBe("api");
  expect(reads).toBe(1);
  pass(1_001);
  expect((await labelFor(api)).name).toBe("prod/api");
  expect(reads).toBe(2);
});

it("uses what was read before while the store is away", async () => {
  let isAway = false;
  const { labelFor, readAhead, pass } = labels(() =>
    isAway ? Promise.reject(new StoreError("away")) : Promise.resolve([staging]),
  );
  await labelFor(api);
  isAway = true;
  pass(1_001);
  readAhead();
  expect((await labelFor(api)).name).toBe("prod/api");
});
