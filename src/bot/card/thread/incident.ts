/**
 * The incident message that the whole channel sees: what failed, since when, AWS's reason, and the manual rollback if
 * there is one. It is edited until the incident is over.
 */

import type { ActionsBlock, KnownBlock } from "@slack/types";
import { isLive, type Mention } from "../../../handlers/decision.ts";
import type { Action } from "../../../handlers/deployment.ts";
import { isGoingForward, isRunning, isTerminal } from "../../../handlers/deployment.ts";
import { deploymentDecision, isEnding } from "../../../handlers/identity.ts";
import { type Notified, notifiedOfFailure, peopleOf } from "../../../handlers/notify.ts";
import { isOver, type Severity, servingOf, standingOf } from "../../../handlers/standing.ts";
import { causeOf } from "../../../handlers/state.ts";
import type { IncidentStage } from "../../../handlers/store/view.ts";
import type { Phrase, WordedRemark } from "../../../handlers/words.ts";
import { answerBlocks } from "../answers.ts";
import { causeLines, isGoingBack, liveDecisionLines, notAsked } from "../decided.ts";
import { titleOf } from "../header.ts";
import type { Message } from "../parts/blocks.ts";
import { actionsBlock, consoleButton, context, identified, section } from "../parts/blocks.ts";
import { linked } from "../parts/links.ts";
import { dated, fallback, mrkdwn, quote } from "../parts/phrase.ts";
import type { Picture } from "../parts/picture.ts";
import {
  approversOf,
  capital,
  describeServing,
  lowerFirst,
  placeInCode,
  placeOf,
  verbs,
} from "../parts/words.ts";
import { describeRollbackEnd, rollbackEnd } from "../rollback-end.ts";
import { endSentence, openSentence, wayBack } from "./failure.ts";

const reasonAtMost = 1_000;

export interface Incident extends Message {
  /** The severity. An `alarm` on an ended deployment is the stage `bad`, for which people are called once more. */
  readonly loudness: Severity;
  /** The people it notifies when it is posted. */
  readonly notified: readonly Mention[];
  readonly stage: IncidentStage;
}

/** True if something happens that nobody asked for. What people asked for is an incident only if it failed. */
export function isIncident(picture: Picture): boolean {
  if (hasFailed(picture)) return true;
  const isTold = picture.deployment.remarks.some(({ weight }) => weight === "incident");
  return isTold && causeOf(picture).by !== "request";
}

/** It failed or is failing, or it is unknown how it ended. */
export function hasFailed(picture: Picture): boolean {
  return standingOf(picture).severity === "alarm";
}

/** The stage of an incident for which nobody has been called in the channel yet. */
export function untoldStage(picture: Picture): IncidentStage | undefined {
  if (!isIncident(picture)) return undefined;
  const { incidentTs, incidentBad } = picture.view.board;
  const stage = drawIncident(picture)?.stage;
  if (incidentTs === undefined) return stage;
  return stage === "bad" && incidentBad !== true ? stage : undefined;
}

/** The incident as it is now; undefined if there is none and none was ever reported in the channel. */
export function drawIncident(picture: Picture): Incident | undefined {
  const wasTold = picture.view.board.incidentTs !== undefined;
  if (!wasTold && !isIncident(picture)) return undefined;
  const { loudness, text, blocks } = draw(picture);
  const stage = loudness === "alarm" && isTerminal(picture.deployment) ? "bad" : "open";
  const notified = peopleOf(whom(picture));
  return { loudness, stage, notified, text, blocks: identified(blocks, "incident") };
}

function whom(picture: Picture): Notified {
  return notifiedOfFailure(picture.route.policy, wayBack(picture));
}

interface Drawing {
  readonly loudness: Severity;
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

function draw(picture: Picture): Drawing {
  if (isTerminal(picture.deployment)) return drawEnd(picture);
  return isCalm(picture)
    ? { loudness: "calm", text: calmSentence(picture), blocks: calmBlocks(picture) }
    : { loudness: "alarm", text: openSentence(picture), blocks: openBlocks(picture) };
}

/**
 * The incident is over only if one version is known to serve everything. The message mentions people if it ended in
 * alarm, or if the incident was not reported before.
 */
function drawEnd(picture: Picture): Drawing {
  const { deployment } = picture;
  const standing = standingOf(picture);
  const end = rollbackEnd(picture);
  const serves = end?.serving ?? servingOf(deployment);
  const isWell = end?.isOver ?? isOver(deployment);
  const loudness = isWell
    ? "calm"
    : serves === "none"
      ? "alarm"
      : standing.severity === "alarm"
        ? "alarm"
        : "attention";
  const { emoji, words } = titleOf(standing, deployment.systemTitle);
  const endedAt = end === undefined ? deployment.endedAt : end.at;
  const when = endedAt === undefined ? "" : ` at ${dated(endedAt, "minute")}`;
  const place = placeOf(picture);
  // People who hear of it for the first time need to know what happened, not that it is over.
  const isNew = picture.view.board.incidentTs === undefined;
  const isDone = isGoingForward(deployment);
  if (isWell && !isNew)
    return {
      loudness,
      text: fallback(
        `The incident of ${place} is over: ${isDone ? "it is done" : end === undefined ? lowerFirst(words) : "rolled back"}. ${describeServing(serves)}`,
      ),
      blocks: [
        section(
          `${end === undefined ? emoji : "⏪"} *Over${when}:* ${placeInCode(picture)}.${isDone ? "" : ` ${words}.`}`,
          ...endLines(picture),
          ...outcomeOr(picture, describeServing(serves)),
        ),
        ...reasons(picture),
        context(linked(deployment.consoleUrl, "Open in AWS")),
      ],
    };
  const mark = isWell ? emoji : loudness === "alarm" ? "🚨" : "⚠️";
  const call = isWell ? "Nobody has to answer." : "Check in AWS what serves now.";
  return {
    loudness,
    text: endSentence(picture),
    blocks: [
      section(
        `${mark} *${words}${when}:* ${placeInCode(picture)}. *${describeServing(serves)}*`,
        ...endLines(picture),
        ...outcomeOr(picture),
      ),
      ...reasons(picture),
      section(loudness === "alarm" || isNew ? `${called(whom(picture))}${call}` : call),
      ...linkBlocks(deployment.consoleUrl, deployment.target),
    ],
  };
}

function endLines(picture: Picture): readonly string[] {
  const { deployment } = picture;
  if (isGoingForward(deployment)) return [`*${deployment.systemTitle} finished the deployment.*`];
  return causeLines(causeOf(picture), { ...picture, deployment: { ...deployment, reason: "" } }, true);
}

function outcomeOr(picture: Picture, otherwise?: string): readonly string[] {
  const { deployment } = picture;
  const end = rollbackEnd(picture);
  if (end !== undefined) return [describeRollbackEnd(end, deployment.systemTitle)];
  if (deployment.outcome !== undefined && deployment.outcome.length > 0) return [mrkdwn(deployment.outcome)];
  return otherwise === undefined ? [] : [otherwise];
}

/**
 * Reported before, but no longer shown by AWS while the deployment runs: ECS resets its count of failed tasks when one
 * becomes healthy.
 */
function isCalm(picture: Picture): boolean {
  const { deployment } = picture;
  const shown = deployment.incident || deployment.remarks.some(({ weight }) => weight === "incident");
  return isRunning(deployment) && !shown && causeOf(picture).by !== "request";
}

function calmBlocks(picture: Picture): readonly KnownBlock[] {
  const { systemTitle, consoleUrl, target } = picture.deployment;
  return [
    section(
      `ℹ️ *${systemTitle} no longer shows what was wrong:* ${placeInCode(picture)}. The deployment goes on.`,
      ...since(picture),
    ),
    ...linkBlocks(consoleUrl, target),
  ];
}

function openBlocks(picture: Picture): readonly KnownBlock[] {
  const { deployment } = picture;
  const back = wayBack(picture);
  return [
    section(
      `🚨 *${headline(picture)}:* ${placeInCode(picture)}. *${stateNow(picture)}*`,
      ...(isRunning(deployment) ? [] : [capital(firstWords(picture))]),
      ...since(picture),
      ...outcomeOr(picture),
    ),
    ...reasons(picture),
    section(...ownerLines(picture, back)),
    ...(back === undefined
      ? linkBlocks(deployment.consoleUrl, deployment.target)
      : answerBlocks(onlyBack(picture), "incident")),
  ];
}

/** Calls the people who may roll it back, until somebody has asked. */
function ownerLines(picture: Picture, back: Action | undefined): readonly string[] {
  const { deployment, view } = picture;
  const end = view.decisions.get(deploymentDecision.end);
  if (end !== undefined && isLive(end.state)) return liveDecisionLines(end, deployment);
  const cause = causeOf(picture);
  if (cause.by === "request") return causeLines(cause, picture, false);
  return [`${called(whom(picture))}${back === undefined ? "Check it now." : `You can ${verbs[back]} here.`}`];
}

/** The mentions before a sentence: "@oncall: ". */
function called(whom: Notified): string {
  return whom.kind === "channel" ? "" : `${approversOf(whom.people)}: `;
}

/** Keeps only rollback and cancel. Other answers stay on the card, which shows what they are about. */
function onlyBack(picture: Picture): Picture {
  const offers = picture.deployment.offers.filter((offer) => isEnding(offer.action));
  return { ...picture, deployment: { ...picture.deployment, offers } };
}

function headline(picture: Picture): string {
  if (isRunning(picture.deployment)) return "Something is wrong";
  return causeOf(picture).by === "expiry" ? "Nobody answered in time" : "Failed";
}

/** "On its own" only if AWS's data shows it: the rollback may also have been requested in the console. */
function stateNow(picture: Picture): string {
  const { deployment } = picture;
  if (isRunning(deployment)) return capital(firstWords(picture));
  const cause = causeOf(picture);
  const isItsOwn = cause.by === "expiry" || (cause.by === "system" && deployment.causeUnknown !== true);
  const notMine = cause.by === "system" ? notAsked(cause.decision) : "";
  return `${deployment.systemTitle} ${isGoingBack(deployment) ? "is rolling back" : "is stopping it"}${isItsOwn ? " on its own" : ""}.${notMine}`;
}

function firstWords(picture: Picture): string {
  const words = wordsWithoutState(firstIncident(picture));
  return words.length === 0 ? "" : `${mrkdwn(words)}.`;
}

/** Removes "failed: ": the headline already says "Failed". */
function wordsWithoutState(remark: WordedRemark | undefined): Phrase {
  const [first, ...rest] = remark?.words ?? [];
  if (first === undefined) return [];
  return [typeof first === "string" ? first.replace(/^failed: /, "") : first, ...rest];
}

function firstIncident({ deployment }: Picture): WordedRemark | undefined {
  return deployment.remarks.find(({ weight }) => weight === "incident");
}

/** When Holdpoint saw it, in Redis's time; empty once the view no longer contains that entry. */
function since({ view }: Picture): readonly string[] {
  const first = view.log.find((entry) => entry.k === "remark" && entry.remark.weight === "incident");
  return first === undefined ? [] : [`Seen at ${dated(first.at, "minute")}.`];
}

function reasons(picture: Picture): readonly KnownBlock[] {
  const told = [firstIncident(picture)?.reason, picture.deployment.reason];
  const different = [...new Set(told.flatMap((reason) => reason?.trim() || []))];
  return different.map((reason, index) =>
    section(`${index === 0 ? "*AWS says:*" : "*And:*"}${quote(reason, reasonAtMost)}`),
  );
}

function linkBlocks(url: string | undefined, target: string): readonly ActionsBlock[] {
  const link = consoleButton(url, target);
  return link.length === 0 ? [] : [actionsBlock("incident", link)];
}

function calmSentence(picture: Picture): string {
  const { deployment } = picture;
  const place = placeOf(picture);
  return fallback(`${deployment.systemTitle} no longer shows what was wrong with ${place}. It goes on.`);
}
