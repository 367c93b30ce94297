/** Every metric that exists, with what it says. A counter `x` is exposed as `holdpoint_x_total`, a histogram as `holdpoint_x`. */

interface Declared {
  readonly help: string;
  readonly labels: readonly string[];
}

export const counters: Readonly<Record<string, Declared>> = {
  events_queued: { help: "Events whose deployment was queued for a look.", labels: [] },
  events_dropped: {
    help: "Events of somebody else: a source, account or region that is not configured, or news that change nothing.",
    labels: ["unknown"],
  },
  events_malformed: { help: "Events that could not be read, by the way they came.", labels: ["way"] },
  events_http: { help: "Requests to /aws/events, by status.", labels: ["status"] },
  sqs_messages: { help: "SQS messages, by how they ended.", labels: ["outcome"] },
  sqs_errors: { help: "Calls to SQS that failed.", labels: ["call"] },

  looks_failed: { help: "Looks that failed, because of the store or by a bug.", labels: ["cause"] },
  sweeps: { help: "Sweeps of one account and region.", labels: [] },
  sweeps_unreadable: { help: "Sweeps that AWS did not let read.", labels: ["system"] },
  aws_unreadable: { help: "Looks at a deployment that AWS did not let read.", labels: ["system"] },
  deployments_without_route: { help: "Looks at deployments that no route shows.", labels: ["system"] },

  claims: { help: "Requests that reached the store, by its reply.", labels: ["action", "reply"] },
  aws_answers: { help: "Mutating calls to AWS, by their answer.", labels: ["system", "action", "answer"] },
  resolved: {
    help: "Decisions that a read of AWS was held against, by the reply.",
    labels: ["system", "reply"],
  },

  announcements: {
    help: "Announcements of decisions, by outcome: sent, failed (tried again), skipped (the bus won't take it), lost (too many waited).",
    labels: ["outcome"],
  },

  strategy_saves: {
    help: "Edits of AppConfig strategies that were to be saved, by their end.",
    labels: ["result"],
  },
  commands: { help: "Slash commands, by what they asked.", labels: ["kind"] },
  slack_requests: { help: "Requests to /slack/events, by status.", labels: ["status"] },
  slack_socket: { help: "Connections of Socket Mode made and lost.", labels: ["event"] },
  slack_calls: { help: "Posts and edits at Slack, by their result.", labels: ["method", "result"] },
  slack_errors: { help: "Clicks, commands and submissions that ended in a bug.", labels: ["kind"] },
  slack_unacknowledged: { help: "Requests of Slack that nobody acknowledged in time.", labels: [] },
  slack_acks_lost: { help: "Acknowledgements that Slack did not take.", labels: [] },
  slack_private_lost: { help: "Private answers that could not be delivered.", labels: [] },
  slack_lookups_failed: { help: "Members of a group or channel that could not be looked up.", labels: [] },
  slack_channel_problems: {
    help: "Channels that a card could not be posted to, by Slack's error.",
    labels: ["error"],
  },
  slack_adopted: { help: "Cards and thread messages found again by a search.", labels: ["what"] },
  slack_doubles_removed: { help: "Doubled messages that were deleted.", labels: [] },
  slack_strange_buttons: { help: "Clicks whose value Holdpoint did not write.", labels: [] },
};

export const histograms: Readonly<Record<string, Declared & { readonly buckets: readonly number[] }>> = {
  look_seconds: {
    help: "One look: read AWS, resolve, save, show; or one sweep.",
    labels: ["kind"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
};
