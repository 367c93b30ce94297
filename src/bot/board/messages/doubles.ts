/** Deletes duplicate messages: a process was so slow that another one took over its intent and posted too. */

import type { WebClient } from "@slack/web-api";
import { keyText } from "../../../handlers/identity.ts";
import type { DeploymentKey, Telemetry } from "../../../handlers/ports.ts";
import type { Store } from "../../../handlers/store/store.ts";
import type { BoardRecord } from "../../../handlers/store/view.ts";
import type { Picture } from "../../card/parts/picture.ts";
import type { SlackCalls } from "../../slack/call.ts";
import type { Weight } from "../budget.ts";
import type { Finder, FoundMessage } from "./find.ts";
import { birthOf } from "./metadata.ts";

/** The search goes this far back: it covers both posts, and the difference between Slack's and Redis's clocks. */
const searchedMs = 600_000;

export function createDoubles({
  client,
  store,
  finder,
  slackCalls,
  telemetry,
}: {
  readonly client: WebClient;
  readonly store: Pick<Store, "spend" | "view">;
  readonly finder: Finder;
  readonly slackCalls: SlackCalls;
  readonly telemetry: Telemetry;
}) {
  async function remove(channel: string, all: readonly string[]): Promise<void> {
    for (const ts of all) {
      const called = await slackCalls.call("chat.delete", () => client.chat.delete({ channel, ts }));
      if (called.kind === "answered") telemetry.count("slack_doubles_removed");
    }
  }

  return {
    remove,

    async removeCard(key: DeploymentKey, { channel, ts }: { channel: string; ts: string }): Promise<void> {
      const { board } = await store.view(key, []);
      if (board.ts !== undefined && board.ts !== ts) await remove(channel, [ts]);
    },

    /** If the thread can't be searched now, both stay. */
    async removeReply(reply: {
      readonly picture: Picture;
      readonly team: string;
      readonly channel: string;
      readonly seq: number;
      readonly weight: Weight;
      readonly thread: { readonly ts: string; readonly topLevel: boolean };
    }): Promise<void> {
      const { picture, team, channel, seq, weight, thread } = reply;
      const { key, view } = picture;
      const search = {
        ...{ channel, key: keyText(key), weight, takeover: true, rememberedForMs: 0 },
        oldest: view.now - searchedMs,
        thread: { ts: thread.ts, beside: thread.topLevel, ...birthOf(picture), seq },
      };
      const spent = await store.spend(team, finder.costs(search));
      if (spent.kind === "wait") return;
      const found = await finder.find(search);
      if (found.kind !== "found" || found.others.length === 0) return;
      const { board } = await store.view(key, []);
      await remove(channel, superfluous([found, ...found.others], board));
    },
  };
}

/**
 * Of messages that contain the same entry, those whose entries are all in the one that is kept: the recorded one, else
 * the one with the latest and the most entries, else the oldest.
 */
export function superfluous(
  all: readonly FoundMessage[],
  { incidentTs, progress }: Pick<BoardRecord, "incidentTs" | "progress">,
): readonly string[] {
  const isRecorded = ({ ts }: FoundMessage): number => Number(ts === incidentTs || ts === progress?.ts);
  const [kept, ...others] = all.toSorted(
    (a, b) =>
      isRecorded(b) - isRecorded(a) ||
      b.mark.to - a.mark.to ||
      a.mark.from - b.mark.from ||
      (a.ts < b.ts ? -1 : 1),
  );
  return others
    .filter(({ mark }) => kept !== undefined && mark.from >= kept.mark.from && mark.to <= kept.mark.to)
    .map(({ ts }) => ts);
}
