/** Verbs, people and counts, spelled the same everywhere. */

import type { Mention } from "../../../handlers/decision.ts";
import type { RuleName, Serving } from "../../../handlers/deployment.ts";
import { shorten } from "../../../handlers/names/shorten.ts";
import type { Label } from "../../../handlers/names/targets.ts";
import { eachOnce } from "../../../handlers/notify.ts";
import type { Rule } from "../../../handlers/policy.ts";
import type { RecordLost } from "../../../handlers/store/record-lost.ts";
import { code, group, name, person } from "./phrase.ts";
import type { PresentOffer } from "./picture.ts";

/** The longest name in headers and dialogs: it keeps a header to two lines on a phone. */
const nameAtMost = 32;
const shortestName = 12;
const shortestPlace = 8;
/** An account's name, its id, a region and a system. */
const placeAtMost = 70;

/** "to ...", "may ...", "asked ECS to ..." */
export const verbs: Readonly<Record<RuleName, string>> = {
  continue: "continue",
  rollback: "roll back",
  cancel: "cancel",
  "terminate-old": "terminate the old version",
  revert: "revert",
  "edit-strategy": "edit the strategy",
};

/** "your ... was not sent" */
export const requestNames: Readonly<Record<RuleName, string>> = {
  continue: "continue",
  rollback: "rollback",
  cancel: "cancel",
  "terminate-old": "request to terminate the old version",
  revert: "revert",
  "edit-strategy": "strategy edit",
};

/** "who asked is no longer on record, see the thread": Redis lost its data since. */
export function whoIsLost({ inThread }: RecordLost): string {
  return `who asked is no longer on record${inThread ? ", see the thread" : ""}`;
}

/** "... by ...", "was ... outside Holdpoint" */
export const participles: Readonly<Record<RuleName, string>> = {
  continue: "continued",
  rollback: "rolled back",
  cancel: "cancelled",
  "terminate-old": "old version terminated",
  revert: "reverted",
  "edit-strategy": "edited",
};

/** "roll back checkout-api in prod", "terminate the old version of storefront in prod" */
export function verbWith(action: RuleName | undefined, place: string): string {
  if (action === undefined) return `answer ${place}`;
  return `${verbs[action]}${jointOf(action)} ${place}`;
}

/** The text between a verb and its place: " of" if the verb already has an object. */
export function jointOf(action: RuleName | undefined): string {
  return (action === undefined ? undefined : joints[action]) ?? "";
}

const joints: Readonly<Partial<Record<RuleName, string>>> = { "terminate-old": " of" };

/** The title of a confirmation dialog. */
export function questionOf(action: RuleName, where: string): string {
  return `${capital(verbWith(action, where))}?`;
}

/** "checkout-api in prod", for headers, dialogs and fallbacks. */
export function placeOf({ label }: Labelled, atMost = nameAtMost): string {
  return `${name(label.name, atMost, label.others)} in ${name(label.place, placeAtMost)}`;
}

/** The same for lines of a card. */
export function placeInCode({ label }: Labelled): string {
  const { place } = label;
  const isHarmless = /^[A-Za-z0-9][A-Za-z0-9., ()-]*$/.test(place);
  return `${code(label.name, nameAtMost, label.others)} in ${isHarmless ? place : code(place, placeAtMost)}`;
}

/**
 * The same within `atMost` characters, for a button or a title. The name is cut first, then the parts of the place that
 * all `places` share, and last whatever is left.
 */
export function placeWithin({ label }: Labelled, atMost: number, places: readonly string[] = []): string {
  const room = atMost - label.place.length - " in ".length;
  if (room >= shortestName) return placeOf({ label }, Math.min(room, nameAtMost));
  const placeRoom = Math.max(shortestPlace, atMost - shortestName - " in ".length);
  const others = places.map((it) => unshared(it, places));
  const place = shorten(unshared(label.place, places), placeRoom, others);
  const nameRoom = Math.max(shortestName, atMost - place.length - " in ".length);
  return placeOf({ label: { ...label, place } }, Math.min(nameRoom, nameAtMost));
}

/** The place without the account, region or system that all places share; the whole place if nothing else is left. */
function unshared(place: string, places: readonly string[]): string {
  const isIn = (part: string, other: string): boolean =>
    other.split(", ").some((it) => it === part || withoutId(it) === part || it === withoutId(part));
  const own = place.split(", ").filter((part) => places.some((other) => !isIn(part, other)));
  return own.length === 0 ? place : own.join(", ");
}

/** An account's id follows its name only if the name alone is ambiguous. */
function withoutId(part: string): string {
  return part.replace(/ \(\d+\)$/, "");
}

interface Labelled {
  readonly label: Label;
}

/** "Slow in prod": for something that has no deployment. */
export function inAccount(title: string, accountName: string): string {
  return `${name(title, nameAtMost)} in ${name(accountName, 20)}`;
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

export function describeServing(serving: Serving): string {
  return {
    new: "The new version serves.",
    previous: "The previous version serves.",
    mixed: "Both versions serve in part.",
    none: "Nothing serves.",
    unknown: "What serves now is not known.",
  }[serving];
}

/** "<@A>, <@B> and <@C>", and after `atMost` names "and 9 more". Nobody: "nobody". */
export function people(users: readonly string[], atMost = 6): string {
  return listed(users.map(person), atMost);
}

export function approversOf(approvers: readonly Mention[] | "channel-members", atMost = 4): string {
  if (approvers === "channel-members") return "everybody in this channel";
  return listed(eachOnce(approvers).map(mentionOf), atMost);
}

function mentionOf({ kind, id }: Mention): string {
  switch (kind) {
    case "usergroup":
      return group(id);
    case "user":
      return person(id);
    case "special":
      return `<!${id}>`;
  }
}

export function sameApprovers(a: Rule, b: Rule): boolean {
  return JSON.stringify(a.approvers) === JSON.stringify(b.approvers);
}

function listed(words: readonly string[], atMost: number): string {
  if (words.length === 0) return "nobody";
  if (words.length > atMost) return `${words.slice(0, atMost).join(", ")} and ${words.length - atMost} more`;
  const last = words[words.length - 1] ?? "";
  return words.length === 1 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** "1 vote", "3 votes" */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** Votes remain if nothing was sent because health is worse than the card showed. */
export const notSent = "not sent; the next press sends it";
export const askedNotSent = `asked for and ${notSent}`;

/** "not known whether @ann may still vote (could not be checked in Slack)": one wording wherever votes are counted. */
export function notKnownWhether(who: string, said = ""): string {
  return `not known whether ${who} may still vote (could not be checked in Slack${said})`;
}

/** "; not known whether 1 voter may still vote (could not be checked in Slack)", for text that mentions nobody. */
export function andNotKnown(unknown: number): string {
  return unknown === 0 ? "" : `; ${notKnownWhether(count(unknown, "voter"))}`;
}

/** "No votes yet, 2 needed", "1 of 2 votes so far"; undefined if the first click decides. */
export function tally(asked: Pick<PresentOffer, "counted" | "unknown" | "need">): string | undefined {
  const { need, counted, unknown } = asked;
  const { length } = counted;
  if (unknown.length > 0) return `${length} of ${need} votes so far${andNotKnown(unknown.length)}`;
  if (length >= need) return capital(askedNotSent);
  if (length > 0) return `${length} of ${need} votes so far`;
  return need > 1 ? `No votes yet, ${need} needed` : undefined;
}

/** "1st", "2nd", "12th" */
export function ordinal(n: number): string {
  const teen = n % 100 > 10 && n % 100 < 14;
  return `${n}${teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;
}

/** "28 minutes", "3 hours", "12 days": for display only. */
export function lasting(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 120) return count(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return hours < 48 ? count(hours, "hour") : count(Math.round(hours / 24), "day");
}
