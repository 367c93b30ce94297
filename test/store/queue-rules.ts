/** Sections 8 and 10 of the protocol, for any backend. */

import { beforeEach, describe, expect, it } from "vitest";
import type { Hint } from "../../src/handlers/ports.ts";
import type { ActiveEntry, BusyPlace, Job, JobKey } from "../../src/handlers/store/queue.ts";
import { lookLeaseMs } from "../../src/handlers/timing.ts";
import { readAudit } from "../../src/store/audit.ts";
import { deploymentKeys, queueKeys } from "../../src/store/keys.ts";
import type { TimedStore } from "./backends.ts";
import { claim, deployment, key, ref, remark } from "./samples.ts";

const member: JobKey = { kind: "ref", ref };
const sweep: JobKey = { kind: "sweep", account: "111122223333", region: "eu-west-1" };

export function queueRules(open: () => TimedStore): void {
  let bench: TimedStore;
  beforeEach(async () => {
    bench = open();
    await bench.reset();
  });

  const enqueue = (delayMs = 0, hint?: Hint, what: JobKey = member) =>
    bench.store.enqueue([{ member: what, delayMs, ...(hint === undefined ? {} : { hint }) }]);
  const take = (token = "w1", count = 10) => bench.store.dequeue(token, count, lookLeaseMs);
  async function takeOne(token = "w1"): Promise<Job> {
    const [taken] = await take(token);
    if (taken === undefined) throw new Error("nothing was due");
    return taken;
  }

  describe("queue", () => {
    it("takes what is due with the clock before the read and the age of the store", async () => {
      await enqueue();
      await take("w0", 0);
      await bench.advance(5_000);
      expect(await take()).toEqual([
        { member, token: "w1", readAt: bench.now(), storeAgeMs: 5_000, note: "", hint: {}, audited: 0 },
      ]);
      expect(await take("w2")).toEqual([]);
    });

    it("makes one look of a burst, at the earliest time of all", async () => {
      for (const delayMs of [9_000, 3_000, 6_000]) await enqueue(delayMs);
      expect(await take()).toEqual([]);
      await bench.advance(3_000);
      expect(await take()).toHaveLength(1);
    });

    it("gives what a crashed worker took to another one when the lease ends", async () => {
      await enqueue();
      await take("w1");
      await bench.advance(lookLeaseMs - 1);
      expect(await take("w2")).toEqual([]);
      await bench.advance(1);
      expect(await take("w2")).toHaveLength(1);
    });

    it("looks again at what was queued while it was being looked at, and not beside the worker", async () => {
      await enqueue();
      const taken = await takeOne();
      await bench.advance(100);
      await enqueue();
      expect(await take("w2")).toEqual([]);
      expect(await bench.store.complete(taken, { nextMs: 60_000 })).toBe("again");
      expect(await take("w2")).toHaveLength(1);
    });

    it("keeps the time of a next look when that is earlier than what was queued meanwhile", async () => {
      await enqueue();
      const taken = await takeOne();
      await enqueue(50_000);
      await bench.store.complete(taken, { nextMs: 1_000 });
      await bench.advance(1_000);
      expect(await take("w2")).toHaveLength(1);
    });

    it("outlives a crash with a look that was promised for later", async () => {
      await enqueue();
      await take("w1");
      await enqueue(lookLeaseMs + 10_000);
      await bench.advance(lookLeaseMs);
      const taken = await takeOne("w2");
      expect(await bench.store.complete(taken, {})).toBe("again");
      await bench.advance(10_000);
      expect(await take("w3")).toHaveLength(1);
    });

    it("does not let a worker that paused end what another one has taken", async () => {
      await enqueue();
      const paused = await takeOne("w1");
      await bench.advance(lookLeaseMs);
      const second = await takeOne("w2");
      expect(await bench.store.complete(paused, { active: entry })).toBe("lost");
      expect(await bench.store.active()).toEqual([]);
      expect(await bench.store.complete(second, {})).toBe("gone");
      expect(await bench.store.complete(second, {})).toBe("lost");
    });

    it.each([
      [59_000, member],
      [61_000, sweep],
    ])("lets what needs a person overtake what is due for less than a minute: %i ms", async (ms, first) => {
      await enqueue(0, undefined, sweep);
      await bench.advance(ms);
      await enqueue(-60_000);
      const taken = await take("w1", 1);
      expect(taken.map((one) => one.member)).toEqual([first]);
      expect(await take("w2")).toHaveLength(1);
    });

    it("carries the note of a series until something new comes in", async () => {
      await enqueue();
      await bench.store.complete(await takeOne(), { nextMs: 1_000, note: "try=2" });
      await enqueue(16_000);
      await bench.advance(1_000);
      const second = await takeOne();
      expect(second.note).toBe("try=2");
      await enqueue();
      await bench.store.complete(second, { nextMs: 1_000, note: "try=3" });
      expect((await takeOne()).note).toBe("");
    });

    it("begins a series anew when something comes in between two looks", async () => {
      await enqueue();
      await bench.store.complete(await takeOne(), { nextMs: 8_000, note: "try=4" });
      await enqueue();
      expect((await takeOne()).note).toBe("");
    });

    it("does not let invented events pile up beside a deployment: the newest of them are kept", async () => {
      for (let n = 0; n < 100; n += 1) await enqueue(0, { carried: { [`exec/${n}`]: "x" } });
      const { hint } = await takeOne();
      expect(Object.keys(hint.carried ?? {}).length).toBeLessThanOrEqual(64);
      expect(hint.carried).toMatchObject({ "exec/99": "x", "exec/90": "x" });
    });

    it("merges what events say: the newest event, every carried value", async () => {
      const newest = { claim: { kind: "hold", holdId: "h2" }, time: 1_700_000_000_200 } as const;
      await enqueue(0, { event: newest, carried: { "exec/1": "before" } });
      const older = { claim: { kind: "started" }, time: 1_700_000_000_100 } as const;
      await enqueue(0, { event: older, carried: { "exec/2": "after" } });
      const hint = { event: newest, carried: { "exec/1": "before", "exec/2": "after" } };
      const taken = await takeOne();
      expect(taken.hint).toEqual(hint);
      await bench.store.complete(taken, { nextMs: 0 });
      const again = await takeOne();
      expect(again.hint).toEqual(hint);
      await bench.store.complete(again, {});
      await enqueue();
      expect((await takeOne()).hint).toEqual({});
    });

    it("leaves jobs of another format to the releases that know it, however many there are", async () => {
      const others = Array.from({ length: 600 }, (_, n) => [bench.now(), `2|lambda|${n}`]);
      await bench.redis.zadd(queueKeys.due, ...others.flat());
      await bench.advance(1);
      await enqueue();
      expect((await take("w1", 1)).map((one) => one.member)).toEqual([member]);
      expect(await bench.redis.zscore(queueKeys.due, "2|lambda|599")).toBe(String(others[0]?.[0]));
    });

    it("gives back a job that only a newer release can read, to any replica, within seconds", async () => {
      await bench.redis.zadd(queueKeys.due, bench.now(), "1|lambda|account|region|something");
      expect(await take()).toEqual([]);
      const dueAt = Number(await bench.redis.zscore(queueKeys.due, "1|lambda|account|region|something"));
      expect(dueAt - bench.now()).toBeGreaterThanOrEqual(1_000);
      expect(dueAt - bench.now()).toBeLessThanOrEqual(9_000);
    });

    it("tells which deployments have no job, waiting or running", async () => {
      const other = { ...ref, id: "arn:other" };
      expect(await bench.store.unqueued([])).toEqual([]);
      await enqueue(60_000);
      expect(await bench.store.unqueued([ref, other])).toEqual([other]);
      await enqueue();
      const taken = await takeOne();
      expect(await bench.store.unqueued([ref, other, other])).toEqual([other]);
      await bench.store.complete(taken, {});
      const many = Array.from({ length: 2_500 }, (_, n) => ({ ...ref, id: `arn:${n}` }));
      expect(await bench.store.unqueued([ref, ...many])).toEqual([ref, ...many]);
    });

    describe("lanes", () => {
      const refIn = (region: string, id: string): JobKey => ({ kind: "ref", ref: { ...ref, region, id } });
      const takeRefs = (count: number, perPlace: number, busy: readonly BusyPlace[] = []) =>
        bench.store.dequeue("w1", count, lookLeaseMs, { lane: "ref", perPlace, busy });

      it("takes sweeps and deployments apart from each other", async () => {
        await enqueue(0, undefined, sweep);
        await enqueue();
        expect((await takeRefs(10, 10)).map((one) => one.member)).toEqual([member]);
        const sweeps = await bench.store.dequeue("w1", 10, lookLeaseMs, {
          ...{ lane: "sweep", perPlace: 1, busy: [] },
        });
        expect(sweeps.map((one) => one.member)).toEqual([sweep]);
      });

      it("takes no more of an account and region than it may, and what is due elsewhere instead", async () => {
        const many = Array.from({ length: 700 }, (_, n) => refIn("eu-west-1", `arn:${n}`));
        await bench.store.enqueue(many.map((job) => ({ member: job, delayMs: -60_000 })));
        const far = refIn("us-east-1", "arn:far");
        await enqueue(0, undefined, far);
        const busy = [{ account: ref.account, region: "eu-west-1", jobs: 3 }];
        const taken = await takeRefs(8, 5, busy);
        expect(taken.map((one) => one.member.kind === "ref" && one.member.ref.region)).toEqual([
          "eu-west-1",
          "eu-west-1",
          "us-east-1",
        ]);
        expect(await takeRefs(8, 2, [{ account: ref.account, region: "eu-west-1", jobs: 2 }])).toEqual([]);
        expect(await takeRefs(8, 5)).toHaveLength(5);
      });
    });

    it("accepts an empty list", async () => {
      await bench.store.enqueue([]);
      expect(await take()).toEqual([]);
    });
  });

  const entry: ActiveEntry = {
    key,
    ref,
    target: "checkout",
    accountName: "prod",
    state: "waiting",
    channel: "C1",
    ts: "1.2",
    expiresAt: 1_700_000_900_000,
    expiry: { onExpiryAction: "rollback", said: "ROLLBACK" },
    votes: { n: 1, need: 2 },
    holdIds: ["hook-1"],
    staleSince: 1_700_000_000_000,
  };

  describe("index and audit", () => {
    it("keeps the index of what is in progress with the end of each look", async () => {
      await enqueue();
      await bench.store.complete(await takeOne(), { nextMs: 0, active: entry });
      expect(await bench.store.active()).toEqual([entry]);
      await bench.store.complete(await takeOne(), { nextMs: 0 });
      expect(await bench.store.active()).toEqual([entry]);
      expect(await bench.store.active([key, { ...key, deployment: "absent" }])).toEqual([entry]);
      expect(await bench.store.active([])).toEqual([]);
      await bench.store.complete(await takeOne(), { active: { remove: key } });
      expect(await bench.store.active()).toEqual([]);
    });

    const over = { ...entry, state: "ended", over: true } as const;
    const named = (name: string) => ({ ...over, key: { ...key, deployment: name } });
    const end = async (active: ActiveEntry, nextMs?: number) => {
      await enqueue();
      await bench.store.complete(await takeOne(), { active, ...(nextMs === undefined ? {} : { nextMs }) });
    };

    it("keeps what nothing looks at any more for a day from its first end, and then lets go of it", async () => {
      const dayMs = 24 * 3_600_000;
      await end(over);
      await bench.advance(dayMs - 60_000);
      await end(over);
      expect(await bench.store.active()).toEqual([over]);
      await bench.advance(60_000);
      await enqueue(0, undefined, sweep);
      await bench.store.complete(await takeOne(), {});
      expect(await bench.store.active()).toEqual([]);
      expect(await bench.redis.exists(queueKeys.active, queueKeys.over)).toBe(0);
    });

    it("never lets go of what is looked at again", async () => {
      await end(over);
      await end(entry, 0);
      await bench.advance(48 * 3_600_000);
      await enqueue(0, undefined, sweep);
      for (const taken of await take()) await bench.store.complete(taken, { nextMs: 60_000 });
      expect(await bench.store.active()).toEqual([entry]);
    });

    it("keeps a thousand at most of what nothing looks at any more, the newest", async () => {
      const names = Array.from({ length: 1_005 }, (_, n) => String(n).padStart(10, "0"));
      const texts = names.map((name) => [`${key.lane}/${name}`, JSON.stringify(named(name))]);
      await bench.redis.hset(queueKeys.active, ...texts.flat());
      await bench.redis.zadd(
        queueKeys.over,
        ...texts.flatMap(([name = ""], n) => [bench.now() - 2_000 + n, name]),
      );
      await end(named("newest-one"));
      const left = (await bench.store.active()).map((it) => it.key.deployment);
      expect(left).toHaveLength(1_000);
      expect(left).toContain("newest-one");
      expect(left).not.toContain(names[5]);
      expect(left).toContain(names[6]);
    });

    it("copies each entry of a log once, whichever entries it is given", async () => {
      const entries = [1, 2, 3].map((at) => ({ k: "remark", at, remark }) as const);
      await enqueue();
      await bench.store.complete(await takeOne(), {
        nextMs: 0,
        audit: { key, from: 0, entries: entries.slice(0, 2) },
      });
      const taken = await takeOne();
      expect(taken.audited).toBe(2);
      const about = { system: "ecs", account: "1", region: "eu-west-1", target: "prod/api" } as const;
      await bench.store.complete(taken, { audit: { key, from: 1, entries: entries.slice(1), about } });
      const lines = await readAudit(bench.redis, undefined, 10);
      expect(lines.map((line) => line.about?.target)).toEqual([undefined, undefined, "prod/api"]);
      expect(lines.map(({ n, entry: { at }, key: name }) => [n, at, name])).toEqual([
        [1, 1, `${key.lane}/${key.deployment}`],
        [2, 2, `${key.lane}/${key.deployment}`],
        [3, 3, `${key.lane}/${key.deployment}`],
      ]);
      expect(await readAudit(bench.redis, lines[1]?.id, 10)).toEqual(lines.slice(2));
      await enqueue();
      expect((await takeOne()).audited).toBe(3);
    });

    it("forgets how far the audit is when the log itself is no longer kept", async () => {
      await enqueue();
      const audit = { key, from: 0, entries: [{ k: "remark", at: 1, remark } as const] };
      await bench.store.complete(await takeOne(), { audit });
      await bench.advance(31 * 24 * 3_600_000);
      await enqueue(0, undefined, sweep);
      await bench.store.complete(await takeOne(), {});
      expect(await bench.redis.exists(queueKeys.audited, queueKeys.auditedAt)).toBe(0);
    });
  });

  describe("rate budget", () => {
    const edits = { name: "chat.update", perMinute: 60, capacity: 2, reserve: 0 };
    const spend = (reserve = 0) => bench.store.spend("T1", [{ ...edits, reserve }]);

    it("spends what there is, says how long the rest waits, and grows back", async () => {
      expect([await spend(), await spend()]).toEqual([{ kind: "ok" }, { kind: "ok" }]);
      expect(await spend()).toEqual({ kind: "wait", ms: 1_000 });
      await bench.advance(1_000);
      expect(await spend()).toEqual({ kind: "ok" });
    });

    it("keeps what is reserved for more urgent calls", async () => {
      expect(await spend(1)).toEqual({ kind: "ok" });
      expect(await spend(1)).toEqual({ kind: "wait", ms: 1_000 });
      expect(await spend(0)).toEqual({ kind: "ok" });
    });

    it("takes from all buckets or from none", async () => {
      const narrow = { name: "C1", perMinute: 60, capacity: 1, reserve: 0 };
      expect(await bench.store.spend("T1", [edits, narrow])).toEqual({ kind: "ok" });
      expect(await bench.store.spend("T1", [edits, narrow])).toEqual({ kind: "wait", ms: 1_000 });
      expect(await spend()).toEqual({ kind: "ok" });
    });

    it("spends nothing before Slack's Retry-After has passed, and the longest of several holds", async () => {
      await bench.store.limit("T1", edits.name, 30_000);
      await bench.store.limit("T1", edits.name, 10_000);
      expect(await spend()).toEqual({ kind: "wait", ms: 30_000 });
      await bench.advance(30_000);
      expect(await spend()).toEqual({ kind: "ok" });
    });

    it("counts each team on its own", async () => {
      await bench.store.limit("T1", edits.name, 30_000);
      expect(await bench.store.spend("T2", [edits])).toEqual({ kind: "ok" });
    });
  });

  it("lets nothing of a deployment live for ever", async () => {
    await bench.store.save(key, { readAt: bench.now(), deployment, decisions: [] });
    await bench.store.fail(key, "denied", []);
    await bench.store.intend(key, { seq: 0, nonce: "n1", postWaitMs: 1, known: true });
    await bench.store.spend("T1", [{ name: "b", perMinute: 1, capacity: 1, reserve: 0 }]);
    const names = (await bench.redis.keys("hp:*")).filter((name) => !name.startsWith("hp:{q0}"));
    const ttls = await Promise.all(names.map((name) => bench.redis.pttl(name)));
    expect(names).toHaveLength(5);
    expect(ttls.filter((ttl) => ttl <= 0)).toEqual([]);
  });

  it("keeps everything of a deployment alive for as long as it is looked at, but no lease", async () => {
    const look = { deployment, decisions: ["end"] };
    await bench.store.save(key, { readAt: bench.now(), ...look });
    await claim(bench.store, { action: "rollback", point: "end" });
    const names = (await bench.redis.keys("hp:*")).filter((name) => !name.startsWith("hp:{q0}"));
    await Promise.all(names.map((name) => bench.redis.pexpire(name, 60_000)));
    await bench.advance(1);
    await bench.store.save(key, { readAt: bench.now(), ...look });
    const dying = await Promise.all(
      names.map(async (name) => ((await bench.redis.pttl(name)) > 60_000 ? [] : [name])),
    );
    expect(names.length).toBeGreaterThan(4);
    expect(dying.flat()).toEqual([deploymentKeys(key).lease]);
  });
}
