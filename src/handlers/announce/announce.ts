/** Selects the log entries that are announced to other programs, and formats them. Pure. */

import type { Decision, DecisionId, LogEntry } from "../decision.ts";
import type { Deployment, RuleName, SystemName } from "../deployment.ts";
import { decisionOfHold, keyText } from "../identity.ts";
import type { DeploymentKey } from "../ports.ts";
import type { Standing } from "../standing.ts";

/**
 * `decided`: enough people asked. `accepted`: AWS accepted the call, the result is not visible yet. `refused`,
 * `unclear`: AWS rejected the call or did not reply; Holdpoint is checking the result. `not-done`: it came to
 * nothing, and people may ask again. The last three are final: AWS shows this answer, another one, or its own
 * timeout.
 */
export const announcedStates = [
  "decided",
  "accepted",
  "refused",
  "unclear",
  "not-done",
  "confirmed",
  "superseded",
  "expired",
] as const;
type AnnouncedState = (typeof announcedStates)[number];

/** The `detail` of an event: a decision or its result. A public interface: members are only ever added. */
export interface Announcement {
  readonly version: "1";
  /** The same for every delivery of the event. */
  readonly id: string;
  /** ISO 8601, Redis's clock. */
  readonly at: string;
  readonly system: SystemName;
  readonly account: string;
  readonly region: string;
  readonly target: string;
  /** `application/group` */
  readonly qualifiedTarget?: string | undefined;
  /** Distinguishes it from targets of the same name in one account and region, in text form: "Proton component". */
  readonly which?: string | undefined;
  /** AWS's id of the deployment: an ARN or an id. For the edit of a strategy `strategy/<id>`, as is its target. */
  readonly deployment: string;
  /** The same in every event of one decision. */
  readonly decision: string;
  /**
   * Counts from 1: a decision that came to nothing can be made again, and another process can take over an attempt.
   */
  readonly attempt: number;
  /** AWS's name of the stage at which the deployment waited; absent: the request was about the whole deployment. */
  readonly stage?: string | undefined;
  readonly action: RuleName;
  /** Slack user ids. */
  readonly by: readonly string[];
  readonly reason?: string;
  readonly state: AnnouncedState;
  /** This decision is final. */
  readonly final: boolean;
  /** The deployment's state when this was announced, as its card shows it. Absent for the edit of a strategy. */
  readonly standing?: Standing | undefined;
}

/** Sends announcements. Never throws because of AWS or the network. Returns one verdict for each, in order. */
export type Bus = (announcements: readonly Announcement[]) => Promise<readonly Verdict[]>;

/**
 * `again`: the bus rejected this one for now. `never`: it rejected this one for good. `down`: the whole call failed,
 * which says nothing about any of them.
 */
export type Verdict =
  | { readonly kind: "sent" }
  | { readonly kind: "again" | "never" | "down"; readonly why: string };

/** An announcement with the number of its log entry, from 1. */
export interface Numbered {
  readonly n: number;
  readonly announcement: Announcement;
}

/** The announcements for these entries. `from` log entries precede them. */
export function announcementsOf(about: {
  readonly key: DeploymentKey;
  readonly deployment: Pick<Deployment, "ref" | "target" | "qualifiedTarget" | "which" | "holds">;
  readonly decisions: ReadonlyMap<DecisionId, Decision>;
  readonly from: number;
  readonly entries: readonly LogEntry[];
  readonly standing?: Standing | undefined;
}): readonly Numbered[] {
  const { key, deployment, decisions, from, entries, standing } = about;
  return entries.flatMap((entry, index) => {
    const n = from + index + 1;
    const told = announcedPartOf(entry);
    if (told === undefined) return [];
    const detail = entry.k === "claimed" ? entry.detail : detailOf(decisions.get(told.id), told.attempt);
    const stage = stageOf(deployment, told.id, detail?.holdId);
    const { target, qualifiedTarget, which, ref } = deployment;
    const announcement: Announcement = {
      version: "1",
      // After Redis lost its data, entries are counted from 1 again: the time keeps the ids unique.
      id: `${keyText(key)}/${n}/${entry.at}`,
      at: new Date(entry.at).toISOString(),
      system: ref.system,
      account: ref.account,
      region: ref.region,
      target,
      qualifiedTarget,
      which,
      deployment: ref.id,
      decision: `${keyText(key)}/${told.id}`,
      attempt: told.attempt,
      stage,
      action: told.action,
      by: told.by.split(","),
      ...(detail?.reason === undefined ? {} : { reason: detail.reason }),
      state: told.state,
      final: told.state === "confirmed" || told.state === "superseded" || told.state === "expired",
      standing,
    };
    return [{ n, announcement }];
  });
}

interface Told {
  readonly id: DecisionId;
  readonly attempt: number;
  readonly action: RuleName;
  readonly by: string;
  readonly state: AnnouncedState;
}

/** Not announced: votes, remarks, and conclusions without a decision. */
function announcedPartOf(entry: LogEntry): Told | undefined {
  const state = announcedState(entry);
  if (state === undefined || !("att" in entry)) return undefined;
  const { id, att: attempt, action, by } = entry;
  if (attempt === undefined || action === undefined || by === undefined || by === "") return undefined;
  return { id, attempt, action, by, state };
}

function announcedState({ k }: LogEntry): AnnouncedState | undefined {
  switch (k) {
    case "claimed":
      return "decided";
    case "accepted":
    case "refused":
    case "unclear":
    case "confirmed":
    case "superseded":
    case "expired":
      return k;
    case "open":
    case "reopened":
    case "notSent":
    case "dropped":
      return "not-done";
    // Its decision was concluded without it, and the conclusion is announced.
    case "lateAnswer":
    case "vote":
    case "withdrawn":
    case "void":
    case "late":
    case "remark":
      return undefined;
  }
}

/** The stored detail belongs to the latest attempt. */
function detailOf(decision: Decision | undefined, attempt: number): Decision["detail"] {
  return decision?.attempt === attempt ? decision.detail : undefined;
}

/** Never the hold's id: anyone who knows it can answer a CodeDeploy hook. */
function stageOf(
  { holds }: Pick<Deployment, "holds">,
  decision: DecisionId,
  holdId: string | undefined,
): string | undefined {
  return holds.find(({ id }) => id === holdId || decisionOfHold(id) === decision)?.stage;
}
