/**
 * Sends announcements to the bus, oldest first. One replica at a time leases them; unsent ones stay in the queue. No
 * decision ever waits for this.
 */

import type { Clock, Telemetry } from "../ports.ts";
import type { Waiting } from "../store/announcements.ts";
import type { Store } from "../store/store.ts";
import type { Announcement, Bus, Verdict } from "./announce.ts";

export interface Announcer {
  /** Sends what is queued, as long as that works; resolves after that, or when `withinMs` has passed. */
  stop(withinMs: number): Promise<void>;
}

/** The limit of PutEvents. */
const atOnce = 10;
/** Longer than one call, so that no other replica sends the same meanwhile. */
const leaseMs = 20_000;
const pollMs = 1_000;
/** Another replica is sending; poll in case it died. */
const heldPollMs = 5_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** An announcement that the bus rejects this often while it accepts others must not block the rest forever. */
const triesBesideOthers = 10;

export function startAnnouncer(ports: {
  readonly store: Pick<Store, "announcements" | "announced">;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly newToken: () => string;
}): Announcer {
  const { store, bus, clock, telemetry } = ports;
  const token = ports.newToken();
  let stopping = false;
  let wake = (): void => {};
  let failures = 0;
  /** Of the current batch, by id: finished ones, and the failed tries of others while the bus accepted some. */
  let ended = new Set<string>();
  let tries = new Map<string, number>();

  /** The delay before the next round. */
  async function round(): Promise<{ readonly pauseMs: number }> {
    const waiting = await store.announcements(token, { leaseMs, count: atOnce });
    if (waiting.kind === "none") return { pauseMs: pollMs };
    if (waiting.kind === "held") return { pauseMs: heldPollMs };
    tellLost(waiting.lost);
    const left = await send(waiting.announcements);
    const upTo = waiting.first + reached(waiting.announcements);
    await store.announced(token, { upTo, lostTold: waiting.lostEver });
    if (!left) {
      failures = 0;
      return { pauseMs: 0 };
    }
    return backOff();
  }

  /** True if something has to be sent again. */
  async function send(announcements: Waiting["announcements"]): Promise<boolean> {
    const known = announcements.filter((one) => one !== undefined);
    const due = known.filter(({ id }) => !ended.has(id));
    forgetOthers(known);
    if (due.length === 0) return false;
    const verdicts = await bus(due);
    const takesOthers = ended.size > 0 || verdicts.some(({ kind }) => kind === "sent");
    const again = due.filter((announcement, index) => {
      const verdict = verdicts[index] ?? { kind: "down", why: "the bus said nothing about it" };
      const keep = isAgain(announcement, verdict, takesOthers);
      if (!keep) ended.add(announcement.id);
      return keep;
    });
    return again.length > 0;
  }

  function isAgain({ id }: Announcement, verdict: Verdict, takesOthers: boolean): boolean {
    if (verdict.kind === "sent") {
      telemetry.count("announcements", { outcome: "sent" });
      return false;
    }
    const tried = (tries.get(id) ?? 0) + (verdict.kind === "again" && takesOthers ? 1 : 0);
    tries.set(id, tried);
    if (verdict.kind === "never" || tried >= triesBesideOthers) {
      telemetry.count("announcements", { outcome: "skipped" });
      telemetry.log("error", "announcement skipped: EventBridge rejected it", {
        id,
        why: verdict.why,
      });
      return false;
    }
    telemetry.count("announcements", { outcome: "failed" });
    telemetry.log("warn", "announcement not sent, retrying", { id, why: verdict.why });
    return true;
  }

  /** How many of the oldest need no more sending. Unparseable records count too: they can't be sent. */
  function reached(announcements: Waiting["announcements"]): number {
    const first = announcements.findIndex((one) => one !== undefined && !ended.has(one.id));
    const count = first === -1 ? announcements.length : first;
    for (const one of announcements.slice(0, count)) {
      if (one !== undefined) continue;
      telemetry.count("announcements", { outcome: "skipped" });
      telemetry.log("error", "announcement skipped: unreadable record in Redis");
    }
    return count;
  }

  function forgetOthers(known: readonly Announcement[]): void {
    const ids = new Set(known.map(({ id }) => id));
    ended = new Set([...ended].filter((id) => ids.has(id)));
    tries = new Map([...tries].filter(([id]) => ids.has(id)));
  }

  function tellLost(lost: number): void {
    if (lost === 0) return;
    telemetry.count("announcements", { outcome: "lost" }, lost);
    telemetry.log("error", "announcements dropped: backlog full", {
      lost,
    });
  }

  function backOff(): { readonly pauseMs: number } {
    failures += 1;
    return { pauseMs: Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) };
  }

  async function run(): Promise<void> {
    for (;;) {
      const isLast = stopping;
      const { pauseMs } = await round().catch((error: unknown) => {
        telemetry.log("warn", "announcements delayed: Redis unavailable", { error });
        return backOff();
      });
      if (pauseMs === 0) continue;
      if (isLast) return;
      if (stopping) continue;
      await Promise.race([clock.wait(pauseMs), new Promise<void>((resolve) => (wake = resolve))]);
    }
  }

  const running = run();
  return {
    async stop(withinMs) {
      stopping = true;
      wake();
      await Promise.race([running, clock.wait(withinMs)]);
    },
  };
}
