/** The result for a deployment that another one rolls back, once that one has ended. */

import { isRolledBackByAnother } from "../../handlers/deployment.ts";
import type { RelatedEnd } from "../../handlers/picture.ts";
import type { Picture } from "./parts/picture.ts";
import { describeServing } from "./parts/words.ts";

/** Undefined while the rollback runs, or if it is not on record. */
export function rollbackEnd({ deployment, relatedCard }: Picture): RelatedEnd | undefined {
  return isRolledBackByAnother(deployment) ? relatedCard?.end : undefined;
}

/** "CodeDeploy rolled it back. The previous version serves." */
export function describeRollbackEnd({ how, serving }: RelatedEnd, systemTitle: string): string {
  const ended = {
    "rolled-back": `${systemTitle} rolled it back`,
    stopped: "The rollback was stopped",
    failed: "The rollback failed",
    "not-known": "How the rollback ended is not known",
  };
  return `${ended[how]}. ${describeServing(serving)}`;
}
