/**
 * Makes the store and the board agree with AWS: inspect -> save -> resolve -> show. Idempotent; runs may be repeated,
 * reordered and concurrent. Later work is scheduled through `nextMs`, the delay until the next run.
 */

import type { Execute } from "../answer/execute.ts";
import { routeOf } from "../answer/request.ts";
import type { Deployment, Ref } from "../deployment.ts";
import { isTerminal } from "../deployment.ts";
import { decisionsOf, deploymentDecision, deploymentDecisions, keyOf } from "../identity.ts";
import type { LabelFor } from "../names/labels.ts";
import type { Board, Shown } from "../picture.ts";
import type { Route } from "../policy.ts";
import type { DeploymentKey, Directory, Inspection, System, Telemetry } from "../ports.ts";
import type { Job } from "../store/queue.ts";
import type { Store } from "../store/store.ts";
import type { View } from "../store/view.ts";
import { headStartMs, type Timing } from "../timing.ts";
import {
  idleMs,
  type Next,
  nextJob,
  parseNote,
  retryMs,
  stillUnconfirmed,
  unconfirmed,
  unknownYet,
} from "./next-job.ts";
import { asAsked, asGone, isOver, isQuiet, keepHolds } from "./observe.ts";
import type { ReadPlace } from "./places.ts";
import { createRecords } from "./records.ts";
import { drawRelated, relatedCardOf } from "./related-card.ts";
import { createResolve } from "./resolve.ts";

/** Calls `onRead` once AWS is read, or does not have to be. */
export type Reconcile = (ref: Ref, taken: Job, onRead?: () => void) => Promise<Next>;

/**
 * Reads lag, and a read that misses a deployment must not end its card for good: it counts as gone only after this
 * many consecutive failed reads, about a minute.
 */
const goneAfterFails = 5;

interface Place {
  readonly ref: Ref;
  readonly system: System;
  readonly key: DeploymentKey;
  readonly taken: Job;
}

export function createReconcile(ports: {
  readonly systems: readonly System[];
  readonly store: Store;
  readonly board: Board;
  readonly act: Execute;
  readonly directory: Directory;
  readonly telemetry: Telemetry;
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  readonly labelFor: LabelFor;
  /** Starts loading the names that `labelFor` needs, without waiting for them. Omit it if they are already loaded. */
  readonly readAhead?: () => void;
  readonly newToken: () => string;
  readonly timing: Timing;
  /** Publish decisions as announcements. */
  readonly announces?: boolean;
  /** How many deployments are in progress in an account and region. Absent: few. */
  readonly inProgress?: (place: Pick<Ref, "account" | "region">) => number;
  /** Absent: AWS is read, however often it did not answer. */
  readonly readPlace?: ReadPlace;
}): Reconcile {
  const {
    systems,
    store,
    board,
    telemetry,
    routes,
    accountNames,
    labelFor,
    timing,
    readPlace = (_place, read) => read(),
    inProgress = () => 0,
  } = ports;
  const timingFor = (ref: Ref): Timing => ({
    ...timing,
    idleLookMs: idleMs(timing.idleLookMs, inProgress(ref)),
  });
  const resolve = createResolve(ports);
  const { withRecords, withLogAlone } = createRecords(ports);

  return async function reconcile(ref, taken, onRead = () => {}) {
    const system = systems.find(({ name }) => name === ref.system);
    if (system === undefined) return {};
    const place: Place = { ref, system, taken, key: keyOf(ref, system.laneOf(ref)) };
    const before = await store.view(place.key, deploymentDecisions);
    // Not before the view: that would wait for this longer reply.
    ports.readAhead?.();
    if (parseNote(taken.note).showOnly && isGoodEnough(before)) {
      onRead();
      return stillUnconfirmed(await showAgain(place, before), taken.note);
    }
    const context = { hint: taken.hint, previous: before.snapshot };
    const inspection = await readPlace(ref, () => system.inspect(ref, context));
    onRead();
    const event = taken.hint.event;
    const isConfirmed = event === undefined || system.confirms(inspection, event.claim);
    const next = await conclude(place, before, inspection);
    if (isConfirmed) return next;
    const isUnknown = inspection.kind === "gone" && before.snapshot === undefined;
    return isUnknown ? unknownYet(next, taken.note) : unconfirmed(next, taken.note);
  };

  /**
   * True if the snapshot can be rendered without another read: it is recent, or the deployment can't change any more.
   */
  function isGoodEnough({ snapshot, readAt, now }: View): boolean {
    if (snapshot === undefined || readAt === undefined) return false;
    return now - readAt < timing.freshSnapshotMs || isOver(snapshot);
  }

  async function conclude(place: Place, before: View, inspection: Inspection): Promise<Next> {
    switch (inspection.kind) {
      case "points-to":
        return followRefs(place, inspection.refs);
      case "unreadable":
        return markStale(place, before, inspection.why);
      case "gone":
        if (before.snapshot === undefined) return withLogAlone(place, before);
        return !isOver(before.snapshot) && before.fails < goneAfterFails
          ? markStale(place, before, inspection.why)
          : conclusion(place, before, asGone(before.snapshot));
      case "deployment":
        return conclusion(
          place,
          before,
          asAsked(
            keepHolds(inspection.deployment, before.snapshot),
            before.decisions.get(deploymentDecision.end),
          ),
        );
    }
  }

  /** The ref names a service: enqueue its deployments instead, with the hint of the event. */
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

  /** AWS can't be read: the card shows since when, and the read is retried with backoff. */
  async function markStale(place: Place, before: View, why: string): Promise<Next> {
    telemetry.count("aws_unreadable", { system: place.system.name });
    const ids = before.snapshot === undefined ? [] : decisionsOf(before.snapshot);
    const view = await store.fail(place.key, why, ids);
    if (view.born !== before.born) return startOver(place, view);
    const nextMs = retryMs(view.fails);
    if (view.snapshot === undefined) return nextMs === undefined ? {} : { nextMs };
    const shown = await show(place, before, view, view.snapshot);
    return withRecords(place, view, view.snapshot, {
      nextMs: Math.min(nextMs ?? 60_000, shown.later ?? 60_000),
    });
  }

  async function showAgain(place: Place, before: View): Promise<Next> {
    if (before.snapshot === undefined) return {};
    const view = await store.view(place.key, decisionsOf(before.snapshot));
    if (view.born !== before.born) return startOver(place, view);
    const deployment = view.snapshot ?? before.snapshot;
    const shown = await show(place, before, view, deployment);
    return withRecords(
      place,
      view,
      deployment,
      nextJob({ deployment, view, heldMs: undefined, timing: timingFor(place.ref), ...shown }),
    );
  }

  async function conclusion(place: Place, before: View, fresh: Deployment): Promise<Next> {
    const { key, taken } = place;
    if (before.board.ts === undefined && routeOf(fresh, before, routes, accountNames) === undefined) {
      telemetry.count("deployments_without_route", { system: place.system.name });
      return { active: { remove: key } };
    }
    if (before.board.ts === undefined && isQuiet(fresh)) {
      return {
        active: { remove: key },
        ...(isTerminal(fresh) ? {} : { nextMs: timingFor(place.ref).idleLookMs }),
      };
    }
    const saved = await store.save(key, {
      readAt: taken.readAt,
      deployment: fresh,
      decisions: decisionsOf(fresh),
      born: taken.born ?? before.born,
      young: taken.storeAgeMs < timing.settledMs,
    });
    if (saved.kind === "newer") return { nextMs: 5_000 };
    if (saved.kind === "emptied") return startOver(place, saved.view);
    const resolved = await resolve({ key, view: saved.view, fresh, readAt: taken.readAt });
    // If a newer read is stored, its holds can differ from this one's.
    const isCurrent = saved.kind === "saved" && !resolved.changed;
    const ids = decisionsOf(saved.view.snapshot ?? fresh);
    const view = isCurrent ? saved.view : await store.view(key, ids);
    if (view.born !== saved.view.born) return startOver(place, view);
    const deployment = view.snapshot ?? fresh;
    const shown = await show(place, before, view, deployment);
    const hasEnded =
      isTerminal(deployment) && (before.snapshot === undefined || !isTerminal(before.snapshot));
    // Two deployments can name each other and both have no card: don't let their jobs enqueue each other forever.
    const isNew = before.board.ts === undefined && (before.snapshot === undefined || shown.isRelatedOnCard);
    if (isNew || hasEnded) await drawRelated(store, deployment);
    const justEnded = before.snapshot !== undefined && !isTerminal(before.snapshot) && isTerminal(deployment);
    return withRecords(
      place,
      view,
      deployment,
      nextJob({
        ...{ deployment, view, heldMs: resolved.heldMs, justEnded, timing: timingFor(place.ref) },
        ...shown,
      }),
    );
  }

  async function show(
    place: Place,
    before: View,
    view: View,
    deployment: Deployment,
  ): Promise<{ readonly later: number | undefined; readonly isRelatedOnCard: boolean }> {
    // Forgotten during the read, or lost by a Redis whose records are of an earlier release: this job would skip the
    // search for the card that it knew.
    if (before.board.ts !== undefined && view.board.ts === undefined)
      return { later: 1_000, isRelatedOnCard: false };
    const route = routeOf(deployment, view, routes, accountNames) ?? orphanRoute(view);
    if (route === undefined) return { later: undefined, isRelatedOnCard: false };
    const accountName = nameOf(deployment.ref.account);
    const label = await labelFor(deployment);
    const { readAt, storeAgeMs } = place.taken;
    const relatedCard = await relatedCardOf(store, place.system, deployment);
    const shown = await board.show({
      relatedCard,
      key: place.key,
      deployment,
      view,
      route,
      accountName,
      label,
      storeAgeMs: storeAgeMs + view.now - readAt,
    });
    await takeBack(deployment.ref, shown.carried);
    const isRelatedOnCard = relatedCard !== undefined;
    return { later: shown.kind === "later" ? shown.ms : undefined, isRelatedOnCard };
  }

  /**
   * Redis lost the records, and perhaps this job with them. What was read is from before, and so is what the job knows
   * about the store's age.
   */
  async function startOver({ ref, taken }: Place, { born }: View): Promise<Next> {
    telemetry.log("warn", "Redis lost the records of a deployment: reading it again", { ref });
    await store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0, hint: taken.hint }]);
    return { nextMs: 0, born };
  }

  /** A card that was found again carries event data that Redis lost and that no read of AWS returns. */
  async function takeBack(ref: Ref, carried: Shown["carried"]): Promise<void> {
    if (carried !== undefined)
      await store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0, hint: { carried } }]);
  }

  function nameOf(account: string): string {
    return accountNames.get(account) ?? account;
  }
}

/** If a card's route was removed from the configuration, the card is still updated, but nobody can act on it. */
function orphanRoute(view: View): Route | undefined {
  const { channel } = view.board;
  return channel === undefined ? undefined : { match: {}, channel, policy: { name: "none", rules: {} } };
}
