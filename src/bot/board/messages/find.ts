import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { EpochMs } from "../../../handlers/deployment.ts";
import type { Clock } from "../../../handlers/ports.ts";
import type { Bucket } from "../../../handlers/store/limits.ts";
import type { Store } from "../../../handlers/store/store.ts";
import type { IncidentStage } from "../../../handlers/store/view.ts";
import type { SlackCalls } from "../../slack/call.ts";
import type { SlackFailure } from "../../slack/error.ts";
import type { Workspace } from "../../slack/workspace.ts";
import { readBuckets, type Weight } from "../budget.ts";

const metadataType = "holdpoint";

/**
 * When the deployment's records began (`lane`), and the data of the queue, in seconds (`bornAt`). After a data loss,
 * entries are numbered from 1 again.
 */
export interface Birth {
  readonly bornAt: number;
  /** Absent in messages of earlier releases: `bornAt` counts. */
  readonly lane?: number;
}

/** A Redis Cluster can lose the records without the queue. */
export function isSameBirth(one: Birth, other: Birth): boolean {
  const areKnown = one.lane !== undefined && other.lane !== undefined;
  return areKnown ? one.lane === other.lane : one.bornAt === other.bornAt;
}

/**
 * The metadata of every card and thread message: if Slack's response to a post was lost, the message is found by it
 * instead of being posted twice. `from` and `to` are the first and last log entry in the message, both 0 for a card.
 */
export interface MessageMetadata extends Birth {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  /** On a card: the length of the log when it was rendered. Absent in messages of earlier releases. */
  readonly log?: number;
  /** The incident stage that this message reports. Absent on a card, and in messages of earlier releases. */
  readonly incident?: IncidentStage | "none";
  /** Decision ids of open holds that people were called for, or "none". Absent in messages of earlier releases. */
  readonly called?: string;
  /** On a card: data about its deployment that only events contained. */
  readonly carried?: Readonly<Record<string, string>>;
}

/** Searches for a thread message by log entry, for a card by its deployment alone. */
export interface Search {
  readonly channel: string;
  readonly key: string;
  readonly oldest: EpochMs;
  /** Another process may be posting: don't use a cached scan. */
  readonly takeover: boolean;
  /** The time since Redis last lost data: an older scan may lack a card that was posted and forgotten since. */
  readonly rememberedForMs: number;
  readonly weight: Weight;
  readonly thread?: Birth & {
    readonly ts: string;
    /** It may be in the channel instead of the thread. */
    readonly beside: boolean;
    readonly seq: number;
  };
}

/** The metadata in Slack's format. */
export function metadataOf(mark: MessageMetadata) {
  return { event_type: metadataType, event_payload: { ...mark } };
}

export interface FoundMessage {
  readonly ts: string;
  readonly mark: MessageMetadata;
}

type Found =
  | (FoundMessage & {
      readonly kind: "found";
      readonly others: readonly FoundMessage[];
      /** With a card: the newest message of its incident. */
      readonly incident?: { readonly ts: string; readonly stage: IncidentStage };
    })
  | { readonly kind: "absent" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "failed"; readonly failure: SlackFailure };

const markSchema = z.object({
  key: z.string(),
  bornAt: z.number(),
  lane: z.number().exactOptional(),
  from: z.number(),
  to: z.number(),
  log: z.number().exactOptional(),
  incident: z.enum(["open", "bad", "none"]).exactOptional(),
  called: z.string().exactOptional(),
  carried: z.record(z.string(), z.string()).exactOptional(),
}) satisfies z.ZodType<MessageMetadata>;
const message = z.object({
  ts: z.string(),
  thread_ts: z.string().optional(),
  bot_id: z.string().optional(),
  metadata: z.object({ event_type: z.literal(metadataType), event_payload: markSchema }),
});
type Marked = z.infer<typeof message>;

interface Scan {
  readonly oldest: EpochMs;
  readonly atMs: number;
  readonly result: Promise<readonly Marked[] | Extract<Found, { kind: "wait" | "failed" }>>;
}

/** A scan of a channel is reused for this long by other searches. */
const scanMs = 15_000;
const paid = { kind: "ok" } as const;
const pageSize = 200;
const maxPages = 10;
export interface Finder {
  /** The rate budget for the first page of this search; reusing a cached scan costs nothing. */
  costs(search: Search): readonly Bucket[];
  /** The caller must have spent `costs` first. */
  find(search: Search): Promise<Found>;
  /** The metadata of the card and of all messages of its deployment; undefined if they can't be read now. */
  marks(search: Search): Promise<readonly MessageMetadata[] | undefined>;
}

/** Finds messages of this bot by their metadata. Other apps' messages don't count, whatever their metadata contains. */
export function createFinder({
  client,
  store,
  workspace,
  clock,
  slackCalls,
}: {
  readonly client: WebClient;
  readonly store: Pick<Store, "spend" | "limit">;
  readonly workspace: () => Workspace | undefined;
  readonly clock: Clock;
  readonly slackCalls: SlackCalls;
}): Finder {
  const scans = new Map<string, Scan>();

  function keptScan({ channel, oldest, takeover, rememberedForMs }: Search): Scan | undefined {
    const last = scans.get(channel);
    const goodForMs = takeover ? 0 : Math.min(scanMs, rememberedForMs);
    const isGood = last !== undefined && clock.monotonicMs() - last.atMs < goodForMs && last.oldest <= oldest;
    return isGood ? last : undefined;
  }

  function scanOf(search: Search): Scan {
    const kept = keptScan(search);
    if (kept !== undefined) return kept;
    const { channel, oldest, weight } = search;
    const scan: Scan = {
      oldest,
      atMs: clock.monotonicMs(),
      result: read("conversations.history", weight, (cursor) =>
        client.conversations.history({ channel, ...range(oldest), ...cursor }),
      ),
    };
    scans.set(channel, scan);
    const forget = (): void => {
      if (scans.get(channel) === scan) scans.delete(channel);
    };
    scan.result.then((result) => ("kind" in result ? forget() : undefined), forget);
    return scan;
  }

  async function read(
    method: "conversations.history" | "conversations.replies",
    weight: Weight,
    page: (cursor: { cursor?: string }) => Promise<{
      messages?: readonly unknown[];
      response_metadata?: { next_cursor?: string };
    }>,
  ): Promise<readonly Marked[] | Extract<Found, { kind: "wait" | "failed" }>> {
    const me = workspace();
    if (me === undefined) return { kind: "wait", ms: 1_000 };
    const found: Marked[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < maxPages; pages += 1) {
      const spent = pages === 0 ? paid : await store.spend(me.teamId, readBuckets(method, weight));
      // Pages already read are not kept: a search that waited for budget halfway would start over every time and never
      // finish.
      if (spent.kind === "wait") return tooLong(pages);
      const called = await slackCalls.call(method, () => page(cursor === undefined ? {} : { cursor }));
      if (called.kind === "failed") {
        const { failure } = called;
        if (failure.kind !== "rate-limited") return called;
        await store.limit(me.teamId, method, failure.retryAfterMs);
        return { kind: "wait", ms: failure.retryAfterMs };
      }
      for (const item of called.answer.messages ?? []) {
        const parsed = message.safeParse(item);
        if (parsed.success && (parsed.data.bot_id ?? me.botId) === me.botId) found.push(parsed.data);
      }
      cursor = called.answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") return found;
    }
    return tooLong(maxPages);
  }

  async function readThread(search: Search, thread: { readonly ts: string }) {
    const { channel, oldest, weight } = search;
    return read("conversations.replies", weight, (cursor) =>
      client.conversations.replies({ channel, ts: thread.ts, ...range(oldest), ...cursor }),
    );
  }

  async function markedIn(search: Search) {
    const { thread } = search;
    const replies = thread === undefined ? [] : await readThread(search, thread);
    if ("kind" in replies) return replies;
    const others = thread?.beside === false ? [] : await scanOf(search).result;
    return "kind" in others ? others : [...replies, ...others];
  }

  return {
    costs(search) {
      const inThread = search.thread === undefined ? [] : readBuckets("conversations.replies", search.weight);
      if (search.thread?.beside === false) return inThread;
      const inChannel =
        keptScan(search) === undefined ? readBuckets("conversations.history", search.weight) : [];
      return [...inThread, ...inChannel];
    },
    async marks(search) {
      const marked = await markedIn(search);
      if ("kind" in marked) return undefined;
      return marked.map(({ metadata }) => metadata.event_payload).filter(({ key }) => key === search.key);
    },
    async find(search) {
      const { thread } = search;
      const marked = await markedIn(search);
      if ("kind" in marked) return marked;
      const fits =
        thread === undefined
          ? marked.filter((it) => isCard(it) && it.metadata.event_payload.key === search.key)
          : marked.filter((it) => carries(it, search.key, thread));
      const [oldest, ...doubles] = [...fits].sort((a, b) => (a.ts < b.ts ? -1 : 1));
      if (oldest === undefined) return { kind: "absent" };
      const found = { kind: "found", ...foundIn(oldest), others: doubles.map(foundIn) } as const;
      const incident = thread === undefined ? incidentIn(marked, search.key) : undefined;
      return incident === undefined ? found : { ...found, incident };
    },
  };
}

function foundIn({ ts, metadata }: Marked): FoundMessage {
  return { ts, mark: metadata.event_payload };
}

function tooLong(pages: number): Extract<Found, { kind: "failed" }> {
  return { kind: "failed", failure: { kind: "refused", error: `more than ${pages * pageSize} messages` } };
}

function range(oldest: EpochMs) {
  return {
    oldest: (oldest / 1_000).toFixed(6),
    inclusive: true,
    include_all_metadata: true,
    limit: pageSize,
  };
}

function isCard({ ts, thread_ts, metadata }: Marked): boolean {
  return metadata.event_payload.to === 0 && (thread_ts === undefined || thread_ts === ts);
}

function incidentIn(marked: readonly Marked[], key: string) {
  const stages = marked.flatMap(({ ts, metadata: { event_payload: mark } }) =>
    mark.key !== key || mark.incident === undefined || mark.incident === "none"
      ? []
      : [{ ts, stage: mark.incident }],
  );
  return stages.toSorted((a, b) => (a.ts < b.ts ? 1 : -1))[0];
}

function carries({ metadata }: Marked, key: string, thread: Birth & { readonly seq: number }): boolean {
  const mark = metadata.event_payload;
  const isNumberedAlike = mark.key === key && isSameBirth(mark, thread);
  return isNumberedAlike && mark.from <= thread.seq && mark.to >= thread.seq;
}
