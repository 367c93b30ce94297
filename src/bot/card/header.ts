/** The first words of a card: a state in fixed spelling, the target and the account. Emoji come with words. */

import { type Hold, isWaitedFor } from "../../handlers/deployment.ts";
import type { Picture } from "../../handlers/picture.ts";
import { verbOf } from "./decided.ts";
import { mrkdwn, word } from "./phrase.ts";
import type { Cause, State } from "./state.ts";
import { placeOf } from "./words.ts";

export function headerOf(picture: Picture, state: State): string {
  return `${stateWords(picture, state)}: ${placeOf(picture.deployment.target, picture.accountName)}`;
}

/** Question 2, under the header: system, account, region, cluster or group. */
export function whereLine({ deployment, accountName }: Picture): string {
  const { ref, systemTitle, where } = deployment;
  const account =
    accountName === ref.account ? word(ref.account) : `${word(accountName, 20)} (${word(ref.account)})`;
  return [systemTitle, account, word(ref.region), mrkdwn(where)].filter((piece) => piece !== "").join(" · ");
}

function stateWords(picture: Picture, state: State): string {
  switch (state.kind) {
    case "waiting":
      return isKept(state.holds) ? "⌛ Old version kept" : "✋ Waiting";
    case "asked":
      return `⏳ Asked to ${verbOf(state.decision.action)}`;
    case "refused":
    case "unclear":
      return "❓ Not known";
    case "elsewhere":
      return "ℹ️ Continued elsewhere";
    case "running":
      return "▶️ Running";
    case "done":
      return "✅ Done";
    case "ending":
    case "ended":
      return endWords(picture, state.cause, state.kind === "ended");
  }
}

function endWords({ deployment }: Picture, cause: Cause, isOver: boolean): string {
  const { phase, systemTitle } = deployment;
  const byItself = cause.by === "expiry" || cause.by === "system" ? ` by ${systemTitle}` : "";
  if (cause.by === "nobody-knows") return "❓ Not known";
  if (phase === "failed" || (cause.by === "system" && !isOver)) return "🚨 Failed";
  if (phase === "stopped") return "⏹️ Stopped";
  if (phase === "rolled-back") return `⏪ Rolled back${byItself}`;
  if (phase === "stopping") return "⏹️ Stopping";
  return "⏪ Rolling back";
}

/** The new version serves already; the wait only keeps the way back short. */
function isKept(holds: readonly Hold[]): boolean {
  return !holds.some(isWaitedFor);
}
