/** The bot as it runs, between a fake Slack and a real store; only AWS is a function of the test. */

import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { createDriver, type Driver } from "../../fakes/slack/driver.ts";
import type { FakeSlackOptions } from "../../fakes/slack/options.ts";
import { type FakeSlack, startFakeSlack } from "../../fakes/slack/server.ts";
import type { Message } from "../../fakes/slack/workspace.ts";
import { type Bot, createBot } from "../../src/bot/app.ts";
import { createBoard } from "../../src/bot/board/board.ts";
import { inWords, type Picture } from "../../src/bot/card/parts/picture.ts";
import { createSlackClients } from "../../src/bot/slack/clients.ts";
import { createDirectory } from "../../src/bot/slack/directory.ts";
import { createWorkspaceLink } from "../../src/bot/slack/workspace.ts";
import { type Answerer, createAnswer } from "../../src/handlers/answer/answer.ts";
import type { Attempt, Executed } from "../../src/handlers/answer/execute.ts";
import { routeOf } from "../../src/handlers/answer/request.ts";
import { decisionFor, decisionsOf, keyOf } from "../../src/handlers/identity.ts";
import type { ReadKnownTargets } from "../../src/handlers/names/known-targets.ts";
import { createLabels } from "../../src/handlers/names/labels.ts";
import type { Policy, Route } from "../../src/handlers/policy.ts";
import type { Store } from "../../src/handlers/store/store.ts";
import { createStrategyPlaces } from "../../src/handlers/strategy/places.ts";
import { createEditStrategy } from "../../src/handlers/strategy/save.ts";
import type { Strategies } from "../../src/handlers/strategy/strategy.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { openTestStore } from "../store/backends.ts";
import { deploymentOf, policyOf, ruleOf, wording } from "./card/pictures.ts";
import { channel, clock, type RememberingTelemetry, rememberingTelemetry } from "./support.ts";

export const mara = "U0MARA";
export const jun = "U0JUN";
/** In the channel, and no approver. */
export const theo = "U0THEO";
export const stranger = "U0STRANGER";

const approvers = [{ kind: "usergroup", id: "S0ONCALL" }] as const;

/** One approval of the group; a rollback needs a reason where the test says so. */
export function rulesFor(
  changes: { readonly approvals?: number; readonly reason?: "required" | "optional" } = {},
): Policy {
  const { approvals = 1, reason = "optional" } = changes;
  return policyOf({
    continue: ruleOf({ approvers, approvals }),
    rollback: ruleOf({ approvers, reason }),
  });
}

export interface RunningBotOptions {
  readonly slack?: FakeSlackOptions;
  readonly mode?: "http" | "socket";
  readonly policy?: Policy;
  readonly act?: (attempt: Attempt) => Promise<Executed>;
  /** What differs from the real store, for the bot and its answers. */
  readonly store?: (real: Store) => Partial<Store>;
  /** What AWS has of them, and in which places it may be asked. */
  readonly strategies?: {
    readonly strategies: Strategies;
    readonly accounts?: Parameters<typeof createStrategyPlaces>[0]["accounts"];
  };
  /** More routes, which win over that of the one channel; and the accounts that they name, beside prod. */
  readonly routes?: readonly Route[];
  readonly accountNames?: Readonly<Record<string, string>>;
  /** Instead of the real one. */
  readonly answerer?: (real: Answerer) => Answerer;
  /** What the sweeps listed. Absent: everything, and there is nothing but what deploys. */
  readonly knownTargets?: ReadKnownTargets;
  readonly started?: boolean;
}

export interface RunningBot {
  readonly slack: FakeSlack;
  readonly bot: Bot;
  readonly url: string;
  readonly driver: Driver;
  readonly store: Store;
  readonly telemetry: RememberingTelemetry;
  /** What reached AWS. */
  readonly acts: readonly Attempt[];
  /** Shows a deployment in the channel, as a look does. */
  show(changes?: Partial<WordedDeployment>): Promise<Message>;
  /** The newest private answer to somebody. */
  heard(person: string, words?: string): Promise<Message>;
  close(): Promise<void>;
}

export async function startBot(options: RunningBotOptions = {}): Promise<RunningBot> {
  const { mode = "http", policy = rulesFor() } = options;
  const testStore = await openTestStore();
  const slack = await startFakeSlack({
    people: [
      ...[mara, jun, theo].map((id) => ({ id, name: id.toLowerCase() })),
      { id: stranger, name: "stranger", teamId: "T0OTHER" },
    ],
    ...options.slack,
  });
  const telemetry = rememberingTelemetry();
  const acts: Attempt[] = [];
  const store: Store = { ...testStore.store, ...options.store?.(testStore.store) };
  const routes: readonly Route[] = [...(options.routes ?? []), { match: {}, channel, policy }];
  const accountNames = new Map([["111122223333", "prod"], ...Object.entries(options.accountNames ?? {})]);

  const { apiUrl: slackApiUrl, botToken } = slack;
  const clients = createSlackClients({ botToken, slackApiUrl, telemetry });
  const workspace = createWorkspaceLink({ client: clients.lookups, clock, telemetry });
  const { labelFor } = createLabels({ store, accountNames, clock });
  const shared = { store, clock, telemetry, routes, accountNames, labelFor, wording };
  const directory = createDirectory({
    client: clients.lookups,
    workspace: workspace.current,
    clock,
    telemetry,
  });
  const answerer = createAnswer({
    ...shared,
    directory,
    act: async (attempt) => {
      if (options.act === undefined) return accept(attempt);
      acts.push(attempt);
      return options.act(attempt);
    },
    newToken: () => crypto.randomUUID(),
    nudge: () => {},
    findAgain: async () => {},
    stopping: () => false,
    timing: protocolTiming,
  });
  const bot = createBot({
    ...shared,
    ...deskOf(),
    directory,
    knownTargets:
      options.knownTargets ?? (async () => ({ targets: [], complete: true, places: [], unlisted: [] })),
    describeCall: (deployment, { action }) => ({
      name: "StopServiceDeployment",
      parameters: { serviceDeploymentArn: deployment.ref.id, action },
    }),
    ...{ slackApiUrl, clients, workspace },
    answerer: options.answerer?.(answerer) ?? answerer,
    transport:
      mode === "http"
        ? { kind: "http", signingSecret: slack.signingSecret }
        : { kind: "socket", appToken: slack.appToken },
  });
  const server = createServer((request, response) => bot.requestListener?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/slack/events`;
  if (options.started !== false) await bot.start();

  const board = createBoard({
    ...{ ...shared, directory },
    ...{ client: clients.board, workspace: workspace.current, connectedForMs: () => 3_600_000 },
  });

  function deskOf() {
    if (options.strategies === undefined) return {};
    const { strategies, accounts = [{ id: "111122223333", name: "prod", regions: ["eu-west-1"] }] } =
      options.strategies;
    const places = createStrategyPlaces({
      ...{ system: "appconfig" as const, title: "AppConfig", strategies, accounts, routes, directory },
    });
    const save = createEditStrategy({
      ...{ ...shared, places, timing: protocolTiming },
      newToken: () => crypto.randomUUID(),
      stopping: () => false,
    });
    return { strategies: { places, save } };
  }

  /** AWS takes the request, and that is on record. */
  async function accept(asked: Attempt): Promise<Executed> {
    const { key, action, point, token, by, attempt, seen } = asked;
    const keys = { key, ...decisionFor(action, point) };
    const begun = await testStore.store.begin(keys, { token, leaseMs: 1_000 });
    if (begun.kind === "opposed") {
      return { kind: "stale", changed: { what: "opposed", by: begun.by }, deployment: seen };
    }
    acts.push(asked);
    await testStore.store.settle(keys, { token, answer: "accepted", detail: "", action, by, attempt });
    return { kind: "accepted", deployment: seen };
  }

  async function pictureOf(changes: Partial<WordedDeployment>): Promise<Picture> {
    const deployment = deploymentOf({ startedAt: Date.now(), ...changes });
    const key = keyOf(deployment.ref, deployment.lane);
    const { view } = await testStore.store.save(key, {
      readAt: Date.now(),
      deployment,
      decisions: decisionsOf(deployment),
    });
    const route = routeOf(deployment, view, routes, accountNames);
    const accountName = accountNames.get(deployment.ref.account) ?? "";
    if (route === undefined) throw new Error("no route shows it");
    const label = await labelFor(deployment);
    return inWords({ key, deployment, view, route, accountName, label, storeAgeMs: 3_600_000 }, wording);
  }

  async function show(changes: Partial<WordedDeployment> = {}): Promise<Message> {
    const shown = await board.show(await pictureOf(changes));
    if (shown.kind === "later") await board.show(await pictureOf(changes));
    const { key, deployment, view, route, accountName } = await pictureOf(changes);
    const card = slack.workspace.message(route.channel, view.board.ts ?? "");
    await testStore.store.enqueue([{ member: { kind: "ref", ref: deployment.ref }, delayMs: 0 }]);
    const [taken] = await testStore.store.dequeue("test", 1, 1_000);
    if (card === undefined || taken === undefined) throw new Error("the card was not posted");
    const { ref, target, qualifiedTarget = target, which, holds } = deployment;
    await testStore.store.complete(taken, {
      nextMs: 60_000,
      active: {
        ...{
          key,
          ref,
          target,
          qualifiedTarget,
          accountName,
          state: "waiting",
          channel: route.channel,
          ts: card.ts,
        },
        ...(which === undefined ? {} : { which }),
        holdIds: holds.map(({ id }) => id),
      },
    });
    return card;
  }

  return {
    ...{ slack, bot, url, store, telemetry, acts, show },
    driver: createDriver({
      slack,
      bot:
        mode === "http"
          ? { kind: "http", url, signingSecret: slack.signingSecret }
          : { kind: "socket", socket: slack.socket },
    }),
    heard: (person, words = "") =>
      slack.waitFor(
        () =>
          slack.workspace
            .privateTo(person)
            .filter(({ text }) => text.includes(words))
            .at(-1),
        { what: `a private answer to ${person} with ${JSON.stringify(words)}`, timeoutMs: 10_000 },
      ),
    async close() {
      await bot.stop(1_000);
      server.close();
      server.closeAllConnections();
      await slack.close();
      await testStore.close();
    },
  };
}

/** Looks again and again: for what no event announces. */
export async function until(holds: () => boolean, timeoutMs = 5_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error("the condition did not come true");
    await wait(5);
  }
}
