/** The reason why the previous version is unknown. */

import type { Phrase } from "../../../handlers/words.ts";
import { describeWhy, type Why } from "../../client/why.ts";
import type { WhyNotEarlier } from "../facts/stored-detail.ts";

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
  return describeWhy(why, { "asked-in-a-hurry": ["not read this time"], "not-yet": ["not read yet"] });
}
