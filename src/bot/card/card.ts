/**
 * The card of a deployment. It answers seven questions, always in this order: what waits, where, until when, what
 * happens then, what changes, is it healthy, who may answer. A pure function of the picture: equal pictures give equal
 * cards.
 */

import type { KnownBlock } from "@slack/types";
import { isWaitedFor } from "../../handlers/deployment.ts";
import type { State } from "../../handlers/state.ts";
import { liveAnswers, stateOf } from "../../handlers/state.ts";
import { recordLost } from "../../handlers/store/record-lost.ts";
import type { WordedHold } from "../../handlers/words.ts";
import { answerBlocks } from "./answers.ts";
import { answerLines, liveDecisionLines, notDone, unusedVotes } from "./decided.ts";
import { changeLines, expertFacts, healthLines } from "./facts.ts";
import { fallbackOf } from "./fallback.ts";
import { finalBlocks } from "./final.ts";
import { headerOf, staleLines, whereLine } from "./header.ts";
import type { Message } from "./parts/blocks.ts";
import { blocksAtMost, context, header, identified, section } from "./parts/blocks.ts";
import { dated, mrkdwn } from "./parts/phrase.ts";
import type { Picture } from "./parts/picture.ts";
import { people, whoIsLost } from "./parts/words.ts";
import { backLines, progressLines } from "./progress.ts";
import { endingLines, whoLines } from "./who.ts";

export { cardHash } from "./parts/blocks.ts";

/** `least` leaves out what can be read elsewhere, for a card that Slack rejected as too large. */
export type Detail = "full" | "least";

export function drawCard(picture: Picture, detail: Detail = "full"): Message {
  const state = stateOf(picture);
  const blocks =
    state.kind === "done" || state.kind === "ended"
      ? finalBlocks(picture, state)
      : openBlocks(picture, state, detail);
  return { text: fallbackOf(picture, state), blocks: identified(blocks, "answer") };
}

function openBlocks(picture: Picture, state: State, detail: Detail): readonly KnownBlock[] {
  const head = [header(headerOf(picture)), context(whereLine(picture)), ...notices(picture, state)];
  const lead = leadBlocks(picture, state);
  const endings = endingLines(picture);
  const before = decidedBefore(picture, state);
  const who = [...before, ...endings, ...whoLines(picture)];
  const answers = answerBlocks(picture);
  const least = [...head, ...lead, ...lines(who), ...answers].slice(0, blocksAtMost);
  if (detail === "least") return least;
  const changes = changeLines(picture.deployment);
  const arranged = (healthAtMost: 1 | 2, isShort: boolean): readonly KnownBlock[] => [
    ...head,
    ...lead,
    ...(isShort ? [] : lines(changes)),
    ...lines(healthLines(picture, healthAtMost)),
    ...lines(isShort ? [...before, ...whoLines(picture)] : who),
    ...answers,
    ...expertBlocks(picture, isShort ? [...changes, ...endings] : []),
  ];
  const ways = [arranged(2, false), arranged(1, false), arranged(1, true)];
  const drawn = ways.find((blocks) => linesAbove(blocks) <= linesAtMost) ?? arranged(1, true);
  return drawn.length <= blocksAtMost ? drawn : least;
}

/**
 * A phone screen has room for this many lines above the buttons; warnings may exceed it. To save lines, health is
 * joined into one line first, then the changes and endings move below the buttons.
 */
const linesAtMost = 9;

function linesAbove(blocks: readonly KnownBlock[]): number {
  const buttons = blocks.findIndex(({ type }) => type === "actions");
  const above = buttons === -1 ? blocks : blocks.slice(0, buttons);
  return above.reduce(
    (sum, block) => sum + (block.type === "section" ? (block.text?.text.split("\n").length ?? 0) : 1),
    0,
  );
}

/** True if this message, possibly a smaller version, contains the picture's health. */
export function showsHealth(picture: Picture, { blocks }: Pick<Message, "blocks">): boolean {
  const drawn = blocks.flatMap((block) => (block.type === "section" && block.text ? [block.text.text] : []));
  return ([1, 2] as const).some((atMost) => {
    const text = healthLines(picture, atMost).join("\n");
    return text === "" || drawn.includes(text);
  });
}

/** Problems come before everything else. */
function notices(picture: Picture, state: State): readonly KnownBlock[] {
  const { deployment } = picture;
  const beside =
    state.kind === "waiting"
      ? liveAnswers(picture).flatMap((decision) => liveDecisionLines(decision, deployment))
      : [];
  return [...lines(staleLines(picture)), ...lines(beside), ...lines(notDone(picture))];
}

/** The deadline and what happens then, or the state of the request or of the deployment. */
function leadBlocks(picture: Picture, state: State): readonly KnownBlock[] {
  const lost = recordLost(picture.view);
  switch (state.kind) {
    case "waiting":
      return [section(...holdLines(picture, state.holds))];
    case "asked":
    case "refused":
      return [section(...liveDecisionLines(state.decision, picture.deployment))];
    case "unclear":
      return [section(...liveDecisionLines(state.decision, picture.deployment)), ...lines(ifLost(picture))];
    case "ending":
      return [section(...backLines(picture, state.cause))];
    case "elsewhere":
      return [
        section(
          lost === undefined
            ? "*Somebody continued it outside Holdpoint* (console, CLI or a script)."
            : `*It was continued;* ${whoIsLost(lost)}.`,
          `${state.decision.resolvedAt === undefined ? "" : `Seen in AWS at ${dated(state.decision.resolvedAt, "second")}. `}AWS does not tell Holdpoint who it was; CloudTrail does.`,
        ),
        section(...progressLines(picture)),
      ];
    case "running":
    // `finalBlocks` draws the last two.
    case "done":
    case "ended":
      return [section(...progressLines(picture))];
  }
}

/** These lines cover all holds; what differs between them is next to their buttons. */
function holdLines({ deployment }: Picture, open: readonly WordedHold[]): readonly string[] {
  const holds = open.some(isWaitedFor) ? open.filter(isWaitedFor) : open;
  const [first] = holds.toSorted((a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity));
  if (first === undefined) return [];
  const consequences = deployment.offers
    .filter(({ action, holdId }) => action === "continue" && holds.some(({ id }) => id === holdId))
    .map(({ consequence }) => mrkdwn(consequence));
  const expiries = holds.map(({ onExpiry }) => (onExpiry === undefined ? "" : mrkdwn(onExpiry)));
  const count = holds.length > 1 ? ` (the first of ${holds.length} holds)` : "";
  return [
    `${deadlineOf(first)}${count}`,
    ...shared(expiries).map((then) => `*No answer:* ${then}`),
    ...[...new Set(consequences)].map((what) => `*Continue:* ${what}`),
  ];
}

function deadlineOf(hold: WordedHold): string {
  if (hold.expiresAt === undefined)
    return isWaitedFor(hold)
      ? "✋ *An answer is needed.* AWS names no deadline."
      : "⌛ *The old version is kept.* AWS names no end.";
  const until = dated(hold.expiresAt, "deadline");
  const estimated = hold.expiryComputed === true ? " (estimated)" : "";
  return `⏰ *${isWaitedFor(hold) ? "Answer by" : "Quick rollback until"} ${until}*${estimated}`;
}

/** The text that all of them share; empty if they differ. */
function shared(texts: readonly string[]): readonly string[] {
  const [text, ...others] = new Set(texts);
  return text === undefined || text === "" || others.length > 0 ? [] : [text];
}

/** While it is unknown whether the request arrived, the deadline still runs. */
function ifLost({ deployment }: Picture): readonly string[] {
  return deployment.holds
    .filter((hold) => hold.shows === "open" && hold.expiresAt !== undefined)
    .slice(0, 4)
    .map((hold) => {
      const until = dated(hold.expiresAt ?? 0, "deadline");
      const then = hold.onExpiryShort === undefined ? "" : ` and *${mrkdwn([hold.onExpiryShort])}*`;
      return `⏰ If the request is lost, the hold ends at ${until}${then}.`;
    });
}

/** Earlier decisions and unused votes, on a card that is about something else by now. */
function decidedBefore(picture: Picture, state: State): readonly string[] {
  const decidedBy = state.kind === "unclear" ? [`*Decided by:* ${people(state.decision.by)}`] : [];
  const before =
    state.kind === "running" || state.kind === "waiting" || state.kind === "ending"
      ? answerLines(picture)
      : [];
  const unused = state.kind === "elsewhere" || state.kind === "ending" ? unusedVotes(picture) : [];
  return [...decidedBy, ...before, ...unused];
}

function expertBlocks({ deployment }: Picture, moved: readonly string[]): readonly KnownBlock[] {
  const pieces = [
    ...moved,
    ...expertFacts(deployment),
    mrkdwn(deployment.expert),
    deployment.details.length === 0 ? "" : "all values in the thread",
  ];
  return pieces.some((piece) => piece !== "") ? [context(...pieces)] : [];
}

function lines(some: readonly string[]): readonly KnownBlock[] {
  return some.length === 0 ? [] : [section(...some)];
}
