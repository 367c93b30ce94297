/** The beginning of a card: the state in fixed wording, the target and the account. No emoji without words. */

import { isTerminal } from "../../handlers/deployment.ts";
import { openHolds } from "../../handlers/offers.ts";
import { type Standing, standingOf } from "../../handlers/standing.ts";
import { verbOf } from "./decided.ts";
import { cardLink, linked } from "./parts/links.ts";
import { code, dated, mrkdwn, word } from "./parts/phrase.ts";
import type { Picture } from "./parts/picture.ts";
import { placeOf } from "./parts/words.ts";

export function headerOf(picture: Picture): string {
  const { emoji, words } = titleOf(standingOf(picture), picture.deployment.systemTitle);
  return `${emoji} ${words}: ${placeOf(picture)}`;
}

/** Question 2, below the header: system, account, region, cluster or group, and the current stage. */
export function whereLine(picture: Picture): string {
  const { deployment, accountName, view } = picture;
  const { ref, systemTitle, where } = deployment;
  const held = new Set(openHolds(deployment, view.decisions).map((hold) => hold.stage));
  const [stage] = held.size === 1 ? held : [deployment.stage];
  const account =
    accountName === ref.account ? word(ref.account) : `${word(accountName, 20)} (${word(ref.account)})`;
  return [
    systemTitle,
    account,
    word(ref.region),
    mrkdwn(where),
    stage === undefined || isTerminal(deployment) ? "" : `stage ${code(stage)}`,
    describeRelated(picture),
  ]
    .filter((piece) => piece !== "")
    .join(" · ");
}

/** The other deployment of a rollback: its id, and its card if there is one. */
function describeRelated({ deployment: { related }, relatedCard }: Picture): string {
  if (related === undefined) return "";
  const id = related.ref === undefined ? "another deployment" : code(related.ref.id, 24);
  const link = relatedCard === undefined ? undefined : linked(cardLink(relatedCard), "its card");
  const rollbackOf = relatedCard?.onItsOwn === true ? "automatic rollback of" : "rollback of";
  const words = related.relation === "rollback-of" ? rollbackOf : "rollback:";
  return `${words} ${id}${link === undefined ? "" : ` (${link})`}`;
}

/** Warns that everything below may be out of date. */
export function staleLines({ deployment, view }: Picture): readonly string[] {
  if (view.staleSince === undefined) return [];
  const why = view.staleWhy === undefined ? "" : `: ${code(view.staleWhy, 120)}`;
  return [
    `⚠️ *${deployment.systemTitle} could not be read since ${dated(view.staleSince, "deadline")}*${why}. Everything below was read before that.`,
  ];
}

/** The emoji and words for a state, the same everywhere. */
export function titleOf(
  standing: Standing,
  systemTitle: string,
): { readonly emoji: string; readonly words: string } {
  const { state, cause, action } = standing;
  const byItself = cause === "expiry" || cause === "system" ? ` by ${systemTitle}` : "";
  switch (state) {
    case "waiting":
      return { emoji: "✋", words: "Waiting" };
    case "kept":
      return { emoji: "⌛", words: "Old version kept" };
    case "asked":
      return { emoji: "⏳", words: `Asked to ${verbOf(action)}` };
    case "refused":
    case "unclear":
      return { emoji: "❓", words: "Not known" };
    case "continued-elsewhere":
      return { emoji: "ℹ️", words: standing.recordLost === true ? "Continued" : "Continued elsewhere" };
    case "running":
      return { emoji: "▶️", words: "Running" };
    case "failing":
    case "failed":
      return { emoji: "🚨", words: "Failed" };
    case "rolling-back":
      return { emoji: "⏪", words: "Rolling back" };
    case "stopping":
      return { emoji: "⏹️", words: "Stopping" };
    case "done":
      return {
        emoji: standing.serving === "new" ? "✅" : standing.severity === "calm" ? "ℹ️" : "⚠️",
        words: "Done",
      };
    case "rolled-back":
      return { emoji: standing.severity === "alarm" ? "🚨" : "⏪", words: `Rolled back${byItself}` };
    case "rollback-started":
      return { emoji: "⏪", words: "Rollback started" };
    case "stopped":
      return { emoji: standing.severity === "alarm" ? "🚨" : "⏹️", words: "Stopped" };
    case "not-known":
      return { emoji: standing.severity === "alarm" ? "🚨" : "❓", words: "Not known" };
  }
}
