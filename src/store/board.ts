/** The record of a deployment's card, and of who is posting (docs/protocol.md, 7). */

import { z } from "zod";
import type { Store } from "../handlers/store/store.ts";
import { deploymentKeys } from "./keys.ts";
import type { RunScript } from "./scripts.ts";
import { countSchema } from "./stored-text.ts";

type BoardRecords = Pick<Store, "intend" | "posted" | "shown" | "forgetCard">;

export function createBoardRecords(run: RunScript): BoardRecords {
  return {
    async intend(key, { seq, from = seq, nonce, postWaitMs, known, born }) {
      const { board, dep } = deploymentKeys(key);
      const args = [seq, nonce, postWaitMs, known ? 1 : 0, from, born ?? ""];
      const reply = await run("intend", [board, dep], args, intendReply);
      switch (reply[0]) {
        case "done":
          return { kind: "done" };
        case "busy":
          return { kind: "busy", ms: reply[1] };
        default:
          return { kind: reply[0], seq: reply[1], since: reply[2] };
      }
    },

    async posted(
      key,
      { seq, nonce, ts, channel, incident, incidentTs, older, progressFrom, cardLog, shown },
    ) {
      const { board } = deploymentKeys(key);
      const picture =
        shown === undefined ? [] : [shown.hash, shown.readAt, shown.logLength, shown.seen ?? ""];
      const flags = [incident === undefined ? 0 : incident === "bad" ? 2 : 1, older === true ? 1 : 0];
      const progress = progressFrom === undefined ? "" : `${progressFrom}|${seq}|${ts ?? ""}`;
      const args = [
        seq,
        nonce,
        ts ?? "",
        channel,
        ...flags,
        progress,
        incidentTs ?? "",
        cardLog ?? "",
        ...picture,
      ];
      const [kind] = await run("posted", [board], args, postedReply);
      return kind;
    },

    async shown(key, { hash, readAt, logLength, incident, seen, born }) {
      const { board, log, dep } = deploymentKeys(key);
      const args = [hash, readAt, logLength, incident ?? "", seen ?? "", born ?? ""];
      const [kind] = await run("shown", [board, log, dep], args, shownReply);
      return kind;
    },

    async forgetCard(key, ts) {
      await run("forget", [deploymentKeys(key).board], [ts], forgetReply);
    },
  };
}

const intendReply = z.union([
  z.tuple([z.enum(["post", "search", "again"]), countSchema, countSchema]),
  z.tuple([z.literal("busy"), countSchema]),
  z.tuple([z.literal("done")]),
]);
const postedReply = z.tuple([z.enum(["kept", "freed", "lost"])]);
const shownReply = z.tuple([z.enum(["kept", "again"])]);
const forgetReply = z.tuple([z.enum(["forgotten", "kept"])]);
