/**
 * What only events tell of a deployment: the execution ids of lifecycle hooks, and when it became ready. It travels
 * beside the ref, stays in the snapshot and on the card, and AWS judges every id that comes back to it (P1).
 */

import { z } from "zod";
import type { EpochMs } from "../../handlers/deployment.ts";
import type { HookEventDetail } from "./hook-event.ts";

type Named = Readonly<Record<string, string>>;

export interface HookCall {
  readonly executionId: string;
  readonly hookName: string;
  /** AWS's clock: when the hook function told of it. */
  readonly at: EpochMs;
}

export interface Carried {
  /** In the order in which they were called. */
  readonly hooks: readonly HookCall[];
  /** Execution ids of which AWS said that there are none. */
  readonly unknown: readonly string[];
  /** When events say that it became ready; AWS's clock. */
  readonly readyAt: readonly EpochMs[];
}

const execution = "exec/";
const ready = "ready/";
/** CodeDeploy has five events that call a hook; more ids than that are somebody else's invention. */
const hooksAtMost = 20;
const readyAtMost = 5;

const call = z.object({ hook: z.string(), at: z.number() });

export function carriedHook(
  { lifecycleEventHookExecutionId: id, hookName }: HookEventDetail,
  at: EpochMs,
): Named {
  return { [`${execution}${id}`]: JSON.stringify({ hook: hookName, at }) };
}

/** By its time, so that an event which comes twice says the same, and another one adds to it. */
export function carriedReady(at: EpochMs): Named {
  return { [`${ready}${at}`]: "" };
}

/** What AWS's answer to an id that it never gave out teaches. */
export function carriedUnknownExecution(executionId: string): Named {
  return { [`${execution}${executionId}`]: "" };
}

/** Reads what events, an earlier look or an adopted card say. An id that AWS does not know stays unknown. */
export function parseCarried(...sources: readonly (Named | undefined)[]): Carried {
  const entries = sources.flatMap((source) => Object.entries(source ?? {}));
  const ids = (prefix: string): readonly (readonly [string, string])[] =>
    entries.flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : []));
  const executions = ids(execution);
  const unknown = new Set(executions.flatMap(([id, value]) => (value === "" ? [id] : [])));
  const hooks = new Map<string, HookCall>();
  for (const [executionId, value] of executions) {
    const parsed = parseCall(value);
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

/** What the snapshot and the card have to keep. */
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

function parseCall(value: string): z.infer<typeof call> | undefined {
  try {
    return call.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}
