/** Compares each decision with a read of AWS, and takes over claims that a crashed process left. */

import type { Execute } from "../answer/execute.ts";
import { routeOf } from "../answer/request.ts";
import { judgeVoters } from "../answer/voters.ts";
import { parseSeen } from "../answer/worse.ts";
import type { Decision, DecisionId } from "../decision.ts";
import { isLive, isShut } from "../decision.ts";
import type { Deployment, RedisMs } from "../deployment.ts";
import { actions } from "../deployment.ts";
import {
  decisionFor,
  decisionsOf,
  deploymentDecision,
  isDeploymentDecision,
  isEnding,
  keyText,
} from "../identity.ts";
import type { Route } from "../policy.ts";
import type { DeploymentKey, Directory, Telemetry } from "../ports.ts";
import type { DecisionKeys } from "../store/decisions.ts";
import type { Store } from "../store/store.ts";
import type { View } from "../store/view.ts";
import { observe } from "./observe.ts";

/** One job's read of one deployment. */
interface Read {
  readonly key: DeploymentKey;
  readonly view: View;
  readonly fresh: Deployment;
  /** Redis's time before AWS was read (docs/protocol.md, 4). */
  readonly readAt: RedisMs;
}

interface Resolved {
  /** The record has changed since the view was read. */
  readonly changed: boolean;
  /** The earliest time at which another read can conclude more. */
  readonly heldMs: number | undefined;
}

export type Resolve = (read: Read) => Promise<Resolved>;

export function createResolve(ports: {
  readonly store: Pick<Store, "resolve" | "settle" | "voidVote">;
  readonly directory: Directory;
  readonly act: Execute;
  readonly telemetry: Telemetry;
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  readonly newToken: () => string;
}): Resolve {
  const { store, directory, act, telemetry, routes, accountNames, newToken } = ports;

  async function takeOver(
    { key, view, fresh, readAt }: Read,
    keys: DecisionKeys,
    decision: Decision,
    token: string,
  ): Promise<void> {
    const { attempt } = decision;
    const action = actions.find((one) => one === decision.action);
    const route = routeOf(fresh, view, routes, accountNames);
    if (route === undefined || action === undefined || decision.evidence === undefined) return;
    const { policy } = route;
    const rule = policy.rules[action];
    // People who asked for the same rollback or cancel while this claim was open were told that somebody was first.
    const { id, evidence } = decision;
    const since = view.votes.flatMap((vote) =>
      isEnding(action) && vote.decision === id && vote.action === action && vote.evidence === evidence
        ? [vote.user]
        : [],
    );
    const voters = await judgeVoters(route, action, [...new Set([...decision.by, ...since])], directory);
    const voidVotes = async (): Promise<void> => {
      for (const one of voters.voided) await store.voidVote(key, { decision: decision.id, action, ...one });
    };
    if (rule === undefined || voters.counted.length < rule.approvals) {
      const detail = whyTooFew(voters);
      const settled = { token, answer: "open", detail, action, by: decision.by, attempt } as const;
      await store.settle(keys, { ...settled, keepVotes: true, unknown: voters.unknown });
      await voidVotes();
      return;
    }
    await voidVotes();
    telemetry.log("info", "taking over abandoned claim", {
      deployment: keyText(key),
      decision: decision.id,
    });
    const seen = decision.detail?.seen;
    await act({
      key,
      action,
      point: decision.detail?.point ?? decision.id,
      evidence: decision.evidence,
      by: voters.counted,
      attempt,
      token,
      seen: fresh,
      policy,
      askedAt: readAt,
      health: seen === undefined ? undefined : parseSeen(seen),
    });
  }

  return async function resolve(read) {
    const { key, view, fresh, readAt } = read;
    let changed = false;
    let heldMs: number | undefined;
    for (const id of decisionsOf(fresh)) {
      const decision = view.decisions.get(id);
      const saw = observe(fresh, id, decision, readAt);
      if (!needsResolving(view, id, decision, saw === "open")) continue;
      const keys: DecisionKeys = { key, decision: id, ...guardOf(id, decision) };
      const token = newToken();
      const reply = await store.resolve(keys, {
        ...{ saw, readAt, token, detail: fresh.status, born: view.born },
      });
      telemetry.count("resolved", { system: fresh.ref.system, reply: reply.kind });
      if (reply.kind === "wait" || reply.kind === "held") heldMs = Math.min(heldMs ?? reply.ms, reply.ms);
      else if (reply.kind === "took") await takeOver(read, keys, reply.decision, token);
      changed ||= !["open", "shut", "newer", "held"].includes(reply.kind);
    }
    return { changed, heldMs };
  };
}

/** A decision that nobody asked for is closed when AWS shows its hold answered, and ignored while the hold is open. */
function needsResolving(view: View, id: DecisionId, decision: Decision | undefined, open: boolean): boolean {
  if (isShut(decision?.state)) return false;
  if (isLive(decision?.state)) return true;
  if (id === deploymentDecision.end && view.endingWaits === true) return true;
  if (open) return false;
  const asked = decision !== undefined || view.votes.some((vote) => vote.decision === id);
  return asked || !isDeploymentDecision(id);
}

function whyTooFew({
  unknown,
  what,
}: {
  readonly unknown: readonly string[];
  readonly what: string;
}): string {
  return unknown.length > 0
    ? `nothing was sent: could not check whether everybody who asked still may (${what})`
    : "nothing was sent: not everybody who asked still may";
}

function guardOf(id: DecisionId, decision: Decision | undefined): { readonly guard?: DecisionId } {
  const point = decision?.detail?.point ?? id;
  const { guard } = decisionFor(
    decision?.action ?? (id === deploymentDecision.end ? "rollback" : "continue"),
    point,
  );
  return guard === undefined ? {} : { guard };
}
