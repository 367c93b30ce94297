import type { DeploymentStrategy } from "@aws-sdk/client-appconfig";
import { expect, it } from "vitest";
import { inputOf, strategyOf } from "../../../src/aws/appconfig/strategy/pace.ts";
import { place } from "../stage.ts";

/** SDK types know today's enums only; AWS's answers are not bound to them. */
const answer = (more: object = {}): DeploymentStrategy => ({
  Id: "str4tgy",
  Name: "careful",
  DeploymentDurationInMinutes: 30,
  GrowthFactor: 20,
  GrowthType: "LINEAR",
  ...more,
});

it("takes a missing bake time and description for none", () => {
  expect(strategyOf(answer(), place)).toMatchObject({ pace: { finalBakeMinutes: 0, description: "" } });
});

it.each([
  [{ GrowthType: "SINUS" }, "Holdpoint does not know the growth type SINUS"],
  [{ GrowthType: undefined }, "AppConfig did not tell its growth type"],
  [{ GrowthFactor: undefined }, "AppConfig did not tell its pace"],
  [{ DeploymentDurationInMinutes: undefined }, "AppConfig did not tell its pace"],
])("does not tell a strategy with %j as another one", (more, why) => {
  expect(strategyOf(answer(more), place)).toBe(why);
});

it("leaves out of a change what is not named", () => {
  expect(Object.keys(inputOf("str4tgy", { growthFactor: 10 }))).toEqual([
    "DeploymentStrategyId",
    "GrowthFactor",
  ]);
});
