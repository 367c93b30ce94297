/** Why something was not read: as data, which is stored, and in words. */

import { z } from "zod";
import { type Denial, denialText } from "../handlers/denied.ts";
import type { Phrase } from "../handlers/words.ts";
import { denialOf, type Trouble, troubleOf, whyNotConfigured } from "./errors.ts";

/** What went wrong with a read. A denial says what was denied. */
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
  /** What a system, or CloudWatch, left out, by the name under which the words for it stand. */
  z.object({ kind: z.literal("left-out"), what: z.string() }),
]);
export type Why = z.infer<typeof whySchema>;

export function whyFailed(error: unknown, call: string): Why {
  return { kind: "failed", by: causeOf(error), call };
}

export function leftOut(what: string): Why {
  return { kind: "left-out", what };
}

/** For a card: "access denied (`ecs:DescribeServiceRevisions`)". `own`: what the system leaves out. */
export function whyWords(why: Why, own: Readonly<Record<string, Phrase>> = {}): Phrase {
  switch (why.kind) {
    case "failed":
      return [`${causeWords(why.by)} (`, { code: why.call }, ")"];
    case "not-configured":
      return [whyNotConfigured(why)];
    case "left-out":
      return new Map(Object.entries(own)).get(why.what) ?? ["AWS did not say"];
  }
}

/** The same of a failed read as plain text, for logs and for the age of a whole card. */
export function whyText(error: unknown, call: string): string {
  return `${causeWords(causeOf(error))} (${call})`;
}

function causeOf(error: unknown): Cause {
  const trouble = troubleOf(error);
  return trouble === "denied" ? denialOf(error) : trouble;
}

function causeWords(cause: Cause): string {
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
