/** The job queue, the index of active deployments, and the audit (docs/protocol.md, 4). */

import { z } from "zod";
import { keyText } from "../handlers/identity.ts";
import type { ActiveEntry, Job } from "../handlers/store/queue.ts";
import type { Store } from "../handlers/store/store.ts";
import { memberText, parseMember, queueKeys } from "./keys.ts";
import { activeEntrySchema, storedHintSchema } from "./records.ts";
import type { RunScript } from "./scripts.ts";
import { countSchema, jsonText } from "./stored-text.ts";

type Queue = Pick<Store, "enqueue" | "dequeue" | "complete" | "active">;
type Copy = NonNullable<Parameters<Store["complete"]>[1]["audit"]>;

/** Delay before a job that only a newer release can parse is offered again, to any replica. */
const unknownMemberMs = 5_000;

export function createQueue(
  run: RunScript,
  { auditLength, announceLength }: { readonly auditLength: number; readonly announceLength: number },
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

    async dequeue(token, count, leaseMs) {
      const reply = await run(
        "dequeue",
        [due, work, note, hint, audited, epoch, born],
        [token, count, leaseMs],
        takeReply,
      );
      const [readAt, storeAgeMs, ...members] = reply;
      const taken: Job[] = [];
      for (const [text, itsNote, itsHint, itsAudited, itsBorn] of members) {
        const member = parseMember(text);
        if (member === undefined) await end(text, token, { nextMs: unknownMemberMs, note: itsNote });
        else
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

    async active() {
      const entries = await run("active", [active], [], activeReply);
      return entries.filter((entry) => entry !== undefined);
    },
  };
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
