import { afterEach, beforeEach, expect, it } from "vitest";
import type { Action } from "../../../src/handlers/deployment.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { inWords } from "../in-words.ts";
import { type CodeDeployStage, fleet, setCodeDeployStage } from "./stage.ts";

let stage: CodeDeployStage;
beforeEach(async () => {
  stage = await setCodeDeployStage();
});
afterEach(() => stage.close());

const by = ["U024APPROVER"];
const minuteMs = 60_000;

async function ready(): Promise<{ readonly id: string; readonly deployment: WordedDeployment }> {
  const readyWait = { minutes: 60, action: "STOP_DEPLOYMENT" } as const;
  const id = stage.codedeploy.deploy({ ...fleet, readyWait, terminationWaitMinutes: 120 });
  stage.clock.advance(5 * minuteMs);
  return { id, deployment: await stage.look(id) };
}

async function keeping(): Promise<{ readonly id: string; readonly deployment: WordedDeployment }> {
  const id = stage.codedeploy.deploy({ ...fleet, terminationWaitMinutes: 120 });
  stage.clock.advance(5 * minuteMs);
  return { id, deployment: await stage.look(id) };
}

it.each([
  ["continue", "READY_WAIT", "ContinueDeployment", { deploymentWaitType: "READY_WAIT" }],
  ["cancel", "READY_WAIT", "StopDeployment", { autoRollbackEnabled: false }],
  ["cancel", undefined, "StopDeployment", { autoRollbackEnabled: false }],
] as const)("sends one %s at %s", async (action, holdId, operation, input) => {
  const { id, deployment } = await ready();
  const answer = await stage.system.act(deployment, { action, ...(holdId ? { holdId } : {}), by });
  expect(answer).toEqual({ kind: "accepted", note: operation });
  expect(stage.aws.calls.writes().map((call) => [call.operation, call.input])).toEqual([
    [operation, { deploymentId: id, ...input }],
  ]);
});

it.each([
  ["terminate-old", "TERMINATION_WAIT", "ContinueDeployment", { deploymentWaitType: "TERMINATION_WAIT" }],
  ["rollback", undefined, "StopDeployment", { autoRollbackEnabled: true }],
] as const)("sends one %s while the old fleet is kept", async (action, holdId, operation, input) => {
  const { id, deployment } = await keeping();
  const answer = await stage.system.act(deployment, { action, ...(holdId ? { holdId } : {}), by });
  expect(answer).toEqual({ kind: "accepted", note: operation });
  expect(stage.aws.calls.writes().map((call) => [call.operation, call.input])).toEqual([
    [operation, { deploymentId: id, ...input }],
  ]);
});

it.each([
  ["continue", "Succeeded", "AllowTraffic"],
  ["rollback", "Failed", undefined],
] as const)("answers a hook with %s", async (action, status, stageThen) => {
  const { id, deployment, hold } = await stage.lookAtHook({});
  const answer = await stage.system.act(deployment, { action, holdId: hold.id, by });
  expect(answer).toEqual({ kind: "accepted", note: "PutLifecycleEventHookExecutionStatus" });
  expect(stage.aws.calls.writes().map(({ input }) => input)).toEqual([
    { deploymentId: id, lifecycleEventHookExecutionId: hold.id, status },
  ]);
  stage.clock.advance(minuteMs);
  expect((await stage.look(id, { previous: deployment })).stage).toBe(stageThen);
});

it("sends nothing for what CodeDeploy can't do", async () => {
  const { deployment, hold } = await stage.lookAtHook({});
  const requests: readonly { readonly action: Action; readonly holdId?: string }[] = [
    { action: "continue" },
    { action: "terminate-old" },
    { action: "revert" },
    { action: "cancel", holdId: hold.id },
    { action: "terminate-old", holdId: "READY_WAIT" },
    { action: "rollback", holdId: "READY_WAIT" },
    { action: "continue", holdId: "TERMINATION_WAIT" },
    { action: "continue", holdId: "nobody's" },
  ];
  for (const request of requests) {
    const answer = await stage.system.act(deployment, { ...request, by });
    expect(answer).toMatchObject({ kind: "not-done", why: { cause: "not-sent" } });
  }
  expect(stage.aws.calls.writes()).toEqual([]);
});

const refused = { kind: "refused" };
const unsupported = { kind: "not-done", why: { cause: "unsupported" } };
const endsTheWait = [
  ["DeploymentAlreadyCompletedException", refused],
  ["DeploymentDoesNotExistException", refused],
  ["DeploymentIdRequiredException", refused],
  ["DeploymentIsNotInReadyStateException", refused],
  ["InvalidDeploymentIdException", refused],
  ["InvalidDeploymentStatusException", refused],
  ["InvalidDeploymentWaitTypeException", refused],
  ["UnsupportedActionForDeploymentTypeException", unsupported],
] as const;
const stops = [
  ["DeploymentAlreadyCompletedException", refused],
  ["DeploymentDoesNotExistException", refused],
  ["DeploymentGroupDoesNotExistException", refused],
  ["DeploymentIdRequiredException", refused],
  ["InvalidDeploymentIdException", refused],
  ["UnsupportedActionForDeploymentTypeException", unsupported],
] as const;
const answersTheHook = [
  ["DeploymentDoesNotExistException", refused],
  ["DeploymentIdRequiredException", refused],
  ["InvalidDeploymentIdException", refused],
  ["InvalidLifecycleEventHookExecutionIdException", refused],
  ["InvalidLifecycleEventHookExecutionStatusException", refused],
  ["LifecycleEventAlreadyCompletedException", refused],
  ["UnsupportedActionForDeploymentTypeException", unsupported],
] as const;
const anyCall = [
  ["AccessDeniedException", { kind: "not-done", why: { cause: "denied" } }],
  ["ThrottlingException", { kind: "not-done", why: { cause: "throttled" } }],
] as const;

async function failing(
  operation: string,
  name: string,
  deployment: WordedDeployment,
  request: { readonly action: Action; readonly holdId?: string },
) {
  stage.aws.faults.next({ operation }, { kind: "error", when: "before", name, status: 400 });
  const answer = await stage.system.act(deployment, { ...request, by });
  expect(stage.aws.calls.writes()).toHaveLength(1);
  return answer;
}

it.each([...endsTheWait, ...anyCall])(
  "takes %s of ContinueDeployment for what it is",
  async (name, expected) => {
    const { deployment } = await ready();
    const request = { action: "continue", holdId: "READY_WAIT" } as const;
    expect(await failing("ContinueDeployment", name, deployment, request)).toMatchObject(expected);
  },
);

it.each([...stops, ...anyCall])("takes %s of StopDeployment for what it is", async (name, expected) => {
  const { deployment } = await keeping();
  const answer = await failing("StopDeployment", name, deployment, { action: "rollback" });
  expect(answer).toMatchObject(expected);
});

it.each([...answersTheHook, ...anyCall])(
  "takes %s of a hook's answer for what it is",
  async (name, expected) => {
    const { deployment, hold } = await stage.lookAtHook({});
    const request = { action: "continue", holdId: hold.id } as const;
    const answer = await failing("PutLifecycleEventHookExecutionStatus", name, deployment, request);
    expect(answer).toMatchObject(expected);
  },
);

it("hears from AWS that a hook, a wait and a deployment were settled elsewhere", async () => {
  const { id, deployment, hold } = await stage.lookAtHook({});
  stage.codedeploy.console.answerHook(id, hold.id, "Succeeded");
  const late = await stage.system.act(deployment, { action: "rollback", holdId: hold.id, by });
  expect(late).toMatchObject({ kind: "refused", message: expect.stringContaining("has completed") });
  stage.codedeploy.finish(id);
  expect((await stage.system.act(deployment, { action: "cancel", by })).kind).toBe("refused");
});

it("does not pass on a hook's id with AWS's words: whoever knows it can answer", async () => {
  const { deployment, hold } = await stage.lookAtHook({});
  const name = "InvalidLifecycleEventHookExecutionIdException";
  const message = `No hook ${hold.id} waits`;
  stage.aws.faults.next(
    { operation: "PutLifecycleEventHookExecutionStatus" },
    { kind: "error", when: "before", name, status: 400, message },
  );
  const answer = await stage.system.act(deployment, { action: "continue", holdId: hold.id, by });
  expect(answer).toMatchObject({ kind: "refused", message: "No hook (its id) waits" });
});

it("learns nothing about a hook that was settled elsewhere", async () => {
  const { deployment, hold } = await stage.lookAtHook({});
  stage.codedeploy.console.answerHook(deployment.ref.id, hold.id, "Failed");
  const settled = await stage.system.act(deployment, { action: "continue", holdId: hold.id, by });
  expect(settled).toEqual({ kind: "refused", message: expect.any(String) });
});

it("drops a hook of which AWS says that there is none, and never offers it again", async () => {
  const { id, deployment, hold } = await stage.lookAtHook({});
  const call = stage.hooks[0];
  if (call === undefined) throw new Error("no hook was called");
  const forged = stage.hookEvent({
    ...call,
    input: { ...call.input, LifecycleEventHookExecutionId: "forged" },
  });
  const fooled = await stage.look(id, { previous: deployment, event: forged });
  expect(openIds(fooled).toSorted()).toEqual([hold.id, "forged"].toSorted());
  const answer = await stage.system.act(fooled, { action: "continue", holdId: "forged", by });
  const learned = answer.kind === "refused" ? answer.learned : undefined;
  expect(learned).toEqual({ "exec/forged": "" });
  const seen = await stage.system.inspect(stage.refOf(id), {
    hint: { carried: learned ?? {} },
    previous: fooled,
  });
  if (seen.kind !== "deployment") throw new Error("not read");
  expect(openIds(inWords(seen.deployment))).toEqual([hold.id]);
  const again = await stage.look(id, { previous: inWords(seen.deployment), event: forged });
  expect(openIds(again)).toEqual([hold.id]);
});

function openIds({ holds }: WordedDeployment): readonly string[] {
  return holds.filter(({ shows }) => shows === "open").map(({ id }) => id);
}

it.each([
  ["breaks", { kind: "break", when: "after" }],
  ["ends in a 500", { kind: "error", when: "after", name: "ServerException", status: 500 }],
] as const)("does not know whether a request arrived whose connection %s", async (_, fault) => {
  const { deployment, hold } = await stage.lookAtHook({});
  stage.aws.faults.next({ operation: "PutLifecycleEventHookExecutionStatus" }, fault);
  const answer = await stage.system.act(deployment, { action: "continue", holdId: hold.id, by });
  expect(answer.kind).toBe("unclear");
  expect(stage.aws.calls.writes()).toHaveLength(1);
});
