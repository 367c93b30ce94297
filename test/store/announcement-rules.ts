/** What waits to be announced, for any backend. */

import { beforeEach, describe, expect, it } from "vitest";
import type { Waiting } from "../../src/handlers/store/announcements.ts";
import type { JobKey } from "../../src/handlers/store/queue.ts";
import { lookLeaseMs } from "../../src/handlers/timing.ts";
import { queueKeys } from "../../src/store/keys.ts";
import { announceLength, type TimedStore } from "./backends.ts";
import { announcement, key, ref, remark } from "./samples.ts";

const member: JobKey = { kind: "ref", ref };
const loan = { leaseMs: 20_000, count: 10 };

export function announcementRules(open: () => TimedStore): void {
  let bench: TimedStore;
  beforeEach(async () => {
    bench = open();
    await bench.reset();
  });

  /** Ends a look that copies the entries `from` + 1 to `to`, and announces those of them that are named. */
  async function copy(from: number, to: number, announced: readonly number[]): Promise<void> {
    await bench.store.enqueue([{ member, delayMs: 0 }]);
    const [taken] = await bench.store.dequeue("w1", 1, lookLeaseMs);
    if (taken === undefined) throw new Error("nothing was due");
    const entries = Array.from({ length: to - from }, (_, i) => ({ k: "remark", at: i, remark }) as const);
    const announce = announced.map((n) => ({ n, announcement: announcement(n) }));
    await bench.store.complete(taken, { audit: { key, from, entries, announce } });
  }

  async function borrow(token = "a1", count = 10): Promise<Waiting> {
    const reply = await bench.store.announcements(token, { ...loan, count });
    if (reply.kind !== "yours") throw new Error(`the reply is ${reply.kind}`);
    return reply;
  }

  const idsOf = ({ announcements }: Waiting) => announcements.map((one) => one?.id);

  describe("announcements", () => {
    it("wait in the order of the log, whole, and only those that were named", async () => {
      await copy(0, 3, [1, 3]);
      expect(await borrow()).toEqual({
        kind: "yours",
        first: 0,
        lostEver: 0,
        lost: 0,
        announcements: [announcement(1), announcement(3)],
      });
    });

    it("wait once, although their entries are copied by several looks", async () => {
      await copy(0, 2, [1, 2]);
      await copy(1, 3, [2, 3]);
      expect(idsOf(await borrow())).toEqual([1, 2, 3].map((n) => announcement(n).id));
    });

    it("do not wait where nobody wants them", async () => {
      await copy(0, 3, []);
      expect(await bench.store.announcements("a1", loan)).toEqual({ kind: "none" });
    });

    it("are lent to one at a time, to the same one again, and to another when the lease is over", async () => {
      await copy(0, 2, [1, 2]);
      await borrow("a1", 1);
      const held = await bench.store.announcements("a2", loan);
      expect(held.kind === "held" && held.ms).toBeGreaterThan(0);
      expect(idsOf(await borrow("a1"))).toHaveLength(2);
      await bench.redis.del(queueKeys.announcer);
      expect(idsOf(await borrow("a2"))).toHaveLength(2);
      expect(await bench.store.announced("a1", { upTo: 2, lostTold: 0 })).toBe("lost");
      expect(idsOf(await borrow("a2"))).toHaveLength(2);
    });

    it("are forgotten up to a place, however often that is said", async () => {
      await copy(0, 3, [1, 2, 3]);
      await borrow();
      const end = { upTo: 2, lostTold: 0 };
      expect(await bench.store.announced("a1", end)).toBe("kept");
      expect(await bench.store.announced("a1", end)).toBe("kept");
      const left = await borrow();
      expect([left.first, idsOf(left)]).toEqual([2, [announcement(3).id]]);
    });

    it("are nobody's when none is left, and new ones are lent at once", async () => {
      await copy(0, 1, [1]);
      await borrow("a1");
      await bench.store.announced("a1", { upTo: 1, lostTold: 0 });
      await copy(1, 2, [2]);
      expect((await borrow("a2")).first).toBe(1);
    });

    it("give way, oldest first, when too many wait; how many is told until somebody has heard it", async () => {
      const all = Array.from({ length: announceLength + 3 }, (_, i) => i + 1);
      await copy(0, all.length, all);
      const waiting = await borrow();
      expect(waiting).toMatchObject({ first: 3, lostEver: 3, lost: 3 });
      expect(idsOf(waiting)).toEqual(all.slice(3).map((n) => announcement(n).id));
      expect((await borrow()).lost).toBe(3);
      await bench.store.announced("a1", { upTo: 3 + announceLength, lostTold: 3 });
      expect(await bench.store.announcements("a1", loan)).toEqual({ kind: "none" });
    });

    it("that are dropped while they are on loan do not take later ones with them", async () => {
      await copy(0, announceLength, [1, 2, 3, 4]);
      await borrow("a1", 2);
      await copy(announceLength, announceLength + 3, [5, 6, 7]);
      await bench.store.announced("a1", { upTo: 2, lostTold: 0 });
      expect(idsOf(await borrow())).toEqual([4, 5, 6, 7].map((n) => announcement(n).id));
    });

    it("that can't be read keep their place", async () => {
      await bench.redis.rpush(queueKeys.announce, '{"version":"2"}', JSON.stringify(announcement(2)));
      expect((await borrow()).announcements).toEqual([undefined, announcement(2)]);
    });
  });
}
