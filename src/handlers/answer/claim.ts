/**
 * Claims a decision for a request that was checked. Other people's votes are checked again, and the store gets the
 * verdict together with the votes it is based on; if those have changed, they are checked anew. So rules about votes
 * need no change in the store.
 */

import type { DecisionDetail, Refusal, Voided } from "../decision.ts";
import type { Deployment } from "../deployment.ts";
import { isEnding, pointOf } from "../identity.ts";
import type { Route, Rule } from "../policy.ts";
import type { Clock, Directory, Standing, Telemetry } from "../ports.ts";
import type { JudgedClaim, VoteVerdict } from "../store/decisions.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store.ts";
import type { View } from "../store/view.ts";
import type { Timing } from "../timing.ts";
import type { EarlyRead } from "./early-read.ts";
import { isLate, keysOf, type Request, seenBy, votesAsIn } from "./request.ts";
import { judgeVoters, votersAt } from "./voters.ts";
import { printSeen } from "./worse.ts";

/** A request with everything that was read and checked for it. */
export interface Asked {
  readonly request: Request;
  readonly view: View;
  readonly deployment: Deployment;
  readonly route: Route;
  readonly rule: Rule;
  readonly earlyRead?: EarlyRead | undefined;
  /** The person's membership of the workspace, looked up since the click. */
  readonly standing?: Promise<Standing> | undefined;
}

export type Claimed =
  | Exclude<JudgedClaim, { readonly kind: "waiting" }>
  | (Extract<JudgedClaim, { readonly kind: "waiting" }> & Pick<VoteVerdict, "unknown">)
  | { readonly kind: "refused"; readonly why: Refusal }
  | { readonly kind: "lost-reply" };

/**
 * `why`: there are enough votes, but not all voters could be checked; their votes are kept. `lost`: the person who
 * asks is no longer allowed to.
 */
interface Judged {
  readonly verdict: VoteVerdict;
  readonly why?: Refusal;
  readonly lost?: Refusal;
}

interface ClaimEnd {
  readonly claimed: Claimed;
  readonly voided: readonly Voided[];
}

/** `jobQueued`: the delayed job that finds this claim after a crash. The claim is recorded after it. */
export type Claim = (asked: Asked, token: string, jobQueued: Promise<void>) => Promise<ClaimEnd>;

/** How often the votes may change during a request before it is reported as busy. */
const maxChanges = 5;

export function createClaim(ports: {
  readonly store: Pick<Store, "view" | "claim" | "voidVote">;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly timing: Pick<Timing, "claimLeaseMs" | "busyRetryMs">;
}): Claim {
  const { store, directory, clock, telemetry } = ports;
  const { claimLeaseMs, busyRetryMs } = ports.timing;

  /** Votes that no longer count are removed before the rest are counted. */
  async function judge(
    { request, route, rule }: Asked,
    votes: View["votes"],
    voided: Voided[],
    lookups = directory,
  ): Promise<Judged> {
    const { action, person, key } = request;
    const { decision } = keysOf(request);
    const same = votesAsIn(request, votes);
    const others = same.flatMap(({ user }) => (user === person.user ? [] : [user]));
    const users = votersAt(person.user, others, rule.approvals);
    const voters = await judgeVoters(route, action, users, lookups, { presser: person.user });
    for (const one of voters.voided) {
      const isAsker = one.user === person.user;
      if (!isAsker || same.some(({ user }) => user === one.user))
        await store.voidVote(key, { decision, action, ...one });
      if (!isAsker) voided.push(one);
    }
    const { counted, unknown, what } = voters;
    const isOther = (user: string): boolean => user !== person.user;
    const seen = [...counted, ...unknown].filter(isOther);
    const need = rule.approvals;
    const lost = voters.voided.find(({ user }) => user === person.user);
    if (lost !== undefined)
      return { verdict: { seen, need, enough: false, by: seen, unknown }, lost: whyLost(lost) };
    // A person who was not checked here is the first of several voters: `judgeAsker` was enough.
    const isKnown = !unknown.includes(person.user);
    const by = isKnown ? [person.user, ...counted.filter(isOther)] : counted;
    const enough = by.length >= need && isKnown;
    const verdict = { seen, need, enough, by, unknown };
    if (enough || seen.length + 1 < need) return { verdict };
    const policy = route.policy.name;
    const why: Refusal =
      others.length === 0
        ? { rule: "lookup-failed", policy, what, voteKept: true }
        : { rule: "voters-unknown", policy, voters: unknown, votes: by.length, need, what };
    return { verdict, why };

    function whyLost({ why: reason }: Voided): Refusal {
      if (reason === "not-in-workspace") return { rule: "other-workspace" };
      return { rule: "not-an-approver", policy: route.policy.name, action, approvers: rule.approvers };
    }
  }

  /** For the first check alone: a later one asks Slack again. */
  function lookupsFor({ request, standing }: Asked): Directory {
    if (standing === undefined) return directory;
    const { user: asker } = request.person;
    return { ...directory, standing: (user) => (user === asker ? standing : directory.standing(user)) };
  }

  function requestTo({ request, deployment, view }: Asked, token: string) {
    const { action, point, evidence, reason, person } = request;
    const holdId = deployment.offers.find((o) => pointOf(o) === point && o.action === action)?.holdId;
    const seen = seenBy(request, view);
    const { born } = view;
    const detail: DecisionDetail = {
      point,
      // Set even if the health is unknown: a takeover compares with this, not with a card rendered later.
      seen: printSeen(seen),
      holdId,
      reason,
    };
    return { token, leaseMs: claimLeaseMs, action, user: person.user, evidence, detail, born };
  }

  async function claim(asked: Asked, first: Judged, token: string, voided: Voided[]): Promise<Claimed> {
    const { request } = asked;
    // A lease that was just taken must end before this gives up.
    const until = clock.monotonicMs() + claimLeaseMs + 2 * busyRetryMs;
    const ask = requestTo(asked, token);
    const votesNow = async (): Promise<View["votes"]> => (await store.view(request.key, [])).votes;
    let judged = first;
    let again: Pick<Parameters<Store["claim"]>[1], "again"> = {};
    for (let changes = 0; ; ) {
      if (judged.lost !== undefined) return { kind: "refused", why: judged.lost };
      const reply = await store.claim(keysOf(request), {
        ...{ ...ask, ...again, verdict: judged.verdict },
      });
      // People can lose the right to vote while their rollback or cancel waits, too.
      if (reply.kind === "lane-free") {
        judged = await judge(asked, await votesNow(), voided);
        again = { again: "judged-now" };
        continue;
      }
      if (reply.kind === "votes-changed") {
        changes += 1;
        if (changes > maxChanges) return { kind: "busy-lease" };
        judged = await judge(asked, await votesNow(), voided);
        continue;
      }
      if (reply.kind === "waiting")
        return judged.why === undefined
          ? { ...reply, unknown: judged.verdict.unknown }
          : { kind: "refused", why: judged.why };
      // A rollback or cancel waits for another decision's call in its lane, or for the lease of a process that
      // stopped: seconds. It never waits for that decision's result.
      const waits = reply.kind === "busy-lease" && isEnding(request.action);
      if (!waits || clock.monotonicMs() >= until) return reply;
      again = { again: "judged-before" };
      await clock.wait(busyRetryMs);
    }
  }

  return async (asked, token, jobQueued) => {
    const voided: Voided[] = [];
    // A late request only learns who was first: don't touch other people's votes.
    const votes = isLate(asked.request, asked.view) ? [] : asked.view.votes;
    const judging = judge(asked, votes, voided, lookupsFor(asked));
    const [first] = await Promise.all([judging, jobQueued]);
    try {
      return { claimed: await claim(asked, first, token, voided), voided };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // The claim may be recorded, so this is no refusal.
      telemetry.log("warn", "claim outcome unknown: Redis did not reply", {
        correlationId: asked.request.correlationId,
        error,
      });
      return { claimed: { kind: "lost-reply" }, voided };
    }
  };
}
