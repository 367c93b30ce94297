import { expect, it } from "vitest";
import { drawCard } from "../../src/bot/card/card.ts";
import { askablesOf, candidateOf } from "../../src/bot/command/candidates.ts";
import { continueAt, deploymentOf, hold, pictureOf } from "./card/pictures.ts";

it("counts holds as the card does, whatever order AWS lists them in", () => {
  const first = { ...hold, id: "ecs-pause-1", stage: "PRE_SCALE_UP" };
  const second = { ...hold, id: "ecs-pause-2", stage: "POST_SCALE_UP" };
  const deployment = deploymentOf({
    holds: [second, first],
    offers: [continueAt(first, "Continue 1 of 2"), continueAt(second, "Continue 2 of 2")],
  });
  const picture = pictureOf({ deployment });
  expect(JSON.stringify(drawCard(picture))).toContain("*1 of 2:* stage `PRE_SCALE_UP`");
  const holds = askablesOf(picture, "continue").map(
    (it) => candidateOf(it, { kind: "ask", value: it.value }).hold,
  );
  expect(holds).toEqual(["hold 1 of 2, stage PRE_SCALE_UP", "hold 2 of 2, stage POST_SCALE_UP"]);
});

it("calls holds by their names, and shows of an id nothing: whoever knows CodeDeploy's can answer", () => {
  const { name: _, ...unnamed } = { ...hold, id: "eyJlbmNyeXB0ZWREYXRhIjoiYQ", stage: "BeforeInstall" };
  const named = { ...hold, id: "eyJlbmNyeXB0ZWREYXRhIjoiYg", name: "approve", stage: "BeforeAllowTraffic" };
  const deployment = deploymentOf({
    holds: [unnamed, named],
    offers: [continueAt(unnamed, "Continue 1 of 2"), continueAt(named, "Continue 2 of 2")],
  });
  const drawn = JSON.stringify(drawCard(pictureOf({ deployment })));
  expect(drawn).toContain("*1 of 2:* stage `BeforeInstall` · answer by");
  expect(drawn).toContain("*2 of 2:* stage `BeforeAllowTraffic`, `approve` · answer by");
  expect(drawn).not.toContain("eyJlbmNyeXB0");
});
