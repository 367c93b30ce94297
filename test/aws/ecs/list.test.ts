import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Wanted } from "../../../src/handlers/ports.ts";
import { type AwsStage, place, setAwsStage } from "../stage.ts";

let stage: AwsStage;
beforeEach(async () => {
  stage = await setAwsStage();
});
afterEach(() => stage.close());

const list = (wanted: Wanted = () => true) => stage.system.list(place.account, place.region, wanted);

function manyServices(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `service-${index}`;
    const arn = stage.ecs.createService(place, {
      cluster: `cluster-${index % 3}`,
      name,
      taskDefinition: stage.next,
    });
    return stage.ecs.deploy(arn, { taskDefinition: stage.next });
  });
}

it("lists what is in progress over all pages and clusters, and nothing that has ended", async () => {
  const ended = stage.deploy();
  stage.clock.advance(60 * 60_000);
  const running = manyServices(30);
  const listing = await list();
  expect(listing.kind).toBe("listed");
  const ids = listing.kind === "listed" ? listing.refs.map(({ id }) => id).sort() : [];
  expect(ids).toEqual(running.sort());
  expect(ids).not.toContain(ended);
});

it("reads only services that a route would show", async () => {
  manyServices(4);
  const own = stage.deploy();
  expect(await list((target) => target === "checkout-api")).toEqual({
    kind: "listed",
    refs: [stage.refOf(own)],
    targets: [{ target: "checkout-api", qualifiedTarget: "main/checkout-api" }],
    whole: true,
  });
  expect(stage.aws.calls.all({ operation: "ListServiceDeployments" })).toHaveLength(1);
});

it("asks for each service with its cluster, also where the service's ARN leaves the cluster out", async () => {
  for (const cluster of ["default", "prod"]) {
    const service = { cluster, name: `in-${cluster}`, shortArn: true, taskDefinition: stage.next };
    stage.ecs.deploy(stage.ecs.createService(place, service), { taskDefinition: stage.next });
  }
  const asked: unknown[] = [];
  const listing = await list((...names) => {
    asked.push(names);
    return true;
  });
  expect(asked).toContainEqual(["in-default", "default/in-default"]);
  expect(asked).toContainEqual(["in-prod", "prod/in-prod"]);
  const ids = listing.kind === "listed" ? listing.refs.map(({ id }) => id) : [];
  expect(ids.map((id) => id.split("/").slice(1, 3).join("/")).toSorted()).toEqual([
    "default/in-default",
    "prod/in-prod",
  ]);
});

it("says why nothing could be listed", async () => {
  stage.aws.faults.next(
    { operation: "ListClusters" },
    { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
  );
  expect(await list()).toMatchObject({ kind: "unreadable", why: "access denied (ecs:ListClusters)" });
});

it("returns what it found when a part could not be read, and logs it", async () => {
  manyServices(3);
  stage.aws.faults.next(
    { operation: "ListServiceDeployments" },
    { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
  );
  const listing = await list((target) => target.startsWith("service-"));
  expect(listing.kind === "listed" && listing.refs).toHaveLength(2);
  expect(stage.logs.map(({ message }) => message)).toContain("sweep saw only a part of ECS");
});

describe("the calls of a sweep", () => {
  const count = () => {
    const calls = stage.aws.calls.all().filter(({ service }) => service === "ecs");
    return (operation: string) => calls.filter((call) => call.operation === operation).length;
  };

  it("are a tenth of the services where nothing is in progress", async () => {
    manyServices(60);
    stage.clock.advance(24 * 60 * 60_000);
    expect(await list()).toMatchObject({ kind: "listed", refs: [] });
    const first = count();
    expect(first("DescribeServices")).toBe(7);
    expect(first("DescribeServiceDeployments")).toBeLessThanOrEqual(7);
    expect(first("ListServiceDeployments")).toBe(0);
    stage.aws.calls.clear();
    await list();
    expect(count()("DescribeServices")).toBe(7);
    expect(count()("DescribeServiceDeployments")).toBe(0);
  });

  it("are one more for each service whose rollout is in progress, and find it each time", async () => {
    const running = manyServices(2);
    for (let sweeps = 0; sweeps < 3; sweeps += 1) {
      const listing = await list((target) => target.startsWith("service-"));
      expect(listing.kind === "listed" && listing.refs.map(({ id }) => id).toSorted()).toEqual(
        running.toSorted(),
      );
    }
    expect(count()("ListServiceDeployments")).toBe(6);
  });

  it("find a deployment that begins after its service was settled", async () => {
    stage.clock.advance(60 * 60_000);
    await list();
    const deployment = stage.deploy();
    const listing = await list();
    expect(listing.kind === "listed" && listing.refs).toEqual([stage.refOf(deployment)]);
  });
});
