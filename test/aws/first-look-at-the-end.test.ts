/** What had ended before Holdpoint saw it: only what that one look shows is said about how it came to its end. */

import { expect, it } from "vitest";
import { factsOf } from "../../src/aws/ecs/facts/facts.ts";
import { serviceDeployment } from "../../src/aws/ecs/facts/stored-detail.ts";
import { unreadVersions } from "../../src/aws/ecs/facts/versions.ts";
import { drawCard } from "../../src/bot/card/card.ts";
import { isTerminal, systemNames, unknownStage } from "../../src/handlers/deployment.ts";
import { decisionOfHold } from "../../src/handlers/identity.ts";
import { decisionOf, pictureOf } from "../bot/card/pictures.ts";
import { wordsOf } from "../bot/card/reading.ts";
import { inWords } from "./in-words.ts";
import { place } from "./stage.ts";
import { eachStory, look } from "./stories.ts";

it.each(systemNames)("%s: says nothing of answers that were given before", (name) =>
  eachStory(name, async ({ system }, { ref, end }) => {
    end();
    const seen = await look(system, ref, { hint: {} });
    expect(isTerminal(seen)).toBe(true);
    const decisions = seen.holds.map(({ id }) =>
      decisionOf({ id: decisionOfHold(id), state: "superseded", by: [] }),
    );
    const words = wordsOf(drawCard(pictureOf({ deployment: inWords(seen), decisions })));
    const hasNoHolds = seen.gates?.total === 0;
    expect(words.includes("Nobody had to answer")).toBe(hasNoHolds && seen.phase === "succeeded");
    expect(hasNoHolds && seen.holds.length > 0).toBe(false);
    const stages = name === "ecs" ? seen.holds.map(({ stage }) => stage) : [];
    expect(stages.filter((stage) => stage !== "POST_TEST_TRAFFIC_SHIFT")).toEqual([]);
  }),
);

const pause = (lifecycleStages: readonly string[]) => ({ targetType: "PAUSE", lifecycleStages });
const seenFirst = (lifecycleHooks: readonly object[] | undefined, status: string) =>
  inWords(
    factsOf({
      ref: {
        ...{ system: "ecs", ...place },
        id: "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/d1",
      },
      deployment: serviceDeployment.parse({
        ...{ status, lifecycleStage: "CLEAN_UP" },
        deploymentConfiguration: { strategy: "BLUE_GREEN", lifecycleHooks },
        lifecycleHookDetails: [{ hookId: "ecs-pause-1", targetType: "PAUSE", status: "SUCCEEDED" }],
      }),
      versions: unreadVersions,
    }),
  );

it.each([
  ["the only pause that is configured", [pause(["PRE_SCALE_UP"])], "PRE_SCALE_UP"],
  ["not known, with several pauses", [pause(["PRE_SCALE_UP"]), pause(["POST_SCALE_UP"])], unknownStage],
  ["not known, with a pause at several stages", [pause(["PRE_SCALE_UP", "POST_SCALE_UP"])], unknownStage],
  ["not known, where ECS leaves its hooks out", undefined, unknownStage],
] as const)("ECS: the stage of a pause that nobody saw waiting is %s", (_, hooks, stage) => {
  for (const status of ["IN_PROGRESS", "SUCCESSFUL"]) {
    const deployment = seenFirst(hooks, status);
    expect(deployment.holds.map((hold) => hold.stage)).toEqual([stage]);
    const decisions = [decisionOf({ id: decisionOfHold("ecs-pause-1"), state: "superseded", by: [] })];
    const words = wordsOf(drawCard(pictureOf({ deployment, decisions })));
    expect(words).not.toMatch(/at `(?:CLEAN_UP|unknown)`/);
    expect(words.includes(`at \`${stage}\``)).toBe(stage !== unknownStage && status === "SUCCESSFUL");
  }
});
