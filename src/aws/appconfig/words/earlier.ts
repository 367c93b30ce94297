/** The version before, in words, and why it is not known. */

import type { Phrase } from "../../../handlers/words.ts";
import { type Why, whyWords } from "../../why.ts";
import type { Before, WhyNotEarlier } from "../facts/said.ts";
import { versionOr } from "./figures.ts";

/** Where a cancelled deployment leads back to: "version 56". */
export function earlierOr(before: Before, otherwise: string): Phrase {
  return versionOr(before.kind === "read" ? before.value.version : undefined, otherwise);
}

export function describeMissingPredecessor(why: WhyNotEarlier): Phrase {
  switch (why.kind) {
    case "other-state":
      return [`deployment ${why.number} shows `, { code: why.state, atMost: 24 }];
    case "not-listed":
      return [`not among the last ${why.among} deployments`];
    default:
      return whyUnread(why);
  }
}

export function whyUnread(why: Why): Phrase {
  return whyWords(why, { "asked-in-a-hurry": ["not read this time"], "not-yet": ["not read yet"] });
}
