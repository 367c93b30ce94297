/** The strategies of an AWS that does what a test tells it, at the port. */

import type { CallResult } from "../../src/handlers/decision.ts";
import type {
  Reading,
  RolloutSettings,
  Strategies,
  Strategy,
  StrategyRef,
  StrategyUse,
} from "../../src/handlers/strategy/strategy.ts";

export const prod = { account: "111122223333", region: "eu-west-1" } as const;

export function paceOf(changes: Partial<RolloutSettings> = {}): RolloutSettings {
  return {
    durationMinutes: 30,
    growthFactor: 20,
    growthType: "linear",
    finalBakeMinutes: 10,
    description: "for flags",
    ...changes,
  };
}

export function strategyOf(changes: Partial<Strategy> & { readonly id?: string } = {}): Strategy {
  const { id = "k8v2n4p", ...rest } = changes;
  return { ref: { ...prod, id }, name: "linear-20-30min", pace: paceOf(), predefined: false, ...rest };
}

export const allAtOnce = strategyOf({
  id: "AppConfig.AllAtOnce",
  name: "AppConfig.AllAtOnce",
  predefined: true,
  pace: paceOf({ durationMinutes: 0, growthFactor: 100 }),
});

export interface AwsStrategies extends Strategies {
  /** Every update that was sent. */
  readonly sent: readonly { readonly ref: StrategyRef; readonly change: Partial<RolloutSettings> }[];
  /** What somebody at the console does. */
  change(id: string, change: Partial<RolloutSettings>): void;
  remove(id: string): void;
  /** Instead of taking an update. `carriedOut`: AWS has done it all the same. */
  answer(next: CallResult | undefined, carriedOut?: boolean): void;
  /** Reads fail with this from now on. */
  fail(why: string | undefined): void;
  /** Called in every read, before it answers. */
  whileReading(hook: () => Promise<unknown>): void;
  /** Called in every update, before it is carried out. */
  whileUpdating(hook: () => Promise<unknown>): void;
}

export function awsStrategies(
  known: readonly Strategy[] = [strategyOf(), allAtOnce],
  uses: readonly StrategyUse[] = [],
): AwsStrategies {
  let strategies = known;
  let next: CallResult | undefined;
  let isCarriedOut = false;
  let failure: string | undefined;
  let reading: () => Promise<unknown> = async () => {};
  let updating: () => Promise<unknown> = async () => {};
  const sent: { ref: StrategyRef; change: Partial<RolloutSettings> }[] = [];

  const at = (ref: StrategyRef) => (it: Strategy) =>
    it.ref.id === ref.id && it.ref.account === ref.account && it.ref.region === ref.region;

  async function reply<T>(value: () => T | undefined): Promise<Reading<T>> {
    await reading();
    if (failure !== undefined) return { kind: "unreadable", why: failure, cause: undefined };
    const found = value();
    return found === undefined ? { kind: "missing" } : { kind: "read", value: found };
  }

  function apply(id: string, change: Partial<RolloutSettings>): void {
    strategies = strategies.map((it) => (it.ref.id === id ? { ...it, pace: { ...it.pace, ...change } } : it));
  }

  return {
    sent,
    change: apply,
    remove: (id) => {
      strategies = strategies.filter((it) => it.ref.id !== id);
    },
    answer: (answer, carriedOut = false) => {
      next = answer;
      isCarriedOut = carriedOut;
    },
    fail: (why) => {
      failure = why;
    },
    whileReading: (hook) => {
      reading = hook;
    },
    whileUpdating: (hook) => {
      updating = hook;
    },
    list: (account, region) =>
      reply(() => strategies.filter((it) => it.ref.account === account && it.ref.region === region)),
    read: (ref) => reply(() => strategies.find(at(ref))),
    uses: () => reply(() => ({ uses, complete: true })),
    async update(ref, change) {
      sent.push({ ref, change });
      await updating();
      if (next === undefined || isCarriedOut) apply(ref.id, change);
      return next ?? { kind: "accepted", note: "HTTP 200" };
    },
  };
}
