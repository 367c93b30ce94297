/** Names the places that a reply may lack, because AWS has not been listed completely. */

import { word } from "../parts/phrase.ts";

/** Places not listed yet; `more` counts those that this person may not see. */
export interface Unlisted {
  readonly places: readonly string[];
  readonly more: number;
}

const namedAtMost = 5;

export function enumerated(items: readonly string[], unnamed = 0): string {
  const more = Math.max(0, items.length - namedAtMost) + unnamed;
  return [...items.slice(0, namedAtMost), ...(more > 0 ? [`${more} more`] : [])].join("; ");
}

/** `so`: the consequence. */
export function notListed({ places, more }: Unlisted, so: string): string {
  const named = places.map((place) => word(place, 80));
  const hidden =
    places.length === 0 && more > 0 ? `${more} ${more === 1 ? "place" : "places"}` : enumerated(named, more);
  return `Holdpoint has not listed everything yet, so ${so}: ${hidden}.`;
}
