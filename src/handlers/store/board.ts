/** The Slack messages of a card and its thread, and what they show. */

import type { RedisMs } from "../deployment.ts";
import type { DeploymentKey } from "../ports.ts";
import type { Born, IncidentStage } from "./view.ts";

/** The version of a deployment that a card was rendered from, and the hash of the result. */
export interface Drawn {
  readonly hash: string;
  readonly readAt: RedisMs;
  readonly logLength: number;
  /** The health that it shows, in the format of `worse.ts`. */
  readonly seen?: string;
}

export type IntendReply =
  | { readonly kind: "post" | "search" | "again"; readonly seq: number; readonly since: RedisMs }
  | { readonly kind: "busy"; readonly ms: number }
  | { readonly kind: "done" };

export interface BoardStore {
  intend(
    key: DeploymentKey,
    post: {
      readonly seq: number;
      /** The first log entry in a thread message; absent: `seq` alone. */
      readonly from?: number;
      readonly nonce: string;
      readonly postWaitMs: number;
      readonly known: boolean;
      readonly born?: Born;
    },
  ): Promise<IntendReply>;
  /** `ts` absent: Slack certainly rejected it; the intent is released. */
  posted(
    key: DeploymentKey,
    post: {
      readonly seq: number;
      readonly nonce: string;
      readonly ts?: string;
      readonly channel: string;
      /** This message is the incident's; `bad`: it reports a bad end. */
      readonly incident?: IncidentStage;
      /** The incident is another message, which was found together with the card. */
      readonly incidentTs?: string;
      /** The card was found again, and was posted before Redis lost its data. */
      readonly older?: boolean;
      /** This thread message contains only progress, from this log entry on. */
      readonly progressFrom?: number;
      /** With a card: the length of the log that it was rendered from. */
      readonly cardLog?: number;
      readonly shown?: Drawn;
    },
  ): Promise<"kept" | "freed" | "lost">;
  /** Records what the card shows now. `again`: a newer version was rendered, or the log has grown since. */
  shown(
    key: DeploymentKey,
    drawn: Drawn & { readonly incident?: string; readonly born?: Born },
  ): Promise<"kept" | "again">;
  /** The card was deleted in Slack: forget its ts, so that it is posted again. */
  forgetCard(key: DeploymentKey, ts: string): Promise<void>;
}
