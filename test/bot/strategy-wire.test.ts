/** From the command to the request on the wire: the bot, the real AppConfig system, and a fake Slack and AWS. */

import { afterEach, beforeEach, expect, it } from "vitest";
import type { Message } from "../../fakes/slack/workspace.ts";
import { type AppConfigStage, setAppConfigStage } from "../aws/appconfig/stage.ts";
import { policyOf, ruleOf } from "./card/pictures.ts";
import { mara, type RunningBot, startBot } from "./running-bot.ts";

let stage: AppConfigStage;
let running: RunningBot;
beforeEach(async () => {
  stage = await setAppConfigStage();
  running = await startBot({
    policy: policyOf({ "edit-strategy": ruleOf({ approvers: [{ kind: "usergroup", id: "S0ONCALL" }] }) }),
    strategies: { strategies: stage.system.strategies },
  });
});
afterEach(async () => {
  await running.close();
  await stage.close();
});

const typed = {
  duration: "30",
  growthFactor: "33.3",
  growthType: "EXPONENTIAL",
  finalBakeTime: "10",
  description: "",
};

function updates(): readonly unknown[] {
  return stage.aws.calls.all({ operation: "UpdateDeploymentStrategy" }).map(({ input }) => input);
}

async function previewed(): Promise<Message> {
  await running.driver.command(mara, "/deploy strategy edit linear-20-30min");
  const form = await running.slack.waitFor(
    () => {
      const top = running.slack.views.topOf(mara);
      return top?.content.callback_id === "strategy-edit" ? top : undefined;
    },
    { what: "the form" },
  );
  await running.driver.submit(mara, form.id, typed);
  return running.heard(mara, "Preview of strategy");
}

it("sends exactly the changed fields, once, and confirms what AWS shows", async () => {
  const preview = await previewed();
  expect(JSON.stringify(preview.blocks)).toContain("checkout/live");
  expect(updates()).toEqual([]);
  await running.driver.click(mara, preview, "Save");
  await running.heard(mara, "Saved and confirmed");
  expect(updates()).toEqual([
    { DeploymentStrategyId: stage.strategyId, GrowthFactor: 33.3, GrowthType: "EXPONENTIAL" },
  ]);
});

it("sends nothing when somebody changed it at the console meanwhile", async () => {
  const preview = await previewed();
  await stage.system.strategies.update(
    { account: "111122223333", region: "eu-west-1", id: stage.strategyId },
    { finalBakeMinutes: 45 },
  );
  const before = updates().length;
  await running.driver.click(mara, preview, "Save");
  const told = await running.heard(mara, "somebody changed the strategy");
  expect(JSON.stringify(told.blocks)).toContain("final bake time, now 45 min");
  expect(updates()).toHaveLength(before);
});

it.each([
  ["BadRequestException", 400, "rejected your edit"],
  ["ResourceNotFoundException", 404, "rejected your edit"],
  ["InternalServerException", 500, "It is not known"],
  ["AccessDeniedException", 403, "was not carried out"],
  ["ThrottlingException", 429, "was not carried out"],
])("tells %s truly, after one call", async (name, status, words) => {
  const preview = await previewed();
  stage.aws.faults.next(
    { operation: "UpdateDeploymentStrategy" },
    { kind: "error", when: "before", name, status },
  );
  await running.driver.click(mara, preview, "Save");
  await running.heard(mara, words);
  expect(updates()).toHaveLength(1);
});
