/** The detail of AppConfig's events. Only the fields in use, so that fields added by AWS do no harm. */

import { z } from "zod";

const id = z.string().regex(/^[a-z0-9]{4,7}$/, "not an id of AppConfig");

/** The event has names too, but they are ignored: names determine the channel, and an event can be forged. */
export const DeploymentNews = z.object({
  Type: z.string().max(128).optional(),
  Application: z.object({ Id: id }),
  Environment: z.object({ Id: id }),
  DeploymentNumber: z.number().int().min(1).max(2_147_483_647),
});
