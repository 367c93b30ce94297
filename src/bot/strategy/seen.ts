/** The deployment strategies that one person may see. */

import { qualify } from "../../handlers/names/names.ts";
import type { StrategyPlaces } from "../../handlers/strategy/places.ts";
import type { PlacedStrategy } from "../card/strategy/strategy.ts";
import type { Uses } from "../card/strategy/words.ts";
import { filterAsync, type Sight } from "../slack/sight.ts";

/** Lists the strategies of the accounts and regions that the person may see. */
export async function listedFor(places: StrategyPlaces, sight: Sight): ReturnType<StrategyPlaces["list"]> {
  return filterAsync(await places.list(), ({ place }) => sight.place(place));
}

/** Reads a strategy's uses, without the environments hidden from this person; `hidden` is their number. */
export async function usesFor(
  { system, strategies }: Pick<StrategyPlaces, "system" | "strategies">,
  { strategy, place: { account, accountName, region } }: PlacedStrategy,
  sight: Sight,
): Promise<Uses> {
  const uses = await strategies.uses(strategy.ref);
  if (uses.kind !== "read") return uses;
  const all = uses.value.uses;
  const seen = await filterAsync(all, ({ application, environment }) =>
    sight.target({
      ...{ system, account, accountName, region, target: `${application}/${environment}` },
      qualifiedTarget: qualify(application, environment),
    }),
  );
  return { ...uses, value: { ...uses.value, uses: seen, hidden: all.length - seen.length } };
}
