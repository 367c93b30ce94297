/** Finds deployments whose events were lost and jobs missing from the queue (P1, P6). Leaves existing jobs alone. */

import { couldShow, type Route, routeFor } from "../policy.ts";
import type { System, Telemetry, Wanted } from "../ports.ts";
import type { Store } from "../store/store.ts";
import type { Timing } from "../timing.ts";
import { endedPollMs, type Next } from "./next-job.ts";

export type Sweep = (account: string, region: string) => Promise<Next>;

export function createSweep(ports: {
  readonly systems: readonly System[];
  readonly store: Pick<Store, "active" | "enqueue" | "keepTargets">;
  readonly telemetry: Telemetry;
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  /** Configured regions by account id. */
  readonly accounts: ReadonlyMap<string, { readonly regions: readonly string[] }>;
  readonly timing: Timing;
}): Sweep {
  const { systems, store, telemetry, routes, accountNames, accounts, timing } = ports;
  const unreadable = new Map<string, string>();

  return async function sweep(account, region) {
    // The queue outlives a configuration. A replica that still has this region configured enqueues the sweep again.
    if (accounts.get(account)?.regions.includes(region) !== true) return {};
    const known = (await store.active()).filter(
      ({ ref, over }) => over === undefined && ref.account === account && ref.region === region,
    );
    const knownIds = new Set(known.map(({ ref }) => `${ref.system} ${ref.id}`));
    const found = await Promise.all(
      systems.map(async (system) => {
        const accountName = accountNames.get(account) ?? account;
        if (!couldShow(routes, { system: system.name, account, accountName, region })) return [];
        const where = { system: system.name, account, accountName, region };
        const wanted: Wanted = (target, qualifiedTarget) =>
          routeFor(routes, { ...where, target, qualifiedTarget }) !== undefined;
        const listing = await system.list(account, region, wanted);
        const place = `${system.name} ${account} ${region}`;
        if (listing.kind === "listed") {
          unreadable.delete(place);
          await store.keepTargets({ system: system.name, account, region }, listing);
          return listing.refs;
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
        return [];
      }),
    );
    const missed = found.flat().filter((ref) => !knownIds.has(`${ref.system} ${ref.id}`));
    // A job that is still in the queue keeps its earlier time; a lost one is added again.
    const items = [
      ...missed.map((ref) => ({ member: { kind: "ref" as const, ref }, delayMs: 0 })),
      ...known.map(({ ref, state }) => ({
        member: { kind: "ref" as const, ref },
        delayMs: state === "ended" ? endedPollMs : timing.idleLookMs,
      })),
    ];
    if (items.length > 0) await store.enqueue(items);
    telemetry.count("sweeps", {});
    if (missed.length > 0)
      telemetry.log("info", "sweep found deployments", { account, region, found: missed.length });
    return { nextMs: timing.sweepMs };
  };
}
