/**
 * Whether this process can do its work now, and if not, why. It is tried out: Redis runs a script that writes, Slack is
 * asked about the token.
 */

import type { Telemetry } from "./handlers/ports.ts";
import type { Ability } from "./store/connection/ability.ts";

export interface Readiness {
  readonly ready: boolean;
  /** Each cause, and what to do about it. */
  readonly reasons: readonly string[];
  /** `failing`: connected, and can't do what Holdpoint needs. */
  readonly store: "reachable" | "failing" | "away";
  /** Any policy but noeviction can lose a decision; `unknown`: not reported, as by a server that can't evict. */
  readonly evictionPolicy: string;
  readonly slack: "connected" | "away";
  readonly stopping: boolean;
}

export interface ReadinessSources {
  readonly store: { ability(): Promise<Ability> };
  readonly slackTrouble: () => string | undefined;
  readonly queueTroubles: () => readonly string[];
  readonly stopping: () => boolean;
  readonly telemetry: Telemetry;
}

const mayNotForget = ["noeviction", "unknown"];

/** Slack's requests are rejected when the clock is off by five minutes, and AWS's calls too. */
const clockMs = 120_000;

/** Many probes share one look at Redis. */
const keptMs = 1_500;

/** Kubernetes gives a probe one second by default. */
const answerMs = 900;

const watchMs = 15_000;

export function createReadiness({
  store,
  slackTrouble,
  queueTroubles,
  stopping,
  telemetry,
}: ReadinessSources): {
  readonly check: () => Promise<Readiness>;
  /** Checks now and then, so that the log names the cause even if nobody asks. Returns a function that stops it. */
  readonly watch: () => () => void;
} {
  const abilityNow = keptAbility(store);
  let told = "";

  function tell(reasons: readonly string[]): void {
    const news = reasons.join(" ");
    if (news === told) return;
    told = news;
    if (reasons.length > 0) telemetry.log("warn", "not ready", { reasons });
    else telemetry.log("info", "ready again");
  }

  async function check(): Promise<Readiness> {
    const ability = await abilityNow();
    const slack = slackTrouble();
    const reasons = [...storeReasons(ability), ...(slack === undefined ? [] : [slack]), ...queueTroubles()];
    if (!stopping()) tell(reasons);
    return {
      ready: reasons.length === 0 && !stopping(),
      reasons: stopping() ? [...reasons, "This process is stopping."] : reasons,
      store: ability.kind === "able" ? "reachable" : ability.connected ? "failing" : "away",
      evictionPolicy: ability.kind === "able" ? ability.evictionPolicy : "unknown",
      slack: slack === undefined ? "connected" : "away",
      stopping: stopping(),
    };
  }

  return {
    check,
    watch() {
      const timer = setInterval(() => void check(), watchMs);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

/** What is wrong with the store, also for `holdpoint check`. */
export function storeReasons(ability: Ability): readonly string[] {
  if (ability.kind === "unable") return [`Store: ${ability.why}`];
  const { evictionPolicy, clockAheadMs } = ability;
  const offMinutes = Math.round(Math.abs(clockAheadMs) / 60_000);
  return [
    ...(mayNotForget.includes(evictionPolicy)
      ? []
      : [
          `Store: Redis has maxmemory-policy ${evictionPolicy} and may forget decisions. Set it to noeviction.`,
        ]),
    ...(Math.abs(clockAheadMs) < clockMs
      ? []
      : [
          `Store: the clocks of this process and of Redis differ by ${offMinutes} minutes. Correct the wrong one: Slack's requests and calls to AWS are rejected when the clock is off.`,
        ]),
  ];
}

function keptAbility(store: ReadinessSources["store"]): () => Promise<Ability> {
  let running: Promise<Ability> | undefined;
  let last: { readonly ability: Ability; readonly atMs: number } | undefined;
  return async () => {
    if (last !== undefined && performance.now() - last.atMs < keptMs) return last.ability;
    running ??= store.ability().then((ability) => {
      last = { ability, atMs: performance.now() };
      running = undefined;
      return ability;
    });
    return Promise.race([running, slow()]);
  };
}

function slow(): Promise<Ability> {
  return new Promise((resolve) => {
    const why = `Redis did not reply within ${answerMs / 1_000} s. Look at its load (SLOWLOG) and at the network.`;
    setTimeout(resolve, answerMs, { kind: "unable", connected: true, why }).unref();
  });
}
