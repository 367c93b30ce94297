/** What one person is told whose request can't be answered, or not yet. */

import type { Message } from "../parts/blocks.ts";
import { privately } from "./private.ts";

export function strangerWords(): Message {
  return privately({
    plain: "You may not use this command: you belong to another workspace.",
    lines: [
      "⛔ *You may not use this command.* Only people of this workspace may. Slack says that you are of another one, or could not say.",
    ],
  });
}

export function storeAwayWords(): Message {
  return privately({
    plain: "Holdpoint's store does not answer. Nothing was sent to AWS.",
    lines: ["🚫 *Holdpoint's store (Redis) does not answer.* Nothing was sent to AWS."],
    todo: "Ask again in a minute. In an emergency act in AWS itself.",
  });
}

export function stillAtIt(): Message {
  return privately({
    plain: "Still working on your request. The card will show the result.",
    lines: ["⏳ *Still working on your request.* The card will show the result."],
  });
}
