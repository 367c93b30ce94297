/** Wires everything: config -> store -> systems -> bot -> handlers -> worker, queues, HTTP. Drains on stop. */

import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { createClients } from "./aws/client/clients.ts";
import { createAnnouncementBus } from "./aws/eventbridge.ts";
import { createEventsListener } from "./aws/events/http.ts";
import { pollQueues } from "./aws/events/sqs.ts";
import { createSystems } from "./aws/index.ts";
import { createBot } from "./bot/app.ts";
import { createBoard } from "./bot/board/board.ts";
import { createSlackClients } from "./bot/slack/clients.ts";
import { createDirectory } from "./bot/slack/directory.ts";
import { createWorkspaceLink } from "./bot/slack/workspace.ts";
import type { Config } from "./config/load.ts";
import { startAnnouncer } from "./handlers/announce/announcer.ts";
import { createAnswer } from "./handlers/answer/answer.ts";
import { createStartRead } from "./handlers/answer/early-read.ts";
import { createExecute } from "./handlers/answer/execute.ts";
import { createReadPlace } from "./handlers/jobs/places.ts";
import { createReceive } from "./handlers/jobs/receive.ts";
import { createReconcile } from "./handlers/jobs/reconcile.ts";
import { createSweep } from "./handlers/jobs/sweep.ts";
import { startWorker } from "./handlers/jobs/worker.ts";
import { createKnownTargets } from "./handlers/names/known-targets.ts";
import { createLabels } from "./handlers/names/labels.ts";
import type { Clock, Telemetry } from "./handlers/ports.ts";
import { createStrategyPlaces, strategySourceOf } from "./handlers/strategy/places.ts";
import { createEditStrategy } from "./handlers/strategy/save.ts";
import { protocolTiming, type Timing } from "./handlers/timing.ts";
import { createWording } from "./handlers/words.ts";
import { startHttp } from "./http.ts";
import { createReadiness } from "./readiness.ts";
import { openStore } from "./store/connection/open.ts";
import { createSweeps } from "./sweeping.ts";
import type { RunningTelemetry } from "./telemetry.ts";

export interface Running {
  readonly port: number;
  readonly backend: "redis" | "redis-server" | "embedded";
  /** Resolves with the error if this process can never work: Slack rejects the token. */
  readonly failure: Promise<unknown>;
  /** Accepts nothing new, lets running work end or releases it, and closes everything. */
  stop(): Promise<void>;
}

/** Concurrent jobs. Each makes a handful of reads, and AWS throttles accounts, not processes. */
const jobLimits = {
  ref: { concurrency: 16, perPlace: 6 },
  sweep: { concurrency: 4, perPlace: 1 },
} as const;

/** A call in progress ends within 8 s and is settled; 12 s leaves room in the 20 s of the shutdown. */
const drainMs = 12_000;
const closeHttpMs = 3_000;
/** Announcements of the last jobs are sent before the store closes; unsent ones stay queued for the next process. */
const lastAnnouncementsMs = 2_000;

const clock: Clock = {
  monotonicMs: () => performance.now(),
  wait: (ms) => wait(ms),
};

export async function startHoldpoint(
  config: Config,
  telemetry: RunningTelemetry,
  timing: Timing = protocolTiming,
): Promise<Running> {
  const { routes, accounts, slack } = config;
  const accountNames = new Map(accounts.map(({ id, name }) => [id, name]));
  const accountRegions = new Map(accounts.map(({ id, regions }) => [id, { regions }]));
  const newToken = (): string => randomUUID();
  let stopping = false;
  const isStopping = (): boolean => stopping;
  let nudge = (): void => {};

  const open = await openStore({ url: config.redis, dataDir: config.dataDir, telemetry, timing });
  const { store } = open;
  const clients = createClients(accounts, timing);
  const systems = createSystems(clients, telemetry, routes);
  const wording = createWording(systems);
  warnAbout(config, telemetry);

  const slackApiUrl = slack.apiUrl === undefined ? {} : { slackApiUrl: slack.apiUrl };
  const slackClients = createSlackClients({ botToken: slack.botToken, ...slackApiUrl, telemetry });
  const workspace = createWorkspaceLink({ client: slackClients.lookups, clock, telemetry });
  const directory = createDirectory({
    client: slackClients.lookups,
    workspace: workspace.current,
    clock,
    telemetry,
  });
  const board = createBoard({
    client: slackClients.board,
    store,
    workspace: workspace.current,
    connectedForMs: () => open.connectedForMs(),
    ...{ directory, fallbackChannel: config.fallbackChannel, wording },
    clock,
    telemetry,
    timing,
  });

  const knownTargets = createKnownTargets({ store, systems, accounts, routes, timing });
  const { labelFor, readAhead } = createLabels({ store, knownTargets, accountNames, clock });
  const shared = {
    systems,
    store,
    telemetry,
    routes,
    accountNames,
    labelFor,
    readAhead,
    clock,
    newToken,
    timing,
  };
  const act = createExecute({ ...shared, stopping: isStopping });
  const sweeps = createSweeps({ accounts, store, sweepMs: timing.sweepMs, telemetry });
  const answerer = createAnswer({
    ...shared,
    ...{
      directory,
      act,
      startRead: createStartRead(shared),
      stopping: isStopping,
      nudge: () => nudge(),
      findAgain: () => sweeps.now(),
    },
  });
  const source = strategySourceOf(systems);
  const places =
    source === undefined ? undefined : createStrategyPlaces({ ...source, accounts, routes, directory });
  const strategies =
    places === undefined
      ? {}
      : {
          strategies: {
            places,
            save: createEditStrategy({ ...shared, places, stopping: isStopping }),
          },
        };
  const bot = createBot({
    ...{ transport: slack.mode, ...slackApiUrl, clients: slackClients, workspace, answerer },
    ...{ store, routes, accountNames, labelFor, clock, telemetry, timing, directory },
    ...{ knownTargets, wording },
    describeCall: (deployment, request) => {
      const { system: name, account } = deployment.ref;
      const call = systems.find((system) => system.name === name)?.describeCall(deployment, request);
      const role = accounts.find(({ id }) => id === account)?.role;
      return call && { ...call, role };
    },
    ...strategies,
  });
  const receive = createReceive({
    ...{ systems, accounts: accountRegions, store, telemetry },
    nudge: () => nudge(),
  });
  let queueTroubles = (): readonly string[] => [];
  const readiness = createReadiness({
    ...{ store: open, stopping: isStopping, telemetry },
    slackTrouble: () => bot.trouble(),
    queueTroubles: () => queueTroubles(),
  });
  const http = await startHttp({
    ...config.listen,
    slackEvents: bot.requestListener,
    awsEvents: createEventsListener({ key: config.eventsKey, receive, telemetry, timing }),
    readiness: readiness.check,
    stopping: isStopping,
    metrics: { contentType: telemetry.metricsContentType, text: () => telemetry.metricsText() },
    telemetry,
  }).catch(async (error: unknown) => {
    await open.close();
    throw error;
  });

  const inProgress = new Map<string, number>();
  const worker = startWorker({
    ...shared,
    reconcile: createReconcile({
      ...shared,
      board,
      act,
      directory,
      announces: config.announce !== undefined,
      readPlace: createReadPlace({ clock, timing }),
      inProgress: ({ account, region }) => inProgress.get(`${account} ${region}`) ?? 0,
    }),
    sweep: createSweep({
      ...{ ...shared, accounts: accountRegions },
      onListed: ({ account, region }, count) => inProgress.set(`${account} ${region}`, count),
    }),
    limits: jobLimits,
  });
  nudge = () => worker.nudge();
  const stopSweeping = sweeps.keepQueued();
  const announcer =
    config.announce === undefined
      ? undefined
      : startAnnouncer({ ...shared, bus: createAnnouncementBus(clients, config.announce) });
  const queues = pollQueues({ queues: config.queues, receive, telemetry });
  queueTroubles = queues.troubles;
  const stopWatching = readiness.watch();
  const failure = new Promise<unknown>((resolve) => {
    bot.start().catch(resolve);
  });
  telemetry.log("info", "started", { port: http.port, store: open.backend, slack: slack.mode.kind });

  async function drain(): Promise<void> {
    telemetry.log("info", "stopping");
    stopping = true;
    stopSweeping();
    stopWatching();
    await Promise.all([worker.stop(drainMs), queues.stop(), bot.stop(drainMs)]);
    await Promise.all([http.close(closeHttpMs), announcer?.stop(lastAnnouncementsMs)]);
    await open.close();
    clients.destroy();
    telemetry.log("info", "stopped");
  }
  let stopped: Promise<void> | undefined;
  return {
    port: http.port,
    backend: open.backend,
    failure,
    stop: () => {
      stopped ??= drain();
      return stopped;
    },
  };
}

/** Valid configurations that are probably mistakes. */
function warnAbout(config: Config, telemetry: Telemetry): void {
  if (config.queues.length === 0 && config.eventsKey === undefined)
    telemetry.log("warn", "no event source configured: deployments are found by sweeps only", {
      fix: "set queues in holdpoint.yml, or HOLDPOINT_EVENTS_KEY",
    });
}
