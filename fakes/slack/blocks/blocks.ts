import { z } from "zod";
import * as elements from "./elements.ts";
import { published } from "./published-limits.ts";

/** Schemas of Block Kit's blocks, by surface: some blocks are valid in messages but not in modals. */
export type Surface = "message" | "modal" | "home";

const named = { block_id: z.string().max(published.id).optional() };
const { anyText, mrkdwn, plainText } = elements;

const section = z
  .strictObject({
    type: z.literal("section"),
    ...named,
    text: anyText(published.text).optional(),
    fields: z.array(anyText(published.field.characters)).min(1).max(published.field.items).optional(),
    accessory: z
      .discriminatedUnion("type", [
        elements.button,
        elements.workflowButton,
        elements.overflow,
        elements.checkboxes,
        elements.radioButtons,
        elements.datepicker,
        elements.timepicker,
        elements.image,
        ...elements.selects,
      ])
      .optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, "either text or fields");

const actions = z.strictObject({
  type: z.literal("actions"),
  ...named,
  elements: z
    .array(
      z.discriminatedUnion("type", [
        elements.button,
        elements.workflowButton,
        elements.overflow,
        elements.checkboxes,
        elements.radioButtons,
        elements.datepicker,
        elements.timepicker,
        elements.datetimepicker,
        elements.richTextInput,
        ...elements.selects,
      ]),
    )
    .min(1)
    .max(published.actionsElements),
});

const input = z.strictObject({
  type: z.literal("input"),
  ...named,
  label: plainText(published.input.label),
  hint: plainText(published.input.hint).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: z.discriminatedUnion("type", [
    elements.checkboxes,
    elements.radioButtons,
    elements.datepicker,
    elements.timepicker,
    elements.datetimepicker,
    elements.richTextInput,
    ...elements.typedInputs,
    ...elements.selects,
  ]),
});

const header = z.strictObject({
  type: z.literal("header"),
  ...named,
  text: plainText(published.header),
  level: z.number().int().min(1).max(4).optional(),
});

const divider = z.strictObject({ type: z.literal("divider"), ...named });

const context = z.strictObject({
  type: z.literal("context"),
  ...named,
  elements: z
    .array(z.discriminatedUnion("type", [plainText(published.text), mrkdwn(published.text), elements.image]))
    .min(1)
    .max(published.contextElements),
});

const image = z.strictObject({
  type: z.literal("image"),
  ...named,
  alt_text: z.string().max(published.image.alt),
  title: plainText(published.image.alt).optional(),
  image_url: z.string().max(published.url).optional(),
  slack_file: z.looseObject({}).optional(),
});

const richText = z.strictObject({
  type: z.literal("rich_text"),
  ...named,
  elements: z.array(z.looseObject({ type: z.string() })),
});

const video = z.strictObject({
  type: z.literal("video"),
  ...named,
  alt_text: z.string().min(1).max(published.video.alt),
  title: plainText(published.video.title),
  title_url: z.string().optional(),
  author_name: z.string().max(published.video.author).optional(),
  description: plainText(published.video.description).optional(),
  provider_name: z.string().optional(),
  provider_icon_url: z.string().optional(),
  thumbnail_url: z.string(),
  video_url: z.string(),
});

const everywhere = [section, actions, input, header, divider, context, image, richText, video] as const;

const alert = z.strictObject({
  type: z.literal("alert"),
  ...named,
  text: anyText(published.alert),
  level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
});

const markdown = z.strictObject({
  type: z.literal("markdown"),
  ...named,
  text: z.string().min(1).max(published.message.markdownCharacters),
});

const cell = z.looseObject({ type: z.enum(["raw_text", "raw_number", "rich_text"]) });
const table = z.strictObject({
  type: z.literal("table"),
  ...named,
  rows: z.array(z.array(cell).min(1).max(published.table.columns)).min(1).max(published.table.rows),
  column_settings: z.array(z.looseObject({})).max(published.table.columns).optional(),
});
const dataTable = z.strictObject({
  type: z.literal("data_table"),
  ...named,
  rows: z.array(z.array(cell).min(1).max(published.dataTable.columns)).min(2).max(published.dataTable.rows),
  caption: z.string().min(1),
  page_size: z.number().int().min(1).max(100).optional(),
  row_header_column_index: z.number().int().optional(),
});

const point = z.strictObject({ label: z.string().max(published.chart.label), value: z.number() });
const series = z.strictObject({
  name: z.string().max(published.chart.label),
  data: z.array(point).min(1).max(published.chart.points),
});
const chart = z.strictObject({
  type: z.literal("data_visualization"),
  ...named,
  title: z.string().max(published.chart.title),
  chart: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("pie"), segments: z.array(point).min(1).max(published.chart.series) }),
    z.strictObject({
      type: z.enum(["line", "bar", "area"]),
      series: z.array(series).min(1).max(published.chart.series),
      axis_config: z.strictObject({
        categories: z.array(z.string().max(published.chart.label)).min(1).max(published.chart.points),
        x_label: z.string().max(published.chart.axis).optional(),
        y_label: z.string().max(published.chart.axis).optional(),
      }),
    }),
  ]),
});

const contextActions = z.strictObject({
  type: z.literal("context_actions"),
  ...named,
  elements: z
    .array(z.discriminatedUnion("type", [elements.feedbackButtons, elements.iconButton]))
    .min(1)
    .max(published.contextActions),
});

const taskCard = z.strictObject({
  type: z.literal("task_card"),
  ...named,
  task_id: z.string(),
  title: z.string(),
  status: z.enum(["pending", "in_progress", "complete", "error"]),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(z.looseObject({})).optional(),
});
const plan = z.strictObject({
  type: z.literal("plan"),
  ...named,
  title: z.string(),
  tasks: z.array(z.looseObject({})).optional(),
});

const card = z.strictObject({
  type: z.literal("card"),
  ...named,
  hero_image: elements.image.optional(),
  icon: elements.image.optional(),
  title: mrkdwn(published.card.title).optional(),
  subtitle: mrkdwn(published.card.title).optional(),
  body: mrkdwn(published.card.body).optional(),
  subtext: mrkdwn(published.card.body).optional(),
  actions: z.array(elements.button).max(published.card.buttons).optional(),
});
const carousel = z.strictObject({
  type: z.literal("carousel"),
  ...named,
  elements: z.array(card).min(1).max(published.carousel),
});
const container = z.strictObject({
  type: z.literal("container"),
  ...named,
  title: plainText(published.container.title).optional(),
  rich_text_title: richText.optional(),
  subtitle: anyText(published.container.title).optional(),
  child_blocks: z
    .array(z.discriminatedUnion("type", [...everywhere, table]))
    .min(1)
    .max(published.container.blocks),
  width: z.enum(["narrow", "standard", "wide", "full"]).optional(),
  icon: elements.image.optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
});

const messageBlock = z.discriminatedUnion("type", [
  ...everywhere,
  markdown,
  table,
  dataTable,
  chart,
  contextActions,
  taskCard,
  plan,
  card,
  carousel,
  container,
]);

export const blocksOn = {
  message: z.array(messageBlock).max(published.message.blocks),
  modal: z
    .array(z.discriminatedUnion("type", [...everywhere, alert]))
    .min(1)
    .max(published.view.blocks),
  home: z
    .array(z.discriminatedUnion("type", [...everywhere, card, carousel]))
    .min(1)
    .max(published.view.blocks),
} as const satisfies Record<Surface, z.ZodType>;
