/** Message metadata, to find a message again and to restore what Redis lost. Pure. */

import { createHash } from "node:crypto";
import { keyText } from "../../../handlers/identity.ts";
import type { IncidentStage } from "../../../handlers/store/view.ts";
import { cardHash, type Message } from "../../card/parts/blocks.ts";
import type { Picture } from "../../card/parts/picture.ts";
import { calledIn } from "../called.ts";
import { type Birth, isSameBirth, type MessageMetadata } from "./find.ts";

/** The metadata for a message of a deployment. Data that only events contained goes into the card's. */
export function markOf(picture: Picture, isCard = true, upTo?: number): MessageMetadata {
  const carried = isCard ? picture.deployment.carried : undefined;
  const { board, logLength } = picture.view;
  const told = Math.max(board.said, board.cardLog ?? 0);
  const log = board.ts === undefined ? logLength : board.cardLog;
  return {
    ...{ key: keyText(picture.key), ...birthOf(picture), from: 0, to: 0 },
    ...(isCard && log !== undefined ? { log } : {}),
    called: calledIn(picture, upTo ?? told).join(" ") || "none",
    ...(carried === undefined ? {} : { carried }),
  };
}

/**
 * When the deployment's records began, and, for earlier releases, when the data of the queue was created, in seconds.
 */
export function birthOf({ view, storeAgeMs }: Picture): Birth {
  const { born } = view;
  const bornAt = Math.round((view.now - storeAgeMs) / 1_000);
  return born === undefined ? { bornAt } : { bornAt, lane: born };
}

/** After a loss of Redis data, the log length on an older card says nothing about the current log. */
export function adoptedCard(
  mark: MessageMetadata,
  picture: Picture,
): { readonly older?: true; readonly cardLog?: number } {
  if (!isSameBirth(mark, birthOf(picture))) return { older: true };
  return mark.log === undefined ? {} : { cardLog: mark.log };
}

/** The incident stage that a found message reported, which may differ from the one that would be reported now. */
export function adoptedIncidentStage(
  { incident }: MessageMetadata,
  wouldTell: IncidentStage | undefined,
): { readonly incident?: IncidentStage } {
  const told = incident ?? wouldTell;
  return told === undefined || told === "none" ? {} : { incident: told };
}

/** The hash that decides whether to edit: what people see, and the event data in the card's metadata. */
export function hashOf({ deployment }: Picture, content: Message): string {
  const { carried } = deployment;
  const seen = cardHash(content);
  if (carried === undefined) return seen;
  const sorted = Object.entries(carried).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([seen, sorted]))
    .digest("hex")
    .slice(0, seen.length);
}
