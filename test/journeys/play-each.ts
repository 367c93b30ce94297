/** What holds for every offer: `npm test` plays it for one offer of each system, `npm run test:proof` for all others. */

import { expect, it } from "vitest";
import {
  askOpposites,
  askTwice,
  comeTooLate,
  goByButton,
  goByCommand,
  type Journey,
  patienceMs,
  type Stage,
  wiredIn,
} from "./offers.ts";
import { sufferErrors, sufferSilence } from "./suffering.ts";
import { failing, journeys, systems } from "./systems.ts";

const timeout = 4 * patienceMs;

export function playErrors(
  stage: () => Stage,
  howMany: "every" | "one",
  isPlayed: (journey: Journey) => boolean = () => true,
): void {
  it.concurrent.each(failing.filter(({ journey }) => isPlayed(journey)))(
    `$journey.service: $journey.name: tells ${howMany === "every" ? "each error" : "an error of each meaning"} that AWS documents`,
    { timeout },
    async ({ client, journey }) => {
      const { sent, wanted } = await sufferErrors(stage(), journey, client, howMany);
      expect(sent).toEqual(wanted);
    },
  );
}

/** Slow: what is not known is settled by reads, once the call's deadline and the quiet time are over. */
export function playSilences(stage: () => Stage): void {
  it.concurrent.each(journeys)(
    "$service: $name: sends once when AWS gives no answer",
    { timeout },
    async (journey) => {
      const { sent, wanted } = await sufferSilence(stage(), journey);
      expect(sent).toEqual(wanted);
    },
  );
}

export function playEach(stage: () => Stage, isPlayed: (journey: Journey) => boolean): void {
  const played = journeys.filter(isPlayed);

  it.concurrent.each(
    played.flatMap((journey) => [
      { journey, by: "button", go: goByButton },
      { journey, by: "command", go: goByCommand },
    ]),
  )("$journey.service: $journey.name, by $by", { timeout }, async ({ journey, go }) => {
    const { scene, sent, wanted } = await go(stage(), journey);
    expect(sent).toEqual(wanted);
    const onWire = wiredIn(scene, journey);
    expect(onWire.sent).toEqual(onWire.wanted);
  });

  it.concurrent.each(played)(
    "$service: $name: asks AWS once when it is asked for twice",
    { timeout },
    async (journey) => {
      const { sent, wanted } = await askTwice(stage(), journey);
      expect(sent).toEqual(wanted);
    },
  );

  it.concurrent.each(systems.flatMap(({ opposites }) => opposites).filter(({ one }) => isPlayed(one)))(
    "$one.service: $one.name against $other.name: one of two people is first, and the other hears who",
    { timeout },
    async (opposites) => {
      const { sent, wanted } = await askOpposites(stage(), opposites);
      expect(sent).toEqual(wanted);
    },
  );

  const late = played.flatMap((journey) => journey.late.map((lateness) => ({ journey, ...lateness })));
  it.concurrent.each(late)(
    "$journey.service: $journey.name: sends nothing once $what",
    { timeout },
    async ({ journey, happens }) => {
      const { sent, wanted } = await comeTooLate(stage(), journey, happens);
      expect(sent).toEqual(wanted);
    },
  );
}
