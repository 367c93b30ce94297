import { SocketModeReceiver } from "@slack/bolt";
import type { FetchFunction } from "@slack/web-api";
import type { Clock, Telemetry } from "../../handlers/ports.ts";
import { clientOptions } from "./clients.ts";
import { failureOf, wordsOf } from "./error.ts";
import { backoffMs, SlackSetupError } from "./workspace.ts";

export interface SocketLink {
  readonly receiver: SocketModeReceiver;
  readonly connected: () => boolean;
  /** Resolves on the first connection; after that a lost connection is re-established until `stop`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const stopMs = 2_000;

/** Slack sends `hello` right after the WebSocket opens; without it the library would wait forever. */
const helloMs = 15_000;

const refusedRetryMs = 30_000;

/**
 * Socket Mode. Reconnects by itself: socket-mode 3.1 waits a whole ping timeout (20 s with our settings) at every
 * routine recycle, and an `invalid_auth` at that point is an unhandled rejection, which ends the process.
 */
export function createSocketLink({
  appToken,
  slackApiUrl,
  fetch,
  clock,
  telemetry,
}: {
  readonly appToken: string;
  readonly slackApiUrl?: string;
  readonly fetch?: FetchFunction;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): SocketLink {
  const options = clientOptions(
    {
      telemetry,
      slackApiUrl,
      fetch,
    },
    8_000,
  );
  const receiver = new SocketModeReceiver({
    appToken,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
    // With the defaults of 5 s and 30 s, production had silent sockets and false alarms (bolt-js #2496, #2113).
    clientPingTimeout: 20_000,
    serverPingTimeout: 60_000,
    autoReconnectEnabled: false,
    // A receiver constructed directly does not inherit the App's client options (bolt 5.1).
    installerOptions: { clientOptions: options },
  });
  const { client } = receiver;
  let connected = false;
  let everConnected = false;
  let stopping = false;
  let connecting: Promise<void> | undefined;

  client.on("connected", () => {
    connected = true;
    telemetry.count("slack_socket", { event: "connected" });
  });
  client.on("disconnected", () => {
    const lost = connected;
    connected = false;
    if (!lost || stopping) return;
    telemetry.count("slack_socket", { event: "disconnected" });
    connect().catch((error: unknown) => telemetry.log("error", "Socket Mode connection lost", { error }));
  });

  /** One attempt at a time. Once a token has worked, a rejection is retried: the problem may be Slack's. */
  function connect(): Promise<void> {
    connecting ??= tryUntilConnected().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  async function tryUntilConnected(): Promise<void> {
    for (let tries = 0; !stopping; tries += 1) {
      try {
        await startOnce();
        everConnected = true;
        return;
      } catch (error) {
        const failure = failureOf(error);
        const refused = failure.kind === "refused" && refusals.has(failure.error);
        if (refused && !everConnected) {
          throw new SlackSetupError(
            `Slack does not accept SLACK_APP_TOKEN (${failure.error}). It begins with xapp- and needs the scope connections:write.`,
            { cause: error },
          );
        }
        const waitMs = failure.kind === "rate-limited" ? failure.retryAfterMs : backoffMs(tries);
        telemetry.log(refused ? "error" : "warn", "Socket Mode connection failed, retrying", {
          cause: wordsOf(failure),
        });
        await clock.wait(refused ? refusedRetryMs : waitMs);
      }
    }
  }

  async function startOnce(): Promise<void> {
    const started = client.start().then(() => "hello" as const);
    const first = await Promise.race([started, clock.wait(helloMs).then(() => "silence" as const)]);
    if (first === "hello" && !stopping) return;
    started.catch(() => {});
    await Promise.race([client.disconnect(), clock.wait(stopMs)]);
    if (first === "silence") throw new Error(`Slack did not say hello within ${helloMs} ms`);
  }

  return {
    receiver,
    connected: () => connected,
    start: connect,
    async stop() {
      stopping = true;
      connected = false;
      await Promise.race([client.disconnect(), clock.wait(stopMs)]);
    },
  };
}

const refusals = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "not_allowed_token_type",
  "missing_scope",
  "token_revoked",
  "user_removed_from_team",
  "team_disabled",
]);
