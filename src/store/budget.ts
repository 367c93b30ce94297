/** Slack's rate limits as token buckets per team, shared by all replicas (docs/protocol.md, 9). */

import { z } from "zod";
import type { Store } from "../handlers/store/store.ts";
import { bucketKey } from "./keys.ts";
import type { RunScript } from "./scripts.ts";
import { countSchema } from "./stored-text.ts";

type Budget = Pick<Store, "spend" | "limit">;

export function createBudget(run: RunScript): Budget {
  return {
    async spend(team, buckets) {
      const keys = buckets.map(({ name }) => bucketKey(team, name));
      const args = buckets.flatMap(({ perMinute, capacity, reserve }) => [perMinute, capacity, reserve]);
      const reply = await run("spend", keys, args, spendReply);
      return reply[0] === "ok" ? { kind: "ok" } : { kind: "wait", ms: reply[1] };
    },
    async limit(team, bucket, retryAfterMs) {
      await run("limit", [bucketKey(team, bucket)], [retryAfterMs], limitReply);
    },
  };
}

const spendReply = z.union([z.tuple([z.literal("ok")]), z.tuple([z.literal("wait"), countSchema])]);
const limitReply = z.tuple([z.literal("limited")]);
