/** The one mutating call of an answer: sent once, ended in time, and told as what it is (P3). */

import {
  type CodeDeployClient,
  ContinueDeploymentCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
} from "@aws-sdk/client-codedeploy";
import type { Action, Deployment } from "../../handlers/deployment.ts";
import type { Answer, DescribedCall } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { within } from "../deadline.ts";
import { described } from "../described.ts";
import { answerOf, notDone, whyNotConfigured } from "../errors.ts";
import { learnedUnknown } from "./carried.ts";
import { readyWait, terminationWait } from "./waits.ts";

export type Act = (
  deployment: Deployment,
  request: { readonly action: Action; readonly holdId?: string },
) => Promise<Answer>;

export function createAct(clients: ClientsOf<CodeDeployClient>): Act {
  return async function act(deployment, request) {
    const { account, region } = deployment.ref;
    const codedeploy = clients.act(account, region);
    if (codedeploy === undefined) {
      return notDone("not-sent", whyNotConfigured(deployment.ref));
    }
    const call = callOf(deployment, request);
    if (call === undefined) return notDone("not-sent", `CodeDeploy has no ${request.action} here`);
    try {
      await within(clients.callTimeoutMs, (signal) => call.send(codedeploy, signal));
      return { kind: "accepted", note: call.name };
    } catch (error) {
      const answer = withoutKey(answerOf(error, `codedeploy:${call.name}`), call.executionId);
      return answer.kind === "refused" && call.executionId !== undefined && isUnknownExecution(error)
        ? { ...answer, learned: learnedUnknown(call.executionId) }
        : answer;
    }
  };
}

/** Whoever knows the id of a hook can answer it: AWS's words go to a channel, and may repeat what they are about. */
function withoutKey(
  answer: ReturnType<typeof answerOf>,
  key: string | undefined,
): ReturnType<typeof answerOf> {
  if (key === undefined) return answer;
  const without = (text: string): string => text.replaceAll(key, "(its id)");
  switch (answer.kind) {
    case "refused":
      return { ...answer, message: without(answer.message) };
    case "not-done":
      return { ...answer, why: { ...answer.why, message: without(answer.why.message) } };
    case "unclear":
      return answer;
  }
}

export function describeCall(
  deployment: Deployment,
  request: { readonly action: Action; readonly holdId?: string },
): DescribedCall | undefined {
  const call = callOf(deployment, request);
  return call && described(call.name, call.input);
}

interface Call {
  readonly name: string;
  readonly input: object;
  readonly send: (codedeploy: CodeDeployClient, abortSignal: AbortSignal) => Promise<unknown>;
  /** The hook that it answers. */
  readonly executionId?: string;
}

/** CodeDeploy takes these two and no other of its words. */
type HookResult = "Succeeded" | "Failed";

function callOf(
  { ref: { id }, holds }: Deployment,
  { action, holdId }: { readonly action: Action; readonly holdId?: string },
): Call | undefined {
  const isHook =
    holdId !== undefined &&
    holdId !== readyWait &&
    holdId !== terminationWait &&
    holds.some((hold) => hold.id === holdId);
  if (isHook) {
    if (action === "continue") return answerHook(id, holdId, "Succeeded");
    return action === "rollback" ? answerHook(id, holdId, "Failed") : undefined;
  }
  if (holdId === readyWait) {
    if (action === "continue") return endWait(id, readyWait);
    return action === "cancel" ? stop(id, false) : undefined;
  }
  if (holdId === terminationWait)
    return action === "terminate-old" ? endWait(id, terminationWait) : undefined;
  if (holdId !== undefined) return undefined;
  if (action === "rollback") return stop(id, true);
  return action === "cancel" ? stop(id, false) : undefined;
}

function answerHook(deploymentId: string, executionId: string, status: HookResult): Call {
  const command = new PutLifecycleEventHookExecutionStatusCommand({
    deploymentId,
    lifecycleEventHookExecutionId: executionId,
    status,
  });
  return {
    name: "PutLifecycleEventHookExecutionStatus",
    input: command.input,
    executionId,
    send: (codedeploy, abortSignal) => codedeploy.send(command, { abortSignal }),
  };
}

/** Without the kind of wait AWS chooses one: it is never left out. */
function endWait(deploymentId: string, deploymentWaitType: typeof readyWait | typeof terminationWait): Call {
  const command = new ContinueDeploymentCommand({ deploymentId, deploymentWaitType });
  return {
    name: "ContinueDeployment",
    input: command.input,
    send: (codedeploy, abortSignal) => codedeploy.send(command, { abortSignal }),
  };
}

/** Without `autoRollbackEnabled` the group's settings decide: it is never left out. */
function stop(deploymentId: string, autoRollbackEnabled: boolean): Call {
  const command = new StopDeploymentCommand({ deploymentId, autoRollbackEnabled });
  return {
    name: "StopDeployment",
    input: command.input,
    send: (codedeploy, abortSignal) => codedeploy.send(command, { abortSignal }),
  };
}

function isUnknownExecution(error: unknown): boolean {
  return error instanceof Error && error.name === "InvalidLifecycleEventHookExecutionIdException";
}
