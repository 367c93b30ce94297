/**
 * All key names (docs/protocol.md, 8). Keys of one script share a hash tag, `{...}`, so that Redis Cluster keeps them
 * in one slot.
 */

import { type Ref, systemNames } from "../handlers/deployment.ts";
import type { DeploymentKey } from "../handlers/ports.ts";
import type { DecisionKeys } from "../handlers/store/decisions.ts";
import type { JobKey } from "../handlers/store/queue.ts";

/** A lane's lease, and the keys of one deployment in the lane. */
export function deploymentKeys({ lane, deployment }: DeploymentKey) {
  const own = `hp:{${lane}}:${deployment}`;
  return {
    lease: `hp:{${lane}}:lease`,
    dep: `${own}:dep`,
    board: `${own}:board`,
    ask: `${own}:ask`,
    log: `${own}:log`,
    decision: (id: string) => `${own}:x:${id}`,
  };
}

/** A decision without a guard passes its own key as the guard's: a script's keys can't be optional. */
export function decisionKeys({ key, decision, guard }: DecisionKeys) {
  const keys = deploymentKeys(key);
  return { ...keys, decision: keys.decision(decision), guard: keys.decision(guard ?? decision) };
}

/** The queue, and everything that is updated in the same step when a job completes. */
export const queueKeys = {
  due: "hp:{q0}:due",
  work: "hp:{q0}:work",
  note: "hp:{q0}:note",
  hint: "hp:{q0}:hint",
  active: "hp:{q0}:active",
  /** Entries of `active` without a job, by when they lost it. */
  over: "hp:{q0}:over",
  audit: "hp:{q0}:audit",
  audited: "hp:{q0}:audited",
  auditedAt: "hp:{q0}:audited-at",
  /**
   * Announcements oldest first; the position of the first one and the counts of dropped ones; the lease to send them.
   */
  announce: "hp:{q0}:announce",
  announced: "hp:{q0}:announced",
  announcer: "hp:{q0}:announcer",
  epoch: "hp:{q0}:epoch",
  /** When the records of each job's deployment began, which are in other slots of a cluster. */
  born: "hp:{q0}:born",
} as const;

/** The targets that the sweeps listed, by system, account and region. */
export const targetsKey = "hp:targets";

export function bucketKey(team: string, bucket: string): string {
  return `hp:{slack:${team}}:${bucket}`;
}

/** Raised when the text of a job changes its meaning: each release dequeues only the jobs of its own format. */
export const memberFormat = "1";

/** As in the texts of jobs, for `dequeue`. */
export function placeText({ account, region }: Pick<Ref, "account" | "region">): string {
  return `${account}|${region}`;
}

export function memberText(member: JobKey): string {
  switch (member.kind) {
    case "ref": {
      const { system, account, region, id } = member.ref;
      return [memberFormat, system, account, region, id].join("|");
    }
    case "sweep":
      return [memberFormat, "sweep", member.account, member.region].join("|");
  }
}

/** `undefined` for jobs of a newer release. */
export function parseMember(text: string): JobKey | undefined {
  const [format, kind, account, region, ...rest] = text.split("|");
  if (format !== memberFormat || account === undefined || region === undefined) return undefined;
  if (kind === "sweep") return rest.length === 0 ? { kind, account, region } : undefined;
  const system = systemNames.find((name) => name === kind);
  if (system === undefined || rest.length === 0) return undefined;
  const ref: Ref = { system, account, region, id: rest.join("|") };
  return { kind: "ref", ref };
}
