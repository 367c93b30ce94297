/** Sentences about decisions: who asked, how far it got, and whether AWS confirmed it. Asked is not done (P9). */

import { type Decision, type DecisionDetail, split, type WhyVoid } from "../../handlers/decision.ts";
import { remedyFor } from "../../handlers/denied.ts";
import type { Deployment, Hold, RuleName } from "../../handlers/deployment.ts";
import {
  actions,
  directionOf,
  isGoingForward,
  isRollback,
  isRolledBackByAnother,
  isWaitedFor,
  unknownStage,
} from "../../handlers/deployment.ts";
import { isDeploymentDecision, isEnding } from "../../handlers/identity.ts";
import type { Cause } from "../../handlers/state.ts";
import { answeredHolds, failedAnswers } from "../../handlers/state.ts";
import { recordLost } from "../../handlers/store/record-lost.ts";
import { code, dated, mrkdwn, quote } from "./parts/phrase.ts";
import type { Picture } from "./parts/picture.ts";
import { capital, count, participles, people, verbs, whoIsLost } from "./parts/words.ts";

/** The most answered holds on a final card; the thread has all of them. */
const answersAtMost = 3;

export function reasonIn(kept: DecisionDetail | undefined): string | undefined {
  const reason = kept?.reason?.trim();
  return reason === "" ? undefined : reason;
}

function because(decision: Decision): string {
  const reason = reasonIn(decision.detail);
  return reason === undefined ? "" : ` Reason:${quote(reason)}`;
}

export function verbOf(action: RuleName | undefined): string {
  return action === undefined ? "answer" : verbs[action];
}

/** “Continue”: a request, named like its button. */
export function quoted(action: RuleName | undefined): string {
  return `“${capital(verbOf(action))}”`;
}

/** Why a vote no longer counts, for use after a colon. */
export const whyVoid: Readonly<Record<WhyVoid, string>> = {
  "not-an-approver": "no longer an approver",
  "left-channel": "no longer in this channel",
  "not-in-workspace": "no longer an active member of this workspace",
};

/** Describes a decision in progress. The first line makes sense on its own. */
export function liveDecisionLines(decision: Decision, deployment: Deployment): readonly string[] {
  const { systemTitle: aws } = deployment;
  const request = quoted(decision.action);
  const decidedBy = `Decided by ${people(decision.by)}.${because(decision)}`;
  switch (decision.state) {
    case "claimed":
      return [
        `*Asking ${aws} to ${verbOf(decision.action)}.*`,
        `${decidedBy} Holdpoint reads ${aws} once more before it sends anything.`,
      ];
    case "sent":
      return [`*${request} sent to ${aws}${at(decision.sentAt)}. No reply yet.*`, decidedBy];
    case "refused":
      return [
        `⚠️ *${aws} rejected ${request}. Checking the current state.*`,
        `${aws} says:${quote(decision.answer ?? "")}`,
        decidedBy,
      ];
    case "unclear":
      return [
        `⚠️ *It is not known whether ${aws} got ${request}.*`,
        `Sent${at(decision.sentAt)}, no reply. It is not sent again; the card shows what ${aws} did, usually within a minute.`,
      ];
    default:
      return [
        `*${request} sent${at(decision.sentAt ?? decision.settledAt)}. ${aws} has not confirmed it yet.*`,
        decidedBy,
      ];
  }
}

function at(time: number | undefined): string {
  return time === undefined ? "" : ` at ${dated(time, "second")}`;
}

/** Why it rolled back or stopped: who asked, or what AWS did on its own. */
export function causeLines(
  cause: Cause,
  { deployment, view }: Pick<Picture, "deployment" | "view">,
  isOver: boolean,
): readonly string[] {
  const { systemTitle: aws, rollbackFailed = false } = deployment;
  const goesBack = isGoingBack(deployment);
  const did = goesBack ? (isOver ? "rolled back" : "is rolling back") : isOver ? "stopped" : "is stopping";
  const fails = directionOf(deployment) === "failure";
  const isHandedOver = isRolledBackByAnother(deployment);
  switch (cause.by) {
    case "request": {
      const { decision } = cause;
      const asked = `${people(decision.by)} asked to ${verbOf(decision.action)}${minute(decision.claimedAt)}`;
      const confirmed = rollbackFailed
        ? "; the rollback failed."
        : isHandedOver
          ? `; ${aws} ended the deployment and started a rollback.`
          : decision.state === "confirmed"
            ? `; ${aws} confirmed${minute(decision.resolvedAt)}${isOver ? "" : ` and ${did}`}.`
            : `; ${aws} has not confirmed yet.`;
      return [`*${asked}${confirmed}*${because(decision)}`];
    }
    case "expiry": {
      const until =
        cause.hold.expiresAt === undefined ? "in time" : `by ${dated(cause.hold.expiresAt, "minute")}`;
      const ends = rollbackFailed
        ? "rolled back on its own, and the rollback failed"
        : `${fails ? "failed it" : did} on its own`;
      return [`*Nobody answered ${until}, so ${aws} ${ends}.*`];
    }
    case "elsewhere":
      return [
        elsewhereLine({ deployment, view }, isOver),
        `AWS does not tell Holdpoint who it was; CloudTrail does.${notAsked(cause.decision)}`,
        ...saidBy(deployment),
      ];
    case "nobody-knows":
      return [
        deployment.unread !== true
          ? `*${aws} no longer knows this deployment.* How it ended is not known.`
          : `*How it ended can't be read:* ${mrkdwn(deployment.whyUnread ?? [])}.`,
        ...hadAsked(cause.decision, aws),
      ];
    case "system":
      if (isRollback(deployment) && !fails)
        return [
          `*${directionOf(deployment) === "stop" ? `${aws} stopped the rollback` : "The rollback is done"}.*${notAsked(cause.decision)}`,
          ...saidBy(deployment),
        ];
      if (directionOf(deployment) === "stop" && deployment.causeUnknown === true)
        return [
          `*${aws} stopped it.* AWS does not tell Holdpoint who or what stopped it; CloudTrail does.${notAsked(cause.decision)}`,
          ...saidBy(deployment),
        ];
      return [
        `*${rollbackFailed ? "The rollback failed" : fails ? `${aws} reports that it failed` : `${aws} ${did}${deployment.causeUnknown === true ? "" : " on its own"}`}.*${notAsked(cause.decision)}`,
        ...saidBy(deployment),
      ];
  }
}

function elsewhereLine({ deployment, view }: Pick<Picture, "deployment" | "view">, isOver: boolean): string {
  const { rollbackFailed = false } = deployment;
  const isHandedOver = isRolledBackByAnother(deployment);
  const goesBack = isGoingBack(deployment);
  const fails = directionOf(deployment) === "failure";
  const stops = isOver ? (fails ? "failed" : "was stopped") : "is being stopped";
  const lost = recordLost(view);
  if (lost !== undefined) {
    const what = rollbackFailed
      ? "The rollback failed;"
      : isHandedOver
        ? "A rollback was started;"
        : goesBack
          ? `It ${isOver ? "was" : "is being"} rolled back;`
          : `It ${stops};`;
    return `*${what}* ${whoIsLost(lost)}.`;
  }
  const by = "(console, CLI or a script)";
  if (rollbackFailed) return `*The rollback failed.* Somebody had asked for it outside Holdpoint ${by}.`;
  if (isHandedOver) return `*Somebody started a rollback outside Holdpoint* ${by}.`;
  if (goesBack)
    return `*Somebody ${isOver ? "rolled it back" : "asked to roll it back"} outside Holdpoint* ${by}.`;
  return `*It ${stops} outside Holdpoint*, by somebody ${by} or by a newer deployment.`;
}

/** " This is not what @a asked for." */
export function notAsked(decision: Decision | undefined): string {
  const mine = decision?.by ?? [];
  return mine.length === 0 ? "" : ` This is not what ${people(mine)} asked for.`;
}

function hadAsked(decision: Decision | undefined, aws: string): readonly string[] {
  if (decision === undefined || decision.by.length === 0) return [];
  const seen =
    decision.state === "confirmed" ? `; ${aws} confirmed${minute(decision.resolvedAt)} that it began` : "";
  return [`${people(decision.by)} asked to ${verbOf(decision.action)}${minute(decision.claimedAt)}${seen}.`];
}

/** AWS's own message, verbatim. */
export function saidBy({ reason }: Pick<Deployment, "reason">, atMost?: number): readonly string[] {
  return reason === undefined || reason.trim() === "" ? [] : [`*AWS says:*${quote(reason, atMost)}`];
}

function minute(time: number | undefined): string {
  return time === undefined ? "" : ` at ${dated(time, "minute")}`;
}

/** One line per answered hold of a deployment. */
export function answerLines(picture: Picture): readonly string[] {
  const { systemTitle: aws } = picture.deployment;
  const lost = recordLost(picture.view);
  const lines = answeredHolds(picture).flatMap(({ hold, decision }): string[] => {
    const { action } = decision;
    if (action !== undefined && isEnding(action)) return [];
    if (decision.state === "confirmed") {
      const did = capital(participles[action ?? "continue"]);
      return [
        `${did} by ${people(decision.by)}${minute(decision.claimedAt)}. *${aws} confirmed* it.${because(decision)}`,
      ];
    }
    if (!isWaitedFor(hold)) return [];
    if (decision.state === "expired") {
      const then = hold.onExpiry === undefined ? "" : ` ${mrkdwn(hold.onExpiry)}`;
      return [`Nobody answered in time${atStage(hold)}.${then}`];
    }
    const mine = decision.by.length === 0 ? "" : `, not by the request of ${people(decision.by)}`;
    return wentOn(hold, picture.deployment)
      ? [
          `Continued${lost === undefined ? " outside Holdpoint" : ""}${atStage(hold)}${mine}${lost === undefined ? "" : `; ${whoIsLost(lost)}`}.`,
        ]
      : [];
  });
  if (lines.length <= answersAtMost) return lines;
  return [
    ...lines.slice(-answersAtMost),
    `${count(lines.length - answersAtMost, "earlier answer")} in the thread.`,
  ];
}

function atStage({ stage }: Hold): string {
  return stage === unknownStage ? "" : ` at ${code(stage)}`;
}

/**
 * A hold that AWS no longer shows as waiting was continued only if the deployment went on; a rollback ends all holds.
 */
function wentOn({ shows }: Hold, deployment: Deployment): boolean {
  return shows === "continue" || (shows === "over" && isGoingForward(deployment));
}

/** The latest attempt sent a request to AWS. */
export function isSent({ sentAt }: Decision): boolean {
  return sentAt !== undefined;
}

/** Requests that had no effect or were not sent, while they can be repeated. */
export function notDone(picture: Picture): readonly string[] {
  const { systemTitle } = picture.deployment;
  return failedAnswers(picture).map((decision) => {
    const { id, action, by, answer = "" } = decision;
    const remedy = remedyFor(answer);
    if (remedy !== undefined)
      return `⚠️ *${quoted(action)} (${people(by)}) was not done:* ${systemTitle} denied access. ${remedy}`;
    const again = isDeploymentDecision(id)
      ? "Press it again."
      : `${systemTitle} still waits. Press it again.`;
    return `⚠️ *${quoted(action)} (${people(by)}) ${isSent(decision) ? "had no effect" : "was not sent"}.* ${again}`;
  });
}

export function unusedVotes({ view }: Picture): readonly string[] {
  const unused = view.votes.filter(
    (vote) => view.decisions.get(vote.decision)?.by.includes(vote.user) !== true,
  );
  return actions.flatMap((action) => {
    const users = unused.filter((vote) => vote.action === action).map((vote) => vote.user);
    if (users.length === 0) return [];
    return [`*Not used:* ${count(users.length, "vote")} to ${verbOf(action)} (${people(users)})`];
  });
}

/** The people in these lists, without duplicates. */
export function everybody(...lists: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap(split))];
}

/** Somebody's request or AWS's own: the old version is to serve again. A stop says nothing of it. */
export function isGoingBack(deployment: Deployment): boolean {
  switch (directionOf(deployment)) {
    case "rollback":
    case "forward":
      return true;
    case "stop":
    case "failure":
      return false;
  }
}
