/** How a resource stands and what its deployment's own record says: what follows from both together. */

import type { Phase } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { OwnRecord, Standing } from "./said.ts";

/** A deployment's own record. It may fail to be read on its own. */
export type Own =
  | { readonly kind: "read"; readonly value: OwnRecord }
  | { readonly kind: "missing" }
  /** Proton gave no id to read it by. */
  | { readonly kind: "unnamed" }
  | { readonly kind: "unknown"; readonly error: unknown };

const attemptedAt = "at-";

/**
 * What tells the newest deployment of a resource from the one before: its id, or the second in which it was begun where
 * Proton gives no id. `undefined`: nothing was ever deployed.
 */
export function newestOf({
  lastAttemptedDeploymentId: id,
  lastDeploymentAttemptedAt: begun,
}: Standing): string | undefined {
  if (id !== undefined && id !== "") return id;
  return begun === undefined ? undefined : `${attemptedAt}${Math.floor(begun / 1_000)}`;
}

/** False for a stand-in: nothing can be asked of Proton by it, and nothing may be cancelled on its word. */
export function isOwnId(deployment: string): boolean {
  return !deployment.startsWith(attemptedAt);
}

/** `standing` only where the resource still names this deployment. What has ended stays ended, whichever read says so. */
export function statusOf(standing: Standing | undefined, own: Own): string {
  const recorded = own.kind === "read" ? own.value.deploymentStatus : undefined;
  if (recorded !== undefined && isTerminal({ phase: phaseOf(recorded) })) return recorded;
  return standing?.deploymentStatus ?? recorded ?? "unknown";
}

/** A status that AWS adds later counts as running, so that the deployment stays in sight. */
export function phaseOf(status: string | undefined): Phase {
  switch (status) {
    case "CANCELLING":
    case "DELETE_IN_PROGRESS":
      return "stopping";
    case "CANCELLED":
    case "DELETE_COMPLETE":
      return "stopped";
    case "SUCCEEDED":
      return "succeeded";
    case "FAILED":
    case "DELETE_FAILED":
      return "failed";
    default:
      return "running";
  }
}

/** Ids are UUIDs; a time that stands for one is kept whole. */
export function shortOf(deployment: string): string {
  return isOwnId(deployment) ? deployment.slice(0, 8) : deployment;
}
