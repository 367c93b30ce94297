import type { StrategyPlaces } from "../../handlers/strategy/places.ts";
import type { StrategyRef } from "../../handlers/strategy/strategy.ts";
import type { Spoken } from "../card/strategy/refusal.ts";

/** Describes a strategy for a message, with its name if that can be read: buttons and forms carry only its id. */
export async function spokenOf(
  { title, strategies, placeOf }: Pick<StrategyPlaces, "title" | "strategies" | "placeOf">,
  ref: StrategyRef,
  slash: string,
): Promise<Spoken> {
  const place = placeOf(ref);
  if (place === undefined) return { title, ref, slash };
  const read = await strategies.read(ref);
  return { title, ref, slash, place, ...(read.kind === "read" ? { name: read.value.name } : {}) };
}
