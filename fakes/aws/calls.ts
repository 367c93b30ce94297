/** All calls to the fake, in order of arrival; tests count them and the demo shows them. */

export type CallOutcome =
  | { readonly kind: "running" }
  | { readonly kind: "answered"; readonly effect: true; readonly output: object }
  /** `effect`: the call had its effect despite the error response. */
  | {
      readonly kind: "error";
      readonly effect: boolean;
      readonly name: string;
      readonly status: number;
      readonly message: string;
    }
  | { readonly kind: "unanswered"; readonly effect: boolean; readonly why: "hang" | "break" };

export interface Call {
  readonly seq: number;
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly principal: string;
  readonly write: boolean;
  readonly input: object;
  readonly outcome: CallOutcome;
}

type CallFilter = Partial<Pick<Call, "service" | "operation" | "account" | "region" | "write">>;

export interface Calls {
  readonly all: (filter?: CallFilter) => readonly Call[];
  /** Only mutating calls, whatever their outcome. */
  readonly writes: () => readonly Call[];
  /** Called once per call, when its outcome is known. Returns a function that unsubscribes. */
  readonly onCall: (listener: (call: Call) => void) => () => void;
  /** Resolves once `count` matching calls have an outcome; after the deadline rejects with the calls seen so far. */
  readonly waitFor: (filter: CallFilter, count?: number, timeoutMs?: number) => Promise<readonly Call[]>;
  readonly clear: () => void;
}

export interface CallRecorder extends Calls {
  readonly begin: (call: Omit<Call, "seq" | "outcome">) => (outcome: CallOutcome, input?: object) => void;
}

const kept = 20_000;

export function recordCalls(): CallRecorder {
  let seq = 0;
  let calls: Call[] = [];
  const listeners = new Set<(call: Call) => void>();

  const all = (filter: CallFilter = {}) => calls.filter((call) => matches(call, filter));
  const onCall = (listener: (call: Call) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  return {
    all,
    writes: () => all({ write: true }),
    onCall,
    waitFor: (filter, count = 1, timeoutMs = 5000) =>
      new Promise((resolve, reject) => {
        const found = () => all(filter).filter((call) => call.outcome.kind !== "running");
        const finish = () => {
          clearTimeout(deadline);
          stop();
        };
        const look = () => {
          const now = found();
          if (now.length < count) return;
          finish();
          resolve(now);
        };
        const deadline = setTimeout(() => {
          finish();
          const seen = calls.map((call) => `${call.operation} ${call.outcome.kind}`).join(", ");
          reject(
            new Error(
              `${found().length} of ${count} calls ${JSON.stringify(filter)} came. Seen: ${seen || "none"}`,
            ),
          );
        }, timeoutMs);
        const stop = onCall(look);
        look();
      }),
    clear: () => {
      calls = [];
    },
    begin: (started) => {
      seq += 1;
      const mine = seq;
      calls.push({ ...started, seq: mine, outcome: { kind: "running" } });
      if (calls.length > kept) calls = calls.slice(-kept / 2);
      return (outcome, input) => {
        const call: Call = { ...started, ...(input ? { input } : {}), seq: mine, outcome };
        const place = calls.findLastIndex((other) => other.seq === mine);
        if (place >= 0) calls[place] = call;
        for (const listener of [...listeners]) listener(call);
      };
    },
  };
}

function matches(call: Call, filter: CallFilter): boolean {
  return (
    (filter.service === undefined || call.service === filter.service) &&
    (filter.operation === undefined || call.operation === filter.operation) &&
    (filter.account === undefined || call.account === filter.account) &&
    (filter.region === undefined || call.region === filter.region) &&
    (filter.write === undefined || call.write === filter.write)
  );
}
