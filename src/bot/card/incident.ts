/**
 * The one message of an incident that the whole channel sees: what failed, since when, AWS's own reason, and the way
 * back where there is one by hand. It is redrawn until it is over.
 */

import type { ActionsBlock, KnownBlock } from "@slack/types";
import { isLive } from "../../handlers/decision.ts";
import type { Action, Phase, Phrase, Remark } from "../../handlers/deployment.ts";
import { isEnding } from "../../handlers/deployment.ts";
import type { Picture } from "../../handlers/picture.ts";
import { answerBlocks, askable } from "./answers.ts";
import type { Message } from "./blocks.ts";
import { actionsBlock, consoleButton, context, identified, section } from "./blocks.ts";
import { askedBy, causeLines, underWay } from "./decided.ts";
import { linked } from "./links.ts";
import { code, dated, fallback, mrkdwn, plain, quote, word } from "./phrase.ts";
import { causeOf } from "./state.ts";
import { approversOf, capital, participles, placeOf } from "./words.ts";

const reasonAtMost = 1_000;

/** True while what happens is nobody's wish: what people asked for is no incident, even if it looks like one to AWS. */
export function isIncident(picture: Picture): boolean {
  const cause = causeOf(picture);
  return cause.by !== "request" && picture.deployment.remarks.some(({ weight }) => weight === "incident");
}

/** What is true now; undefined where the channel was never told of an incident and there is none. */
export function drawIncident(picture: Picture): Message | undefined {
  const wasTold = picture.view.board.incidentTs !== undefined;
  if (!wasTold && !isIncident(picture)) return undefined;
  const isOver =
    picture.deployment.phase === "succeeded" || picture.deployment.endedAt !== undefined || hasEnded(picture);
  const blocks = isOver ? overBlocks(picture) : isCalm(picture) ? calmBlocks(picture) : openBlocks(picture);
  return { text: sentence(picture, isOver), blocks: identified(blocks, "incident") };
}

function hasEnded({ deployment }: Picture): boolean {
  return (
    deployment.phase === "rolled-back" || deployment.phase === "stopped" || deployment.phase === "failed"
  );
}

/** Told before and no longer shown, while it runs: ECS counts failed tasks anew when one has become healthy. */
function isCalm(picture: Picture): boolean {
  const { deployment } = picture;
  const shown = deployment.incident || deployment.remarks.some(({ weight }) => weight === "incident");
  return deployment.phase === "running" && !shown && causeOf(picture).by !== "request";
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
  const back = askable(picture).find(({ offer }) => isEnding(offer.action))?.offer.action;
  return [
    section(
      `🚨 *${headline(picture)}:* ${placeInCode(picture)}. *${stateNow(picture)}*`,
      ...(deployment.phase === "running" ? [] : [capital(firstWords(picture))]),
      ...since(picture),
      ...servesNow(picture),
    ),
    ...reasons(picture),
    section(...whoIsOnIt(picture, back)),
    ...(back === undefined
      ? linkBlocks(deployment.consoleUrl, deployment.target)
      : answerBlocks(onlyBack(picture), "incident")),
  ];
}

/** Calls those who may take it back, until somebody has. */
function whoIsOnIt(picture: Picture, back: Action | undefined): readonly string[] {
  const { deployment, view, route } = picture;
  const end = view.decisions.get("end");
  if (end !== undefined && isLive(end.state)) return underWay(end, deployment);
  const cause = causeOf(picture);
  if (cause.by === "request") return causeLines(cause, deployment, false);
  const { rules } = route.policy;
  const rule = back === undefined ? (rules.rollback ?? rules.cancel) : rules[back];
  const called =
    rule === undefined || rule.approvers === "channel-members"
      ? "Please look."
      : `${approversOf(rule.approvers)}, please look.`;
  return [
    `${called} ${back === undefined ? "There is nothing to roll back by hand." : `It can be ${participles[back]} by hand.`}`,
  ];
}

/** The forward answers stay on the card, which shows what they are about. */
function onlyBack(picture: Picture): Picture {
  const offers = picture.deployment.offers.filter((offer) => isEnding(offer.action));
  return { ...picture, deployment: { ...picture.deployment, offers } };
}

function overBlocks(picture: Picture): readonly KnownBlock[] {
  const { deployment } = picture;
  const ended =
    deployment.phase === "succeeded"
      ? [`*${deployment.systemTitle} finished the deployment.*`]
      : causeLines(causeOf(picture), { ...deployment, reason: "" }, true);
  const when = deployment.endedAt === undefined ? "" : ` at ${dated(deployment.endedAt, "minute")}`;
  return [
    section(
      `${overEmoji[deployment.phase] ?? "⏪"} *Over${when}:* ${placeInCode(picture)}`,
      ...ended,
      ...servesNow(picture),
    ),
    ...reasons(picture),
    context(
      linked(deployment.consoleUrl, "Open in AWS") ?? "No longer current: the card above has the result",
    ),
  ];
}

const overEmoji: Readonly<Partial<Record<Phase, string>>> = { failed: "🚨", succeeded: "✅", stopped: "⏹️" };

function headline(picture: Picture): string {
  const { phase } = picture.deployment;
  if (phase === "running") return "Something is wrong";
  return causeOf(picture).by === "expiry" ? "Nobody answered in time" : "Failed";
}

/** "By itself" only where AWS's own time-out shows it: a rollback can also have been asked for in the console. */
function stateNow(picture: Picture): string {
  const { phase, systemTitle } = picture.deployment;
  if (phase === "running") return capital(firstWords(picture));
  const cause = causeOf(picture);
  const how = cause.by === "expiry" ? " by itself" : cause.by === "system" ? `; ${askedBy(cause)}` : "";
  return `${systemTitle} ${phase === "stopping" ? "is stopping it" : "is rolling back"}${how}.`;
}

function firstWords(picture: Picture): string {
  const words = wordsWithoutState(firstIncident(picture));
  return words.length === 0 ? "" : `${mrkdwn(words)}.`;
}

/** The headline says "Failed" already. */
function wordsWithoutState(remark: Remark | undefined): Phrase {
  const [first, ...rest] = remark?.words ?? [];
  if (first === undefined) return [];
  return [typeof first === "string" ? first.replace(/^failed: /, "") : first, ...rest];
}

function firstIncident({ deployment }: Picture): Remark | undefined {
  return deployment.remarks.find(({ weight }) => weight === "incident");
}

/** When Holdpoint saw it, which is Redis's time; gone from the view after many more entries. */
function since({ view }: Picture): readonly string[] {
  const first = view.log.find((entry) => entry.k === "remark" && entry.remark.weight === "incident");
  return first === undefined ? [] : [`Seen at ${dated(first.at, "minute")}.`];
}

function servesNow({ deployment }: Picture): readonly string[] {
  return deployment.outcome === undefined ? [] : [mrkdwn(deployment.outcome)];
}

function reasons(picture: Picture): readonly KnownBlock[] {
  const told = [firstIncident(picture)?.reason, picture.deployment.reason];
  const different = [...new Set(told.filter((reason) => reason !== undefined && reason.trim() !== ""))];
  return different.map((reason) => section(`*AWS says:*${quote(reason ?? "", reasonAtMost)}`));
}

function placeInCode({ deployment, accountName }: Picture): string {
  return `${code(deployment.target, 32)} in ${word(accountName, 20)}`;
}

function linkBlocks(url: string | undefined, target: string): readonly ActionsBlock[] {
  const link = consoleButton(url, target);
  return link.length === 0 ? [] : [actionsBlock("incident", link)];
}

function sentence(picture: Picture, isOver: boolean): string {
  const { deployment } = picture;
  const place = placeOf(deployment.target, picture.accountName);
  const words = plain(wordsWithoutState(firstIncident(picture)));
  const what = words === "" ? "" : ` ${capital(words)}.`;
  if (isOver)
    return fallback(
      `The incident of ${place} is over: ${deployment.systemTitle} shows `,
      { code: deployment.status },
      ".",
    );
  if (isCalm(picture)) {
    return fallback(`${deployment.systemTitle} no longer shows what was wrong with ${place}. It goes on.`);
  }
  return deployment.phase === "running"
    ? fallback(`Something is wrong with ${place}.${what}`)
    : fallback(`${place} failed and ${deployment.systemTitle} is rolling back.${what}`);
}
