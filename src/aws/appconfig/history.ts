/** What an environment deployed before and after one deployment, as AppConfig lists it. Pure. */

import type { DeploymentSummary } from "@aws-sdk/client-appconfig";
import type { Phrase } from "../../handlers/words.ts";
import type { Reading } from "../reading.ts";
import { type Why, whyWords } from "../why.ts";
import { versionOr } from "./state.ts";

/** A deployment that went back: it does not serve, and it stands between this one and the version before. */
export interface Undone {
  readonly number: number;
  readonly version?: string;
  readonly state: string;
}

export interface Earlier {
  readonly number: number;
  readonly version: string;
  readonly label?: string;
  readonly undone: readonly Undone[];
}

/** The last complete deployment of the same configuration profile in the environment. `none`: there was no such one. */
export type Before =
  | Reading<Earlier, WhyNotEarlier>
  | { readonly kind: "none"; readonly undone: readonly Undone[] };

/** Beside a read that failed: the one before has not ended, or stands further back than what was listed. */
export type WhyNotEarlier =
  | Why
  | { readonly kind: "other-state"; readonly number: number; readonly state: string }
  | { readonly kind: "not-listed"; readonly among: number };

/** A later deployment of the same configuration profile that has not gone back. */
export interface Later {
  readonly number: number;
  readonly version?: string;
}

export interface History {
  readonly before: Before;
  readonly later: Reading<Later | undefined>;
}

export interface Listed {
  readonly deployments: readonly DeploymentSummary[];
  /** False: AWS has more, older ones. */
  readonly complete: boolean;
}

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
    later: { kind: "read", value: later && { number: later.number, ...named(later) } },
  };
}

function beforeOf(
  older: readonly (DeploymentSummary & { readonly number: number })[],
  { deployments, complete }: Listed,
): Before {
  const undone: Undone[] = [];
  for (const summary of older) {
    const { number, ConfigurationVersion: version, State: state = "unknown" } = summary;
    if (wentBack(state)) {
      undone.push({ number, ...named(summary), state });
    } else if (state === "COMPLETE" && version !== undefined) {
      const label = summary.VersionLabel;
      return {
        kind: "read",
        value: { number, version, ...(label === undefined ? {} : { label }), undone },
      };
    } else {
      return { kind: "unknown", why: { kind: "other-state", number, state } };
    }
  }
  if (complete) return { kind: "none", undone };
  return { kind: "unknown", why: { kind: "not-listed", among: deployments.length } };
}

function named({ ConfigurationVersion: version }: DeploymentSummary): { readonly version?: string } {
  return version === undefined ? {} : { version };
}

export function wentBack(state: string | undefined): boolean {
  return state === "ROLLED_BACK" || state === "REVERTED";
}

export function whyNotEarlier(why: WhyNotEarlier): Phrase {
  switch (why.kind) {
    case "other-state":
      return [`deployment ${why.number} shows `, { code: why.state, atMost: 24 }];
    case "not-listed":
      return [`not among the last ${why.among} deployments`];
    default:
      return whyWords(why);
  }
}

/** Where a cancelled deployment leads back to: "version 56". */
export function earlierOr(before: Before, otherwise: string): Phrase {
  return versionOr(before.kind === "read" ? before.value.version : undefined, otherwise);
}
