import { describe, expect, it, vi } from "vitest";
import type { Next } from "../../src/handlers/jobs/next-job.ts";
import { startWorker } from "../../src/handlers/jobs/worker.ts";
import type { Job } from "../../src/handlers/store/queue.ts";
import { StoreError } from "../../src/handlers/store/store.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";

const ref = { system: "ecs", account: "111122223333", region: "eu-west-1", id: "arn:1" } as const;
const taken = (id: string): Job => ({
  ...{
    member: { kind: "ref", ref: { ...ref, id } },
    token: "t",
    readAt: 1,
    storeAgeMs: 1,
    note: "try=1",
    hint: {},
    audited: 0,
  },
});

function worker(options: {
  readonly queue: (Job[] | StoreError)[];
  readonly reconcile: () => Promise<Next>;
  readonly concurrency?: number;
}) {
  const done: [Job, Next][] = [];
  const asked: number[] = [];
  const running = startWorker({
    store: {
      dequeue: async (_token, count) => {
        asked.push(count);
        const next = options.queue.shift() ?? [];
        if (next instanceof StoreError) throw next;
        return next;
      },
      complete: async (item, end) => {
        done.push([item, end]);
        return "later";
      },
    },
    reconcile: options.reconcile,
    sweep: async () => ({ nextMs: 45_000 }),
    clock: {
      monotonicMs: () => 0,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
    },
    telemetry: { count: () => {}, observe: () => {}, log: () => {} },
    newToken: () => "t",
    concurrency: options.concurrency ?? 2,
    timing: protocolTiming,
  });
  return { running, done, asked };
}

describe("the worker", () => {
  it("ends each look with what reconcile said", async () => {
    const { running, done } = worker({ queue: [[taken("a")]], reconcile: async () => ({ nextMs: 30_000 }) });
    await vi.waitFor(() => expect(done).toHaveLength(1));
    expect(done[0]?.[1]).toEqual({ nextMs: 30_000 });
    await running.stop(1_000);
  });

  it("never has more looks under way than it may, and takes more when one ends", async () => {
    const ends: (() => void)[] = [];
    const reconcile = () => new Promise<Next>((resolve) => ends.push(() => resolve({})));
    const { running, done, asked } = worker({ queue: [[taken("a"), taken("b")], [taken("c")]], reconcile });
    await vi.waitFor(() => expect(ends).toHaveLength(2));
    expect(asked).toEqual([2]);
    ends[0]?.();
    await vi.waitFor(() => expect(ends).toHaveLength(3));
    expect(asked[1]).toBe(1);
    for (const end of ends) end();
    await vi.waitFor(() => expect(done).toHaveLength(3));
    await running.stop(1_000);
  });

  it("gives a look that failed back to the queue, later, with its note", async () => {
    const { running, done } = worker({
      queue: [[taken("a")]],
      reconcile: async () => {
        throw new Error("a bug");
      },
    });
    await vi.waitFor(() => expect(done).toHaveLength(1));
    expect(done[0]?.[1]).toEqual({ nextMs: 10_000, note: "try=1" });
    await running.stop(1_000);
  });

  it("continues on its own when the store comes back", async () => {
    const { running, done } = worker({
      queue: [new StoreError("away"), [taken("a")]],
      reconcile: async () => ({}),
    });
    await vi.waitFor(() => expect(done).toHaveLength(1));
    await running.stop(1_000);
  });

  it("takes nothing more once it is told to stop, and waits for what is under way", async () => {
    let end = (): void => {};
    const reconcile = () => new Promise<Next>((resolve) => (end = () => resolve({})));
    const { running, done, asked } = worker({
      queue: [[taken("a")], [taken("b")]],
      reconcile,
      concurrency: 1,
    });
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    const stopped = running.stop(5_000);
    end();
    await stopped;
    expect(done).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });
});
