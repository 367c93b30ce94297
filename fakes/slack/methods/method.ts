import { z } from "zod";
import { checkBlocks, sentenceFor } from "../blocks/limits.ts";
import { type Json, type JsonObject, jsonObject, jsonObjects, parseJson } from "../json.ts";
import type { Channel, Workspace } from "../workspace.ts";

/** The caller of a method. `scopes` are those of its token, which Slack checks before the arguments. */
export interface Caller {
  readonly kind: "bot" | "app";
  readonly scopes: readonly string[];
}

export type Answer =
  | ({ readonly ok: true } & JsonObject)
  | ({ readonly ok: false; readonly error: string } & JsonObject);

export interface Method {
  /** One of these is enough; if empty, any bot token is accepted. */
  readonly scopes: readonly string[];
  readonly token: "bot" | "app" | "any";
  call(args: JsonObject, caller: Caller): Answer;
}

export function refuse(error: string, messages: readonly string[] = []): Answer {
  return messages.length === 0
    ? { ok: false, error }
    : { ok: false, error, response_metadata: { messages: [...messages] } };
}

export function method<Args>(definition: {
  readonly scopes?: readonly string[];
  readonly token?: Method["token"];
  readonly args: z.ZodType<Args>;
  readonly run: (args: Args, caller: Caller) => Answer;
}): Method {
  return {
    scopes: definition.scopes ?? [],
    token: definition.token ?? "bot",
    call: (args, caller) => {
      const parsed = definition.args.safeParse(args);
      if (parsed.success) return definition.run(parsed.data, caller);
      return refuse(
        "invalid_arguments",
        parsed.error.issues.map(
          (issue) => `[ERROR] ${issue.message} [json-pointer:/${issue.path.join("/")}]`,
        ),
      );
    },
  };
}

/** @slack/web-api sends forms: objects are JSON in a field, flags are "true", numbers are digits. */
const fromText = (value: unknown): unknown =>
  typeof value === "string" ? (parseJson(value) ?? value) : value;
export const objectField = z.preprocess(fromText, jsonObject);
export const objectsField = z.preprocess(fromText, jsonObjects);
export const flag = z.preprocess((value) => value === true || value === "true" || value === "1", z.boolean());
export const count = z.coerce.number().int().min(1);

/** The first error in a message's content, or undefined. */
export function judgeContent(content: {
  readonly text?: string | undefined;
  readonly blocks?: readonly JsonObject[] | undefined;
}): Answer | undefined {
  if ((content.text ?? "") === "" && (content.blocks ?? []).length === 0) return refuse("no_text");
  return content.blocks === undefined ? undefined : judgeBlocks(content.blocks);
}

export function judgeBlocks(blocks: readonly JsonObject[]): Answer | undefined {
  const problems = checkBlocks(blocks, "message");
  return problems.length === 0 ? undefined : refuse("invalid_blocks", problems.map(sentenceFor));
}

export function judgeMetadata(metadata: JsonObject | undefined): Answer | undefined {
  if (metadata === undefined || Object.keys(metadata).length === 0) return undefined;
  const known = z
    .looseObject({ event_type: z.string().min(1), event_payload: jsonObject })
    .safeParse(metadata);
  return known.success ? undefined : refuse("invalid_metadata_format");
}

/** A private channel without the bot is invisible to it. */
export function visibleChannel(workspace: Workspace, id: string): Channel | undefined {
  const channel = workspace.channel(id);
  if (channel === undefined) return undefined;
  return channel.isPrivate === true && !workspace.botIsMember(channel) ? undefined : channel;
}

/** One page of a list. Slack's cursors are opaque; this one is the encoded offset. */
export function page<T>(
  items: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly items: readonly T[]; readonly next: string } | undefined {
  const from = cursor === undefined || cursor === "" ? 0 : Number(Buffer.from(cursor, "base64").toString());
  if (!Number.isInteger(from) || from < 0) return undefined;
  const to = from + limit;
  return {
    items: items.slice(from, to),
    next: to < items.length ? Buffer.from(String(to)).toString("base64") : "",
  };
}

export const nextCursor = (next: string): { [member: string]: Json } => ({
  response_metadata: { next_cursor: next },
});
