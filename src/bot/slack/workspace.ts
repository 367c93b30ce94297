import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Clock, Telemetry } from "../../handlers/ports.ts";
import { failureOf, wordsOf } from "./error.ts";

/** Whose token this is. */
export interface Workspace {
  readonly teamId: string;
  /** Present in an enterprise grid: people of its other workspaces are no strangers. */
  readonly enterpriseId?: string;
  readonly name: string;
  readonly url: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly scopes: readonly string[];
}

/** Something that no repetition mends: a wrong token, a missing scope. Its message says what to do. */
export class SlackSetupError extends Error {
  override readonly name = "SlackSetupError";
}

const authTest = z.object({
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  team: z.string().default(""),
  url: z.string().default(""),
  user_id: z.string(),
  bot_id: z.string({ error: "not a bot token" }),
  response_metadata: z.object({ scopes: z.array(z.string()).default([]) }).optional(),
});

const firstRetryMs = 500;
const longestRetryMs = 30_000;

/**
 * Asks Slack whose token this is, and goes on asking while Slack can't be reached: a process that starts during an
 * outage of Slack still takes events. Bolt's own auth.test at construction would kill the process instead (bolt 5.1).
 */
export function createWorkspaceLink({
  client,
  clock,
  telemetry,
}: {
  readonly client: WebClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}) {
  let known: Workspace | undefined;

  /** Throws SlackSetupError when the token is refused; any other error may pass. */
  async function ask(): Promise<Workspace> {
    const answer = await client.auth.test().catch((error: unknown) => {
      const failure = failureOf(error);
      if (failure.kind !== "refused" || failure.error.startsWith("HTTP")) throw error;
      throw new SlackSetupError(
        `Slack does not accept SLACK_BOT_TOKEN (${failure.error}). Copy the bot token (xoxb-...) from the app's page, OAuth & Permissions.`,
        { cause: error },
      );
    });
    const parsed = authTest.safeParse(answer);
    if (!parsed.success) {
      throw new SlackSetupError(
        "SLACK_BOT_TOKEN is not the token of a bot. It begins with xoxb- and stands under OAuth & Permissions.",
        { cause: parsed.error },
      );
    }
    const { team_id, enterprise_id, team, url, user_id, bot_id, response_metadata } = parsed.data;
    return {
      teamId: team_id,
      ...(enterprise_id === undefined || enterprise_id === null ? {} : { enterpriseId: enterprise_id }),
      name: team,
      url,
      botUserId: user_id,
      botId: bot_id,
      scopes: response_metadata?.scopes ?? [],
    };
  }

  return {
    current: (): Workspace | undefined => known,
    ask,
    /** Resolves when Slack has accepted the token, or undefined when `stopping` became true before that. */
    async connect(stopping: () => boolean): Promise<Workspace | undefined> {
      for (let tries = 0; !stopping(); tries += 1) {
        try {
          known = await ask();
          telemetry.log("info", "Slack accepted the token", { team: known.teamId, workspace: known.name });
          return known;
        } catch (error) {
          if (error instanceof SlackSetupError) throw error;
          const waitMs = backoffMs(tries);
          telemetry.log("warn", "Slack unreachable, retrying", {
            cause: wordsOf(failureOf(error)),
            waitMs,
          });
          await clock.wait(waitMs);
        }
      }
      return undefined;
    },
  };
}

export type WorkspaceLink = ReturnType<typeof createWorkspaceLink>;

/** Doubled from half a second to half a minute, the last quarter by chance, so that replicas do not come in step. */
export function backoffMs(tries: number): number {
  const whole = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(tries, 10));
  return Math.round(whole * (0.75 + Math.random() / 4));
}
