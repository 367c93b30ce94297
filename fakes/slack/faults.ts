import type { JsonObject } from "./json.ts";

/**
 * A way in which a call fails. `hang` never responds, `cut` closes the connection. With `after` the call has its effect
 * and only the response is lost, as when a message was posted but the network failed.
 */
export type Fault =
  | { readonly kind: "error"; readonly error: string; readonly after?: boolean }
  | { readonly kind: "status"; readonly status: number; readonly after?: boolean }
  | { readonly kind: "rate-limited"; readonly retryAfterS: number }
  | { readonly kind: "hang"; readonly after?: boolean }
  | { readonly kind: "cut"; readonly after?: boolean };

interface FaultPlan {
  /** A Web API method, `response_url`, or `*` for all. */
  readonly method: string;
  readonly fault: Fault;
  /** The number of calls that fail; default 1. `Infinity`: until it is removed. */
  readonly times?: number;
  readonly when?: (args: JsonObject) => boolean;
}

export interface Faults {
  /** Returns a function that removes the plan. */
  plan(plan: FaultPlan): () => void;
  take(method: string, args: JsonObject): Fault | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  const plans = new Map<symbol, { plan: FaultPlan; left: number }>();
  return {
    plan: (plan) => {
      const key = Symbol(plan.method);
      plans.set(key, { plan, left: plan.times ?? 1 });
      return () => plans.delete(key);
    },
    take: (method, args) => {
      for (const [key, entry] of plans) {
        if (entry.plan.method !== "*" && entry.plan.method !== method) continue;
        if (entry.plan.when !== undefined && !entry.plan.when(args)) continue;
        entry.left -= 1;
        if (entry.left <= 0) plans.delete(key);
        return entry.plan.fault;
      }
      return undefined;
    },
    clear: () => plans.clear(),
  };
}
