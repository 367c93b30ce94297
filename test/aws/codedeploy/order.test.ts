import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AwsEvent } from "../../../src/handlers/ports.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { eventOf } from "../stage.ts";
import { type CodeDeployStage, ecs, setCodeDeployStage } from "./stage.ts";

let stage: CodeDeployStage;
beforeAll(async () => {
  stage = await setCodeDeployStage();
});
afterAll(() => stage.close());

it("gives the same snapshot for any order of any events, whichever of them are doubled", async () => {
  const hooks = [
    { event: "BeforeInstall", name: "approve" },
    { event: "AfterInstall", name: "approve" },
  ];
  const { id, hold } = await stage.lookAtHook({ ...ecs, hooks });
  const early = stage.hookEvent(stage.hooks[0] ?? neverCalled());
  stage.codedeploy.console.answerHook(id, hold.id, "Succeeded");
  stage.clock.advance(60_000);
  const late = stage.hookEvent(stage.hooks[1] ?? neverCalled());
  const notice = (state: string): AwsEvent =>
    eventOf(
      "CodeDeploy Deployment State-change Notification",
      { deploymentId: id, state },
      { source: "aws.codedeploy", time: stage.clock.now() },
    );
  const told: readonly AwsEvent[] = [early, late, notice("START"), notice("READY"), notice("FAILURE")];

  async function lookAfter(events: readonly AwsEvent[]): Promise<WordedDeployment> {
    let previous: WordedDeployment | undefined;
    for (const event of events) previous = await stage.look(id, { event, ...(previous ? { previous } : {}) });
    return previous ?? (await stage.look(id));
  }

  const expected = await lookAfter(told);
  expect(expected.holds.map(({ stage: at, shows }) => [at, shows])).toEqual([
    ["BeforeInstall", "continue"],
    ["AfterInstall", "open"],
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...told], { minLength: told.length }),
      fc.subarray([...told]),
      async (shuffled, doubled) => {
        expect(await lookAfter([...doubled, ...shuffled])).toEqual(expected);
      },
    ),
    { numRuns: 10 },
  );
});

function neverCalled(): never {
  throw new Error("the hook was not called");
}
