/** A failure that an event alone told is the deployment's that failed, and stays with it; no other one is told as failed. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { factsOf } from "../../../src/aws/ecs/facts/facts.ts";
import { printReport } from "../../../src/aws/ecs/facts/reports.ts";
import { unreadVersions } from "../../../src/aws/ecs/facts/versions.ts";
import type { Deployment } from "../../../src/handlers/deployment.ts";
import { inWords, said } from "../in-words.ts";

const arn = "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/api/d";
const start = Date.UTC(2026, 10, 17, 14);
const second = 1_000;

/** Stopped, and how long it ran. */
interface Stopped {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly revision: string;
  /** Absent: a newer one took its place. */
  readonly failedAt?: number;
}

/** Deployments of one service, one after the other: ECS begins with the next when it has stopped the last. */
const rollouts = fc
  .array(
    fc.record({
      pauseS: fc.integer({ min: 0, max: 600 }),
      lastsS: fc.integer({ min: 5, max: 600 }),
      fails: fc.boolean(),
      failsAt: fc.double({ min: 0, max: 1, noNaN: true }),
      reportedLate: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((plans) => {
    let at = start;
    return plans.map(({ pauseS, lastsS, fails, failsAt, reportedLate }, index): Stopped => {
      const startedAt = at + pauseS * second;
      const finishedAt = startedAt + lastsS * second;
      at = finishedAt;
      // The first seconds of a deployment are too few for its tasks to fail.
      const failedAt = reportedLate
        ? finishedAt + 2 * second
        : startedAt + Math.round((3 + failsAt * (lastsS - 3)) * second);
      const revision = `arn:aws:ecs:eu-west-1:111122223333:service-revision/main/api/${index}`;
      return { startedAt, finishedAt, revision, ...(fails ? { failedAt } : {}) };
    });
  });

function look(
  { startedAt, finishedAt, revision }: Stopped,
  carried: object,
  previous?: Deployment,
): Deployment {
  const deployment = {
    ...{ serviceDeploymentArn: arn, status: "STOPPED", startedAt, finishedAt, stoppedAt: finishedAt },
    targetServiceRevision: { arn: revision },
  };
  const ref = { system: "ecs", account: "111122223333", region: "eu-west-1", id: arn } as const;
  return factsOf({ ref, deployment, versions: unreadVersions, previous, hint: { carried: { ...carried } } });
}

const failureAt = (at: number, more: { readonly deploymentId?: string; readonly reason?: string } = {}) =>
  printReport({ eventName: "SERVICE_DEPLOYMENT_FAILED", at, reason: `failed at ${at}`, ...more });

it("belongs to the deployment that ran when it was reported, however often that is looked at", () => {
  fc.assert(
    fc.property(rollouts, fc.integer({ min: 0, max: 3 }), (services, looks) => {
      const told = Object.assign(
        {},
        ...services.flatMap(({ failedAt }) => (failedAt === undefined ? [] : [failureAt(failedAt)])),
      );
      for (const service of services) {
        let seen = look(service, told);
        // The events are forgotten with the look.
        for (let n = 0; n < looks; n += 1) seen = look(service, {}, seen);
        const failed = service.failedAt !== undefined;
        expect([seen.incident, seen.reason]).toEqual(
          failed ? [true, `failed at ${service.failedAt}`] : [false, undefined],
        );
        expect(said(inWords(seen).outcome)).toBe(
          failed
            ? "ECS stopped this deployment without a rollback. Look in AWS to see what serves now."
            : "ECS stopped this deployment. A newer one may have taken its place.",
        );
      }
    }),
  );
});

const one: Stopped = {
  startedAt: start,
  finishedAt: start + 60 * second,
  revision: "service-revision/c/s/42",
};

it.each([
  ["before it began", failureAt(start - second), false],
  ["when it began", failureAt(start + 2 * second), false],
  ["soon after it began", failureAt(start + 3 * second), true],
  ["as it ended", failureAt(start + 61 * second), true],
  ["by when the next one may have failed", failureAt(start + 63 * second), false],
  [
    "later, by the number of its revision",
    failureAt(start + 900 * second, { deploymentId: "ecs-svc/42" }),
    true,
  ],
  ["later, by another number", failureAt(start + 900 * second, { deploymentId: "ecs-svc/142" }), false],
  [
    "in the form of an earlier release, without a time",
    { "report/SERVICE_DEPLOYMENT_FAILED": "failed" },
    false,
  ],
])("told %s", (_, carried, isIts) => {
  expect(look(one, carried).incident).toBe(isIts);
});

it("keeps the reason of whichever report gives one", () => {
  const silent = failureAt(start + 5 * second, { reason: "" });
  expect(look(one, { ...failureAt(start + 6 * second, { reason: "no capacity" }), ...silent }).reason).toBe(
    "no capacity",
  );
});

it("tells of a running deployment no trouble that its service had before it began", () => {
  const trouble = (at: number) => printReport({ eventName: "SERVICE_TASK_PLACEMENT_FAILURE", at });
  const running = (at: number) =>
    factsOf({
      ref: { system: "ecs", account: "111122223333", region: "eu-west-1", id: arn },
      deployment: { status: "IN_PROGRESS", startedAt: start },
      versions: unreadVersions,
      hint: { carried: trouble(at) },
    }).remarks.map(({ name }) => name);
  expect(running(start + 60 * second)).toContain("report/SERVICE_TASK_PLACEMENT_FAILURE");
  expect(running(start - second)).not.toContain("report/SERVICE_TASK_PLACEMENT_FAILURE");
});
