/**
 * Makes the store and the board agree with AWS: inspect -> save -> resolve -> show. Safe to repeat, in any order, beside
 * any number of others. Whatever is to happen later is said by when it looks next.
 */

import type { Act } from "./act.ts";
import type { Decision, DecisionId, Deployment, Ref } from "./deployment.ts";
import { isLive, isShut, isTerminal } from "./deployment.ts";
import { decisionFor, decisionsOf, keyOf, keyText } from "./identity.ts";
import { type Next, nextLook, parseNote, retryMs, stillUnconfirmed, unconfirmed } from "./next-look.ts";
import { keepHolds, openHolds, presentOffers, sawOf } from "./offers.ts";
import type { Route } from "./policy.ts";
import type {
  ActiveEntry,
  Board,
  DecisionKeys,
  DeploymentKey,
  Inspection,
  Store,
  System,
  Taken,
  Telemetry,
  View,
} from "./ports.ts";
import { routeOf } from "./request.ts";
import { headStartMs, type Timing } from "./timing.ts";

export type Reconcile = (ref: Ref, taken: Taken) => Promise<Next>;

/**
 * Reads lag, and one that misses a deployment must not end its card for good: only after so many failed reads in a row,
 * about a minute, is it gone.
 */
const goneAfterFails = 5;

interface Place {
  readonly ref: Ref;
  readonly system: System;
  readonly key: DeploymentKey;
  readonly taken: Taken;
}

export function createReconcile(ports: {
  readonly systems: readonly System[];
  readonly store: Store;
  readonly board: Board;
  readonly act: Act;
  readonly telemetry: Telemetry;
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  readonly newToken: () => string;
  readonly timing: Timing;
}): Reconcile {
  const { systems, store, board, act, telemetry, routes, accountNames, newToken, timing } = ports;

  return async function reconcile(ref, taken) {
    const system = systems.find(({ name }) => name === ref.system);
    if (system === undefined) return {};
    const place: Place = { ref, system, taken, key: keyOf(ref, system.laneOf(ref)) };
    const before = await store.view(place.key, ["end", "revert"]);
    if (
      parseNote(taken.note).showOnly &&
      before.readAt !== undefined &&
      before.now - before.readAt < timing.freshSnapshotMs
    ) {
      return stillUnconfirmed(await showAgain(place, before), taken.note);
    }
    const inspection = await system.inspect(ref, {
      hint: taken.hint,
      ...(before.snapshot === undefined ? {} : { previous: before.snapshot }),
    });
    const event = taken.hint.event;
    const isConfirmed = event === undefined || system.confirms(inspection, event.claim);
    const next = await conclude(place, before, inspection);
    return isConfirmed ? next : unconfirmed(next, taken.note);
  };

  async function conclude(place: Place, before: View, inspection: Inspection): Promise<Next> {
    switch (inspection.kind) {
      case "points-to":
        return followRefs(place, inspection.refs);
      case "unreadable":
        return markStale(place, before, inspection.why);
      case "gone":
        if (before.snapshot === undefined) return {};
        return !isTerminal(before.snapshot) && before.fails < goneAfterFails
          ? markStale(place, before, inspection.why)
          : conclusion(place, before, asGone(before.snapshot, inspection.why));
      case "deployment":
        return conclusion(
          place,
          before,
          asAsked(keepHolds(inspection.deployment, before.snapshot), before.decisions.get("end")),
        );
    }
  }

  /** The ref was a service: its deployments are looked at instead, with what the event claimed. */
  async function followRefs({ taken }: Place, refs: readonly Ref[]): Promise<Next> {
    const ended = taken.hint.event?.claim.kind === "ended";
    const delayMs = ended ? -headStartMs.ending : 0;
    const { event, carried } = taken.hint;
    const hint = {
      hint: {
        ...(ended && event !== undefined ? { event } : {}),
        ...(carried === undefined ? {} : { carried }),
      },
    };
    if (refs.length > 0)
      await store.enqueue(refs.map((ref) => ({ member: { kind: "ref", ref }, delayMs, ...hint })));
    return {};
  }

  /** AWS can't be read: the card says since when, and the look is repeated with back-off. */
  async function markStale(place: Place, before: View, why: string): Promise<Next> {
    telemetry.count("aws_unreadable", { system: place.system.name });
    const ids = before.snapshot === undefined ? [] : decisionsOf(before.snapshot);
    const view = await store.fail(place.key, why, ids);
    const nextMs = retryMs(view.fails);
    if (view.snapshot === undefined) return nextMs === undefined ? {} : { nextMs };
    const shown = await show(place, view, view.snapshot);
    return withRecords(place, view, view.snapshot, {
      nextMs: Math.min(nextMs ?? 60_000, shown.later ?? 60_000),
    });
  }

  async function showAgain(place: Place, before: View): Promise<Next> {
    if (before.snapshot === undefined) return {};
    const view = await store.view(place.key, decisionsOf(before.snapshot));
    const deployment = view.snapshot ?? before.snapshot;
    const shown = await show(place, view, deployment);
    return withRecords(
      place,
      view,
      deployment,
      nextLook({ deployment, view, heldMs: undefined, timing, ...shown }),
    );
  }

  async function conclusion(place: Place, before: View, fresh: Deployment): Promise<Next> {
    const { key, taken } = place;
    if (before.board.ts === undefined && routeOf(fresh, before, routes, accountNames) === undefined) {
      telemetry.count("deployments_without_route", { system: place.system.name });
      return {};
    }
    const saved = await store.save(key, {
      readAt: taken.readAt,
      deployment: fresh,
      decisions: decisionsOf(fresh),
    });
    if (saved.kind === "newer") return { nextMs: 5_000 };
    const resolved = await resolveAll(place, saved.view, fresh);
    // Where a newer read is kept, its holds may be others than those of this one.
    const isCurrent = saved.kind === "saved" && !resolved.changed;
    const ids = decisionsOf(saved.view.snapshot ?? fresh);
    const view = isCurrent ? saved.view : await store.view(key, ids);
    const deployment = view.snapshot ?? fresh;
    const shown = await show(place, view, deployment);
    const justEnded = before.snapshot !== undefined && !isTerminal(before.snapshot) && isTerminal(deployment);
    return withRecords(
      place,
      view,
      deployment,
      nextLook({ deployment, view, heldMs: resolved.heldMs, justEnded, timing, ...shown }),
    );
  }

  /** Tells the store what this read says about each decision that is not over; a claim left by a crash is taken over. */
  async function resolveAll(
    place: Place,
    view: View,
    fresh: Deployment,
  ): Promise<{ readonly changed: boolean; readonly heldMs: number | undefined }> {
    let changed = false;
    let heldMs: number | undefined;
    for (const id of decisionsOf(fresh)) {
      const decision = view.decisions.get(id);
      const saw = sawOf(fresh, id, decision, place.taken.readAt);
      if (!needsResolving(view, id, decision, saw === "open")) continue;
      const keys: DecisionKeys = { key: place.key, decision: id, ...guardOf(id, decision) };
      const token = newToken();
      const reply = await store.resolve(keys, {
        saw,
        readAt: place.taken.readAt,
        token,
        detail: fresh.status,
      });
      telemetry.count("resolved", { system: place.system.name, reply: reply.kind });
      if (reply.kind === "wait" || reply.kind === "held") heldMs = Math.min(heldMs ?? reply.ms, reply.ms);
      else if (reply.kind === "took") await takeOver(place, view, fresh, reply.decision, token);
      if (reply.kind !== "open" && reply.kind !== "shut" && reply.kind !== "newer" && reply.kind !== "held")
        changed = true;
    }
    return { changed, heldMs };
  }

  async function takeOver(
    place: Place,
    view: View,
    fresh: Deployment,
    decision: Decision,
    token: string,
  ): Promise<void> {
    const route = routeOf(fresh, view, routes, accountNames);
    if (route === undefined || decision.action === undefined || decision.evidence === undefined) return;
    telemetry.log("info", "taking over a claim that its process left", {
      deployment: keyText(place.key),
      decision: decision.id,
    });
    await act({
      key: place.key,
      action: decision.action,
      point: decision.detail?.point ?? decision.id,
      evidence: decision.evidence,
      by: decision.by,
      attempt: decision.attempt,
      token,
      seen: fresh,
      policy: route.policy,
      askedAt: place.taken.readAt,
    });
  }

  async function show(
    place: Place,
    view: View,
    deployment: Deployment,
  ): Promise<{ readonly later: number | undefined }> {
    const route = routeOf(deployment, view, routes, accountNames) ?? orphanRoute(view);
    if (route === undefined) return { later: undefined };
    const accountName = accountNames.get(deployment.ref.account) ?? deployment.ref.account;
    const { readAt, storeAgeMs } = place.taken;
    const shown = await board.show({
      key: place.key,
      deployment,
      view,
      route,
      accountName,
      storeAgeMs: storeAgeMs + view.now - readAt,
    });
    return { later: shown.kind === "later" ? shown.ms : undefined };
  }

  /** The index for lists, and the copy of the log for the audit stream. */
  function withRecords(place: Place, view: View, deployment: Deployment, next: Next): Next {
    const active = next.nextMs === undefined ? { remove: place.key } : activeEntry(place, view, deployment);
    if (view.logLength <= place.taken.audited) return { ...next, active };
    const from = view.logLength - view.log.length;
    return { ...next, active, audit: { key: place.key, from, entries: view.log } };
  }

  function activeEntry(place: Place, view: View, deployment: Deployment): ActiveEntry {
    const route = routeOf(deployment, view, routes, accountNames);
    const open = openHolds(deployment, view.decisions);
    const first = [...open].sort((a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity))[0];
    const forward =
      route === undefined
        ? undefined
        : presentOffers(deployment, view.decisions, view.votes, route.policy)[0];
    const { channel, ts } = view.board;
    return {
      key: place.key,
      ref: deployment.ref,
      target: deployment.target,
      accountName: accountNames.get(deployment.ref.account) ?? deployment.ref.account,
      state: stateOf(deployment, open.length > 0),
      holdIds: deployment.holds.map((hold) => hold.id),
      ...(channel === undefined ? {} : { channel }),
      ...(ts === undefined ? {} : { ts }),
      ...(first?.expiresAt === undefined ? {} : { expiresAt: first.expiresAt }),
      ...(first?.onExpiryShort === undefined ? {} : { onExpiry: first.onExpiryShort }),
      ...(forward === undefined || open.length === 0
        ? {}
        : { votes: { n: forward.votes.length, need: forward.need } }),
      ...(view.staleSince === undefined ? {} : { staleSince: view.staleSince }),
    };
  }
}

/** What we asked for is no incident, although AWS shows the same states as for a rollback of its own. */
function asAsked(deployment: Deployment, end: Decision | undefined): Deployment {
  const ours = (isLive(end?.state) && end?.state !== "refused") || end?.state === "confirmed";
  if (!ours || deployment.phase === "failed") return deployment;
  const remarks = deployment.remarks.map((remark) =>
    remark.weight === "incident" ? { ...remark, weight: "ending" as const } : remark,
  );
  return { ...deployment, incident: false, remarks };
}

function stateOf(deployment: Deployment, waiting: boolean): ActiveEntry["state"] {
  if (isTerminal(deployment)) return "ended";
  if (waiting) return "waiting";
  return deployment.phase === "running" ? "running" : "rolling-back";
}

/** A decision that nobody asked for is shut only when AWS shows its hold answered; it is left alone while that is open. */
function needsResolving(view: View, id: DecisionId, decision: Decision | undefined, open: boolean): boolean {
  if (isShut(decision?.state)) return false;
  if (isLive(decision?.state)) return true;
  if (open) return false;
  const asked = decision !== undefined || view.votes.some((vote) => vote.decision === id);
  return asked || (id !== "end" && id !== "revert");
}

function guardOf(id: DecisionId, decision: Decision | undefined): { readonly guard?: DecisionId } {
  const point = decision?.detail?.point ?? id;
  const { guard } = decisionFor(decision?.action ?? (id === "end" ? "rollback" : "continue"), point);
  return guard === undefined ? {} : { guard };
}

/** The deployment is no longer at AWS: it is over, and nobody can say how. */
function asGone(snapshot: Deployment, why: string): Deployment {
  if (isTerminal(snapshot)) return snapshot;
  return {
    ...snapshot,
    phase: "stopped",
    status: "not found",
    offers: [],
    reason: why,
    outcome: [`${snapshot.systemTitle} no longer knows this deployment. How it ended is not known.`],
    holds: snapshot.holds.map((hold) =>
      hold.shows === "open" || hold.shows === "pending" ? { ...hold, shows: "over" } : hold,
    ),
  };
}

/** A card whose route was removed from the configuration is still kept true; nobody may act on it. */
function orphanRoute(view: View): Route | undefined {
  const { channel } = view.board;
  return channel === undefined ? undefined : { match: {}, channel, policy: { name: "none", rules: {} } };
}
