/**
 * The deployments before and after one deployment, from AppConfig's list of the environment, and what follows from
 * them. Pure.
 */

import type { Serving } from "../../../handlers/deployment.ts";
import type { Why } from "../../client/why.ts";
import { wentBack } from "./state.ts";
import type { AwsDeployment, Before, History, Summary, Undone } from "./stored-detail.ts";

export interface Listed {
  readonly deployments: readonly Summary[];
  /** False: AWS has older ones that were not listed. */
  readonly complete: boolean;
}

/**
 * The most rolled-back deployments that the texts list; a rollout that failed repeatedly can have any number of them.
 */
const undoneAtMost = 5;

export function historyOf(listed: Listed, number: number, profile: string | undefined): History {
  const same = listed.deployments
    .flatMap((summary) =>
      summary.DeploymentNumber === undefined || summary.ConfigurationProfileId !== profile
        ? []
        : [{ ...summary, number: summary.DeploymentNumber }],
    )
    .toSorted((a, b) => b.number - a.number);
  const later = same.find((summary) => summary.number > number && !wentBack(summary.State));
  return {
    before: beforeOf(
      same.filter((summary) => summary.number < number),
      listed,
    ),
    later: {
      kind: "read",
      value: later && { number: later.number, version: later.ConfigurationVersion },
    },
  };
}

function beforeOf(
  older: readonly (Summary & { readonly number: number })[],
  { deployments, complete }: Listed,
): Before {
  const undone: Undone[] = [];
  for (const {
    number,
    ConfigurationVersion: version,
    VersionLabel: label,
    State: state = "unknown",
  } of older) {
    if (wentBack(state)) {
      if (undone.length < undoneAtMost) undone.push({ number, version, state });
    } else if (state === "COMPLETE" && version !== undefined) {
      return { kind: "read", value: { number, version, label, undone } };
    } else {
      return { kind: "unknown", why: { kind: "other-state", number, state } };
    }
  }
  if (complete) return { kind: "none", undone };
  return { kind: "unknown", why: { kind: "not-listed", among: deployments.length } };
}

export function unreadHistory(why: Why): History {
  return { before: { kind: "unknown", why }, later: { kind: "unknown", why } };
}

/** A later deployment of this configuration is known, and it was not rolled back or reverted. */
export function isReplaced({ later }: History): boolean {
  return later.kind === "read" && later.value !== undefined;
}

/** A later deployment determines what serves, and there may be one that was not listed. */
export function servingOf({ State }: AwsDeployment, { before, later }: History): Serving {
  if (later.kind === "unknown" || later.value !== undefined) return "unknown";
  if (State === "COMPLETE") return "new";
  return wentBack(State) && before.kind === "read" ? "previous" : "unknown";
}
