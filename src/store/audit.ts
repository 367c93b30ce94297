/** Reads the audit stream: copies of all logs, oldest first. */

import type { Cluster, Redis } from "ioredis";
import { z } from "zod";
import type { LogEntry } from "../handlers/decision.ts";
import { systemNames } from "../handlers/deployment.ts";
import type { Audited } from "../handlers/store/queue.ts";
import { queueKeys } from "./keys.ts";
import { storedLogEntrySchema } from "./records.ts";
import { askRedis } from "./scripts.ts";
import type { Fields } from "./snapshot.ts";
import { jsonText } from "./stored-text.ts";

export interface AuditLine {
  /** The stream entry ID. Pass the last one to read the entries after it. */
  readonly id: string;
  /** `L/D` of the deployment. */
  readonly key: string;
  /** The entry's number in its deployment's log. */
  readonly n: number;
  readonly entry: LogEntry;
  /** Absent in entries of earlier releases. */
  readonly about?: Audited;
}

const aboutSchema = jsonText(
  z.object({
    about: z.object({
      system: z.enum(systemNames),
      account: z.string(),
      region: z.string(),
      target: z.string(),
    } satisfies Fields<Audited>),
  }),
)
  .or(z.undefined())
  .catch(undefined);

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
    ...aboutSchema.parse(entry),
  }));
}
