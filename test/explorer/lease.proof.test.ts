import { describe, expect, it } from "vitest";
import { explored, people, withBudget } from "./scenarios.ts";

const minutes = 10 * 60_000;

describe("every schedule in which a lease ends under its holder", () => {
  it.each(Object.values(people).map((it) => [it.name, it] as const))(
    "%s",
    async (_name, scenario) =>
      expect(await explored(withBudget(scenario, { looks: 1, leaseEndsUnderHolder: 1 }))).not.toHaveProperty(
        "wrong",
      ),
    minutes,
  );
});
