/** The JSON Schema of the announced events, for their consumers. */

import { announcementSource, decisionMade, decisionOutcome } from "./aws/eventbridge.ts";
import { announcementJsonSchema } from "./store/announcements.ts";

export function eventJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "An event of Holdpoint on EventBridge",
    type: "object",
    properties: {
      source: { const: announcementSource },
      "detail-type": { enum: [decisionMade, decisionOutcome] },
      detail: announcementJsonSchema(),
    },
    required: ["source", "detail-type", "detail"],
  };
}
