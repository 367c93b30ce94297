/** Who was first: the people of a decision, or what is known of one that nobody on record asked for. */

import type { Decision } from "../../../handlers/decision.ts";
import { actions, type Deployment, isRolledBackByAnother } from "../../../handlers/deployment.ts";
import { decisionOfHold, isEnding } from "../../../handlers/identity.ts";
import type { RecordLost } from "../../../handlers/store/record-lost.ts";
import { verbOf } from "../decided.ts";
import { dated } from "../parts/phrase.ts";
import { jointOf, participles, people, whoIsLost } from "../parts/words.ts";

export interface Decided {
  readonly winner: Decision;
  readonly deployment?: Deployment | undefined;
  readonly recordLost?: RecordLost | undefined;
}

/** Names the people who were first, their action, its time, and its progress. */
export function winnerLine(decided: Decided, place: string): string {
  const { winner, deployment } = decided;
  const aws = deployment?.systemTitle ?? "AWS";
  const time = winner.sentAt ?? winner.claimedAt ?? winner.resolvedAt;
  const when = time === undefined ? "" : ` at ${dated(time, "second")}`;
  if (winner.by.length === 0) return nobodyLine(decided, place, aws);
  const asked = `${people(winner.by)} asked ${aws} to *${verbOf(winner.action)}*${jointOf(winner.action)} ${place}${when}.`;
  switch (winner.state) {
    case "confirmed":
      return winner.action !== undefined &&
        isEnding(winner.action) &&
        deployment !== undefined &&
        isRolledBackByAnother(deployment)
        ? `${asked} ${aws} started a rollback.`
        : `${asked} ${aws} confirmed it.`;
    case "unclear":
      return `${asked} It is not known whether ${aws} received it.`;
    case "refused":
      return `${asked} ${aws} rejected it. Checking the current state.`;
    case "superseded":
    case "expired":
      return `${asked} It ended differently.`;
    default:
      return `${asked} ${aws} has not confirmed yet.`;
  }
}

/** Nobody on record asked. The time is that of Holdpoint's read. */
function nobodyLine({ winner, deployment, recordLost }: Decided, place: string, aws: string): string {
  const seen = winner.resolvedAt === undefined ? "" : ` (seen at ${dated(winner.resolvedAt, "second")})`;
  if (winner.state === "expired") return `Nobody answered for ${place} in time${seen}.`;
  const hold = deployment?.holds.find(({ id }) => decisionOfHold(id) === winner.id);
  const action = actions.find((one) => one === hold?.shows);
  const did =
    action === undefined
      ? undefined
      : action === "terminate-old"
        ? `The old version of ${place} was terminated`
        : `${place} was ${participles[action]}`;
  if (recordLost !== undefined) return `${did ?? `${place} was decided`}${seen}; ${whoIsLost(recordLost)}.`;
  return did === undefined
    ? `${place} was not decided here, but by ${aws} or outside Holdpoint${seen}.`
    : `${did} outside Holdpoint${seen}.`;
}
