/** The details of CodeDeploy's two events: only what is used, so that members which AWS adds do no harm. */

import { z } from "zod";
import { deploymentId } from "./hook-event.ts";

export const StateChange = z.object({
  deploymentId,
  state: z.string().min(1).max(64),
  /** CodeDeploy says it a second time inside the detail. */
  region: z.string().max(64).optional(),
});
