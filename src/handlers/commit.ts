/**
 * The only code path that changes anything at AWS (docs/protocol.md, 3). The caller holds the lane's lease: for a
 * person who asked, or as a worker that takes over after a crash.
 */

import type { CallResult, NotDone } from "./decision.ts";
import type { RuleName, SystemName } from "./deployment.ts";
import type { Clock, Telemetry } from "./ports.ts";
import type { BeginReply, DecisionKeys } from "./store/decisions.ts";
import type { Store } from "./store/store.ts";
import { StoreError } from "./store/store.ts";
import type { Timing } from "./timing.ts";

/** A claimed decision, held by the process that claimed it or took it over. */
export interface HeldClaim {
  readonly keys: DecisionKeys;
  readonly token: string;
  readonly attempt: number;
  readonly by: readonly string[];
  readonly action: RuleName;
}

/** What is recorded about an attempt. */
export type Settled = Pick<Parameters<Store["settle"]>[1], "answer" | "detail" | "keepVotes">;

export type Inspected<Ready, Told> =
  | { readonly kind: "ready"; readonly ready: Ready }
  | { readonly kind: "stopped"; readonly settled: Settled; readonly told: Told };

/** The steps that differ by action and system. */
interface Steps<Ready, Told> {
  readonly claim: HeldClaim;
  readonly system: SystemName;
  /** Reads AWS and compares it with what people saw: nothing else may be acted on (P4). */
  readonly inspect: () => Promise<Inspected<Ready, Told>>;
  /** The one call. Never throws because of AWS or the network. */
  readonly call: (ready: Ready) => Promise<CallResult>;
  /** Rewords, and may log, what is about to be recorded. */
  readonly record?: (settled: Settled) => Settled;
}

export type NotBegun = Exclude<BeginReply, { readonly kind: "go" }>;

/** The result. It is settled in the store, or the next reader of AWS will settle it. */
type Committed<Ready, Told> =
  | { readonly kind: "stopped"; readonly told: Told }
  | { readonly kind: "restarting"; readonly ready: Ready }
  /** The lease expired, or the opposite was requested. */
  | { readonly kind: "lost"; readonly ready: Ready; readonly begun: NotBegun }
  | { readonly kind: "answered"; readonly ready: Ready; readonly answer: CallResult };

export type Commit = <Ready, Told>(steps: Steps<Ready, Told>) => Promise<Committed<Ready, Told>>;

const settleAgainMs = 1_000;

export function createCommit(ports: {
  readonly store: Pick<Store, "begin" | "settle">;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** True once this process was told to stop: what has not begun is given up, and people can ask again. */
  readonly stopping: () => boolean;
  readonly timing: Pick<Timing, "sendLeaseMs" | "sendMarginMs" | "settleRetryMs">;
}): Commit {
  const { store, clock, telemetry, stopping, timing } = ports;

  return async function commit({ claim, system, inspect, call, record = (settled) => settled }) {
    const { keys, token, action } = claim;
    const conclude = (settled: Settled): Promise<void> => settle(claim, record(settled));

    const inspected = await inspect();
    if (inspected.kind === "stopped") {
      await conclude(inspected.settled);
      return { kind: "stopped", told: inspected.told };
    }
    const { ready } = inspected;
    if (stopping()) {
      await conclude({ answer: "open", detail: "Holdpoint restarts" });
      return { kind: "restarting", ready };
    }

    const beganMs = clock.monotonicMs();
    const begun = await store.begin(keys, { token, leaseMs: timing.sendLeaseMs });
    if (begun.kind !== "go") return { kind: "lost", ready, begun };
    if (timing.sendLeaseMs - (clock.monotonicMs() - beganMs) < timing.sendMarginMs) {
      await conclude({ answer: "open", detail: "too little of the lease was left to send" });
      return { kind: "answered", ready, answer: { kind: "not-done", why: tooSlow } };
    }

    const answer = await call(ready);
    telemetry.count("aws_calls", { system, action, result: answer.kind });

    await conclude(settledBy(answer));
    return { kind: "answered", ready, answer };
  };

  async function settle({ keys, ...claim }: HeldClaim, settled: Settled): Promise<void> {
    const { decision } = keys;
    const { answer } = settled;
    const until = clock.monotonicMs() + timing.settleRetryMs;
    for (;;) {
      try {
        const reply = await store.settle(keys, { ...claim, ...settled });
        if (reply.kind === "late")
          telemetry.log("warn", "result of the AWS call came too late for its decision", {
            decision,
            answer,
          });
        return;
      } catch (error) {
        if (!(error instanceof StoreError) || clock.monotonicMs() >= until) {
          telemetry.log(
            "error",
            "could not record the result of the AWS call; the next read will resolve it",
            { decision, answer, error },
          );
          return;
        }
        await clock.wait(settleAgainMs);
      }
    }
  }
}

const tooSlow: NotDone = { cause: "not-sent", message: "the store answered too slowly to send safely" };

function settledBy(answer: CallResult): Settled {
  switch (answer.kind) {
    case "accepted":
      return { answer: "accepted", detail: answer.note };
    case "refused":
      return { answer: "refused", detail: answer.message };
    case "not-done":
      return { answer: "open", detail: answer.why.message };
    case "unclear":
      return { answer: "unclear", detail: answer.cause instanceof Error ? answer.cause.name : "no answer" };
  }
}
