import {
  DescribeServiceDeploymentsCommand,
  ListClustersCommand,
  StopServiceDeploymentCommand,
} from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../../fakes/aws/faults.ts";
import { failureOf, type Stage, setStage } from "./stage.ts";

let stage: Stage;
let arn: string;
beforeEach(async () => {
  stage = await setStage();
  arn = stage.deploy();
});
afterEach(() => stage.close());

const operation = "StopServiceDeployment";
const stop = (abortSignal?: AbortSignal) =>
  stage.client.send(
    new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }),
    abortSignal ? { abortSignal } : {},
  );

const faults: readonly [string, Fault["kind"], (when: "before" | "after") => Fault][] = [
  ["an error answer", "error", (when) => ({ kind: "error", when, name: "ServerException", status: 503 })],
  ["a cut connection", "break", (when) => ({ kind: "break", when })],
];

describe.each(faults)("%s", (_, kind, fault) => {
  it.each([
    ["before", "IN_PROGRESS"],
    ["after", "ROLLBACK_REQUESTED"],
  ] as const)("%s the effect leaves the deployment %s", async (when, status) => {
    stage.aws.faults.next({ operation }, fault(when));
    expect(await failureOf(stop())).toMatchObject(
      kind === "error" ? { name: "ServerException" } : { code: "ECONNRESET" },
    );
    expect(stage.ecs.deployment(arn).status).toBe(status);
    expect(stage.aws.calls.writes()).toMatchObject([{ operation, outcome: { effect: when === "after" } }]);
  });
});

it.each([
  ["before", "IN_PROGRESS"],
  ["after", "ROLLBACK_REQUESTED"],
] as const)(
  "silence %s the effect ends with the client's patience and leaves the deployment %s",
  async (when, status) => {
    stage.aws.faults.next({ operation }, { kind: "hang", when });
    const patience = new AbortController();
    const answer = failureOf(stop(patience.signal));
    const [call] = await stage.aws.calls.waitFor({ operation });
    expect(call).toMatchObject({
      input: { serviceDeploymentArn: arn },
      outcome: { kind: "unanswered", why: "hang" },
    });
    patience.abort();
    expect(await answer).toMatchObject({ name: "AbortError" });
    expect(stage.ecs.deployment(arn).status).toBe(status);
  },
);

it("a delayed answer comes late, and its effect is there before it", async () => {
  stage.aws.faults.next({ operation }, { kind: "delay", when: "after", delayMs: 50 });
  const before = performance.now();
  await stop();
  expect(performance.now() - before).toBeGreaterThan(45);
});

it("faults hit the named operation only, for as many calls as were asked for", async () => {
  stage.aws.faults.next(
    { operation },
    { kind: "error", when: "before", name: "ThrottlingException", status: 400 },
    2,
  );
  await stage.client.send(new ListClustersCommand({}));
  expect(await failureOf(stop())).toMatchObject({ name: "ThrottlingException" });
  expect(await failureOf(stop())).toMatchObject({ name: "ThrottlingException" });
  expect(await stop()).toMatchObject({ serviceDeploymentArn: arn });
});

it("faults about one deployment leave the others alone", async () => {
  const about = arn.slice(arn.lastIndexOf("/") + 1);
  const other = `another-${about}`.slice(0, -1);
  const fault = { kind: "error", when: "before", name: "ThrottlingException", status: 400 } as const;
  stage.aws.faults.next({ operation, about: other }, fault);
  expect(await stop()).toMatchObject({ serviceDeploymentArn: arn });
  stage.aws.faults.next({ operation, about }, fault);
  expect(await failureOf(stop())).toMatchObject({ name: "ThrottlingException" });
});

it("says which calls came when the awaited ones did not", async () => {
  await stage.client.send(new ListClustersCommand({}));
  await expect(stage.aws.calls.waitFor({ operation }, 2, 10)).rejects.toThrow("ListClusters answered");
});

describe("reads that lag", () => {
  const status = async () => {
    const read = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
    const { serviceDeployments, failures } = await stage.client.send(read);
    return serviceDeployments?.[0]?.status ?? failures?.[0]?.reason;
  };

  it("show the state before the last write until they are released", async () => {
    stage.ecs.reads.showBeforeLastWrite();
    await stop();
    expect(await status()).toBe("IN_PROGRESS");
    stage.ecs.reads.release();
    expect(await status()).toBe("ROLLBACK_REQUESTED");
  });

  it("stand still while they are frozen, and do not know what came later", async () => {
    stage.ecs.reads.freeze();
    await stop();
    expect(await status()).toBe("IN_PROGRESS");
    arn = stage.deploy();
    expect(await status()).toBe("MISSING");
  });

  it("show each deployment as many changes ago as was asked for", async () => {
    await stop();
    stage.ecs.reads.lagBy(1);
    expect(await status()).toBe("IN_PROGRESS");
    stage.ecs.reads.lagBy(0);
    expect(await status()).toBe("ROLLBACK_REQUESTED");
  });
});
