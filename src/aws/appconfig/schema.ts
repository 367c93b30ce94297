/** The detail of AppConfig's events: only what is used, so that members which AWS adds do no harm. */

import { z } from "zod";

const id = z.string().regex(/^[a-z0-9]{4,7}$/, "not an id of AppConfig");

/** Names stand there too. They are not taken from an event: they decide on the channel, and an event can be forged. */
export const DeploymentNews = z.object({
  Type: z.string().max(128).optional(),
  Application: z.object({ Id: id }),
  Environment: z.object({ Id: id }),
  DeploymentNumber: z.number().int().min(1).max(2_147_483_647),
});
