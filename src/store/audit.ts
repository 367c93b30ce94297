/** Reads the audit: a stream of copies of all logs, oldest first. */

import type { Cluster, Redis } from "ioredis";
import type { LogEntry } from "../handlers/decision.ts";
import { queueKeys } from "./keys.ts";
import { storedLogEntrySchema } from "./records.ts";
import { askRedis } from "./scripts.ts";

export interface AuditLine {
  /** The place in the stream; ask with the last one for what came after it. */
  readonly id: string;
  /** `L/D` of the deployment. */
  readonly key: string;
  /** The entry's number in its deployment's log. */
  readonly n: number;
  readonly entry: LogEntry;
}

export async function readAudit(
  redis: Redis | Cluster,
  after: string | undefined,
  count: number,
): Promise<readonly AuditLine[]> {
  const from = after === undefined ? "-" : `(${after}`;
  const rows = await askRedis("audit", () => redis.xrange(queueKeys.audit, from, "+", "COUNT", count));
  return rows.map(([id, [, key = "", , n = "0", , entry = ""]]) => ({
    id,
    key,
    n: Number(n),
    entry: storedLogEntrySchema.parse(entry),
  }));
}
