/** Tries every schedule of a scenario, each distinct state once. */

import type { Scenario } from "./world.ts";
import { createWorld } from "./world.ts";

export interface Report {
  readonly states: number;
  readonly schedules: number;
  /** The first thing that went wrong, with the shortest way to it that was found. */
  readonly wrong?: { readonly what: string; readonly schedule: readonly string[] };
}

/**
 * JavaScript's state can't be cloned, so a branch that was left is reached again by replaying its choices from the start;
 * the first branch of each state goes on without a replay.
 */
export async function explore(scenario: Scenario, bound = 200_000): Promise<Report> {
  const seen = new Set<string>();
  const left: (readonly string[])[] = [[]];
  let schedules = 0;
  while (left.length > 0 && seen.size < bound) {
    const prefix = left.pop() ?? [];
    const world = await createWorld(scenario);
    for (const label of prefix) {
      const choice = world.choices().find((c) => c.label === label);
      if (choice === undefined)
        throw new Error(`a replay went another way at "${label}": the handlers are not deterministic`);
      choice.apply();
      await world.quiet();
    }
    const path = [...prefix];
    schedules += 1;
    let leaf = false;
    while (!leaf) {
      const [what] = world.wrong;
      if (what !== undefined) return { states: seen.size, schedules, wrong: { what, schedule: path } };
      const key = world.key();
      if (seen.has(key)) break;
      seen.add(key);
      const choices = world.choices();
      const [next, ...others] = choices;
      leaf = next === undefined;
      if (next === undefined) break;
      for (const other of others) left.push([...path, other.label]);
      path.push(next.label);
      next.apply();
      await world.quiet();
    }
    if (!leaf) continue;
    await world.settleDown();
    const [what] = world.wrong;
    if (what !== undefined)
      return { states: seen.size, schedules, wrong: { what, schedule: [...path, "…and then quiet"] } };
  }
  if (left.length > 0) throw new Error(`more than ${bound} states: the scenario is too large to be explored`);
  return { states: seen.size, schedules };
}
