/**
 * The people who may answer and those who have voted: one line, plus one for each thing that must not be overlooked.
 */

import { type Action, isWaitedFor } from "../../handlers/deployment.ts";
import { isEnding } from "../../handlers/identity.ts";
import { openHolds } from "../../handlers/offers.ts";
import type { Rule } from "../../handlers/policy.ts";
import { askable, holdNumber, notAskable, votesOf } from "./answers.ts";
import { code, mrkdwn } from "./parts/phrase.ts";
import type { Picture, PresentOffer } from "./parts/picture.ts";
import { approversOf, capital, count, people, sameApprovers, verbs } from "./parts/words.ts";

/** The section "who may answer": approvers, votes that no longer count, and offers that nobody can ask for. */
export function whoLines(picture: Picture): readonly string[] {
  const offers = askable(picture);
  return [...approverLine(picture, offers), ...voidVotes(picture, offers), ...notAskable(picture)];
}

/** Two ways to end a deployment sound alike, so the card explains both before somebody chooses. */
export function endingLines(picture: Picture): readonly string[] {
  const endings = askable(picture)
    .map(({ offer }) => offer)
    .filter(({ action }) => isEnding(action));
  const different = endings.filter(
    ({ action }, index) => endings.findIndex((other) => other.action === action) === index,
  );
  if (different.length < 2) return [];
  return [different.map(({ label, consequence }) => `*${label}:* ${mrkdwn(consequence)}`).join(" ")];
}

/** Votes count together only while their evidence is the same; people must see which ones no longer count (P4). */
function voidVotes({ view }: Picture, offers: readonly PresentOffer[]): readonly string[] {
  return offers.flatMap(({ offer, decision, evidence }) => {
    const old = view.votes.filter(
      (vote) => vote.decision === decision && vote.action === offer.action && vote.evidence !== evidence,
    );
    if (old.length === 0 || isEnding(offer.action)) return [];
    const who = people(old.map((vote) => vote.user));
    return [`*No longer counts:* ${count(old.length, "vote")} (${who}); what it was about has changed.`];
  });
}

/**
 * Posting the card mentions a group in this line, so it is named only while its answer is needed, and only if the
 * policy does not name others to notify.
 */
function approverLine(picture: Picture, offers: readonly PresentOffer[]): readonly string[] {
  const { route, deployment, view } = picture;
  const isNeeded = openHolds(deployment, view.decisions).some(isWaitedFor);
  const { notify, name, rules } = route.policy;
  const whoMay = ({ approvers }: Rule): string =>
    approvers === "channel-members" || (isNeeded && notify === undefined)
      ? approversOf(approvers)
      : `the approvers of policy ${code(name)}`;
  const asked = [...new Set(offers.map(({ offer }) => offer.action))].flatMap((action): Asked[] => {
    const rule = rules[action];
    const presents = offers.filter(({ offer }) => offer.action === action);
    return rule === undefined ? [] : [{ action, rule, presents }];
  });
  const [first] = asked;
  if (first === undefined) return [];
  const isHeld = offers.some(({ offer }) => offer.holdId !== undefined);
  const parts = asked.every(({ rule }) => sameApprovers(rule, first.rule))
    ? [
        `*Who may ${isHeld ? "answer" : either(asked)}:* ${whoMay(first.rule)}`,
        ...needsOf(picture, asked).map(capital),
      ]
    : asked.flatMap((one) => [
        `*Who may ${verbs[one.action]}:* ${whoMay(one.rule)}`,
        ...needsOf(picture, [one]).map(capital),
      ]);
  return [
    [...parts, ...(isNeeded && notify !== undefined ? [`Notified: ${approversOf(notify)}`] : [])].join(" · "),
  ];
}

interface Asked {
  readonly action: Action;
  readonly rule: Rule;
  readonly presents: readonly PresentOffer[];
}

/** The votes and reasons that these actions need, and the votes so far; actions with the same needs share one piece. */
function needsOf(picture: Picture, asked: readonly Asked[]): readonly string[] {
  const reasoned = asked.filter(({ rule }) => rule.reason === "required");
  const what = reasoned.length === asked.length ? "" : ` to ${either(reasoned)}`;
  return [...peopleNeeded(picture, asked), ...(reasoned.length === 0 ? [] : [`a reason is needed${what}`])];
}

function peopleNeeded(picture: Picture, asked: readonly Asked[]): readonly string[] {
  const onePerson = asked.filter((one) => votesNeeded(picture, one, "") === undefined);
  if (onePerson.length === asked.length) return ["one person is enough"];
  const [alike, ...others] = new Set(asked.map((one) => votesNeeded(picture, one, "")));
  if (alike !== undefined && others.length === 0) return [alike];
  return [
    ...asked.flatMap((one) => votesNeeded(picture, one, ` to ${verbs[one.action]}`) ?? []),
    ...(onePerson.length === 0 ? [] : [`one person can ${either(onePerson)}`]),
  ];
}

/** Undefined if the first click decides. With several holds, the votes are next to the buttons of each. */
function votesNeeded(picture: Picture, { presents, rule }: Asked, what: string): string | undefined {
  const [present] = presents;
  if (present === undefined) return undefined;
  if (!isEnding(present.offer.action) && holdNumber(picture, present.offer.holdId) !== undefined)
    return rule.approvals > 1 ? `${rule.approvals} needed${what} at each hold` : undefined;
  return votesOf(present, what);
}

function either(asked: readonly Asked[]): string {
  return asked.map(({ action }) => verbs[action]).join(" or ");
}
