import { expect, it } from "vitest";
import { problemsIn, surfacesOf } from "./surfaces.ts";
import { nameOf, possible } from "./walk.ts";

/** It draws every state on every surface, and other work may share the machine. */
const walkMs = 300_000;

it(
  "every state that can exist is told the same on every surface, with no good sign on what was not read",
  () => {
    const problems = possible.flatMap((one) =>
      problemsIn(one, surfacesOf(one)).map((problem) => `${problem}: ${nameOf(one)}`),
    );
    expect(problems).toEqual([]);
  },
  walkMs,
);
