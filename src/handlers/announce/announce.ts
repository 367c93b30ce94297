/** What other programs are told of decisions: which entries of a log are announced, and in which words. Pure. */

import type { Decision, DecisionId, LogEntry } from "../decision.ts";
import type { Deployment, RuleName, SystemName } from "../deployment.ts";
import { decisionOfHold, keyText } from "../identity.ts";
import type { DeploymentKey } from "../ports.ts";
import type { Standing } from "../state.ts";

/**
 * `decided`: enough people asked. `accepted`: AWS said yes, and is not seen to have done it. `refused`, `unclear`: AWS
 * said no, or nothing; it is being read. `not-done`: nothing came of it, people may ask again. The last three are final:
 * AWS shows this answer, another one, or its own time-out.
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
export type AnnouncedState = (typeof announcedStates)[number];

/** The detail of one event: a decision, or what became of it. Other programs rely on it: members are only ever added. */
export interface Announcement {
  readonly version: "1";
  /** The same however often the event is delivered. */
  readonly id: string;
  /** ISO 8601, the store's clock. */
  readonly at: string;
  readonly system: SystemName;
  readonly account: string;
  readonly region: string;
  readonly target: string;
  /** `application/group` */
  readonly qualifiedTarget?: string;
  /** What tells it from others of the same names in one account and region, in words: "Proton component". */
  readonly which?: string;
  /** AWS's own id of the deployment: an ARN or an id; for the edit of a strategy `strategy/<id>`, as is its target. */
  readonly deployment: string;
  /** The same in every event of one decision. */
  readonly decision: string;
  /** Counts from 1: what came to nothing may be decided again, and another process may take an attempt over. */
  readonly attempt: number;
  /** AWS's own name of the point where the deployment waited; absent: it was asked of the whole deployment. */
  readonly stage?: string;
  readonly action: RuleName;
  /** Slack user ids. */
  readonly by: readonly string[];
  readonly reason?: string;
  readonly state: AnnouncedState;
  /** This decision never changes again. */
  readonly final: boolean;
  /** Where the deployment stood when this was announced, as its card says it. Absent for the edit of a strategy. */
  readonly standing?: Standing;
}

/** Where announcements go. Never throws for anything that AWS or the network does. One verdict for each, in their order. */
export type Bus = (announcements: readonly Announcement[]) => Promise<readonly Verdict[]>;

/**
 * `again`: the bus refuses this one for now. `never`: it says that it will not take this one. `down`: the whole call
 * came to nothing, which says nothing about any of them.
 */
export type Verdict =
  | { readonly kind: "sent" }
  | { readonly kind: "again" | "never" | "down"; readonly why: string };

/** An announcement with the number of its entry in the log, from 1. */
export interface Numbered {
  readonly n: number;
  readonly announcement: Announcement;
}

/** What is announced of these entries. `from` entries of the log come before them. */
export function announcementsOf(about: {
  readonly key: DeploymentKey;
  readonly deployment: Pick<Deployment, "ref" | "target" | "qualifiedTarget" | "which" | "holds">;
  readonly decisions: ReadonlyMap<DecisionId, Decision>;
  readonly from: number;
  readonly entries: readonly LogEntry[];
  readonly standing?: Standing;
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
      // A store that was emptied counts its entries anew: the time keeps their ids apart.
      id: `${keyText(key)}/${n}/${entry.at}`,
      at: new Date(entry.at).toISOString(),
      system: ref.system,
      account: ref.account,
      region: ref.region,
      target,
      ...(qualifiedTarget === undefined ? {} : { qualifiedTarget }),
      ...(which === undefined ? {} : { which }),
      deployment: ref.id,
      decision: `${keyText(key)}/${told.id}`,
      attempt: told.attempt,
      ...(stage === undefined ? {} : { stage }),
      action: told.action,
      by: told.by.split(","),
      ...(detail?.reason === undefined ? {} : { reason: detail.reason }),
      state: told.state,
      final: told.state === "confirmed" || told.state === "superseded" || told.state === "expired",
      ...(standing === undefined ? {} : { standing }),
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

/** Wishes, remarks and what nobody ever decided are nobody else's business. */
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

/** What is kept with a decision belongs to its latest attempt. */
function detailOf(decision: Decision | undefined, attempt: number): Decision["detail"] {
  return decision?.attempt === attempt ? decision.detail : undefined;
}

/** Never the hold's id: CodeDeploy takes an answer from whoever knows it. */
function stageOf(
  { holds }: Pick<Deployment, "holds">,
  decision: DecisionId,
  holdId: string | undefined,
): string | undefined {
  return holds.find(({ id }) => id === holdId || decisionOfHold(id) === decision)?.stage;
}
