/** The job queue, the index of active deployments, and the audit (docs/protocol.md, 4). */

import { z } from "zod";
import type { Ref } from "../handlers/deployment.ts";
import { keyText } from "../handlers/identity.ts";
import type { ActiveEntry, Job } from "../handlers/store/queue.ts";
import type { Store } from "../handlers/store/store.ts";
import { memberFormat, memberText, parseMember, placeText, queueKeys } from "./keys.ts";
import { activeEntrySchema, storedHintSchema } from "./records.ts";
import type { RunScript } from "./scripts.ts";
import { countSchema, jsonText } from "./stored-text.ts";

type Queue = Pick<Store, "enqueue" | "dequeue" | "complete" | "active" | "unqueued">;
type Copy = NonNullable<Parameters<Store["complete"]>[1]["audit"]>;

/**
 * Delay before a job that only a newer release can parse is offered again. Random, so that the replica that can't
 * parse it is not always the first to get it.
 */
const unknownMemberMs = { from: 1_000, to: 9_000 } as const;

const membersPerCall = 1_000;

export function createQueue(
  run: RunScript,
  {
    auditLength,
    announceLength,
    onUnknownJob,
  }: {
    readonly auditLength: number;
    readonly announceLength: number;
    readonly onUnknownJob: (text: string) => void;
  },
): Queue {
  const { due, work, note, hint, active, audit, audited, auditedAt, epoch, announce, announced, over, born } =
    queueKeys;

  async function end(
    member: string,
    token: string,
    end: Parameters<Store["complete"]>[1],
  ): ReturnType<Store["complete"]> {
    const index = end.active;
    const copy = end.audit;
    const [kind] = await run(
      "complete",
      [due, work, note, hint, active, audit, audited, auditedAt, announce, announced, over, born],
      [
        member,
        token,
        end.nextMs ?? "",
        end.note ?? "",
        ...indexArgs(index),
        copy === undefined ? "" : keyText(copy.key),
        auditLength,
        copy?.from ?? 0,
        announceLength,
        end.born ?? "",
        ...(copy === undefined ? [] : copiedArgs(copy)),
      ],
      doneReply,
    );
    return kind;
  }

  return {
    async enqueue(items) {
      if (items.length === 0) return;
      const args = items.flatMap(({ member, delayMs, hint: said }) => [
        memberText(member),
        delayMs,
        said === undefined ? "" : JSON.stringify(said),
      ]);
      await run("enqueue", [due, work, note, hint], args, enqueueReply);
    },

    async dequeue(token, count, leaseMs, only) {
      const { lane = "", perPlace = 0, busy = [] } = only ?? {};
      const running = busy.flatMap(({ account, region, jobs }) => [placeText({ account, region }), jobs]);
      const reply = await run(
        "dequeue",
        [due, work, note, hint, audited, epoch, born],
        [token, count, leaseMs, memberFormat, lane, perPlace, ...running],
        takeReply,
      );
      const [readAt, storeAgeMs, ...members] = reply;
      const taken: Job[] = [];
      for (const [text, itsNote, itsHint, itsAudited, itsBorn] of members) {
        const member = parseMember(text);
        if (member === undefined) {
          const { from, to } = unknownMemberMs;
          const nextMs = Math.round(from + Math.random() * (to - from));
          await end(text, token, { nextMs, note: itsNote });
          onUnknownJob(text);
        } else
          taken.push({
            member,
            token,
            readAt,
            storeAgeMs,
            note: itsNote,
            hint: itsHint,
            audited: itsAudited,
            ...(itsBorn === undefined ? {} : { born: itsBorn }),
          });
      }
      return taken;
    },

    complete: (taken, ending) => end(memberText(taken.member), taken.token, ending),

    async active(keys) {
      if (keys?.length === 0) return [];
      const entries = await run("active", [active], (keys ?? []).map(keyText), activeReply);
      return entries.filter((entry) => entry !== undefined);
    },

    async unqueued(refs) {
      const byMember = new Map(refs.map((ref) => [memberText({ kind: "ref", ref }), ref]));
      const missing: Ref[] = [];
      for (const members of chunks([...byMember.keys()])) {
        const texts = await run("unqueued", [due], members, unqueuedReply);
        missing.push(...texts.flatMap((text) => byMember.get(text) ?? []));
      }
      return missing;
    },
  };
}

/** Each of a size that one script handles without keeping the others waiting. */
function chunks(members: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(members.length / membersPerCall) }, (_, index) =>
    members.slice(index * membersPerCall, (index + 1) * membersPerCall),
  );
}

/** Field and value of the index. First empty: leave it alone; second empty: remove it. */
function indexArgs(active: Parameters<Store["complete"]>[1]["active"]): [string, string] {
  if (active === undefined) return ["", ""];
  if ("remove" in active) return [keyText(active.remove), ""];
  return [keyText(active.key), JSON.stringify(active satisfies ActiveEntry)];
}

/** Each log entry, followed by its announcement or an empty string. */
function copiedArgs({ from, entries, about, announce = [] }: Copy): string[] {
  const texts = new Map(announce.map(({ n, announcement }) => [n, JSON.stringify(announcement)]));
  return entries.flatMap((entry, i) => [JSON.stringify({ ...entry, about }), texts.get(from + i + 1) ?? ""]);
}

/** An entry of a newer release is skipped: nothing is decided from the index. */
const activeReply = z.array(jsonText(activeEntrySchema).or(z.undefined()).catch(undefined));
const unqueuedReply = z.array(z.string());
const enqueueReply = z.tuple([z.literal("queued")]);
const bornSchema = z
  .literal("")
  .transform(() => undefined)
  .or(countSchema);
const takeReply = z.tuple(
  [countSchema, countSchema],
  z.tuple([z.string(), z.string(), storedHintSchema, countSchema, bornSchema]),
);
const doneReply = z.tuple([z.enum(["later", "again", "gone", "lost"])]);
