/**
 * Data that CodeDeploy sends only in events: the execution ids of lifecycle hooks, and when the deployment became
 * ready. It is passed along with the ref and stored in the snapshot and on the card; AWS validates every id that is
 * sent back (P1).
 */

import { z } from "zod";
import type { AwsMs } from "../../handlers/deployment.ts";
import { parseStored } from "../said.ts";
import type { HookEventDetail } from "./hook-event.ts";

type Named = Readonly<Record<string, string>>;

export interface HookCall {
  readonly executionId: string;
  readonly hookName: string;
  /** The time at which the hook function sent its event; AWS's clock. */
  readonly at: AwsMs;
}

export interface Carried {
  /** In the order of the calls. */
  readonly hooks: readonly HookCall[];
  /** Execution ids that AWS rejected as unknown. */
  readonly unknown: readonly string[];
  /** The time at which it became ready, according to events; AWS's clock. */
  readonly readyAt: readonly AwsMs[];
}

const execution = "exec/";
const ready = "ready/";
/** CodeDeploy has five lifecycle events that call a hook; more ids must come from somebody else. */
const hooksAtMost = 20;
const readyAtMost = 5;

const call = z.object({ hook: z.string(), at: z.number() });

export function carriedHook(
  { lifecycleEventHookExecutionId: id, hookName }: HookEventDetail,
  at: AwsMs,
): Named {
  return { [`${execution}${id}`]: JSON.stringify({ hook: hookName, at }) };
}

/** Keyed by its time, so a duplicate event changes nothing and another event adds an entry. */
export function carriedReady(at: AwsMs): Named {
  return { [`${ready}${at}`]: "" };
}

/** Stored after AWS rejected an execution id as unknown. */
export function carriedUnknownExecution(executionId: string): Named {
  return { [`${execution}${executionId}`]: "" };
}

/**
 * Parses the data from events, an earlier read or an adopted card. An execution id that AWS rejected stays rejected.
 */
export function parseCarried(...sources: readonly (Named | undefined)[]): Carried {
  const entries = sources.flatMap((source) => Object.entries(source ?? {}));
  const ids = (prefix: string): readonly (readonly [string, string])[] =>
    entries.flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : []));
  const executions = ids(execution);
  const unknown = new Set(executions.flatMap(([id, value]) => (value === "" ? [id] : [])));
  const hooks = new Map<string, HookCall>();
  for (const [executionId, value] of executions) {
    const parsed = parseStored(call, value);
    if (parsed === undefined || unknown.has(executionId)) continue;
    const known = hooks.get(executionId);
    if (known === undefined || parsed.at < known.at)
      hooks.set(executionId, { executionId, hookName: parsed.hook, at: parsed.at });
  }
  return {
    hooks: [...hooks.values()]
      .toSorted((a, b) => a.at - b.at || (a.executionId < b.executionId ? -1 : 1))
      .slice(-hooksAtMost),
    unknown: [...unknown].toSorted().slice(0, hooksAtMost),
    readyAt: [...new Set(ids(ready).map(([time]) => Number(time)))]
      .filter((time) => Number.isSafeInteger(time))
      .toSorted((a, b) => a - b)
      .slice(0, readyAtMost),
  };
}

/** The form stored in the snapshot and on the card. */
export function printCarried({ hooks, unknown, readyAt }: Carried): Named {
  return Object.fromEntries([
    ...hooks.map(({ executionId, hookName: hook, at }) => [
      `${execution}${executionId}`,
      JSON.stringify({ hook, at }),
    ]),
    ...unknown.map((id) => [`${execution}${id}`, ""]),
    ...readyAt.map((time) => [`${ready}${time}`, ""]),
  ]);
}
