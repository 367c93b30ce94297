/** Finds deployments whose events were lost and jobs missing from the queue (P1, P6). Leaves existing jobs alone. */

import type { SystemName } from "../deployment.ts";
import { couldShow, type Route, routeFor } from "../policy.ts";
import type { Listing, System, Telemetry, Wanted } from "../ports.ts";
import type { Job } from "../store/queue.ts";
import type { Store } from "../store/store.ts";
import type { Timing } from "../timing.ts";
import { endedPollMs, type Next } from "./next-job.ts";

export type Sweep = (account: string, region: string, taken: Pick<Job, "hint">) => Promise<Next>;

/** A sweep that ran out of time is continued after this. */
const continueMs = 5_000;

/** How many sweeps pass between two checks of the index: it lists what AWS does not list any more, and rarely differs. */
const sweepsPerCheck = 10;

export function createSweep(ports: {
  readonly systems: readonly System[];
  readonly store: Pick<Store, "active" | "enqueue" | "keepTargets" | "unqueued">;
  readonly telemetry: Telemetry;
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  /** Configured regions by account id. */
  readonly accounts: ReadonlyMap<string, { readonly regions: readonly string[] }>;
  readonly timing: Timing;
  /** Called with the number of deployments in progress, if all of them were listed. */
  readonly onListed?: (place: { readonly account: string; readonly region: string }, count: number) => void;
}): Sweep {
  const { systems, store, telemetry, routes, accountNames, accounts, timing } = ports;
  const unreadable = new Map<string, string>();
  const sweeps = new Map<string, number>();

  async function listSystem(
    system: System,
    { account, region }: { readonly account: string; readonly region: string },
    after: string | undefined,
  ): Promise<Listing | undefined> {
    const accountName = accountNames.get(account) ?? account;
    if (!couldShow(routes, { system: system.name, account, accountName, region })) return undefined;
    const where = { system: system.name, account, accountName, region };
    const wanted: Wanted = (target, qualifiedTarget) =>
      routeFor(routes, { ...where, target, qualifiedTarget }) !== undefined;
    const listing = await system.list(account, region, wanted, after);
    const place = `${system.name} ${account} ${region}`;
    if (listing.kind === "listed") {
      unreadable.delete(place);
      if (listing.rest !== undefined) {
        const { read, of } = listing.rest;
        telemetry.count("sweeps_partial", { system: system.name });
        telemetry.log("info", "sweep ran out of time, the next one continues", { ...where, read, of });
      }
      await store.keepTargets({ system: system.name, account, region }, listing);
      return listing;
    }
    // A permanent failure (an endpoint that AWS shut down) is logged as a warning once, not at every sweep.
    const isNews = unreadable.get(place) !== listing.why;
    unreadable.set(place, listing.why);
    telemetry.count("sweeps_unreadable", { system: system.name });
    telemetry.log(isNews ? "warn" : "debug", "sweep failed: AWS list call failed", {
      system: system.name,
      account,
      region,
      why: listing.why,
    });
    return listing;
  }

  /** Deployments of the index that have lost their job. */
  async function lostJobs(account: string, region: string) {
    const place = `${account} ${region}`;
    const count = sweeps.get(place) ?? 0;
    sweeps.set(place, count + 1);
    if (count % sweepsPerCheck !== 0) return [];
    const known = (await store.active()).filter(
      ({ ref, over }) => over === undefined && ref.account === account && ref.region === region,
    );
    const lost = new Set(await store.unqueued(known.map(({ ref }) => ref)));
    return known.filter(({ ref }) => lost.has(ref));
  }

  return async function sweep(account, region, { hint }) {
    // The queue outlives a configuration. A replica that still has this region configured enqueues the sweep again.
    if (accounts.get(account)?.regions.includes(region) !== true) return {};
    const before: Readonly<Record<string, string>> = hint.carried ?? {};
    const listings = await Promise.all(
      systems.map(async (system) => ({
        name: system.name,
        listing: await listSystem(system, { account, region }, before[system.name]),
      })),
    );
    const found = listings.flatMap(({ listing }) => (listing?.kind === "listed" ? listing.refs : []));
    const isWhole = listings.every(
      ({ listing }) => listing?.kind !== "unreadable" && listing?.rest === undefined,
    );
    if (isWhole) ports.onListed?.({ account, region }, found.length);
    const missed = found.length === 0 ? [] : await store.unqueued(found);
    const lost = await lostJobs(account, region);
    const cursors = cursorsOf(listings);
    const isCut = Object.keys(cursors).length > 0;
    const nextMs = isCut ? Math.min(continueMs, timing.sweepMs) : timing.sweepMs;
    const wasCut = Object.values(before).some((after) => after !== "");
    const items = [
      ...lost.map(({ ref, state }) => ({
        member: { kind: "ref" as const, ref },
        delayMs: state === "ended" ? endedPollMs : timing.idleLookMs,
      })),
      ...missed.map((ref) => ({ member: { kind: "ref" as const, ref }, delayMs: 0 })),
      // Any replica may run the next sweep, so where it begins is stored with its job.
      ...(isCut || wasCut
        ? [
            {
              member: { kind: "sweep" as const, account, region },
              delayMs: nextMs,
              hint: { carried: { ...cleared(before), ...cursors } },
            },
          ]
        : []),
    ];
    if (items.length > 0) await store.enqueue(items);
    telemetry.count("sweeps", {});
    if (missed.length > 0)
      telemetry.log("info", "sweep found deployments", { account, region, found: missed.length });
    return { nextMs };
  };
}

/** Where the next list of each system begins, if this one did not get to the end. */
function cursorsOf(
  listings: readonly { readonly name: SystemName; readonly listing: Listing | undefined }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listings.flatMap(({ name, listing }) =>
      listing?.kind === "listed" && listing.rest !== undefined ? [[name, listing.rest.after]] : [],
    ),
  );
}

/** The hints of a job are merged by name: an empty text replaces what is no longer true. */
function cleared(before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(before).map((name) => [name, ""]));
}
