import { afterEach, expect, it } from "vitest";
import { createFakeClock, createRunningClock, type RunningClock } from "../../../fakes/aws/clock.ts";

let running: RunningClock | undefined;
afterEach(() => running?.close());

it("runs what falls due in the order of its time, and what that sets in turn", () => {
  const clock = createFakeClock(0);
  const ran: string[] = [];
  clock.at(30, () => ran.push(`third at ${clock.now()}`));
  clock.at(10, () => {
    ran.push(`first at ${clock.now()}`);
    clock.at(20, () => ran.push(`second at ${clock.now()}`));
  });
  clock.at(15, () => ran.push("called off"))();
  clock.advance(25);
  expect(ran).toEqual(["first at 10", "second at 20"]);
  clock.advance(5);
  expect(ran).toEqual(["first at 10", "second at 20", "third at 30"]);
});

it("says so when timers never come to an end", () => {
  const clock = createFakeClock(0);
  const again = () => void clock.at(clock.now(), again);
  again();
  expect(() => clock.advance(1)).toThrow("circles");
});

it("runs faster than real time when asked to", async () => {
  const clock = createRunningClock(1000);
  running = clock;
  const due = clock.now() + 20_000;
  const startedAt = performance.now();
  await new Promise<void>((resolve) => clock.at(due, resolve));
  expect(clock.now()).toBeGreaterThanOrEqual(due);
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
