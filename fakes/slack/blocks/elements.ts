import { z } from "zod";
import { published } from "./published-limits.ts";

/**
 * Schemas of Block Kit's elements and composition objects. As strict as Slack: unknown fields and texts over the limit
 * are rejected.
 */

const id = z.string().max(published.id);

export function plainText(max: number) {
  return z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
}

export function mrkdwn(max: number) {
  return z.strictObject({
    type: z.literal("mrkdwn"),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
}

export function anyText(max: number) {
  return z.discriminatedUnion("type", [plainText(max), mrkdwn(max)]);
}

const style = z.enum(["primary", "danger"]);

const confirm = z.strictObject({
  title: plainText(published.confirm.title),
  text: anyText(published.confirm.text),
  confirm: plainText(published.confirm.button),
  deny: plainText(published.confirm.button),
  style: style.optional(),
});

const option = z.strictObject({
  text: anyText(published.option.text),
  value: z.string().min(1).max(published.option.value),
  description: anyText(published.option.description).optional(),
  url: z.string().max(published.url).optional(),
});
const options = z.array(option).min(1).max(published.options.select);
const optionGroups = z
  .array(z.strictObject({ label: plainText(published.option.text), options }))
  .min(1)
  .max(published.options.groups);

const actionable = { action_id: id.optional(), confirm: confirm.optional() };
const focusable = { focus_on_load: z.boolean().optional() };
const placeholder = { placeholder: plainText(published.placeholder).optional() };
const selectable = { ...actionable, ...focusable, ...placeholder };
const typed = {
  action_id: id.optional(),
  dispatch_action_config: z.looseObject({}).optional(),
  ...focusable,
  ...placeholder,
};
const several = { max_selected_items: z.number().int().min(1).optional() };
const conversationFilter = {
  default_to_current_conversation: z.boolean().optional(),
  filter: z.looseObject({}).optional(),
};
const respondable = { response_url_enabled: z.boolean().optional() };

export const button = z.strictObject({
  type: z.literal("button"),
  ...actionable,
  text: plainText(published.button.text),
  value: z.string().max(published.button.value).optional(),
  url: z.string().max(published.url).optional(),
  style: style.optional(),
  accessibility_label: z.string().max(published.button.label).optional(),
});

export const workflowButton = z.strictObject({
  type: z.literal("workflow_button"),
  ...actionable,
  text: plainText(published.button.text),
  workflow: z.looseObject({}),
  style: style.optional(),
  accessibility_label: z.string().max(published.button.label).optional(),
});

const feedback = z.strictObject({
  text: plainText(published.button.text),
  value: z.string().max(published.button.value),
  accessibility_label: z.string().max(published.button.label).optional(),
});
export const feedbackButtons = z.strictObject({
  type: z.literal("feedback_buttons"),
  action_id: id.optional(),
  positive_button: feedback,
  negative_button: feedback,
});
export const iconButton = z.strictObject({
  type: z.literal("icon_button"),
  ...actionable,
  icon: z.literal("trash"),
  text: plainText(published.button.text),
  value: z.string().max(published.button.value).optional(),
  accessibility_label: z.string().max(published.button.label).optional(),
  visible_to_user_ids: z.array(z.string()).max(10).optional(),
});

export const overflow = z.strictObject({
  type: z.literal("overflow"),
  ...actionable,
  options: z.array(option).min(1).max(published.options.overflow),
});
const choices = z.array(option).min(1).max(published.options.choices);
export const checkboxes = z.strictObject({
  type: z.literal("checkboxes"),
  ...actionable,
  ...focusable,
  options: choices,
  initial_options: choices.optional(),
});
export const radioButtons = z.strictObject({
  type: z.literal("radio_buttons"),
  ...actionable,
  ...focusable,
  options: choices,
  initial_option: option.optional(),
});

export const datepicker = z.strictObject({
  type: z.literal("datepicker"),
  ...selectable,
  initial_date: z.iso.date().optional(),
});
export const timepicker = z.strictObject({
  type: z.literal("timepicker"),
  ...selectable,
  initial_time: z.string().optional(),
  timezone: z.string().optional(),
});
export const datetimepicker = z.strictObject({
  type: z.literal("datetimepicker"),
  ...actionable,
  ...focusable,
  initial_date_time: z.number().int().optional(),
});

export const selects = [
  z
    .strictObject({
      type: z.literal("static_select"),
      ...selectable,
      options: options.optional(),
      option_groups: optionGroups.optional(),
      initial_option: option.optional(),
    })
    .refine(hasOneListOfOptions, "either options or option_groups"),
  z.strictObject({
    type: z.literal("external_select"),
    ...selectable,
    initial_option: option.optional(),
    min_query_length: z.number().optional(),
  }),
  z.strictObject({ type: z.literal("users_select"), ...selectable, initial_user: z.string().optional() }),
  z.strictObject({
    type: z.literal("conversations_select"),
    ...selectable,
    ...conversationFilter,
    ...respondable,
    initial_conversation: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("channels_select"),
    ...selectable,
    ...respondable,
    initial_channel: z.string().optional(),
  }),
  z
    .strictObject({
      type: z.literal("multi_static_select"),
      ...selectable,
      ...several,
      options: options.optional(),
      option_groups: optionGroups.optional(),
      initial_options: options.optional(),
    })
    .refine(hasOneListOfOptions, "either options or option_groups"),
  z.strictObject({
    type: z.literal("multi_external_select"),
    ...selectable,
    ...several,
    initial_options: options.optional(),
    min_query_length: z.number().optional(),
  }),
  z.strictObject({
    type: z.literal("multi_users_select"),
    ...selectable,
    ...several,
    initial_users: z.array(z.string()).optional(),
  }),
  z.strictObject({
    type: z.literal("multi_conversations_select"),
    ...selectable,
    ...several,
    ...conversationFilter,
    initial_conversations: z.array(z.string()).optional(),
  }),
  z.strictObject({
    type: z.literal("multi_channels_select"),
    ...selectable,
    ...several,
    initial_channels: z.array(z.string()).optional(),
  }),
] as const;

function hasOneListOfOptions(select: { options?: unknown; option_groups?: unknown }): boolean {
  return (select.options === undefined) !== (select.option_groups === undefined);
}

export const richTextInput = z.strictObject({
  type: z.literal("rich_text_input"),
  ...typed,
  initial_value: z.looseObject({}).optional(),
  min_lines: z.number().optional(),
  max_lines: z.number().optional(),
});

/** Inputs that are valid only in an input block. */
export const typedInputs = [
  z
    .strictObject({
      type: z.literal("plain_text_input"),
      ...typed,
      multiline: z.boolean().optional(),
      initial_value: z.string().max(published.input.text).optional(),
      min_length: z.number().int().min(0).max(published.input.text).optional(),
      max_length: z.number().int().min(1).max(published.input.text).optional(),
    })
    .refine(
      (input) => (input.min_length ?? 0) <= (input.max_length ?? published.input.text),
      "min_length above max_length",
    ),
  z.strictObject({
    type: z.literal("number_input"),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.strictObject({ type: z.literal("email_text_input"), ...typed, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal("url_text_input"), ...typed, initial_value: z.string().optional() }),
  z.strictObject({
    type: z.literal("file_input"),
    action_id: id.optional(),
    filetypes: z.array(z.string()).optional(),
    max_files: z.number().int().min(1).max(published.input.files).optional(),
  }),
] as const;

const slackFile = z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.string() })]);
export const image = z
  .strictObject({
    type: z.literal("image"),
    alt_text: z.string().max(published.image.alt),
    image_url: z.string().min(1).max(published.url).optional(),
    slack_file: slackFile.optional(),
  })
  .refine(
    (it) => (it.image_url === undefined) !== (it.slack_file === undefined),
    "either image_url or slack_file",
  );
