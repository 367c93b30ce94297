/** What the words about the end of a hold need, where the hold is all that is left. */

import { z } from "zod";
import { readyWait, terminationWait } from "../waits.ts";
import { oldFleet, platforms } from "./situation.ts";

export const expirySaid = z.discriminatedUnion("wait", [
  /** `rollsBack`: its group does so when a deployment fails. Absent: that was not told. */
  z.object({ wait: z.literal("hook"), stage: z.string(), rollsBack: z.boolean().optional() }),
  z.object({
    wait: z.literal(readyWait),
    platform: z.enum(platforms),
    actionOnTimeout: z.string().optional(),
  }),
  z.object({ wait: z.literal(terminationWait), old: oldFleet }),
]);
export type ExpirySaid = z.infer<typeof expirySaid>;
