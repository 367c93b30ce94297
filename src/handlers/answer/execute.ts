/**
 * Carries out a claimed decision about a deployment. The steps are the same for the person who asked and for a worker
 * that takes over after a crash.
 */

import { createCommit, type Inspected, type NotBegun, type Settled } from "../commit.ts";
import type { CallResult, Decision, DecisionId, NotDone, Refusal, Stale } from "../decision.ts";
import type { Action, Deployment, Offer, RedisMs, Ref } from "../deployment.ts";
import { decisionFor, evidenceHash, pointOf } from "../identity.ts";
import { keepHolds, observe } from "../jobs/observe.ts";
import type { Policy } from "../policy.ts";
import type { Clock, DeploymentKey, System, Telemetry } from "../ports.ts";
import type { Store } from "../store/store.ts";
import type { Timing } from "../timing.ts";
import { describeCurrentState } from "./current-state.ts";
import { type EarlyRead, readToAct } from "./early-read.ts";
import { acceptedBy, changeText, isForward, type Seen, together, worseThan } from "./worse.ts";

/** A decision whose lease this process holds. */
export interface Attempt {
  readonly key: DeploymentKey;
  readonly action: Action;
  readonly point: DecisionId;
  readonly evidence: string;
  readonly by: readonly string[];
  readonly attempt: number;
  readonly token: string;
  /** The snapshot that the decision is based on. */
  readonly seen: Deployment;
  readonly policy: Policy;
  /** Redis's time. */
  readonly askedAt: RedisMs;
  /** The health that the voters saw. Absent: unknown. */
  readonly health?: Seen | undefined;
  /** A read of AWS that began before the claim. */
  readonly earlyRead?: EarlyRead | undefined;
}

/** The result of an attempt. It is settled in the store, or the next read will settle it. */
export type Executed =
  | { readonly kind: "accepted"; readonly deployment: Deployment }
  | { readonly kind: "unclear"; readonly deployment: Deployment }
  | { readonly kind: "rejected"; readonly message: string; readonly deployment: Deployment }
  | { readonly kind: "not-done"; readonly why: NotDone; readonly deployment: Deployment }
  | { readonly kind: "refused"; readonly why: Refusal; readonly deployment: Deployment }
  | { readonly kind: "stale"; readonly changed: Stale; readonly deployment: Deployment }
  /** The lease expired, or the opposite was decided; `winner` is the decision on record. */
  | { readonly kind: "lost"; readonly winner?: Decision | undefined; readonly deployment: Deployment };

export type Execute = (attempt: Attempt) => Promise<Executed>;

interface Ready {
  readonly system: System;
  readonly deployment: Deployment;
  readonly offer: Offer;
}

export function createExecute(ports: {
  readonly systems: readonly System[];
  readonly store: Pick<Store, "begin" | "settle" | "enqueue">;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly stopping: () => boolean;
  readonly timing: Timing;
}): Execute {
  const { systems, store, telemetry } = ports;
  const commit = createCommit(ports);

  /** Enqueues facts that only this response had. If they are lost, AWS rejects the next request the same way. */
  async function pass(ref: Ref, carried: Readonly<Record<string, string>>): Promise<void> {
    try {
      await store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0, hint: { carried } }]);
    } catch (error) {
      telemetry.log("warn", "could not enqueue data from AWS's response", { error });
    }
  }

  return async function execute(attempt) {
    const { key, action, point, token, by } = attempt;
    const committed = await commit({
      claim: { keys: { key, ...decisionFor(action, point) }, token, action, by, attempt: attempt.attempt },
      system: attempt.seen.ref.system,
      inspect: () => inspect(attempt, systems),
      call: ({ system, deployment, offer: { holdId } }) => system.act(deployment, { action, holdId, by }),
    });
    switch (committed.kind) {
      case "stopped":
        return committed.told;
      case "restarting":
        return {
          kind: "refused",
          why: { rule: "restarting" },
          deployment: committed.ready.deployment,
        };
      case "lost":
        return lost(committed.begun, committed.ready.deployment);
      case "answered": {
        const { answer, ready } = committed;
        if (answer.kind === "refused" && answer.learned !== undefined)
          await pass(ready.deployment.ref, answer.learned);
        return answered(answer, ready.deployment);
      }
    }
  };
}

async function inspect(attempt: Attempt, systems: readonly System[]): Promise<Inspected<Ready, Executed>> {
  const { seen, action } = attempt;
  const system = systems.find(({ name }) => name === seen.ref.system);
  if (system === undefined) return refused("system is not configured", { rule: "no-route" }, seen);
  const inspection = await (attempt.earlyRead?.take() ?? readToAct(system, seen, action));
  if (inspection.kind === "unreadable")
    return refused(inspection.why, { rule: "aws-not-readable", why: inspection.why }, seen);
  if (inspection.kind !== "deployment") {
    const detail = "AWS no longer knows this deployment";
    return stale({ answer: "open", detail }, { what: "over", now: [detail] }, seen);
  }
  return compare(attempt, system, keepHolds(inspection.deployment, seen));
}

function compare(attempt: Attempt, system: System, deployment: Deployment): Inspected<Ready, Executed> {
  const { action, point, policy } = attempt;
  const { decision } = decisionFor(action, point);
  const saw = observe(deployment, decision, { action }, attempt.askedAt);
  if (saw !== "open") {
    const answer = saw === "expired" ? "expired" : "superseded";
    return stale(
      { answer, detail: deployment.status },
      { what: "over", now: describeCurrentState(deployment) },
      deployment,
    );
  }
  const offer = deployment.offers.find((o) => o.action === action && pointOf(o) === point);
  if (offer === undefined) {
    const changed: Stale = { what: "not-offered", action, now: describeCurrentState(deployment) };
    return stale({ answer: "open", detail: "no longer offered" }, changed, deployment);
  }
  const need = policy.rules[action]?.approvals ?? 1;
  const evidence = evidenceHash(offer, { name: policy.name, need });
  if (evidence === undefined) {
    const unknown = Object.entries(offer.evidence).flatMap(([name, value]) => (value === null ? [name] : []));
    return refused(`unknown: ${unknown.join(", ")}`, { rule: "evidence-unknown", unknown }, deployment);
  }
  if (evidence !== attempt.evidence) {
    const changed = changedEvidence(attempt, offer);
    const detail = `what was seen has changed${changed.length === 0 ? "" : `: ${changed.join(", ")}`}`;
    return stale({ answer: "open", detail }, { what: "evidence", changed }, deployment);
  }
  const changes = isForward(action) ? worseThan(attempt.health, deployment.watched) : [];
  if (changes.length > 0) {
    const detail = `nothing was sent, it is worse than the card showed: ${changes.map(changeText).join("; ")}. Ask again to go on`;
    const seen = together(attempt.health, acceptedBy(changes));
    // The people who asked may continue, with what they have been shown now.
    return stale({ answer: "open", detail, keepVotes: true }, { what: "worse", changes, seen }, deployment);
  }
  return { kind: "ready", ready: { system, deployment, offer } };
}

type Stopped = Extract<Inspected<Ready, Executed>, { kind: "stopped" }>;

function stale(settled: Settled, changed: Stale, deployment: Deployment): Stopped {
  return { kind: "stopped", settled, told: { kind: "stale", changed, deployment } };
}

function refused(detail: string, why: Refusal, deployment: Deployment): Stopped {
  return {
    kind: "stopped",
    settled: { answer: "open", detail },
    told: { kind: "refused", why, deployment },
  };
}

function changedEvidence(attempt: Attempt, offer: Offer): string[] {
  const before = attempt.seen.offers.find((o) => o.action === attempt.action && pointOf(o) === attempt.point);
  return Object.entries(offer.evidence).flatMap(([name, value]) =>
    before?.evidence[name] === value ? [] : [name],
  );
}

function lost(begun: NotBegun, deployment: Deployment): Executed {
  if (begun.kind === "opposed")
    return { kind: "stale", changed: { what: "opposed", by: begun.by }, deployment };
  return { kind: "lost", winner: begun.kind === "decided" ? begun.winner : begun.decision, deployment };
}

function answered(answer: CallResult, deployment: Deployment): Executed {
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
