/**
 * Saves an edit that its author has seen as a preview:
 * judge -> claim -> read and compare under the lease -> begin -> update once -> settle -> read back.
 * AWS has no condition for this call, so the lane's lease and the comparison are all there is (docs/protocol.md, 10).
 * No look resolves these decisions: whoever presses again has AWS read and the record resolved. A look copies their log,
 * for the audit and for who is told of decisions.
 */

import type { Answer } from "../decision.ts";
import { type Decision, isShut } from "../decision.ts";
import { keyOf } from "../identity.ts";
import type { Clock, Telemetry } from "../ports.ts";
import type { DecisionKeys } from "../store/decisions.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store.ts";
import type { Timing } from "../timing.ts";
import {
  nowOf,
  type StrategyEdit,
  type StrategyNow,
  type StrategySaved,
  sawOf,
  unlessAsSeen,
  wordsOfChange,
} from "./edit.ts";
import { changeOf } from "./pace.ts";
import type { StrategyPlaces } from "./places.ts";

export type EditStrategy = (edit: StrategyEdit, onClaimed: () => void) => Promise<StrategySaved>;

/** AWS's reads may lag behind its answer. */
const readBackTries = 3;
const readBackMs = 1_000;

function laneOf(id: string): string {
  return `strategy/${id}`;
}

/** An attempt that holds the lane's lease. */
interface Mine {
  readonly keys: DecisionKeys;
  readonly token: string;
  readonly attempt: number;
  readonly by: readonly string[];
}

export function createEditStrategy(ports: {
  readonly places: StrategyPlaces;
  readonly store: Pick<Store, "claim" | "begin" | "settle" | "resolve" | "view" | "enqueue">;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly newToken: () => string;
  readonly stopping: () => boolean;
  readonly timing: Timing;
}): EditStrategy {
  const { places, store, clock, telemetry, newToken, stopping, timing } = ports;
  const { strategies } = places;
  const action = "edit-strategy";

  async function claim(edit: StrategyEdit, onClaimed: () => void): Promise<StrategySaved> {
    const { preview, person, proposed } = edit;
    const { account, region, id } = edit.ref;
    const lane = laneOf(id);
    const keys = {
      key: keyOf({ system: places.system, account, region, id: lane }, lane),
      decision: preview,
    };
    const token = newToken();
    const reply = await store.claim(keys, {
      ...{ token, leaseMs: timing.claimLeaseMs, action, user: person.user },
      verdict: { seen: [], by: [person.user], unknown: [], enough: true, need: 1 },
      evidence: wordsOfChange(edit.base, proposed),
      detail: { point: preview },
    });
    onClaimed();
    telemetry.count("claims", { action, reply: reply.kind });
    switch (reply.kind) {
      case "yours":
        return carryOut(edit, { keys, token, attempt: reply.attempt, by: reply.by });
      case "decided":
        return lookAgain(edit, keys, reply.winner);
      case "newer":
        return { kind: "refused", why: { rule: "newer-version" } };
      case "busy":
      case "busy-lease":
      case "votes-changed":
      case "lane-free":
      case "withdrawn":
      case "waiting":
        return { kind: "busy" };
    }
  }

  async function carryOut(edit: StrategyEdit, mine: Mine): Promise<StrategySaved> {
    const { ref, proposed } = edit;
    const giveBack = async (why: string, told: StrategySaved): Promise<StrategySaved> => {
      await settle(edit, mine, "open", why);
      return told;
    };
    const read = await strategies.read(ref);
    const unfit = unlessAsSeen(edit, read);
    if (unfit !== undefined) return giveBack(unfit.kind, unfit);
    if (read.kind !== "read") return giveBack(read.kind, { kind: "missing" });
    if (stopping()) return giveBack("Holdpoint restarts", { kind: "refused", why: { rule: "restarting" } });

    const beganMs = clock.monotonicMs();
    const begun = await store.begin(mine.keys, { token: mine.token, leaseMs: timing.sendLeaseMs });
    if (begun.kind !== "go") return { kind: "busy" };
    if (timing.sendLeaseMs - (clock.monotonicMs() - beganMs) < timing.sendMarginMs) {
      const message = "the store answered too slowly to send safely";
      return giveBack(message, { kind: "not-done", why: { cause: "not-sent", message } });
    }
    const answer = await strategies.update(ref, changeOf(read.value.pace, proposed));
    telemetry.count("aws_answers", { system: places.system, action, answer: answer.kind });
    return conclude(edit, mine, answer);
  }

  async function conclude(edit: StrategyEdit, mine: Mine, answer: Answer): Promise<StrategySaved> {
    switch (answer.kind) {
      case "accepted": {
        await settle(edit, mine, "accepted", answer.note);
        return { kind: "saved", now: await readBack(edit, mine.keys, readBackTries) };
      }
      case "refused":
        // There is no hold whose state AWS could have meant: it did nothing, and nothing is left to find out.
        await settle(edit, mine, "open", answer.message);
        return { kind: "rejected", message: answer.message };
      case "not-done":
        await settle(edit, mine, "open", answer.why.message);
        return { kind: "not-done", why: answer.why };
      case "unclear": {
        const why = answer.cause instanceof Error ? answer.cause.name : "no answer";
        await settle(edit, mine, "unclear", why);
        return { kind: "unclear", now: await readBack(edit, mine.keys, 1) };
      }
    }
  }

  /** The record says that this preview was decided: AWS says what became of it. */
  async function lookAgain(edit: StrategyEdit, keys: DecisionKeys, winner: Decision): Promise<StrategySaved> {
    const { now: readAt } = await store.view(keys.key, []);
    const read = await strategies.read(edit.ref);
    const now = nowOf(edit.proposed, read);
    if (isShut(winner.state) || read.kind !== "read") return { kind: "decided", winner, now };
    const token = newToken();
    const look = { saw: sawOf(edit, read.value.pace), readAt, token, detail: "read when asked again" };
    const reply = await store.resolve(keys, look);
    switch (reply.kind) {
      case "confirmed":
        return { kind: "saved", now };
      case "took": {
        const { attempt, by } = reply.decision;
        return carryOut(edit, { keys, token, attempt, by });
      }
      case "reopened":
      case "notSent":
      case "open":
        return { kind: "not-arrived" };
      case "held":
        return { kind: "busy" };
      case "newer":
        return { kind: "refused", why: { rule: "newer-version" } };
      default:
        return { kind: "decided", winner, now };
    }
  }

  /** AWS is asked for what it has now, and the record is told when that is what was asked for (P9). */
  async function readBack(edit: StrategyEdit, keys: DecisionKeys, tries: number): Promise<StrategyNow> {
    for (let tried = 1; ; tried += 1) {
      const readAt = await redisNow(keys);
      const now = nowOf(edit.proposed, await strategies.read(edit.ref));
      if (now.kind === "as-asked") {
        await confirm(keys, readAt);
        return now;
      }
      if (tried >= tries) return now;
      await clock.wait(readBackMs);
    }
  }

  async function redisNow(keys: DecisionKeys): Promise<number | undefined> {
    return unlessAway(async () => (await store.view(keys.key, [])).now);
  }

  async function confirm(keys: DecisionKeys, readAt: number | undefined): Promise<void> {
    if (readAt === undefined) return;
    const look = { saw: "match" as const, readAt, token: newToken(), detail: "read back" };
    await unlessAway(() => store.resolve(keys, look));
  }

  async function lookAt({ ref: { account, region, id } }: StrategyEdit, delayMs: number): Promise<void> {
    const ref = { system: places.system, account, region, id: laneOf(id) };
    await store.enqueue([{ member: { kind: "ref", ref }, delayMs }]);
  }

  /** What was saved is told even if the record can't be brought up to date. */
  async function unlessAway<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      telemetry.log("warn", "the store went away after a strategy edit", { error });
      return undefined;
    }
  }

  async function settle(
    { ref, base, proposed }: StrategyEdit,
    { keys, token, attempt, by }: Mine,
    answer: "accepted" | "refused" | "open" | "unclear",
    why: string,
  ): Promise<void> {
    const change = wordsOfChange(base, proposed);
    telemetry.log("info", "strategy edit", { ...ref, by, answer, change, why });
    const detail = `strategy ${ref.id}: ${change} (${why})`;
    const until = clock.monotonicMs() + timing.settleRetryMs;
    for (;;) {
      try {
        const reply = await store.settle(keys, { token, answer, detail, action, by, attempt });
        if (reply.kind === "late") telemetry.log("warn", "settled late", { decision: keys.decision, answer });
        return;
      } catch (error) {
        if (!(error instanceof StoreError) || clock.monotonicMs() >= until) {
          telemetry.log("error", "settle of a strategy edit failed", { decision: keys.decision, error });
          return;
        }
        await clock.wait(1_000);
      }
    }
  }

  return async (edit, onClaimed) => {
    const judged = await places.judge(edit.ref, edit.person);
    if (judged.kind === "refused") return judged;
    if (stopping()) return { kind: "refused", why: { rule: "restarting" } };
    try {
      // As for every answer: the look is queued before there is anything to copy, so that a crash leaves none out.
      await lookAt(edit, timing.claimLeaseMs + 1_000);
      const saved = await claim(edit, onClaimed);
      await unlessAway(() => lookAt(edit, 0));
      return saved;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const { correlationId } = edit;
      telemetry.log("warn", "strategy edit refused, the store is away", { correlationId, error });
      // Nothing is ever sent after a step of the store that failed, and no other process takes an edit over by itself.
      return { kind: "refused", why: { rule: "store-down" } };
    }
  };
}
