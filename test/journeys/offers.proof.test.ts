import { expect, it } from "vitest";
import { patienceMs } from "./offers.ts";
import { sufferEveryError, sufferSilence } from "./suffering.ts";
import { failing, journeys, samples, stageForAll } from "./systems.ts";

const stage = stageForAll();

it.concurrent.each(failing.filter(({ journey }) => !samples.includes(journey)))(
  "$journey.service: $journey.name: tells each error that AWS documents",
  async ({ client, journey }) => {
    const { sent, wanted } = await sufferEveryError(stage(), journey, client);
    expect(sent).toEqual(wanted);
  },
  4 * patienceMs,
);

it.concurrent.each(journeys.filter((journey) => !samples.includes(journey)))(
  "$service: $name: sends once when AWS gives no answer",
  async (journey) => {
    const { sent, wanted } = await sufferSilence(stage(), journey);
    expect(sent).toEqual(wanted);
  },
  4 * patienceMs,
);
