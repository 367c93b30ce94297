/**
 * Carries out a claimed decision: inspect under the lease, compare with what the people saw, begin, act once, settle.
 * The same steps for the person who asked and for the worker that takes over after a crash (docs/protocol.md, 3).
 */

import type { Answer, Decision, DecisionId, NotDone, Refusal, Stale } from "../decision.ts";
import type { Action, Deployment, EpochMs, Offer, Ref } from "../deployment.ts";
import { decisionFor, evidenceHash, pointOf } from "../identity.ts";
import { keepHolds, sawOf } from "../look/saw.ts";
import type { Policy } from "../policy.ts";
import type { Clock, DeploymentKey, System, Telemetry } from "../ports.ts";
import type { DecisionKeys } from "../store/decisions.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store.ts";
import type { Timing } from "../timing.ts";
import type { Phrase } from "../words.ts";
import { nowShows } from "./now-shows.ts";
import { acceptedBy, changeText, isForward, type Seen, together, worseThan } from "./worse.ts";

/** A decision that this process holds the lease for. */
export interface Attempt {
  readonly key: DeploymentKey;
  readonly action: Action;
  readonly point: DecisionId;
  readonly evidence: string;
  readonly by: readonly string[];
  readonly attempt: number;
  readonly token: string;
  /** The snapshot that the decision was made on. */
  readonly seen: Deployment;
  readonly policy: Policy;
  /** Redis's clock. */
  readonly askedAt: EpochMs;
  /** The health that the people saw. Absent: not known. */
  readonly health?: Seen | undefined;
}

/** How it went. Whatever it is, it is settled in the store, or a look will settle it. */
export type Acted =
  | { readonly kind: "accepted"; readonly deployment: Deployment }
  | { readonly kind: "unclear"; readonly deployment: Deployment }
  | { readonly kind: "rejected"; readonly message: string; readonly deployment: Deployment }
  | { readonly kind: "not-done"; readonly why: NotDone; readonly deployment: Deployment }
  | { readonly kind: "refused"; readonly why: Refusal; readonly deployment: Deployment }
  | { readonly kind: "stale"; readonly changed: Stale; readonly deployment: Deployment }
  /** The lease was over, or the opposite was decided: `winner` says what is on record instead. */
  | { readonly kind: "lost"; readonly winner?: Decision; readonly deployment: Deployment };

export type Act = (attempt: Attempt) => Promise<Acted>;

type Ready = { readonly kind: "ready"; readonly deployment: Deployment; readonly offer: Offer };
type Stopped = {
  readonly settle: "open" | "superseded" | "expired";
  readonly detail: string;
  /** With `open`: whoever asked may go on with what they have now been shown. */
  readonly keepVotes?: true;
  readonly acted: Acted;
};

export function createAct(ports: {
  readonly systems: readonly System[];
  readonly store: Pick<Store, "begin" | "settle" | "enqueue">;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** True once this process has been told to stop: what was not begun is given back. */
  readonly stopping: () => boolean;
  readonly timing: Timing;
}): Act {
  const { systems, store, clock, telemetry, stopping, timing } = ports;

  /** Reads AWS again under the lease: only what the people saw may be acted on (P4). */
  async function inspectAgain(attempt: Attempt, system: System): Promise<Ready | Stopped> {
    const inspection = await system.inspect(attempt.seen.ref, {
      hint: {},
      previous: attempt.seen,
      ...(isForward(attempt.action) ? {} : { urgent: true }),
    });
    if (inspection.kind === "unreadable") {
      const why: Refusal = { rule: "aws-not-readable", why: inspection.why };
      return {
        settle: "open",
        detail: inspection.why,
        acted: { kind: "refused", why, deployment: attempt.seen },
      };
    }
    if (inspection.kind !== "deployment") {
      const now: Phrase = ["AWS no longer knows this deployment"];
      return {
        settle: "open",
        detail: "AWS no longer knows this deployment",
        acted: { kind: "stale", changed: { what: "over", now }, deployment: attempt.seen },
      };
    }
    return compare(attempt, keepHolds(inspection.deployment, attempt.seen));
  }

  async function settle(
    keys: DecisionKeys,
    attempt: Attempt,
    answer: Parameters<Store["settle"]>[1]["answer"],
    detail: string,
    keepVotes = false,
  ): Promise<void> {
    const { token, action, by } = attempt;
    const until = clock.monotonicMs() + timing.settleRetryMs;
    for (;;) {
      try {
        const reply = await store.settle(keys, {
          token,
          answer,
          detail,
          action,
          by,
          attempt: attempt.attempt,
          keepVotes,
        });
        if (reply.kind === "late") telemetry.log("warn", "settled late", { decision: keys.decision, answer });
        return;
      } catch (error) {
        if (!(error instanceof StoreError) || clock.monotonicMs() >= until) {
          telemetry.log("error", "settle failed, the next look will resolve it", {
            decision: keys.decision,
            answer,
            error,
          });
          return;
        }
        await clock.wait(1_000);
      }
    }
  }

  /** Gives the next look what only this answer told. If it is lost, the same request would be told it again. */
  async function pass(ref: Ref, carried: Readonly<Record<string, string>>): Promise<void> {
    try {
      await store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0, hint: { carried } }]);
    } catch (error) {
      telemetry.log("warn", "what AWS's answer told was not kept", { error });
    }
  }

  return async function act(attempt) {
    const keys: DecisionKeys = { key: attempt.key, ...decisionFor(attempt.action, attempt.point) };
    const system = systems.find(({ name }) => name === attempt.seen.ref.system);
    if (system === undefined) {
      await settle(keys, attempt, "open", "system is not configured");
      return { kind: "refused", why: { rule: "no-route" }, deployment: attempt.seen };
    }
    const ready = await inspectAgain(attempt, system);
    if ("settle" in ready) {
      await settle(keys, attempt, ready.settle, ready.detail, ready.keepVotes);
      return ready.acted;
    }
    const { deployment, offer } = ready;
    if (stopping()) {
      await settle(keys, attempt, "open", "Holdpoint restarts");
      return { kind: "refused", why: { rule: "restarting" }, deployment };
    }

    const beganMs = clock.monotonicMs();
    const begun = await store.begin(keys, { token: attempt.token, leaseMs: timing.sendLeaseMs });
    if (begun.kind === "opposed") {
      return { kind: "stale", changed: { what: "opposed", by: begun.by }, deployment };
    }
    if (begun.kind !== "go") {
      const winner = begun.kind === "decided" ? begun.winner : begun.decision;
      return { kind: "lost", deployment, ...(winner === undefined ? {} : { winner }) };
    }
    if (timing.sendLeaseMs - (clock.monotonicMs() - beganMs) < timing.sendMarginMs) {
      await settle(keys, attempt, "open", "too little of the lease was left to send");
      const why: NotDone = { cause: "not-sent", message: "the store answered too slowly to send safely" };
      return { kind: "not-done", why, deployment };
    }

    const answer = await system.act(deployment, {
      action: attempt.action,
      ...(offer.holdId === undefined ? {} : { holdId: offer.holdId }),
      by: attempt.by,
    });
    telemetry.count("aws_answers", { system: system.name, action: attempt.action, answer: answer.kind });
    const settled = answerInStore(answer);
    await settle(keys, attempt, settled.answer, settled.detail);
    if (answer.kind === "refused" && answer.learned !== undefined) await pass(deployment.ref, answer.learned);
    return acted(answer, deployment);
  };
}

function compare(attempt: Attempt, deployment: Deployment): Ready | Stopped {
  const { decision } = decisionFor(attempt.action, attempt.point);
  const saw = sawOf(deployment, decision, { action: attempt.action }, attempt.askedAt);
  if (saw !== "open") {
    const changed: Stale = { what: "over", now: nowShows(deployment) };
    return {
      settle: saw === "expired" ? "expired" : "superseded",
      detail: deployment.status,
      acted: { kind: "stale", changed, deployment },
    };
  }
  const offer = deployment.offers.find((o) => o.action === attempt.action && pointOf(o) === attempt.point);
  if (offer === undefined) {
    const changed: Stale = { what: "not-offered", action: attempt.action, now: nowShows(deployment) };
    return { settle: "open", detail: "no longer offered", acted: { kind: "stale", changed, deployment } };
  }
  const need = attempt.policy.rules[attempt.action]?.approvals ?? 1;
  const evidence = evidenceHash(offer, { name: attempt.policy.name, need });
  if (evidence === undefined) {
    const unknown = Object.entries(offer.evidence).flatMap(([name, value]) => (value === null ? [name] : []));
    const why: Refusal = { rule: "evidence-unknown", unknown };
    return {
      settle: "open",
      detail: `unknown: ${unknown.join(", ")}`,
      acted: { kind: "refused", why, deployment },
    };
  }
  if (evidence !== attempt.evidence) {
    const changed = changedEvidence(attempt, offer);
    return {
      settle: "open",
      detail: `what was seen has changed${changed.length === 0 ? "" : `: ${changed.join(", ")}`}`,
      acted: { kind: "stale", changed: { what: "evidence", changed }, deployment },
    };
  }
  const changes = isForward(attempt.action) ? worseThan(attempt.health, deployment.watched) : [];
  if (changes.length > 0) {
    return {
      settle: "open",
      keepVotes: true,
      detail: `nothing was sent, it is worse than the card showed: ${changes.map(changeText).join("; ")}. Ask again to go on`,
      acted: {
        kind: "stale",
        changed: { what: "worse", changes, seen: together(attempt.health, acceptedBy(changes)) },
        deployment,
      },
    };
  }
  return { kind: "ready", deployment, offer };
}

function changedEvidence(attempt: Attempt, offer: Offer): string[] {
  const before = attempt.seen.offers.find((o) => o.action === attempt.action && pointOf(o) === attempt.point);
  return Object.entries(offer.evidence).flatMap(([name, value]) =>
    before?.evidence[name] === value ? [] : [name],
  );
}

function answerInStore(answer: Answer): {
  readonly answer: "accepted" | "refused" | "open" | "unclear";
  readonly detail: string;
} {
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

function acted(answer: Answer, deployment: Deployment): Acted {
  switch (answer.kind) {
    case "accepted":
      return { kind: "accepted", deployment };
    case "refused":
      return { kind: "rejected", message: answer.message, deployment };
    case "not-done":
      return { kind: "not-done", why: answer.why, deployment };
    case "unclear":
      return { kind: "unclear", deployment };
  }
}
