/** One suite for every backend: the rules hold on whatever runs the scripts. */

import { afterAll, beforeAll } from "vitest";
import { announcementRules } from "./announcement-rules.ts";
import { type TestRedis, type TimedStore, timed } from "./backends.ts";
import { boardRules } from "./board-rules.ts";
import { claimRules } from "./claim-rules.ts";
import { queueRules } from "./queue-rules.ts";
import { settleRules } from "./settle-rules.ts";
import { targetRules } from "./target-rules.ts";
import { voteRules } from "./vote-rules.ts";

export function everyRule(connect: () => Promise<TestRedis>): void {
  let bench: TimedStore;
  beforeAll(async () => {
    bench = timed(await connect());
  });
  afterAll(() => bench.close());

  claimRules(() => bench);
  settleRules(() => bench);
  voteRules(() => bench);
  queueRules(() => bench);
  boardRules(() => bench);
  announcementRules(() => bench);
  targetRules(() => bench);
}
