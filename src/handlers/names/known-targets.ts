/** The targets that exist in the configured accounts and regions, from the lists of the sweeps. */

import { couldShow, type Route, reaching } from "../policy.ts";
import type { System } from "../ports.ts";
import type { ListedPlace } from "../store/queue.ts";
import type { Store } from "../store/store.ts";
import type { Timing } from "../timing.ts";
import type { KnownTargets, Target } from "./targets.ts";

/** A system in one account and region. */
export type ListablePlace = Pick<Target, "system" | "account" | "accountName" | "region">;

/** How many sweeps a list stays valid for. New targets come with deployments, which have events. */
const sweepsAtMost = 4;

/** An unlisted place with its text, and the routes that decide who may be told about it. */
interface Unlisted {
  readonly place: ListablePlace;
  readonly words: string;
  readonly routes: readonly Route[];
}

/** The names of a configured account and region, and the routes that decide who may be told about it. */
interface KnownPlace {
  readonly names: readonly string[];
  readonly routes: readonly Route[];
}

/** `places`: all configured ones. `unlisted`: those without a recent complete list. */
export type ReadKnownTargets = () => Promise<
  KnownTargets & { readonly places: readonly KnownPlace[]; readonly unlisted: readonly Unlisted[] }
>;

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

  const routesOf = (place: (typeof places)[number]["place"]) =>
    reaching(routes.filter((route) => couldShow([route], place)));
  const named = places.map(({ place }) => ({
    names: [place.accountName, place.account, place.region, place.system],
    routes: routesOf(place),
  }));

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
      places: named,
      unlisted: unlisted.map(({ title, place }) => ({
        place,
        words: `${title} in ${place.accountName}, ${place.region}`,
        routes: routesOf(place),
      })),
    };
  };
}

function placeKey({ system, account, region }: Pick<ListedPlace, "system" | "account" | "region">): string {
  return [system, account, region].join(" ");
}
