/** Slack's payloads, as far as Holdpoint reads them: https://docs.slack.dev/reference/interaction-payloads */

import { z } from "zod";
import { defaultSlash } from "../card/parts/slash.ts";

const user = z.object({ id: z.string(), team_id: z.string().optional() });
const channel = z.object({ id: z.string() });
const address = z
  .url({ protocol: /^https?$/ })
  .optional()
  .catch(undefined);

/** A click on a button in a message. A click in a modal or on Home has neither channel nor message. */
export const pressSchema = z.object({
  user,
  trigger_id: z.string().optional(),
  response_url: address,
  channel: channel.optional(),
  message: z
    .object({ ts: z.string(), thread_ts: z.string().optional(), subtype: z.string().optional() })
    .optional(),
  /** The modal or tab that contains the button. */
  view: z.object({ id: z.string(), private_metadata: z.string().default("") }).optional(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().optional() })], z.unknown()),
});
export type Press = z.infer<typeof pressSchema>;

export const submissionSchema = z.object({
  user,
  view: z.object({
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            value: z.string().nullish(),
            selected_option: z.object({ value: z.string() }).nullish(),
          }),
        ),
      ),
    }),
  }),
});
export type Submission = z.infer<typeof submissionSchema>;

/** `team_id` is the workspace in which the command was typed; Slack does not send the person's team here. */
export const slashSchema = z.object({
  user_id: z.string(),
  team_id: z.string(),
  channel_id: z.string().optional(),
  text: z.string().default(""),
  command: z.string().default(defaultSlash),
  response_url: address,
  trigger_id: z.string().optional(),
});

/** Enough of any payload to tell the person that it failed. */
export const anybodySchema = z.object({
  response_url: address,
  user: user.optional(),
  user_id: z.string().optional(),
  channel: channel.optional(),
  channel_id: z.string().optional(),
});

/** Keeps the modal open and shows an error at one of its inputs. */
export interface ViewSubmissionResponse {
  readonly response_action: "errors";
  readonly errors: Record<string, string>;
}
