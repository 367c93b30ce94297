/** Validates one entry of PutEvents and builds its event. Pure. */
import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { wholeSeconds } from "../events.ts";
import { isRecord } from "../wire/schema.ts";

export interface EntryFailure {
  readonly code: string;
  readonly message: string;
}

/** The entry's part of the event. The rest of the envelope comes from the caller. */
interface EntryContent {
  readonly "detail-type": string;
  readonly source: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export type ReadEntry =
  | { readonly kind: "accepted"; readonly content: EntryContent }
  | { readonly kind: "failed"; readonly failure: EntryFailure };

const longestDetailType = 128;

export function readEntry(entry: PutEventsRequestEntry, now: number): ReadEntry {
  const { Source: source, DetailType: detailType, Detail: text } = entry;
  if (!source) return invalid("Source", "Source is a required argument.");
  if (!detailType) return invalid("DetailType", "DetailType is a required argument.");
  if (!text) return invalid("Detail", "Detail is a required argument.");
  if (detailType.length > longestDetailType)
    return invalid("DetailType", `DetailType has more than ${longestDetailType} characters.`);
  const detail = objectIn(text);
  if (detail === undefined) return failed("MalformedDetail", "Detail is malformed.");
  if (source.startsWith("aws."))
    return failed("NotAuthorizedForSourceException", "Not authorized for the source.");
  const time = wholeSeconds(entry.Time?.getTime() ?? now);
  const resources = [...(entry.Resources ?? [])];
  return { kind: "accepted", content: { "detail-type": detailType, source, time, resources, detail } };
}

/** In bytes, as EventBridge counts them: 14 for a time, the UTF-8 length for texts. */
export function sizeOf(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), 0);
  return bytes + (entry.Time === undefined ? 0 : 14);
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function invalid(member: string, why: string): ReadEntry {
  return failed("InvalidArgument", `Parameter ${member} is not valid. Reason: ${why}`);
}

function failed(code: string, message: string): ReadEntry {
  return { kind: "failed", failure: { code, message } };
}
