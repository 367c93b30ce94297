import { z } from "zod";
import { type Json, jsonObject, objectIn, objectsIn, stringIn } from "../json.ts";
import { blocksOn, type Surface } from "./blocks.ts";
import { plainText } from "./elements.ts";
import { published } from "./published-limits.ts";

/** A reason why Slack would reject a request. `pointer` is a JSON pointer into the request. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/** Everything that Slack would reject in these blocks; empty if they are valid. */
export function checkBlocks(blocks: unknown, surface: Surface): readonly Problem[] {
  return [...problemsOf(blocksOn[surface], blocks, "/blocks"), ...checkTogether(blocks)];
}

const viewCommon = {
  blocks: z.unknown(),
  private_metadata: z.string().max(published.view.privateMetadata).optional(),
  callback_id: z.string().max(published.view.callbackId).optional(),
  external_id: z.string().max(published.id).optional(),
};
const view = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("modal"),
    ...viewCommon,
    title: plainText(published.view.title),
    submit: plainText(published.view.button).optional(),
    close: plainText(published.view.button).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal("home"), ...viewCommon }),
]);

/** The same for a modal or a Home tab. */
export function checkView(sent: unknown): readonly Problem[] {
  const problems = problemsOf(view, sent, "/view");
  const parsed = jsonObject.safeParse(sent);
  if (!parsed.success) return problems;
  const surface = parsed.data.type === "home" ? "home" : "modal";
  const blocks = checkBlocks(parsed.data.blocks, surface).map((problem) => ({
    ...problem,
    pointer: `/view${problem.pointer}`,
  }));
  const needsSubmit = objectsIn(parsed.data.blocks).some((block) => block.type === "input");
  const submit: readonly Problem[] =
    surface === "modal" && needsSubmit && parsed.data.submit === undefined
      ? [{ pointer: "/view/submit", message: "a view with input blocks needs a submit button" }]
      : [];
  const bytes = Buffer.byteLength(JSON.stringify(parsed.data));
  const size: readonly Problem[] =
    bytes > published.view.bytes ? [{ pointer: "/view", message: `${bytes} bytes: view_too_large` }] : [];
  return [...problems, ...blocks, ...submit, ...size];
}

/** Slack's format in `response_metadata.messages`. */
export function sentenceFor(problem: Problem): string {
  return `[ERROR] ${problem.message} [json-pointer:${problem.pointer}]`;
}

function problemsOf(schema: z.ZodType, value: unknown, root: string): readonly Problem[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => ({
    pointer: [root, ...issue.path.map(String)].join("/"),
    message: issue.message,
  }));
}

/** Checks across blocks. */
function checkTogether(sent: unknown): readonly Problem[] {
  const parsed = z.array(jsonObject).safeParse(sent);
  if (!parsed.success) return [];
  const blocks = parsed.data;
  const of = (type: string): number => blocks.filter((block) => block.type === type).length;
  const markdown = blocks
    .filter((block) => block.type === "markdown")
    .reduce((sum, block) => sum + (stringIn(block.text)?.length ?? 0), 0);
  return [
    ...repeated(blocks.map((block) => block.block_id)).map((id) => ({
      pointer: "/blocks",
      message: `block_id ${id} stands twice`,
    })),
    ...blocks.flatMap((block, index) =>
      repeated(objectsIn(block.elements).map((element) => element.action_id)).map((id) => ({
        pointer: `/blocks/${index}/elements`,
        message: `action_id ${id} stands twice`,
      })),
    ),
    ...tooMany("table", of("table"), published.message.tables),
    ...tooMany("data_visualization", of("data_visualization"), published.message.charts),
    ...tooMany("markdown character", markdown, published.message.markdownCharacters),
  ];
}

function repeated(ids: readonly (Json | undefined)[]): readonly string[] {
  const known = ids.map(stringIn).filter((id) => id !== undefined);
  return [...new Set(known.filter((id, index) => known.indexOf(id) !== index))];
}

function tooMany(what: string, count: number, max: number): readonly Problem[] {
  return count > max ? [{ pointer: "/blocks", message: `${count} times ${what}, at most ${max}` }] : [];
}

/** The interactive elements of a block, in display order. */
export function elementsOf(block: Json): readonly { readonly [member: string]: Json }[] {
  const { accessory, element, elements } = objectIn(block);
  return [
    ...objectsIn(elements),
    ...(accessory === undefined ? [] : [objectIn(accessory)]),
    ...(element === undefined ? [] : [objectIn(element)]),
  ];
}
