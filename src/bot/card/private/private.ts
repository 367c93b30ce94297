/** Messages to one person about their own request: what happened to it, and what to do now. Two lines. */

import type { KnownBlock } from "@slack/types";
import type { Decision, Outcome, Voided } from "../../../handlers/decision.ts";
import type { Action, Deployment } from "../../../handlers/deployment.ts";
import { isEnding } from "../../../handlers/identity.ts";
import type { Label } from "../../../handlers/names/targets.ts";
import { verbOf, whyVoid } from "../decided.ts";
import type { Message } from "../parts/blocks.ts";
import { actionsBlock, identified, plainText, section } from "../parts/blocks.ts";
import { code, cutEnd, dated, fallback, quote, quoteInFull } from "../parts/phrase.ts";
import {
  andNotKnown,
  capital,
  count,
  jointOf,
  notKnownWhether,
  people,
  placeInCode,
  placeOf,
  requestNames,
  verbs,
  verbWith,
} from "../parts/words.ts";
import type { PrivateText } from "./refusal.ts";
import { describeNotDone, describeRefusal, describeStale, saidAtMost } from "./refusal.ts";
import { type Decided, winnerLine } from "./winner.ts";

/** The person's request, as far as the message has to name it. */
export interface Asked {
  readonly action: Action;
  readonly user: string;
  /** The command's name, for text that mentions it. */
  readonly slash?: string;
  /** Absent: it is unknown which deployment is meant. */
  readonly label?: Label;
  /** The person's reason: returned to them if nothing came of the request. */
  readonly reason?: string | undefined;
  /** The value of the button that withdraws the vote. */
  readonly withdrawValue?: string;
  /** The value of the button that asks again although health got worse. */
  readonly confirmValue?: string;
}

export const withdrawActionId = "vote.withdraw";

export function tellOutcome(outcome: Outcome, asked: Asked): Message {
  const deployment = "deployment" in outcome ? outcome.deployment : undefined;
  const told = wordsOf(outcome, asked, deployment);
  const voided = (outcome.voided ?? []).map(voidedLine);
  const { reason } = asked;
  const back =
    reason === undefined || isRecorded(outcome) ? [] : [`Your reason:${quote(reason, quoteInFull)}`];
  const todo = [...(told.todo === undefined ? [] : [told.todo]), ...back].join(" ");
  return privately({ ...told, lines: [...told.lines, ...voided], ...(todo === "" ? {} : { todo }) }, [
    ...withdrawButton(outcome, asked),
    ...confirmButton(outcome, asked),
  ]);
}

/** The reason is, or may be, on record with the request. */
function isRecorded(outcome: Outcome): boolean {
  return outcome.kind === "accepted" || outcome.kind === "waiting" || outcome.kind === "unclear";
}

export function voidedLine({ user, why }: Voided): string {
  return `${people([user])}'s earlier vote no longer counts: ${whyVoid[why]}.`;
}

/** The result of the answerer's `withdraw`; a vote that is part of a decision can't be withdrawn. */
export type Withdrawal =
  | { readonly kind: "withdrawn" | "none"; readonly deployment?: Deployment }
  | ({ readonly kind: "decided" } & Decided)
  /** Redis did not reply. */
  | { readonly kind: "refused" }
  | { readonly kind: "unknown-deployment" };

export function tellWithdrawn(withdrawal: Withdrawal, asked: Asked): Message {
  const place = askedInCode(asked);
  switch (withdrawal.kind) {
    case "withdrawn":
      return privately({
        plain: `Your vote to ${verbWith(asked.action, placeInWords(asked))} no longer counts. Nothing was sent.`,
        lines: [
          `↩️ *Your vote to ${verbOf(asked.action)}*${jointOf(asked.action)} ${place} no longer counts.`,
        ],
        todo: "Nothing was sent. You can vote again while it waits.",
      });
    case "none":
      return privately({
        plain: `You have no vote to ${verbWith(asked.action, placeInWords(asked))}. Nothing changed.`,
        lines: [`ℹ️ *You have no vote* to ${verbWith(asked.action, place)}. Nothing changed.`],
      });
    case "decided":
      return privately({
        plain: `Your vote for ${placeInWords(asked)} can no longer be withdrawn: it has been decided.`,
        lines: [
          `🚫 *Your vote can no longer be withdrawn:* this has been decided. ${winnerLine(withdrawal, place)}`,
        ],
      });
    case "refused":
      return privately({
        plain: `It is not known whether your vote for ${placeInWords(asked)} was withdrawn: Redis did not reply.`,
        lines: [`❓ *It is not known whether your vote was withdrawn* for ${place}: Redis did not reply.`],
        todo: "The card shows which votes count. Try again in a minute.",
      });
    case "unknown-deployment":
      return privately({
        plain: `You have no vote for ${placeInWords(asked)}: Holdpoint no longer knows this deployment. Nothing changed.`,
        lines: [
          `ℹ️ *You have no vote* for ${place}: Holdpoint no longer knows this deployment. Nothing changed.`,
        ],
      });
  }
}

/** A bug: the correlation id finds it in the log. */
export function tellError(correlationId: string): Message {
  return privately({
    plain: "An error in Holdpoint interrupted your request. The card shows whether anything was recorded.",
    lines: [
      "⚠️ *An error in Holdpoint interrupted your request.* Look at the card first: it shows whether anything was recorded.",
    ],
    todo: `Holdpoint's log has the cause under ${code(correlationId, 64)}.`,
  });
}

function wordsOf(outcome: Outcome, asked: Asked, deployment: Deployment | undefined): PrivateText {
  const place = askedInCode(asked);
  const name = placeInWords(asked);
  const aws = deployment?.systemTitle ?? "AWS";
  const verb = verbOf(asked.action);
  const requested = verbWith(asked.action, name);
  const request = requestNames[asked.action];
  switch (outcome.kind) {
    case "accepted": {
      const { by, sentAt } = outcome.decision;
      const when = sentAt === undefined ? "" : ` at ${dated(sentAt, "minute")}`;
      return {
        plain: `Your request to ${requested} was sent. ${aws} has not confirmed it yet. The card says when it has.`,
        lines: [
          `📨 *${capital(request)} sent${when}* for ${place}. ${aws} has not confirmed it yet. The card says when it has.`,
          ...(by.length > 1 ? [`Decided by ${people(by)}.`] : []),
        ],
      };
    }
    case "waiting": {
      const { votes, need, unknown = [] } = outcome;
      const isKnown = !unknown.includes(asked.user);
      const counts = isKnown ? "counts" : "is kept";
      const among = unknown.length === 0 ? "" : `, and it is ${notKnownWhether(people(unknown))}`;
      return {
        plain: `Your vote to ${requested} ${counts}: ${votes} of ${need}${andNotKnown(unknown.length)}. Nothing was sent yet.`,
        lines: [
          `🗳️ *Your vote to ${verb}*${jointOf(asked.action)} ${place} ${counts}: *${votes} of ${need}*.`,
        ],
        todo: `Nothing was sent yet: ${count(need - votes, "more vote")} needed${among}.`,
      };
    }
    case "refused":
      return describeRefusal(outcome.why, asked.action, place);
    case "busy":
      if (outcome.holder?.action === asked.action && outcome.holder.by.includes(asked.user)) {
        return mineAlready(outcome.holder, asked, deployment);
      }
      return {
        plain: `Your request to ${requested} was not sent: another request is being carried out. Try again in a few seconds.`,
        lines: [
          `🚫 *Your ${request} was not sent:* another request for ${place} is being carried out.`,
          ...(outcome.holder === undefined
            ? []
            : [winnerLine({ winner: outcome.holder, deployment }, place)]),
        ],
        todo: "Try again in a few seconds if the card still offers it.",
      };
    case "decided":
      return outcome.mine ? mineAlready(outcome.winner, asked, deployment) : lost(outcome, asked);
    case "stale":
      return describeStale(outcome.changed, asked.action, place, asked.slash);
    case "not-done":
      return describeNotDone(outcome.why, asked.action, place, aws);
    case "rejected":
      return {
        plain: `${aws} rejected your request to ${requested}. Holdpoint is checking the current state.`,
        lines: [`⚠️ *${aws} rejected your ${request}* for ${place}: ${code(outcome.message, saidAtMost)}`],
        todo: "Holdpoint is checking the current state; the card will show it.",
      };
    case "unclear":
      return {
        plain: `It is not known whether ${aws} received your request to ${requested}. Holdpoint is checking.`,
        lines: [`❓ *It is not known whether ${aws} received your ${request}* for ${place}.`],
        todo: "Holdpoint is checking and does not send it again. The card shows the result, usually within a minute.",
      };
  }
}

function mineAlready(winner: Decision, asked: Asked, deployment: Deployment | undefined): PrivateText {
  const place = askedInCode(asked);
  return {
    plain: `You already asked for this. Nothing was sent a second time for ${placeInWords(asked)}.`,
    lines: [
      "ℹ️ *You already asked for this.* Nothing was sent a second time.",
      winnerLine({ winner, deployment }, place),
    ],
  };
}

function lost(decided: Decided, asked: Asked): PrivateText {
  const { winner, deployment } = decided;
  const place = askedInCode(asked);
  const isForward = winner.action !== undefined && !isEnding(winner.action);
  const back = deployment?.offers.find((offer) => isEnding(offer.action) && offer.holdId === undefined);
  const stillPossible =
    isForward && back !== undefined ? ` You can still ${verbs[back.action]} from the card.` : "";
  const why = winner.by.length === 0 ? "it has been decided already" : "somebody else answered first";
  return {
    plain: `Your request to ${verbWith(asked.action, placeInWords(asked))} was not sent: ${why}.`,
    lines: [
      `🚫 *Your ${requestNames[asked.action]} was not sent:* ${why}.`,
      `${winnerLine(decided, place)}${stillPossible}`,
    ],
  };
}

function withdrawButton(outcome: Outcome, asked: Asked): readonly KnownBlock[] {
  if (outcome.kind !== "waiting") return [];
  const value = asked.withdrawValue;
  if (value === undefined) return [];
  return [
    actionsBlock("private", [
      {
        type: "button",
        action_id: withdrawActionId,
        text: plainText("Withdraw my vote", 75),
        value,
        accessibility_label: cutEnd(`Withdraw my vote for ${placeInWords(asked)}`, 75),
      },
    ]),
  ];
}

function confirmButton(outcome: Outcome, asked: Asked): readonly KnownBlock[] {
  const { action, confirmValue: value } = asked;
  if (outcome.kind !== "stale" || outcome.changed.what !== "worse" || value === undefined) return [];
  const label = `${verbs[action]} anyway`;
  return [
    actionsBlock("private", [
      {
        type: "button",
        action_id: "choice.worse",
        style: "danger",
        text: plainText(capital(label), 75),
        value,
        accessibility_label: cutEnd(`${capital(label)}: ${placeInWords(asked)}`, 75),
      },
    ]),
  ];
}

/** Two lines: what happened, and the rest. Slack itself adds "Only visible to you". */
export function privately(told: PrivateText, more: readonly KnownBlock[] = []): Message {
  const [first = "", ...rest] = [...told.lines, ...(told.todo === undefined ? [] : [told.todo])];
  const lines = rest.length === 0 ? [first] : [first, rest.join(" ")];
  return { text: fallback(told.plain), blocks: identified([section(...lines), ...more], "private") };
}

function askedInCode({ label }: Asked): string {
  return label === undefined ? "this deployment" : placeInCode({ label });
}

function placeInWords({ label }: Asked): string {
  return label === undefined ? "this deployment" : placeOf({ label });
}
