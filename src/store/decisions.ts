/**
 * Claim, begin, settle, resolve: one decision per hold, and one rollback or cancel per deployment (docs/protocol.md,
 * 2 and 3).
 */

import { z } from "zod";
import type { Store } from "../handlers/store/store.ts";
import type { Timing } from "../handlers/timing.ts";
import { decisionKeys, deploymentKeys } from "./keys.ts";
import { decisionReplySchema, maybeDecisionReplySchema, recordVersion } from "./records.ts";
import type { RunScript } from "./scripts.ts";
import { countSchema } from "./stored-text.ts";

type Decisions = Pick<Store, "claim" | "begin" | "settle" | "resolve" | "withdraw" | "voidVote">;

/** The time constants that `claim` and `resolve` use. */
export type DecisionTiming = Pick<Timing, "claimLeaseMs" | "quietMs" | "acceptedMs" | "freshMs" | "renewMs">;

export function createDecisions(run: RunScript, timing: DecisionTiming): Decisions {
  return {
    async claim(decision, request) {
      const keys = decisionKeys(decision);
      const reply = await run(
        "claim",
        [keys.lease, keys.decision, keys.guard, keys.ask, keys.log, keys.dep, keys.board],
        [
          recordVersion,
          request.token,
          request.leaseMs,
          decision.decision,
          request.action,
          request.user,
          request.evidence,
          request.verdict.enough ? 1 : 0,
          request.verdict.by.toSorted().join(","),
          request.verdict.need,
          request.verdict.seen.join(","),
          request.verdict.unknown.join(","),
          timing.renewMs,
          JSON.stringify(request.detail),
          request.again ?? "",
          request.born ?? "",
          timing.quietMs,
        ],
        claimReply,
      );
      switch (reply[0]) {
        case "yours":
          return { kind: "yours", attempt: reply[1], by: reply[2].split(",") };
        case "waiting":
          return { kind: "waiting", votes: reply[1], need: reply[2] };
        case "busy":
          return { kind: "busy", holder: reply[1] };
        case "decided":
          return { kind: "decided", winner: reply[1] };
        case "emptied":
          return { kind: "emptied", ms: reply[1] };
        case "busy-lease":
        case "lane-free":
        case "votes-changed":
        case "withdrawn":
        case "newer":
          return { kind: reply[0] };
      }
    },

    async begin(decision, attempt) {
      const keys = decisionKeys(decision);
      const reply = await run(
        "begin",
        [keys.lease, keys.decision, keys.guard, keys.ask, keys.log],
        [attempt.token, attempt.leaseMs],
        beginReply,
      );
      switch (reply[0]) {
        case "go":
          return { kind: "go" };
        case "lost":
          return reply[1] === undefined ? { kind: "lost" } : { kind: "lost", decision: reply[1] };
        case "decided":
          return { kind: "decided", winner: reply[1] };
        case "opposed":
          return { kind: "opposed", by: reply[1].split(",") };
      }
    },

    async settle(decision, attempt) {
      const keys = decisionKeys(decision);
      const reply = await run(
        "settle",
        [keys.lease, keys.decision, keys.ask, keys.log],
        [
          recordVersion,
          attempt.token,
          attempt.answer,
          attempt.detail,
          decision.decision,
          attempt.action,
          attempt.by.join(","),
          attempt.attempt,
          attempt.keepVotes === true ? 1 : 0,
          ...(attempt.unknown === undefined ? [] : [attempt.unknown.join(",")]),
        ],
        settleReply,
      );
      if (reply[0] === "kept") return { kind: "kept" };
      return reply[1] === undefined ? { kind: "late" } : { kind: "late", decision: reply[1] };
    },

    async resolve(decision, look) {
      const keys = decisionKeys(decision);
      const reply = await run(
        "resolve",
        [keys.lease, keys.decision, keys.guard, keys.ask, keys.log, keys.dep],
        [
          recordVersion,
          look.saw,
          look.readAt,
          look.token,
          timing.claimLeaseMs,
          timing.quietMs,
          timing.acceptedMs,
          timing.freshMs,
          timing.renewMs,
          decision.decision,
          look.detail,
          look.born ?? "",
        ],
        resolveReply,
      );
      switch (reply[0]) {
        case "took":
          return { kind: "took", decision: reply[1] };
        case "wait":
        case "held":
          return { kind: reply[0], ms: Math.max(0, reply[1]) };
        default:
          return { kind: reply[0] };
      }
    },

    async withdraw(key, decision, user, action) {
      const keys = deploymentKeys(key);
      const reply = await run(
        "withdraw",
        [keys.decision(decision), keys.ask, keys.log],
        [decision, user, "", action],
        withdrawReply,
      );
      return reply[0] === "decided" ? { kind: "decided", winner: reply[1] } : { kind: reply[0] };
    },

    async voidVote(key, { decision, user, action, why }) {
      const keys = deploymentKeys(key);
      const on = [keys.decision(decision), keys.ask, keys.log];
      await run("withdraw", on, [decision, user, why, action], withdrawReply);
    },
  };
}

const claimReply = z.union([
  z.tuple([z.literal("yours"), countSchema, z.string()]),
  z.tuple([z.literal("waiting"), countSchema, countSchema]),
  z.tuple([z.literal("busy"), decisionReplySchema]),
  z.tuple([z.literal("decided"), decisionReplySchema]),
  z.tuple([z.literal("emptied"), countSchema]),
  z.tuple([z.enum(["busy-lease", "lane-free", "votes-changed", "withdrawn", "newer"])]),
]);

const beginReply = z.union([
  z.tuple([z.literal("go")]),
  z.tuple([z.literal("lost"), maybeDecisionReplySchema]),
  z.tuple([z.literal("decided"), decisionReplySchema]),
  z.tuple([z.literal("opposed"), z.string()]),
]);

const settleReply = z.union([
  z.tuple([z.literal("kept")]),
  z.tuple([z.literal("late"), maybeDecisionReplySchema]),
]);

const resolveReply = z.union([
  z.tuple([z.literal("took"), decisionReplySchema]),
  z.tuple([z.enum(["wait", "held"]), countSchema]),
  z.tuple([
    z.enum([
      ...(["confirmed", "superseded", "expired", "reopened"] as const),
      ...(["notSent", "open", "shut", "emptied", "newer"] as const),
    ]),
  ]),
]);

const withdrawReply = z.union([
  z.tuple([z.enum(["withdrawn", "none"])]),
  z.tuple([z.literal("decided"), decisionReplySchema]),
]);
