import { createHash } from "node:crypto";
import type { WebClient } from "@slack/web-api";
import { type Hold, isWaitedFor } from "../../handlers/deployment.ts";
import { keyText } from "../../handlers/identity.ts";
import { openHolds } from "../../handlers/offers.ts";
import type { Store } from "../../handlers/store/store.ts";
import type { Picture } from "../card/parts/picture.ts";
import { untoldStage } from "../card/thread/incident.ts";
import { drawWithoutCard } from "../card/thread/without-card.ts";
import type { SlackCalls } from "../slack/call.ts";
import type { ChannelKind } from "../slack/channel-kind.ts";
import { type Problems, remedyFor } from "./problems.ts";

/** Posts that a deployment has no card: once per hold and failure, and once a day per channel that rejects messages. */
export type TellFallback = (
  picture: Picture,
  closed?: { readonly channel: string; readonly error: string },
) => Promise<void>;

/** A message is not repeated for a day if it is about a channel, otherwise as long as the deployment is on record. */
const dayMs = 24 * 3_600_000;
const recordMs = 30 * dayMs;

export function createFallback({
  client,
  store,
  slackCalls,
  problems,
  kindOf,
  team,
  fallbackChannel,
}: {
  readonly client: WebClient;
  readonly store: Pick<Store, "spend" | "limit">;
  readonly slackCalls: SlackCalls;
  readonly problems: Problems;
  readonly kindOf: (channel: string) => Promise<ChannelKind>;
  readonly team: () => string | undefined;
  readonly fallbackChannel: string | undefined;
}): TellFallback {
  return async function tell(picture, closed) {
    const inTeam = team();
    if (fallbackChannel === undefined || inTeam === undefined || closed?.channel === fallbackChannel) return;
    const { deployment, view, key } = picture;
    const waiting = openHolds(deployment, view.decisions).filter(isWaitedFor);
    const bucketOf = ({ id }: Hold): string => `fallback:hold:${hashOf(`${keyText(key)} ${id}`)}`;
    const unsaid = await whichMaySay(inTeam, waiting, bucketOf);
    const stage = untoldStage(picture);
    const failure = stage === undefined ? undefined : `fallback:${stage}:${hashOf(keyText(key))}`;
    const isFailure = failure !== undefined && (await maySay(inTeam, failure));
    const channel = closed === undefined ? undefined : `fallback:channel:${closed.channel}`;
    const tellsChannel = channel !== undefined && (await maySay(inTeam, channel));
    if (unsaid.length === 0 && !isFailure && !tellsChannel) return;
    const problem =
      closed !== undefined && tellsChannel
        ? { id: closed.channel, error: closed.error, remedy: remedyFor(closed.error) }
        : undefined;
    const isPrivate = await isRoutedInPrivate(picture, closed);
    const { text, blocks } = drawWithoutCard(picture, {
      holds: unsaid,
      isFailure,
      closed: problem,
      isPrivate,
    });
    const called = await slackCalls.call("chat.postMessage", () =>
      client.chat.postMessage({ channel: fallbackChannel, text, blocks, unfurl_links: false }),
    );
    if (called.kind === "answered") problems.over(fallbackChannel);
    else if (called.failure.kind === "refused") problems.tell(fallbackChannel, called.failure.error);
    // A message that was certainly not posted is retried; one that may have been posted is not.
    if (called.kind === "failed" && called.failure.kind !== "unknown") return;
    const said = [...unsaid.map(bucketOf), ...(isFailure ? [failure] : [])];
    await Promise.all([
      ...said.map((bucket) => store.limit(inTeam, bucket, recordMs)),
      ...(tellsChannel ? [store.limit(inTeam, channel, dayMs)] : []),
    ]);
  };

  /**
   * If Slack can't return a channel's kind (a deleted channel), it counts as public: somebody has to hear of the hold.
   */
  async function isRoutedInPrivate(
    { route }: Picture,
    closed: { readonly channel: string } | undefined,
  ): Promise<boolean> {
    const channels = [route.channel, ...(closed === undefined ? [] : [closed.channel])];
    return (await Promise.all(channels.map(kindOf))).includes("private");
  }

  /** Takes the only token of a bucket shared by all replicas: one replica posts, the next one only if that fails. */
  async function maySay(inTeam: string, bucket: string): Promise<boolean> {
    const spent = await store.spend(inTeam, [{ name: bucket, perMinute: 1, capacity: 1, reserve: 0 }]);
    return spent.kind === "ok";
  }

  async function whichMaySay(
    inTeam: string,
    holds: readonly Hold[],
    bucketOf: (hold: Hold) => string,
  ): Promise<readonly Hold[]> {
    const may = await Promise.all(holds.map((hold) => maySay(inTeam, bucketOf(hold))));
    return holds.filter((_, index) => may[index] === true);
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
