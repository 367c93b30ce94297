/** Settings from the environment and the input from CodeDeploy. Pure: both are validated here. */

import { z } from "zod";

/** If no event can be sent: `fail` ends the deployment now; `throw` leaves it to CodeDeploy's one-hour timeout. */
const endings = ["fail", "throw"] as const;

const settingsSchema = z.object({
  HOLDPOINT_HOOK_NAME: z
    .string({
      error: "HOLDPOINT_HOOK_NAME is not set: name the lifecycle event that this function stands for",
    })
    .trim()
    .min(1, "HOLDPOINT_HOOK_NAME is empty: name the lifecycle event that this function stands for")
    .max(256, "HOLDPOINT_HOOK_NAME is longer than 256 characters"),
  HOLDPOINT_EVENT_BUS: z
    .string()
    .regex(
      /^(arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/,
      "HOLDPOINT_EVENT_BUS is neither the name nor the ARN of an event bus",
    )
    .default("default"),
  HOLDPOINT_HOOK_ON_ERROR: z
    .enum(endings, { error: "HOLDPOINT_HOOK_ON_ERROR has to be `fail` or `throw`" })
    .default("fail"),
});

export interface Settings {
  readonly hookName: string;
  /** A name in the function's own account, or an ARN; always in its own region. */
  readonly bus: string;
  readonly onError: (typeof endings)[number];
}

const wrongly = "Holdpoint's hook function is set up wrongly.";

/** Throws an error that lists every invalid variable. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = settingsSchema.safeParse(env);
  if (!parsed.success) throw new Error(`${wrongly} ${messages(parsed.error)}.`);
  const { HOLDPOINT_HOOK_NAME: hookName, HOLDPOINT_EVENT_BUS: bus, HOLDPOINT_HOOK_ON_ERROR } = parsed.data;
  // An event has the region of its bus, and Holdpoint looks for the deployment there.
  const [, , , busRegion = env.AWS_REGION] = bus.split(":");
  if (busRegion !== env.AWS_REGION)
    throw new Error(
      `${wrongly} HOLDPOINT_EVENT_BUS is in ${busRegion}: name a bus in the function's own region.`,
    );
  return { hookName, bus, onError: HOLDPOINT_HOOK_ON_ERROR };
}

/** Only limits, no exact format: CodeDeploy decides whether an id is valid. */
const inputSchema = z.object({
  DeploymentId: z.string({ error: "DeploymentId is missing" }).regex(/^d-\w{1,62}$/, "DeploymentId is none"),
  LifecycleEventHookExecutionId: z
    .string({ error: "LifecycleEventHookExecutionId is missing" })
    .min(1, "LifecycleEventHookExecutionId is empty")
    .max(4_096, "LifecycleEventHookExecutionId is too long"),
});

export interface HookCall {
  readonly deploymentId: string;
  /** Knowing it is enough to set the hook's result, so it is never logged. */
  readonly executionId: string;
}

export function readCall(event: unknown): HookCall {
  const parsed = inputSchema.safeParse(event);
  if (!parsed.success)
    throw new Error(`This is not what CodeDeploy gives to a lifecycle hook. ${messages(parsed.error)}.`);
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: executionId } = parsed.data;
  return { deploymentId, executionId };
}

function messages(error: z.ZodError): string {
  return error.issues.map(({ message }) => message).join("; ");
}
