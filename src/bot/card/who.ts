/** Who may answer, and who has voted so far. */

import type { Action } from "../../handlers/deployment.ts";
import { isEnding } from "../../handlers/deployment.ts";
import type { PresentOffer } from "../../handlers/offers.ts";
import type { Picture } from "../../handlers/picture.ts";
import type { Rule } from "../../handlers/policy.ts";
import { askable, holdNumber, notAskable } from "./answers.ts";
import { approversOf, capital, count, gerunds, people, sameApprovers, verbs } from "./words.ts";

/** The lines of the section "who may answer"; empty when nothing can be asked. */
export function whoLines(picture: Picture): readonly string[] {
  const offers = askable(picture);
  return [
    ...offers.flatMap((present) => voteLine(picture, present)),
    ...voidVotes(picture, offers),
    ...approverLines(picture, offers),
    ...notAskable(picture),
  ];
}

function voteLine(picture: Picture, { offer, need, votes }: PresentOffer): readonly string[] {
  const answersHold = offer.holdId !== undefined && !isEnding(offer.action);
  if (!answersHold && need < 2 && votes.length === 0) return [];
  const number = isEnding(offer.action) ? undefined : holdNumber(picture, offer.holdId);
  const who = votes.length === 0 ? "" : ` (${people(votes)})`;
  return [
    `*Votes to ${verbs[offer.action]}${number === undefined ? "" : ` ${number}`}:* ${votes.length} of ${need}${who}`,
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

function approverLines({ route, deployment }: Picture, offers: readonly PresentOffer[]): readonly string[] {
  const asked = [...new Set(offers.map(({ offer }) => offer.action))];
  const rules = asked.flatMap((action) => {
    const rule = route.policy.rules[action];
    return rule === undefined ? [] : [{ action, rule }];
  });
  const [first, ...rest] = rules;
  if (first === undefined) return [];
  const isHeld = offers.some(({ offer }) => offer.holdId !== undefined && offer.action === first.action);
  if (isHeld && rest.every(({ rule }) => sameApprovers(rule, first.rule))) {
    const endings = rest
      .filter(({ action }) => isEnding(action))
      .map(({ action, rule }) => needs(action, rule));
    return [`*Who may answer:* ${approversOf(first.rule.approvers)}.${endings.join("")}`];
  }
  return rules.map(
    ({ action, rule }) => `*Who may ${verbs[action]}:* ${approversOf(rule.approvers)}, ${enough(rule)}`,
  );

  function needs(action: Action, rule: Rule): string {
    const many = rule.approvals === 1 ? "one person" : `${rule.approvals} people`;
    const reason = rule.reason === "required" ? " and a reason" : "";
    return ` ${capital(deployment.phase === "running" ? gerunds[action] : verbs[action])} needs ${many}${reason}.`;
  }
}

function enough(rule: Rule): string {
  return rule.approvals === 1 ? "one person is enough" : `${rule.approvals} people are needed`;
}
