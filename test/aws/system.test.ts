import { afterEach, beforeEach, expect, it } from "vitest";
import { type AwsStage, place, setAwsStage } from "./stage.ts";

let stage: AwsStage;
beforeEach(async () => {
  stage = await setAwsStage();
});
afterEach(() => stage.close());

const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 400 } as const;
const warnings = (): readonly string[] =>
  stage.logs.filter(({ level }) => level === "warn").map(({ message }) => message);

it("warns once of a read that stays denied, and again once it was answered meanwhile", async () => {
  const arn = stage.deploy();
  const operation = "DescribeServiceDeployments";
  stage.aws.faults.next({ operation }, denied, 3);
  for (let look = 0; look < 3; look += 1) {
    expect(await stage.inspect(arn)).toMatchObject({
      kind: "unreadable",
      why: "access denied (ecs:DescribeServiceDeployments)",
    });
  }
  expect(warnings()).toEqual(["ECS can't be read"]);
  await stage.look(arn);
  stage.aws.faults.next({ operation }, denied);
  await stage.inspect(arn);
  expect(warnings()).toHaveLength(2);
});

it("warns once of a list that stays cut short", async () => {
  stage.deploy();
  stage.aws.faults.next({ operation: "ListServiceDeployments" }, denied, 3);
  const sweep = () => stage.system.list(place.account, place.region, () => true);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) expect(await sweep()).toMatchObject({ kind: "listed" });
  expect(warnings()).toEqual(["sweep saw only a part of ECS"]);
});

it("leaves it to whoever sweeps to log a place of which nothing can be listed", async () => {
  stage.aws.faults.next({ operation: "ListClusters" }, denied);
  const listing = await stage.system.list(place.account, place.region, () => true);
  expect(listing).toMatchObject({ kind: "unreadable", why: "access denied (ecs:ListClusters)" });
  expect(warnings()).toEqual([]);
});
