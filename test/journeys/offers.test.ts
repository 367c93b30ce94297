import { expect, it } from "vitest";
import {
  cardOf,
  hears,
  openOffer,
  patienceMs,
  requestOf,
  requestsAbout,
  says,
  sendByCommand,
} from "./offers.ts";
import { playEach, playErrors } from "./play-each.ts";
import { pipelineWhose, proton } from "./proton-offers.ts";
import { offers } from "./record.ts";
import { samples, stageForAll } from "./systems.ts";
import { until } from "./until.ts";
import { mara } from "./world.ts";

const stage = stageForAll();
const perJourneyMs = 2 * patienceMs;

it.concurrent.each(samples)(
  "$service: $name, by the one choice that a command gives while not everything is listed",
  async (journey) => {
    const scene = await openOffer(stage(), journey);
    await stage().world.redis.del("hp:targets");
    await sendByCommand(stage(), journey, scene);
    expect(requestsAbout(scene)).toEqual([requestOf(journey, scene)]);
  },
  perJourneyMs,
);

playEach(stage, (journey) => samples.includes(journey));
playErrors(stage, "one", (journey) => samples.includes(journey));

// Proton's call names the resource, not the deployment.
it.concurrent.each(proton.journeys)(
  "$service: $name: never hits the next deployment of the same name",
  async (journey) => {
    const { world, replica } = stage();
    const scene = await openOffer(stage(), journey);
    const seen = cardOf(scene);
    world.proton.console.cancel(scene.deployment);
    const hasEnded = (): boolean =>
      world.proton.events
        .emitted()
        .some(({ resources: [arn], detail }) => arn === scene.deployment && detail.status === "CANCELLED");
    await until(`the first deployment of ${scene.service} has ended`, hasEnded);
    world.proton.deploy(scene.deployment);
    await world.people(replica).click(mara, seen, "Cancel", { revision: seen.revision });
    await hears(scene, mara, ["was not sent"]);
    const hasItsCard = (): boolean => offers(world.cards(scene.service)[1], "Cancel");
    await until(`the next deployment of ${scene.service} has its own card`, hasItsCard, { withinMs: 60_000 });
    expect(offers(cardOf(scene), "Cancel")).toBe(false);
    expect(requestsAbout(scene)).toEqual([]);
  },
  perJourneyMs,
);

it.concurrent.each([
  { ends: "CANCELLED", words: ["Stopped:", "Proton confirmed", "Proton cancelled it"] },
  { ends: "FAILED", words: ["failed", "not what was asked for"] },
  { ends: "SUCCEEDED", words: ["Done"] },
] as const)(
  "proton: a cancel that ends as $ends is told as that",
  async ({ ends, words }) => {
    const { world, replica } = stage();
    const journey = pipelineWhose({ ends, afterMs: 500, message: `as AWS documents, ${ends}` });
    const scene = await openOffer(stage(), journey);
    await world.people(replica).click(mara, cardOf(scene), "Cancel");
    await hears(scene, mara, ["was sent"]);
    await says(scene, words);
    expect(requestsAbout(scene)).toEqual([requestOf(journey, scene)]);
  },
  perJourneyMs,
);
