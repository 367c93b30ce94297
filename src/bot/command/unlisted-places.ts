/** Decides whether the words may mean another target, in an account and region that has not been listed. Pure. */

import type { ListablePlace } from "../../handlers/names/known-targets.ts";
import { sameLetters } from "../../handlers/names/names.ts";
import { isDrawn } from "../../handlers/names/printed.ts";
import { placesOf, type Target, targetOf } from "../../handlers/names/targets.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import { appConfigIdIn, isOfDeployment, referenceIn } from "./arn.ts";
import type { Words } from "./grammar.ts";

/** `entry` is the deployment that the words match. */
export function mayMeanAnother(words: Words, entry: ActiveEntry, place: ListablePlace): boolean {
  if (isOfDeployment(words.name, entry.ref)) return false;
  const target = targetOf(entry);
  const { isNarrow, isOneThere, isTheOnlyOne, wide, accountNames } = saidOf(words, target);
  if (isTheOnlyOne) return false;
  const here = [place.account, place.accountName, place.region, place.system];
  const isElsewhere = (it: string): boolean => !here.some((one) => sameLetters(one, it));
  // Without a cluster or a group, the name of an account may be that of a cluster elsewhere.
  if (wide.some(isElsewhere) || (isNarrow && accountNames.some(isElsewhere))) return false;
  // A target of the same name in another system is hardly in a cluster or a group of the same name.
  if (place.system !== target.system) return !isNarrow;
  const isHome = place.account === target.account && place.region === target.region;
  return !isHome || !isOneThere;
}

/** The details that the words give about a target that they match. */
function saidOf({ name, wasDrawn, places = [] }: Words, target: Target) {
  const { account, accountName, region, system, qualifiedTarget, which = "" } = target;
  const reference = referenceIn(name);
  const behind = [accountName, account].find((it) => endsWith(name, `@${it}`));
  const bare =
    behind === undefined || sameLetters(name, target.target) ? name : name.slice(0, -behind.length - 1);
  const outside = [accountName, account, region, system];
  const isSaid = (it: string): boolean => places.some((one) => sameLetters(one, it));
  const isOutside = (it: string): boolean => outside.some((one) => sameLetters(one, it));
  const isWithin = placesOf(target)
    .slice(3)
    .some((it) => isSaid(it) && !isOutside(it));
  const names = [bare, appConfigIdIn(bare) ?? "", ...(reference?.names ?? [])];
  // A name typed as a card shows it, cut or with look-alikes, may match other names too.
  const isInFull = wasDrawn !== true && !isDrawn(name);
  const isQualified =
    isInFull && qualifiedTarget.includes("/") && names.some((it) => sameLetters(it, qualifiedTarget));
  const saysWhich = which !== "" && [...places, ...names].some((it) => sameLetters(it, which));
  const isNarrow = isWithin || isQualified || saysWhich;
  return {
    isNarrow,
    /**
     * Nothing else in its account and region can have this name. (AppConfig allows a second environment of the same
     * name.)
     */
    isOneThere: isNarrow && isInFull && system !== "appconfig",
    isTheOnlyOne: saysWhich && system === "appconfig",
    /** Account, region and system, as typed. */
    wide: [
      ...places.filter((it) => isOutside(it) && (it === account || !sameLetters(it, accountName))),
      ...(behind === undefined ? [] : [behind]),
      ...[reference?.account, reference?.region, reference?.system].filter((it) => it !== undefined),
    ],
    accountNames: places.filter((it) => sameLetters(it, accountName)),
  };
}

function endsWith(text: string, end: string): boolean {
  return text.toLowerCase().endsWith(end.toLowerCase());
}
