/** The queue of announcements to other programs. `done` fills it, in the step that copies the log. */

import { z } from "zod";
import { type Announcement, announcedStates } from "../handlers/announce/announce.ts";
import { ruleNames, systemNames } from "../handlers/deployment.ts";
import type { Store } from "../handlers/store/store.ts";
import { queueKeys } from "./keys.ts";
import { standingSchema } from "./records.ts";
import type { RunScript } from "./scripts.ts";
import type { Fields } from "./snapshot.ts";
import { countSchema, jsonText } from "./stored-text.ts";

/** The stored text is the event's `detail`, so its schema is published: holdpoint-event.schema.json. */
const announcementSchema = z.object({
  version: z.literal("1"),
  id: z.string().describe("The same however often the event is delivered: drop doubles by it."),
  at: z
    .string()
    .meta({ format: "date-time" })
    .describe("When it was put on record, by the clock of Holdpoint's store."),
  system: z.enum(systemNames),
  account: z.string().regex(/^\d{12}$/),
  region: z.string(),
  target: z.string().describe("What is deployed to: the ECS service, the CodeDeploy application."),
  qualifiedTarget: z
    .string()
    .exactOptional()
    .describe("The same with what narrows it, as application/group."),
  which: z
    .string()
    .exactOptional()
    .describe(
      'What tells it from others of the same names in one account and region, in words: "Proton component".',
    ),
  deployment: z.string().describe("AWS's own id of the deployment: an ARN or an id."),
  decision: z.string().describe("The same in every event of one decision."),
  attempt: z
    .int()
    .min(1)
    .describe(
      "Counts from 1: what came to nothing may be decided again, and another process may take an attempt over.",
    ),
  stage: z
    .string()
    .exactOptional()
    .describe(
      "AWS's own name of the point where the deployment waited. Absent: the whole deployment was meant.",
    ),
  action: z.enum(ruleNames),
  by: z.array(z.string()).min(1).describe("The Slack user ids of those who decided."),
  reason: z.string().exactOptional().describe("The reason that was given, word for word."),
  state: z
    .enum(announcedStates)
    .describe(
      "decided: enough people asked. accepted: AWS accepted the call. refused, unclear: AWS rejected the call or did not reply; Holdpoint is checking the result. not-done: the call had no effect, people may ask again. confirmed, superseded, expired: AWS shows this answer, another one, or its own time-out.",
    ),
  final: z.boolean().describe("This decision never changes again."),
  standing: standingSchema
    .describe(
      "The deployment's state when this was announced, as on its card: docs/states.md. Absent for the edit of a strategy.",
    )
    .exactOptional(),
} satisfies Fields<Announcement>) satisfies z.ZodType<Announcement>;

type Announcements = Pick<Store, "announcements" | "announced">;

const keys = [queueKeys.announce, queueKeys.announced, queueKeys.announcer];

export function createAnnouncements(run: RunScript): Announcements {
  return {
    announcements: (token, { leaseMs, count }) =>
      run("announcements", keys, [token, leaseMs, count], waitingReply),
    async announced(token, { upTo, lostTold }) {
      const [kind] = await run("announced", keys, [token, upTo, lostTold], announcedReply);
      return kind;
    },
  };
}

const waitingReply = z.union([
  z.tuple([z.literal("none")]).transform(([kind]) => ({ kind })),
  z.tuple([z.literal("held"), countSchema]).transform(([kind, ms]) => ({ kind, ms })),
  z
    .tuple([
      z.literal("yours"),
      countSchema,
      countSchema,
      countSchema,
      z.array(jsonText(announcementSchema).or(z.undefined()).catch(undefined)),
    ])
    .transform(([kind, first, lostEver, lost, announcements]) => ({
      ...{ kind, first, lostEver, lost, announcements },
    })),
]);
const announcedReply = z.tuple([z.enum(["kept", "lost"])]);

/** The JSON Schema of the event's `detail`, for other programs. It allows members that are added later. */
export function announcementJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(announcementSchema, { io: "input", target: "draft-7" });
  return schema;
}
