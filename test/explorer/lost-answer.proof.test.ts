import { describe, expect, it } from "vitest";
import { explored, people, withBudget } from "./scenarios.ts";

const minutes = 10 * 60_000;

describe("every schedule in which AWS's answer is lost and a read lags", () => {
  it.each(Object.values(people).map((it) => [it.name, it] as const))(
    "%s",
    async (_name, scenario) =>
      expect(await explored(withBudget(scenario, { looks: 1, answerLost: 1, lag: 1 }))).not.toHaveProperty(
        "wrong",
      ),
    minutes,
  );
});

describe("every schedule with another trouble", () => {
  it.each([
    ["a reply of the store is lost", { looks: 1, lostReply: 1 }, {}],
    ["AWS denies the call", { looks: 1, denied: 1, renewed: 1 }, {}],
    ["somebody continues in the console", { looks: 1, outside: 1 }, { outside: "continue" }],
    ["AWS's own time-out comes first", { looks: 1, outside: 1 }, { outside: "expire" }],
    ["a person asks again after a reopening", { looks: 1, answerLost: 1, renewed: 1 }, {}],
  ] as const)(
    "%s",
    async (name, budget, more) =>
      expect(await explored(withBudget(people.opposite, budget, { ...more, name }))).not.toHaveProperty(
        "wrong",
      ),
    minutes,
  );
});
