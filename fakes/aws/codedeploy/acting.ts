/** The mutating CodeDeploy operations, with AWS's checks and errors. They see the actual state, without lag. */
import type * as codedeploy from "@aws-sdk/client-codedeploy";
import { AwsError, type Caller, type HandlersOf } from "../service.ts";
import type { Ledger } from "../table.ts";
import { checkId, existing } from "./checks.ts";
import { canWait } from "./plan.ts";
import { type DeploymentRecord, hasEnded, type World } from "./records.ts";
import type { Rollout } from "./rollout.ts";

export interface ActingOptions {
  readonly world: World;
  readonly rollout: Rollout;
  readonly ledger: Ledger;
}

export function actingHandlers({ world, rollout, ledger }: ActingOptions) {
  function deploymentFor(caller: Caller, asked: string | undefined): DeploymentRecord {
    const id = checkId(asked);
    return existing(caller, id, world.deployments.get(id));
  }

  return {
    ContinueDeployment: (input, caller) => {
      const record = deploymentFor(caller, input.deploymentId);
      const wait = input.deploymentWaitType ?? "READY_WAIT";
      if (wait !== "READY_WAIT" && wait !== "TERMINATION_WAIT") {
        throw new AwsError("InvalidDeploymentWaitTypeException", "Wait for READY_WAIT or TERMINATION_WAIT.");
      }
      notCompleted(record);
      if (!canWait(record.plan)) unsupported(`${record.id} is no deployment that waits.`);
      const waiting = wait === "READY_WAIT" ? record.status === "Ready" : record.terminationWait === "now";
      if (!waiting || record.stopping) {
        const message = `The deployment ${record.id} is ${record.status} and is not in ${wait}.`;
        throw new AwsError("DeploymentIsNotInReadyStateException", message);
      }
      ledger.writeBegins();
      rollout.endWait(record.id);
      return {};
    },

    StopDeployment: (input, caller) => {
      const record = deploymentFor(caller, input.deploymentId);
      notCompleted(record);
      ledger.writeBegins();
      rollout.stop(record.id, input.autoRollbackEnabled);
      return { status: "Pending", statusMessage: "CodeDeploy is stopping the deployment." };
    },

    PutLifecycleEventHookExecutionStatus: (input, caller) => {
      const record = deploymentFor(caller, input.deploymentId);
      if (record.plan.platform === "Server") unsupported("Hooks of servers are scripts.");
      const { lifecycleEventHookExecutionId: executionId, status } = input;
      const hook = record.hooks.find((one) => one.executionId === executionId);
      if (hook === undefined) {
        const message = "There is no execution of a lifecycle event hook with this id.";
        throw new AwsError("InvalidLifecycleEventHookExecutionIdException", message);
      }
      if (status !== "Succeeded" && status !== "Failed") {
        const message = "A hook's result is Succeeded or Failed.";
        throw new AwsError("InvalidLifecycleEventHookExecutionStatusException", message);
      }
      if (hook.status !== "open" || record.stopping) {
        throw new AwsError("LifecycleEventAlreadyCompletedException", "The lifecycle event has completed.");
      }
      ledger.writeBegins();
      rollout.answerHook(record.id, hook.executionId, status);
      return { lifecycleEventHookExecutionId: hook.executionId };
    },
  } satisfies HandlersOf<typeof codedeploy>;
}

function notCompleted(record: DeploymentRecord): void {
  if (!hasEnded(record)) return;
  const message = `The deployment ${record.id} is ${record.status} already.`;
  throw new AwsError("DeploymentAlreadyCompletedException", message);
}

function unsupported(message: string): never {
  throw new AwsError("UnsupportedActionForDeploymentTypeException", message);
}
