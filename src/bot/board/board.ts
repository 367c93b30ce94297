/**
 * Keeps one card per deployment: posts it once, then edits it, and posts the log into its thread. A job posts at most
 * one message, the card first, so that it completes within its lease. If Slack fails, the result is the delay until the
 * next job.
 */

import type { WebClient } from "@slack/web-api";
import { printSeen, seenOf } from "../../handlers/answer/worse.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import { notifiedBy, peopleOf } from "../../handlers/notify.ts";
import type { Board, Shown } from "../../handlers/picture.ts";
import type { Clock, Directory, Telemetry } from "../../handlers/ports.ts";
import type { Drawn } from "../../handlers/store/board.ts";
import type { Store } from "../../handlers/store/store.ts";
import { protocolTiming, type Timing } from "../../handlers/timing.ts";
import type { Wording } from "../../handlers/words.ts";
import { type Detail, drawCard, showsHealth } from "../card/card.ts";
import { cardHash, type Message } from "../card/parts/blocks.ts";
import { cardLink } from "../card/parts/links.ts";
import { mentioningOnly } from "../card/parts/mentions.ts";
import { inWords, type Picture } from "../card/parts/picture.ts";
import { getsCard, waits } from "../card/shown.ts";
import { holdToCallFor } from "../card/thread/call.ts";
import { untoldStage } from "../card/thread/incident.ts";
import { drawIncidentMessage, drawThread, weightOf } from "../card/thread/thread.ts";
import { createSlackCalls } from "../slack/call.ts";
import { createChannelKind } from "../slack/channel-kind.ts";
import type { Workspace } from "../slack/workspace.ts";
import { createAddProgress } from "./add-progress.ts";
import { createCalledBefore, isCardOfLostStore } from "./called.ts";
import { createEditor } from "./edit.ts";
import { createFallback } from "./fallback-channel.ts";
import { createFinder } from "./messages/find.ts";
import { hashOf, markOf } from "./messages/metadata.ts";
import { createNames } from "./names.ts";
import { createPoster } from "./post.ts";
import { createProblems, isClosed } from "./problems.ts";
import { unpostedEntries } from "./unposted.ts";
import { cardWeight, isNew, isOld, restMs } from "./urgency.ts";
import { findVotersLeft } from "./voters-left.ts";

/** Slack's and Redis's clocks are expected to differ by less than this. */
const clocksMs = 10_000;

type Later = { readonly kind: "later"; readonly ms: number } | undefined;

export function createBoard(ports: {
  readonly client: WebClient;
  readonly store: Pick<Store, "intend" | "posted" | "shown" | "forgetCard" | "spend" | "limit" | "view">;
  readonly workspace: () => Workspace | undefined;
  /** The time since this process last connected to Redis. */
  readonly connectedForMs: () => number;
  /** Gets a message for a deployment that has no card. */
  readonly fallbackChannel?: string | undefined;
  readonly directory: Pick<Directory, "groupMembers">;
  readonly wording: Wording;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Defaults to the protocol's timing. */
  readonly timing?: Pick<Timing, "postWaitMs" | "settledMs" | "newDeploymentMs">;
}): Board {
  const { client, store, workspace, connectedForMs, telemetry, wording } = ports;
  const { postWaitMs, settledMs, newDeploymentMs } = ports.timing ?? protocolTiming;
  const problems = createProblems(telemetry);
  const slackCalls = createSlackCalls(ports);
  const finder = createFinder({ ...ports, slackCalls });
  const names = createNames({ client, slackCalls, clock: ports.clock });
  const postOnce = createPoster({
    ...{ client, store, finder, slackCalls, names, problems, telemetry, postWaitMs },
  });
  const tellFallback = createFallback({
    ...{ client, store, slackCalls, problems, fallbackChannel: ports.fallbackChannel },
    kindOf: createChannelKind(ports),
    team: () => workspace()?.teamId,
  });
  const edit = createEditor({ client, store, slackCalls, problems });
  const readCalled = createCalledBefore({ store, finder });
  const addProgress = createAddProgress({ store, edit, postWaitMs });

  async function showWorded(picture: Picture): Promise<Shown> {
    const team = workspace()?.teamId;
    if (team === undefined) return { kind: "later", ms: 1_000 };
    const pausedMs = slackCalls.pausedMs();
    if (pausedMs > 0) return { kind: "later", ms: pausedMs };
    const { channel, ts } = picture.view.board;
    if (ts === undefined && !getsCard(picture)) {
      await tellFallback(picture);
      return { kind: "shown" };
    }
    if (ts === undefined) return postCard(picture, team);
    const at = { team, channel: channel ?? picture.route.channel, ts };
    const card = await redrawCard(picture, at);
    // A reply would go into a thread that nobody can find.
    if (card === "gone") return postAnew(picture, ts);
    // One visible change per job: the thread and the incident message follow in the next one, immediately.
    if (card === "drawn" && hasMore(picture)) return { kind: "later", ms: 0 };
    const waits = card === "drawn" || card === "same" ? undefined : card;
    const thread = await tellThread(picture, at, waits === undefined);
    const incident = waits === undefined ? await redrawIncident(picture, at, true) : undefined;
    return earliest(waits, thread, incident);
  }

  async function postCard(picture: Picture, team: string): Promise<Shown> {
    // An earlier card has already called people: without news, its replacement is posted without mentions, and the edit
    // that follows adds them.
    const isNews = unpostedEntries(picture).some(({ entry }) => holdToCallFor(picture, entry) !== undefined);
    const isQuiet = picture.view.board.channel !== undefined && !isNews;
    const draw = (detail: Detail): Message =>
      isQuiet ? mentioningOnly(drawCard(picture, detail), []) : drawCard(picture, detail);
    const { policy } = picture.route;
    const end = await postOnce({
      ...{ picture, team, seq: 0, from: 0 },
      draw: () => draw("full"),
      smaller: () => draw("least"),
      channel: picture.route.channel,
      notified: isQuiet || !waits(picture) ? [] : peopleOf(notifiedBy(policy)),
      weight: cardWeight(picture),
      // An earlier card may be in a channel that is open again, so that case needs a search.
      known:
        storeRemembers(picture) &&
        isNew(picture, newDeploymentMs) &&
        picture.view.board.channel === undefined,
      rememberedForMs: rememberedForMs(picture),
      shown: (taken, drawn) => ({
        hash: hashOf(picture, drawn),
        ...drawnFrom(picture),
        ...seenOn(taken, picture),
      }),
    });
    if (end.kind === "later") return unlessRefused(picture, end);
    if (end.kind === "adopted" && end.carried !== undefined)
      return { kind: "later", ms: 0, carried: end.carried };
    const threadWaits = picture.view.logLength > picture.view.board.said;
    return end.kind === "posted" && !threadWaits && !isQuiet ? { kind: "shown" } : { kind: "later", ms: 0 };
  }

  async function redrawCard(picture: Picture, at: At): Promise<"same" | "drawn" | "gone" | Later> {
    const content = drawCard(picture);
    const hash = hashOf(picture, content);
    const { shown } = picture.view.board;
    if (hash === shown && !isOld(picture)) return "same";
    const weight = hash === shown ? "progress" : cardWeight(picture);
    // After a loss of Redis data, until the thread is posted to again, only the card's metadata has the holds that
    // people were called for: don't overwrite it.
    const mark =
      picture.deployment.carried === undefined || isCardOfLostStore(picture) ? {} : { mark: markOf(picture) };
    const end = await edit({ ...at, ...mark, content, smaller: () => drawCard(picture, "least"), weight });
    if (end.kind === "later") return unlessRefused(picture, end);
    if (end.kind === "gone" && !isTerminal(picture.deployment)) return "gone";
    const taken = end.kind === "edited" ? end.content : content;
    const kept = await store.shown(picture.key, { hash, ...drawnFrom(picture), ...seenOn(taken, picture) });
    return kept === "again" ? { kind: "later", ms: 0 } : "drawn";
  }

  async function tellThread(picture: Picture, at: At, isCardDrawn: boolean): Promise<Later> {
    const entries = unpostedEntries(picture);
    const [first] = entries;
    if (first === undefined) return undefined;
    const added = await addProgress(picture, at);
    if (added !== undefined) return added.kind === "later" ? added : undefined;
    const calledBefore = await readCalled(picture, entries, at);
    if (calledBefore !== undefined && "kind" in calledBefore) return calledBefore;
    const message = drawThread(picture, entries, {
      calledBefore,
      votersLeft: await findVotersLeft(picture, entries, ports.directory),
      cardUrl: urlOf(at),
    });
    const { text, blocks, broadcast, topLevel, incident, notified, to, progress } = message;
    // The new message replaces the previous incident message, which is not edited after that: remove its button now.
    const waits = incident === undefined ? undefined : await redrawIncident(picture, at, isCardDrawn);
    if (waits !== undefined) return waits;
    const end = await postOnce({
      ...{ picture, team: at.team, channel: at.channel, draw: () => ({ text, blocks }) },
      ...{ seq: to, from: first.seq, notified },
      weight: weightOf(entries.filter(({ seq }) => seq <= to)),
      known: storeRemembers(picture) || remembersCard(picture),
      rememberedForMs: rememberedForMs(picture),
      thread: { ts: at.ts, broadcast, topLevel, incident, progress },
    });
    switch (end.kind) {
      case "later":
        return unlessRefused(picture, end);
      case "gone":
        return postAnew(picture, at.ts);
      case "adopted":
        return { kind: "later", ms: 0 };
      case "posted":
        return to < picture.view.logLength ? { kind: "later", ms: 0 } : undefined;
    }
  }

  /** Edits the incident message, which is broadcast to the channel: its button has to go when it no longer applies. */
  async function redrawIncident(picture: Picture, at: At, isCardDrawn: boolean): Promise<Later> {
    const { incidentTs, incidentShown, shown = "" } = picture.view.board;
    if (incidentTs === undefined) return undefined;
    const content = drawIncidentMessage(picture, { cardUrl: urlOf(at) });
    if (content === undefined) return undefined;
    const incident = cardHash(content);
    if (incident === incidentShown) return undefined;
    const end = await edit({ ...at, ts: incidentTs, content, weight: "incident" });
    if (end.kind === "later") return end;
    // The card is not edited here, so its recorded health stays. If its own edit failed, the old hash stays and it is
    // edited again.
    const hash = isCardDrawn ? hashOf(picture, drawCard(picture)) : shown;
    const { seen } = picture.view.board;
    const drawn = { hash, ...drawnFrom(picture), ...(seen === undefined ? {} : { seen }) };
    await store.shown(picture.key, { ...drawn, incident });
    return undefined;
  }

  function urlOf(card: At): string {
    return cardLink(card, workspace()?.url);
  }

  /** If the channel is closed and the route now names another one, posts the card there. */
  async function unlessRefused(
    picture: Picture,
    { ms, refused }: { readonly ms: number; readonly refused?: string },
  ): Promise<{ readonly kind: "later"; readonly ms: number }> {
    if (refused === undefined) return { kind: "later", ms };
    const { ts } = picture.view.board;
    const { channel, movedTo } = picture.route;
    const canMove = movedTo !== undefined && isClosed(refused);
    const isNeeded = !isTerminal(picture.deployment) || untoldStage(picture) !== undefined;
    if (ts !== undefined && canMove && isNeeded) return postAnew(picture, ts);
    await tellFallback(picture, { channel, error: refused });
    return { kind: "later", ms: Math.max(ms, restMs(picture)) };
  }

  async function postAnew(
    { key }: Picture,
    ts: string,
  ): Promise<{ readonly kind: "later"; readonly ms: number }> {
    telemetry.log("warn", "card was deleted in Slack, reposting", { ts });
    await store.forgetCard(key, ts);
    return { kind: "later", ms: 0 };
  }

  /**
   * True if Redis has kept its data for over 2 minutes: messages from before a loss or failover have been searched for
   * since.
   */
  function storeRemembers(picture: Picture): boolean {
    return rememberedForMs(picture) > settledMs;
  }

  /**
   * The card was posted after Redis last lost data, so everything in its thread is on record. This compares Slack's
   * clock with Redis's; `clocksMs` is the margin.
   */
  function remembersCard(picture: Picture): boolean {
    const postedMs = Number(picture.view.board.ts ?? 0) * 1_000;
    return picture.view.now - postedMs + clocksMs < rememberedForMs(picture);
  }

  function rememberedForMs({ storeAgeMs, view }: Picture): number {
    const { now, born = now, emptied } = view;
    return Math.min(storeAgeMs, connectedForMs(), emptied === true ? now - born : storeAgeMs);
  }

  return { show: (picture) => showWorded(inWords(picture, wording)) };
}

interface At {
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
}

function drawnFrom({ view }: Picture) {
  return { readAt: view.readAt ?? 0, logLength: view.logLength, born: view.born };
}

/** The health that the card shows; none if the card was too large to include it. */
function seenOn(taken: Message, picture: Picture): Pick<Drawn, "seen"> {
  const { watched } = picture.deployment;
  return watched !== undefined && showsHealth(picture, taken) ? { seen: printSeen(seenOf(watched)) } : {};
}

/** True if the thread or its incident message may need an update. */
function hasMore(picture: Picture): boolean {
  return unpostedEntries(picture).length > 0 || picture.view.board.incidentTs !== undefined;
}

function earliest(...waits: readonly Later[]): Shown {
  const known = waits.filter((wait) => wait !== undefined);
  if (known.length === 0) return { kind: "shown" };
  return { kind: "later", ms: Math.min(...known.map(({ ms }) => ms)) };
}
