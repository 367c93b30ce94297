/**
 * All metrics, with their help texts. A counter `x` is exposed as `holdpoint_x_total`, a histogram as `holdpoint_x`.
 */

interface Declared {
  readonly help: string;
  readonly labels: readonly string[];
}

export const counters = {
  events_queued: { help: "Events that enqueued a job.", labels: [] },
  events_dropped: {
    help: "Events ignored: unknown source, account or region, or no change.",
    labels: ["unknown"],
  },
  events_malformed: { help: "Events that failed validation, by transport.", labels: ["transport"] },
  events_http: { help: "Requests to /aws/events, by status.", labels: ["status"] },
  sqs_messages: { help: "SQS messages, by outcome.", labels: ["outcome"] },
  sqs_errors: { help: "Calls to SQS that failed.", labels: ["call"] },

  log_lines_suppressed: {
    help: "Log lines left out because the same message was logged too often within a minute.",
    labels: ["level"],
  },

  jobs_failed: { help: "Failed jobs, by cause: the store or a bug.", labels: ["cause"] },
  sweeps: { help: "Sweeps of one account and region.", labels: [] },
  sweeps_partial: { help: "Sweeps that ran out of time; the next one continues.", labels: ["system"] },
  sweeps_unreadable: { help: "Sweeps whose AWS list calls failed.", labels: ["system"] },
  aws_unreadable: { help: "Failed reads of a deployment.", labels: ["system"] },
  deployments_without_route: { help: "Reads of deployments that match no route.", labels: ["system"] },

  claims: { help: "Claims, by result.", labels: ["action", "reply"] },
  aws_calls: { help: "Mutating AWS calls, by result.", labels: ["system", "action", "result"] },
  resolved: {
    help: "Decisions compared with a read of AWS, by result.",
    labels: ["system", "reply"],
  },

  announcements: {
    help: "Announcements of decisions, by outcome: sent, failed (retried), skipped (rejected by EventBridge), lost (backlog full).",
    labels: ["outcome"],
  },

  strategy_saves: {
    help: "Submitted edits of AppConfig strategies, by result.",
    labels: ["result"],
  },
  commands: { help: "Slash commands, by kind.", labels: ["kind"] },
  slack_requests: { help: "Requests to /slack/events, by status.", labels: ["status"] },
  slack_socket: { help: "Connections of Socket Mode made and lost.", labels: ["event"] },
  slack_calls: { help: "Slack posts and edits, by result.", labels: ["method", "result"] },
  slack_errors: {
    help: "Clicks, commands and submissions that threw an unexpected error.",
    labels: ["kind"],
  },
  slack_unacknowledged: { help: "Slack requests not acknowledged in time.", labels: [] },
  slack_acks_lost: { help: "Acknowledgements that could not be sent to Slack.", labels: [] },
  slack_private_lost: { help: "Private messages that could not be delivered.", labels: [] },
  slack_lookups_failed: { help: "Members of a group or channel that could not be looked up.", labels: [] },
  slack_channel_problems: {
    help: "Channels that a card could not be posted to, by Slack's error.",
    labels: ["error"],
  },
  slack_adopted: { help: "Cards and thread messages found again by a search.", labels: ["what"] },
  slack_doubles_removed: { help: "Deleted duplicate messages.", labels: [] },
  slack_strange_buttons: { help: "Clicks with an unrecognized button value.", labels: [] },
} as const satisfies Readonly<Record<string, Declared>>;

export const histograms = {
  job_seconds: {
    help: "Duration of a job: read AWS, resolve, save, post to Slack; or of a sweep.",
    labels: ["kind"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
} as const satisfies Readonly<Record<string, Declared & { readonly buckets: readonly number[] }>>;
