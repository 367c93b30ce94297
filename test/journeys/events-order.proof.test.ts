import fc from "fast-check";
import { expect, it } from "vitest";
import { createFakeClock, type FakeClock } from "../../fakes/aws/clock.ts";
import type { AwsEvent } from "../../fakes/aws/events.ts";
import { keepBudgetFull } from "./full-budget.ts";
import { offers, wordsOn } from "./record.ts";
import type { Replica } from "./replica.ts";
import { startReady } from "./scenes.ts";
import { scaledTiming } from "./timing.ts";
import { until } from "./until.ts";
import { eventsOf, openWorld, type World } from "./world.ts";

/** Which of the events told so far arrive now, by number; a number may come twice, in any order, or never. */
interface Life {
  readonly whileItWaits: readonly number[];
  readonly whileItRuns: readonly number[];
  readonly afterTheEnd: readonly number[];
}

const inOrder: Life = { whileItWaits: [0, 1], whileItRuns: [2], afterTheEnd: [3] };
const lives = 40;
/** What was lost altogether is made up for by idle looks and sweeps, which come twenty times as fast here. */
const timing = scaledTiming(20);

const arrivals = fc.array(fc.nat({ max: 7 }), { maxLength: 6 });
const life: fc.Arbitrary<Life> = fc.record({
  whileItWaits: arrivals,
  whileItRuns: arrivals,
  afterTheEnd: arrivals,
});

const minuteMs = 60_000;
const plan = {
  pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT" }],
  stageMs: { SCALE_UP: 0, TEST_TRAFFIC_SHIFT: 0, PRODUCTION_TRAFFIC_SHIFT: minuteMs, CLEAN_UP: minuteMs },
} as const;

/** What somebody answers in the console, and how the card ends then. */
interface Ending {
  readonly answer: "continue" | "rollBack";
  readonly header: string;
  readonly sentence: string;
}

const endings: readonly Ending[] = [
  { answer: "continue", header: "Done", sentence: "service in prod is done" },
  { answer: "rollBack", header: "Rolled back", sentence: "service in prod was rolled back" },
];

/** All lives side by side: a wait for an answer, one from the console, and its end. Answers their final cards. */
async function live(
  world: World,
  replica: Replica,
  clock: FakeClock,
  all: readonly Life[],
  { answer, sentence }: Ending,
  round: string,
): Promise<readonly string[]> {
  const running = all.map((one, index) => {
    const service = `life-${round}-${index}`;
    return { ...one, service, deployment: world.deploy(service, plan) };
  });
  const arrive = (deployment: string, which: readonly number[]): Promise<unknown> => {
    const told = eventsOf(world, deployment);
    const events = which.map((number) => told[number % told.length]).filter((event) => event !== undefined);
    return deliver(world, replica, events);
  };

  await Promise.all(running.map((one) => arrive(one.deployment, one.whileItWaits)));
  await until(
    "every card asks",
    () => running.every(({ service }) => offers(world.cards(service)[0], "Continue")),
    {
      withinMs: 60_000,
      state: replica.logs,
    },
  );
  for (const { deployment } of running) {
    const [hook = ""] = world.ecs.openHooks(deployment);
    world.ecs.console[answer](deployment, hook);
  }
  await Promise.all(running.map((one) => arrive(one.deployment, one.whileItRuns)));
  clock.advance(10 * minuteMs);
  await Promise.all(running.map((one) => arrive(one.deployment, one.afterTheEnd)));
  const isFinal = (service: string): boolean =>
    wordsOn(world.cards(service)[0]).includes(sentence.replace("service", service));
  await until("every card says how it ended", () => running.every(({ service }) => isFinal(service)), {
    withinMs: 60_000,
    state: () => `${running.map(({ service }) => wordsOn(world.cards(service)[0])).join("\n")}`,
  });
  return running.map(({ service }) => {
    const cards = world.cards(service);
    expect(cards).toHaveLength(1);
    return comparable(wordsOn(cards[0]), service);
  });
}

async function deliver(world: World, replica: Replica, events: readonly AwsEvent[]): Promise<void> {
  for (const event of events) expect(await world.send(replica, event)).toBe(200);
}

/** Without the service's name, ids that Slack gives out, and the times at which something was read. */
function comparable(card: string, service: string): string {
  return card
    .replaceAll(service, "service")
    .replaceAll(/"block_id":"[^"]*",?/g, "")
    .replaceAll(/<!date\^\d+\^[^>]*>/g, "a time");
}

it.each(endings)(
  "draws the same final card ($header) whatever became of the events: any order, doubled, lost, late",
  async (ending) => {
    const clock = createFakeClock(Date.now());
    const world = await openWorld({ timing, clock });
    const stopFilling = keepBudgetFull(world);
    try {
      const replica = await startReady(world);
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(life, { minLength: lives, maxLength: lives }), async (all) => {
          round += 1;
          const [expected = "", ...cards] = await live(
            world,
            replica,
            clock,
            [inOrder, ...all],
            ending,
            `${ending.answer.toLowerCase()}-${round}`,
          );
          expect(expected).toContain(ending.sentence);
          expect([...new Set(cards)]).toEqual([expected]);
        }),
        { numRuns: 2, endOnFailure: true },
      );
    } finally {
      stopFilling();
      await world.close();
    }
  },
  300_000,
);
