import { expect, it } from "vitest";
import { createReadPlace } from "../../src/handlers/jobs/places.ts";
import type { Inspection } from "../../src/handlers/ports.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";
import { shows } from "./one-deployment.ts";

const here = { account: "111122223333", region: "eu-west-1" };
const elsewhere = { account: "111122223333", region: "us-east-1" };
const unreadable: Inspection = { kind: "unreadable", why: "AWS did not answer", cause: "time-out" };

/** A place in which each read takes `takesMs`. */
function reading() {
  const world = { takesMs: 10_000, gives: unreadable, reads: 0, nowMs: 0 };
  const readPlace = createReadPlace({ clock: { monotonicMs: () => world.nowMs }, timing: protocolTiming });
  const read = (place = here) =>
    readPlace(place, async () => {
      world.reads += 1;
      world.nowMs += world.takesMs;
      return world.gives;
    });
  return { world, read, readPlace };
}

it("stops reading a place that did not answer three times, but for one job at a time", async () => {
  const { world, read, readPlace } = reading();
  for (let n = 0; n < 3; n += 1) await read();
  let end = (_inspection: Inspection): void => {};
  const tried = readPlace(here, () => new Promise((resolve) => (end = resolve)));
  for (let n = 0; n < 300; n += 1) expect(await read()).toEqual(unreadable);
  expect(world.reads).toBe(3);
  world.nowMs += 10_000;
  end(unreadable);
  await tried;
  await read();
  expect(world.reads).toBe(4);
});

it("reads everything again as soon as one job was answered", async () => {
  const { world, read } = reading();
  for (let n = 0; n < 3; n += 1) await read();
  Object.assign(world, { gives: shows(), takesMs: 50 });
  for (let n = 0; n < 5; n += 1) expect((await read()).kind).toBe("deployment");
  expect(world.reads).toBe(8);
});

it("counts neither what is rejected at once nor what another place does", async () => {
  const { world, read } = reading();
  for (let n = 0; n < 3; n += 1) await read(elsewhere);
  world.takesMs = 200;
  for (let n = 0; n < 9; n += 1) await read();
  expect(world.reads).toBe(12);
});

it("tries a silent place again after a try that threw", async () => {
  const { world, read, readPlace } = reading();
  for (let n = 0; n < 3; n += 1) await read();
  await expect(readPlace(here, () => Promise.reject(new Error("a bug")))).rejects.toThrow("a bug");
  await read();
  expect(world.reads).toBe(4);
});
