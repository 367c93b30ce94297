/** Two replicas, some people, one deployment: the real `answer`, `act` and `reconcile` over parked ports. */

import { createAnswer } from "../../src/handlers/answer/answer.ts";
import { createStartRead } from "../../src/handlers/answer/early-read.ts";
import { createExecute, type Execute } from "../../src/handlers/answer/execute.ts";
import type { Request } from "../../src/handlers/answer/request.ts";
import type { LogEntry, Outcome } from "../../src/handlers/decision.ts";
import type { Action } from "../../src/handlers/deployment.ts";
import { decisionOfHold, decisionsOf, evidenceHash, keyOf } from "../../src/handlers/identity.ts";
import { createReconcile } from "../../src/handlers/jobs/reconcile.ts";
import { labelOf, targetOf } from "../../src/handlers/names/targets.ts";
import type { Policy, Route } from "../../src/handlers/policy.ts";
import type { Clock, Directory } from "../../src/handlers/ports.ts";
import type { ClaimReply } from "../../src/handlers/store/decisions.ts";
import { type Store, StoreError } from "../../src/handlers/store/store.ts";
import type { View } from "../../src/handlers/store/view.ts";
import { acceptedMs, claimLeaseMs, protocolTiming, quietMs } from "../../src/handlers/timing.ts";
import { deploymentKeys } from "../../src/store/keys.ts";
import { createMemoryStore, type MemoryStore } from "../store/memory.ts";
import { type Budget, createModelledAws, type ModelledAws, ref, snapshot } from "./modelled-aws.ts";
import { createScheduler } from "./scheduler.ts";

export interface Wish {
  readonly user: string;
  readonly replica: string;
  readonly action: Action;
  /** Absent: asked about the whole deployment. */
  readonly holdId?: string;
}

export interface Scenario {
  readonly name: string;
  readonly holdIds: readonly string[];
  readonly wishes: readonly Wish[];
  readonly approvals: Readonly<Partial<Record<Action, number>>>;
  readonly budget: Budget;
  /** AWS refuses what its own condition forbids. Off: the protocol has to carry itself. */
  readonly fenced: boolean;
  readonly outside?: "continue" | "expire";
  /** AWS is read beside the claim, not after it: many more orders. */
  readonly early?: boolean;
  /** Puts something wrong between the handlers and the store, for proving that the checks can fail. */
  readonly mutate?: (store: Store, memory: MemoryStore) => Store;
}

interface Choice {
  readonly label: string;
  readonly apply: () => void;
}

export interface World {
  choices(): readonly Choice[];
  quiet(): Promise<void>;
  /** Two worlds with the same key have the same future. */
  key(): string;
  /** What has gone wrong so far. */
  readonly wrong: string[];
  /** Lets everything that is left happen, and says what is wrong in the quiet state that is reached. */
  settleDown(): Promise<void>;
}

const key = keyOf(ref, ref.id);
const waits = "waits for the lease";

const nobody = async () => ({ kind: "failed" as const, what: "none", cause: undefined });

/** Everybody is named in the policy, and stays. */
const directory: Directory = {
  groupMembers: nobody,
  channelMembers: nobody,
  standing: async () => ({ kind: "member" }),
};

export async function createWorld(scenario: Scenario): Promise<World> {
  const memory = createMemoryStore();
  const scheduler = createScheduler();
  const budget: Budget = { ...scenario.budget };
  const aws = createModelledAws(
    scenario.holdIds,
    scenario.fenced,
    () => memory.now(),
    () => losses,
  );
  const wrong: string[] = [];
  const told = new Map<string, Outcome>();
  const recorded = new Set<Wish>();
  const order = createOrder();
  const route = routeOf(scenario);
  let looks = 0;
  let looking = 0;
  let losses = 0;
  /** How often the store had been emptied when a look began. */
  const begun = new Map<string, number>();

  const first = { readAt: memory.now(), deployment: snapshot(aws.state()), decisions: [] };
  await memory.store.save(key, first);
  await stand();
  memory.advance(1);

  const allDecisions = ["end", ...scenario.holdIds.map(decisionOfHold)];
  const kept = deploymentKeys(key);
  let keys = memory.keys();

  /** The card stands, or is found again by a store that has forgotten it. */
  async function stand(): Promise<void> {
    const post = { seq: 0, nonce: "card" };
    await memory.store.intend(key, { ...post, postWaitMs: 0, known: true });
    await memory.store.posted(key, { ...post, ts: "1.1", channel: "C0123456789", older: losses > 0 });
  }

  /** The token that holds the lane, straight from the keyspace: reading a whole view at each step would be slow. */
  function holder(): string | undefined {
    const lease = keys[kept.lease];
    return lease === undefined ? undefined : JSON.stringify(lease).match(/(p\d+|look\d+|again)#/)?.[1];
  }

  function portsOf(process: string, replica: string, wish?: Wish) {
    const who = { process, replica };
    const store = parkedStore(who, wish);
    const system = aws.system(who, scheduler, budget);
    let tokens = 0;
    const newToken = (): string => `${process}#${++tokens}`;
    const clock: Clock = {
      monotonicMs: () => memory.now(),
      // Whoever waits for the lane's lease has nothing to do before it is free.
      wait: () =>
        scheduler.park(
          who,
          waits,
          () => ["lease free"],
          () => {},
        ),
    };
    const telemetry = { count: () => {}, observe: () => {}, log: () => {} };
    const act: Execute = createExecute({
      systems: [system],
      store,
      clock,
      telemetry,
      timing: protocolTiming,
      stopping: () => false,
    });
    const early = scenario.early === true ? { startRead: createStartRead({ systems: [system], clock }) } : {};
    return { store, system, newToken, telemetry, act, early, clock };
  }

  /** Only the calls that decide something are parked; the others are carried out at once. */
  function parkedStore(who: { process: string; replica: string }, wish: Wish | undefined): Store {
    const real = scenario.mutate === undefined ? memory.store : scenario.mutate(memory.store, memory);
    const park = <T>(label: string, run: () => Promise<T>): Promise<T> =>
      scheduler.park(
        who,
        label,
        () => (budget.lostReply > 0 ? ["done", "done, reply lost"] : ["done"]),
        async (way) => {
          const reply = await run();
          if (way === "done") return reply;
          budget.lostReply -= 1;
          throw new StoreError("reply lost");
        },
      );
    return {
      ...real,
      claim: (keys, ask) =>
        park(`claim ${keys.decision}`, async () => {
          const reply = await real.claim(keys, ask);
          const isRecorded = reply.kind !== "votes-changed" && reply.kind !== "emptied";
          if (wish !== undefined && isRecorded) recorded.add(wish);
          order.claimed(keys.decision, reply);
          return reply;
        }),
      begin: (keys, attempt) =>
        park(`begin ${keys.decision}`, async () => {
          const reply = await real.begin(keys, attempt);
          if (reply.kind === "go" && order.isOpposed(keys.decision))
            wrong.push(`${keys.decision} was sent although an ending was asked for after its claim`);
          return reply;
        }),
      settle: (keys, attempt) =>
        park(`settle ${keys.decision} ${attempt.answer}`, () => real.settle(keys, attempt)),
      resolve: (keys, look) =>
        park(`resolve ${keys.decision} ${look.saw}`, async () => {
          const reply = await real.resolve(keys, look);
          if (reply.kind === "reopened") checkReopened(keys.decision);
          if (reply.kind === "superseded" && begun.get(who.process) !== losses)
            checkSuperseded(keys.decision);
          return reply;
        }),
    };
  }

  function isOurs(decision: string): boolean {
    return aws.effects.some(({ action, holdId }) => decisionOf(action, holdId) === decision);
  }

  /** Nobody is accused by a job that knew the record and lost it on the way. */
  function checkSuperseded(decision: string): void {
    if (isOurs(decision))
      wrong.push(`${decision} was told as somebody else's after our own call took effect`);
  }

  function checkReopened(decision: string): void {
    if (isOurs(decision))
      wrong.push(`"AWS still waits" was said about ${decision} after our own call took effect`);
  }

  function ask(wish: Wish, process: string): void {
    const { store, act, early, clock, newToken, telemetry } = portsOf(process, wish.replica, wish);
    const answerer = createAnswer({
      ...{ store, act, clock, telemetry, newToken, nudge: () => {}, ...early },
      ...{ timing: protocolTiming, routes: [route], accountNames: new Map() },
      directory,
      findAgain: async () => {},
      stopping: () => false,
    });
    void answerer
      .answer(requestOf(wish, route.policy), () => {})
      .then((outcome) => told.set(process, outcome));
  }

  function look(replica: string): void {
    looks += 1;
    looking += 1;
    const process = `look${looks}`;
    begun.set(process, losses);
    memory.advance(1);
    const { store, system, act, telemetry, newToken } = portsOf(process, replica);
    const reconcile = createReconcile({
      ...{
        systems: [system],
        store,
        act,
        directory,
        labelFor: async (it) => labelOf(targetOf({ ...it, accountName: "prod" }), []),
        telemetry,
        newToken,
        timing: protocolTiming,
        routes: [route],
        accountNames: new Map(),
      },
      board: {
        async show({ view }) {
          if (view.board.ts === undefined) await stand();
          return { kind: "shown" };
        },
      },
    });
    const taken = {
      readAt: memory.now(),
      storeAgeMs: losses > 0 ? 1 : 1e6,
      token: process,
      note: "",
      hint: {},
      audited: 0,
    };
    const member = { kind: "ref" as const, ref };
    const ended = (): void => {
      looking -= 1;
    };
    void reconcile(ref, { ...taken, member }).then(ended, ended);
  }

  function alive(process: string): boolean {
    return scheduler.parked().some((call) => call.process === process);
  }

  /** A process that stops for so long before the socket write is X1. */
  function isCalling(): boolean {
    return scheduler.parked().some(({ label }) => label.startsWith("act"));
  }

  function decided(): boolean {
    return allDecisions.some((id) => keys[kept.decision(id)] !== undefined);
  }

  function isKnown(): boolean {
    return keys[kept.board] !== undefined;
  }

  function inState(state: string): boolean {
    return allDecisions.some((id) => JSON.stringify(keys[kept.decision(id)] ?? "").includes(`"${state}"`));
  }

  function logged(kind: LogEntry["k"]): boolean {
    return JSON.stringify(keys[kept.log] ?? "").includes(`"k\\":\\"${kind}`);
  }

  function timeChoices(): Choice[] {
    const process = holder();
    const choices: Choice[] = [];
    if (process !== undefined) {
      // A holder that stops between its last check and the socket write is X1, which only AWS fences.
      const atTheSocket = scheduler.parked().some((c) => c.process === process && c.label.startsWith("act"));
      const gone = !alive(process);
      if (gone || (budget.leaseEndsUnderHolder > 0 && !atTheSocket)) {
        choices.push({
          label: "lease ends",
          apply() {
            if (!gone) budget.leaseEndsUnderHolder -= 1;
            memory.advance(claimLeaseMs + 1);
          },
        });
      }
    } else if (budget.quiet > 0 && (losses > 0 ? !isCalling() : decided())) {
      // As long as makes a difference: longer only where the shorter time decides nothing.
      const ms = ["sent", "unclear", "refused"].some(inState) ? quietMs : acceptedMs;
      choices.push({
        label: `${ms / 1_000} s pass`,
        apply() {
          budget.quiet -= 1;
          memory.advance(ms + 1);
        },
      });
    }
    return choices;
  }

  /** The calls that can go on now. */
  function ready() {
    return scheduler.parked().filter((call) => call.label !== waits || holder() === undefined);
  }

  function choices(): readonly Choice[] {
    const list: Choice[] = [];
    for (const call of ready()) {
      for (const way of call.ways())
        list.push({ label: `${call.process}: ${call.label} ${way}`, apply: () => call.go(way) });
    }
    if (budget.looks > 0 && looking === 0) {
      list.push({
        label: "a worker looks",
        apply() {
          budget.looks -= 1;
          look("r2");
        },
      });
    }
    list.push(...timeChoices());
    if (budget.crash > 0) {
      for (const replica of new Set(scheduler.parked().map((call) => call.replica))) {
        list.push({
          label: `${replica} is killed`,
          apply() {
            budget.crash -= 1;
            if (scheduler.parked().some((c) => c.replica === replica && c.process.startsWith("look")))
              looking = 0;
            for (const call of aws.calls)
              if (scheduler.parked().some((c) => c.replica === replica && c.process === call.process))
                call.underWay = false;
            scheduler.drop(replica);
          },
        });
      }
    }
    for (const call of aws.onTheWire)
      list.push({ label: `${call.process}'s call arrives`, apply: () => aws.arrive(call) });
    if (scenario.outside !== undefined && budget.outside > 0) {
      const what = scenario.outside;
      list.push({
        label: `outside: ${what}`,
        apply() {
          budget.outside -= 1;
          aws.byItself(what, scenario.holdIds[0] ?? "");
        },
      });
    }
    if (budget.flush > 0) {
      list.push({
        label: "the store is emptied",
        apply() {
          budget.flush -= 1;
          losses += 1;
          memory.empty();
          recorded.clear();
        },
      });
    }
    const renewable = logged("reopened") || logged("notSent") || (losses > 0 && isKnown());
    const wish = scenario.wishes[0];
    if (renewable && budget.renewed > 0 && wish !== undefined) {
      list.push({
        label: "asks again",
        apply() {
          budget.renewed -= 1;
          ask({ ...wish, replica: "r2" }, "again");
        },
      });
    }
    return list;
  }

  async function quiet(): Promise<void> {
    await scheduler.quiet();
    keys = memory.keys();
    checkCalls(aws, wrong);
  }

  /** Everything goes its normal way; time passes; workers look. */
  async function settleDown(): Promise<void> {
    for (let round = 0; round < 12; round += 1) {
      for (let step = 0; step < 60; step += 1) {
        const [call] = ready();
        if (call === undefined) break;
        call.go(call.ways()[0] ?? "");
        await quiet();
      }
      for (const call of [...aws.onTheWire]) aws.arrive(call);
      memory.advance(acceptedMs + 1);
      looking = 0;
      look("r1");
      await quiet();
    }
    while (scheduler.parked()[0] !== undefined) {
      scheduler.parked()[0]?.go("read");
      await quiet();
    }
    const view = await memory.store.view(key, allDecisions);
    checkQuietState({ aws, view, wrong, scenario, recorded, parked: scheduler.parked().length });
    for (const [index, wish] of scenario.wishes.entries()) {
      const outcome = told.get(`p${index + 1}`);
      if (wish.action === "rollback" && outcome !== undefined) checkNotPutOff(outcome, wrong);
    }
  }

  for (const [index, wish] of scenario.wishes.entries()) ask(wish, `p${index + 1}`);
  await quiet();

  return {
    choices,
    quiet,
    wrong,
    settleDown,
    key: () =>
      canonical(memory.now(), [
        [kept.lease, kept.ask, kept.dep, kept.board, ...allDecisions.map(kept.decision)].map(
          (name) => keys[name] ?? null,
        ),
        logOf(keys[kept.log]),
        aws.key(),
        scheduler.parked().map((call) => [call.process, call.label]),
        [...scheduler.heard()].sort(([a], [b]) => (a < b ? -1 : 1)),
        budget,
        [looking, losses, aws.onTheWire.length],
        order.key(),
      ]),
  };
}

/** Times by how long ago they were, in seconds: schedules that differ in nothing else have the same future. */
function canonical(now: number, state: unknown): string {
  return JSON.stringify(state).replace(
    /\b17\d{11}\b/g,
    (at) => `-${Math.round((now - Number(at)) / 1_000)}s`,
  );
}

/** Who is on record for what; in which order it was written down decides nothing. */
function logOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map((entry) => String(entry).replace(/"at":\d+/, "")).sort() : [];
}

function routeOf(scenario: Scenario): Route {
  const approvers = scenario.wishes.map((wish) => ({ kind: "user" as const, id: wish.user }));
  const rule = (action: Action) => ({
    approvers,
    approvals: scenario.approvals[action] ?? 1,
    reason: "optional" as const,
  });
  return {
    match: {},
    channel: "C0123456789",
    policy: { name: "explored", rules: { continue: rule("continue"), rollback: rule("rollback") } },
  };
}

function requestOf(wish: Wish, policy: Policy): Request {
  const point = wish.holdId === undefined ? "end" : decisionOfHold(wish.holdId);
  const need = policy.rules[wish.action]?.approvals ?? 1;
  const offer = {
    action: wish.action,
    label: wish.action,
    consequence: [],
    dialog: [],
    deny: "Not now",
    evidence: { hold: wish.holdId ?? "deployment" },
  };
  return {
    key,
    point,
    action: wish.action,
    evidence: evidenceHash(offer, { name: policy.name, need }) ?? "",
    person: { user: wish.user, foreign: false },
    correlationId: wish.user,
  };
}

function decisionOf(action: Action, holdId: string | undefined): string {
  return action === "rollback" || holdId === undefined ? "end" : decisionOfHold(holdId);
}

interface Sent {
  readonly losses?: number;
  readonly action: Action;
  readonly holdId: string | undefined;
}

/**
 * True when `later` must not go out while `first` is under way, nor after it took effect. A rollback of the whole
 * deployment beside a continue of unknown fate is wanted (X5): an emergency does not wait.
 */
function forbids(first: Sent, later: Sent): boolean {
  // Nor beside what the store has forgotten: only forward answers wait for that.
  if (later.action === "rollback" && first.losses !== later.losses) return false;
  if (decisionOf(first.action, first.holdId) === decisionOf(later.action, later.holdId)) return true;
  if (later.action === "continue") return first.action === "rollback";
  return later.holdId !== undefined && first.holdId === later.holdId;
}

/** Which forward answers were claimed before somebody asked for an ending. */
function createOrder() {
  const unopposed = new Set<string>();
  return {
    claimed(decision: string, { kind }: ClaimReply): void {
      if (decision !== "end" && kind === "yours") unopposed.add(decision);
      if (decision === "end" && ["yours", "waiting", "busy-lease"].includes(kind)) unopposed.clear();
    },
    isOpposed: (decision: string): boolean => decision !== "end" && !unopposed.has(decision),
    key: () => [...unopposed].sort(),
  };
}

/** A continue that has not begun is no reason to put a rollback off. */
function checkNotPutOff(outcome: Outcome, wrong: string[]): void {
  const first =
    outcome.kind === "busy" ? outcome.holder : outcome.kind === "decided" ? outcome.winner : undefined;
  if (first?.action === "continue" && first.state === "claimed")
    wrong.push(`a rollback was told ${outcome.kind} because of a continue that was only claimed`);
}

function checkCalls(aws: ModelledAws, wrong: string[]): void {
  const underWay = aws.calls.filter((call) => call.underWay && !aws.onTheWire.includes(call));
  for (const [index, first] of underWay.entries()) {
    for (const later of underWay.slice(index + 1)) {
      if (forbids(first, later)) wrong.push(`two calls under way: ${describe(first)} and ${describe(later)}`);
    }
  }
  for (const later of aws.calls) {
    for (const first of later.sentAfter) {
      if (forbids(first, later))
        wrong.push(`${describe(later)} was sent after ${describe(first)} took effect`);
    }
  }
  const all = aws.effects.map(({ action, holdId }) => decisionOf(action, holdId));
  for (const decision of all)
    if (all.filter((other) => other === decision).length > 1) wrong.push(`${decision} took effect twice`);
}

function describe({ action, holdId, process }: Sent & { readonly process?: string }): string {
  return `${process === undefined ? "" : `${process}'s `}${action}@${holdId ?? "deployment"}`;
}

function checkQuietState(end: {
  readonly aws: ModelledAws;
  readonly view: View;
  readonly wrong: string[];
  readonly scenario: Scenario;
  readonly recorded: ReadonlySet<Wish>;
  readonly parked: number;
}): void {
  const { aws, view, wrong, scenario } = end;
  const state = aws.state();
  if (view.lease !== undefined) wrong.push("a lease is left");
  if (end.parked > 0) wrong.push("a call is left");
  for (const id of decisionsOf(snapshot(state)).filter((decision) => decision !== "revert")) {
    const decision = view.decisions.get(id)?.state ?? "open";
    const holdId = scenario.holdIds.find((hold) => decisionOfHold(hold) === id);
    const shows = holdId === undefined ? undefined : state.holds[holdId];
    const waits = holdId === undefined ? state.phase === "running" : shows === "open";
    if (waits && decision !== "open") wrong.push(`AWS waits, but ${id} is ${decision}`);
    if (!waits && decision === "confirmed") {
      const action = view.decisions.get(id)?.action;
      const agrees = holdId === undefined ? state.phase === "rolling-back" : shows === action;
      if (!agrees) wrong.push(`${id} is confirmed as ${action}, but AWS shows ${shows ?? state.phase}`);
    }
    const asked = view.decisions.has(id);
    if (!waits && asked && !["confirmed", "superseded", "expired"].includes(decision)) {
      wrong.push(`AWS does not wait any more, but ${id} is ${decision}`);
    }
  }
  for (const wish of end.recorded) {
    if (!onRecord(wish, view)) wrong.push(`${wish.user}'s ${wish.action} is not on record`);
  }
}

function onRecord(wish: Wish, view: View): boolean {
  const names = (entry: LogEntry): boolean =>
    "by" in entry && (entry.by ?? "").split(",").includes(wish.user);
  return view.log.some(names) || view.votes.some((vote) => vote.user === wish.user);
}
