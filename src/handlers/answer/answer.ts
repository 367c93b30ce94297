/**
 * One person chooses one offer, by button, command or modal:
 * check policy -> enqueue a delayed job -> claim -> act (inspect, begin, call, settle) -> enqueue. At most six round
 * trips to the store. Expected outcomes are returned; if Redis is unavailable, the outcome is a refusal.
 */

import type { Decision, Outcome, Refusal } from "../decision.ts";
import { isSupersededOrExpired, stands } from "../decision.ts";
import type { Deployment } from "../deployment.ts";
import { decisionFor, decisionsOf, deploymentDecision, isEnding, noEvidence } from "../identity.ts";
import type { Route } from "../policy.ts";
import { judgeReason } from "../policy.ts";
import type { Clock, Directory, Telemetry } from "../ports.ts";
import { recordLost } from "../store/record-lost.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store.ts";
import { headStartMs, type Timing } from "../timing.ts";
import { type Asked, type Claimed, createClaim } from "./claim.ts";
import type { EarlyRead, StartRead } from "./early-read.ts";
import type { Execute, Executed } from "./execute.ts";
import { judgeAsker } from "./look-up.ts";
import { isUnrecorded, viewOnceRecorded } from "./recorded.ts";
import { belongs, isLate, keysOf, type Request, routeOf, seenBy, unlessAsSeen } from "./request.ts";

type Withdrawn =
  | { readonly kind: "withdrawn" | "none"; readonly deployment: Deployment }
  | Omit<Extract<Outcome, { readonly kind: "decided" }>, "mine">
  | { readonly kind: "refused"; readonly why: Refusal }
  | { readonly kind: "unknown-deployment" };

export interface Answerer {
  /** `onClaimed` is called once the claim was evaluated: from then on the request is recorded. */
  answer(request: Request, onClaimed: () => void): Promise<Outcome>;
  /** Withdraws a vote, unless the decision was already claimed. */
  withdraw(request: Pick<Request, "key" | "point" | "action" | "person">): Promise<Withdrawn>;
}

/** Poll interval while a late request waits to learn who was first. */
const winnerPollMs = 500;

/** How long a decision about one hold can explain a change of the others. A rollback or cancel always can. */
const newsMs = 60_000;

export function createAnswer(ports: {
  readonly store: Pick<Store, "view" | "enqueue" | "claim" | "voidVote" | "withdraw">;
  readonly directory: Directory;
  readonly act: Execute;
  /** Omit it to read AWS only after the claim. */
  readonly startRead?: StartRead;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  readonly newToken: () => string;
  /** Wakes this process's worker. */
  readonly nudge: () => void;
  /** Enqueues a sweep of everything: a button of an unknown deployment means that Redis lost its data. */
  readonly findAgain: () => Promise<void>;
  readonly stopping: () => boolean;
  readonly timing: Timing;
}): Answerer {
  const { store, directory, act, clock, telemetry, routes, accountNames, newToken, nudge } = ports;
  const claim = createClaim(ports);
  const { claimLeaseMs } = ports.timing;

  /** Either the input of the claim, or the outcome of a request that gets no further. */
  async function judgeRequest(request: Request): Promise<Asked | Outcome> {
    // Most claims need it, and Slack takes longer than the store.
    const canDecideAlone = routes.some(({ policy }) => policy.rules[request.action]?.approvals === 1);
    const standing =
      canDecideAlone && !request.person.foreign ? directory.standing(request.person.user) : undefined;
    const view = await viewOnceRecorded(request, { store, clock, withinMs: ports.timing.ackMs });
    const deployment = view.snapshot;
    if (deployment === undefined) {
      await ports.findAgain();
      return { kind: "stale", changed: { what: "unknown-deployment" } };
    }
    if (!belongs(request, view)) {
      const what = isUnrecorded(request, view) ? "not-recorded-yet" : "wrong-message";
      return { kind: "stale", changed: { what } };
    }
    const route = routeOf(deployment, view, routes, accountNames);
    if (route === undefined) return { kind: "refused", why: { rule: "no-route" }, deployment };

    const { action, person, reason } = request;
    const who = await judgeAsker(directory, route, { action, person });
    const verdict = judgeReason(route.policy, { action, reason }, who);
    if (ports.stopping()) return { kind: "refused", why: { rule: "restarting" }, deployment };
    if (verdict.kind === "refused") {
      const rule = route.policy.rules[action];
      // Tell a late person who was first instead of asking for a reason: nothing can be sent for them any more.
      if (verdict.why.rule !== "reason-required" || rule === undefined || !isLate(request, view))
        return { kind: "refused", why: verdict.why, deployment };
      return { request: { ...request, evidence: noEvidence }, view, deployment, route, rule, standing };
    }

    const otherwise = unlessAsSeen(request, deployment, view, route.policy);
    if (otherwise === undefined) return { request, view, deployment, route, rule: verdict.rule, standing };
    await lookNow(deployment);
    return otherwise;
  }

  async function afterClaim(asked: Asked, reply: Claimed, token: string): Promise<Outcome> {
    const { request, deployment } = asked;
    switch (reply.kind) {
      case "waiting": {
        const { votes, need, unknown } = reply;
        const notKnown = unknown.length === 0 ? {} : { unknown };
        return { kind: "waiting", votes, need, ...notKnown, deployment };
      }
      case "busy":
        return { kind: "busy", holder: reply.holder, deployment };
      case "busy-lease":
        // A rollback overrides an answer that is only claimed, so there is no winner to name.
        return isEnding(request.action)
          ? { kind: "busy", deployment }
          : lostTo(await winnerSoon(request), request, deployment);
      case "decided":
        return lostTo(await whoWon(reply.winner, request, deployment), request, deployment);
      case "refused":
        return { kind: "refused", why: reply.why, deployment };
      case "withdrawn":
        return { kind: "refused", why: { rule: "withdrawn" }, deployment };
      case "emptied":
        return { kind: "refused", why: { rule: "store-emptied", ms: reply.ms }, deployment };
      case "newer":
        return { kind: "refused", why: { rule: "newer-version" }, deployment };
      case "lost-reply":
        return { kind: "refused", why: { rule: "store-lost-answer" }, deployment };
      case "yours":
        return carryOut(asked, reply, token);
    }
  }

  async function carryOut(
    { request, deployment, route, view, earlyRead }: Asked,
    { by, attempt }: { readonly by: readonly string[]; readonly attempt: number },
    token: string,
  ): Promise<Outcome> {
    const { key, action, point, evidence } = request;
    try {
      const acted = await act({
        ...{ key, action, point, evidence, by, attempt, token },
        ...{ seen: deployment, policy: route.policy, askedAt: view.now, health: seenBy(request, view) },
        earlyRead,
      });
      const { decision } = keysOf(request);
      if (acted.kind === "stale" && acted.changed.what === "over") {
        const winner = await winnerBeside(request, acted.deployment);
        if (winner !== undefined) return lostTo(winner, request, acted.deployment);
      }
      return outcomeOf(acted, request, {
        id: decision,
        state: "accepted",
        action,
        by,
        attempt,
        evidence,
        sentAt: view.now,
      });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      telemetry.log("warn", "Redis unavailable after claim; the claim may be recorded", {
        correlationId: request.correlationId,
        error,
      });
      return { kind: "refused", why: { rule: "store-lost-answer" }, deployment };
    }
  }

  /**
   * A hold can be over because of a colleague's different decision, for example a `terminate-old` during a rollback.
   * The person who was late is told who was first (P2).
   */
  async function winnerBeside(request: Request, deployment: Deployment): Promise<Decision | undefined> {
    const mine = keysOf(request).decision;
    const others = decisionsOf(deployment).filter((id) => id !== mine);
    const { decisions, now } = await store.view(request.key, others);
    return [...decisions.values()]
      .filter(
        ({ id, state, by, sentAt = 0 }) =>
          stands(state) &&
          !isSupersededOrExpired(state) &&
          by.length > 0 &&
          (id === deploymentDecision.end || now - sentAt < newsMs),
      )
      .toSorted((a, b) => (b.sentAt ?? 0) - (a.sentAt ?? 0))[0];
  }

  /**
   * A decision that AWS superseded or expired has no winner: a read may have seen the hold end before the colleague's
   * decision was recorded. Look for that one.
   */
  async function whoWon(winner: Decision, request: Request, deployment: Deployment): Promise<Decision> {
    return (
      (isSupersededOrExpired(winner.state) ? await winnerBeside(request, deployment) : undefined) ?? winner
    );
  }

  /**
   * The lane's holder decides within one lease. Wait for it, to tell the late person who was first. Nothing is sent.
   */
  async function winnerSoon(request: Request): Promise<Decision | undefined> {
    const until = clock.monotonicMs() + claimLeaseMs;
    for (;;) {
      const { decisions } = await store.view(request.key, [deploymentDecision.end, request.point]);
      const winner = [...decisions.values()].find(({ state, by }) => stands(state) && by.length > 0);
      if (winner !== undefined || clock.monotonicMs() >= until) return winner;
      await clock.wait(winnerPollMs);
    }
  }

  /** Enqueues a job that runs now, so that the card is updated. If this fails, the delayed job does it. */
  async function lookNow(deployment: Deployment): Promise<void> {
    try {
      await store.enqueue([{ member: { kind: "ref", ref: deployment.ref }, delayMs: -headStartMs.person }]);
      nudge();
    } catch (error) {
      telemetry.log("warn", "could not enqueue job; the delayed job will run instead", { error });
    }
  }

  return {
    async answer(request, onClaimed) {
      let earlyRead: EarlyRead | undefined;
      try {
        const judged = await judgeRequest(request);
        if ("kind" in judged) return judged;
        const { deployment } = judged;
        earlyRead = ports.startRead?.(judged);
        const asked = { ...judged, earlyRead };
        const jobQueued = store.enqueue([
          { member: { kind: "ref", ref: deployment.ref }, delayMs: claimLeaseMs + 1_000 },
        ]);
        const token = newToken();
        const { claimed, voided } = await claim(asked, token, jobQueued);
        onClaimed();
        telemetry.count("claims", { action: request.action, reply: claimed.kind });
        const outcome = await afterClaim(asked, claimed, token);
        await lookNow(deployment);
        return {
          ...outcome,
          ...(voided.length === 0 ? {} : { voided }),
          ...(outcome.kind === "decided" ? { recordLost: recordLost(asked.view) } : {}),
        };
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        telemetry.log("warn", "request rejected: Redis unavailable", {
          correlationId: request.correlationId,
          error,
        });
        return { kind: "refused", why: { rule: "store-down" } };
      } finally {
        earlyRead?.end();
      }
    },

    async withdraw({ key, point, action, person }) {
      try {
        const view = await store.view(key, [deploymentDecision.end]);
        const deployment = view.snapshot;
        if (deployment === undefined) return { kind: "unknown-deployment" };
        const reply = await store.withdraw(key, decisionFor(action, point).decision, person.user, action);
        await lookNow(deployment);
        return reply.kind === "decided"
          ? { ...reply, deployment, recordLost: recordLost(view) }
          : { ...reply, deployment };
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        return { kind: "refused", why: { rule: "store-down" } };
      }
    },
  };
}

/** The winner can also be the person's own attempt, if it was too slow and another process may finish it. */
function lostTo(winner: Decision | undefined, { action, person }: Request, deployment: Deployment): Outcome {
  if (winner === undefined || !stands(winner.state)) return { kind: "busy", deployment };
  const mine = winner.action === action && winner.by.includes(person.user);
  return { kind: "decided", winner, mine, deployment };
}

function outcomeOf(acted: Executed, request: Request, decision: Decision): Outcome {
  switch (acted.kind) {
    case "lost":
      return lostTo(acted.winner, request, acted.deployment);
    case "accepted":
      return { kind: "accepted", decision, deployment: acted.deployment };
    case "unclear":
      return { kind: "unclear", deployment: acted.deployment };
    case "rejected":
    case "not-done":
    case "refused":
    case "stale":
      return acted;
  }
}
