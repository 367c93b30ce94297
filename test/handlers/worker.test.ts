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

const still = {
  sweep: async () => ({ nextMs: 45_000 }),
  telemetry: { count: () => {}, observe: () => {}, log: () => {} },
  newToken: () => "t",
  limits: { ref: { concurrency: 2, perPlace: 2 }, sweep: { concurrency: 1, perPlace: 1 } },
  timing: protocolTiming,
};

function worker(options: {
  readonly queue: (Job[] | StoreError)[];
  readonly reconcile: Parameters<typeof startWorker>[0]["reconcile"];
  readonly concurrency?: number;
  readonly clock?: () => number;
  readonly asked?: number[];
  /** The places that the queue is told, at each dequeue. */
  readonly busy?: unknown[];
}) {
  const done: [Job, Next][] = [];
  const { asked = [] } = options;
  const running = startWorker({
    ...still,
    store: {
      dequeue: async (_token, count, _leaseMs, only) => {
        if (only?.lane !== "ref") return [];
        asked.push(count);
        options.busy?.push(only.busy);
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
    clock: {
      monotonicMs: options.clock ?? (() => 0),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
    },
    limits: { ...still.limits, ref: { concurrency: options.concurrency ?? 2, perPlace: 2 } },
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

  it("goes round again when it is nudged while Redis replies, without waiting for its next poll", async () => {
    let reply = (_jobs: readonly Job[]): void => {};
    let dequeues = 0;
    const looked: string[] = [];
    const running = startWorker({
      ...still,
      store: {
        dequeue: async (_token, _count, _leaseMs, only) => {
          if (only?.lane !== "ref") return [];
          dequeues += 1;
          if (dequeues > 1) return dequeues === 2 ? [taken("nudged")] : [];
          return new Promise((resolve) => (reply = resolve));
        },
        complete: async () => "later",
      },
      reconcile: async ({ id }) => {
        looked.push(id);
        return {};
      },
      // No poll comes by itself.
      clock: { monotonicMs: () => 0, wait: () => new Promise(() => {}) },
    });
    running.nudge();
    reply([]);
    await vi.waitFor(() => expect(looked).toEqual(["nudged"]));
    void running.stop(0);
  });

  it("asks the queue once for a job that nothing follows, and at once for what is due next", async () => {
    for (const [next, dequeues] of [
      [{ nextMs: 30_000 }, 1],
      [{ nextMs: 0 }, 2],
    ] as const) {
      const queue = [[taken("a")]];
      let asked = 0;
      let completed = 0;
      const running = startWorker({
        ...still,
        store: {
          dequeue: async (_token, _count, _leaseMs, only) => {
            if (only?.lane !== "ref") return [];
            asked += 1;
            return queue.shift() ?? [];
          },
          complete: async () => {
            completed += 1;
            return "later";
          },
        },
        reconcile: async () => next,
        clock: { monotonicMs: () => 0, wait: () => new Promise(() => {}) },
      });
      await vi.waitFor(() => expect(completed).toBe(1));
      await new Promise((resolve) => setImmediate(resolve));
      expect(asked).toBe(dequeues);
      void running.stop(0);
    }
  });

  it("does not count a job that waits for Slack or AWS against those that are quick", async () => {
    let nowMs = 0;
    const asked: number[] = [];
    const { running } = worker({
      queue: [[taken("a"), taken("b")], [taken("c")]],
      reconcile: () => new Promise(() => {}),
      clock: () => nowMs,
      asked,
    });
    await vi.waitFor(() => expect(asked).toEqual([2]));
    nowMs = 1_000;
    await vi.waitFor(() => expect(asked.slice(0, 3)).toEqual([2, 2, 1]));
    void running.stop(0);
  });

  it("tells the queue how many jobs read each account and region, those not that have read it", async () => {
    const busy: unknown[] = [];
    const reads: (() => void)[] = [];
    const { running } = worker({
      queue: [[taken("a"), taken("b")]],
      reconcile: (_ref, _taken, onRead) => {
        reads.push(onRead);
        return new Promise(() => {});
      },
      concurrency: 9,
      busy,
    });
    const { account, region } = ref;
    await vi.waitFor(() => expect(busy.at(-1)).toEqual([{ account, region, jobs: 2 }]));
    reads[0]?.();
    await vi.waitFor(() => expect(busy.at(-1)).toEqual([{ account, region, jobs: 1 }]));
    void running.stop(0);
  });

  it("runs a sweep beside deployments that take every slot", async () => {
    const swept: string[] = [];
    const sweep = { ...taken("s"), member: { kind: "sweep", account: "1", region: "r" } } as const;
    const running = startWorker({
      ...still,
      store: {
        dequeue: async (_token, count, _leaseMs, only) => {
          if (only?.lane === "ref") return Array.from({ length: count }, (_, n) => taken(`ref-${n}`));
          return swept.length === 0 ? [sweep] : [];
        },
        complete: async () => "later",
      },
      reconcile: () => new Promise(() => {}),
      sweep: async (account) => {
        swept.push(account);
        return { nextMs: 45_000 };
      },
      clock: { monotonicMs: () => 0, wait: () => new Promise(() => {}) },
    });
    await vi.waitFor(() => expect(swept).toEqual(["1"]));
    void running.stop(0);
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
