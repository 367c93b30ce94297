import type { Changes, WaitOptions } from "./changes.ts";
import type { JsonObject } from "./json.ts";

/** One request that reached the fake Slack. */
export interface Call {
  readonly at: number;
  /** A Web API method, or `response_url`. */
  readonly method: string;
  readonly args: JsonObject;
  /** What was answered; absent: the connection was cut, or no answer was ever given. */
  readonly answer?: JsonObject;
  readonly status?: number;
  /** False when it was refused, rate limited or failed before it had an effect. */
  readonly tookEffect: boolean;
}

export interface CallLog {
  all(): readonly Call[];
  of(method: string): readonly Call[];
  record(call: Call): void;
  /** The first call, past or future, that fits. */
  waitFor(fits: (call: Call) => boolean, options?: WaitOptions): Promise<Call>;
  clear(): void;
}

/** A demo that runs for days must not grow for days. */
const kept = 5_000;

export function createCallLog(changes: Changes): CallLog {
  let calls: Call[] = [];
  return {
    all: () => calls,
    of: (method) => calls.filter((call) => call.method === method),
    record: (call) => {
      calls = [...calls.slice(-kept), call];
      changes.notify();
    },
    waitFor: (fits, options) => changes.waitFor(() => calls.find(fits), options),
    clear: () => {
      calls = [];
    },
  };
}
