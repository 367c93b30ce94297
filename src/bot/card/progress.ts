/** Progress while nobody has to answer, and while a deployment rolls back or stops. */

import type { Cause } from "../../handlers/state.ts";
import { causeLines } from "./decided.ts";
import { code, mrkdwn } from "./parts/phrase.ts";
import type { Picture } from "./parts/picture.ts";

const cells = 10;

export function progressLines(picture: Picture): readonly string[] {
  const { progress, systemTitle, status } = picture.deployment;
  if (progress === undefined) {
    return [`*${systemTitle} is deploying* (${code(status)}).${answersAhead(picture)}`];
  }
  return [
    `*${mrkdwn(progress.headline)}*`,
    ...(progress.percent === undefined ? [] : [bar(progress.percent)]),
    `Next: ${mrkdwn(progress.next)}${answersAhead(picture, "beside what comes next")}`,
  ];
}

/**
 * Says whether somebody will be asked later, with a space in front; empty if the read is stale or an answer is possible
 * now. Without the list of configured holds, only the present is known. Beside "Next:", the place of the next hold is
 * left out, because that line names it.
 */
export function answersAhead(
  { deployment: { gates, offers, nextGate = "the next stage" }, route, view }: Picture,
  stands: "alone" | "beside what comes next" = "alone",
): string {
  if (view.staleSince !== undefined || offers.some(({ action }) => action === "continue")) return "";
  if (gates === undefined) return " No answer is needed now.";
  const { passed, total, next } = gates;
  if (next === undefined) return " No answer is needed.";
  const need = route.policy.rules.continue?.approvals ?? 1;
  const count = `${passed} of ${total} ${total === 1 ? "hold" : "holds"} passed`;
  if (stands === "beside what comes next") {
    const isOnlyOne = passed === 0 && total === 1;
    if (need > 1)
      return isOnlyOne ? ` It needs ${need} people.` : ` ${count}; the next needs ${need} people.`;
    return isOnlyOne ? "" : ` ${count}.`;
  }
  const people = need > 1 ? `, ${need} people` : "";
  if (passed === 0 && total === 1) return ` One hold is ahead: ${nextGate}${people}.`;
  return ` ${count}; next: ${nextGate}${people}.`;
}

export function backLines(picture: Picture, cause: Cause): readonly string[] {
  const { deployment } = picture;
  const next = deployment.progress === undefined ? [] : [`*Next:* ${mrkdwn(deployment.progress.next)}`];
  return [...causeLines(cause, picture, false), ...next];
}

/** Shown below its percentage, never instead of it. */
function bar(percent: number): string {
  const full = Math.min(cells, Math.max(0, Math.round((percent / 100) * cells)));
  return `\`${"█".repeat(full)}${"░".repeat(cells - full)}\``;
}
