/** The board port, and its input. */

import type { AwsMs, Deployment, Serving } from "./deployment.ts";
import type { Label } from "./names/targets.ts";
import type { Route } from "./policy.ts";
import type { DeploymentKey } from "./ports.ts";
import type { View } from "./store/view.ts";

export interface RelatedCard extends Required<Pick<View["board"], "channel" | "ts">> {
  /** AWS rolled that deployment back on its own. */
  readonly onItsOwn?: true;
  /** The end of that deployment. Absent: still running, or not read. */
  readonly end?: RelatedEnd;
}

export interface RelatedEnd {
  /** `not-known`: AWS no longer has it, or does not show it as a rollback of this one. */
  readonly how: "rolled-back" | "stopped" | "failed" | "not-known";
  readonly serving: Serving;
  /** It is known that one version serves again. */
  readonly isOver: boolean;
  readonly at?: AwsMs;
}

/** The input for rendering a card. */
export interface Picture {
  readonly key: DeploymentKey;
  readonly deployment: Deployment;
  readonly view: View;
  readonly route: Route;
  readonly accountName: string;
  /** Its name wherever it is shown. */
  readonly label: Label;
  /** The related deployment's card, if it has one. */
  readonly relatedCard?: RelatedCard | undefined;
  /** At the view's time. `view.now` minus this is when the store was created, so it is the same for every job. */
  readonly storeAgeMs: number;
}

/** `later`: wait, because of the rate budget, Slack or another replica. */
export type Shown = ({ readonly kind: "shown" } | { readonly kind: "later"; readonly ms: number }) & {
  /** Event data from a card that was found again, after Redis lost it. */
  readonly carried?: Readonly<Record<string, string>>;
};

/** One card per deployment: posted once, then edited; its thread shows the log. Never throws because of Slack. */
export interface Board {
  show(picture: Picture): Promise<Shown>;
}
