/**
 * The card of an ended deployment: how it ended, who decided and why, whether AWS confirmed it, and what serves now.
 */

import type { KnownBlock } from "@slack/types";
import { directionOf, isRolledBackByAnother } from "../../handlers/deployment.ts";
import { deploymentDecision, isEnding } from "../../handlers/identity.ts";
import { servingOf } from "../../handlers/standing.ts";
import type { State } from "../../handlers/state.ts";
import { liveAnswers } from "../../handlers/state.ts";
import { answerBlocks, askable, notAskable, votesOf } from "./answers.ts";
import {
  answerLines,
  causeLines,
  isGoingBack,
  notDone,
  quoted,
  saidBy,
  unusedVotes,
  verbOf,
} from "./decided.ts";
import { changeLines } from "./facts.ts";
import { headerOf, staleLines, whereLine } from "./header.ts";
import { context, header, section } from "./parts/blocks.ts";
import { linked } from "./parts/links.ts";
import { dated, mrkdwn } from "./parts/phrase.ts";
import type { Picture } from "./parts/picture.ts";
import { approversOf, capital, describeServing, lasting, people } from "./parts/words.ts";
import { describeRollbackEnd, rollbackEnd } from "./rollback-end.ts";

type Final = Extract<State, { readonly kind: "done" | "ended" }>;

export function finalBlocks(picture: Picture, state: Final): readonly KnownBlock[] {
  const buttons = askable(picture).length > 0 ? answerBlocks(picture) : [];
  return [
    header(headerOf(picture)),
    ...(staleLines(picture).length === 0 ? [] : [section(...staleLines(picture))]),
    ...(state.kind === "done" ? [section(...doneLines(picture))] : endedSections(picture, state)),
    ...buttons,
    context(
      whereLine(picture),
      lasted(picture),
      buttons.length > 0 ? undefined : linked(picture.deployment.consoleUrl, "Open in AWS"),
    ),
  ];
}

function doneLines(picture: Picture): readonly string[] {
  const { deployment } = picture;
  const answered = answerLines(picture);
  const finished = deployment.endedAt === undefined ? "" : ` at ${dated(deployment.endedAt, "minute")}`;
  // Holds that were answered before the first read may be missing: only the configuration shows that there were none.
  const nobody = deployment.gates?.total === 0 ? " Nobody had to answer." : "";
  const asked = liveAnswers(picture).map(
    ({ action, by }) =>
      `${people(by)} asked to ${verbOf(action)}. Whether that was the answer is not known yet.`,
  );
  return [
    ...servesNow(picture),
    ...answered,
    ...asked,
    `*${deployment.systemTitle} finished*${finished}.${nobody}`,
    ...tooLate(picture),
    ...revertLines(picture),
  ];
}

function endedSections(
  picture: Picture,
  state: Extract<Final, { readonly kind: "ended" }>,
): readonly KnownBlock[] {
  const { deployment } = picture;
  const did = isGoingBack(deployment) ? "rolled back" : "stopped";
  const fails = directionOf(deployment) === "failure";
  const when = deployment.endedAt === undefined ? "" : ` at ${dated(deployment.endedAt, "minute")}`;
  const ended =
    fails || isRolledBackByAnother(deployment)
      ? [`Ended${when}.`]
      : [`*${deployment.systemTitle} confirmed:* ${did}${when}.`];
  const isKnown = state.cause.by !== "request" && state.cause.by !== "nobody-knows";
  const alsoSaid = state.cause.by === "request" && fails ? saidBy(deployment) : [];
  const before = state.cause.by === "expiry" ? [] : answerLines(picture);
  // A new deployment would collide with the rollback, whose end is on its own card.
  const isRollbackComing = isRolledBackByAnother(deployment) || deployment.rollbackMayCome === true;
  const again =
    state.cause.by === "request" || isRollbackComing
      ? []
      : ["*To try again:* start a new deployment; this one has ended."];
  return [
    section(...causeLines(state.cause, picture, true), ...alsoSaid, ...before, ...unusedVotes(picture)),
    section(...servesNow(picture), ...(isKnown ? ended : []), ...again),
  ].filter((block) => block.text?.text.trim() !== "");
}

/**
 * States what serves now, as AWS returned it; without that, what the state implies ("not known" if nothing), and the
 * changes.
 */
function servesNow(picture: Picture): readonly string[] {
  const { deployment } = picture;
  const end = rollbackEnd(picture);
  if (end !== undefined)
    return [`*${describeRollbackEnd(end, deployment.systemTitle)}*`, ...changeLines(deployment)];
  return deployment.outcome === undefined || deployment.outcome.length === 0
    ? [`*${describeServing(servingOf(deployment))}*`, ...changeLines(deployment)]
    : [mrkdwn(deployment.outcome)];
}

/** The deployment succeeded despite a request to roll back or cancel: the people who asked must be told. */
function tooLate({ deployment, view }: Picture): readonly string[] {
  const end = view.decisions.get(deploymentDecision.end);
  if (end?.action === undefined || end.by.length === 0 || end.state === "open" || !isEnding(end.action))
    return [];
  const { systemTitle } = deployment;
  // People have read that AWS was doing it, so the card must not say now that it never did.
  if (end.state === "confirmed")
    return [
      `${quoted(end.action)} by ${people(end.by)} came too late: ${systemTitle} took it, and finished all the same.`,
    ];
  return [`${quoted(end.action)} by ${people(end.by)} came too late: ${systemTitle} had already finished.`];
}

/** The actions that are still possible, until when and by whom; a request that came to nothing is reported first. */
function revertLines(picture: Picture): readonly string[] {
  const rule = picture.route.policy.rules.revert;
  if (rule === undefined) return [];
  const possible = askable(picture);
  if (possible.length === 0) return notAskable(picture);
  return possible.flatMap((present) => {
    const { label, until, consequence } = present.offer;
    const votes = votesOf(present);
    const when = until === undefined ? "possible" : `possible until ${dated(until, "deadline")}`;
    return [
      ...notDone(picture),
      `*${label}:* ${when}, by ${approversOf(rule.approvers)}. ${capital(mrkdwn(consequence))}`,
      ...(votes === undefined ? [] : [votes]),
    ];
  });
}

function lasted({ deployment }: Picture): string {
  const { startedAt, endedAt } = deployment;
  return startedAt === undefined || endedAt === undefined ? "" : `${lasting(endedAt - startedAt)} in all`;
}
