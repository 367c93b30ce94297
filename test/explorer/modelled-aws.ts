/** AWS in small: one deployment with pause hooks, its own conditions, reads that can lag, calls that can arrive late. */

import type { CallResult } from "../../src/handlers/decision.ts";
import type {
  Action,
  Deployment,
  Hold,
  HoldShows,
  Offer,
  Phase,
  Ref,
} from "../../src/handlers/deployment.ts";
import type { Inspection, System } from "../../src/handlers/ports.ts";
import { callTimeoutMs, quietMs } from "../../src/handlers/timing.ts";
import { wordsInside } from "../words-inside.ts";
import type { Scheduler } from "./scheduler.ts";

export const ref: Ref = {
  system: "ecs",
  account: "111122223333",
  region: "eu-west-1",
  id: "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout/1",
};

interface State {
  readonly phase: Phase;
  readonly holds: Readonly<Record<string, HoldShows>>;
}

/** One mutating call: when it was sent, whether it took effect, and by which decision. */
interface Call {
  readonly process: string;
  readonly action: Action;
  readonly holdId: string | undefined;
  /** How often the store had been emptied. */
  readonly losses: number;
  /** What had taken effect by then. */
  sentAfter: readonly Pick<Call, "action" | "holdId" | "process" | "losses">[];
  effective: boolean;
  /** Gone out, and neither answered nor given up. */
  underWay: boolean;
  /** Sent by a process whose lease had ended meanwhile (docs/operations.md: X1). */
  late: boolean;
}

export interface ModelledAws {
  state(): State;
  readonly calls: Call[];
  /** What took effect, in order. */
  readonly effects: Call[];
  /** Calls that their client gave up and that AWS may still carry out. */
  readonly onTheWire: Call[];
  arrive(call: Call): void;
  /** Somebody at the console, or AWS's own time-out. */
  byItself(what: "continue" | "rollback" | "expire", holdId: string): void;
  system(
    who: { readonly process: string; readonly replica: string },
    scheduler: Scheduler,
    budget: Budget,
  ): System;
  key(): string;
}

/** How often each fault may still happen in this schedule. */
export interface Budget {
  crash: number;
  lostReply: number;
  lag: number;
  answerLost: number;
  arrivesLate: number;
  denied: number;
  leaseEndsUnderHolder: number;
  looks: number;
  renewed: number;
  outside: number;
  /** How often the store may be emptied. */
  flush: number;
  /** How often so much time passes that a read counts as proof. */
  quiet: number;
}

/** A read shows nothing older than this (docs/protocol.md, 4); what breaks it is X3. */
const longestLagMs = quietMs - callTimeoutMs;

export function createModelledAws(
  holdIds: readonly string[],
  fenced: boolean,
  clock: () => number,
  losses: () => number,
): ModelledAws {
  let now: State = { phase: "running", holds: Object.fromEntries(holdIds.map((id) => [id, "open"])) };
  let before: State = now;
  let changedAt = 0;
  const calls: Call[] = [];
  const effects: Call[] = [];
  const onTheWire: Call[] = [];

  function change(next: State): void {
    before = now;
    now = next;
    changedAt = clock();
  }

  function allows(holdId: string | undefined): boolean {
    if (holdId === undefined) return now.phase === "running";
    return now.phase === "running" && (!fenced || now.holds[holdId] === "open");
  }

  function takeEffect(call: Call): boolean {
    if (!allows(call.holdId)) return false;
    const { action, holdId } = call;
    call.effective = true;
    effects.push(call);
    const holds = holdId === undefined ? now.holds : { ...now.holds, [holdId]: action };
    change(action === "continue" ? { ...now, holds } : { phase: "rolling-back", holds: close(holds) });
    return true;
  }

  function arrive(call: Call): void {
    onTheWire.splice(onTheWire.indexOf(call), 1);
    call.underWay = false;
    takeEffect(call);
  }

  return {
    state: () => now,
    calls,
    effects,
    onTheWire,
    arrive,
    byItself(what, holdId) {
      if (now.holds[holdId] !== "open" || now.phase !== "running") return;
      if (what === "continue") return change({ ...now, holds: { ...now.holds, [holdId]: "continue" } });
      const shows = what === "expire" ? "expired" : "rollback";
      change({ phase: "rolling-back", holds: close({ ...now.holds, [holdId]: shows }) });
    },
    key: () =>
      JSON.stringify([
        now,
        before,
        effects.map((c) => c.process),
        calls.map((c) => [c.process, c.action, c.holdId, c.effective, c.underWay]),
      ]),

    system(who, scheduler, budget) {
      return {
        name: "ecs",
        title: "ECS",
        listensTo: [{ source: "aws.ecs", detailTypes: [] }],
        offers: [],
        permissions: [],
        words: wordsInside,
        describeCall: () => undefined,
        laneOf: (at) => at.id,
        locate: () => ({ kind: "ignored", why: "the explorer sends no events" }),
        confirms: () => true,
        list: async () => ({ kind: "listed", refs: [], targets: [], whole: true }),
        inspect() {
          const begunAt = clock();
          const lags = (): boolean => budget.lag > 0 && before !== now && changedAt > begunAt - longestLagMs;
          const ways = (): string[] => (lags() ? ["read", "read lags"] : ["read"]);
          return scheduler.park(who, "inspect", ways, (way): Inspection => {
            if (way === "read lags") budget.lag -= 1;
            return { kind: "deployment", deployment: snapshot(way === "read lags" ? before : now) };
          });
        },
        act(_deployment, { action, holdId }) {
          const call: Call = {
            process: who.process,
            action,
            holdId,
            losses: losses(),
            sentAfter: [...effects],
            effective: false,
            underWay: true,
            late: false,
          };
          calls.push(call);
          const ways = (): string[] => [
            "answers",
            ...(budget.answerLost > 0 ? ["effect, answer lost", "no effect, 5xx"] : []),
            ...(budget.arrivesLate > 0 ? ["given up, still on the wire"] : []),
            ...(budget.denied > 0 ? ["denied"] : []),
          ];
          return scheduler.park(who, `act ${action}@${holdId ?? "deployment"}`, ways, (way): CallResult => {
            if (way === "given up, still on the wire") {
              budget.arrivesLate -= 1;
              onTheWire.push(call);
              return { kind: "unclear", cause: new Error("time-out") };
            }
            call.underWay = false;
            if (way === "denied") {
              budget.denied -= 1;
              return { kind: "not-done", why: { cause: "denied", message: "access denied" } };
            }
            if (way === "no effect, 5xx") {
              budget.answerLost -= 1;
              return { kind: "unclear", cause: new Error("503") };
            }
            const done = takeEffect(call);
            if (way === "effect, answer lost") {
              budget.answerLost -= 1;
              return { kind: "unclear", cause: new Error("reset") };
            }
            return done
              ? { kind: "accepted", note: "" }
              : { kind: "refused", message: "not awaiting action" };
          });
        },
      };
    },
  };
}

function close(holds: Readonly<Record<string, HoldShows>>): Record<string, HoldShows> {
  return Object.fromEntries(
    Object.entries(holds).map(([id, shows]) => [id, shows === "open" ? "over" : shows]),
  );
}

/** The snapshot that a read of this state gives. */
export function snapshot(state: State): Deployment {
  const running = state.phase === "running";
  const holds = Object.entries(state.holds).map(
    ([id, shows]): Hold => ({
      id,
      stage: "POST_TEST_TRAFFIC_SHIFT",
      status: shows,
      shows,
      onExpiryAction: "rollback",
    }),
  );
  const open = holds.filter((hold) => hold.shows === "open");
  const offer = (action: Action, holdId?: string): Offer => ({
    action,
    evidence: { hold: holdId ?? "deployment" },
    ...(holdId === undefined ? {} : { holdId }),
  });
  return {
    ref,
    lane: ref.id,
    target: "checkout",
    systemTitle: "ECS",
    phase: state.phase,
    status: state.phase,
    holds,
    offers: running
      ? [...open.flatMap(({ id }) => [offer("continue", id), offer("rollback", id)]), offer("rollback")]
      : [],
    incident: false,
    said: {},
    remarks: [],
  };
}
