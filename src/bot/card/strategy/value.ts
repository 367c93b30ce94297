/**
 * The values of a strategy's buttons and form. They are stored nowhere else, so any replica can continue, and they are
 * checked again when they come back: a client can send anything.
 */

import { z } from "zod";
import type { DecisionId } from "../../../handlers/decision.ts";
import {
  checkPace,
  isSettingsFingerprint,
  paceFields,
  type WrittenPace,
  writtenOf,
} from "../../../handlers/strategy/settings.ts";
import type { RolloutSettings, StrategyRef } from "../../../handlers/strategy/strategy.ts";

export type StrategyValue =
  | { readonly kind: "show" | "edit"; readonly ref: StrategyRef }
  /** Opens the form with the values that were proposed before. */
  | { readonly kind: "again"; readonly ref: StrategyRef; readonly proposed: RolloutSettings }
  | {
      readonly kind: "save";
      readonly ref: StrategyRef;
      readonly preview: DecisionId;
      readonly base: string;
      readonly proposed: RolloutSettings;
    };

const format = "1";

const placeSchema = z.tuple([
  z.literal(format),
  z.string().regex(/^\d{12}$/),
  z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/),
  z.string().regex(/^[A-Za-z0-9.]{1,64}$/),
]);
const previewSchema = z.string().regex(/^[0-9a-f]{24}$/);
const baseSchema = z.string().refine(isSettingsFingerprint);

/** The description comes last and unescaped: it may contain any character. */
export function printStrategyValue(value: StrategyValue): string {
  const { account, region, id } = value.ref;
  const head = [format, account, region, id, value.kind];
  switch (value.kind) {
    case "show":
    case "edit":
      return head.join("|");
    case "again":
      return [...head, ...printPace(value.proposed)].join("|");
    case "save":
      return [...head, value.preview, value.base, ...printPace(value.proposed)].join("|");
  }
}

function printPace(pace: RolloutSettings): readonly string[] {
  const written = writtenOf(pace);
  return paceFields.map((field) => written[field]);
}

/** `undefined` if this version of Holdpoint can't have written it. */
export function parseStrategyValue(text: string): StrategyValue | undefined {
  const pieces = text.split("|");
  const place = placeSchema.safeParse(pieces.slice(0, 4));
  if (!place.success) return undefined;
  const [, account, region, id] = place.data;
  const ref = { account, region, id };
  const [kind, ...rest] = pieces.slice(4);
  if ((kind === "show" || kind === "edit") && rest.length === 0) return { kind, ref };
  if (kind === "again") {
    const proposed = parsePace(rest);
    return proposed === undefined ? undefined : { kind, ref, proposed };
  }
  const preview = previewSchema.safeParse(rest[0]);
  const base = baseSchema.safeParse(rest[1]);
  const proposed = parsePace(rest.slice(2));
  if (kind !== "save" || !preview.success || !base.success || proposed === undefined) return undefined;
  return { kind, ref, preview: preview.data, base: base.data, proposed };
}

function parsePace(pieces: readonly string[]): RolloutSettings | undefined {
  const [duration, growthFactor, growthType, finalBakeTime, ...description] = pieces;
  if (finalBakeTime === undefined || description.length === 0) return undefined;
  const written: WrittenPace = {
    ...{ duration: duration ?? "", growthFactor: growthFactor ?? "", growthType: growthType ?? "" },
    ...{ finalBakeTime, description: description.join("|") },
  };
  const checked = checkPace(written);
  return checked.kind === "pace" ? checked.pace : undefined;
}

/** Data that the form returns besides its inputs: Slack does not report where a modal was opened from. */
const metadataSchema = z.object({
  /** The strategy in the form, with the fingerprint of the values that AWS had; absent while there is no form. */
  edited: z.object({ account: z.string(), region: z.string(), id: z.string(), base: baseSchema }).optional(),
  channel: z.string().optional(),
  threadTs: z.string().optional(),
  responseUrl: z.url({ protocol: /^https?$/ }).optional(),
});
export type StrategyMetadata = z.infer<typeof metadataSchema>;

export function printStrategyMetadata(metadata: StrategyMetadata): string {
  return JSON.stringify(metadata);
}

export function parseStrategyMetadata(text: string): StrategyMetadata | undefined {
  try {
    return metadataSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A command about AppConfig's strategies. `unclear`: not a verb; `name` is shown if a strategy has that name. */
export type StrategyAsk =
  | { readonly verb: "list" }
  | { readonly verb: "show" | "edit"; readonly name: string }
  | { readonly verb: "unclear"; readonly said: string; readonly meant?: string; readonly name?: string };
