import { describe, expect, it } from "vitest";
import { explored, people, withBudget } from "./scenarios.ts";

const minutes = 10 * 60_000;

describe("every schedule in which a replica is killed", () => {
  it.each(Object.values(people).map((it) => [it.name, it] as const))(
    "%s",
    async (_name, scenario) =>
      expect(await explored(withBudget(scenario, { looks: 1, crash: 1 }))).not.toHaveProperty("wrong"),
    minutes,
  );

  it(
    "needs no condition of AWS's own: with its fence switched off nothing goes wrong either",
    async () =>
      expect(
        await explored(withBudget(people.opposite, { looks: 1, crash: 1 }, { fenced: false })),
      ).not.toHaveProperty("wrong"),
    minutes,
  );
});
