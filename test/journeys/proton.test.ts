import * as exports from "@aws-sdk/client-proton";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keepBudgetFull } from "./full-budget.ts";
import {
  askOpposites,
  askTwice,
  cardOf,
  comeTooLate,
  goByButton,
  goByCommand,
  hears,
  type Journey,
  openOffer,
  requestOf,
  requestsAbout,
  type Stage,
  says,
} from "./offers.ts";
import { journeys, pipelineWhose } from "./proton-offers.ts";
import { offers } from "./record.ts";
import { startReady } from "./scenes.ts";
import { type Meaning, sufferEveryError, sufferSilence } from "./suffering.ts";
import { hurried } from "./timing.ts";
import { until } from "./until.ts";
import { mara, openWorld } from "./world.ts";

let stage: Stage;
const closing: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  const world = await openWorld({ timing: hurried });
  closing.push(() => world.close(), keepBudgetFull(world));
  stage = { world, replica: await startReady(world) };
});
afterAll(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const client = { name: "@aws-sdk/client-proton", exports };
const all: readonly Journey[] = Object.values(journeys);
const meanings: Readonly<Record<string, Meaning>> = {
  AccessDeniedException: "denied",
  ConflictException: "rejected",
  InternalServerException: "unclear",
  ResourceNotFoundException: "rejected",
  ThrottlingException: "throttled",
  ValidationException: "rejected",
};

it.concurrent.each(all)(
  "$name, by button",
  async (journey) => {
    const { sent, wanted } = await goByButton(stage, journey);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each(all)(
  "$name, by command",
  async (journey) => {
    const { sent, wanted } = await goByCommand(stage, journey);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each(all)(
  "$operation: tells each error that AWS documents",
  async (journey) => {
    const { sent, wanted } = await sufferEveryError(stage, journey, client, meanings);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each(all)(
  "$operation: sends once when AWS gives no answer",
  async (journey) => {
    const { sent, wanted } = await sufferSilence(stage, journey, ["hang", "break"]);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each(all)(
  "$name: asks AWS once when it is asked for twice",
  async (journey) => {
    const { sent, wanted } = await askTwice(stage, journey);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each(all)(
  "$name: one of two people is first, and the other hears who",
  async (journey) => {
    const { sent, wanted } = await askOpposites(stage, [journey, journey]);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each(all)(
  "$name: sends nothing once somebody else has cancelled",
  async (journey) => {
    const { sent, wanted } = await comeTooLate(stage, journey, ({ world, deployment }) =>
      world.proton.console.cancel(deployment),
    );
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each(all)(
  "$name: never hits the next deployment of the same name",
  async (journey) => {
    const { world, replica } = stage;
    const scene = await openOffer(stage, journey);
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
    const second = () => world.cards(scene.service)[1];
    await until(
      `the next deployment of ${scene.service} has its own card`,
      () => offers(second(), "Cancel"),
      {
        withinMs: 30_000,
      },
    );
    expect(offers(cardOf(scene), "Cancel")).toBe(false);
    expect(requestsAbout(scene)).toEqual([]);
  },
  60_000,
);

it.concurrent.each([
  { ends: "CANCELLED", words: ["Stopped:", "Proton confirmed", "Proton cancelled it"] },
  { ends: "FAILED", words: ["failed", "not what was asked for"] },
  { ends: "SUCCEEDED", words: ["Done"] },
] as const)(
  "a cancel that ends as $ends is told as that",
  async ({ ends, words }) => {
    const { world, replica } = stage;
    const journey = pipelineWhose({ ends, afterMs: 500, message: `as AWS documents, ${ends}` });
    const scene = await openOffer(stage, journey);
    await world.people(replica).click(mara, cardOf(scene), "Cancel");
    await hears(scene, mara, ["was sent"]);
    await says(scene, words);
    expect(requestsAbout(scene)).toEqual([requestOf(journey, scene)]);
  },
  60_000,
);
