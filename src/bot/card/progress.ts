/** What happens while nobody has to answer, and while a deployment goes back or stops. */

import type { Picture } from "../../handlers/picture.ts";
import type { Cause } from "../../handlers/state.ts";
import { causeLines } from "./decided.ts";
import { code, mrkdwn } from "./phrase.ts";

const cells = 10;

/** Only a read that is not stale shows that nothing waits. */
export function needsNobody({ deployment, view }: Picture): string {
  const mayWait =
    view.staleSince !== undefined || deployment.offers.some(({ action }) => action === "continue");
  return mayWait ? "" : " No answer is needed.";
}

export function progressLines(picture: Picture): readonly string[] {
  const { progress, systemTitle, status } = picture.deployment;
  if (progress === undefined) {
    return [`*${systemTitle} is deploying* (${code(status)}).${needsNobody(picture)}`];
  }
  return [
    `*${mrkdwn(progress.headline)}*`,
    ...(progress.percent === undefined ? [] : [bar(progress.percent)]),
    `Next: ${mrkdwn(progress.next)}${needsNobody(picture)}`,
  ];
}

export function endingLines({ deployment }: Picture, cause: Cause): readonly string[] {
  const next = deployment.progress === undefined ? [] : [`*Next:* ${mrkdwn(deployment.progress.next)}`];
  return [...causeLines(cause, deployment, false), ...next];
}

/** Stands under its figure, never instead of it. */
export function bar(percent: number): string {
  const full = Math.min(cells, Math.max(0, Math.round((percent / 100) * cells)));
  return `\`${"█".repeat(full)}${"░".repeat(cells - full)}\``;
}
