import { describe, it } from "vitest";
import { expectSound, people, withBudget } from "./scenarios.ts";

const minutes = 5 * 60_000;

describe("every schedule in which a replica is killed", () => {
  it.each(Object.values(people).map((it) => [it.name, it] as const))(
    "%s",
    (_name, scenario) => expectSound(withBudget(scenario, { looks: 1, crash: 1 })),
    minutes,
  );

  it(
    "needs no condition of AWS's own: with its fence switched off nothing goes wrong either",
    () => expectSound(withBudget(people.opposite, { looks: 1, crash: 1 }, { fenced: false })),
    minutes,
  );
});
