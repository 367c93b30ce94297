/** What an environment deployed before and after one deployment, as AppConfig lists it, and what that says of this one. Pure. */

import type { Serving } from "../../../handlers/deployment.ts";
import type { Why } from "../../why.ts";
import type { AwsDeployment, Before, History, Summary, Undone } from "./said.ts";
import { wentBack } from "./state.ts";

export interface Listed {
  readonly deployments: readonly Summary[];
  /** False: AWS has more, older ones. */
  readonly complete: boolean;
}

/** The words name no more of those that went back. A rollout that failed again and again has as many of them. */
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

/** A later one of this configuration was read. */
export function isReplaced({ later }: History): boolean {
  return later.kind === "read" && later.value !== undefined;
}

/** A later deployment decides what serves, and so may one that was not listed. */
export function servingOf({ State }: AwsDeployment, { before, later }: History): Serving {
  if (later.kind === "unknown" || later.value !== undefined) return "unknown";
  if (State === "COMPLETE") return "new";
  return wentBack(State) && before.kind === "read" ? "previous" : "unknown";
}
