/** CodeDeploy's diagnostics and error messages. Pure. */
import type { Diagnostics, ErrorCode } from "@aws-sdk/client-codedeploy";
import type { Plan } from "./plan.ts";

export interface DeploymentError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A target's diagnostics for a lifecycle event, and the deployment's error. */
export interface Failure {
  readonly diagnostics: Diagnostics;
  readonly error: DeploymentError;
  /** False: there is nothing to roll back, whatever the group's settings. */
  readonly rollsBack?: boolean;
}

const scriptFailed: Diagnostics = {
  errorCode: "ScriptFailed",
  scriptName: "scripts/run.sh",
  message: "Script at specified location: scripts/run.sh failed with exit code 1",
  logTail: "[stderr]exit status 1",
};

export function failureOf({ platform }: Plan, diagnostics: Diagnostics | undefined): Failure {
  if (platform === "Server") {
    const message = "Too few instances are healthy: too many of them failed.";
    return { diagnostics: diagnostics ?? scriptFailed, error: { code: "HEALTH_CONSTRAINTS", message } };
  }
  const message = diagnostics?.message ?? "The new version could not be deployed.";
  return {
    diagnostics: diagnostics ?? { errorCode: "UnknownError", scriptName: "", message, logTail: "" },
    error: { code: platform === "ECS" ? "ECS_UPDATE_ERROR" : "INVALID_LAMBDA_FUNCTION", message },
  };
}

export function hookFailure(
  hook: { readonly name: string; readonly event: string },
  message: string,
): Failure {
  return {
    diagnostics: { errorCode: "UnknownError", scriptName: hook.name, message, logTail: "" },
    error: { code: "HOOK_EXECUTION_FAILURE", message },
    // According to the AppSpec reference a rollback is impossible while nothing is installed.
    rollsBack: hook.event !== "BeforeInstall",
  };
}

export function alarmError(alarm: string): DeploymentError {
  return { code: "ALARM_ACTIVE", message: `The alarm ${alarm} is active, so the deployment was stopped.` };
}

export const stoppedByRequest: DeploymentError = {
  code: "MANUAL_STOP",
  message: "Somebody stopped the deployment.",
};

export const neverRerouted: DeploymentError = {
  code: "TIMEOUT",
  message: "Nobody rerouted the traffic before the wait time was over.",
};
