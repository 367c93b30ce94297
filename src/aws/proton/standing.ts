/** Combines the state of a resource with its deployment's own record. */

import type { Phase } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { OwnRecord, Standing } from "./stored-detail.ts";

/** A deployment's own record. Its read can fail separately. */
export type Own =
  | { readonly kind: "read"; readonly value: OwnRecord }
  | { readonly kind: "missing" }
  /** Proton returned no id to read it by. */
  | { readonly kind: "unnamed" }
  | { readonly kind: "unknown"; readonly error: unknown };

const attemptedAt = "at-";

/**
 * Identifies the newest deployment of a resource: its id, or the second in which it began if Proton returns no id.
 * `undefined`: nothing was ever deployed.
 */
export function newestOf({
  lastAttemptedDeploymentId: id,
  lastDeploymentAttemptedAt: begun,
}: Standing): string | undefined {
  if (id !== undefined && id !== "") return id;
  return begun === undefined ? undefined : `${attemptedAt}${Math.floor(begun / 1_000)}`;
}

/** False for a substitute: the deployment can't be read by it, and must not be cancelled because of it. */
export function isOwnId(deployment: string): boolean {
  return !deployment.startsWith(attemptedAt);
}

/**
 * Pass `standing` only if the resource still shows this deployment. An ended deployment stays ended, whichever of the
 * two reads shows it.
 */
export function statusOf(standing: Standing | undefined, own: Own): string {
  const recorded = own.kind === "read" ? own.value.deploymentStatus : undefined;
  if (recorded !== undefined && isTerminal({ phase: phaseOf(recorded) })) return recorded;
  return standing?.deploymentStatus ?? recorded ?? "unknown";
}

/** A status that AWS adds later counts as running, so that the deployment stays visible. */
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

/** Shortens a UUID; a time used as a substitute is kept whole. */
export function shortOf(deployment: string): string {
  return isOwnId(deployment) ? deployment.slice(0, 8) : deployment;
}
