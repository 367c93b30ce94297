import { describe, expect, it } from "vitest";
import { explored, people, withBudget } from "./scenarios.ts";

const patienceMs = 900_000;

describe("every schedule in which AWS is read beside the claim", () => {
  it.each([
    { scenario: people.opposite, budget: { looks: 1, lag: 1 } },
    { scenario: people.opposite, budget: { looks: 1, crash: 1 } },
    { scenario: people.same, budget: { looks: 1, lag: 1, denied: 1 } },
    { scenario: people.twoRollbacks, budget: { looks: 1, lag: 1 } },
    { scenario: people.emergency, budget: { looks: 1, lag: 1 } },
    { scenario: people.parallel, budget: { looks: 1, lag: 1 } },
    { scenario: people.votes, budget: { looks: 1 } },
    { scenario: people.rollbackVotes, budget: { looks: 1 } },
  ])(
    "$scenario.name, $budget",
    async ({ scenario, budget }) =>
      expect(await explored(withBudget(scenario, budget, { early: true }))).not.toHaveProperty("wrong"),
    patienceMs,
  );
});
