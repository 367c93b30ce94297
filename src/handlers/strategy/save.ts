/**
 * Saves an edit that its author has seen as a preview: judge -> claim -> commit -> read back.
 * The API has no conditional update, so the lane's lease and the comparison are the only protection
 * (docs/protocol.md, 10). No job resolves these decisions: the next click reads AWS and resolves the record. A job
 * copies their log to the audit stream and the announcements.
 */

import { createCommit, type HeldClaim, type Inspected } from "../commit.ts";
import type { CallResult } from "../decision.ts";
import { type Decision, isShut } from "../decision.ts";
import { keyOf } from "../identity.ts";
import type { Clock, Telemetry } from "../ports.ts";
import type { DecisionKeys } from "../store/decisions.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store.ts";
import type { Timing } from "../timing.ts";
import {
  compareWithSeen,
  nowOf,
  observeEdit,
  type StrategyEdit,
  type StrategyNow,
  type StrategySaved,
  wordsOfChange,
} from "./edit.ts";
import type { StrategyPlaces } from "./places.ts";
import { changeOf } from "./settings.ts";
import type { Reading, RolloutSettings, Strategy } from "./strategy.ts";

export type EditStrategy = (edit: StrategyEdit, onClaimed: () => void) => Promise<StrategySaved>;

/** AWS's reads can lag behind its writes. */
const readBackTries = 3;
const readBackMs = 1_000;

function laneOf(id: string): string {
  return `strategy/${id}`;
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
  const commit = createCommit(ports);
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
        return carryOut(edit, { keys, token, action, attempt: reply.attempt, by: reply.by });
      case "decided":
        return lookAgain(edit, keys, reply.winner);
      case "emptied":
        return { kind: "refused", why: { rule: "store-emptied", ms: reply.ms } };
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

  async function carryOut(edit: StrategyEdit, claim: HeldClaim): Promise<StrategySaved> {
    const { ref, base, proposed } = edit;
    const committed = await commit({
      claim,
      system: places.system,
      inspect: async () => compare(edit, await strategies.read(ref)),
      call: (current) => strategies.update(ref, changeOf(current, proposed)),
      record: ({ answer: told, detail: why }) => {
        const change = wordsOfChange(base, proposed);
        // There is no hold that the rejection could be about: AWS did nothing, and there is nothing to check.
        const answer = told === "refused" ? "open" : told;
        telemetry.log("info", "strategy edit finished", { ...ref, by: claim.by, answer, change, why });
        return { answer, detail: `strategy ${ref.id}: ${change} (${why})` };
      },
    });
    switch (committed.kind) {
      case "stopped":
        return committed.told;
      case "restarting":
        return { kind: "refused", why: { rule: "restarting" } };
      case "lost":
        return { kind: "busy" };
      case "answered":
        return answered(edit, claim.keys, committed.answer);
    }
  }

  async function answered(
    edit: StrategyEdit,
    keys: DecisionKeys,
    answer: CallResult,
  ): Promise<StrategySaved> {
    switch (answer.kind) {
      case "accepted":
        return { kind: "saved", now: await readBack(edit, keys, readBackTries) };
      case "refused":
        return { kind: "rejected", message: answer.message };
      case "not-done":
        return { kind: "not-done", why: answer.why };
      case "unclear":
        return { kind: "unclear", now: await readBack(edit, keys, 1) };
    }
  }

  /** This preview was decided before: read AWS for the result. */
  async function lookAgain(edit: StrategyEdit, keys: DecisionKeys, winner: Decision): Promise<StrategySaved> {
    const { now: readAt } = await store.view(keys.key, []);
    const read = await strategies.read(edit.ref);
    const now = nowOf(edit.proposed, read);
    if (isShut(winner.state) || read.kind !== "read") return { kind: "decided", winner, now };
    const token = newToken();
    const look = { saw: observeEdit(edit, read.value.pace), readAt, token, detail: "read when asked again" };
    const reply = await store.resolve(keys, look);
    switch (reply.kind) {
      case "confirmed":
        return { kind: "saved", now };
      case "took": {
        const { attempt, by } = reply.decision;
        return carryOut(edit, { keys, token, action, attempt, by });
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

  /** Reads the current settings, and confirms the decision if they are the proposed ones (P9). */
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

  /** Report the saved edit even if its record in Redis can't be updated. */
  async function unlessAway<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      telemetry.log("warn", "strategy edit not recorded: Redis unavailable", { error });
      return undefined;
    }
  }

  return async (edit, onClaimed) => {
    const judged = await places.judge(edit.ref, edit.person);
    if (judged.kind === "refused") return judged;
    if (stopping()) return { kind: "refused", why: { rule: "restarting" } };
    try {
      // As for every answer: enqueue the job before there is anything to copy, so that a crash loses nothing.
      await lookAt(edit, timing.claimLeaseMs + 1_000);
      const saved = await claim(edit, onClaimed);
      await unlessAway(() => lookAt(edit, 0));
      return saved;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const { correlationId } = edit;
      telemetry.log("warn", "strategy edit rejected: Redis unavailable", { correlationId, error });
      // Nothing is sent after a store call failed, and no other process takes an edit over on its own.
      return { kind: "refused", why: { rule: "store-down" } };
    }
  };
}

/** The settings that people saw as the current ones must not have changed. */
function compare(edit: StrategyEdit, read: Reading<Strategy>): Inspected<RolloutSettings, StrategySaved> {
  const seen = compareWithSeen(edit, read);
  return seen.kind === "as-seen"
    ? { kind: "ready", ready: seen.current.pace }
    : { kind: "stopped", settled: { answer: "open", detail: seen.kind }, told: seen };
}
