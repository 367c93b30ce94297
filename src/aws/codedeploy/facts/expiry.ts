/** The data for the expiry text of a hold, which is stored with the hold. */

import { z } from "zod";
import { readyWait, terminationWait } from "../waits.ts";
import { oldFleet, platforms } from "./situation.ts";

export const expirySaid = z.discriminatedUnion("wait", [
  /** `rollsBack`: the group rolls back when a deployment fails. Absent: CodeDeploy didn't return it. */
  z.object({ wait: z.literal("hook"), stage: z.string(), rollsBack: z.boolean().optional() }),
  z.object({
    wait: z.literal(readyWait),
    platform: z.enum(platforms),
    actionOnTimeout: z.string().optional(),
  }),
  z.object({ wait: z.literal(terminationWait), old: oldFleet }),
]);
export type ExpirySaid = z.infer<typeof expirySaid>;
