/** The details of CodeDeploy's two events. Only the fields in use, so that fields added by AWS do no harm. */

import { z } from "zod";
import { deploymentId } from "./hook-event.ts";

export const StateChange = z.object({
  deploymentId,
  state: z.string().min(1).max(64),
  /** CodeDeploy repeats the region in the detail. */
  region: z.string().max(64).optional(),
});
