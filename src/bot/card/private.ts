/**
 * What one person is told about their own request, in this order: what happened to it, whether anything was sent, why,
 * what they can do now, and that only they see it.
 */

import type { KnownBlock } from "@slack/types";
import type { Decision, Outcome, Voided } from "../../handlers/decision.ts";
import type { Action, Deployment } from "../../handlers/deployment.ts";
import { isEnding } from "../../handlers/deployment.ts";
import type { Message } from "./blocks.ts";
import { actionsBlock, context, identified, plainText, section } from "./blocks.ts";
import { quoted, verbOf, whyVoid } from "./decided.ts";
import { code, cutEnd, dated, fallback, quote, word } from "./phrase.ts";
import type { Told } from "./refusal.ts";
import { notDoneWords, refusalWords, staleWords } from "./refusal.ts";
import { capital, count, jointOf, participles, people, placeOf, verbs, verbWith } from "./words.ts";

/** What the person asked for, as far as the answer has to name it. */
export interface Asked {
  readonly action: Action;
  readonly user: string;
  readonly target?: string;
  readonly accountName?: string;
  /** The value of a button that takes the vote back. */
  readonly withdrawValue?: string;
  /** The value of a button that asks for it although it has become worse. */
  readonly confirmValue?: string;
}

export const withdrawActionId = "vote.withdraw";

export function tellOutcome(outcome: Outcome, asked: Asked): Message {
  const deployment = "deployment" in outcome ? outcome.deployment : undefined;
  const told = wordsOf(outcome, asked, deployment);
  // Beside another decision of the lane nothing was logged yet: there is no holder then.
  const isOnRecord = outcome.kind === "decided" || (outcome.kind === "busy" && outcome.holder !== undefined);
  const footer = isOnRecord ? ["your request is kept in the audit"] : [];
  const buttons = [
    ...withdrawButton(outcome, asked, deployment),
    ...confirmButton(outcome, asked, deployment),
  ];
  const voided = (outcome.voided ?? []).map(voidedLine);
  return privately({ ...told, lines: [...told.lines, ...voided] }, footer, buttons);
}

function voidedLine({ user, why }: Voided): string {
  return `${people([user])}'s earlier vote no longer counts: ${whyVoid[why]}.`;
}

/** What `withdraw` of the answerer gives; a vote that is part of a decision can't be taken back. */
export type Withdrawal =
  | { readonly kind: "withdrawn" | "none"; readonly deployment?: Deployment }
  | { readonly kind: "decided"; readonly winner: Decision; readonly deployment?: Deployment }
  | { readonly kind: "refused"; readonly why: Extract<Outcome, { readonly kind: "refused" }>["why"] }
  | { readonly kind: "unknown-deployment" };

export function tellWithdrawn(withdrawal: Withdrawal, asked: Asked): Message {
  const deployment = "deployment" in withdrawal ? withdrawal.deployment : undefined;
  const place = placeInCode(asked, deployment);
  switch (withdrawal.kind) {
    case "withdrawn":
      return privately({
        plain: `Your vote to ${verbWith(asked.action, placeInWords(asked, deployment))} no longer counts. Nothing was sent to AWS.`,
        lines: [
          `↩️ *Your vote no longer counts:* to ${verbWith(asked.action, place)}. Nothing was sent to AWS.`,
        ],
        todo: "You can vote again while it waits.",
      });
    case "none":
      return privately({
        plain: `You have no vote to ${verbWith(asked.action, placeInWords(asked, deployment))}. Nothing has changed.`,
        lines: [`ℹ️ *You have no vote* to ${verbWith(asked.action, place)}. Nothing has changed.`],
      });
    case "decided":
      return privately({
        plain: `Your vote for ${placeInWords(asked, deployment)} can no longer be taken back: it has been decided.`,
        lines: [
          "🚫 *Your vote can no longer be taken back.* It has been decided.",
          winnerLine(withdrawal.winner, deployment, place),
        ],
      });
    case "refused":
      return privately(refusalWords(withdrawal.why, asked.action, place));
    case "unknown-deployment":
      return privately(staleWords({ what: "unknown-deployment" }, asked.action, place));
  }
}

/** A bug: the number finds it in the log. */
export function tellError(correlationId: string): Message {
  return privately({
    plain: "Holdpoint failed at this request. The card shows whether anything was recorded.",
    lines: [
      "⚠️ *Holdpoint failed at your request.* The card shows whether anything was recorded.",
      `Whoever runs Holdpoint finds the cause in its log under ${code(correlationId, 64)}.`,
    ],
    todo: "Look at the card before you ask again.",
  });
}

function wordsOf(outcome: Outcome, asked: Asked, deployment: Deployment | undefined): Told {
  const place = placeInCode(asked, deployment);
  const name = placeInWords(asked, deployment);
  const aws = deployment?.systemTitle ?? "AWS";
  const verb = verbOf(asked.action);
  const requested = verbWith(asked.action, name);
  const mine = `*Your ${quoted(asked.action)}`;
  switch (outcome.kind) {
    case "accepted":
      return {
        plain: `Your request to ${requested} was sent. ${aws} took it and has not confirmed it yet.`,
        lines: [
          `📨 ${mine} was sent.* ${aws} took the request for ${place} and has not confirmed it yet.`,
          `Decided by ${people(outcome.decision.by)}.`,
        ],
        todo: "Nothing more: the card changes when AWS shows the result.",
      };
    case "waiting": {
      const missing = outcome.need - outcome.votes;
      return {
        plain: `Your vote to ${requested} counts: ${outcome.votes} of ${outcome.need}. Nothing was sent to AWS yet.`,
        lines: [
          `🗳️ *Your vote to ${verb} counts: ${outcome.votes} of ${outcome.need}.* Nothing was sent to AWS yet.`,
          `${place}: ${count(missing, "more person", "more people")} ${missing === 1 ? "has" : "have"} to ask for the same.`,
        ],
        todo: "You can take your vote back until then.",
      };
    }
    case "refused":
      return refusalWords(outcome.why, asked.action, place);
    case "busy":
      if (outcome.holder?.action === asked.action && outcome.holder.by.includes(asked.user)) {
        return mineAlready(outcome.holder, asked, deployment);
      }
      return {
        plain: `Your request to ${requested} was not sent: another request is at work. Ask again in a few seconds.`,
        lines: [
          `🚫 ${mine} was not sent.* Another request for ${place} is at work.`,
          ...(outcome.holder === undefined ? [] : [winnerLine(outcome.holder, deployment, place)]),
        ],
        todo: "Ask again in a few seconds, if the card still offers it.",
      };
    case "decided":
      return outcome.mine
        ? mineAlready(outcome.winner, asked, deployment)
        : lost(outcome.winner, asked, deployment);
    case "stale":
      return staleWords(outcome.changed, asked.action, place);
    case "not-done":
      return notDoneWords(outcome.why, asked.action, place, aws);
    case "rejected":
      return {
        plain: `${aws} refused your request to ${requested}. Holdpoint reads ${aws} to see what became of it.`,
        lines: [
          `⚠️ ${mine} was sent, and ${aws} refused it.* ${place} may have gone on meanwhile; Holdpoint reads ${aws}.`,
          `${aws} says:${quote(outcome.message)}`,
        ],
        todo: "Look at the card: it says what is found, and offers what is still possible.",
      };
    case "unclear":
      return {
        plain: `It is not known whether ${aws} got your request to ${requested}. Holdpoint reads ${aws}.`,
        lines: [
          `❓ *It is not known whether ${aws} got your ${quoted(asked.action)}* for ${place}.`,
          `Holdpoint reads ${aws} and does not ask again by itself.`,
        ],
        todo: "Wait for the card: usually within a minute it says what is found.",
      };
  }
}

function mineAlready(winner: Decision, asked: Asked, deployment: Deployment | undefined): Told {
  const place = placeInCode(asked, deployment);
  return {
    plain: `You have asked for this already. Nothing was sent a second time for ${placeInWords(asked, deployment)}.`,
    lines: [
      `ℹ️ *You have asked for this already.* Nothing was sent a second time.`,
      winnerLine(winner, deployment, place),
    ],
  };
}

function lost(winner: Decision, asked: Asked, deployment: Deployment | undefined): Told {
  const place = placeInCode(asked, deployment);
  const nobody = winner.by.length === 0;
  const isForward = winner.action !== undefined && !isEnding(winner.action);
  const back = deployment?.offers.find((offer) => isEnding(offer.action) && offer.holdId === undefined);
  return {
    plain: `Your request to ${verbWith(asked.action, placeInWords(asked, deployment))} was not sent: ${nobody ? "it is over" : "another person was first"}.`,
    lines: [
      `🚫 *Your ${quoted(asked.action)} was not sent.* ${nobody ? "It is over." : "Somebody answered before you."}`,
      winnerLine(winner, deployment, place),
    ],
    ...(isForward && back !== undefined
      ? {
          todo: `The deployment can still be ${participles[back.action]}. That is a new request: use the card.`,
        }
      : {}),
  };
}

/** Who won, with what, when, and how far it is. */
function winnerLine(winner: Decision, deployment: Deployment | undefined, place: string): string {
  const aws = deployment?.systemTitle ?? "AWS";
  const time = winner.sentAt ?? winner.claimedAt ?? winner.resolvedAt;
  const when = time === undefined ? "" : ` at ${dated(time, "second")}`;
  if (winner.by.length === 0)
    return `${place} was not decided here: ${aws} or somebody outside Holdpoint did it${when}.`;
  const asked = `${people(winner.by)} asked ${aws} to *${verbOf(winner.action)}*${jointOf(winner.action)} ${place}${when}.`;
  switch (winner.state) {
    case "confirmed":
      return `${asked} ${aws} confirmed it.`;
    case "unclear":
      return `${asked} It is not known whether ${aws} got it.`;
    case "refused":
      return `${asked} ${aws} rejected it. Checking the current state.`;
    case "superseded":
    case "expired":
      return `${asked} It ended otherwise.`;
    default:
      return `${asked} ${aws} has not confirmed yet.`;
  }
}

function withdrawButton(
  outcome: Outcome,
  asked: Asked,
  deployment: Deployment | undefined,
): readonly KnownBlock[] {
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
        accessibility_label: cutEnd(`Withdraw my vote for ${placeInWords(asked, deployment)}`, 75),
      },
    ]),
  ];
}

function confirmButton(
  outcome: Outcome,
  asked: Asked,
  deployment: Deployment | undefined,
): readonly KnownBlock[] {
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
        accessibility_label: cutEnd(`${label}: ${placeInWords(asked, deployment)}`, 75),
      },
    ]),
  ];
}

export function privately(
  told: Told,
  footer: readonly string[] = [],
  more: readonly KnownBlock[] = [],
): Message {
  const blocks = [
    section(...told.lines),
    ...(told.todo === undefined ? [] : [section(`*What you can do:* ${told.todo}`)]),
    ...more,
    context("Only you see this", ...footer),
  ];
  return { text: fallback(told.plain), blocks: identified(blocks, "private") };
}

function placeInCode({ target, accountName }: Asked, deployment: Deployment | undefined): string {
  const known = target ?? deployment?.target;
  const account = accountName ?? deployment?.ref.account;
  if (known === undefined) return "this deployment";
  return account === undefined ? code(known, 32) : `${code(known, 32)} in ${word(account, 20)}`;
}

function placeInWords({ target, accountName }: Asked, deployment: Deployment | undefined): string {
  const known = target ?? deployment?.target;
  return known === undefined
    ? "this deployment"
    : placeOf(known, accountName ?? deployment?.ref.account ?? "AWS");
}
