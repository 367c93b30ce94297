/** The Lambda hooks of a deployment: CodeDeploy invokes a function and waits up to one hour for its result. */
import type { Course } from "./course.ts";
import type { Endings } from "./endings.ts";
import { hookFailure } from "./failures.ts";
import { type HookRecord, newExecutionId } from "./records.ts";

/** The Lambda function of a hook and the input that CodeDeploy gives it. */
export interface HookInvocation {
  readonly account: string;
  readonly region: string;
  readonly hookName: string;
  readonly input: { readonly DeploymentId: string; readonly LifecycleEventHookExecutionId: string };
}

export interface Hooks {
  readonly invoke: (id: string, event: string, name: string) => void;
  /** True if the lifecycle event may continue. */
  readonly answer: (id: string, executionId: string, status: "Succeeded" | "Failed") => boolean;
}

const hookMs = 3_600_000;

export function createHooks(
  { deploymentOf, change, later, leave }: Course,
  endings: Endings,
  onHook: (invocation: HookInvocation) => void,
): Hooks {
  function settle(id: string, hook: HookRecord, status: HookRecord["status"]): void {
    const settled = (one: HookRecord) => (one.executionId === hook.executionId ? { ...one, status } : one);
    change(id, { hooks: deploymentOf(id).hooks.map(settled) });
  }

  function fail(id: string, hook: HookRecord, message: string): void {
    settle(id, hook, "Failed");
    endings.failAt(id, hook.event, [0], hookFailure(hook, message));
  }

  return {
    invoke: (id, event, name) => {
      const { plan, hooks } = deploymentOf(id);
      const hook: HookRecord = { executionId: newExecutionId(), name, event, status: "open" };
      change(id, { hooks: [...hooks, hook] });
      later(id, hookMs, () => fail(id, hook, `The hook ${name} reported no result within one hour.`));
      onHook({
        account: plan.account,
        region: plan.region,
        hookName: name,
        input: { DeploymentId: id, LifecycleEventHookExecutionId: hook.executionId },
      });
    },
    answer: (id, executionId, status) => {
      const hook = deploymentOf(id).hooks.find((one) => one.executionId === executionId);
      if (hook?.status !== "open") throw new Error(`The hook of ${id} waits for nothing`);
      leave(id);
      if (status === "Succeeded") settle(id, hook, status);
      else fail(id, hook, `The hook ${hook.name} reported Failed.`);
      return status === "Succeeded";
    },
  };
}
