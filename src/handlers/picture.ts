/** What the board draws, and the board as the handlers see it. */

import type { Deployment, EpochMs, Serving } from "./deployment.ts";
import type { Label } from "./names/targets.ts";
import type { Route } from "./policy.ts";
import type { DeploymentKey } from "./ports.ts";
import type { View } from "./store/view.ts";

export interface RelatedCard extends Required<Pick<View["board"], "channel" | "ts">> {
  /** AWS rolls that deployment back, and nobody asked for it. */
  readonly onItsOwn?: true;
  /** How that deployment ended. Absent: it goes on, or was not read. */
  readonly end?: RelatedEnd;
}

export interface RelatedEnd {
  /** `not-known`: AWS no longer knows it, or does not show it as a rollback of this one. */
  readonly how: "rolled-back" | "stopped" | "failed" | "not-known";
  readonly serving: Serving;
  /** One version is known to serve again. */
  readonly isOver: boolean;
  /** AWS's clock. */
  readonly at?: EpochMs;
}

/** What the board draws. */
export interface Picture {
  readonly key: DeploymentKey;
  readonly deployment: Deployment;
  readonly view: View;
  readonly route: Route;
  readonly accountName: string;
  /** What it is called on every surface. */
  readonly label: Label;
  /** The card of the deployment that this one is related to, where it has one. */
  readonly relatedCard?: RelatedCard;
  /** At the view's time: the difference is the store's birth, the same for every look. */
  readonly storeAgeMs: number;
}

/** `later`: the rate budget, Slack or another replica makes this picture wait. */
export type Shown = ({ readonly kind: "shown" } | { readonly kind: "later"; readonly ms: number }) & {
  /** What a card that was found again carries, and the store had forgotten. */
  readonly carried?: Readonly<Record<string, string>>;
};

/** One card per deployment: posted once, edited ever after, its thread tells the log. Never throws for what Slack does. */
export interface Board {
  show(picture: Picture): Promise<Shown>;
}
