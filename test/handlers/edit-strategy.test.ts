import { beforeEach, describe, expect, it, vi } from "vitest";
import { createAppConfig } from "../../src/aws/appconfig/index.ts";
import { createClients } from "../../src/aws/client/clients.ts";
import { createReconcile } from "../../src/handlers/jobs/reconcile.ts";
import type { Route } from "../../src/handlers/policy.ts";
import type { Directory } from "../../src/handlers/ports.ts";
import { type Store, StoreError } from "../../src/handlers/store/store.ts";
import { createStrategyPlaces } from "../../src/handlers/strategy/places.ts";
import { createEditStrategy } from "../../src/handlers/strategy/save.ts";
import { settingsFingerprint } from "../../src/handlers/strategy/settings.ts";
import type { RolloutSettings } from "../../src/handlers/strategy/strategy.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";
import { createMemoryStore, type MemoryStore } from "../store/memory.ts";
import { type AwsStrategies, allAtOnce, awsStrategies, paceOf, prod, strategyOf } from "./aws-strategies.ts";

const ann = { user: "U0ANN", foreign: false };
const ben = { user: "U0BEN", foreign: false };
const rule = {
  approvers: [
    { kind: "user" as const, id: "U0ANN" },
    { kind: "user" as const, id: "U0BEN" },
  ],
  ...{ approvals: 1, reason: "optional" as const },
};
const open: Route = {
  match: {},
  channel: "C0DEPLOY",
  policy: { name: "prod", rules: { "edit-strategy": rule } },
};
const slower = paceOf({ durationMinutes: 60, growthFactor: 10 });

let memory: MemoryStore;
let aws: AwsStrategies;
let stopping: boolean;
beforeEach(() => {
  memory = createMemoryStore();
  aws = awsStrategies();
  stopping = false;
});

const nobody = async () => ({ kind: "found" as const, users: new Set<string>() });
const directory: Directory = {
  groupMembers: nobody,
  channelMembers: nobody,
  standing: async () => ({ kind: "member" }),
};

/** One replica; all of them share the store and AWS. */
function replica(changes: { readonly store?: Partial<Store>; readonly routes?: readonly Route[] } = {}) {
  const places = createStrategyPlaces({
    ...{ system: "appconfig" as const, title: "AppConfig", strategies: aws },
    accounts: [{ id: prod.account, name: "prod", regions: [prod.region] }],
    routes: changes.routes ?? [open],
    directory,
  });
  return createEditStrategy({
    places,
    store: { ...memory.store, ...changes.store },
    clock: { monotonicMs: () => memory.now(), wait: async (ms) => memory.advance(ms) },
    telemetry: { count() {}, observe() {}, log() {} },
    newToken: () => crypto.randomUUID(),
    stopping: () => stopping,
    timing: protocolTiming,
  });
}

function edit(
  preview: string,
  changes: {
    readonly proposed?: RolloutSettings;
    readonly base?: RolloutSettings;
    readonly id?: string;
  } = {},
) {
  const { proposed = slower, base = paceOf(), id = "k8v2n4p" } = changes;
  return {
    ...{
      ref: { ...prod, id },
      preview,
      base: settingsFingerprint(base),
      proposed,
      person: ann,
      correlationId: "1",
    },
  };
}

const silent = { count() {}, observe() {}, log() {} };
const first = "aaaaaaaaaaaa";
const second = "bbbbbbbbbbbb";
const nothing = (): void => {};

describe("a save", () => {
  it("sends only what changed, once, and reads it back", async () => {
    let claimed = 0;
    const saved = await replica()(edit(first), () => {
      claimed += 1;
      expect(aws.sent).toEqual([]);
    });
    expect(claimed).toBe(1);
    expect(saved).toMatchObject({ kind: "saved", now: { kind: "as-asked" } });
    expect(aws.sent).toEqual([
      { ref: { ...prod, id: "k8v2n4p" }, change: { durationMinutes: 60, growthFactor: 10 } },
    ]);
    const log = memory.dump();
    expect(log).toContain("Duration 30 to 60, Growth factor 20 to 10");
    for (const state of ["claimed", "accepted", "confirmed"]) expect(log).toContain(state);
  });

  it("says that AWS took it when no read shows it yet", async () => {
    aws.answer({ kind: "accepted", note: "HTTP 200" });
    const saved = await replica()(edit(first), nothing);
    expect(saved).toMatchObject({
      kind: "saved",
      now: { kind: "otherwise", fields: ["duration", "growthFactor"] },
    });
  });

  it("is told as such when reads fail after it", async () => {
    aws.whileUpdating(async () => aws.fail("access denied"));
    const saved = await replica()(edit(first), nothing);
    expect(saved).toEqual({ kind: "saved", now: { kind: "unknown", why: "access denied" } });
  });
});

describe("the record of a save", () => {
  /** The look that a save has asked for, with AppConfig's real answer to what is no deployment. */
  async function look(): Promise<void> {
    const [taken] = await memory.store.dequeue("look", 1, protocolTiming.lookLeaseMs);
    if (taken?.member.kind !== "ref") throw new Error("no look is due");
    const reconcile = createReconcile({
      systems: [createAppConfig(createClients([]), silent)],
      ...{ store: memory.store, telemetry: silent, routes: [open], accountNames: new Map() },
      ...{ timing: protocolTiming, newToken: () => "token", announces: true },
      labelFor: () => Promise.reject(new Error("there is nothing to draw")),
      directory,
      board: { show: async () => ({ kind: "shown" }) },
      act: async () => {
        throw new Error("nothing to take over");
      },
    });
    const next = await reconcile(taken.member.ref, taken);
    expect(await memory.store.complete(taken, next)).toBe("gone");
  }

  async function told() {
    const waiting = await memory.store.announcements("announcer", { leaseMs: 30_000, count: 10 });
    return waiting.kind === "yours" ? waiting.announcements : [];
  }

  it("is copied for the audit and announced, with its outcome", async () => {
    await replica()(edit(first), nothing);
    await look();
    expect(await told()).toMatchObject([
      { action: "edit-strategy", state: "decided", target: "strategy/k8v2n4p", by: ["U0ANN"], final: false },
      { action: "edit-strategy", state: "accepted" },
      { action: "edit-strategy", state: "confirmed", final: true },
    ]);
  });

  it("is copied by the look that was queued before it, when its process dies in between", async () => {
    aws.whileUpdating(() => new Promise<never>(() => {}));
    void replica()(edit(first), nothing);
    await vi.waitFor(() => expect(aws.sent).toHaveLength(1));
    memory.advance(protocolTiming.claimLeaseMs + 1_000);
    await look();
    expect(await told()).toMatchObject([{ state: "decided" }]);
  });
});

describe("a save that does not fit any more", () => {
  it("is refused with what somebody else has changed, and nothing is sent", async () => {
    aws.change("k8v2n4p", { finalBakeMinutes: 45, description: "other" });
    const saved = await replica()(edit(first), nothing);
    expect(saved).toMatchObject({ kind: "changed", fields: ["finalBakeTime", "description"] });
    expect(aws.sent).toEqual([]);
  });

  it("is refused when the strategy is AWS's own", async () => {
    const asked = edit(first, { id: allAtOnce.ref.id, base: allAtOnce.pace });
    expect(await replica()(asked, nothing)).toMatchObject({ kind: "predefined" });
    expect(aws.sent).toEqual([]);
  });

  it("is refused when the strategy is gone, or can't be read", async () => {
    aws.fail("timed out");
    expect(await replica()(edit(first), nothing)).toMatchObject({
      kind: "refused",
      why: { rule: "aws-not-readable", why: "timed out" },
    });
    aws.fail(undefined);
    aws.remove("k8v2n4p");
    expect(await replica()(edit(first), nothing)).toEqual({ kind: "missing" });
    expect(aws.sent).toEqual([]);
  });

  it("can be pressed again after a failed read: it was given back", async () => {
    aws.fail("timed out");
    await replica()(edit(first), nothing);
    aws.fail(undefined);
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "saved" });
    expect(aws.sent).toHaveLength(1);
  });
});

describe("two saves at once", () => {
  it("of one preview, on two replicas, send one update", async () => {
    const ends = await Promise.all([replica()(edit(first), nothing), replica()(edit(first), nothing)]);
    expect(aws.sent).toHaveLength(1);
    expect(ends.map(({ kind }) => kind).toSorted()).toEqual(["busy", "saved"]);
  });

  it("of one preview, one after the other, send one update and say so", async () => {
    await replica()(edit(first), nothing);
    const again = await replica()(edit(first), nothing);
    expect(again).toMatchObject({ kind: "decided", winner: { state: "confirmed", by: ["U0ANN"] } });
    expect(aws.sent).toHaveLength(1);
  });

  it("of two previews send one update: the second waits, and is refused as changed when it asks again", async () => {
    const other = { ...edit(second, { proposed: paceOf({ finalBakeMinutes: 20 }) }), person: ben };
    let meanwhile: string | undefined;
    aws.whileUpdating(async () => {
      meanwhile ??= (await replica()(other, nothing)).kind;
    });
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "saved" });
    expect(meanwhile).toBe("busy");
    expect(await replica()(other, nothing)).toMatchObject({
      kind: "changed",
      fields: ["duration", "growthFactor"],
    });
    expect(aws.sent).toHaveLength(1);
  });

  it("of two previews on two replicas never both reach AWS", async () => {
    const other = { ...edit(second, { proposed: paceOf({ finalBakeMinutes: 20 }) }), person: ben };
    const ends = await Promise.all([replica()(edit(first), nothing), replica()(other, nothing)]);
    expect(aws.sent).toHaveLength(1);
    expect(ends.filter(({ kind }) => kind === "saved")).toHaveLength(1);
  });
});

describe("what AWS answers otherwise", () => {
  it("is told as refused, and is sent again only when somebody asks again", async () => {
    aws.answer({ kind: "refused", message: "BadRequestException: too slow" });
    expect(await replica()(edit(first), nothing)).toEqual({
      kind: "rejected",
      message: "BadRequestException: too slow",
    });
    expect(aws.sent).toHaveLength(1);
    expect(memory.dump()).toContain("BadRequestException: too slow");
    await replica()(edit(first), nothing);
    expect(aws.sent).toHaveLength(2);
  });

  it("gives the preview back when surely nothing was done", async () => {
    aws.answer({ kind: "not-done", why: { cause: "throttled", message: "slow down" } });
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "not-done" });
    aws.answer(undefined);
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "saved" });
    expect(aws.sent).toHaveLength(2);
  });

  it.each([
    [true, "as-asked"],
    [false, "otherwise"],
  ])("is unclear after a lost answer, with what a read shows (carried out: %s)", async (done, shows) => {
    aws.answer({ kind: "unclear", cause: new Error("socket hang up") }, done);
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "unclear", now: { kind: shows } });
  });

  it("after a lost answer is sent again only when a read after the quiet time shows that nothing arrived", async () => {
    aws.answer({ kind: "unclear", cause: new Error("socket hang up") });
    await replica()(edit(first), nothing);
    aws.answer(undefined);
    expect(await replica()(edit(first), nothing)).toMatchObject({
      kind: "decided",
      winner: { state: "unclear" },
    });
    expect(aws.sent).toHaveLength(1);
    memory.advance(protocolTiming.quietMs);
    expect(await replica()(edit(first), nothing)).toEqual({ kind: "not-arrived" });
    expect(aws.sent).toHaveLength(1);
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "saved" });
    expect(aws.sent).toHaveLength(2);
  });

  it("is confirmed by asking again when it had arrived after all", async () => {
    aws.answer({ kind: "unclear", cause: new Error("socket hang up") });
    await replica()(edit(first), nothing);
    aws.change("k8v2n4p", slower);
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "saved", now: { kind: "as-asked" } });
    expect(aws.sent).toHaveLength(1);
  });
});

describe("a crash", () => {
  it("between claim and begin is taken over by whoever presses again, once the lease is over", async () => {
    const crash = replica({
      store: {
        begin: async () => {
          throw new Error("SIGKILL");
        },
      },
    });
    await expect(crash(edit(first), nothing)).rejects.toThrow("SIGKILL");
    expect(await replica()(edit(first), nothing)).toEqual({ kind: "busy" });
    memory.advance(protocolTiming.claimLeaseMs);
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "saved" });
    expect(aws.sent).toHaveLength(1);
  });

  it("after the update does not send it again", async () => {
    const crash = replica({
      store: {
        settle: async () => {
          throw new Error("SIGKILL");
        },
      },
    });
    // The settling is tried for a while and then left: what AWS shows is told all the same.
    await crash(edit(first), nothing);
    memory.advance(protocolTiming.sendLeaseMs);
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "saved", now: { kind: "as-asked" } });
    expect(aws.sent).toHaveLength(1);
  });
});

describe("the store", () => {
  it.each(["claim", "begin"] as const)("away at %s: refused, and nothing is sent", async (step) => {
    const away = {
      [step]: async () => {
        throw new StoreError("the store does not answer");
      },
    };
    expect(await replica({ store: away })(edit(first), nothing)).toEqual({
      kind: "refused",
      why: { rule: "store-down" },
    });
    expect(aws.sent).toEqual([]);
  });

  it("too slow at begin leaves too little of the lease: nothing is sent, and it can be pressed again", async () => {
    const slow: Partial<Store> = {
      begin: async (keys, attempt) => {
        const reply = await memory.store.begin(keys, attempt);
        memory.advance(2_000);
        return reply;
      },
    };
    expect(await replica({ store: slow })(edit(first), nothing)).toMatchObject({
      kind: "not-done",
      why: { cause: "not-sent" },
    });
    expect(aws.sent).toEqual([]);
    expect(await replica()(edit(first), nothing)).toMatchObject({ kind: "saved" });
  });

  it("away after AWS took the update does not hide that it was saved", async () => {
    let isAway = false;
    const dying: Partial<Store> = {
      view: async (key, decisions) => {
        if (isAway) throw new StoreError("the store does not answer");
        return memory.store.view(key, decisions);
      },
    };
    aws.whileUpdating(async () => {
      isAway = true;
    });
    expect(await replica({ store: dying })(edit(first), nothing)).toMatchObject({
      kind: "saved",
      now: { kind: "as-asked" },
    });
  });
});

describe("who may save", () => {
  it.each([
    ["somebody who is no approver", { user: "U0CLEO", foreign: false }, "not-an-approver"],
    ["an approver's id in another workspace", { user: "U0ANN", foreign: true }, "other-workspace"],
  ])("not %s", async (_who, person, refusal) => {
    const saved = await replica()({ ...edit(first), person }, nothing);
    expect(saved).toMatchObject({ kind: "refused", why: { rule: refusal } });
    expect(aws.sent).toEqual([]);
    expect(memory.keys()).toEqual({});
  });

  it.each([
    ["another account", { account: "999999999999" }],
    ["another region", { region: "us-east-1" }],
  ])("nobody in %s than the configured ones", async (_where, place) => {
    const asked = edit(first);
    const saved = await replica()({ ...asked, ref: { ...asked.ref, ...place } }, nothing);
    expect(saved).toEqual({ kind: "refused", why: { rule: "no-route" } });
  });

  it("nobody where no route shows AppConfig", async () => {
    const saved = await replica({ routes: [{ ...open, match: { system: "ecs" } }] })(edit(first), nothing);
    expect(saved).toEqual({ kind: "refused", why: { rule: "no-route" } });
  });

  it("whom every route lets that could show AppConfig there, up to the one that shows all of it", async () => {
    const shut = { name: "shut", rules: {} };
    const routes: readonly Route[] = [
      { match: { system: "ecs" }, channel: "C0ECS", policy: shut },
      { match: { system: "appconfig", region: "us-east-1" }, channel: "C0US", policy: shut },
      { ...open, match: { system: "appconfig", target: "checkout/*" } },
      { ...open, match: { target: "*" } },
      { match: {}, channel: "C0REST", policy: shut },
    ];
    expect(await replica({ routes })(edit(first), nothing)).toMatchObject({ kind: "saved" });
    const narrowed = routes.map(
      (route): Route => ({ ...route, match: { ...route.match, target: "sandbox-*" } }),
    );
    expect(await replica({ routes: narrowed })(edit(second), nothing)).toMatchObject({
      kind: "refused",
      why: { rule: "no-rule", policy: "shut" },
      channel: "C0REST",
    });
    expect(aws.sent).toHaveLength(1);
  });

  it("nobody while Holdpoint stops", async () => {
    stopping = true;
    expect(await replica()(edit(first), nothing)).toEqual({ kind: "refused", why: { rule: "restarting" } });
    expect(aws.sent).toEqual([]);
  });
});

it("keeps strategies apart: their edits do not wait for each other", async () => {
  const elsewhere = strategyOf({ id: "zzzzzzz", name: "other" });
  aws = awsStrategies([strategyOf(), elsewhere]);
  let inner: string | undefined;
  aws.whileUpdating(async () => {
    inner ??= (await replica()(edit(second, { id: "zzzzzzz" }), nothing)).kind;
  });
  await replica()(edit(first), nothing);
  expect(inner).toBe("saved");
  expect(aws.sent).toHaveLength(2);
});
