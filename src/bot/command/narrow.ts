/** The filters of `list`: states, systems, places and names. Pure. */

import { systemNames } from "../../handlers/deployment.ts";
import { sameLetters } from "../../handlers/names/names.ts";
import { nearestPlace } from "../../handlers/names/similar.ts";
import { type Target, targetOf } from "../../handlers/names/targets.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import type { Known } from "./grammar.ts";
import { calledOf, existingIn, isSaid, knownOf, saidPlacesOf, type World } from "./resolve-target.ts";
import { isRegion } from "./stand-in.ts";

const states = ["waiting", "running", "ended"] as const;
/** These words filter nothing. */
const allWords: readonly string[] = ["in", "all", "everything"];

/** True for a word that filters a list and is not a target's name. */
export function isNarrowing(word: string, { places }: Known): boolean {
  return [...allWords, ...states, ...systemNames, ...places].some((it) => sameLetters(it, word));
}

export type Narrowed =
  | { readonly kind: "list"; readonly entries: readonly ActiveEntry[] }
  | { readonly kind: "unknown"; readonly word: string; readonly near?: string };

/**
 * Words of one kind are alternatives ("waiting running"); a deployment must match each kind. An unknown word is
 * reported.
 */
export function narrowed(words: readonly string[], world: World): Narrowed {
  const { names, places } = knownOf(world);
  const targets = existingIn(world);
  const byKind = new Map<string, string[]>();
  for (const word of words) {
    const said = word.toLowerCase();
    if (allWords.includes(said)) continue;
    const isKnown = [...states, ...systemNames, ...places, ...names].some((it) => isSaid(it, word));
    if (!isKnown) {
      const near = nearestPlace(said, [...states, ...systemNames, ...places, ...names]);
      return { kind: "unknown", word, ...(near === undefined ? {} : { near }) };
    }
    const kind = kindOf(word, targets, world.entries);
    byKind.set(kind, [...(byKind.get(kind) ?? []), word]);
  }
  const kinds = [...byKind.values()];
  const entries = world.entries.filter((entry) =>
    kinds.every((alike) => alike.some((word) => fits(word, entry))),
  );
  return { kind: "list", entries };
}

/** The kind of a word; the first one if it has several meanings. */
function kindOf(word: string, targets: readonly Target[], entries: readonly ActiveEntry[]): string {
  const said = word.toLowerCase();
  if (states.some((it) => it === said)) return "state";
  if (systemNames.some((it) => it === said)) return "system";
  if (isRegion(said)) return "region";
  if (targets.some((it) => [it.accountName, it.account].some((own) => isSaid(own, word)))) return "account";
  if (targets.some((it) => calledOf(it).some((own) => isSaid(own, word)))) return "name";
  if (entries.some(({ ref }) => sameLetters(ref.id, word))) return "name";
  return targets.some((it) => saidPlacesOf(it).some((own) => isSaid(own, word))) ? "place" : "account";
}

function fits(word: string, entry: ActiveEntry): boolean {
  const said = word.toLowerCase();
  const { state } = entry;
  if (said === "waiting" || said === "ended") return state === said;
  if (said === "running") return state !== "waiting" && state !== "ended";
  const target = targetOf(entry);
  return [...calledOf(target), ...saidPlacesOf(target), entry.ref.id].some((it) => isSaid(it, word));
}
