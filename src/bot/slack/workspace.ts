import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Clock, Telemetry } from "../../handlers/ports.ts";
import { failureOf, wordsOf } from "./error.ts";

/** The workspace and the bot that the token belongs to. */
export interface Workspace {
  readonly teamId: string;
  /** Set in an enterprise grid: members of its other workspaces are not foreign. */
  readonly enterpriseId?: string;
  readonly name: string;
  readonly url: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly scopes: readonly string[];
}

/** A problem that no retry fixes, such as a wrong token or a missing scope. The message says what to do. */
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

/** Age of an auth.test after which readiness asks again; Slack allows hundreds of them per minute. */
const renewMs = 10_000;
const retryMs = 2_000;

/**
 * Calls auth.test, and retries while Slack is unreachable: a process that starts during a Slack outage still receives
 * events. Bolt's own auth.test in the constructor would end the process instead (bolt 5.1).
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
  let failure: string | undefined;
  let askedAtMs = 0;

  /** Throws SlackSetupError if Slack rejects the token; any other error may be temporary. */
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
    /**
     * Why Slack can't be used now, in words, by the last auth.test. A token can be revoked while nothing is posted, so
     * asking renews an older result, in the background.
     */
    trouble(): string | undefined {
      const ageMs = clock.monotonicMs() - askedAtMs;
      if (known !== undefined && ageMs > (failure === undefined ? renewMs : retryMs)) {
        askedAtMs = clock.monotonicMs();
        ask().then(
          () => (failure = undefined),
          (error: unknown) => {
            if (failureOf(error).kind !== "rate-limited") failure = troubleOf(error);
          },
        );
      }
      return failure ?? (known === undefined ? "Slack has not accepted the bot token yet." : undefined);
    },
    /** Resolves when Slack has accepted the token, or with undefined if `stopping` became true before that. */
    async connect(stopping: () => boolean): Promise<Workspace | undefined> {
      for (let tries = 0; !stopping(); tries += 1) {
        try {
          known = await ask();
          failure = undefined;
          askedAtMs = clock.monotonicMs();
          telemetry.log("info", "Slack accepted the token", { team: known.teamId, workspace: known.name });
          return known;
        } catch (error) {
          if (error instanceof SlackSetupError) throw error;
          failure = troubleOf(error);
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

function troubleOf(error: unknown): string {
  if (error instanceof SlackSetupError) return error.message;
  return `Slack can't be reached (${wordsOf(failureOf(error))}). Holdpoint continues when it can.`;
}

export type WorkspaceLink = ReturnType<typeof createWorkspaceLink>;

/** Exponential backoff from 0.5 s to 30 s, minus up to 25% jitter so that replicas don't retry in step. */
export function backoffMs(tries: number): number {
  const whole = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(tries, 10));
  return Math.round(whole * (0.75 + Math.random() / 4));
}
