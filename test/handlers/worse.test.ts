/** Nothing goes forward on health that is worse than what the last drawn card showed, until somebody has confirmed it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  acceptedBy,
  parseSeen,
  printSeen,
  seenOf,
  together,
  worseThan,
} from "../../src/handlers/answer/worse.ts";
import type { Watched, WatchedAlarm } from "../../src/handlers/deployment.ts";
import { keyOf } from "../../src/handlers/identity.ts";
import { deploymentOf } from "../bot/card/pictures.ts";
import { type OneDeployment, oneDeployment, openPolicy, shows } from "./one-deployment.ts";

const { ref, lane } = deploymentOf();
const key = keyOf(ref, lane);

const names = ["high-5xx", "p99", "queue-age"];
const alarms = fc
  .array(fc.constantFrom<WatchedAlarm["state"]>("ok", "alarm", "no-data", "unknown"), {
    minLength: names.length,
    maxLength: names.length,
  })
  .map((states) => states.map((state, index): WatchedAlarm => ({ name: names[index] ?? "", state })));
const watched: fc.Arbitrary<Watched> = fc
  .record(
    { alarms, unit: fc.constant("task" as const), failed: fc.nat(3), healthy: fc.nat(4), wanted: fc.nat(4) },
    { requiredKeys: ["alarms", "unit"] },
  )
  .map((one) => one);

/** Written down once more, fact by fact, without a look at how it is carried out. */
function isWorse(card: Watched | undefined, now: Watched): boolean {
  const redOnCard = (name: string) =>
    card?.alarms.some((one) => one.name === name && one.state === "alarm") === true;
  if (now.alarms.some(({ name, state }) => state === "alarm" && !redOnCard(name))) return true;
  if (now.failed !== undefined && now.failed > (card?.failed ?? 0)) return true;
  if (now.healthy === undefined || card?.healthy === undefined || now.healthy >= card.healthy) return false;
  const scaledIn = now.wanted !== undefined && now.healthy >= now.wanted && now.healthy > 0;
  return !scaledIn;
}

it("calls worse exactly a new alarm, more failures, or fewer healthy tasks, whatever pair of reads it is", () => {
  fc.assert(
    fc.property(fc.option(watched, { nil: undefined }), watched, (card, now) => {
      const seen = card === undefined ? undefined : parseSeen(printSeen(seenOf(card)));
      expect(worseThan(seen, now).length > 0).toBe(isWorse(card, now));
    }),
    { numRuns: 500 },
  );
});

it("accepts with a confirmation what it named and nothing more", () => {
  fc.assert(
    fc.property(watched, watched, watched, (card, told, now) => {
      const changes = worseThan(seenOf(card), told);
      const accepted = together(seenOf(card), acceptedBy(changes));
      expect(worseThan(accepted, told)).toEqual([]);
      const named = changes.flatMap((change) => (change.what === "alarm" ? [change.name] : []));
      for (const change of worseThan(seenOf(card), now)) {
        const still = worseThan(accepted, now).some(
          (one) => JSON.stringify({ ...one, before: 0 }) === JSON.stringify({ ...change, before: 0 }),
        );
        const isNamed =
          change.what === "alarm"
            ? named.includes(change.name)
            : changes.some(
                (one) =>
                  one.what === change.what &&
                  (change.what === "failed" ? one.now >= change.now : one.now <= change.now),
              );
        expect(still).toBe(!isNamed);
      }
    }),
    { numRuns: 500 },
  );
});

it("reads back what it prints, and nothing else", () => {
  fc.assert(
    fc.property(watched, (one) => {
      expect(parseSeen(printSeen(seenOf(one)))).toEqual(seenOf(one));
    }),
  );
  for (const text of ["", "/", "x/1/2", "0a1b2c3d/1", "0a1b2c3/1/2", "/-1/2", "/1/2/3", "/1/2 "])
    expect(parseSeen(text)).toBeUndefined();
});

it.each([
  ["scaled in, all of them run", { healthy: 6, wanted: 6 }, { healthy: 4, wanted: 4 }, false],
  ["scaled in while some still started", { healthy: 3, wanted: 6 }, { healthy: 2, wanted: 2 }, false],
  ["scaled in, the surplus not stopped yet", { healthy: 6, wanted: 6 }, { healthy: 5, wanted: 4 }, false],
  ["scaled in, one of them died", { healthy: 6, wanted: 6 }, { healthy: 3, wanted: 4 }, true],
  ["scaled in to nothing", { healthy: 6, wanted: 6 }, { healthy: 0, wanted: 0 }, true],
  ["scaled out, one died", { healthy: 6, wanted: 6 }, { healthy: 5, wanted: 10 }, true],
  ["scaled out, the new ones start", { healthy: 6, wanted: 6 }, { healthy: 6, wanted: 10 }, false],
  ["not told how many are wanted", { healthy: 6 }, { healthy: 4 }, true],
  ["recorded by an earlier release", { healthy: 6 }, { healthy: 4, wanted: 4 }, false],
] as const)("holds the tasks that run against those that are wanted: %s", (_, card, now, isWorseNow) => {
  const seen = parseSeen(printSeen(seenOf({ alarms: [], unit: "task", ...card })));
  expect(worseThan(seen, { alarms: [], unit: "task", ...now }).length > 0).toBe(isWorseNow);
});

const fine: Watched = {
  alarms: names.map((name) => ({ name, state: "ok" })),
  unit: "task",
  failed: 0,
  healthy: 4,
};
const red: Watched = {
  ...fine,
  alarms: fine.alarms.map((one) => (one.name === "high-5xx" ? { ...one, state: "alarm", since: 5 } : one)),
};

/** A deployment whose card shows this health. */
async function drawn(
  card: Watched | undefined,
  world: OneDeployment = oneDeployment(),
): Promise<OneDeployment> {
  world.aws = shows(card === undefined ? {} : { watched: card });
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  const { readAt = 0, logLength } = await world.view();
  const seen = card === undefined ? {} : { seen: printSeen(seenOf(card)) };
  await world.memory.store.shown(key, { hash: "h", readAt, logLength, ...seen });
  return world;
}

it.each([
  ["an alarm", red, { what: "alarm", name: "high-5xx", since: 5 }],
  ["the circuit breaker", { ...fine, failed: 2 }, { what: "failed", unit: "task", before: 0, now: 2 }],
  ["tasks", { ...fine, healthy: 3 }, { what: "healthy", unit: "task", before: 4, now: 3 }],
] as const)(
  "asks once more before it continues when %s got worse, and then sends",
  async (_, now, change) => {
    const world = await drawn(fine);
    world.aws = shows({ watched: now });
    const outcome = await world.ask("continue", "U0ANN", "it is ready");
    expect(outcome).toMatchObject({ kind: "stale", changed: { what: "worse", changes: [change] } });
    expect(world.sent).toEqual([]);
    const { decisions, votes, lease } = await world.view();
    expect([...decisions.values()].map(({ state }) => state)).toEqual(["open"]);
    expect(votes.map(({ user }) => user)).toEqual(["U0ANN"]);
    expect(lease).toBeUndefined();
    expect(await world.ask("continue", "U0ANN", "it is ready", acceptedBy([change]))).toMatchObject({
      kind: "accepted",
    });
    expect(world.sent).toEqual(["continue"]);
  },
);

it("asks again when it got worse once more after the confirmation was offered", async () => {
  const world = await drawn(fine);
  world.aws = shows({ watched: { ...red, failed: 1 } });
  const changes = worseThan(seenOf(fine), red);
  const seen = together(seenOf(fine), acceptedBy(changes));
  expect(await world.ask("continue", "U0ANN", undefined, seen)).toMatchObject({
    kind: "stale",
    changed: { what: "worse", changes: [{ what: "failed", before: 0, now: 1 }] },
  });
  expect(world.sent).toEqual([]);
});

it("confirms what was told and no more, whatever the card has shown since", async () => {
  const world = await drawn(fine);
  world.aws = shows({ watched: red });
  const told = await world.ask("continue", "U0ANN");
  if (told.kind !== "stale" || told.changed.what !== "worse") throw new Error("nothing got worse");
  const both = { ...red, alarms: names.map((name) => ({ name, state: "alarm" as const })), failed: 2 };
  await drawn(both, world);
  expect(await world.ask("continue", "U0ANN", undefined, told.changed.seen)).toMatchObject({
    kind: "stale",
    changed: {
      what: "worse",
      changes: [{ name: "p99" }, { name: "queue-age" }, { what: "failed", before: 0, now: 2 }],
    },
  });
  expect(world.sent).toEqual([]);
});

it.each(["rollback"] as const)("never lets a %s wait, and spares it the read of alarms", async (action) => {
  const world = await drawn(fine);
  world.aws = shows({ watched: { ...red, failed: 3, healthy: 0 } });
  expect(await world.ask(action, "U0ANN")).toMatchObject({ kind: "accepted" });
  expect(world.sent).toEqual([action]);
  expect(world.contexts.at(-1)).toMatchObject({ urgent: true });
});

it("sends what is worse than an earlier card and not worse than the last one", async () => {
  const world = await drawn(fine);
  await drawn(red, world);
  expect(await world.ask("continue", "U0ANN")).toMatchObject({ kind: "accepted" });
});

it("asks once where nobody knows what the card shows, and something is wrong", async () => {
  const world = await drawn(undefined);
  world.aws = shows({ watched: fine });
  expect(await world.ask("continue", "U0ANN")).toMatchObject({ kind: "accepted" });
  const other = await drawn(undefined);
  other.aws = shows({ watched: red });
  expect(await other.ask("continue", "U0ANN")).toMatchObject({ changed: { what: "worse" } });
});

it("sends when alarms that were OK can't be read now: a fault of CloudWatch stops nobody", async () => {
  const world = await drawn(fine);
  world.aws = shows({ watched: { ...fine, alarms: names.map((name) => ({ name, state: "unknown" })) } });
  expect(await world.ask("continue", "U0ANN")).toMatchObject({ kind: "accepted" });
});

it("keeps the votes of others, and shows the difference to whoever completes them", async () => {
  const { rules } = openPolicy();
  const two = rules.continue === undefined ? {} : { continue: { ...rules.continue, approvals: 2 } };
  const world = await drawn(fine, oneDeployment(openPolicy(two)));
  world.aws = shows({ watched: red });
  expect(await world.ask("continue", "U0ANN")).toMatchObject({ kind: "waiting", votes: 1, need: 2 });
  const outcome = await world.ask("continue", "U0BEN");
  expect(outcome).toMatchObject({ kind: "stale", changed: { what: "worse" } });
  expect((await world.view()).votes.map(({ user }) => user)).toEqual(["U0ANN", "U0BEN"]);
  const accepted = acceptedBy(worseThan(seenOf(fine), red));
  expect(await world.ask("continue", "U0BEN", undefined, accepted)).toMatchObject({
    kind: "accepted",
    decision: { by: ["U0ANN", "U0BEN"] },
  });
});

it("does not take over a claim that was made on better health: the thread asks again", async () => {
  const world = await drawn(fine);
  world.whileReading = () => Promise.reject(new Error("the process is gone"));
  await world.ask("continue", "U0ANN").catch(() => undefined);
  world.whileReading = async () => {};
  // The card is drawn again in between, and whoever clicked has not seen that.
  const { readAt = 0, logLength } = await world.view();
  const seen = printSeen(seenOf(red));
  await world.memory.store.shown(key, { hash: "h2", readAt, logLength, seen });
  world.aws = shows({ watched: red });
  world.memory.advance(17_000);
  await world.look();
  expect(world.sent).toEqual([]);
  const { decisions, log } = await world.view();
  expect([...decisions.values()].map(({ state }) => state)).toEqual(["open"]);
  expect(log.at(-1)).toMatchObject({ k: "open", answer: expect.stringContaining("high-5xx is in ALARM") });
});

it("does not take over a claim on a card that was drawn after it, where nobody knows what was seen before", async () => {
  const world = await drawn(undefined);
  world.whileReading = () => Promise.reject(new Error("the process is gone"));
  await world.ask("continue", "U0ANN").catch(() => undefined);
  world.whileReading = async () => {};
  await drawn(red, world);
  world.memory.advance(17_000);
  await world.look();
  expect(world.sent).toEqual([]);
});
