/**
 * The event that Holdpoint's hook function puts on the bus when CodeDeploy calls it. CodeDeploy names a hook's execution
 * id to that function alone, so this event is the only way in which Holdpoint hears of it.
 */

import { z } from "zod";

export const hookEventSource = "holdpoint.hook";
export const hookEventDetailType = "CodeDeploy Lifecycle Hook Waiting";

/** `d-` and what CodeDeploy puts behind it: nine characters in every sample, and no published limit. */
export const deploymentId = z.string().regex(/^d-[A-Za-z0-9]{1,62}$/, "not the id of a deployment");

/** The execution id is opaque and about a kilobyte long; the name is the function's own setting. */
export const hookEventDetail = z.object({
  version: z.literal("1"),
  deploymentId,
  lifecycleEventHookExecutionId: z.string().min(1).max(4_096),
  hookName: z.string().min(1).max(256),
});

export type HookEventDetail = z.infer<typeof hookEventDetail>;
