/** What exists in the configured places, by the lists that the sweeps made. */

import { couldShow, type Route, reaching } from "./policy.ts";
import type { System } from "./ports.ts";
import type { ListedPlace, Store } from "./store.ts";
import type { KnownTargets } from "./targets.ts";
import type { Timing } from "./timing.ts";

/** A list is trusted for so many sweeps: new targets come with deployments, and their events are heard. */
const sweepsAtMost = 4;

/** A place in words, with the routes that say who may hear of it. */
export interface Unlisted {
  readonly words: string;
  readonly routes: readonly Route[];
}

/** `unlisted`: the places that were not listed whole of late. */
export type ReadKnownTargets = () => Promise<KnownTargets & { readonly unlisted: readonly Unlisted[] }>;

export function createKnownTargets({
  store,
  systems,
  accounts,
  routes,
  timing,
}: {
  readonly store: Pick<Store, "listedTargets">;
  readonly systems: readonly Pick<System, "name" | "title">[];
  readonly accounts: readonly {
    readonly id: string;
    readonly name: string;
    readonly regions: readonly string[];
  }[];
  readonly routes: readonly Route[];
  readonly timing: Pick<Timing, "sweepMs">;
}): ReadKnownTargets {
  const places = accounts.flatMap(({ id: account, name: accountName, regions }) =>
    regions.flatMap((region) =>
      systems
        .map(({ name: system, title }) => ({ title, place: { system, account, accountName, region } }))
        .filter(({ place }) => couldShow(routes, place)),
    ),
  );

  return async () => {
    const listed = new Map((await store.listedTargets()).map((it) => [placeKey(it), it]));
    const isListed = (it: ListedPlace | undefined): boolean =>
      it?.whole === true && it.ageMs <= sweepsAtMost * timing.sweepMs;
    const unlisted = places.filter(({ place }) => !isListed(listed.get(placeKey(place))));
    return {
      targets: places.flatMap(({ place }) =>
        (listed.get(placeKey(place))?.targets ?? []).map((target) => ({ ...place, ...target })),
      ),
      complete: unlisted.length === 0,
      unlisted: unlisted.map(({ title, place }) => ({
        words: `${title} in ${place.accountName}, ${place.region}`,
        routes: reaching(routes.filter((route) => couldShow([route], place))),
      })),
    };
  };
}

function placeKey({ system, account, region }: Pick<ListedPlace, "system" | "account" | "region">): string {
  return [system, account, region].join(" ");
}
