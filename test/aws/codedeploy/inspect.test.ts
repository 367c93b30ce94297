import { afterEach, beforeEach, expect, it } from "vitest";
import { inWords, lines, said } from "../in-words.ts";
import {
  type CodeDeployStage,
  ecs,
  fleet,
  hintOf,
  holdOf,
  lambda,
  offersAt,
  servers,
  setCodeDeployStage,
} from "./stage.ts";

let stage: CodeDeployStage;
beforeEach(async () => {
  stage = await setCodeDeployStage();
});
afterEach(() => stage.close());

const minuteMs = 60_000;
const onFailure = { enabled: true, events: ["DEPLOYMENT_FAILURE"] } as const;

it("follows a Lambda deployment from its hook to its end", async () => {
  const { id, deployment, hold } = await stage.lookAtHook({ autoRollback: onFailure });
  expect(said(deployment.offers[0]?.consequence)).toBe(
    "10% of traffic moves to version `18`, the rest 5 min later.",
  );
  expect(lines(deployment.changes)).toEqual([
    "Function version: `17` → `18`",
    "Paused at: `BeforeAllowTraffic`, hook `approve`",
  ]);
  expect(lines(deployment.health)).toEqual(["Traffic: 100% on version `17`"]);

  await stage.system.act(deployment, { action: "continue", holdId: hold.id, by: [] });
  stage.clock.advance(minuteMs);
  const canary = await stage.look(id, { previous: deployment });
  expect(holdOf(canary, hold.id).shows).toBe("continue");
  expect(canary.progress).toMatchObject({ percent: 10 });
  expect(said(canary.progress?.next)).toBe("after 5 min CodeDeploy shifts the other 90%.");

  stage.clock.advance(10 * minuteMs);
  const done = await stage.look(id, { previous: canary });
  expect(done).toMatchObject({ phase: "succeeded", offers: [], incident: false });
  expect(said(done.outcome)).toBe("`17` → `18`. It serves now.");
});

it("shows a hook that was answered with a failure as a rollback that was asked for", async () => {
  const { id, deployment, hold } = await stage.lookAtHook({ autoRollback: onFailure });
  await stage.system.act(deployment, { action: "rollback", holdId: hold.id, by: [] });
  const back = await stage.look(id, { previous: deployment });
  expect(back).toMatchObject({ phase: "failed", incident: false });
  expect(holdOf(back, hold.id).shows).toBe("rollback");
  const rollbackId = stage.codedeploy.deployment(id).rollbackInfo?.rollbackDeploymentId ?? "";
  expect(said(back.outcome)).toContain(`\`${rollbackId}\``);
  expect(lines((await stage.look(rollbackId)).changes)).toContain(`Rolls back: \`${id}\``);
});

it("shows a hook that nobody answered within its hour as expired", async () => {
  const { id, deployment, hold } = await stage.lookAtHook({});
  stage.clock.advance(60 * minuteMs);
  const late = await stage.look(id, { previous: deployment });
  expect(late).toMatchObject({ phase: "failed", incident: true });
  expect(holdOf(late, hold.id).shows).toBe("expired");
});

it("holds an ECS deployment at one hook after the other, and keeps its old tasks in the end", async () => {
  const hooks = [
    { event: "BeforeInstall", name: "approve" },
    { event: "AfterAllowTestTraffic", name: "approve" },
  ];
  const { id, deployment, hold } = await stage.lookAtHook({ ...ecs, hooks, terminationWaitMinutes: 60 });
  expect(hold.stage).toBe("BeforeInstall");
  expect(lines(deployment.changes)[0]).toBe("Task definition: `checkout:41` → `checkout:42`");
  await stage.system.act(deployment, { action: "continue", holdId: hold.id, by: [] });
  stage.clock.advance(minuteMs);
  const second = stage.hooks[1];
  if (second === undefined) throw new Error("the second hook was not called");
  const tested = await stage.look(id, { previous: deployment, event: stage.hookEvent(second) });
  expect(tested.holds.map(({ stage: at, shows }) => [at, shows])).toEqual([
    ["BeforeInstall", "continue"],
    ["AfterAllowTestTraffic", "open"],
  ]);
  const secondId = second.input.LifecycleEventHookExecutionId;
  expect(said(tested.offers.find(({ holdId }) => holdId === secondId)?.consequence)).toContain(
    "Another hook runs before production traffic moves.",
  );
  await stage.system.act(tested, { action: "continue", holdId: secondId, by: [] });
  stage.clock.advance(5 * minuteMs);
  const kept = await stage.look(id, { previous: tested });
  expect(offersAt(kept, "TERMINATION_WAIT")).toEqual(["terminate-old"]);
  expect(lines(kept.health)).toEqual(["Tasks running: old 4 of 4, new 4 of 4", "Traffic: 100% new"]);
});

it("sees the termination wait of ECS also where CodeDeploy leaves its sign out", async () => {
  stage.codedeploy.showTerminationWait("not-for-ecs");
  const id = stage.codedeploy.deploy({ ...ecs, terminationWaitMinutes: 60 });
  stage.clock.advance(5 * minuteMs);
  expect(offersAt(await stage.look(id), "TERMINATION_WAIT")).toEqual(["terminate-old"]);
});

it("holds a fleet before its traffic moves, and again before the old one goes", async () => {
  const readyWait = { minutes: 30, action: "STOP_DEPLOYMENT" } as const;
  const id = stage.codedeploy.deploy({ ...fleet, readyWait, terminationWaitMinutes: 120 });
  stage.clock.advance(minuteMs);
  const waiting = await stage.look(id);
  expect(offersAt(waiting, "READY_WAIT")).toEqual(["continue", "cancel"]);
  await stage.system.act(waiting, { action: "continue", holdId: "READY_WAIT", by: [] });
  const went = await stage.look(id, { previous: waiting });
  expect(holdOf(went, "READY_WAIT").shows).toBe("continue");
  stage.clock.advance(minuteMs);
  const kept = await stage.look(id, { previous: went });
  expect(offersAt(kept)).toEqual(["rollback"]);
  await stage.system.act(kept, { action: "terminate-old", holdId: "TERMINATION_WAIT", by: [] });
  const done = await stage.look(id, { previous: kept });
  expect(done.phase).toBe("succeeded");
  expect(holdOf(done, "TERMINATION_WAIT").shows).toBe("over");
});

it("shows the time-out of a fleet that nobody released", async () => {
  const id = stage.codedeploy.deploy({ ...fleet, readyWait: { minutes: 30, action: "STOP_DEPLOYMENT" } });
  stage.clock.advance(5 * minuteMs);
  const waiting = await stage.look(id);
  stage.clock.advance(30 * minuteMs);
  const stopped = await stage.look(id, { previous: waiting });
  expect(stopped).toMatchObject({ phase: "stopped", incident: true });
  expect(stopped.overtaken).toBeUndefined();
  expect(holdOf(stopped, "READY_WAIT").shows).toBe("expired");
});

it("counts instances in place, and tells which failed and why", async () => {
  const failing = { event: "ApplicationStart", target: 1 };
  const id = stage.codedeploy.deploy({ ...servers, targets: 3, failing, autoRollback: onFailure });
  stage.clock.advance(minuteMs);
  const going = await stage.look(id);
  expect(said(going.progress?.headline)).toBe("1 of 3 instances are done");
  stage.clock.advance(minuteMs);
  const failed = await stage.look(id, { previous: going });
  expect(failed).toMatchObject({ phase: "failed", incident: true, overtaken: true });
  expect(lines(failed.health)).toEqual(["Instances: 1 of 3 succeeded, 1 failed, 1 skipped"]);
  expect(failed.remarks.filter(({ name }) => name.startsWith("failed/"))).toHaveLength(1);
});

it("reads a hundred targets of a large fleet, those that failed first, and says so", async () => {
  const config = "CodeDeployDefault.AllAtOnce";
  const failing = { event: "ApplicationStart", target: 129, tolerated: true };
  const id = stage.codedeploy.deploy({ ...servers, config, targets: 130, failing });
  stage.clock.advance(10 * minuteMs);
  const deployment = await stage.look(id);
  expect(lines(deployment.health)).toEqual([
    "Instances: 129 of 130 succeeded, 1 failed; details of 100 of 130 read",
  ]);
  expect(deployment.remarks.filter(({ name }) => name.startsWith("failed/"))).toHaveLength(1);
  const batches = stage.aws.calls.all().filter(({ operation }) => operation === "BatchGetDeploymentTargets");
  expect(batches).toHaveLength(4);
});

it("knows that a deployment which has not begun has no targets", async () => {
  const id = stage.codedeploy.deploy(servers);
  const deployment = await stage.look(id);
  expect(deployment).toMatchObject({ status: "Created", health: [] });
  expect(offersAt(deployment)).toEqual(["cancel"]);
});

it.each([
  [
    "the targets",
    "ListDeploymentTargets",
    "Function: unknown, access denied (`codedeploy:BatchGetDeploymentTargets`)",
  ],
  [
    "their details",
    "BatchGetDeploymentTargets",
    "Function: unknown, access denied (`codedeploy:BatchGetDeploymentTargets`)",
  ],
])("shows a deployment also where %s can't be read", async (_, operation, health) => {
  const id = stage.codedeploy.deploy(lambda);
  stage.clock.advance(minuteMs);
  stage.aws.faults.next({ operation }, denied, Number.POSITIVE_INFINITY);
  expect(lines((await stage.look(id)).health)).toEqual([health]);
});

it("reads an AppSpec once, and says where it can't", async () => {
  const id = stage.codedeploy.deploy({ ...ecs, hooks: [] });
  const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 400 } as const;
  stage.aws.faults.next({ operation: "GetApplicationRevision" }, denied, 2);
  expect(lines((await stage.look(id)).changes)).toEqual([
    "Task definition: unknown, access denied (`codedeploy:GetApplicationRevision`)",
  ]);
  stage.aws.faults.clear();
  await stage.look(id);
  const reads = (): number =>
    stage.aws.calls.all().filter(({ operation }) => operation === "GetApplicationRevision").length;
  const before = reads();
  expect(lines((await stage.look(id)).changes)).toEqual(["Task definition: `checkout:41` → `checkout:42`"]);
  expect(reads()).toBe(before);
});

it("shows a deployment, and its way back, whose AppSpec does not come", async () => {
  const id = stage.codedeploy.deploy({ ...ecs, hooks: [{ event: "BeforeInstall", name: "approve" }] });
  stage.clock.advance(minuteMs);
  stage.aws.faults.next({ operation: "GetApplicationRevision" }, { kind: "hang", when: "before" }, 9);
  const deployment = await stage.look(id);
  expect(offersAt(deployment)).toContain("rollback");
  expect(lines(deployment.changes)).toEqual([
    "Task definition: unknown, AWS did not answer (`codedeploy:GetApplicationRevision`)",
  ]);
});

it("reads for an ending nothing but what an ending is decided by", async () => {
  const plan = { ...ecs, hooks: [{ event: "BeforeInstall", name: "approve" }], alarms: ["checkout-5xx"] };
  const { id, deployment: previous } = await stage.lookAtHook(plan);
  stage.aws.calls.clear();
  const seen = await stage.system.inspect(stage.refOf(id), { hint: {}, previous, urgent: true });
  expect(new Set(stage.aws.calls.all().map(({ operation }) => operation))).toEqual(
    new Set(["GetDeployment", "ListDeploymentTargets", "BatchGetDeploymentTargets"]),
  );
  if (seen.kind !== "deployment") throw new Error("not read");
  const urgent = inWords(seen.deployment);
  expect([urgent.phase, urgent.holds, urgent.remarks]).toEqual([
    previous.phase,
    previous.holds,
    previous.remarks,
  ]);
  const asked = (offers: typeof urgent.offers) => offers.map(({ action, evidence }) => [action, evidence]);
  expect(asked(urgent.offers)).toEqual(asked(previous.offers));
  expect(lines(urgent.changes)[0]).toBe("Task definition: unknown, not read this time");
});

it("takes an id that CodeDeploy does not know for gone, and asks nothing about what is no id", async () => {
  expect((await stage.inspect("d-NOBODY")).kind).toBe("gone");
  const before = stage.aws.calls.all().length;
  expect((await stage.inspect("../d-1")).kind).toBe("gone");
  expect(stage.aws.calls.all()).toHaveLength(before);
});

it("never calls an account that is not configured", async () => {
  const elsewhere = { ...stage.refOf("d-1"), account: "999999999999" };
  expect((await stage.system.inspect(elsewhere, { hint: {} })).kind).toBe("unreadable");
  expect(stage.aws.calls.all()).toEqual([]);
});

it("confirms an event only when the read agrees", async () => {
  const { id, deployment, hold } = await stage.lookAtHook({});
  const seen = { kind: "deployment", deployment } as const;
  expect(stage.system.confirms(seen, { kind: "hold", holdId: hold.id })).toBe(true);
  expect(stage.system.confirms(seen, { kind: "hold", holdId: "READY_WAIT" })).toBe(false);
  expect(stage.system.confirms(seen, { kind: "started" })).toBe(true);
  expect(stage.system.confirms(seen, { kind: "ended" })).toBe(false);
  stage.codedeploy.finish(id);
  const ended = { kind: "deployment", deployment: await stage.look(id, { previous: deployment }) } as const;
  expect(stage.system.confirms(ended, { kind: "ended" })).toBe(true);
});

it("lists what is in progress by application and group, page by page", async () => {
  stage.codedeploy.pageSize(2);
  const ids = ["a", "b", "c", "d", "e"].map((group) => stage.codedeploy.deploy({ ...servers, group }));
  const over = stage.codedeploy.deploy({ ...servers, group: "over" });
  stage.codedeploy.finish(over);
  const wanted = (target: string, qualifiedTarget = target) => qualifiedTarget !== "storefront/c";
  const listing = await stage.system.list("111122223333", "eu-west-1", wanted);
  const listed = listing.kind === "listed" ? listing.refs.map(({ id }) => id) : [];
  expect(listed.toSorted()).toEqual(ids.filter((_, index) => index !== 2).toSorted());
  // What has ended exists all the same.
  expect(listing).toMatchObject({
    targets: ["a", "b", "d", "e", "over"].map((group) => ({
      ...{ target: "storefront", qualifiedTarget: `storefront/${group}` },
    })),
    whole: true,
  });
});

const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 400 } as const;

it("asks for the groups of an application once in five minutes, and knows them meanwhile", async () => {
  stage.codedeploy.deploy({ ...servers, application: "a" });
  stage.codedeploy.deploy({ ...servers, application: "b" });
  const list = () => stage.system.list("111122223333", "eu-west-1", () => true);
  const first = await list();
  stage.aws.faults.next({ operation: "ListDeploymentGroups" }, denied);
  expect(await list()).toEqual(first);
  expect(stage.aws.calls.all({ operation: "ListDeploymentGroups" })).toHaveLength(2);
});

it.each(["ListApplications", "ListDeploymentGroups"])(
  "says that names are missing where %s is denied",
  async (operation) => {
    const id = stage.codedeploy.deploy(servers);
    stage.aws.faults.next({ operation }, denied);
    expect(await stage.system.list("111122223333", "eu-west-1", () => true)).toEqual({
      ...{ kind: "listed", refs: [stage.refOf(id)], targets: [], whole: false },
    });
  },
);

it("carries a hook's event from the fake's call to its hold without anything else that is known", async () => {
  const { hooks, hookEvent, system } = stage;
  const { id } = await stage.lookAtHook({});
  const call = hooks[0];
  if (call === undefined) throw new Error("no hook was called");
  const hint = hintOf(system, hookEvent(call));
  expect(hint.event?.claim).toEqual({ kind: "hold", holdId: call.input.LifecycleEventHookExecutionId });
  const adopted = await system.inspect(stage.refOf(id), { hint: { carried: hint.carried ?? {} } });
  expect(adopted).toMatchObject({ deployment: { holds: [{ shows: "open" }], carried: hint.carried } });
});
