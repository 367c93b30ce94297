import type { Telemetry } from "../../handlers/ports.ts";

/** Logs each reason why a channel rejects the bot once, until the channel accepts a message again. */
export interface Problems {
  tell(channel: string, error: string): void;
  over(channel: string): void;
}

/** The channel accepts nothing more from this bot: a card in it can't be edited. chat.update returns `is_inactive`. */
const closed = new Set(["is_archived", "is_inactive", "not_in_channel", "channel_not_found"]);

export function isClosed(error: string): boolean {
  return closed.has(error);
}

/** A fix for people to try, if there is one. */
export function remedyFor(error: string): string | undefined {
  return remedies[error];
}

const remedies: Readonly<Record<string, string>> = {
  not_in_channel: "invite the bot into the channel: /invite",
  channel_not_found: "correct the channel in holdpoint.yml, or invite the bot into the private channel",
  is_inactive: "unarchive the channel, or route its deployments elsewhere",
  is_archived: "unarchive the channel, or route its deployments elsewhere",
  missing_scope: "add the scopes of manifest.yml to the app and install it again",
  restricted_action: "let the app post in this channel: a workspace setting forbids it",
};

export function createProblems(telemetry: Telemetry): Problems {
  const told = new Map<string, Set<string>>();
  return {
    tell: (channel, error) => {
      telemetry.count("slack_channel_problems", { error });
      const known = told.get(channel) ?? new Set();
      if (known.has(error)) return;
      told.set(channel, known.add(error));
      const remedy = remedies[error];
      telemetry.log("error", "can't post to channel", {
        channel,
        error,
        ...(remedy === undefined ? {} : { remedy }),
      });
    },
    over: (channel) => {
      told.delete(channel);
    },
  };
}
