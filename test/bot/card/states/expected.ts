/** What each combination is, written by hand and without the code under test. */

import type { Combination } from "./walk.ts";
import { titles } from "./walk.ts";

export interface Expected {
  readonly state: string;
  readonly cause?: "request" | "expiry" | "elsewhere" | "nobody-knows" | "system";
  /** The first words of the card, and of its line in the list. */
  readonly title: string;
}

const verbs = { forward: "continue", ending: "roll back", revert: "revert", nothing: "" } as const;

export function expected(one: Combination): Expected {
  const { phase, hold, what, course, read } = one;
  const live = underWay(one);
  if (what === "revert" && live !== undefined) return live;
  if (read === "vanished") return { state: "not-known", cause: "nobody-knows", title: "🚨 Not known" };
  if (read === "unread") return { state: "not-known", cause: "nobody-knows", title: "❓ Not known" };
  if (phase === "succeeded") return { state: "done", title: one.serving === "new" ? "✅ Done" : "⚠️ Done" };
  if (phase !== "running") return ending(one);
  if (what === "ending" && live !== undefined) return live;
  if (what === "ending" && course === "confirmed")
    return { state: "rolling-back", cause: "request", title: "⏪ Rolling back" };
  if (hold === "answered-back")
    return { state: "rolling-back", cause: "elsewhere", title: "⏪ Rolling back" };
  const isAnswered = what === "forward" && course !== "reopened";
  if (hold === "open" && !isAnswered) return { state: "waiting", title: "✋ Waiting" };
  if (hold === "kept" && !isAnswered) return { state: "kept", title: "⌛ Old version kept" };
  if (live !== undefined) return live;
  if (what === "forward" && course === "superseded")
    return { state: "continued-elsewhere", title: "ℹ️ Continued elsewhere" };
  if (one.related === "rollback-of") return { state: "rolling-back", title: "⏪ Rolling back" };
  return { state: "running", title: "▶️ Running" };
}

function underWay({ what, course }: Combination): Expected | undefined {
  switch (course) {
    case "claimed":
    case "sent":
    case "accepted":
      return { state: "asked", title: `⏳ Asked to ${verbs[what]}` };
    case "refused":
      return { state: "refused", title: "❓ Not known" };
    case "unclear":
      return { state: "unclear", title: "❓ Not known" };
    default:
      return undefined;
  }
}

function ending(one: Combination): Expected {
  const { phase, serving, system } = one;
  const cause = causeOf(one);
  const byAws = cause === "system" || cause === "expiry" ? ` by ${titles[system]}` : "";
  const isNotKnown = serving === "none" || (serving === "unknown" && phase === "rolled-back");
  const isBad = isNotKnown && cause !== "request";
  const isHandedOver = one.related === "rolled-back-by";
  if (isHandedOver && (cause === "request" || cause === "elsewhere"))
    return { state: "rollback-started", cause, title: "⏪ Rollback started" };
  if (isHandedOver) return { state: "failed", cause, title: "🚨 Failed" };
  switch (phase) {
    case "failed":
      return { state: "failed", cause, title: "🚨 Failed" };
    case "stopped":
      if (cause === "system") return { state: "failed", cause, title: "🚨 Failed" };
      return { state: "stopped", cause, title: isBad ? "🚨 Stopped" : "⏹️ Stopped" };
    case "rolled-back":
      return { state: "rolled-back", cause, title: `${isBad ? "🚨" : "⏪"} Rolled back${byAws}` };
    default:
      if (cause === "system") return { state: "failing", cause, title: "🚨 Failed" };
      return phase === "stopping"
        ? { state: "stopping", cause, title: "⏹️ Stopping" }
        : { state: "rolling-back", cause, title: "⏪ Rolling back" };
  }
}

function causeOf({
  what,
  course,
  hold,
  incident,
  related,
  phase,
}: Combination): NonNullable<Expected["cause"]> {
  const counts = ["claimed", "sent", "accepted", "unclear", "confirmed"];
  if (what === "ending" && counts.includes(course)) return "request";
  if (what === "revert" && course === "confirmed") return "request";
  if (hold === "answered-back") return "elsewhere";
  if (hold === "expired") return "expiry";
  return incident || (related === "rollback-of" && phase !== "stopped") ? "system" : "elsewhere";
}

/** What only this state's sentence says. */
export const sentences: Readonly<Record<string, RegExp>> = {
  waiting: / waits for you/,
  kept: /keeps its old version/,
  asked: /^(?:Asked|Asking) \w+ to /,
  refused: /rejected the request to/,
  unclear: /^It is not known whether/,
  "continued-elsewhere": /was continued outside Holdpoint/,
  running: / is running/,
  failing: / failed and \w+ is (?:rolling back|ending it)/,
  "rolling-back": / is rolling back(?: on request\.|; this was| on its own\.|[.:])/,
  stopping: / is stopping(?: on request\.|; this was| on its own\.)/,
  done: / is done/,
  "rolled-back": / rolled back(?: by \w+| on request| on its own)? at |rolled back at .*; this was/,
  "rollback-started": /^A rollback of .* was started /,
  stopped: / stopped(?: on request| on its own)? at /,
  failed: / failed(?: it)?(?: on request| on its own)? at /,
  "not-known": /How it ended is not known|ended can't be read/,
};

export const causeWords: Readonly<Record<NonNullable<Expected["cause"]>, RegExp>> = {
  request: /asked to (?:roll back|revert|continue)/,
  expiry: /Nobody answered/,
  elsewhere: /outside Holdpoint/,
  "nobody-knows": /How it ended/,
  system: /on its own|reports that it failed|[Tt]he rollback/,
};
