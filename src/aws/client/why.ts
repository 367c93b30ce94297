/** The reason why something was not read, as stored data and as text. */

import { z } from "zod";
import { type Denial, denialText } from "../../handlers/denied.ts";
import type { Phrase } from "../../handlers/words.ts";
import { denialOf, type Trouble, troubleOf, whyNotConfigured } from "./errors.ts";

/** Causes of a failed read; `denied` is split into the kinds of denial. */
const causes = [
  "permission",
  "role",
  "credentials",
  "missing",
  "throttled",
  "unsupported",
  "statement",
  "not-sent",
  "unclear",
] as const satisfies readonly (Denial | Exclude<Trouble, "denied">)[];
type Cause = (typeof causes)[number];

export const whySchema = z.discriminatedUnion("kind", [
  /** `call` is the IAM action of the read. */
  z.object({ kind: z.literal("failed"), by: z.enum(causes), call: z.string() }),
  z.object({ kind: z.literal("not-configured"), account: z.string(), region: z.string() }),
  /** Left out by a system or by CloudWatch. `what` is the key of its text. */
  z.object({ kind: z.literal("left-out"), what: z.string() }),
]);
export type Why = z.infer<typeof whySchema>;

export function whyFailed(error: unknown, call: string): Why {
  return { kind: "failed", by: causeOf(error), call };
}

export function leftOut(what: string): Why {
  return { kind: "left-out", what };
}

/** For a card: "access denied (`ecs:DescribeServiceRevisions`)". `own`: the system's texts for `left-out`. */
export function describeWhy(why: Why, own: Readonly<Record<string, Phrase>> = {}): Phrase {
  switch (why.kind) {
    case "failed":
      return [`${describeCause(why.by)} (`, { code: why.call }, ")"];
    case "not-configured":
      return [whyNotConfigured(why)];
    case "left-out":
      return new Map(Object.entries(own)).get(why.what) ?? ["AWS did not say"];
  }
}

/** Plain text for a failed read, for logs and for the card's staleness warning. */
export function whyText(error: unknown, call: string): string {
  return `${describeCause(causeOf(error))} (${call})`;
}

function causeOf(error: unknown): Cause {
  const trouble = troubleOf(error);
  return trouble === "denied" ? denialOf(error) : trouble;
}

function describeCause(cause: Cause): string {
  switch (cause) {
    case "permission":
    case "role":
    case "credentials":
    case "missing":
      return denialText(cause);
    case "throttled":
      return "AWS throttles the calls";
    case "unsupported":
      return "AWS does not support it here";
    case "statement":
      return "AWS refused it";
    case "not-sent":
      return "AWS can't be reached";
    case "unclear":
      return "AWS did not answer";
  }
}
