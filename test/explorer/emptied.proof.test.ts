import { describe, expect, it } from "vitest";
import { emptied, explored, people, withBudget } from "./scenarios.ts";

const minutes = 10 * 60_000;

describe("every schedule in which the store is emptied", () => {
  const { rollbackVotes: _, ...others } = people;
  it.each(Object.values(others).map((it) => [it.name, it] as const))(
    "%s",
    async (_name, scenario) =>
      expect(await explored(withBudget(scenario, emptied))).not.toHaveProperty("wrong"),
    minutes,
  );

  it(
    "needs no condition of AWS's own for what goes forward",
    async () =>
      expect(await explored(withBudget(people.same, emptied, { fenced: false }))).not.toHaveProperty("wrong"),
    minutes,
  );
});
