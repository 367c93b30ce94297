/**
 * The Lambda function of a CodeDeploy lifecycle hook. It puts one event on the bus, which tells Holdpoint that the hook
 * is waiting, and returns at once. CodeDeploy then waits up to one hour for the hook's result. The function never
 * reports `Succeeded`.
 */

import {
  CodeDeployClient,
  LifecycleEventAlreadyCompletedException,
  PutLifecycleEventHookExecutionStatusCommand,
} from "@aws-sdk/client-codedeploy";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type HookEventDetail, hookEventDetailType, hookEventSource } from "../aws/codedeploy/hook-event.ts";
import { attempt, type Bounds } from "./attempts.ts";
import { type HookCall, readCall, readSettings, type Settings } from "./settings.ts";

/** At most 7.5 s, so that everything including the report ends within 10 s. */
const telling: Bounds = { pausesMs: [150, 400, 900], attemptMs: 1_500, withinMs: 7_500 };
const reporting: Bounds = { pausesMs: [200], attemptMs: 1_000, withinMs: 2_000 };

/** The part of Lambda's context that is used. */
interface Context {
  readonly getRemainingTimeInMillis?: () => number;
}

/** Reserved for the runtime to return the result. */
const marginMs = 300;

/**
 * `event` is `{ DeploymentId, LifecycleEventHookExecutionId }`. Throws if the function is misconfigured, if the event
 * has another form, or if no event could be sent and either HOLDPOINT_HOOK_ON_ERROR is `throw` or CodeDeploy could not
 * be reached.
 */
export async function handler(event: unknown, context: Context = {}): Promise<void> {
  const call = readCall(event);
  const settings = readSettings(process.env);
  const leftMs = context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
  const withinMs = Math.min(telling.withinMs, Math.max(500, leftMs - reporting.withinMs - marginMs));
  const about = { deploymentId: call.deploymentId, hookName: settings.hookName };
  try {
    await attempt({ ...telling, withinMs }, (signal) => tell(call, settings, signal));
    log("info", "event sent to EventBridge", about);
  } catch (error) {
    const why = wordsOf(error, call);
    log("error", "could not send event to EventBridge", { ...about, bus: settings.bus, why });
    if (settings.onError === "throw") throw new Error(`No event could be sent to ${settings.bus}: ${why}`);
    const isTold = await endDeployment(call, why);
    if (isTold) log("error", "reported Failed to CodeDeploy", about);
    else log("info", "CodeDeploy already has a result for this hook", about);
  }
}

async function tell(call: HookCall, { hookName, bus }: Settings, signal: AbortSignal): Promise<void> {
  const detail: HookEventDetail = {
    version: "1",
    deploymentId: call.deploymentId,
    lifecycleEventHookExecutionId: call.executionId,
    hookName,
  };
  const client = new EventBridgeClient({ maxAttempts: 1 });
  try {
    const { FailedEntryCount, Entries } = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: bus,
            Source: hookEventSource,
            DetailType: hookEventDetailType,
            Detail: JSON.stringify(detail),
          },
        ],
      }),
      { abortSignal: signal },
    );
    const [entry] = Entries ?? [];
    if ((FailedEntryCount ?? 0) > 0 || entry?.ErrorCode !== undefined)
      throw new Error(`${entry?.ErrorCode ?? "not taken"}: ${entry?.ErrorMessage ?? "no reason given"}`);
  } finally {
    client.destroy();
  }
}

/**
 * If no event could be sent, the deployment must neither wait for an hour nor continue. Returns false if the hook
 * already has a result, possibly from an attempt whose response was lost.
 */
async function endDeployment(call: HookCall, why: string): Promise<boolean> {
  try {
    await attempt(reporting, (signal) => reportFailed(call, signal));
    return true;
  } catch (error) {
    if (error instanceof LifecycleEventAlreadyCompletedException) return false;
    throw new Error(
      `Neither Holdpoint (${why}) nor CodeDeploy (${wordsOf(error, call)}) could be told. CodeDeploy waits for an hour, then the deployment fails.`,
    );
  }
}

async function reportFailed({ deploymentId, executionId }: HookCall, signal: AbortSignal): Promise<void> {
  const client = new CodeDeployClient({ maxAttempts: 1 });
  try {
    await client.send(
      new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId,
        lifecycleEventHookExecutionId: executionId,
        status: "Failed",
      }),
      { abortSignal: signal },
    );
  } finally {
    client.destroy();
  }
}

/** AWS's error messages may contain the execution id. */
function wordsOf(error: unknown, { executionId }: HookCall): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : "no answer";
  return text.replaceAll(executionId, "(execution id)");
}

function log(level: "info" | "error", msg: string, fields: Readonly<Record<string, unknown>>): void {
  console[level](JSON.stringify({ level, msg, ...fields }));
}
