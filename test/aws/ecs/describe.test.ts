/** The pure part over answers that a fake would never give: what AWS may add, leave out, or say for the first time. */
import type { ServiceDeployment, TaskDefinition } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Seen as Facts, factsOf } from "../../../src/aws/ecs/facts/facts.ts";
import { printReport } from "../../../src/aws/ecs/facts/reports.ts";
import { serviceDeployment } from "../../../src/aws/ecs/facts/stored-detail.ts";
import { type Revision as Version, versionsOf } from "../../../src/aws/ecs/facts/versions.ts";
import type { Reading } from "../../../src/aws/reading.ts";
import type { Hint } from "../../../src/handlers/ports.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { denied, inWords, lines, said } from "../in-words.ts";

interface Versions {
  readonly old: Reading<Version> | { readonly kind: "none" };
  readonly new: Reading<Version>;
}

/** As AWS answers it. */
type Seen = Omit<Facts, "deployment" | "versions"> & {
  readonly deployment: ServiceDeployment;
  readonly versions: Versions;
};

const describe = ({ deployment, versions: { old, new: next }, ...seen }: Seen) =>
  inWords(
    factsOf({ ...seen, deployment: serviceDeployment.parse(deployment), versions: versionsOf(old, next) }),
  );

const id = "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/d1";
const ref = { system: "ecs", account: "111122223333", region: "eu-west-1", id } as const;
const at = new Date("2026-11-17T14:00:00Z");

/** SDK types know today's enums only; AWS's answers are not bound to them. */
function answer(more: object): ServiceDeployment {
  return {
    serviceDeploymentArn: id,
    status: "IN_PROGRESS",
    startedAt: at,
    deploymentConfiguration: { strategy: "BLUE_GREEN" },
    sourceServiceRevisions: [
      {
        arn: "revision/1",
        requestedTaskCount: 6,
        runningTaskCount: 6,
        requestedProductionTrafficWeight: 100,
      },
    ],
    targetServiceRevision: {
      arn: "revision/2",
      requestedTaskCount: 6,
      runningTaskCount: 6,
      requestedProductionTrafficWeight: 0,
    },
    ...more,
  };
}

const bare = (members: object): ServiceDeployment => ({ ...members });

function version(
  revision: number,
  images: Readonly<Record<string, string>>,
  definition: TaskDefinition = {},
): Version {
  return {
    revision: {
      taskDefinition: `arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout-api:${revision}`,
      containerImages: Object.entries(images).map(([containerName, image]) => ({
        containerName,
        image,
        imageDigest: `sha256:${Buffer.from(image).toString("hex").padEnd(64, "0")}`,
      })),
    },
    definition: { kind: "read", value: definition },
  };
}

const versions: Versions = {
  old: { kind: "read", value: version(41, { app: "repo:5000/checkout:2.18.3" }) },
  new: { kind: "read", value: version(42, { app: "repo:5000/checkout:2.19.0" }) },
};

function see(more: object, rest: Partial<Seen> = {}): WordedDeployment {
  return describe({ ref, deployment: answer(more), versions, ...rest });
}

const pause = { hookId: "ecs-pause-1", status: "AWAITING_ACTION", expiresAt: at, timeoutAction: "ROLLBACK" };
const heldAt = (lifecycleStage: string, more: object = {}) =>
  see({ lifecycleStage, lifecycleHookDetails: [pause], ...more });
const consequences = (deployment: WordedDeployment) =>
  deployment.offers.map(({ consequence }) => said(consequence));

it.each([
  ["PENDING", "running"],
  ["IN_PROGRESS", "running"],
  ["STOP_REQUESTED", "stopping"],
  ["STOPPED", "stopped"],
  ["SUCCESSFUL", "succeeded"],
  ["ROLLBACK_REQUESTED", "rolling-back"],
  ["ROLLBACK_IN_PROGRESS", "rolling-back"],
  ["ROLLBACK_SUCCESSFUL", "rolled-back"],
  ["ROLLBACK_FAILED", "failed"],
  ["DEFROSTING", "running"],
])("shows status %s as %s", (status, phase) => {
  const deployment = see({ status });
  expect(deployment).toMatchObject({ status, phase });
  expect(deployment.offers.length > 0).toBe(phase === "running");
  expect(deployment.remarks[0]?.name).toBe(
    phase === "failed" ? "incident/rollback-failed" : `status/${status}`,
  );
});

it.each([
  ["AWAITING_ACTION", "IN_PROGRESS", "open"],
  ["AWAITING_ACTION", "ROLLBACK_IN_PROGRESS", "over"],
  ["AWAITING_ACTION", "STOPPED", "over"],
  ["SUCCEEDED", "IN_PROGRESS", "continue"],
  ["FAILED", "ROLLBACK_IN_PROGRESS", "rollback"],
  ["TIMED_OUT", "ROLLBACK_IN_PROGRESS", "expired"],
  ["IN_PROGRESS", "IN_PROGRESS", "pending"],
  ["SNOOZED", "IN_PROGRESS", "pending"],
])("shows a hook that is %s in a deployment that is %s as %s", (status, deploymentStatus, shows) => {
  const { holds } = see({ status: deploymentStatus, lifecycleHookDetails: [{ ...pause, status }] });
  expect(holds).toMatchObject([{ id: "ecs-pause-1", status, shows }]);
});

it("takes only pauses for holds, with or without their type", () => {
  const { holds } = see({
    lifecycleHookDetails: [
      { hookId: "a", targetType: "PAUSE", status: "AWAITING_ACTION" },
      { hookId: "ecs-pause-b", status: "AWAITING_ACTION" },
      { hookId: "c", targetType: "AWS_LAMBDA", status: "IN_PROGRESS" },
      { targetType: "PAUSE", status: "AWAITING_ACTION" },
    ],
  });
  expect(holds.map((hold) => hold.id)).toEqual(["a", "ecs-pause-b"]);
});

it.each([
  ["ROLLBACK", "ECS rolls back.", "rollback"],
  ["CONTINUE", "ECS continues.", "continue"],
  ["SNOOZE", "ECS does what it calls `SNOOZE`.", undefined],
  [undefined, "ECS does what the hook is configured for; it does not say what that is.", undefined],
])("says what ECS does after the deadline with time-out action %s", (timeoutAction, words, action) => {
  const [hold] = see({ lifecycleHookDetails: [{ ...pause, timeoutAction }] }).holds;
  expect(said(hold?.onExpiry)).toBe(words);
  expect(hold?.onExpiryAction).toBe(action);
});

it("remembers the stage of a hold that was answered before the deployment went on", () => {
  const before = heldAt("POST_TEST_TRAFFIC_SHIFT");
  const answered = { lifecycleStage: "BAKE_TIME", lifecycleHookDetails: [{ ...pause, status: "SUCCEEDED" }] };
  expect(see(answered, { previous: before }).holds[0]?.stage).toBe("POST_TEST_TRAFFIC_SHIFT");
});

function pausing(...stages: readonly string[]) {
  const lifecycleHooks = stages.map((stage) => ({ targetType: "PAUSE", lifecycleStages: [stage] }));
  return { deploymentConfiguration: { strategy: "BLUE_GREEN", lifecycleHooks } };
}

it.each([
  ["PRE_SCALE_UP", {}, "ECS starts the new tasks. Not known: whether another hold comes before production."],
  [
    "PRE_SCALE_UP",
    pausing("PRE_SCALE_UP"),
    "ECS starts the new tasks. Production traffic follows without another hold.",
  ],
  [
    "PRE_SCALE_UP",
    pausing("PRE_SCALE_UP", "POST_SCALE_UP"),
    "ECS starts the new tasks. Another hold follows before production.",
  ],
  [
    "PRE_SCALE_UP",
    { deploymentConfiguration: { strategy: "SPIRAL" } },
    "ECS goes on with the deployment. Not known: how it moves traffic.",
  ],
  [
    "PRE_SCALE_UP",
    { deploymentConfiguration: { strategy: "ROLLING" } },
    "ECS replaces the old tasks step by step.",
  ],
  [
    "POST_TEST_TRAFFIC_SHIFT",
    {},
    "ECS goes on towards production. Not known: whether another hold comes before production.",
  ],
  [
    "POST_TEST_TRAFFIC_SHIFT",
    pausing("POST_TEST_TRAFFIC_SHIFT"),
    "all production traffic moves to the new version.",
  ],
  [
    "POST_TEST_TRAFFIC_SHIFT",
    {
      deploymentConfiguration: {
        strategy: "BLUE_GREEN",
        lifecycleHooks: [{ lifecycleStages: ["PRE_PRODUCTION_TRAFFIC_SHIFT"] }],
      },
    },
    "ECS goes on to the next hold. No production traffic moves yet.",
  ],
  [
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    {
      deploymentConfiguration: { strategy: "LINEAR", linearConfiguration: { stepPercent: 20 } },
      targetServiceRevision: { arn: "revision/2", requestedProductionTrafficWeight: 40 },
    },
    "another 20% of production traffic moves to the new version.",
  ],
  [
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    { deploymentConfiguration: { strategy: "SPIRAL" } },
    "production traffic begins to move to the new version.",
  ],
  ["POST_PRODUCTION_TRAFFIC_SHIFT", {}, "the bake time begins; then ECS removes the old tasks."],
  ["A_STAGE_OF_TOMORROW", {}, "ECS goes on with the deployment."],
])("says what continuing at %s brings about", (stage, more, words) => {
  expect(consequences(heldAt(stage, more))[0]).toBe(words);
});

it("gives every share of a step with one decimal at most", () => {
  const tenths = fc.integer({ min: 1, max: 1000 }).map((tenth) => tenth / 10);
  fc.assert(
    fc.property(tenths, tenths, fc.boolean(), (percent, now, canary) => {
      const deploymentConfiguration = canary
        ? { strategy: "CANARY", canaryConfiguration: { canaryPercent: percent } }
        : { strategy: "LINEAR", linearConfiguration: { stepPercent: percent } };
      const target = { arn: "revision/2", runningTaskCount: 6, requestedProductionTrafficWeight: now };
      const held = heldAt("PRE_PRODUCTION_TRAFFIC_SHIFT", {
        deploymentConfiguration,
        targetServiceRevision: target,
      });
      expect(JSON.stringify(held)).not.toMatch(/\d\.\d{2,}%/);
    }),
  );
});

it.each([
  [0, "production stays on the old version."],
  [40, "40% of production traffic returns to the old version."],
  [100, "all production traffic returns to the old version."],
  [undefined, "ECS returns the service to the old version."],
])("says what rolling back brings about with %s%% of production on the new version", (weight, words) => {
  const target = { arn: "revision/2", requestedProductionTrafficWeight: weight };
  expect(consequences(see({ targetServiceRevision: target }))).toEqual([words]);
});

it.each([
  [
    { old: { kind: "none" } as const, sources: [] },
    "the deployment ends. There is no old version to return to.",
  ],
  [
    { old: { kind: "unknown", why: denied } as const, sources: undefined },
    "the deployment ends. Not known: what the service returns to.",
  ],
  [
    { old: { kind: "unknown", why: denied } as const, sources: [{ arn: "revision/1" }] },
    "the service returns to the old version.",
  ],
])("says what a rollback returns to where that was read, case %#", ({ old, sources }, words) => {
  const back = see(
    { status: "ROLLBACK_IN_PROGRESS", sourceServiceRevisions: sources },
    { versions: { ...versions, old } },
  );
  expect(said(back.progress?.next)).toBe(words);
});

it("shows a stage and a strategy that are new as AWS calls them", () => {
  const deployment = see({
    lifecycleStage: "PRE_PRODUCTION_TRAFFIC_SHIFT",
    deploymentConfiguration: { strategy: "SPIRAL" },
  });
  expect(deployment.stage).toBe("PRE_PRODUCTION_TRAFFIC_SHIFT");
  expect(said(deployment.expert)).toBe("strategy `SPIRAL`");
});

it("measures a rolling update by its tasks", () => {
  const { progress, health } = see({
    lifecycleStage: "SCALE_UP",
    deploymentConfiguration: { strategy: "ROLLING" },
    targetServiceRevision: { requestedTaskCount: 6, runningTaskCount: 3 },
  });
  expect(said(progress?.headline)).toBe("3 of 6 new tasks are running");
  expect(progress?.percent).toBe(50);
  expect(lines(health)).toEqual(["Tasks running: old 6 of 6, new 3 of 6"]);
});

it.each([
  [
    { status: "MONITORING", alarmNames: ["a", "b"] },
    "Alarms: unknown, ECS watches 2, none went off since it began",
  ],
  [
    { status: "TRIGGERED", alarmNames: ["a", "b"], triggeredAlarmNames: ["b"] },
    "Alarms: 🚨 1 of 2 went off: `b`",
  ],
  [{ status: "TRIGGERED", alarmNames: ["a"] }, "Alarms: 🚨 one went off, ECS does not say which"],
  [{ status: "DOZING", alarmNames: ["a"] }, "Alarms: unknown, ECS says `DOZING` about its 1"],
  [{ alarmNames: ["a"] }, "Alarms: unknown, ECS does not tell about its 1"],
])("never shows alarms as good that are not known to be: %j", (alarms, line) => {
  expect(lines(see({ alarms }).health)[0]).toBe(line);
});

it("has no line for alarms that a service does not have, and an unknown one for alarms without a word", () => {
  expect(lines(see({ alarms: { status: "DISABLED", alarmNames: [] } }).health).join()).not.toContain(
    "Alarms",
  );
  const deploymentConfiguration = {
    strategy: "BLUE_GREEN",
    alarms: { alarmNames: ["a"], enable: true, rollback: true },
  };
  expect(lines(see({ deploymentConfiguration }).health)[0]).toBe(
    "Alarms: unknown, ECS does not tell about its 1",
  );
});

it.each([
  ["a person rolled back at a hold", { lifecycleHookDetails: [{ ...pause, status: "FAILED" }] }, false, []],
  [
    "nobody answered in time",
    { lifecycleHookDetails: [{ ...pause, status: "TIMED_OUT" }] },
    true,
    ["timed-out"],
  ],
  [
    "the circuit breaker acted",
    { deploymentCircuitBreaker: { status: "TRIGGERED" } },
    true,
    ["circuit-breaker"],
  ],
  ["an alarm went off", { alarms: { triggeredAlarmNames: ["a"] } }, true, ["alarm"]],
  ["a Lambda hook failed", { lifecycleHookDetails: [{ hookId: "l", status: "FAILED" }] }, true, ["hook"]],
  [
    "a Lambda hook timed out",
    {
      deploymentCircuitBreaker: { status: "MONITORING", failureCount: 0 },
      lifecycleHookDetails: [{ hookId: "l", targetType: "AWS_LAMBDA", status: "TIMED_OUT" }],
    },
    true,
    ["hook-timed-out"],
  ],
  [
    "it stopped after a Lambda hook failed",
    { status: "STOPPED", lifecycleHookDetails: [{ hookId: "l", status: "FAILED" }] },
    true,
    ["hook"],
  ],
  ["it stopped, and nothing says why", { status: "STOPPED" }, false, []],
  ["nothing says why", {}, true, ["rollback"]],
  [
    "somebody asked ECS, whose circuit breaker did not act",
    { status: "ROLLBACK_REQUESTED", deploymentCircuitBreaker: { status: "MONITORING", failureCount: 0 } },
    false,
    [],
  ],
  ["the rollback failed", { status: "ROLLBACK_FAILED" }, true, ["rollback-failed"]],
])("knows an incident from a request when %s", (_, more, incident, causes) => {
  const deployment = see({
    status: "ROLLBACK_IN_PROGRESS",
    rollback: { reason: "AWS's own words" },
    ...more,
  });
  expect(deployment.incident).toBe(incident);
  const told = deployment.remarks.filter(({ weight }) => weight === "incident");
  expect(told.map(({ name }) => name)).toEqual(causes.map((cause) => `incident/${cause}`));
  for (const { reason } of told) expect(reason).toBe("AWS's own words");
});

it("lets nobody be kept from rolling back by a revision that ECS leaves out", () => {
  const held = heldAt("POST_TEST_TRAFFIC_SHIFT", { targetServiceRevision: undefined });
  const evidence = held.offers.map((offer) => Object.values(offer.evidence).includes(null));
  expect(held.offers.map(({ action }) => action)).toEqual(["continue", "rollback", "rollback"]);
  expect(evidence).toEqual([true, false, false]);
});

it("quotes the service's newest trouble when tasks fail", () => {
  const trouble = "(service checkout-api) was unable to place a task";
  const { remarks, health } = see(
    { deploymentCircuitBreaker: { failureCount: 2, threshold: 10 } },
    { trouble },
  );
  expect(remarks.find(({ name }) => name === "impaired")?.reason).toBe(trouble);
  expect(lines(health)).toContain("Circuit breaker: ⚠️ 2 failed tasks, acts at 10");
});

const report = (eventName: string, reason = "", minutes = 5): Hint => ({
  carried: printReport({ eventName, reason, at: at.getTime() + minutes * 60_000 }),
});

it("tells as an incident what ECS reports by event alone, while the deployment runs", () => {
  const hint = report("SERVICE_TASK_PLACEMENT_FAILURE", "RESOURCE:FARGATE");
  const told = (status: string) =>
    see({ status }, { hint }).remarks.find(({ name }) => name.startsWith("report/"));
  expect(told("IN_PROGRESS")).toMatchObject({ weight: "incident", reason: "RESOURCE:FARGATE" });
  expect(told("SUCCESSFUL")).toBeUndefined();
});

it("takes AWS's reason from the event where no read gives one", () => {
  const hint = report("SERVICE_DEPLOYMENT_FAILED", "circuit breaker: task failed to start");
  const failed = { status: "ROLLBACK_IN_PROGRESS", rollback: undefined, statusReason: undefined };
  expect(see(failed, { hint }).reason).toBe("circuit breaker: task failed to start");
});

it("calls a stop a failure where ECS reported one by event", () => {
  const finishedAt = new Date(at.getTime() + 6 * 60_000);
  const stopped = see({ status: "STOPPED", finishedAt }, { hint: report("SERVICE_DEPLOYMENT_FAILED") });
  expect([stopped.incident, stopped.serving]).toEqual([true, "unknown"]);
  expect(said(stopped.outcome)).toContain("without a rollback");
});

it("shows one line per changed container, and counts the rest", () => {
  const images = (tag: string) =>
    Object.fromEntries(["app", "proxy", "logs", "agent"].map((name) => [name, `repo/${name}:${tag}`]));
  const many: Versions = {
    old: { kind: "read", value: version(41, { ...images("1"), agent: "repo/agent:1" }) },
    new: { kind: "read", value: version(42, { ...images("2"), agent: "repo/agent:1" }) },
  };
  expect(lines(see({}, { versions: many }).changes)).toEqual([
    "Image: `app` `1` → `2`",
    "Image: `proxy` `1` → `2`",
    "Images: 1 more container, in the thread",
    "Task definition: `checkout-api:41` → `:42`",
  ]);
});

it("counts a container that ECS has not resolved yet as there", () => {
  const containers = ["app", "log"].map((name) => ({ name, image: `r/${name}:1` }));
  const some = between(
    version(41, { app: "r/app:1", log: "r/log:1" }),
    version(42, { app: "r/app:2" }, { containerDefinitions: containers }),
  );
  expect(lines(see({}, { versions: some }).changes)).toEqual([
    "Image: `app` `1` → `2`",
    expect.stringContaining("Digest"),
    expect.stringMatching(/^Image: unknown, `log` `1` before and after, its digest is not resolved yet/),
    "Task definition: `checkout-api:41` → `:42`",
  ]);
});

it("does not call an old version empty whose images and task definition were not read", () => {
  const unread: Version = { ...version(41, {}), definition: { kind: "unknown", why: denied } };
  const [image] = lines(see({}, { versions: between(unread, version(42, { app: "r/app:2" })) }).changes);
  expect(image).toBe("Image: unknown, the old one: access denied (`aws:Read`). New: `2`");
});

it("says when the old version could not be read, and still shows the new one", () => {
  const half: Versions = {
    ...versions,
    old: { kind: "unknown", why: { kind: "left-out", what: "revision" } },
  };
  expect(lines(see({}, { versions: half }).changes)).toEqual([
    "Image: unknown, the old one: ECS no longer has this service revision. New: `2.19.0`",
    expect.stringContaining("Digest: unknown"),
    "Task definition: unknown, the old one: ECS no longer has this service revision. New: `checkout-api:42`",
  ]);
});

it("compares environments by name, and never shows a value", () => {
  const definition = (environment: Readonly<Record<string, string>>, cpu: string): TaskDefinition => ({
    cpu,
    containerDefinitions: [
      {
        name: "app",
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
        secrets: [{ name: "TOKEN", valueFrom: `arn:${cpu}` }],
      },
    ],
  });
  const before = definition({ MODE: "hush-1", OLD: "hush-2" }, "256");
  const after = definition({ MODE: "hush-3", NEW: "hush-4" }, "512");
  const compared: Versions = {
    old: { kind: "read", value: version(41, { app: "a:1" }, before) },
    new: { kind: "read", value: version(42, { app: "a:2" }, after) },
  };
  const deployment = see({}, { versions: compared });
  expect(lines(deployment.details)).toEqual(
    expect.arrayContaining([
      "Task CPU: `256` → `512`",
      "Environment added: `app` `NEW`",
      "Environment removed: `app` `OLD`",
      "Environment changed: `app` `MODE`",
      "Secrets changed: `app` `TOKEN`",
    ]),
  );
  expect(JSON.stringify(deployment)).not.toMatch(/hush|arn:256|arn:512/);
});

it("describes whatever AWS leaves out", () => {
  const members = fc.record(
    {
      status: fc.constantFrom("PENDING", "IN_PROGRESS", "STOPPED", "ROLLBACK_IN_PROGRESS", "SUCCESSFUL", "X"),
      lifecycleStage: fc.constantFrom("PRE_SCALE_UP", "SCALE_UP", "BAKE_TIME", "CLEAN_UP", "Y"),
      lifecycleHookDetails: fc.array(
        fc.record(
          { hookId: fc.string(), status: fc.constantFrom("AWAITING_ACTION", "FAILED", "Z") },
          { requiredKeys: [] },
        ),
        { maxLength: 20 },
      ),
      targetServiceRevision: fc.record(
        { runningTaskCount: fc.nat(), requestedTaskCount: fc.nat() },
        { requiredKeys: [] },
      ),
      alarms: fc.record({ alarmNames: fc.array(fc.string()) }, { requiredKeys: [] }),
      deploymentConfiguration: fc.constantFrom({}, { strategy: "CANARY" }, { strategy: "LINEAR" }),
    },
    { requiredKeys: [] },
  );
  const unread: Versions = { old: { kind: "unknown", why: denied }, new: { kind: "unknown", why: denied } };
  fc.assert(
    fc.property(members, fc.constantFrom(versions, unread), (more, read) => {
      const deployment = describe({ ref, deployment: bare(more), versions: read });
      expect(JSON.parse(JSON.stringify(deployment))).toEqual(deployment);
      expect(deployment.changes.length).toBeLessThanOrEqual(4);
      const percent = deployment.progress?.percent ?? 0;
      expect(percent >= 0 && percent <= 100).toBe(true);
    }),
  );
});

const tagged = (
  revision: number,
  images: Readonly<Record<string, readonly [string, (string | undefined)?]>>,
): Version => ({
  revision: {
    taskDefinition: `arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout-api:${revision}`,
    containerImages: Object.entries(images).map(([containerName, [image, imageDigest]]) => ({
      containerName,
      image,
      ...(imageDigest === undefined ? {} : { imageDigest }),
    })),
  },
  definition: { kind: "read", value: {} },
});
const [aaa, bbb] = ["aaaaaaaa", "bbbbbbbb"].map((digest) => `sha256:${digest.padEnd(64, "0")}`);
const between = (old: Version, next: Version): Versions => ({
  old: { kind: "read", value: old },
  new: { kind: "read", value: next },
});

it.each([
  [
    "the new digest of the same tag is not resolved",
    { app: ["r/a:latest", aaa] },
    { app: ["r/a:latest"] },
    ["Image: unknown, `latest` before and after, its digest is not resolved yet; the old one: `aaaaaaaa`"],
  ],
  [
    "neither digest is resolved",
    { app: ["r/a:latest"] },
    { app: ["r/a:latest"] },
    ["Image: unknown, `latest` before and after, its digest is not resolved yet"],
  ],
  [
    "the old digest was never recorded",
    { app: ["r/a:latest"] },
    { app: ["r/a:latest", bbb] },
    [
      "Image: unknown, `latest` before and after, the old one's digest is not resolved yet; the new one: `bbbbbbbb`",
    ],
  ],
  [
    "another tag is not resolved",
    { app: ["r/a:1", aaa] },
    { app: ["r/a:2"] },
    ["Image: `1` → `2`", "Digest: unknown, not resolved yet; the old one: `aaaaaaaa`"],
  ],
  [
    "another tag means the same image",
    { app: ["r/a:1", aaa] },
    { app: ["r/a:2", aaa] },
    ["Image: `1` → `2`", "Digest: `aaaaaaaa`, unchanged"],
  ],
  [
    "the same tag means another image",
    { app: ["r/a:latest", aaa] },
    { app: ["r/a:latest", bbb] },
    ["Image: `latest` before and after, with another digest", "Digest: `aaaaaaaa` → `bbbbbbbb`"],
  ],
  [
    "the same tag means the same image",
    { app: ["r/a:latest", aaa] },
    { app: ["r/a:latest", aaa] },
    ["Image: `latest`, unchanged"],
  ],
  [
    "only the side container is resolved",
    { app: ["r/a:latest", aaa], log: ["r/l:1", bbb] },
    { app: ["r/a:latest"], log: ["r/l:1", bbb] },
    [
      "Image: unknown, `app` `latest` before and after, its digest is not resolved yet; the old one: `aaaaaaaa`",
    ],
  ],
  [
    "nothing is resolved that moved to another registry",
    { app: ["old/a:latest", aaa], log: ["old/l:1", bbb] },
    { app: ["new/a:latest"], log: ["new/l:1"] },
    ["Image: `app` `old/a` → `new/a`", "Image: `log` `old/l` → `new/l`"],
  ],
  [
    "the same image comes from another registry",
    { app: ["old/a:1", aaa] },
    { app: ["new/a:1", aaa] },
    ["Image: `old/a` → `new/a`", "Digest: `aaaaaaaa`, unchanged"],
  ],
  [
    "two digests begin with the same digits",
    { app: ["r/a:latest", `${aaa}1`] },
    { app: ["r/a:latest", `${aaa}2`.replace("00", "b0")] },
    [
      "Image: `latest` before and after, with another digest",
      "Digest: `aaaaaaaa00000000` → `aaaaaaaab0000000`",
    ],
  ],
  [
    "only the side container changes",
    { app: ["r/a:1", aaa], log: ["r/l:1", aaa] },
    { app: ["r/a:1", aaa], log: ["r/l:2", bbb] },
    ["Image: `log` `1` → `2`", "Digest: `aaaaaaaa` → `bbbbbbbb`"],
  ],
  [
    "a container is added",
    { app: ["r/a:1", aaa] },
    { app: ["r/a:1", aaa], log: ["r/l:2", bbb] },
    ["Image: `log` added (`2`)"],
  ],
  [
    "a container is removed",
    { app: ["r/a:1", aaa], log: ["r/l:2", bbb] },
    { app: ["r/a:1", aaa] },
    ["Image: `log` removed (`2`)"],
  ],
  [
    "many are not resolved",
    { app: ["r/a:x", aaa], log: ["r/l:x", bbb], web: ["r/w:1", aaa] },
    { app: ["r/a:x"], log: ["r/l:x"], web: ["r/w:2", bbb] },
    [
      "Image: `web` `1` → `2`",
      "Digest: `aaaaaaaa` → `bbbbbbbb`",
      "Images: unknown, 2 digests are not resolved yet: `app` and 1 more",
    ],
  ],
] as const)("never calls an image unchanged, or its digest none, when %s", (_, old, next, facts) => {
  const { changes, offers } = see(
    { lifecycleStage: "PRE_SCALE_UP", lifecycleHookDetails: [pause] },
    { versions: between(tagged(41, old), tagged(42, next)) },
  );
  expect(lines(changes).filter((line) => !line.startsWith("Task definition"))).toEqual(facts);
  const open = Object.values<readonly [string, (string | undefined)?]>(next).some(
    ([, digest]) => digest === undefined,
  );
  const forward = offers.find(({ action }) => action === "continue");
  expect(said(forward?.consequence).includes("ECS has not resolved")).toBe(open);
  expect(said(forward?.dialog).includes("ECS has not resolved")).toBe(open);
});

const counts = (
  requestedTaskCount: number | undefined,
  runningTaskCount: number | undefined,
  weight?: number,
) => ({
  arn: "revision/2",
  ...(requestedTaskCount === undefined ? {} : { requestedTaskCount }),
  ...(runningTaskCount === undefined ? {} : { runningTaskCount }),
  ...(weight === undefined ? {} : { requestedProductionTrafficWeight: weight }),
});

it.each([
  ["new", counts(6, 6, 100), "It serves 100% of production traffic."],
  ["none", counts(0, 0, 100), "No task runs (desired count 0): nothing was proven."],
  ["none", counts(6, 0, 100), "None of its tasks runs: nothing was proven."],
  ["none", counts(0, 0), "No task runs (desired count 0): nothing was proven."],
  ["unknown", counts(6, undefined, 100), "ECS does not say how many of its tasks run."],
  ["unknown", counts(6, 6, 0), "ECS shows no production traffic on it."],
  ["mixed", counts(6, 6, 40), "It serves 40% of production traffic."],
  ["unknown", undefined, "ECS does not say how many of its tasks run."],
] as const)("says of a finished deployment that %s serves, with %j", (serving, target, words) => {
  const done = see({ status: "SUCCESSFUL", targetServiceRevision: target });
  expect(done.serving).toBe(serving);
  expect(said(done.outcome)).toContain(words);
  const praised = /✅|the new version serves$/;
  const told = done.remarks.find(({ name }) => name === "status/SUCCESSFUL");
  expect(praised.test(`${told?.emoji} ${said(told?.words)}`)).toBe(serving === "new");
});

it.each([
  ["previous", counts(6, 6, 100), "Production serves"],
  ["none", counts(0, 0, 100), "no task runs"],
  ["none", counts(6, 0, 100), "no task runs"],
  ["unknown", counts(6, undefined, 100), "does not say how many"],
] as const)("says of a rollback that %s serves, with %j", (serving, source, words) => {
  const back = see({ status: "ROLLBACK_SUCCESSFUL", sourceServiceRevisions: [source] });
  expect(back.serving).toBe(serving);
  expect(said(back.outcome)).toContain(words);
});

it("tells a failed rollback once", () => {
  const { remarks } = see({ status: "ROLLBACK_FAILED" });
  expect(remarks.filter(({ weight }) => weight !== "progress").map(({ name }) => name)).toEqual([
    "incident/rollback-failed",
  ]);
});

it.each([["STOPPED"], ["ROLLBACK_FAILED"]])("does not know what serves after %s", (status) => {
  expect(see({ status }).serving).toBe("unknown");
});

const hooksAt = (...lifecycleStages: string[]) =>
  lifecycleStages.map((stage) => ({
    targetType: "PAUSE",
    lifecycleStages: [stage],
  }));
const [before, after] = ["PRE_PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"];
const linear = { strategy: "LINEAR", linearConfiguration: { stepPercent: 50 } };

it.each([
  ["SCALE_UP", { lifecycleHooks: hooksAt(before) }, 0, "0 of 1, next before production"],
  ["SCALE_UP", { lifecycleHooks: [{ lifecycleStages: [before] }] }, 0, "0 of 1, next before production"],
  ["SCALE_UP", { lifecycleHooks: hooksAt("PRE_SCALE_UP", before) }, 1, "1 of 2, next before production"],
  [
    "POST_SCALE_UP",
    { lifecycleHooks: hooksAt("POST_SCALE_UP", "POST_SCALE_UP") },
    1,
    "1 of 2, next after the new tasks have started",
  ],
  [
    "PRODUCTION_TRAFFIC_SHIFT",
    { lifecycleHooks: hooksAt(before, after) },
    1,
    "1 of 2, next after production traffic has moved",
  ],
  ["BAKE_TIME", { lifecycleHooks: hooksAt(before, after) }, 2, "2 of 2"],
  ["BAKE_TIME", { lifecycleHooks: hooksAt(before, after) }, 0, "2 of 2"],
  [
    "PRODUCTION_TRAFFIC_SHIFT",
    { ...linear, lifecycleHooks: hooksAt(before) },
    1,
    "1 of 2, next before the other 50%",
  ],
  ["PRODUCTION_TRAFFIC_SHIFT", { ...linear, lifecycleHooks: hooksAt(before) }, 2, "2 of 2"],
  [
    "SCALE_UP",
    { lifecycleHooks: hooksAt("A_STAGE_OF_TOMORROW") },
    0,
    "0 of 1, next at a stage that Holdpoint does not know",
  ],
  [
    "SCALE_UP",
    { lifecycleHooks: [{ targetType: "AWS_LAMBDA", hookTargetArn: "arn", lifecycleStages: [before] }] },
    0,
    "0 of 0",
  ],
  [undefined, { lifecycleHooks: hooksAt(before) }, 0, "0 of 1, next before production"],
] as const)(
  "tells the holds ahead at %s with %j and %i answered",
  (lifecycleStage, more, answered, words) => {
    const lifecycleHookDetails = Array.from({ length: answered }, (_, index) => ({
      ...pause,
      hookId: `ecs-pause-${index}`,
      status: "SUCCEEDED",
    }));
    const deploymentConfiguration = { strategy: "BLUE_GREEN", ...more };
    const { gates, nextGate, progress } = see({
      lifecycleHookDetails,
      deploymentConfiguration,
      ...(lifecycleStage === undefined ? {} : { lifecycleStage }),
    });
    const next = gates?.next === undefined ? "" : `, next ${nextGate}`;
    expect(`${gates?.passed} of ${gates?.total}${next}`).toBe(words);
    expect(said(progress?.next).includes("waits for an answer")).toBe(gates?.next !== undefined);
  },
);

it("says that ECS pauses before production, not that it shifts by itself", () => {
  const deploymentConfiguration = { strategy: "BLUE_GREEN", lifecycleHooks: hooksAt(before) };
  const { progress } = see({ lifecycleStage: "SCALE_UP", deploymentConfiguration });
  expect(said(progress?.next)).toBe("ECS pauses before production and waits for an answer.");
});

const steps = { strategy: "LINEAR", linearConfiguration: { stepPercent: 20, stepBakeTimeInMinutes: 5 } };
const canary = {
  strategy: "CANARY",
  canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 10 },
};

it.each([
  [steps, 0, 0, "0 of 5", "ECS pauses before production and waits for an answer."],
  [
    ...[steps, 1, 0, "1 of 5"],
    "ECS shifts 20% of production traffic, then pauses before another 20% and waits for an answer.",
  ],
  [
    ...[steps, 1, 20, "1 of 5"],
    "after 5 min of bake time ECS pauses before another 20% and waits for an answer.",
  ],
  [
    ...[steps, 2, 20, "2 of 5"],
    "ECS shifts another 20%, then pauses before another 20% and waits for an answer.",
  ],
  // ECS lists the newest answer alone.
  [
    ...[steps, 1, 60, "3 of 5"],
    "after 5 min of bake time ECS pauses before another 20% and waits for an answer.",
  ],
  [
    ...[steps, 4, 80, "4 of 5"],
    "after 5 min of bake time ECS pauses before the other 20% and waits for an answer.",
  ],
  [
    ...[canary, 1, 0, "1 of 2"],
    "ECS shifts 20% of production traffic, then pauses before the other 80% and waits for an answer.",
  ],
  [
    ...[canary, 1, 20, "1 of 2"],
    "after 10 min of canary bake time ECS pauses before the other 80% and waits for an answer.",
  ],
] as const)(
  "tells the step under way and the pause after it, with %j, %i answered and %i%% shifted",
  (strategy, answered, percent, passed, words) => {
    const { gates, progress } = see({
      lifecycleStage: "PRODUCTION_TRAFFIC_SHIFT",
      deploymentConfiguration: { ...strategy, lifecycleHooks: hooksAt(before) },
      lifecycleHookDetails: Array.from({ length: answered }, (_, index) => ({
        ...pause,
        hookId: `ecs-pause-${index}`,
        status: "SUCCEEDED",
      })),
      targetServiceRevision: counts(6, 6, percent),
    });
    expect(`${gates?.passed} of ${gates?.total}`).toBe(passed);
    expect(said(progress?.next)).toBe(words);
  },
);

it("counts no Lambda hook as an answered pause", () => {
  const { gates } = see({
    lifecycleStage: "SCALE_UP",
    deploymentConfiguration: { strategy: "BLUE_GREEN", lifecycleHooks: hooksAt(before) },
    lifecycleHookDetails: [{ hookId: "l", targetType: "AWS_LAMBDA", status: "SUCCEEDED" }],
  });
  expect(gates).toMatchObject({ passed: 0, total: 1 });
});

it("claims nothing of holds whose configuration ECS does not show", () => {
  expect(see({ deploymentConfiguration: undefined }).gates).toBeUndefined();
});

it("calls no task running where none is wanted", () => {
  const none = { requestedTaskCount: 0, runningTaskCount: 0, requestedProductionTrafficWeight: 100 };
  const { progress } = see({
    lifecycleStage: "BAKE_TIME",
    sourceServiceRevisions: [none],
    targetServiceRevision: none,
  });
  expect(said(progress?.headline)).toBe("No task runs: the desired count is 0");
});

it("claims nothing of tasks that do not run, whatever traffic they would get", () => {
  const none = counts(0, 0, 100);
  const [forward, back] = heldAt("POST_TEST_TRAFFIC_SHIFT", {
    sourceServiceRevisions: [none],
    targetServiceRevision: counts(0, 0, 0),
  }).offers;
  expect(said(forward?.consequence)).toContain("No task of the new version runs.");
  expect(said(back?.dialog)).toContain("and none of its tasks runs");
  const early = heldAt("PRE_SCALE_UP", {
    sourceServiceRevisions: [none],
    targetServiceRevision: counts(0, 0),
  });
  expect(said(early.offers[0]?.consequence)).toContain("starts no task");
  const draining = { sourceServiceRevisions: [counts(0, 3)], targetServiceRevision: counts(0, 0) };
  expect(said(see({ lifecycleStage: "SCALE_UP", ...draining }).progress?.headline)).toBe(
    "The desired count is 0, and 3 tasks still run",
  );
  const done = see({ status: "SUCCESSFUL", targetServiceRevision: counts(0, 3, 100) });
  expect([done.serving, said(done.outcome)]).toEqual(["unknown", expect.stringContaining("on its way out")]);
});

it("speaks of no old version's traffic where there is none", () => {
  const first = see({ sourceServiceRevisions: [], lifecycleStage: "SCALE_UP" });
  expect(lines(first.health).join()).toContain("production 0% new");
});

it("speaks of the version that ECS names as the one it returned to", () => {
  const [inFlight, stable] = [counts(0, 0), counts(6, 6)].map((it, index) => ({
    ...it,
    arn: `revision/${index}`,
  }));
  const back = see({
    status: "ROLLBACK_SUCCESSFUL",
    rollback: { serviceRevisionArn: "revision/1" },
    sourceServiceRevisions: [inFlight, stable],
  });
  expect([back.serving, said(back.outcome)]).toEqual([
    "previous",
    expect.stringContaining("6 of 6 tasks running"),
  ]);
  const unlisted = see({ status: "ROLLBACK_SUCCESSFUL", rollback: { serviceRevisionArn: "revision/9" } });
  expect(unlisted.serving).toBe("unknown");
});

it("names the end of the bake time by the clock, the same at every read", () => {
  const baking = {
    lifecycleStage: "BAKE_TIME",
    updatedAt: at,
    deploymentConfiguration: { strategy: "BLUE_GREEN", bakeTimeInMinutes: 15 },
  };
  const first = see(baking);
  const until = at.getTime() + 15 * 60_000;
  expect(first.rollbackUntil).toBe(until);
  expect(said(first.progress?.next)).toBe(
    `about ${JSON.stringify({ time: until, show: "deadline" })} ECS removes the old tasks by itself. Until then it can go back to them.`,
  );
  const later = { ...baking, updatedAt: new Date(at.getTime() + 5 * 60_000) };
  expect(see(later, { previous: first }).rollbackUntil).toBe(until);
  expect(see({ ...baking, lifecycleStage: "CLEAN_UP" }, { previous: first }).rollbackUntil).toBeUndefined();
});

it("says in full only what stays as it is while the deployment runs", () => {
  const alarmNames = ["a", "b"];
  const steps = [
    see({ alarms: { status: "MONITORING", alarmNames } }),
    see({ lifecycleStage: "BAKE_TIME", alarms: { status: "MONITORING", alarmNames } }),
    see({ alarms: { status: "TRIGGERED", alarmNames, triggeredAlarmNames: ["b"] } }),
  ];
  expect(new Set(steps.map(({ details }) => lines(details).join("\n"))).size).toBe(1);
});

it("tells a digest that is not resolved as not read, so that no value becomes untrue later", () => {
  const asked = { containerDefinitions: [{ name: "app", image: "repo/app:latest" }] };
  const unresolved = version(42, {}, asked);
  const resolved = version(42, { app: "repo/app:latest" }, asked);
  const detailsWith = (target: Version): readonly string[] =>
    lines(see({}, { versions: { ...versions, new: { kind: "read", value: target } } }).details);
  expect(detailsWith(unresolved)).toEqual(
    expect.arrayContaining([
      "New image: `app` `repo/app:latest`",
      "New image digest: unknown, ECS has not resolved it for `app`",
    ]),
  );
  expect(detailsWith(resolved).join()).not.toContain("unknown");
});
