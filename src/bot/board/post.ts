import { randomUUID } from "node:crypto";
import type { WebClient } from "@slack/web-api";
import type { Mention } from "../../handlers/decision.ts";
import { keyText } from "../../handlers/identity.ts";
import { isTopLevel, notifiedBy, peopleOf } from "../../handlers/notify.ts";
import type { Telemetry } from "../../handlers/ports.ts";
import type { Drawn, IntendReply } from "../../handlers/store/board.ts";
import type { Store } from "../../handlers/store/store.ts";
import type { IncidentStage } from "../../handlers/store/view.ts";
import type { Message } from "../card/parts/blocks.ts";
import { mentionedBesides, mentioningOnly } from "../card/parts/mentions.ts";
import type { Picture } from "../card/parts/picture.ts";
import type { SlackCalls } from "../slack/call.ts";
import { type SlackFailure, wordsOf } from "../slack/error.ts";
import { postBucketOf, postBuckets, type Weight } from "./budget.ts";
import { createDoubles } from "./messages/doubles.ts";
import { type Finder, type MessageMetadata, metadataOf, type Search } from "./messages/find.ts";
import { adoptedCard, adoptedIncidentStage, birthOf, markOf } from "./messages/metadata.ts";
import { fallbackContents, isContentTooLarge, isMetadataTooLarge } from "./messages/too-large.ts";
import type { Names } from "./names.ts";
import type { Problems } from "./problems.ts";

/** A message to post once: a deployment's card (`seq` 0), or its log up to entry `seq`. */
export interface Post {
  readonly picture: Picture;
  readonly team: string;
  readonly channel: string;
  readonly seq: number;
  readonly from: number;
  /** Called while the store records the intent. */
  readonly draw: () => Message;
  /** Tried if Slack rejects that as too large. */
  readonly smaller?: () => Message;
  /** The people it notifies. Everybody else is written as a plain name. */
  readonly notified: readonly Mention[];
  readonly weight: Weight;
  /** There is certainly no such message yet, so the search can be skipped. */
  readonly known: boolean;
  /** The time since Redis last lost data. */
  readonly rememberedForMs: number;
  /** `incident`: this reply is edited until the incident is over. */
  readonly thread?: {
    readonly ts: string;
    readonly broadcast: boolean;
    /** Belongs to the thread, but is posted in the channel beside the card. */
    readonly topLevel: boolean;
    readonly incident: IncidentStage | undefined;
    /** Contains only progress. */
    readonly progress: boolean;
  };
  /** The record of the card, from the content that Slack accepted and the one that `draw` returned. */
  readonly shown?: (taken: Message, drawn: Message) => Drawn;
}

/** `gone`: the card to reply to no longer exists. */
export type PostEnd =
  | { readonly kind: "posted" | "gone" }
  /** `carried`: event data from the found card's metadata, which Redis may have lost. */
  | { readonly kind: "adopted"; readonly carried?: MessageMetadata["carried"] | undefined }
  /** `refused`: Slack's error code, if the channel rejects messages. */
  | { readonly kind: "later"; readonly ms: number; readonly refused?: string };

/** A failing search delays a post for this long: a duplicate card is better than a hold that nobody sees. */
const searchPatienceMs = 120_000;

/** A channel that rejects the bot is retried this often. */
const refusedRetryMs = 60_000;

/**
 * Posts a message at most once, as far as Slack allows: it has no idempotency key, so the intent is recorded first, and
 * a process that finds an old intent searches for the message (docs/protocol.md, 7).
 */
export function createPoster({
  client,
  store,
  finder,
  slackCalls,
  names,
  problems,
  telemetry,
  postWaitMs,
}: {
  readonly client: WebClient;
  readonly store: Pick<Store, "intend" | "posted" | "spend" | "limit" | "view">;
  readonly finder: Finder;
  readonly slackCalls: SlackCalls;
  readonly names: Names;
  readonly problems: Problems;
  readonly telemetry: Telemetry;
  /** The age at which another process may take over an intent. */
  readonly postWaitMs: number;
}): (post: Post) => Promise<PostEnd> {
  const doubles = createDoubles({ client, store, finder, slackCalls, telemetry });

  return async function postOnce(post) {
    const { picture, team, channel, seq, from, weight, known } = post;
    const nonce = randomUUID();
    const { born } = picture.view;
    const intending = store.intend(picture.key, { seq, from, nonce, postWaitMs, known, born });
    const drawn = post.draw();
    const intent = await intending;
    if (intent.kind === "busy") return { kind: "later", ms: intent.ms };
    if (intent.kind === "done") return { kind: "later", ms: 0 };
    const search = intent.kind === "post" ? undefined : searchOf(post, intent);
    const reads = search === undefined ? [] : finder.costs(search);
    const spent = await store.spend(team, [...reads, ...postBuckets(channel, weight)]);
    if (spent.kind === "wait") return giveBack(post, nonce, intent.since, spent.ms);
    if (search !== undefined && intent.kind !== "post") {
      const end = await adopt(post, nonce, intent, search);
      if (end !== undefined) return end;
    }
    return send(post, drawn, nonce);
  };

  /** Releases the intent. One that was taken over stays: the next job has to search too. */
  async function giveBack(post: Post, nonce: string, since: number, ms: number): Promise<PostEnd> {
    const { picture, seq, channel } = post;
    if (since > 0) return { kind: "later", ms: Math.max(ms, postWaitMs) };
    await store.posted(picture.key, { seq, nonce, channel });
    return { kind: "later", ms };
  }

  function searchOf(
    { picture, channel, rememberedForMs, weight, thread }: Post,
    intent: Extract<IntendReply, { readonly since: number }>,
  ): Search {
    const oldest = beforeStart(picture);
    const takeover = intent.since > 0;
    const search = { channel, key: keyText(picture.key), takeover, rememberedForMs, weight, oldest };
    if (thread === undefined) return search;
    // Not `thread.topLevel`: the process that had this intent may have rendered the message for other people.
    const beside = isTopLevel(peopleOf(notifiedBy(picture.route.policy)));
    return { ...search, thread: { ts: thread.ts, beside, ...birthOf(picture), seq: intent.seq } };
  }

  /** Ends the post if its message is found or the search has no result yet; undefined: it has to be posted. */
  async function adopt(
    post: Post,
    nonce: string,
    intent: Extract<IntendReply, { readonly since: number }>,
    search: Search,
  ): Promise<PostEnd | undefined> {
    const { picture, channel, thread } = post;
    const { key, view } = picture;
    const isThread = intent.seq > 0;
    if (isThread !== (thread !== undefined)) {
      // The intent is for a card and this is a reply, or the reverse: the card was forgotten in between.
      await store.posted(key, { seq: intent.seq, nonce, channel });
      return { kind: "later", ms: 0 };
    }
    const heldMs = intent.since === 0 ? 0 : view.now - intent.since;
    const found = await finder.find(search);
    switch (found.kind) {
      case "found":
        await store.posted(key, {
          ...{ seq: found.mark.to, nonce, ts: found.ts, channel },
          ...(thread === undefined ? adoptedCard(found.mark, picture) : {}),
          ...adoptedIncidentStage(found.mark, intent.seq === post.seq ? thread?.incident : undefined),
          ...(found.incident === undefined
            ? {}
            : { incident: found.incident.stage, incidentTs: found.incident.ts }),
          ...(thread?.progress === true && found.mark.to <= post.seq
            ? { progressFrom: found.mark.from }
            : {}),
        });
        telemetry.count("slack_adopted", { what: isThread ? "thread" : "card" });
        await doubles.remove(
          channel,
          found.others.map(({ ts }) => ts),
        );
        return { kind: "adopted", carried: found.mark.carried };
      case "absent":
        return undefined;
      case "wait":
        if (intent.since > 0) return withoutSearch(post, heldMs, "no budget to search");
        await store.posted(key, { seq: intent.seq, nonce, channel });
        return { kind: "later", ms: found.ms };
      case "failed":
        // Posting would fail too. A bot that is not a member may still post, so `not_in_channel` waits below.
        if (found.failure.kind === "refused" && found.failure.error === "channel_not_found") {
          if (intent.since === 0) await store.posted(key, { seq: intent.seq, nonce, channel });
          problems.tell(channel, found.failure.error);
          return { kind: "later", ms: refusedRetryMs, refused: found.failure.error };
        }
        return withoutSearch(post, heldMs, wordsOf(found.failure));
    }
  }

  function withoutSearch({ channel }: Post, heldMs: number, cause: string): PostEnd | undefined {
    if (heldMs < searchPatienceMs) return { kind: "later", ms: postWaitMs };
    telemetry.log("warn", "posting without a search for duplicates", { channel, cause });
    return undefined;
  }

  async function send(post: Post, drawn: Message, nonce: string): Promise<PostEnd> {
    const { picture, team, channel, seq, thread, shown } = post;
    const sent = await sendOrSmaller(post, drawn);
    if (sent.kind === "sent") {
      const kept = await store.posted(picture.key, {
        ...{ seq, nonce, ts: sent.ts, channel: sent.channel },
        ...(thread?.incident === undefined ? {} : { incident: thread.incident }),
        ...(thread?.progress === true ? { progressFrom: post.from } : {}),
        ...(thread === undefined ? { cardLog: picture.view.logLength } : {}),
        ...(shown === undefined ? {} : { shown: shown(sent.content, drawn) }),
      });
      problems.over(channel);
      if (kept !== "lost") return { kind: "posted" };
      if (thread === undefined) await doubles.removeCard(picture.key, sent);
      else await doubles.removeReply({ ...post, thread });
      return { kind: "later", ms: 0 };
    }
    const { failure } = sent;
    if (failure.kind === "unknown") return { kind: "later", ms: postWaitMs };
    await store.posted(picture.key, { seq, nonce, channel });
    if (failure.kind === "rate-limited") {
      await store.limit(team, postBucketOf(channel), failure.retryAfterMs);
      return { kind: "later", ms: failure.retryAfterMs };
    }
    if (failure.kind === "unreachable") return { kind: "later", ms: 5_000 };
    if (thread !== undefined && isGone(failure.error)) return { kind: "gone" };
    problems.tell(channel, failure.error);
    return { kind: "later", ms: refusedRetryMs, refused: failure.error };
  }

  async function sendOrSmaller(post: Post, drawn: Message): Promise<Sent> {
    let sent: Sent = { kind: "failed", failure: { kind: "unreachable", error: "not tried" } };
    for (const size of fallbackContents(drawn, post.smaller)) {
      sent = await sendNow(post, await quietened(size(), post.notified));
      if (sent.kind === "sent" || sent.failure.kind !== "refused" || !isContentTooLarge(sent.failure.error))
        break;
      problems.tell(post.channel, sent.failure.error);
    }
    return sent;
  }

  async function quietened(content: Message, notified: readonly Mention[]): Promise<Message> {
    return mentioningOnly(content, notified, await names(mentionedBesides(content, notified)));
  }

  async function sendNow(post: Post, content: Message): Promise<Sent> {
    const { picture, channel, seq, from, thread } = post;
    const incident = thread === undefined ? {} : { incident: thread.incident ?? ("none" as const) };
    const upTo = thread === undefined ? picture.view.logLength : seq;
    const mark = { ...markOf(picture, thread === undefined, upTo), ...incident, from, to: seq };
    const sent = await sendMarked(post, content, mark);
    const isRefused = sent.kind === "failed" && sent.failure.kind === "refused";
    if (!isRefused || mark.carried === undefined || !isMetadataTooLarge(sent.failure.error)) return sent;
    problems.tell(channel, sent.failure.error);
    const { carried: _left, ...bare } = mark;
    return sendMarked(post, content, bare);
  }

  async function sendMarked(
    { channel, thread }: Post,
    content: Message,
    mark: MessageMetadata,
  ): Promise<Sent> {
    const { text, blocks } = content;
    const message = {
      ...{ channel, text, blocks, unfurl_links: false, unfurl_media: false },
      metadata: metadataOf(mark),
    };
    const isReply = thread !== undefined && !thread.topLevel;
    const reply = isReply ? { ...message, thread_ts: thread.ts } : message;
    const called = await slackCalls.call("chat.postMessage", () =>
      client.chat.postMessage(
        isReply && thread.broadcast ? { ...message, thread_ts: thread.ts, reply_broadcast: true } : reply,
      ),
    );
    if (called.kind === "failed") return called;
    const { ts, channel: where = channel } = called.answer;
    if (ts === undefined) return { kind: "failed", failure: { kind: "unknown", error: "no ts" } };
    return { kind: "sent", ts, channel: where, content };
  }
}

type Sent =
  | {
      readonly kind: "sent";
      readonly ts: string;
      readonly channel: string;
      readonly content: Message;
    }
  | { readonly kind: "failed"; readonly failure: SlackFailure };

/** Where a search starts. AWS's, Redis's and Slack's clocks meet here; the 5 minutes cover their differences. */
function beforeStart({ deployment, view }: Picture): number {
  return (deployment.startedAt ?? view.now - 24 * 3_600_000) - 300_000;
}

function isGone(error: string): boolean {
  return error === "thread_not_found" || error === "message_not_found";
}
