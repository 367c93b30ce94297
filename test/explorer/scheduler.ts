/**
 * Parks every call that leaves the process until somebody chooses it. Between two choices nothing happens that the
 * chooser did not choose: that is what makes a schedule repeatable.
 */

import { createHash } from "node:crypto";

interface ParkedCall {
  readonly process: string;
  readonly replica: string;
  readonly label: string;
  /** How the call can go now. The first is the normal way. */
  readonly ways: () => readonly string[];
  readonly go: (way: string) => void;
}

export interface Scheduler {
  /** Called instead of the real call; `execute` runs when the call is chosen. */
  park<T>(
    who: { readonly process: string; readonly replica: string },
    label: string,
    ways: () => readonly string[],
    execute: (way: string) => T | Promise<T>,
  ): Promise<T>;
  parked(): readonly ParkedCall[];
  /** A SIGKILL: whatever the replica waited for never comes back. */
  drop(replica: string): void;
  /** Resolves when no process can go on without a choice. */
  quiet(): Promise<void>;
  /** What each process has been told so far, in order: with the parked calls, its whole local state. */
  heard(): ReadonlyMap<string, readonly string[]>;
}

export function createScheduler(): Scheduler {
  let calls: ParkedCall[] = [];
  const heard = new Map<string, string[]>();

  function tell(process: string, what: string): void {
    heard.set(process, [...(heard.get(process) ?? []), what]);
  }

  return {
    park(who, label, ways, execute) {
      return new Promise((resolve, reject) => {
        const call: ParkedCall = {
          ...who,
          label,
          ways,
          go(way) {
            calls = calls.filter((other) => other !== call);
            Promise.resolve()
              .then(() => execute(way))
              .then(
                (value) => {
                  if (value !== undefined)
                    tell(who.process, `${label}=${brief(JSON.stringify(value) ?? "")}`);
                  resolve(value);
                },
                (error: unknown) => {
                  tell(who.process, `${label}!${error instanceof Error ? error.name : ""}`);
                  reject(error);
                },
              );
          },
        };
        calls.push(call);
      });
    },
    parked: () => [...calls].sort((a, b) => (a.process < b.process ? -1 : 1)),
    drop(replica) {
      for (const call of calls) if (call.replica === replica) heard.delete(call.process);
      calls = calls.filter((call) => call.replica !== replica);
    },
    // Everything between two parked calls is microtasks, and all of those run before an immediate does.
    quiet: () => new Promise((resolve) => setImmediate(resolve)),
    heard: () => heard,
  };
}

/** Long replies are the same when their digests are. */
function brief(text: string): string {
  return text.length < 600 ? text : createHash("sha1").update(text).digest("base64");
}
