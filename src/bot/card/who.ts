/** Who may answer, and who has voted so far. */

import { isEnding, isWaitedFor } from "../../handlers/deployment.ts";
import { openHolds, type PresentOffer } from "../../handlers/offers.ts";
import type { Picture } from "../../handlers/picture.ts";
import type { Rule } from "../../handlers/policy.ts";
import { askable, holdNumber, notAskable } from "./answers.ts";
import { code, mrkdwn } from "./phrase.ts";
import { approversOf, capital, count, gerunds, people, sameApprovers, verbs } from "./words.ts";

/** The lines of the section "who may answer"; empty when nothing can be asked. */
export function whoLines(picture: Picture): readonly string[] {
  const offers = askable(picture);
  return [
    ...endingsApart(offers),
    ...offers.flatMap((present) => voteLine(picture, present)),
    ...voidVotes(picture, offers),
    ...approverLines(picture, offers),
    ...notAskable(picture),
  ];
}

/** Two ways to end a deployment sound alike: before somebody chooses, the card says what each of them does. */
function endingsApart(offers: readonly PresentOffer[]): readonly string[] {
  const endings = offers.map(({ offer }) => offer).filter(({ action }) => isEnding(action));
  const different = endings.filter(
    ({ action }, index) => endings.findIndex((other) => other.action === action) === index,
  );
  if (different.length < 2) return [];
  return different.map(({ label, consequence }) => `*${label}:* ${mrkdwn(consequence)}`);
}

export function voteLine(picture: Picture, { offer, need, votes }: PresentOffer): readonly string[] {
  const hold = picture.deployment.holds.find(({ id }) => id === offer.holdId);
  const isAwaited = hold !== undefined && isWaitedFor(hold) && !isEnding(offer.action);
  if (!isAwaited && need < 2 && votes.length === 0) return [];
  const number = isEnding(offer.action) ? undefined : holdNumber(picture, offer.holdId);
  const who = votes.length === 0 ? "" : ` (${people(votes)})`;
  // Votes stay where nothing was sent because health is worse than the card showed.
  const again = votes.length < need ? "" : ". Nothing was sent: the next press sends it";
  return [
    `*Votes to ${verbs[offer.action]}${number === undefined ? "" : ` ${number}`}:* ${votes.length} of ${need}${who}${again}`,
  ];
}

/** Votes count together only while what they are about is the same; that some don't any more must be seen (P4). */
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
 * A group in these lines is mentioned when the card is posted with them, so it stands there only while its answer is
 * needed, and only where the policy does not name others to notify.
 */
function approverLines(picture: Picture, offers: readonly PresentOffer[]): readonly string[] {
  const { route, deployment, view } = picture;
  const isNeeded = openHolds(deployment, view.decisions).some(isWaitedFor);
  const { notify, name } = route.policy;
  const whoMay = ({ approvers }: Rule): string =>
    approvers === "channel-members" || (isNeeded && notify === undefined)
      ? approversOf(approvers)
      : `the approvers of ${code(name)}`;
  const lines = rulesOf({ route, deployment, whoMay }, offers);
  return isNeeded && notify !== undefined && lines.length > 0
    ? [...lines, `*Notified:* ${approversOf(notify)}`]
    : lines;
}

function rulesOf(
  { route, deployment, whoMay }: Pick<Picture, "route" | "deployment"> & { whoMay: (rule: Rule) => string },
  offers: readonly PresentOffer[],
): readonly string[] {
  const asked = [...new Set(offers.map(({ offer }) => offer.action))];
  const rules = asked.flatMap((action) => {
    const rule = route.policy.rules[action];
    return rule === undefined ? [] : [{ action, rule }];
  });
  const [first, ...rest] = rules;
  if (first === undefined) return [];
  const isHeld = offers.some(({ offer }) => offer.holdId !== undefined);
  const isSame = rest.every(({ rule }) => sameApprovers(rule, first.rule));
  const isSimple = rules.every(({ rule }) => isOnePerson(rule));
  if (!isHeld && isSame && isSimple) {
    const may = rules.map(({ action }) => verbs[action]).join(" or ");
    return [`*Who may ${may}:* ${whoMay(first.rule)}, ${enough(first.rule)}`];
  }
  if (!isHeld || !isSame)
    return rules.map(({ action, rule }) => `*Who may ${verbs[action]}:* ${whoMay(rule)}, ${enough(rule)}`);
  const who = `*Who may answer:* ${whoMay(first.rule)}`;
  // The votes to continue stand in a line of their own.
  const others = rules.filter(({ action }) => action !== "continue");
  if (others.length === rules.length && isSimple) return [`${who}, ${enough(first.rule)}`];
  const needs = new Map<string, string[]>();
  for (const { action, rule } of others) {
    const doing = deployment.phase === "running" ? gerunds[action] : verbs[action];
    needs.set(needed(rule), [...(needs.get(needed(rule)) ?? []), doing]);
  }
  return [
    `${who}.${[...needs].map(([what, doing]) => ` ${capital(doing.join(" or "))} needs ${what}.`).join("")}`,
  ];
}

function needed({ approvals, reason }: Rule): string {
  return `${approvals === 1 ? "one person" : `${approvals} people`}${reason === "required" ? " and a reason" : ""}`;
}

function isOnePerson({ approvals, reason }: Rule): boolean {
  return approvals === 1 && reason !== "required";
}

function enough(rule: Rule): string {
  return rule.approvals === 1 ? "one person is enough" : `${rule.approvals} people are needed`;
}
