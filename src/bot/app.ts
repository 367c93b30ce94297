/** Wires the bot together. It starts even if Slack is unavailable, and stops when the work in progress is done. */

import { randomUUID } from "node:crypto";
import { App, type Receiver } from "@slack/bolt";
import type { FetchFunction } from "@slack/web-api";
import type { Answerer } from "../handlers/answer/answer.ts";
import type { ReadKnownTargets } from "../handlers/names/known-targets.ts";
import type { LabelFor } from "../handlers/names/labels.ts";
import type { Route } from "../handlers/policy.ts";
import type { Clock, Directory, Telemetry } from "../handlers/ports.ts";
import type { Store } from "../handlers/store/store.ts";
import { protocolTiming, type Timing } from "../handlers/timing.ts";
import type { Wording } from "../handlers/words.ts";
import { createCarryOut } from "./answer/carry-out.ts";
import { createDryRun, type DescribeCall } from "./answer/dry-run.ts";
import { createReasonDialog } from "./answer/reason.ts";
import { createRead, createShowOne } from "./answer/show.ts";
import { createSubmit } from "./answer/submit.ts";
import { createButtons } from "./buttons.ts";
import { defaultSlash } from "./card/parts/slash.ts";
import { tellError } from "./card/private/private.ts";
import { createInterpreter } from "./command/interpret.ts";
import { createCommands } from "./commands.ts";
import { createModals } from "./modals.ts";
import { type Acknowledgement, acknowledgement } from "./slack/acknowledge.ts";
import { createBackground } from "./slack/background.ts";
import { clientOptions, type SlackClients } from "./slack/clients.ts";
import { createSlackLogger } from "./slack/logger.ts";
import { anybodySchema, type ViewSubmissionResponse } from "./slack/payloads.ts";
import { createPersons, createStandings } from "./slack/person.ts";
import { createHttpReceiver, type RequestListener } from "./slack/receiver.ts";
import { createReply } from "./slack/reply.ts";
import { createSight } from "./slack/sight.ts";
import { createSocketLink, type SocketLink } from "./slack/socket.ts";
import type { Workspace, WorkspaceLink } from "./slack/workspace.ts";
import { createEditDialog } from "./strategy/dialog.ts";
import { createPreviewSeal } from "./strategy/preview-seal.ts";
import { createStrategies, type StrategyDesk } from "./strategy/strategies.ts";

export interface BotOptions {
  readonly transport:
    | { readonly kind: "http"; readonly signingSecret: string }
    | { readonly kind: "socket"; readonly appToken: string };
  readonly slackApiUrl?: string;
  readonly fetch?: FetchFunction;
  readonly clients: SlackClients;
  readonly workspace: WorkspaceLink;
  readonly answerer: Answerer;
  /** Absent if no configured system has strategies. */
  readonly strategies?: StrategyDesk;
  readonly store: Pick<Store, "view" | "active">;
  readonly knownTargets: ReadKnownTargets;
  readonly directory: Directory;
  readonly describeCall: DescribeCall;
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  readonly labelFor: LabelFor;
  readonly wording: Wording;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Defaults to the protocol's timing. */
  readonly timing?: Pick<Timing, "ackMs" | "dialogMs">;
}

export interface Bot {
  /** For `/slack/events`; absent in Socket Mode. */
  readonly requestListener?: RequestListener | undefined;
  /**
   * Resolves when Slack has accepted the token and, in Socket Mode, the connection is up. Retries while Slack is
   * unreachable; rejects with SlackSetupError only for a problem that a person has to fix.
   */
  start(): Promise<void>;
  /** Accepts no more requests, and waits at most `withinMs` for those in progress. */
  stop(withinMs: number): Promise<void>;
  ready(): boolean;
  /** Why Slack can't be used now, in words. */
  trouble(): string | undefined;
  team(): Workspace | undefined;
}

type Listen<Response> = (
  body: unknown,
  acknowledge: Acknowledgement<Response>,
  correlationId: string,
) => Promise<void>;

export function createBot(options: BotOptions): Bot {
  const { transport, clients, workspace, clock, telemetry } = options;
  const { ackMs, dialogMs } = options.timing ?? protocolTiming;
  const work = createBackground(clock);
  const tell = createReply({
    client: clients.interactive,
    telemetry,
    fetch: options.fetch,
  });
  let stopping = false;
  /** The command's name in this workspace, as last typed: a click does not contain it. */
  let lastSlash = defaultSlash;
  const slash = (): string => lastSlash;
  const heard = (said: string): void => {
    lastSlash = said;
  };
  const inbound = connect();

  function connect(): {
    readonly receiver: Receiver;
    readonly requestListener?: RequestListener;
    readonly socket?: SocketLink;
  } {
    if (transport.kind === "http") {
      const { signingSecret } = transport;
      const ready = (): boolean => workspace.current() !== undefined && !stopping;
      return createHttpReceiver({ signingSecret, telemetry, ready });
    }
    const socket = createSocketLink({ ...options, appToken: transport.appToken });
    return { receiver: socket.receiver, socket };
  }

  const app = new App({
    receiver: inbound.receiver,
    // With `token` Bolt calls auth.test in its constructor, and nothing catches a failure (bolt 5.1): use `authorize`.
    authorize: async () => {
      const me = workspace.current();
      if (me === undefined) throw new Error("Slack has not accepted the token yet");
      return { botId: me.botId, botUserId: me.botUserId, teamId: me.teamId };
    },
    deferInitialization: true,
    convoStore: false,
    attachFunctionToken: false,
    logger: createSlackLogger(telemetry),
    clientOptions: clientOptions(options, 2_500),
  });

  const lookups = { ...options, client: clients.lookups, workspace: workspace.current };
  const standings = createStandings(lookups);
  const persons = createPersons({ workspace: workspace.current, standings });
  const sightOf = createSight({ ...lookups, standings });
  const reasonDialog = createReasonDialog({ ...options, client: clients.interactive, dialogMs });
  const read = createRead(options);
  const ask = createSubmit({ ...options, reasonDialog, tell });
  const showOne = createShowOne({ ...options, read, tell, workspace: workspace.current });
  const dryRun = createDryRun({ ...options, read });
  const carryOut = createCarryOut({ ...options, ask, showOne, dryRun, tell });
  const plan = createInterpreter({ ...options, read, sightOf, workspaceUrl: () => workspace.current()?.url });
  const { strategies: desk } = options;
  const previewSeal = createPreviewSeal(
    transport.kind === "http" ? transport.signingSecret : transport.appToken,
  );
  const editDialog =
    desk === undefined
      ? undefined
      : createEditDialog({
          ...{ client: clients.interactive, places: desk.places, previewSeal },
          ...{ persons, sightOf, slash, tell, telemetry },
        });
  const strategies = createStrategies({ desk, dialog: editDialog, sightOf, previewSeal, tell, telemetry });
  const press = createButtons({
    ask,
    carryOut,
    sightOf,
    slash,
    store: options.store,
    strategies,
    persons,
    tell,
    telemetry,
  });
  const submit = createModals({ ...options, persons, editDialog, slash, tell });
  const command = createCommands({
    ...{ plan, carryOut, strategies, persons, heard, tell, telemetry, workspace: workspace.current },
  });

  /** One listener per request type, whatever its id: unknown ones are acknowledged too, instead of timing out. */
  app.action({ type: "block_actions" }, ({ body, ack }) => handle<void>("press", body, () => ack(), press));
  app.view({ type: "view_submission" }, ({ body, ack }) =>
    handle<ViewSubmissionResponse>(
      "submission",
      body,
      (answer) => (answer === undefined ? ack() : ack(answer)),
      submit,
    ),
  );
  app.view({ type: "view_closed" }, ({ ack }) => ack());
  app.command(/^/, ({ body, ack }) => handle<void>("command", body, () => ack(), command));
  app.shortcut(/^/, ({ ack }) => ack());
  app.options(/^/, ({ ack }) => ack({ options: [] }));
  app.error(async (error) => {
    telemetry.count("slack_errors", { kind: "bolt" });
    telemetry.log("error", "unhandled Bolt error", { error });
  });

  /** Anything thrown is a bug: log it with a correlation id, and send that id to the person too. */
  async function handle<Response>(
    kind: string,
    body: unknown,
    ack: (response?: Response) => Promise<void>,
    listen: Listen<Response>,
  ): Promise<void> {
    const correlationId = randomUUID().slice(0, 8);
    const acknowledge = acknowledgement(ack, telemetry, ackMs);
    await work.run(async () => {
      try {
        await listen(body, acknowledge, correlationId);
      } catch (error) {
        telemetry.count("slack_errors", { kind });
        telemetry.log("error", "Slack request failed", { kind, correlationId, error });
        await apologise(body, correlationId);
      } finally {
        acknowledge();
      }
    });
  }

  async function apologise(body: unknown, correlationId: string): Promise<void> {
    const from = anybodySchema.safeParse(body).data;
    const user = from?.user?.id ?? from?.user_id;
    if (user === undefined) return;
    const channel = from?.channel?.id ?? from?.channel_id;
    const responseUrl = from?.response_url;
    await tell(
      {
        ...{ user, slash: slash() },
        channel,
        responseUrl,
      },
      tellError(correlationId),
    );
  }

  return {
    requestListener: inbound.requestListener,
    async start() {
      await app.init();
      if ((await workspace.connect(() => stopping)) === undefined) return;
      await inbound.socket?.start();
    },
    async stop(withinMs) {
      stopping = true;
      await inbound.socket?.stop();
      if (!(await work.idle(withinMs))) telemetry.log("warn", "shutdown: Slack requests still running");
    },
    ready: () => workspace.current() !== undefined && !stopping && inbound.socket?.connected() !== false,
    trouble: () =>
      workspace.trouble() ??
      (inbound.socket?.connected() === false
        ? "Socket Mode is not connected to Slack. Holdpoint reconnects by itself."
        : undefined),
    team: workspace.current,
  };
}
