import type { Changes, WaitOptions } from "./changes.ts";
import type { JsonObject } from "./json.ts";

/** A request to the fake Slack. */
interface Call {
  readonly at: number;
  /** A Web API method, or `response_url`. */
  readonly method: string;
  readonly args: JsonObject;
  /** The response; absent if the connection was cut or there was none. */
  readonly answer?: JsonObject;
  readonly status?: number;
  /** False if it was rejected, rate limited or failed before it had an effect. */
  readonly tookEffect: boolean;
}

export interface CallLog {
  all(): readonly Call[];
  of(method: string): readonly Call[];
  record(call: Call): void;
  /** The first matching call, past or future. */
  waitFor(fits: (call: Call) => boolean, options?: WaitOptions): Promise<Call>;
  clear(): void;
}

/** Limits memory: a demo can run for days. */
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
