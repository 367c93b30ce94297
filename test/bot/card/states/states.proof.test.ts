import { expect, it } from "vitest";
import { problemsIn, surfacesOf } from "./surfaces.ts";
import { nameOf, possible } from "./walk.ts";

it("every state that can exist is told the same on every surface, with no good sign on what was not read", () => {
  const problems = possible.flatMap((one) =>
    problemsIn(one, surfacesOf(one)).map((problem) => `${problem}: ${nameOf(one)}`),
  );
  expect(problems).toEqual([]);
});
