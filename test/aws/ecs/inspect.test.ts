import { afterEach, beforeEach, expect, it } from "vitest";
import { endedAround } from "../../../src/aws/ecs/inspect.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { lines, said } from "../in-words.ts";
import { type AwsStage, briefly, eventOf, place, setAwsStage } from "../stage.ts";

let stage: AwsStage;
beforeEach(async () => {
  stage = await setAwsStage();
});
afterEach(() => stage.close());

const minute = 60_000;
const atTest = { pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT" as const, timeoutInMinutes: 30 }] };

function held(plan: Parameters<AwsStage["deploy"]>[0] = atTest): string {
  const arn = stage.deploy(plan);
  stage.clock.advance(5 * minute);
  return arn;
}

function offer(deployment: WordedDeployment, action: string, holdId?: string) {
  const found = deployment.offers.find((o) => o.action === action && o.holdId === holdId);
  if (found === undefined) throw new Error(`no offer to ${action}`);
  return found;
}

it("describes a blue/green deployment that waits after the test traffic shift", async () => {
  const arn = held({ ...atTest, alarms: { names: ["checkout-5xx", "checkout-p99"] } });
  const [hookId = ""] = stage.ecs.openHooks(arn);
  const deployment = await stage.look(arn);
  expect(deployment).toMatchObject({
    target: "checkout-api",
    systemTitle: "ECS",
    phase: "running",
    status: "IN_PROGRESS",
    stage: "POST_TEST_TRAFFIC_SHIFT",
    incident: false,
    lane: arn,
    holds: [
      {
        id: hookId,
        stage: "POST_TEST_TRAFFIC_SHIFT",
        status: "AWAITING_ACTION",
        shows: "open",
        onExpiryAction: "rollback",
        onExpiryShort: "ECS rolls back",
      },
    ],
    consoleUrl:
      "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main/services/checkout-api/deployments?region=eu-west-1",
  });
  expect(said(deployment.where)).toBe("cluster `main`");
  expect(deployment).toMatchObject({ target: "checkout-api", qualifiedTarget: "main/checkout-api" });
  expect(lines(deployment.changes)).toEqual([
    "Image: `1.0` → `1.1`",
    "Digest: `aaaaaaaa` → `bbbbbbbb`",
    "Task definition: `checkout:1` → `:2`",
  ]);
  expect(lines(deployment.health)).toEqual([
    "Alarms: ✅ 2 of 2 OK",
    "Tasks running: old 4 of 4, new 4 of 4",
    "Traffic: production 100% old, test 100% new",
  ]);
  expect(said(deployment.expert)).toBe("Blue/green");
  expect(said(deployment.holds[0]?.onExpiry)).toBe("ECS rolls back.");
  expect(lines(deployment.details)).toContain(
    `New image: \`app\` \`repo/checkout:1.1 sha256:${"b".repeat(64)}\``,
  );
  // Both images stand there whole.
  expect(lines(deployment.details).filter((line) => line.startsWith("Image:"))).toEqual([]);
});

it("offers to continue, to roll back at the hold, and to roll back the deployment", async () => {
  const arn = held();
  const [hookId = ""] = stage.ecs.openHooks(arn);
  const deployment = await stage.look(arn);
  const revision = stage.ecs.deployment(arn).targetServiceRevision?.arn;
  expect(deployment.offers.map(({ action, holdId, label }) => [action, holdId, label])).toEqual([
    ["continue", hookId, "Continue"],
    ["rollback", hookId, "Roll back"],
    ["rollback", undefined, "Roll back"],
  ]);
  const forward = offer(deployment, "continue", hookId);
  expect(said(forward.consequence)).toBe("all production traffic moves to the new version.");
  expect(said(forward.dialog)).toBe(
    "ECS moves all production traffic to task definition `2`. A rollback stays possible until the deployment ends.",
  );
  expect(forward.evidence).toEqual({
    hold: hookId,
    stage: "POST_TEST_TRAFFIC_SHIFT",
    "target revision": revision,
    "image digests": `app=sha256:${"b".repeat(64)}`,
  });
  const back = offer(deployment, "rollback", hookId);
  expect(said(back.dialog)).toContain("Production stays on task definition `1`");
  expect(back.evidence).toEqual({ hold: hookId, "target revision": revision });
  expect(offer(deployment, "rollback").evidence).toEqual({ deployment: arn });
});

it("gives parallel holds of one stage labels that tell them apart", async () => {
  const arn = held({ pauses: [...atTest.pauses, ...atTest.pauses] });
  const deployment = await stage.look(arn);
  expect(deployment.offers.map(({ label }) => label)).toEqual([
    "Continue 1 of 2",
    "Roll back at hold 1 of 2",
    "Continue 2 of 2",
    "Roll back at hold 2 of 2",
    "Roll back",
  ]);
  expect(said(deployment.offers[0]?.consequence)).toContain("one of 2 holds");
  const order = (d: WordedDeployment) => d.offers.map(({ holdId }) => holdId);
  expect(order(await stage.look(arn))).toEqual(order(deployment));
});

it("says at each canary step how much traffic moves, with a new hold each time", async () => {
  const arn = held({
    canary: { canaryPercent: 20, canaryBakeTimeInMinutes: 10 },
    pauses: [{ stage: "PRE_PRODUCTION_TRAFFIC_SHIFT" }],
  });
  const [first = ""] = stage.ecs.openHooks(arn);
  const before = await stage.look(arn);
  expect(said(offer(before, "continue", first).consequence)).toBe(
    "20% of production traffic moves to the new version.",
  );
  stage.ecs.console.continue(arn, first);
  stage.clock.advance(5 * minute);
  const between = await stage.look(arn, before);
  expect(between.progress?.percent).toBe(20);
  expect(said(between.progress?.headline)).toBe("20% of production traffic is on the new version");
  expect(said(between.progress?.next)).toBe(
    "after 10 min of canary bake time ECS pauses before the other 80% and waits for an answer.",
  );
  expect(said(offer(between, "rollback").dialog)).toBe(
    "20% of production traffic returns to task definition `1`, which serves the other 80% already. This ends the deployment.",
  );
  stage.clock.advance(10 * minute);
  const after = await stage.look(arn, between);
  const [second = ""] = stage.ecs.openHooks(arn);
  expect(second).not.toBe(first);
  expect(said(offer(after, "continue", second).consequence)).toBe(
    "the other 80% of production traffic moves to the new version.",
  );
  expect(after.holds.find(({ id }) => id === first)).toMatchObject({
    shows: "continue",
    stage: "PRE_PRODUCTION_TRAFFIC_SHIFT",
  });
});

it("shows each end of a hold as what it was", async () => {
  const continued = held();
  stage.ecs.console.continue(continued, stage.ecs.openHooks(continued)[0] ?? "");
  expect((await stage.look(continued)).holds[0]?.shows).toBe("continue");
  stage.clock.advance(60 * minute);
  const done = await stage.look(continued);
  expect(done).toMatchObject({ phase: "succeeded", offers: [], incident: false });
  expect(said(done.outcome)).toBe(
    "`1.0` → `1.1`, task definition `checkout:2`. It serves 100% of production traffic.",
  );
  expect(done.endedAt).toBeGreaterThan(done.startedAt ?? Number.POSITIVE_INFINITY);

  const expired = held();
  stage.clock.advance(31 * minute);
  const late = await stage.look(expired);
  expect(late.holds[0]?.shows).toBe("expired");
  expect(late.remarks.map(({ name }) => name)).toContain("incident/timed-out");
});

it("rolls back to words that say what serves", async () => {
  const arn = held();
  const before = await stage.look(arn);
  stage.ecs.console.rollBack(arn);
  const during = await stage.look(arn, before);
  expect(during).toMatchObject({ phase: "rolling-back", offers: [] });
  expect(during.holds[0]?.shows).toBe("over");
  stage.clock.advance(10 * minute);
  const after = await stage.look(arn, during);
  expect(after).toMatchObject({ phase: "rolled-back", reason: "Rolled back at the console." });
  expect(said(after.outcome)).toBe(
    "Production serves `1.0` (task definition `checkout:1`), 4 of 4 tasks running. `1.1` is not live.",
  );
});

it("tells an incident with AWS's own reason when the circuit breaker acts", async () => {
  const arn = stage.deploy({
    circuitBreaker: { threshold: 3 },
    failure: { stage: "SCALE_UP", reason: "tasks failed to start", by: { circuitBreaker: true } },
  });
  stage.clock.advance(5 * minute);
  const deployment = await stage.look(arn);
  expect(deployment.incident).toBe(true);
  const incident = deployment.remarks.filter(({ weight }) => weight === "incident");
  expect(incident).toHaveLength(1);
  expect(incident[0]).toMatchObject({ name: "incident/circuit-breaker" });
  expect(incident[0]?.reason).toContain("tasks failed to start");
  expect(lines(deployment.health).join()).toContain("Circuit breaker: 🚨 triggered");
});

it("asks the service why tasks fail only while they do, and does without the answer", async () => {
  await stage.look(held());
  expect(stage.aws.calls.all({ operation: "DescribeServices" })).toEqual([]);
  const failing = stage.deploy({
    circuitBreaker: { threshold: 3 },
    failure: { stage: "SCALE_UP", reason: "tasks failed to start", by: { circuitBreaker: true } },
  });
  for (
    let steps = 0;
    stage.ecs.deployment(failing).deploymentCircuitBreaker?.status !== "TRIGGERED";
    steps += 1
  ) {
    expect(steps).toBeLessThan(100);
    stage.clock.advance(5_000);
  }
  stage.aws.faults.next(
    { operation: "DescribeServices" },
    { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
  );
  expect((await stage.look(failing)).incident).toBe(true);
  expect(stage.aws.calls.all({ operation: "DescribeServices" })).toHaveLength(1);
});

it("names the alarm that went off", async () => {
  const arn = held({ ...atTest, alarms: { names: ["checkout-5xx", "checkout-p99"] } });
  stage.ecs.alarm(arn, "checkout-5xx");
  const deployment = await stage.look(arn);
  expect(deployment.incident).toBe(true);
  const since = { time: stage.clock.now(), show: "minute" };
  expect(lines(deployment.health)[0]).toBe(
    `Alarms: 🚨 1 of 2 in ALARM: \`checkout-5xx\` since ${JSON.stringify(since)}`,
  );
  expect(deployment.remarks.map(({ name }) => name)).toContain("incident/alarm");
});

it("says of a first deployment that there is nothing to return to", async () => {
  const service = stage.ecs.createService(place, { cluster: "main", name: "brand-new" });
  const arn = stage.ecs.deploy(service, { taskDefinition: stage.next, ...atTest });
  stage.clock.advance(5 * minute);
  const deployment = await stage.look(arn);
  expect(lines(deployment.changes)).toEqual([
    "Image: `1.1` (first deployment)",
    "Digest: `bbbbbbbb` (first deployment)",
    "Task definition: `checkout:2` (first deployment)",
  ]);
  expect(said(offer(deployment, "rollback").dialog)).toContain("no old version to return to");
});

it.each([
  ["DescribeServiceRevisions", "Image: unknown, access denied (`ecs:DescribeServiceRevisions`)", null],
  ["DescribeTaskDefinition", "Image: `1.0` → `1.1`", `app=sha256:${"b".repeat(64)}`],
])("shows as unknown what %s could not read, and asks nobody about it", async (operation, image, digests) => {
  const arn = held();
  stage.aws.faults.next(
    { operation },
    { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
    Number.POSITIVE_INFINITY,
  );
  const deployment = await stage.look(arn);
  expect(lines(deployment.changes)[0]).toBe(image);
  const [forward] = deployment.offers;
  expect(forward?.evidence["image digests"]).toBe(digests);
  expect(lines(deployment.details).join()).toContain(`access denied (\`ecs:${operation}\`)`);
  expect(offer(deployment, "rollback").evidence).toEqual({ deployment: arn });
});

it("reads a task definition once, because it never changes", async () => {
  const arn = held();
  await stage.look(arn);
  await stage.look(arn);
  expect(stage.aws.calls.all({ operation: "DescribeTaskDefinition" })).toHaveLength(2);
});

it("takes a deployment that AWS does not know for gone, and other failures for unreadable", async () => {
  const unknown = held().replace(/[^/]+$/, "nobody-knows");
  expect((await stage.inspect(unknown)).kind).toBe("gone");
  stage.aws.faults.next(
    { operation: "DescribeServiceDeployments" },
    { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
  );
  expect(await stage.inspect(unknown)).toMatchObject({
    kind: "unreadable",
    why: "access denied (ecs:DescribeServiceDeployments)",
  });
});

it("tries a read again when AWS stumbles", async () => {
  const arn = held();
  stage.aws.faults.next(
    { operation: "DescribeServiceDeployments" },
    { kind: "error", when: "before", name: "ServerException", status: 500 },
  );
  expect((await stage.look(arn)).target).toBe("checkout-api");
});

it("gives up a read that AWS never answers, in time for the lease", async () => {
  const arn = held();
  stage.aws.faults.next(
    { operation: "DescribeServiceDeployments" },
    { kind: "hang", when: "before" },
    Number.POSITIVE_INFINITY,
  );
  const began = performance.now();
  const seen = await stage.inspect(arn);
  expect(seen).toMatchObject({
    kind: "unreadable",
    why: "AWS did not answer (ecs:DescribeServiceDeployments)",
  });
  expect(performance.now() - began).toBeLessThan(briefly.readDeadlineMs + 1_000);
});

it("finds the running deployment of a service, and none of those that ended long ago", async () => {
  const { serviceArn, clock } = stage;
  const first = stage.deploy();
  clock.advance(60 * minute);
  expect(await stage.inspect(serviceArn)).toEqual({ kind: "points-to", refs: [] });

  const steady = eventOf(
    "ECS Deployment State Change",
    { eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS" },
    {
      resources: [serviceArn],
      time: clock.now(),
    },
  );
  expect(await stage.inspect(serviceArn, steady)).toEqual({ kind: "points-to", refs: [] });

  const second = stage.deploy();
  expect(await stage.inspect(serviceArn)).toEqual({ kind: "points-to", refs: [stage.refOf(second)] });

  clock.advance(60 * minute);
  const completed = { ...steady, detail: { eventName: "SERVICE_DEPLOYMENT_COMPLETED" } };
  const ended = stage.ecs.deployment(second).finishedAt?.getTime() ?? 0;
  const seen = await stage.inspect(serviceArn, { ...completed, time: ended + 79_000 });
  expect(seen).toEqual({ kind: "points-to", refs: [stage.refOf(second)] });
  expect(first).not.toBe(second);
});

it("finds the deployment of a service whose ARN leaves the cluster out", async () => {
  const prod = { cluster: "prod", name: "api", shortArn: true, taskDefinition: stage.next };
  const resources = [stage.ecs.createService(place, prod)];
  const running = stage.ecs.deploy(resources[0] ?? "", { taskDefinition: stage.next });
  const clusterArn = "arn:aws:ecs:eu-west-1:111122223333:cluster/prod";
  const detail = { eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS", clusterArn };
  const located = stage.system.locate(eventOf("ECS Deployment State Change", detail, { resources }));
  const id = located.kind === "located" ? located.located.ref.id : located.why;
  expect(await stage.inspect(id)).toEqual({ kind: "points-to", refs: [stage.refOf(running)] });
  expect((await stage.look(running)).qualifiedTarget).toBe("prod/api");
});

it("looks at the newest deployment although its status is one that AWS has just invented", () => {
  const at = (ms: number) => new Date(ms);
  const [newest, older, recent] = [
    { serviceDeploymentArn: "newest", createdAt: at(30 * minute) },
    { serviceDeploymentArn: "older", createdAt: at(minute), finishedAt: at(2 * minute) },
    { serviceDeploymentArn: "recent", createdAt: at(10 * minute), finishedAt: at(25 * minute) },
  ];
  const event = { claim: { kind: "started" }, time: 30 * minute } as const;
  expect(endedAround([older, recent, newest], event)).toEqual([newest, recent]);
});

it("falls back to the service when deployments can't be listed", async () => {
  const arn = stage.deploy();
  stage.aws.faults.next(
    { operation: "ListServiceDeployments" },
    { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
    Number.POSITIVE_INFINITY,
  );
  expect(await stage.inspect(stage.serviceArn)).toEqual({ kind: "points-to", refs: [stage.refOf(arn)] });
});

it("agrees with an event only when the read does", async () => {
  const { system } = stage;
  const arn = held();
  const [holdId = ""] = stage.ecs.openHooks(arn);
  const open = await stage.inspect(arn);
  expect(system.confirms(open, { kind: "hold", holdId })).toBe(true);
  expect(system.confirms(open, { kind: "hold", holdId: "ecs-pause-later" })).toBe(false);
  expect(system.confirms(open, { kind: "answered", holdId })).toBe(false);
  expect(system.confirms(open, { kind: "ended" })).toBe(false);
  stage.ecs.console.continue(arn, holdId);
  const answered = await stage.inspect(arn);
  expect(system.confirms(answered, { kind: "answered", holdId })).toBe(true);
  stage.clock.advance(60 * minute);
  expect(system.confirms(await stage.inspect(arn), { kind: "ended" })).toBe(true);
  expect(system.confirms({ kind: "gone", why: "" }, { kind: "hold", holdId })).toBe(false);
});

it("never calls an account or region that is not configured", async () => {
  const arn = held();
  const elsewhere = { ...stage.refOf(arn), region: "us-west-2" };
  const before = stage.aws.calls.all().length;
  expect((await stage.system.inspect(elsewhere, { hint: {} })).kind).toBe("unreadable");
  const deployment = { ...(await stage.look(arn)), ref: { ...elsewhere, account: "999988887777" } };
  expect(await stage.system.act(deployment, { action: "rollback", by: [] })).toMatchObject({
    kind: "not-done",
    why: { cause: "not-sent" },
  });
  expect(stage.aws.calls.writes()).toEqual([]);
  expect(stage.aws.calls.all({ region: "us-west-2" })).toEqual([]);
  expect(stage.aws.calls.all().length).toBeGreaterThan(before);
});

it("reads what can't change once: an idle look of each of 300 deployments is one call", async () => {
  const arns = Array.from({ length: 300 }, (_, index) => {
    const family = `family-${index}`;
    const image = { name: "app", image: `repo/${family}:1`, imageDigest: `sha256:${"d".repeat(64)}` };
    const taskDefinition = stage.ecs.registerTaskDefinition(place, { family, containers: [image] });
    const service = stage.ecs.createService(place, { cluster: "main", name: family, taskDefinition });
    return stage.ecs.deploy(service, {
      taskDefinition,
      pauses: [{ stage: "PRE_SCALE_UP" }],
      strategy: "BLUE_GREEN",
    });
  });
  for (const arn of arns) await stage.look(arn);
  stage.aws.calls.clear();
  for (const arn of arns) await stage.look(arn);
  expect(stage.aws.calls.all().map(({ operation }) => operation)).toEqual(
    arns.map(() => "DescribeServiceDeployments"),
  );
});
