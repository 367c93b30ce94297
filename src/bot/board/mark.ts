/** What a message carries unseen, so that it is found again and a store that forgot learns from it. Pure. */

import { createHash } from "node:crypto";
import { keyText } from "../../handlers/identity.ts";
import type { IncidentStage } from "../../handlers/store/view.ts";
import { cardHash, type Message } from "../card/parts/blocks.ts";
import type { Picture } from "../card/parts/picture.ts";
import { calledIn } from "./called.ts";
import type { Mark } from "./find.ts";

/** What is written into a message of a deployment; what only events told stands in its card. */
export function markOf(picture: Picture, isCard = true, upTo?: number): Mark {
  const carried = isCard ? picture.deployment.carried : undefined;
  const { board, logLength } = picture.view;
  const told = Math.max(board.said, board.cardLog ?? 0);
  const log = board.ts === undefined ? logLength : board.cardLog;
  return {
    ...{ key: keyText(picture.key), bornAt: bornAt(picture), from: 0, to: 0 },
    ...(isCard && log !== undefined ? { log } : {}),
    called: calledIn(picture, upTo ?? told).join(" ") || "none",
    ...(carried === undefined ? {} : { carried }),
  };
}

/** When the store was born, in seconds of Redis's clock. */
export function bornAt({ view, storeAgeMs }: Picture): number {
  return Math.round((view.now - storeAgeMs) / 1_000);
}

/** The log of another store has nothing to do with this one's. */
export function adoptedCard(
  { bornAt: cardBornAt, log }: Mark,
  picture: Picture,
): { readonly older?: true; readonly cardLog?: number } {
  if (cardBornAt !== bornAt(picture)) return { older: true };
  return log === undefined ? {} : { cardLog: log };
}

/** What a found message told, which need not be what would be told now. */
export function adoptedIncidentStage(
  { incident }: Mark,
  wouldTell: IncidentStage | undefined,
): { readonly incident?: IncidentStage } {
  const told = incident ?? wouldTell;
  return told === undefined || told === "none" ? {} : { incident: told };
}

/** What decides on an edit: what people see, and what the card carries for a store that forgets. */
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
