/** What the tests of the bot share: a clock, a telemetry that remembers, and a board between a store and a fake Slack. */

import { setTimeout as wait } from "node:timers/promises";
import type { FakeSlackOptions } from "../../fakes/slack/options.ts";
import { type FakeSlack, startFakeSlack } from "../../fakes/slack/server.ts";
import type { Message } from "../../fakes/slack/workspace.ts";
import { createBoard } from "../../src/bot/board/board.ts";
import { inWords, type LogEntry, type Picture } from "../../src/bot/card/parts/picture.ts";
import { createSlackClients } from "../../src/bot/slack/clients.ts";
import { createDirectory } from "../../src/bot/slack/directory.ts";
import { createWorkspaceLink } from "../../src/bot/slack/workspace.ts";
import type { Vote } from "../../src/handlers/decision.ts";
import { decisionsOf, keyOf } from "../../src/handlers/identity.ts";
import type { Board, Shown } from "../../src/handlers/picture.ts";
import type { Policy, Route } from "../../src/handlers/policy.ts";
import type { Clock, Telemetry } from "../../src/handlers/ports.ts";
import type { Store } from "../../src/handlers/store/store.ts";
import type { WordedDeployment, WordedRemark } from "../../src/handlers/words.ts";
import { hasRedis, openEmbeddedRedis, openRealRedis, type TimedStore, timed } from "../store/backends.ts";
import { deploymentOf, labelled, policyOf, wording } from "./card/pictures.ts";

export const channel = "C0DEPLOY";

export const clock: Clock = { monotonicMs: () => performance.now(), wait: (ms) => wait(ms) };

export interface RememberingTelemetry extends Telemetry {
  /** How often a name was counted, with these labels where given. */
  counted(name: string, labels?: Readonly<Record<string, string>>): number;
  readonly lines: readonly { readonly level: string; readonly message: string; readonly fields: unknown }[];
}

export function rememberingTelemetry(): RememberingTelemetry {
  const counts: { name: string; labels: Readonly<Record<string, string>> }[] = [];
  const lines: { level: string; message: string; fields: unknown }[] = [];
  return {
    count: (name, labels = {}) => counts.push({ name, labels }),
    observe: () => {},
    log: (level, message, fields = {}) => lines.push({ level, message, fields }),
    counted: (name, labels = {}) =>
      counts.filter(
        (it) =>
          it.name === name && Object.entries(labels).every(([label, value]) => it.labels[label] === value),
      ).length,
    lines,
  };
}

/** A deployment seen now. */
export interface Seen {
  readonly deployment?: Partial<WordedDeployment>;
  readonly policy?: Policy;
  /** Of today's route; what has a card keeps that card's channel. */
  readonly route?: Partial<Pick<Route, "channel" | "show">>;
  readonly storeAgeMs?: number;
  readonly connectedForMs?: number;
}

/** What differs at another replica: a step of its store, or the bot that it is. */
interface OtherBoard {
  readonly store?: Partial<Store>;
  readonly botId?: string;
}

const longAgoMs = 3_600_000;

export interface BoardTest {
  readonly slack: FakeSlack;
  readonly timed: TimedStore;
  readonly telemetry: RememberingTelemetry;
  /** One look: saves what AWS shows and draws it. */
  look(seen?: Seen): Promise<Shown>;
  /** Looks as often as the board wants to, up to ten times; the store's clock moves on in between. */
  settle(seen?: Seen): Promise<void>;
  picture(seen?: Seen): Promise<Picture>;
  readonly board: Board;
  /** Another replica's, over the same store. */
  otherBoard(changes?: OtherBoard): Promise<Board>;
  cards(): readonly Message[];
  thread(): readonly Message[];
  calls(method: string): number;
  close(): Promise<void>;
}

export async function startBoardTest(
  options: FakeSlackOptions & { readonly fallbackChannel?: string } = {},
): Promise<BoardTest> {
  const store = timed(await (hasRedis() ? openRealRedis() : openEmbeddedRedis()));
  await store.reset();
  const slack = await startFakeSlack({ clock: () => store.now(), ...options });
  const telemetry = rememberingTelemetry();
  const startedAt = store.now();
  let connectedForMs = longAgoMs;
  const first = await boardOver();

  async function boardOver({ store: changed = {}, botId }: OtherBoard = {}): Promise<Board> {
    const { botToken, apiUrl: slackApiUrl } = slack;
    const clients = createSlackClients({ botToken, slackApiUrl, telemetry });
    const workspace = createWorkspaceLink({ client: clients.lookups, clock, telemetry });
    const me = await workspace.ask();
    const directory = createDirectory({
      ...{ client: clients.lookups, clock, telemetry },
      workspace: () => me,
    });
    return createBoard({
      ...{ directory, fallbackChannel: options.fallbackChannel, wording },
      ...{ client: clients.board, store: { ...store.store, ...changed }, telemetry },
      workspace: () => ({ ...me, ...(botId === undefined ? {} : { botId }) }),
      connectedForMs: () => connectedForMs,
      // A search is remembered by the store's clock, which the test moves.
      clock: { ...clock, monotonicMs: () => store.now() },
    });
  }

  async function picture(seen: Seen = {}): Promise<Picture> {
    connectedForMs = seen.connectedForMs ?? longAgoMs;
    await store.advance(1);
    const deployment = deploymentOf({ startedAt, ...seen.deployment });
    const key = keyOf(deployment.ref, deployment.lane);
    const decisions = decisionsOf(deployment);
    const { view } = await store.store.save(key, { readAt: store.now(), deployment, decisions });
    const drawn = {
      ...{ key, deployment, view, ...labelled(deployment) },
      route: {
        ...{ match: {}, channel, policy: seen.policy ?? policyOf(), ...seen.route },
        ...(view.board.ts === undefined || view.board.channel === undefined
          ? {}
          : {
              channel: view.board.channel,
              ...(seen.route?.channel === undefined ? {} : { movedTo: seen.route.channel }),
            }),
      },
      storeAgeMs: seen.storeAgeMs ?? view.now - startedAt + longAgoMs,
    };
    return inWords(drawn, wording);
  }

  async function look(seen: Seen = {}): Promise<Shown> {
    return first.show(await picture(seen));
  }

  const messages = (): readonly Message[] => slack.workspace.timeline(channel);
  return {
    ...{ slack, timed: store, telemetry, look, picture, board: first, otherBoard: boardOver },
    async settle(seen) {
      for (let tries = 0; tries < 10; tries += 1) {
        const shown = await look(seen);
        if (shown.kind === "shown") return;
        await store.advance(shown.ms);
      }
    },
    cards: () => messages().filter((message) => message.threadTs === undefined),
    thread: () => {
      const [card] = messages();
      return card === undefined ? [] : slack.workspace.repliesTo(card);
    },
    calls: (method) => slack.calls.of(method).length,
    async close() {
      await slack.close();
      await store.close();
    },
  };
}

/** Looks at a deployment whose log goes on with these entries, until the thread has told them. */
export async function tellAlso(
  test: BoardTest,
  entries: readonly LogEntry[],
  seen: Seen & { readonly votes?: readonly Vote[] },
): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    const picture = await test.picture(seen);
    const { view } = picture;
    const shown = await test.board.show({
      ...picture,
      view: {
        ...view,
        votes: seen.votes ?? view.votes,
        log: [...view.log, ...entries],
        logLength: view.logLength + entries.length,
      },
    });
    if (shown.kind === "shown") return;
    await test.timed.advance(shown.ms);
  }
}

/** Something that the thread tells. */
export function remarkOf(name: string, changes: Partial<WordedRemark> = {}): WordedRemark {
  const words = { emoji: "▶️", words: [`something about ${name}`], ...changes };
  return { name, weight: "progress", ...words, said: words };
}

/** For what a test has to find before it can go on. */
export function present<T>(thing: T | undefined, otherwise: string): T {
  if (thing === undefined) throw new Error(otherwise);
  return thing;
}
