/** What happens while nobody has to answer, and while a deployment goes back or stops. */

import type { Picture } from "../../handlers/picture.ts";
import type { Cause } from "../../handlers/state.ts";
import { causeLines } from "./decided.ts";
import { code, mrkdwn } from "./phrase.ts";

const cells = 10;

export function progressLines({ deployment }: Picture): readonly string[] {
  const { progress, systemTitle, status, offers } = deployment;
  const needsNobody = offers.some((offer) => offer.action === "continue") ? "" : " No answer is needed.";
  if (progress === undefined) {
    return [`*${systemTitle} is at work* (${code(status)}).${needsNobody}`];
  }
  return [
    `*${mrkdwn(progress.headline)}*`,
    ...(progress.percent === undefined ? [] : [bar(progress.percent)]),
    `Next: ${mrkdwn(progress.next)}${needsNobody}`,
  ];
}

export function endingLines({ deployment }: Picture, cause: Cause): readonly string[] {
  const next = deployment.progress === undefined ? [] : [`*Next:* ${mrkdwn(deployment.progress.next)}`];
  return [
    ...causeLines(cause, deployment, false),
    ...next,
    `Nothing more to do here: this card changes when ${deployment.systemTitle} is done.`,
  ];
}

/** Stands under its figure, never instead of it. */
export function bar(percent: number): string {
  const full = Math.min(cells, Math.max(0, Math.round((percent / 100) * cells)));
  return `\`${"█".repeat(full)}${"░".repeat(cells - full)}\``;
}
