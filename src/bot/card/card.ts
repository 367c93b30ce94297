/**
 * The one message of a deployment. Seven questions, always in the same order: what waits, where, until when, what
 * happens then, what changes, is it healthy, who may answer. A pure function of the picture: equal pictures draw
 * equal cards.
 */

import type { KnownBlock } from "@slack/types";
import type { Fact, Hold } from "../../handlers/deployment.ts";
import { isEnding, isWaitedFor } from "../../handlers/deployment.ts";
import type { Picture } from "../../handlers/picture.ts";
import type { State } from "../../handlers/state.ts";
import { liveAnswers, stateOf } from "../../handlers/state.ts";
import type { View } from "../../handlers/store.ts";
import { answerBlocks, holdName, holdsAtMost } from "./answers.ts";
import type { Message } from "./blocks.ts";
import { blocksAtMost, context, header, identified, section } from "./blocks.ts";
import { answerLines, notDone, underWay, unusedVotes, verbOf } from "./decided.ts";
import { fallbackOf } from "./fallback.ts";
import { finalBlocks } from "./final.ts";
import { headerOf, staleLines, whereLine } from "./header.ts";
import { dated, factLine, mrkdwn } from "./phrase.ts";
import { endingLines, progressLines } from "./progress.ts";
import { whoLines } from "./who.ts";
import { people } from "./words.ts";

export { cardHash } from "./blocks.ts";

/** `least` leaves out what can be read elsewhere: for a card that Slack found too large. */
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
  const { deployment } = picture;
  const head = [header(headerOf(picture)), context(whereLine(picture)), ...notices(picture, state)];
  const lead = leadBlocks(picture, state);
  const changes = lines(deployment.changes.map(factLine));
  const health = healthBlocks(picture);
  const who = lines([...decidedBefore(picture, state), ...whoLines(picture)]);
  const answers = answerBlocks(picture);
  const expert = expertBlocks(picture);
  const drawn = [...head, ...lead, ...changes, ...health, ...who, ...answers, ...expert];
  const least = [...head, ...lead, ...who, ...answers];
  if (detail === "least") return least.slice(0, blocksAtMost);
  if (drawn.length <= blocksAtMost) return drawn;
  const withChanges = [...head, ...lead, ...changes, ...who, ...answers];
  return (withChanges.length <= blocksAtMost ? withChanges : least).slice(0, blocksAtMost);
}

/** Whether this message, which may be a smaller one, has the health of the picture on it. */
export function showsHealth(picture: Picture, { blocks }: Pick<Message, "blocks">): boolean {
  const texts = (some: readonly KnownBlock[]): readonly string[] =>
    some.flatMap((block) => (block.type === "section" && block.text ? [block.text.text] : []));
  const drawn = texts(blocks);
  return texts(healthBlocks(picture)).every((text) => drawn.includes(text));
}

/** What is wrong comes before everything else. */
function notices(picture: Picture, state: State): readonly KnownBlock[] {
  const { deployment } = picture;
  const beside =
    state.kind === "waiting"
      ? liveAnswers(picture).flatMap((decision) => underWay(decision, deployment))
      : [];
  return [...lines(staleLines(picture)), ...lines(beside), ...lines(notDone(picture))];
}

/** Until when, and what happens then. */
function leadBlocks(picture: Picture, state: State): readonly KnownBlock[] {
  switch (state.kind) {
    case "waiting":
      return [
        ...state.holds.slice(0, holdsAtMost).map((hold) => section(...holdLines(picture, hold))),
        ...moreHolds(state.holds.length - holdsAtMost),
      ];
    case "asked":
    case "refused":
      return [section(...underWay(state.decision, picture.deployment))];
    case "unclear":
      return [section(...underWay(state.decision, picture.deployment)), ...lines(ifLost(picture))];
    case "ending":
      return [section(...endingLines(picture, state.cause))];
    case "elsewhere":
      return [
        section(
          "*Somebody continued it outside Holdpoint* (console, CLI or a script).",
          `${state.decision.resolvedAt === undefined ? "" : `Seen in AWS at ${dated(state.decision.resolvedAt, "second")}. `}AWS does not tell Holdpoint who it was; CloudTrail does.`,
        ),
        section(...progressLines(picture)),
      ];
    default:
      return [section(...progressLines(picture))];
  }
}

function moreHolds(count: number): readonly KnownBlock[] {
  return count > 0
    ? [section(`*And ${count} more holds* wait. They appear here when those above are answered.`)]
    : [];
}

function holdLines(picture: Picture, hold: Hold): readonly string[] {
  const name = holdName(picture, hold);
  const offers = picture.deployment.offers.filter(
    (offer) => offer.holdId === hold.id && !isEnding(offer.action),
  );
  const until = hold.expiresAt === undefined ? undefined : dated(hold.expiresAt, "deadline");
  const computed = hold.expiryComputed === true ? " (estimated)" : "";
  const deadline =
    until === undefined
      ? isWaitedFor(hold)
        ? "✋ *An answer is needed.* AWS names no deadline."
        : "⌛ *The old version is kept.* AWS names no end."
      : `⏰ *${isWaitedFor(hold) ? "Answer by" : "Quick rollback until"} ${until}*${computed}`;
  return [
    ...(name === undefined ? [] : [name]),
    deadline,
    ...(hold.onExpiry === undefined ? [] : [`*No answer:* ${mrkdwn(hold.onExpiry)}`]),
    ...offers
      .filter((offer) => offer.action === "continue")
      .map((offer) => `*Continue:* ${mrkdwn(offer.consequence)}`),
  ];
}

/** While it is not known whether the answer arrived, the deadline still runs. */
function ifLost({ deployment }: Picture): readonly string[] {
  return deployment.holds
    .filter((hold) => hold.shows === "open" && hold.expiresAt !== undefined)
    .slice(0, 4)
    .map((hold) => {
      const until = dated(hold.expiresAt ?? 0, "deadline");
      const then = hold.onExpiryShort === undefined ? "" : ` and *${mrkdwn([hold.onExpiryShort])}*`;
      return `⏰ If the request is lost, the hold ends ${until}${then}.`;
    });
}

/** The age of all this stands beside the first good value; a newer read alone is no reason to redraw (`cardHash`). */
function healthBlocks({ deployment, view }: Picture): readonly KnownBlock[] {
  const { health } = deployment;
  const read = view.readAt === undefined ? "" : `, read at ${dated(view.readAt, "minute")}`;
  const dating = health.findIndex((fact) => fact.kind === "value");
  const isIncomplete = health.some((fact) => fact.kind === "unknown");
  return lines([
    ...(isIncomplete ? ["⚠️ *Not everything could be read.* Look in AWS before you decide."] : []),
    ...health.map((fact, index) => `${healthLine(fact, view)}${index === dating ? read : ""}`),
  ]);
}

/** What was good before AWS could no longer be read gets no tick. */
function healthLine(fact: Fact, { staleSince }: View): string {
  return staleSince === undefined ? factLine(fact) : factLine(fact).replaceAll("✅ ", "");
}

/** Who decided what so far, while the card is about something else by now. */
function decidedBefore(picture: Picture, state: State): readonly string[] {
  const decidedBy =
    state.kind === "unclear"
      ? [`*Decided by:* ${`${people(state.decision.by)}, to ${verbOf(state.decision.action)}`}`]
      : [];
  const before =
    state.kind === "running" || state.kind === "waiting" || state.kind === "ending"
      ? answerLines(picture)
      : [];
  const unused = state.kind === "elsewhere" || state.kind === "ending" ? unusedVotes(picture) : [];
  return [...decidedBy, ...before, ...unused];
}

function expertBlocks({ deployment }: Picture): readonly KnownBlock[] {
  const pieces = [
    mrkdwn(deployment.expert),
    deployment.details.length === 0 ? "" : "all values in the thread",
  ];
  return pieces.some((piece) => piece !== "") ? [context(...pieces)] : [];
}

function lines(some: readonly string[]): readonly KnownBlock[] {
  return some.length === 0 ? [] : [section(...some)];
}
