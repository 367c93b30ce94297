/** What the compiler refuses. `npm run types` fails where an expected error does not come. */

import { expect, it } from "vitest";
import type { Decision, DecisionId } from "../../src/handlers/decision.ts";
import { type AwsMs, type HoldId, msUntil, type RedisMs } from "../../src/handlers/deployment.ts";
import type { View } from "../../src/handlers/store/view.ts";

const aws: AwsMs = 1_000;
const redis: RedisMs = 400;

it("measures from Redis's now to a deadline of AWS, and not the other way round", () => {
  expect(msUntil(aws, redis)).toBe(600);
  // @ts-expect-error
  msUntil(redis, aws);
  // @ts-expect-error
  msUntil(aws, aws);
  // @ts-expect-error
  msUntil(redis, redis);
});

it("takes neither clock's time for the other's", () => {
  // @ts-expect-error
  const record: Pick<View, "now"> = { now: aws };
  // @ts-expect-error
  const decided: Pick<Decision, "claimedAt"> = { claimedAt: aws };
  // @ts-expect-error
  const seen: AwsMs = redis;
  expect([record.now, decided.claimedAt, seen]).toEqual([aws, aws, redis]);
});

it("takes no hold's id for a decision's", () => {
  const hold: HoldId = "hook/1";
  const decisions: ReadonlyMap<DecisionId, number> = new Map([["end", 1]]);
  // @ts-expect-error
  expect(decisions.get(hold)).toBeUndefined();
});
