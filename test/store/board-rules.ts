/** Section 9 of the protocol and what a look keeps, for any backend. */

import { beforeEach, describe, expect, it } from "vitest";
import { postWaitMs } from "../../src/handlers/timing.ts";
import { deploymentKeys } from "../../src/store/keys.ts";
import type { TimedStore } from "./backends.ts";
import { claim, deployment, hold, key, remark } from "./samples.ts";

export function boardRules(open: () => TimedStore): void {
  let bench: TimedStore;
  beforeEach(async () => {
    bench = open();
    await bench.reset();
  });

  const save = (readAt = bench.now(), what = deployment) =>
    bench.store.save(key, { readAt, deployment: what, decisions: [hold] });
  const view = () => bench.store.view(key, [hold]);

  describe("save", () => {
    it("keeps every member of a snapshot, tells its remarks, and answers with the view", async () => {
      const { kind, view: after } = await save();
      expect(kind).toBe("saved");
      expect(after).toEqual(await view());
      expect(after).toEqual({
        now: bench.now(),
        snapshot: deployment,
        readAt: bench.now(),
        fails: 0,
        born: bench.now(),
        board: { said: 0 },
        votes: [],
        log: [{ k: "remark", at: bench.now(), remark }],
        logLength: 1,
        decisions: new Map(),
      });
    });

    it("tells a remark once by its name", async () => {
      await save();
      await bench.advance(1);
      const again = { ...remark, words: ["the same, in other words"] };
      const other = { ...remark, name: "hold/hook-1" };
      const { view: after } = await save(bench.now(), { ...deployment, remarks: [again, other] });
      expect(after.log).toMatchObject([{ remark: { name: remark.name } }, { remark: { name: other.name } }]);
    });

    it("gives the same answer when it is sent again", async () => {
      const first = await save();
      expect(await save()).toEqual(first);
    });

    it("refuses an older read, and answers with what is kept", async () => {
      await save();
      const older = await save(bench.now() - 1, { ...deployment, status: "PENDING", remarks: [] });
      expect(older).toMatchObject({ kind: "old", view: { snapshot: { status: "IN_PROGRESS" } } });
    });

    it("refuses that what has ended runs again", async () => {
      await save(bench.now(), { ...deployment, phase: "rolled-back" });
      await bench.advance(1_000);
      expect(await save()).toMatchObject({ kind: "old", view: { snapshot: { phase: "rolled-back" } } });
    });

    it("leaves a newer release's record alone", async () => {
      await save();
      await bench.redis.hset(deploymentKeys(key).dep, "v", 2);
      await bench.advance(1_000);
      expect(await save()).toMatchObject({ kind: "newer", view: { readAt: bench.now() - 1_000 } });
    });

    it("reads the facts of a snapshot that an earlier release wrote without what AWS said", async () => {
      const { said: _, ...facts } = deployment;
      await bench.redis.hset(deploymentKeys(key).dep, "snapshot", JSON.stringify(facts), "readAt", 1);
      expect((await view()).snapshot).toEqual({ ...facts, said: null });
    });

    it("treats a snapshot that cannot be read as absent, and writes it anew", async () => {
      await bench.redis.hset(deploymentKeys(key).dep, "snapshot", '{"phase":"unheard-of"}', "readAt", 1);
      expect((await view()).snapshot).toBeUndefined();
      expect((await save()).view.snapshot).toEqual(deployment);
    });

    it.each([
      ["readAt", undefined],
      ["fails", 0],
      ["staleSince", undefined],
    ])("treats %s that can't be read as absent", async (field, absent) => {
      await save();
      await bench.redis.hset(deploymentKeys(key).dep, field, "7");
      expect(await view()).toHaveProperty(field, 7);
      await bench.redis.hset(deploymentKeys(key).dep, field, "junk");
      const after = await view();
      expect(after).toMatchObject({ snapshot: deployment, fails: 0 });
      expect({ [field]: absent, ...after }).toHaveProperty(field, absent);
    });

    it.each(["cardLog", "progress", "shownReadAt", "outSince"])(
      "treats %s of the card that can't be read as absent",
      async (field) => {
        await save();
        const before = await view();
        await bench.redis.hset(deploymentKeys(key).board, field, "junk", "channel", "C1");
        expect(await view()).toEqual({ ...before, board: { ...before.board, channel: "C1" } });
      },
    );

    it("keeps the numbering of a log in which only a newer release can read an entry", async () => {
      await bench.redis.rpush(deploymentKeys(key).log, '{"k":"unheard-of"}');
      const { view: after } = await save();
      expect(after.log).toMatchObject([
        { remark: { name: "unreadable" } },
        { remark: { name: remark.name } },
      ]);
    });

    it("shows all that the thread has not told, and of what it has told the newest 50 entries", async () => {
      const many = Array.from({ length: 60 }, (_, n) => ({ ...remark, name: `n${n}` }));
      const { view: untold } = await save(bench.now(), { ...deployment, remarks: many });
      expect(untold.logLength).toBe(60);
      expect(untold.log).toHaveLength(60);
      await bench.store.intend(key, { seq: 60, from: 1, nonce: "n", postWaitMs: 1_000, known: true });
      await bench.store.posted(key, { seq: 60, nonce: "n", ts: "1.1", channel: "C1" });
      const told = await view();
      expect(told.log).toHaveLength(50);
      expect(told.log.at(-1)).toMatchObject({ remark: { name: "n59" } });
    });
  });

  describe("fail", () => {
    it("counts failed reads and keeps since when and why, until a read succeeds", async () => {
      await save();
      await bench.advance(1_000);
      const since = bench.now();
      await bench.store.fail(key, "AccessDenied", []);
      await bench.advance(1_000);
      expect(await bench.store.fail(key, "timed out", [])).toMatchObject({
        fails: 2,
        staleSince: since,
        staleWhy: "AccessDenied",
        snapshot: { target: "checkout" },
      });
      const { view: after } = await save();
      expect(after).toMatchObject({ fails: 0 });
      expect(after.staleSince).toBeUndefined();
      expect(after.staleWhy).toBeUndefined();
    });

    it("counts before anything was ever read", async () => {
      const after = await bench.store.fail(key, "AccessDenied", []);
      expect(after.fails).toBe(1);
      expect(after.snapshot).toBeUndefined();
      expect((await save()).kind).toBe("saved");
    });
  });

  const intend = (nonce = "n1", seq = 0, known = true) =>
    bench.store.intend(key, { seq, nonce, postWaitMs, known });
  const posted = (nonce = "n1", seq = 0, ts?: string) =>
    bench.store.posted(key, { seq, nonce, channel: "C1", ...(ts === undefined ? {} : { ts }) });

  describe("post once", () => {
    it("posts at once when surely no card exists, else it searches first", async () => {
      expect(await intend("n1", 0, true)).toEqual({ kind: "post", seq: 0, since: 0 });
      await posted("n1");
      expect(await intend("n2", 0, false)).toEqual({ kind: "search", seq: 0, since: 0 });
    });

    it("lets one post at a time be under way, and tells how long the others wait", async () => {
      await intend("n1");
      const since = bench.now();
      await bench.advance(5_000);
      expect(await intend("n2")).toEqual({ kind: "busy", ms: postWaitMs - 5_000 });
      expect(await intend("n2", 3)).toEqual({ kind: "busy", ms: postWaitMs - 5_000 });
      expect(await intend("n1")).toEqual({ kind: "again", seq: 0, since });
      expect((await view()).board.postingSince).toBe(since);
    });

    it("lets an intent that got old be taken over by searching for its message", async () => {
      await intend("n1", 2);
      const since = bench.now();
      await bench.advance(postWaitMs);
      expect(await intend("n2", 5)).toEqual({ kind: "search", seq: 2, since });
      expect(await intend("n3", 5)).toMatchObject({ kind: "busy" });
      expect(await posted("n1", 2, "9.9")).toBe("lost");
      expect(await posted("n2", 2, "1.1")).toBe("kept");
      expect((await view()).board).toEqual({ said: 2 });
    });

    it("has nothing to do for what was posted already", async () => {
      await intend("n1");
      expect(await posted("n1", 0, "1.1")).toBe("kept");
      expect(await posted("n1", 0, "1.1")).toBe("kept");
      expect(await intend("n2")).toEqual({ kind: "done" });
      await intend("n3", 4);
      await posted("n3", 4, "1.2");
      expect(await intend("n4", 3)).toEqual({ kind: "done" });
      expect((await view()).board).toEqual({ channel: "C1", ts: "1.1", said: 4 });
    });

    it("does not let a message begin with what was told since it was drawn", async () => {
      await intend("n1", 5);
      await posted("n1", 5, "1.1");
      const drawnBefore = { seq: 7, from: 4, nonce: "n2", postWaitMs, known: true };
      expect(await bench.store.intend(key, drawnBefore)).toEqual({ kind: "done" });
      expect(await bench.store.intend(key, { ...drawnBefore, from: 6 })).toMatchObject({ kind: "post" });
    });

    it("gives the intent back when Slack surely refused", async () => {
      await intend("n1");
      expect(await posted("n1")).toBe("freed");
      expect(await posted("n1")).toBe("freed");
      expect(await intend("n2")).toMatchObject({ kind: "post" });
    });

    it("records what the new card shows, and which message is the incident", async () => {
      await intend("n1");
      const shown = { hash: "h1", readAt: bench.now(), logLength: 1 };
      await bench.store.posted(key, { seq: 0, nonce: "n1", ts: "1.1", channel: "C1", shown });
      await intend("n2", 1);
      await bench.store.posted(key, { seq: 1, nonce: "n2", ts: "1.2", channel: "C1", incident: "open" });
      expect((await view()).board).toEqual({
        channel: "C1",
        ts: "1.1",
        incidentTs: "1.2",
        said: 1,
        shown: "h1",
        shownReadAt: bench.now(),
      });
    });

    it("records that people were called for a bad end, in another message", async () => {
      await intend("n1", 1);
      await bench.store.posted(key, { seq: 1, nonce: "n1", ts: "1.2", channel: "C1", incident: "open" });
      expect((await view()).board.incidentBad).toBeUndefined();
      await intend("n2", 2);
      await bench.store.posted(key, { seq: 2, nonce: "n2", ts: "1.3", channel: "C1", incident: "bad" });
      expect((await view()).board).toMatchObject({ incidentTs: "1.3", incidentBad: true });
    });

    it("knows what its card was drawn from, while it stands", async () => {
      await intend("n1");
      await bench.store.posted(key, { seq: 0, nonce: "n1", ts: "1.1", channel: "C1", cardLog: 3 });
      expect((await view()).board.cardLog).toBe(3);
      await bench.store.forgetCard(key, "1.1");
      expect((await view()).board.cardLog).toBeUndefined();
    });

    it("knows the message of an incident that was found beside its card", async () => {
      await intend("n1");
      const found = { incident: "bad", incidentTs: "1.2" } as const;
      await bench.store.posted(key, { seq: 0, nonce: "n1", ts: "1.1", channel: "C1", older: true, ...found });
      expect((await view()).board).toMatchObject({ ts: "1.1", incidentTs: "1.2", incidentBad: true });
    });

    it("knows the thread's newest message while it tells progress alone, and its card stands", async () => {
      const tells = async (seq: number, progressFrom?: number) => {
        await intend(`n${seq}`, seq);
        const post = { seq, nonce: `n${seq}`, ts: `1.${seq}`, channel: "C1" };
        await bench.store.posted(key, { ...post, ...(progressFrom === undefined ? {} : { progressFrom }) });
        return (await view()).board.progress;
      };
      await intend("n0");
      await posted("n0", 0, "1.0");
      expect(await tells(2, 1)).toEqual({ ts: "1.2", from: 1, to: 2 });
      expect(await tells(3)).toBeUndefined();
      expect(await tells(4, 4)).toEqual({ ts: "1.4", from: 4, to: 4 });
      await bench.store.forgetCard(key, "1.0");
      expect((await view()).board.progress).toBeUndefined();
    });

    it("forgets a card that is gone at Slack, and only that one", async () => {
      await intend("n1");
      await posted("n1", 0, "1.1");
      await bench.store.shown(key, { hash: "h1", readAt: bench.now(), logLength: 0 });
      await bench.store.forgetCard(key, "0.9");
      expect((await view()).board).toMatchObject({ ts: "1.1", shown: "h1" });
      await bench.store.forgetCard(key, "1.1");
      await bench.store.forgetCard(key, "1.1");
      expect((await view()).board).toEqual({ channel: "C1", said: 0 });
      expect(await intend("n2", 0, false)).toMatchObject({ kind: "search" });
    });
  });

  describe("shown", () => {
    const shown = (hash: string, readAt: number, logLength: number, incident?: string) =>
      bench.store.shown(key, { hash, readAt, logLength, ...(incident === undefined ? {} : { incident }) });

    it("records what was drawn, and the same again when sent again", async () => {
      expect(await shown("h1", 10, 0, "i1")).toBe("kept");
      expect(await shown("h1", 10, 0, "i1")).toBe("kept");
      expect((await view()).board).toEqual({ said: 0, shown: "h1", shownReadAt: 10, incidentShown: "i1" });
    });

    it.each([
      ["read", 9, 1],
      ["log", 10, 0],
    ])("is drawn again when somebody drew a newer %s", async (_what, readAt, logLength) => {
      await shown("h1", 10, 1);
      expect(await shown("h0", readAt, logLength, "i0")).toBe("again");
      expect((await view()).board.shown).toBeUndefined();
    });

    it("keeps the health that the card shows, and knows none where nobody knows what the card shows", async () => {
      const drawn = { hash: "h1", readAt: 10, logLength: 0, seen: "0a1b2c3d/1/4" };
      await bench.store.shown(key, drawn);
      expect((await view()).board.seen).toBe("0a1b2c3d/1/4");
      await bench.store.shown(key, { ...drawn, hash: "h2", readAt: 11, seen: "/0/4" });
      expect((await view()).board.seen).toBe("/0/4");
      expect(await bench.store.shown(key, drawn)).toBe("again");
      expect((await view()).board.seen).toBeUndefined();
      await bench.store.shown(key, { ...drawn, readAt: 12 });
      await shown("h3", 13, 0);
      expect((await view()).board.seen).toBeUndefined();
    });

    it("forgets the health that a card showed with the card", async () => {
      await bench.store.intend(key, { seq: 0, nonce: "n1", postWaitMs: 1_000, known: true });
      const first = { hash: "h1", readAt: 10, logLength: 0, seen: "0a1b2c3d/1/4" };
      await bench.store.posted(key, { seq: 0, nonce: "n1", ts: "1.1", channel: "C1", shown: first });
      expect((await view()).board.seen).toBe("0a1b2c3d/1/4");
      await bench.store.forgetCard(key, "1.1");
      expect((await view()).board.seen).toBeUndefined();
    });

    it("is drawn again when the log grew meanwhile", async () => {
      await claim(bench.store, {});
      expect(await shown("h1", 10, 0)).toBe("again");
      expect(await shown("h2", 10, 1)).toBe("kept");
    });
  });
}
