import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StoreError } from "../src/handlers/store/store.ts";
import { createSweeps } from "../src/sweeping.ts";

const accounts = [
  { id: "111122223333", regions: ["eu-west-1", "us-east-1"] },
  { id: "444455556666", regions: ["eu-west-1"] },
];
const telemetry = { count() {}, observe() {}, log() {} };

/** A store that keeps what was queued, and can be away. */
function recordingStore() {
  const queued: string[] = [];
  const state = { away: false };
  return {
    queued,
    state,
    async enqueue(items: readonly { readonly member: unknown; readonly delayMs: number }[]): Promise<void> {
      if (state.away) throw new StoreError("away");
      for (const { member, delayMs } of items) queued.push(`${JSON.stringify(member)} +${delayMs}`);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("sweeps every account and region at the start, and once", async () => {
  const store = recordingStore();
  const stop = createSweeps({ accounts, store, sweepMs: 45_000, telemetry }).keepQueued();
  await vi.advanceTimersByTimeAsync(0);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(store.queued).toEqual([
    '{"kind":"sweep","account":"111122223333","region":"eu-west-1"} +0',
    '{"kind":"sweep","account":"111122223333","region":"us-east-1"} +0',
    '{"kind":"sweep","account":"444455556666","region":"eu-west-1"} +0',
  ]);
});

it("has the sweeps of an emptied store due again within a minute", async () => {
  const store = recordingStore();
  const stop = createSweeps({ accounts, store, sweepMs: 45_000, telemetry }).keepQueued();
  await vi.advanceTimersByTimeAsync(0);
  store.queued.length = 0;
  await vi.advanceTimersByTimeAsync(15_000);
  stop();
  expect(store.queued).toHaveLength(3);
  expect(store.queued.every((line) => line.endsWith("+45000"))).toBe(true);
});

it("sweeps at once when a store that was away at the start is back", async () => {
  const store = recordingStore();
  store.state.away = true;
  const stop = createSweeps({ accounts, store, sweepMs: 45_000, telemetry }).keepQueued();
  await vi.advanceTimersByTimeAsync(5_000);
  store.state.away = false;
  await vi.advanceTimersByTimeAsync(10_000);
  stop();
  expect(store.queued).toHaveLength(3);
  expect(store.queued.every((line) => line.endsWith("+0"))).toBe(true);
});
