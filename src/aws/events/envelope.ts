/** The EventBridge envelope. Both transports use this parser, so no unchecked event gets past it. */

import { z } from "zod";
import type { AwsEvent } from "../../handlers/ports.ts";

/** `index` is the position in the list that was sent; 0 for a single event. */
interface Bad {
  readonly index: number;
  readonly why: string;
}

export type ParsedEvents =
  | {
      readonly kind: "parsed";
      readonly events: readonly { readonly index: number; readonly event: AwsEvent }[];
      readonly bad: readonly Bad[];
    }
  | { readonly kind: "malformed"; readonly why: string };

const maxDepth = 64;
/** EventBridge sends lists of at most ten. Validating a megabyte of tiny entries would block the event loop. */
const maxEvents = 1_000;

const envelope = z
  .object({
    id: z.string().min(1).max(256),
    source: z.string().min(1).max(256),
    "detail-type": z.string().min(1).max(256),
    account: z.string().regex(/^\d{12}$/, "not an account id"),
    region: z.string().regex(/^[a-z0-9-]{1,32}$/, "not a region"),
    time: z.iso.datetime({ offset: true }),
    // AWS documents events without it, for instance those of ECS hooks.
    resources: z.array(z.string().max(2_048)).max(100).default([]),
    detail: z.looseObject({}),
  })
  .transform(
    ({ "detail-type": detailType, time, ...rest }): AwsEvent => ({
      ...rest,
      detailType,
      time: Date.parse(time),
    }),
  );

/** What SNS puts around a message unless the subscription is set to raw delivery. */
const snsNotification = z.object({
  Type: z.literal("Notification"),
  TopicArn: z.string(),
  Message: z.string(),
});

/** The recursion ends: what is inside a notification is shorter. */
export function parseEvents(body: string | Buffer): ParsedEvents {
  const decoded = decode(body);
  if (decoded === undefined) return { kind: "malformed", why: "the body is not UTF-8" };
  if (depthOf(decoded) > maxDepth) return { kind: "malformed", why: `nested deeper than ${maxDepth} levels` };
  let json: unknown;
  try {
    json = JSON.parse(decoded);
  } catch {
    return { kind: "malformed", why: "the body is not JSON" };
  }
  const notification = snsNotification.safeParse(json);
  if (notification.success) return parseEvents(notification.data.Message);
  const list = Array.isArray(json) ? json : [json];
  if (list.length === 0) return { kind: "malformed", why: "the list holds no event" };
  if (list.length > maxEvents) return { kind: "malformed", why: `more than ${maxEvents} events` };
  const events: { index: number; event: AwsEvent }[] = [];
  const bad: Bad[] = [];
  for (const [index, entry] of list.entries()) {
    const parsed = envelope.safeParse(entry);
    if (parsed.success) events.push({ index, event: parsed.data });
    else bad.push({ index, why: firstIssue(parsed.error) });
  }
  return { kind: "parsed", events, bad };
}

/** The path and the message of the first issue: "detail.hookId: expected string". */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "not an event";
  const path = issue.path.map(String).join(".");
  const why = path === "" ? issue.message : `${path}: ${issue.message}`;
  return why.length > 200 ? `${why.slice(0, 199)}…` : why;
}

function decode(body: string | Buffer): string | undefined {
  if (typeof body === "string") return body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** Checked before parsing, because recursive code could overflow the stack on a deeply nested value. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted) {
      if (char === "\\") i += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (char === "}" || char === "]") depth -= 1;
  }
  return deepest;
}
