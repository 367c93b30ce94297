/**
 * The event that Holdpoint's hook function puts on the bus when CodeDeploy calls it. CodeDeploy gives a hook's
 * execution id only to that function, so Holdpoint can get it only from this event.
 */

import { z } from "zod";

export const hookEventSource = "holdpoint.hook";
export const hookEventDetailType = "CodeDeploy Lifecycle Hook Waiting";

/** `d-` and CodeDeploy's suffix: nine characters in every sample, and no published limit. */
export const deploymentId = z.string().regex(/^d-[A-Za-z0-9]{1,62}$/, "not the id of a deployment");

/**
 * The execution id is opaque: about 300 characters in AWS's sample, and no published limit. The name is configured in
 * the function.
 */
export const hookEventDetail = z.object({
  version: z.literal("1"),
  deploymentId,
  lifecycleEventHookExecutionId: z.string().min(1).max(4_096),
  hookName: z.string().min(1).max(256),
});

export type HookEventDetail = z.infer<typeof hookEventDetail>;
