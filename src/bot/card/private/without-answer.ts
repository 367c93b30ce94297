/** Messages to one person whose request can't be handled, or not yet. */

import type { Message } from "../parts/blocks.ts";
import { privately } from "./private.ts";

export function describeStranger(): Message {
  return privately({
    plain: "Nothing was sent: you belong to another workspace, or Slack did not confirm yours.",
    lines: [
      "⛔ *Only members of this workspace can do this.* You belong to another workspace, or Slack did not confirm yours. Nothing was sent.",
    ],
  });
}

export function describeStoreAway(): Message {
  return privately({
    plain: "Holdpoint's store does not answer. Nothing was sent to AWS.",
    lines: ["🚫 *Holdpoint's store (Redis) does not answer.* Nothing was sent to AWS."],
    todo: "Try again in a minute. In an emergency act in AWS itself.",
  });
}

export function stillAtIt(): Message {
  return privately({
    plain: "Still working on your request. The card will show the result.",
    lines: ["⏳ *Still working on your request.* The card will show the result."],
  });
}
