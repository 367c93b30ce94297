/** ECS deployments. Each scenario starts one; most are about something going wrong. */

import { writesAbout } from "../calls.ts";
import { cardOf, hasButton } from "../cards.ts";
import { services } from "../cast.ts";
import type { Started } from "../fleet.ts";
import type { Happenings } from "../happenings.ts";
import type { Trial } from "../page/contract.ts";
import { pressAtOnce } from "../race.ts";
import type { World } from "../world.ts";

export const pause = { stage: "POST_TEST_TRAFFIC_SHIFT", timeoutInMinutes: 30 } as const;

const failure = {
  stage: "SCALE_UP",
  reason: "ECS deployment circuit breaker: tasks failed to start.",
  by: { circuitBreaker: true },
} as const;

/** Timeout for the card of a new deployment. While the plug is pulled, events are retried for longer. */
const cardMs = 90_000;
const minuteMs = 60_000;
/** The duration of the pause, and a little more. */
const pauseMs = 31 * minuteMs;
/** The time for which AWS is read before an unanswered call counts as not carried out. */
const quietMs = 40_000;

export function ecsScenarios(world: World, happenings: Happenings): readonly Trial[] {
  const { ecs, fleet, slack, aws, changes } = world;
  const unheard = new Set<string>();
  ecs.events.mishap({ kind: "drop" }, undefined, ({ resources }) =>
    resources.some((arn) => [...unheard].some((service) => arn.split("/").includes(service))),
  );

  const asks = (started: Started): boolean => hasButton(cardOf(slack, started), "Continue");
  const isGoingOn = ({ arn }: Started): boolean => ecs.deployment(arn).status === "IN_PROGRESS";

  async function lose(started: Started): Promise<void> {
    happenings.tell(
      "lost",
      "AWS’s events about catalog-api are lost. The bot also looks by itself: it finds the deployment within a minute.",
      started.startedAtMs + minuteMs,
    );
    try {
      await changes.waitFor(() => cardOf(slack, started), { what: "The card", timeoutMs: cardMs });
    } finally {
      unheard.delete(started.service);
    }
    const seconds = Math.round((Date.now() - started.startedAtMs) / 1_000);
    happenings.tell("lost", `catalog-api was found after ${seconds} s, without any event.`);
  }

  async function letExpire(started: Started): Promise<void> {
    happenings.tell("expires", "invoices-api is going to wait for one minute.");
    await changes.waitFor(() => asks(started), { what: "The card with its buttons", timeoutMs: cardMs });
    happenings.tell("expires", "Press nothing on the card of invoices-api.", Date.now() + minuteMs);
    await changes.waitFor(() => !isGoingOn(started), {
      what: "The end of the minute",
      timeoutMs: 2 * minuteMs,
    });
    const isAnswered = writesAbout(aws.calls, started.arn).length > 0;
    happenings.tell(
      "expires",
      isAnswered
        ? "Somebody answered for invoices-api after all, so ECS did not have to decide."
        : "The minute of invoices-api is over, and ECS has decided by itself.",
    );
  }

  async function breakCall(started: Started): Promise<void> {
    happenings.tell("unclear", "Wait for the card of basket-api, and press Continue there.");
    await changes.waitFor(() => asks(started), { what: "The card with its buttons", timeoutMs: cardMs });
    aws.faults.clear();
    aws.faults.next({ operation: "ContinueServiceDeployment" }, { kind: "break", when: "before" });
    const isBroken = () =>
      writesAbout(aws.calls, started.arn).some(({ outcome }) => outcome.kind === "unanswered");
    await changes.waitFor(() => isBroken() || !isGoingOn(started), { what: "An answer", timeoutMs: pauseMs });
    if (!isBroken()) return;
    happenings.tell(
      "unclear",
      "The connection broke. Nobody knows whether AWS heard the call, so it is not sent again. If AWS still waits after 40 s, the card asks again.",
      Date.now() + quietMs,
    );
    await changes.waitFor(() => !asks(started), { what: "A card without Continue", timeoutMs: cardMs });
    await changes.waitFor(() => asks(started) || !isGoingOn(started), {
      what: "A decision",
      timeoutMs: pauseMs,
    });
    if (!isGoingOn(started)) return;
    happenings.tell(
      "unclear",
      "AWS still waited, so the card of basket-api asks again. This time the call arrives.",
    );
  }

  return [
    {
      id: "pauses",
      title: "A deployment pauses",
      tryThis: "Press Continue as Mara or Jun, then look at the calls. Try it as Theo first: he is refused.",
      run: async () => {
        fleet.deploy(services.pausing, { pauses: [pause] });
      },
    },
    {
      id: "race",
      title: "Two people press at once",
      tryThis:
        "Mara presses Continue and Jun presses Roll back in the same instant. One call reaches AWS; the other person is told.",
      run: async () => {
        const started = fleet.deploy(services.raced, { pauses: [pause] });
        happenings.tell("race", "As soon as search-api asks, Mara and Jun press at the same instant.");
        happenings.follow(
          "race",
          pressAtOnce(world, started, cardMs).then((told) => happenings.tell("race", told)),
        );
      },
    },
    {
      id: "expires",
      title: "Nobody answers",
      tryThis: "AWS waits for one minute and then rolls back by itself. The card says so.",
      run: async () => {
        const started = fleet.deploy(services.expiring, { pauses: [{ ...pause, timeoutInMinutes: 1 }] });
        happenings.follow("expires", letExpire(started));
      },
    },
    {
      id: "lost",
      title: "Its events get lost",
      tryThis: "AWS tells nobody about this deployment. The bot finds it within a minute all the same.",
      run: async () => {
        unheard.add(services.unheard);
        happenings.follow("lost", lose(fleet.deploy(services.unheard, { pauses: [pause] })));
      },
    },
    {
      id: "canary",
      title: "A canary that two people release",
      tryThis:
        "It stops before 20% and before all of the traffic. Each time two people have to press Continue.",
      run: async () => {
        fleet.deploy(services.canary, {
          canary: { canaryPercent: 20, canaryBakeTimeInMinutes: 0 },
          pauses: [{ stage: "PRE_PRODUCTION_TRAFFIC_SHIFT", timeoutInMinutes: 60 }],
        });
      },
    },
    {
      id: "unclear",
      title: "The call to AWS breaks",
      tryThis:
        "Press Continue: the connection breaks on the way. The bot says so and does not send it twice.",
      run: async () => {
        happenings.follow("unclear", breakCall(fleet.deploy(services.unclear, { pauses: [pause] })));
      },
    },
    {
      id: "fails",
      title: "A deployment fails",
      tryThis:
        "Its tasks never start, so AWS gives up and rolls back. The channel is told once, the thread says why.",
      run: async () => {
        fleet.deploy(services.failing, {
          strategy: "ROLLING",
          circuitBreaker: { threshold: 3 },
          stageMs: { SCALE_UP: 8_000 },
          failure,
        });
      },
    },
    {
      id: "unprotected",
      title: "A deployment fails, and nothing rolls it back",
      tryThis:
        "AWS only gives up. What serves is not known, so this is the loudest message: it goes to the channel and notifies Mara and Jun.",
      run: async () => {
        fleet.deploy(services.unprotected, {
          strategy: "ROLLING",
          circuitBreaker: { threshold: 3, rollback: false },
          stageMs: { SCALE_UP: 8_000 },
          failure,
        });
      },
    },
    {
      id: "gates",
      title: "A deployment with two holds ahead",
      tryThis:
        "It takes half a minute to start. Until then its card says which holds are ahead; then it asks twice.",
      run: async () => {
        fleet.deploy(services.gated, {
          pauses: [pause, { ...pause, stage: "PRE_PRODUCTION_TRAFFIC_SHIFT" }],
          stageMs: { SCALE_UP: 30_000 },
        });
      },
    },
  ];
}
