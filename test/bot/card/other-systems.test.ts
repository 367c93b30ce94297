import { describe, expect, it } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import type { Picture } from "../../../src/handlers/picture.ts";
import { pictures } from "./other-systems.ts";
import { problemsOf } from "./reading.ts";

const states: readonly (readonly [string, Picture])[] = Object.entries(pictures);

describe("the card of another system", () => {
  it.each(states)("in the state %s is drawn as it was looked at", async (name, picture) => {
    const json = `${JSON.stringify(drawCard(picture), null, 2)}\n`;
    await expect(json).toMatchFileSnapshot(`./drawn/${name}.json`);
  });

  it.each(states)("in the state %s passes Slack's limits and carries no markup of others", (_, picture) => {
    expect(problemsOf(drawCard(picture))).toEqual([]);
    expect(problemsOf(drawCard(picture, "least"))).toEqual([]);
  });

  it("does not send people to AWS where nothing waits for them", () => {
    const words = JSON.stringify(drawCard(pictures.protonRunning));
    expect(words).toContain("Proton does not report any");
    expect(words).not.toContain("Look in AWS");
  });
});
