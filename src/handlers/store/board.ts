/** The identity of a card and of its thread at Slack, and what they show. */

import type { EpochMs } from "../deployment.ts";
import type { DeploymentKey } from "../ports.ts";
import type { IncidentStage } from "./view.ts";

/** What a card was drawn from, and the hash of it. */
export interface Drawn {
  readonly hash: string;
  readonly readAt: EpochMs;
  readonly logLength: number;
  /** The health that it shows, as `worse.ts` prints it. */
  readonly seen?: string;
}

export type IntendReply =
  | { readonly kind: "post" | "search" | "again"; readonly seq: number; readonly since: EpochMs }
  | { readonly kind: "busy"; readonly ms: number }
  | { readonly kind: "done" };

export interface BoardStore {
  intend(
    key: DeploymentKey,
    post: {
      readonly seq: number;
      /** The first log entry that a thread message carries; absent: `seq` alone. */
      readonly from?: number;
      readonly nonce: string;
      readonly postWaitMs: number;
      readonly known: boolean;
    },
  ): Promise<IntendReply>;
  /** `ts` absent: Slack surely refused, the intent is given back. */
  posted(
    key: DeploymentKey,
    post: {
      readonly seq: number;
      readonly nonce: string;
      readonly ts?: string;
      readonly channel: string;
      /** This message is the incident's; `bad`: it tells of a bad end. */
      readonly incident?: IncidentStage;
      /** It is another message, which was found beside the card. */
      readonly incidentTs?: string;
      /** A card that was found again, and that another store has posted. */
      readonly older?: boolean;
      /** This message of the thread tells progress alone, from this log entry on. */
      readonly progressFrom?: number;
      /** With a card: how long the log was that it was drawn from. */
      readonly cardLog?: number;
      readonly shown?: Drawn;
    },
  ): Promise<"kept" | "freed" | "lost">;
  /** Records what the card shows now. `again`: somebody drew something newer, or the log grew meanwhile. */
  shown(key: DeploymentKey, drawn: Drawn & { readonly incident?: string }): Promise<"kept" | "again">;
  /** The card is gone at Slack: forget its identity, so that it is posted anew. */
  forgetCard(key: DeploymentKey, ts: string): Promise<void>;
}
