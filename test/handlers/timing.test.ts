import { expect, it } from "vitest";
import { earlyReadMs, protocolTiming } from "../../src/handlers/timing.ts";

it("leaves room for every wait within the one around it", () => {
  const { callTimeoutMs, readDeadlineMs, sideReadMs, claimLeaseMs, sendLeaseMs, quietMs } = protocolTiming;
  expect(protocolTiming.alarmReadMs).toBeLessThan(sideReadMs);
  expect(sideReadMs).toBeLessThan(readDeadlineMs);
  expect(readDeadlineMs).toBeLessThan(claimLeaseMs);
  expect(callTimeoutMs + 3_000).toBeLessThan(sendLeaseMs);
  expect(sendLeaseMs).toBeLessThan(quietMs);
  // What a read may lag by: it began this long before the claim at most.
  expect(earlyReadMs).toBeLessThan(quietMs - callTimeoutMs);
  // EventBridge gives up after five seconds.
  expect(protocolTiming.eventBodyMs).toBeLessThan(protocolTiming.eventAnswerMs);
  expect(protocolTiming.eventAnswerMs).toBeLessThan(5_000);
});
