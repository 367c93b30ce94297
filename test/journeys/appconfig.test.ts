import * as exports from "@aws-sdk/client-appconfig";
import { afterAll, beforeAll, expect, it } from "vitest";
import { complete, journeys, keyOf, start } from "./appconfig-offers.ts";
import { keepBudgetFull } from "./full-budget.ts";
import {
  askOpposites,
  askTwice,
  comeTooLate,
  goByButton,
  goByCommand,
  type Journey,
  type Stage,
} from "./offers.ts";
import type { Scene } from "./paths.ts";
import { startReady } from "./scenes.ts";
import { type Meaning, sufferEveryError, sufferSilence } from "./suffering.ts";
import { hurried } from "./timing.ts";
import { farPlace, openWorld, place } from "./world.ts";

let stage: Stage;
const closing: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  const world = await openWorld({ timing: hurried, tapped: true });
  closing.push(() => world.close(), keepBudgetFull(world));
  stage = { world, replica: await startReady(world) };
});
afterAll(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const client = { name: "@aws-sdk/client-appconfig", exports };
const all: readonly Journey[] = Object.values(journeys);
const meanings: Readonly<Record<string, Meaning>> = {
  BadRequestException: "rejected",
  InternalServerException: "unclear",
  ResourceNotFoundException: "rejected",
};

/** The requests of one deployment as they were on the wire. */
function wiredAbout({ world, deployment }: Scene) {
  const [application, environment, number] = deployment.split("/");
  const path = `/applications/${application}/environments/${environment}/deployments/${number}`;
  return world
    .heard()
    .filter((request) => request.path === path && request.method !== "GET")
    .map(({ method, headers }) => ({ method, allowRevert: headers["allow-revert"] }));
}

const wired: Readonly<Record<string, object>> = {
  cancel: { method: "DELETE", allowRevert: undefined },
  revert: { method: "DELETE", allowRevert: "true" },
};

it.concurrent.each(all)(
  "$name, by button",
  async (journey) => {
    const { scene, sent, wanted } = await goByButton(stage, journey);
    expect(sent).toEqual(wanted);
    expect(wiredAbout(scene)).toEqual([wired[journey.verb]]);
  },
  60_000,
);

it.concurrent.each(all)(
  "$name, by command",
  async (journey) => {
    const { scene, sent, wanted } = await goByCommand(stage, journey, farPlace);
    expect(sent).toEqual(wanted);
    expect(wiredAbout(scene)).toEqual([wired[journey.verb]]);
  },
  60_000,
);

it.concurrent.each(all)(
  "$name: tells each error that AWS documents",
  async (journey) => {
    const { sent, wanted } = await sufferEveryError(stage, journey, client, meanings);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each(all)(
  "$name: sends once when AWS gives no answer",
  async (journey) => {
    const { sent, wanted } = await sufferSilence(stage, journey);
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

const lateness = [
  {
    journey: journeys.cancel,
    what: "somebody else has cancelled",
    happens: (scene: Scene) => scene.world.appconfig.console.stop(keyOf(scene, place)),
  },
  {
    journey: journeys.revert,
    what: "somebody else has reverted",
    happens: (scene: Scene) => scene.world.appconfig.console.stop(keyOf(scene, place), { allowRevert: true }),
  },
  {
    journey: journeys.revert,
    what: "a newer deployment is under way",
    happens: (scene: Scene) => {
      start(scene.world, applicationOf(scene), place, { version: "58", pace: "slowly" });
    },
  },
  {
    journey: journeys.revert,
    what: "a newer deployment is complete",
    happens: async (scene: Scene) => {
      await complete(scene.world, applicationOf(scene), place, "58");
    },
  },
];
it.concurrent.each(lateness)(
  "$journey.name: sends nothing once $what",
  async ({ journey, happens }) => {
    const { sent, wanted } = await comeTooLate(stage, journey, happens);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

function applicationOf({ service }: Scene): string {
  return service.split("/")[0] ?? service;
}
