/**
 * The names of all keys (docs/protocol.md, 8). What one script touches shares a hash tag, `{...}`: Redis Cluster keeps
 * it in one slot.
 */

import { type Ref, systemNames } from "../handlers/deployment.ts";
import type { DeploymentKey } from "../handlers/ports.ts";
import type { DecisionKeys } from "../handlers/store/decisions.ts";
import type { Member } from "../handlers/store/queue.ts";

/** A lane's lease, and everything of one deployment in it. */
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

/** A decision without a guard names itself as its guard: Redis has no optional keys. */
export function decisionKeys({ key, decision, guard }: DecisionKeys) {
  const keys = deploymentKeys(key);
  return { ...keys, decision: keys.decision(decision), guard: keys.decision(guard ?? decision) };
}

/** The one queue, and what is brought up to date in the same step as a look ends. */
export const queueKeys = {
  due: "hp:{q0}:due",
  work: "hp:{q0}:work",
  note: "hp:{q0}:note",
  hint: "hp:{q0}:hint",
  active: "hp:{q0}:active",
  /** Which of these nothing looks at any more, by when that began. */
  over: "hp:{q0}:over",
  audit: "hp:{q0}:audit",
  audited: "hp:{q0}:audited",
  auditedAt: "hp:{q0}:audited-at",
  /** What is to be announced, oldest first; how far that is; and who does it. */
  announce: "hp:{q0}:announce",
  announced: "hp:{q0}:announced",
  announcer: "hp:{q0}:announcer",
  epoch: "hp:{q0}:epoch",
} as const;

/** What the sweeps listed, by place. */
export const targetsKey = "hp:targets";

export function bucketKey(team: string, bucket: string): string {
  return `hp:{slack:${team}}:${bucket}`;
}

/** Raised when the text of a member changes its meaning: an older release then gives such members back. */
const memberFormat = "1";

export function memberText(member: Member): string {
  switch (member.kind) {
    case "ref": {
      const { system, account, region, id } = member.ref;
      return [memberFormat, system, account, region, id].join("|");
    }
    case "sweep":
      return [memberFormat, "sweep", member.account, member.region].join("|");
  }
}

/** `undefined` for what a newer release has queued. */
export function parseMember(text: string): Member | undefined {
  const [format, kind, account, region, ...rest] = text.split("|");
  if (format !== memberFormat || account === undefined || region === undefined) return undefined;
  if (kind === "sweep") return rest.length === 0 ? { kind, account, region } : undefined;
  const system = systemNames.find((name) => name === kind);
  if (system === undefined || rest.length === 0) return undefined;
  const ref: Ref = { system, account, region, id: rest.join("|") };
  return { kind: "ref", ref };
}
