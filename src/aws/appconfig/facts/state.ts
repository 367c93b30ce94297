/** Maps AppConfig's states. */

import type { Phase } from "../../../handlers/deployment.ts";

/** A state that AWS adds later counts as running: the deployment stays visible, and AWS validates each request. */
export function phaseOf(state: string | undefined): Phase {
  switch (state) {
    case "COMPLETE":
      return "succeeded";
    case "ROLLING_BACK":
      return "rolling-back";
    case "ROLLED_BACK":
    case "REVERTED":
      return "rolled-back";
    default:
      return "running";
  }
}

export function wentBack(state: string | undefined): boolean {
  return state === "ROLLED_BACK" || state === "REVERTED";
}
