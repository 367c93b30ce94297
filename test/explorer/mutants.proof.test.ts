import { expect, it } from "vitest";
import { explore } from "./explore.ts";
import { mutants } from "./mutants.ts";
import { emptied, people, withBudget } from "./scenarios.ts";
import type { Scenario } from "./world.ts";

/** Where each missing rule does harm. */
const harm: Readonly<Record<keyof typeof mutants, Scenario>> = {
  "without the guards": withBudget(people.opposite, { looks: 1, answerLost: 1, lag: 1 }),
  "without begin": withBudget(people.opposite, { looks: 1, leaseEndsUnderHolder: 1 }),
  "without the quiet time": withBudget(people.opposite, { looks: 1, crash: 1 }),
  "without the time of the read": withBudget(people.opposite, { looks: 1, crash: 1 }),
  "without comparing tokens": withBudget(people.opposite, { looks: 1, leaseEndsUnderHolder: 1 }),
  "without the lease of the call": withBudget(people.opposite, { looks: 1, renewed: 1, quiet: 2 }),
  "without minding who asked for the opposite": withBudget(people.opposite, { looks: 1, crash: 1 }),
  "minding who asked for the opposite only at a takeover": withBudget(people.emergency, { looks: 1 }),
  "minding who asked for the opposite only in begin": withBudget(people.opposite, { looks: 1, crash: 1 }),
  "without a rollback that waits for a claim": withBudget(people.opposite, { looks: 1, crash: 1 }),
  "without recording who was late": withBudget(people.opposite, { looks: 1, crash: 1 }),
  "without the guard at a takeover, nor minding who asked": withBudget(people.emergency, {
    looks: 1,
    crash: 1,
    lag: 1,
  }),
  "without waiting where the store was emptied": withBudget(people.same, emptied),
  "without the birth of what a person saw": withBudget(people.same, emptied),
  "without the birth of what a job has read": withBudget(people.opposite, emptied),
};

it.each(Object.entries(mutants))(
  "the protocol %s is found out",
  async (name, mutate) => {
    const scenario = Object.entries(harm).find(([mutant]) => mutant === name)?.[1];
    if (scenario === undefined) throw new Error(`no scenario for the protocol ${name}`);
    const { wrong, states } = await explore({ ...scenario, mutate });
    console.log(
      `${name}, after ${states} states: ${wrong?.what ?? "nothing"}\n  ${wrong?.schedule.join("\n  ")}`,
    );
    expect(wrong).toBeDefined();
  },
  10 * 60_000,
);
