/** The buttons of a card and their confirmation dialogs: one for each offer that can be asked for now. */

import type { Button, ConfirmationDialog, KnownBlock } from "@slack/types";
import { isLive } from "../../handlers/decision.ts";
import type { Action, Deployment } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import { isAfterEnd, isEnding } from "../../handlers/identity.ts";
import { presentOffers } from "../../handlers/offers.ts";
import { isPredefined } from "../../handlers/strategy/strategy.ts";
import { aboutSentence, isOfOne } from "./parts/about.ts";
import { actionsBlock, consoleButton, context, plainText } from "./parts/blocks.ts";
import { printButton } from "./parts/button.ts";
import { code, cutEnd, dated, mrkdwn, name, plain } from "./parts/phrase.ts";
import type { Picture, PresentOffer } from "./parts/picture.ts";
import {
  capital,
  notKnownWhether,
  ordinal,
  people,
  placeWithin,
  questionOf,
  tally,
  verbs,
} from "./parts/words.ts";
import { printStrategyValue } from "./strategy/value.ts";

/** An offer that gets a button: its evidence was read, and the policy has a rule for it. */
export type Askable = PresentOffer & { readonly evidence: string };

/** Forward, back, and last the one that can't be undone. */
const order: Readonly<Record<Action, number>> = {
  continue: 0,
  rollback: 1,
  cancel: 2,
  revert: 3,
  "terminate-old": 4,
};

/** The offers that can be asked for now. After a deployment has ended, that is only a revert. */
function offersOf({ deployment, view, route }: Picture): readonly PresentOffer[] {
  return presentOffers(deployment, view, route.policy)
    .filter(({ offer }) => isAfterEnd(offer.action) || !isTerminal(deployment))
    .toSorted((a, b) => order[a.offer.action] - order[b.offer.action]);
}

export function askable(picture: Picture): readonly Askable[] {
  return offersOf(picture).flatMap((present) =>
    present.evidence === undefined || picture.route.policy.rules[present.offer.action] === undefined
      ? []
      : [{ ...present, evidence: present.evidence }],
  );
}

/** Why an offer has no button, one line each. */
export function notAskable(picture: Picture): readonly string[] {
  const { policy } = picture.route;
  return offersOf(picture).flatMap(({ offer, evidence }) => {
    const verb = verbs[offer.action];
    if (policy.rules[offer.action] === undefined) {
      return [`*Nobody may ${verb}:* policy ${code(policy.name)} has no rule for it.`];
    }
    if (evidence !== undefined) return [];
    const unknown = Object.keys(offer.evidence).filter((fact) => offer.evidence[fact] === null);
    const what = unknown.map((fact) => code(fact)).join(", ");
    return offer.unread === undefined
      ? [`⚠️ *Nobody can ${verb} now:* what it is about could not be read (${what}).`]
      : [`⚠️ *Nobody can ${verb} now:* ${what} could not be read: ${mrkdwn(offer.unread)}.`];
  });
}

/** "1 of 2" for a hold with offers, in the order of the offers; undefined if it is the only one. */
export function holdNumber({ deployment }: Picture, holdId: string | undefined): string | undefined {
  const holds = [...new Set(deployment.offers.map((offer) => offer.holdId))].filter((id) => id !== undefined);
  const index = holdId === undefined ? -1 : holds.indexOf(holdId);
  return holds.length < 2 || index === -1 ? undefined : `${index + 1} of ${holds.length}`;
}

/**
 * One row per hold, because action ids must be unique within a block; with several holds each row has a title. The
 * strategy and console buttons are in the last row.
 */
export function answerBlocks(picture: Picture, prefix = "answer"): readonly KnownBlock[] {
  const offers = askable(picture);
  const points = [...new Set(offers.map((present) => present.point))];
  const styled = new Set<string>();
  const rows = points.slice(0, holdsAtMost).map((point) => {
    const here = offers.filter((present) => present.point === point);
    const buttons = here.map((present) => {
      const style = styleOf(present.offer.action);
      const isFirst = style !== undefined && !styled.has(style);
      if (style !== undefined) styled.add(style);
      return answerButton(picture, present, isFirst ? style : undefined);
    });
    return { title: holdTitle(picture, here), buttons };
  });
  const more = points.length - rows.length;
  const link = [
    ...strategyButton(picture),
    ...consoleButton(picture.deployment.consoleUrl, picture.deployment.target),
  ];
  const { title = [], buttons: last = [] } = rows.pop() ?? {};
  return [
    ...[...rows, { title, buttons: [...last, ...link] }].flatMap(({ title: over, buttons }, index) =>
      buttons.length === 0 ? [] : [...over, actionsBlock(`${prefix}-${index}`, buttons)],
    ),
    ...(more > 0 ? [context(`And ${more} more wait. They appear here when those above are answered.`)] : []),
  ];
}

/**
 * Shows a rollout's strategy, or edits it if AWS did not predefine it and the policy has a rule for that; not on the
 * card of an ended deployment.
 */
function strategyButton({ deployment, route }: Picture): readonly Button[] {
  const { strategy, ref } = deployment;
  if (strategy === undefined || isTerminal(deployment)) return [];
  const isEditable = !isPredefined(strategy.id) && route.policy.rules["edit-strategy"] !== undefined;
  const kind = isEditable ? "edit" : "show";
  const label = isEditable ? "Edit strategy" : "Show strategy";
  return [
    {
      type: "button",
      action_id: `strategy.${kind}`,
      text: plainText(label, 30),
      value: printStrategyValue({
        kind,
        ref: { account: ref.account, region: ref.region, id: strategy.id },
      }),
      accessibility_label: cutEnd(`${label} ${name(strategy.name, 48)}`, 75),
    },
  ];
}

/** A message has at most 50 blocks; a hold takes a line and a row of buttons. */
const holdsAtMost = 20;

function styleOf(action: Action): "primary" | "danger" | undefined {
  if (action === "continue") return "primary";
  return isEnding(action) ? "danger" : undefined;
}

function answerButton(picture: Picture, present: Askable, style: "primary" | "danger" | undefined): Button {
  const { action } = present.offer;
  const label = labelOf(picture, present);
  const place = placeWithin(picture, 75 - label.length - 2);
  const wantsReason = picture.route.policy.rules[action]?.reason === "required";
  return {
    type: "button",
    action_id: `answer.${action}`,
    text: plainText(label, 30),
    ...(style === undefined ? {} : { style }),
    value: printButton({ key: picture.key, point: present.point, action, evidence: present.evidence }),
    accessibility_label: cutEnd(`${spoken(action, label, place)}: ${plain(present.offer.consequence)}`, 75),
    ...(wantsReason ? {} : { confirm: dialogOf(picture, present) }),
  };
}

/** "Continue 1 of 2 checkout-api in prod"; with a comma before the place if the label has an object of its own. */
function spoken(action: Action, label: string, place: string): string {
  const isBare = label.replace(/ \d+ of \d+$/, "").toLowerCase() === verbs[action];
  return isBare ? `${label} ${place}` : `${label}, ${place}`;
}

/** Two buttons with the same label would not show which hold they answer. */
function labelOf(picture: Picture, { offer }: PresentOffer): string {
  const number = holdNumber(picture, offer.holdId);
  return number === undefined || offer.label.includes(number) ? offer.label : `${offer.label} ${number}`;
}

function dialogOf(picture: Picture, present: Askable): ConfirmationDialog {
  const { offer } = present;
  const place = placeWithin(picture, 100 - questionOf(offer.action, "").length);
  const text = [
    whichOf(picture, present),
    votesSoFar(picture.deployment, present),
    ...circumstances(picture, present),
    plain(offer.dialog),
  ];
  const style = styleOf(offer.action);
  return {
    title: plainText(questionOf(offer.action, place), 100),
    text: plainText(text.filter((sentence) => sentence !== "").join(" "), 300),
    confirm: plainText(offer.label, 30),
    deny: plainText(offer.deny, 30),
    ...(style === undefined ? {} : { style }),
  };
}

/** Names the deployment, because a target may have several that can be reverted or cancelled. */
function whichOf({ deployment: { about } }: Picture, { offer: { action } }: PresentOffer): string {
  return about === undefined || !isOfOne(action) ? "" : aboutSentence(about);
}

/** Everybody sees the same dialog, so it shows the count and never says "yours". */
export function votesSoFar({ systemTitle }: Deployment, present: PresentOffer): string {
  const there = tally(present);
  if (there === undefined) return "";
  const { need, counted, unknown } = present;
  return counted.length >= need || unknown.length > 0
    ? `${there}.`
    : `${there}. The ${ordinal(need)} sends it to ${systemTitle}.`;
}

interface Circumstances {
  readonly deployment: Picture["deployment"];
  readonly view: Pick<Picture["view"], "decisions">;
}

/** What people should know before they confirm, whether in a dialog or with a reason. */
export function circumstances(picture: Circumstances, present: PresentOffer): readonly string[] {
  return [unknownNow(picture, present), underWayNow(picture, present)].filter((sentence) => sentence !== "");
}

function unknownNow({ deployment }: Circumstances, { offer }: PresentOffer): string {
  if (isEnding(offer.action)) return "";
  const unknown = deployment.health
    .filter((fact) => fact.kind === "unknown")
    .map((fact) => fact.label.toLowerCase());
  return unknown.length === 0 ? "" : `Unknown now: ${unknown.join(", ")}.`;
}

/** A rollback during an answer in progress is a new request, and AWS may process the two in either order. */
function underWayNow({ deployment, view }: Circumstances, { offer }: PresentOffer): string {
  if (!isEnding(offer.action) || offer.holdId !== undefined) return "";
  const live = [...view.decisions.values()].find(
    (decision) => isLive(decision.state) && decision.action !== undefined && !isEnding(decision.action),
  );
  if (live?.action === undefined) return "";
  const verb = verbs[live.action];
  if (live.state === "refused") return "";
  if (live.state === "claimed") return `Holdpoint is asking ${deployment.systemTitle} to ${verb}.`;
  if (live.state === "unclear") return `“${capital(verb)}” may have reached ${deployment.systemTitle}.`;
  return `${deployment.systemTitle} has been asked to ${verb} and may already be doing so.`;
}

/** With several holds: which one it is, and what its answers still need. */
function holdTitle(picture: Picture, offers: readonly Askable[]): readonly KnownBlock[] {
  const hold = picture.deployment.holds.find(({ id }) => id === offers[0]?.offer.holdId);
  const number = holdNumber(picture, hold?.id);
  if (hold === undefined || number === undefined) return [];
  const named = hold.name === undefined ? "" : `, ${code(hold.name, 20)}`;
  const until = hold.expiresAt === undefined ? "" : `answer by ${dated(hold.expiresAt, "deadline")}`;
  const then = hold.onExpiryShort === undefined ? "" : `, else ${mrkdwn([hold.onExpiryShort])}`;
  const forward = offers.find(({ offer }) => !isEnding(offer.action));
  return [
    context(
      `*${number}:* stage ${code(hold.stage)}${named}`,
      `${until}${then}`,
      forward === undefined ? undefined : votesOf(forward),
    ),
  ];
}

/** "No votes yet, 2 needed", "1 of 2 votes (@ann)"; undefined if the first click decides. */
export function votesOf({ offer, need, counted, unknown }: PresentOffer, what = ""): string | undefined {
  const n = counted.length;
  const by = n === 0 ? "" : ` (${people(counted)})`;
  if (unknown.length > 0) return `${n} of ${need} votes${what}${by}; ${notKnownWhether(people(unknown))}`;
  // Votes remain if nothing was sent because health is worse than the card showed.
  if (n >= need)
    return `${people(counted)} asked to ${verbs[offer.action]} and nothing was sent; the next press sends it`;
  if (n > 0) return `${n} of ${need} votes${what}${by}`;
  return need > 1 ? `No votes yet, ${need} needed${what}` : undefined;
}
