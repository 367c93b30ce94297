import { afterEach, describe, expect, it } from "vitest";
import type { Announcement, Verdict } from "../../src/handlers/announce/announce.ts";
import { type Announcer, startAnnouncer } from "../../src/handlers/announce/announcer.ts";
import { StoreError } from "../../src/handlers/store/store.ts";
import { recordTelemetry } from "../aws/stage.ts";
import { createMemoryStore } from "../store/memory.ts";
import { announcement, key, ref, remark } from "../store/samples.ts";

const sent: Verdict = { kind: "sent" };
const again: Verdict = { kind: "again", why: "throttled" };
const down: Verdict = { kind: "down", why: "no answer" };
const never: Verdict = { kind: "never", why: "MalformedDetail" };
const member = { kind: "ref", ref } as const;

const started: Announcer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop(0)));
});

/** A store in memory, and a bus that says about each number what it is told to say; else it takes everything. */
function stage(announceLength = 100) {
  const memory = createMemoryStore({ announceLength });
  const recorded = recordTelemetry();
  const batches: number[][] = [];
  const verdicts = new Map<number, (Verdict | Error)[]>();
  const waits: { readonly ms: number; readonly go: () => void }[] = [];
  const numberOf = ({ id }: Announcement) => Number(id.split("/")[2]);
  let down = 0;

  function start(token = "a1"): Announcer {
    const announcer = startAnnouncer({
      store: {
        announcements: async (...args) => {
          if (down > 0) {
            down -= 1;
            throw new StoreError("Redis did not answer");
          }
          return memory.store.announcements(...args);
        },
        announced: async (...args) => memory.store.announced(...args),
      },
      bus: async (announcements) => {
        const numbers = announcements.map(numberOf);
        batches.push(numbers);
        return numbers.flatMap((n) => {
          const said = verdicts.get(n)?.shift() ?? sent;
          return said instanceof Error ? [] : [said];
        });
      },
      clock: {
        monotonicMs: () => memory.now(),
        wait: (ms) => new Promise((resolve) => waits.push({ ms, go: resolve })),
      },
      telemetry: recorded.telemetry,
      newToken: () => token,
    });
    started.push(announcer);
    return announcer;
  }

  return {
    ...{ memory, batches, waits, start, ...recorded },
    say: (n: number, ...said: (Verdict | Error)[]) => void verdicts.set(n, said),
    storeIsAway: (times: number) => {
      down = times;
    },
    async put(from: number, to: number) {
      await memory.store.enqueue([{ member, delayMs: 0 }]);
      const [taken] = await memory.store.dequeue("w1", 1, 1_000);
      if (taken === undefined) throw new Error("nothing was due");
      const numbers = Array.from({ length: to - from }, (_, i) => from + i + 1);
      const entries = numbers.map((at) => ({ k: "remark", at, remark }) as const);
      const announce = numbers.map((n) => ({ n, announcement: announcement(n, { id: `L/D/${n}/1` }) }));
      await memory.store.complete(taken, { audit: { key, from, entries, announce } });
    },
    /** Waits until it pauses for the nth time, and says for how long. */
    async pauses(n: number): Promise<number> {
      await expect.poll(() => waits.length).toBeGreaterThanOrEqual(n);
      return waits[n - 1]?.ms ?? 0;
    },
    counted: (outcome: string) =>
      recorded.counts.filter(({ name, labels }) => name === "announcements" && labels.outcome === outcome)
        .length,
  };
}

type Stage = ReturnType<typeof stage>;

/** Lets the nth pause end and waits for the next one. */
async function nextPause(world: Stage, n: number): Promise<number> {
  world.waits[n - 1]?.go();
  return world.pauses(n + 1);
}

describe("the announcer", () => {
  it("sends what waits in tens, oldest first, and then nothing twice", async () => {
    const world = stage();
    await world.put(0, 23);
    world.start();
    await world.pauses(1);
    expect(world.batches.map((batch) => batch.length)).toEqual([10, 10, 3]);
    expect(world.batches.flat()).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
    await nextPause(world, 1);
    expect(world.batches).toHaveLength(3);
    expect(world.counted("sent")).toBe(23);
  });

  it("sends only what failed again, and keeps what follows until it is sent", async () => {
    const world = stage();
    world.say(2, again);
    await world.put(0, 3);
    world.start();
    expect(await world.pauses(1)).toBe(1_000);
    expect(world.batches).toEqual([[1, 2, 3]]);
    await world.put(3, 4);
    await nextPause(world, 1);
    expect(world.batches.slice(1)).toEqual([[2, 4]]);
    expect([world.counted("failed"), world.counted("sent")]).toEqual([1, 4]);
  });

  it("skips what the bus will never take, loudly, and goes on at once", async () => {
    const world = stage();
    world.say(1, never);
    await world.put(0, 2);
    world.start();
    await world.pauses(1);
    expect(world.batches).toEqual([[1, 2]]);
    expect(world.counted("skipped")).toBe(1);
    expect(world.logs).toContainEqual(
      expect.objectContaining({ level: "error", fields: { id: "L/D/1/1", why: "MalformedDetail" } }),
    );
  });

  it("backs off while the bus is down, up to a minute, and loses nothing", async () => {
    const world = stage();
    world.say(1, ...Array.from({ length: 8 }, () => again));
    await world.put(0, 1);
    world.start();
    const pauses = [await world.pauses(1)];
    for (let n = 1; n < 8; n += 1) pauses.push(await nextPause(world, n));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(await nextPause(world, 8)).toBe(1_000);
    expect([world.counted("failed"), world.counted("sent"), world.counted("skipped")]).toEqual([8, 1, 0]);
  });

  it("begins its pauses anew once everything was sent", async () => {
    const world = stage();
    world.say(1, again, again);
    await world.put(0, 1);
    world.start();
    await world.pauses(1);
    expect(await nextPause(world, 1)).toBe(2_000);
    await nextPause(world, 2);
    world.say(2, again);
    await world.put(1, 2);
    expect(await nextPause(world, 3)).toBe(1_000);
    expect(world.counted("failed")).toBe(3);
  });

  it("gives one up that is refused ten times while others are taken, and lets nothing wait behind it for ever", async () => {
    const world = stage();
    world.say(1, ...Array.from({ length: 99 }, () => again));
    await world.put(0, 12);
    world.start();
    await world.pauses(1);
    for (let n = 1; n <= 8; n += 1) await nextPause(world, n);
    expect([world.counted("skipped"), world.counted("sent")]).toEqual([0, 9]);
    await nextPause(world, 9);
    expect([world.counted("skipped"), world.counted("sent")]).toEqual([1, 11]);
  });

  it("gives nothing up because the bus as a whole is down", async () => {
    const world = stage();
    world.say(1, again, ...Array.from({ length: 20 }, () => down));
    await world.put(0, 3);
    world.start();
    await world.pauses(1);
    for (let n = 1; n <= 21; n += 1) await nextPause(world, n);
    expect([world.counted("skipped"), world.counted("sent")]).toEqual([0, 3]);
  });

  it("takes a missing word about an announcement for a failure", async () => {
    const world = stage();
    world.say(2, new Error("left out"));
    await world.put(0, 2);
    world.start();
    await world.pauses(1);
    expect([world.counted("sent"), world.counted("failed")]).toEqual([1, 1]);
  });

  it("leaves the sending to the replica that has begun it, and takes over when that one is gone", async () => {
    const world = stage();
    world.say(1, ...Array.from({ length: 3 }, () => again));
    await world.put(0, 1);
    const first = world.start("a1");
    await world.pauses(1);
    world.start("a2");
    expect(await world.pauses(2)).toBe(5_000);
    expect(world.batches).toHaveLength(1);
    await first.stop(0);
    world.memory.advance(20_000);
    await nextPause(world, 2);
    expect(world.batches).toHaveLength(3);
  });

  it("tells how many were dropped unsent, once", async () => {
    const world = stage(4);
    await world.put(0, 9);
    world.start();
    await world.pauses(1);
    expect(world.batches).toEqual([[6, 7, 8, 9]]);
    await nextPause(world, 1);
    const loud = world.logs.filter(({ level }) => level === "error");
    expect(loud.map(({ fields }) => fields)).toEqual([{ lost: 5 }]);
    expect(world.counted("lost")).toBe(1);
  });

  it("skips what it can't read, once, and sends what follows", async () => {
    const world = stage();
    const announce = [1, 2].map((n) => ({ n, announcement: announcement(n, { id: `L/D/${n}/1` }) }));
    const [broken, whole] = announce;
    if (broken === undefined || whole === undefined) throw new Error("there are two");
    const entries = [1, 2].map((at) => ({ k: "remark", at, remark }) as const);
    const unreadable = { ...broken, announcement: { ...broken.announcement, account: "nobody's" } };
    await world.memory.store.enqueue([{ member, delayMs: 0 }]);
    const [taken] = await world.memory.store.dequeue("w1", 1, 1_000);
    if (taken === undefined) throw new Error("nothing was due");
    await world.memory.store.complete(taken, {
      audit: { key, from: 0, entries, announce: [unreadable, whole] },
    });
    world.say(2, again);
    world.start();
    await world.pauses(1);
    await nextPause(world, 1);
    expect(world.batches).toEqual([[2], [2]]);
    expect([world.counted("skipped"), world.counted("sent")]).toEqual([1, 1]);
  });

  it("goes on when the store is back", async () => {
    const world = stage();
    await world.put(0, 1);
    world.storeIsAway(2);
    world.start();
    expect([await world.pauses(1), await nextPause(world, 1)]).toEqual([1_000, 2_000]);
    await nextPause(world, 2);
    expect(world.batches).toEqual([[1]]);
  });

  it("sends what is left when it is stopped, and not for longer than it may", async () => {
    const world = stage();
    const announcer = world.start();
    await world.pauses(1);
    await world.put(0, 12);
    await announcer.stop(1_000);
    expect(world.batches.flat()).toHaveLength(12);
  });

  it("does not wait for a bus that is down when it is stopped", async () => {
    const world = stage();
    world.say(1, ...Array.from({ length: 99 }, () => again));
    await world.put(0, 1);
    const announcer = world.start();
    await world.pauses(1);
    await announcer.stop(1_000);
    expect(world.batches).toHaveLength(2);
    expect(await world.memory.store.announcements("a1", { leaseMs: 1, count: 1 })).toMatchObject({
      announcements: [{ id: "L/D/1/1" }],
    });
  });
});
