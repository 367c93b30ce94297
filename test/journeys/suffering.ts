/** What AWS may answer to the one request of an offer, or not answer: told for what it is, and never sent again by itself. */

import { expect } from "vitest";
import type { Fault } from "../../fakes/aws/faults.ts";
import { documentedErrors } from "./documented.ts";
import {
  allOf,
  cardOf,
  hears,
  isGone,
  type Journey,
  type Meaning,
  openOffer,
  patienceMs,
  requestsAbout,
  type Sent,
  type Stage,
  type SystemOffers,
  says,
  sentIn,
} from "./offers.ts";
import type { Scene } from "./paths.ts";
import { offers, recordOf, wordsOn } from "./record.ts";
import { until } from "./until.ts";
import { jun, mara } from "./world.ts";

const heard: Readonly<Record<Meaning, readonly string[]>> = {
  rejected: ["rejected your"],
  denied: ["was not done", "denied access"],
  throttled: ["was not done", "throttled the request"],
  unsupported: ["was not done", "does not support it"],
  unclear: ["not known whether"],
};

/**
 * The errors that AWS documents, one deployment each: told for what they mean, sent once, and offered again once reads
 * say that it still waits. `meanings` that know one error more or less than the documentation fail the test. `one`
 * plays a single error of each meaning, and the one that takes the offer away.
 */
export async function sufferErrors(
  stage: Stage,
  journey: Journey,
  client: SystemOffers["client"],
  howMany: "every" | "one",
): Promise<Sent> {
  const { meanings = {}, takesAway } = journey;
  const errors = documentedErrors(client.name, client.exports, journey.operation);
  expect(errors.map(({ name }) => name).toSorted()).toEqual(Object.keys(meanings).toSorted());
  const isFirst = ({ name }: (typeof errors)[number]): boolean =>
    name === takesAway || errors.find((error) => meanings[error.name] === meanings[name])?.name === name;
  const all = await Promise.all(
    errors
      .filter((error) => howMany === "every" || isFirst(error))
      .map(async ({ name, status }) => {
        const meaning = meanings[name] ?? "unclear";
        const message = `no, says ${name}`;
        const scene = await sufferOne(stage, journey, {
          kind: "error",
          when: "before",
          name,
          status,
          message,
        });
        await hears(scene, mara, [...heard[meaning], ...(meaning === "unclear" ? [] : [message])]);
        if (name !== takesAway) return isOfferedAgain(stage, scene, journey);
        await isGone(scene, journey);
        return sentIn(scene, journey);
      }),
  );
  return allOf(all);
}

const silences = [
  { kind: "error", name: "InternalFailure", status: 500 },
  { kind: "error", name: "ServiceUnavailable", status: 503 },
  { kind: "hang" },
  { kind: "break" },
] as const;

/** No answer, or one that says nothing: AWS is read, and nobody sends twice. */
export async function sufferSilence(stage: Stage, journey: Journey): Promise<Sent> {
  const faults = silences.filter(({ kind }) => journey.silences.includes(kind));
  const nothingDone = faults.map(async (fault) => {
    const scene = await sufferOne(stage, journey, { ...fault, when: "before" });
    await hears(scene, mara, heard.unclear);
    return isOfferedAgain(stage, scene, journey);
  });
  const allDone = faults.map(async (fault) => {
    const scene = await sufferOne(stage, journey, { ...fault, when: "after" });
    await hears(scene, mara, heard.unclear);
    await says(scene, journey.confirmed);
    return sentIn(scene, journey);
  });
  return allOf(await Promise.all([...nothingDone, ...allDone]));
}

async function sufferOne(stage: Stage, journey: Journey, fault: Fault): Promise<Scene> {
  const scene = await openOffer(stage, journey);
  const { world, replica } = stage;
  world.aws.faults.next({ operation: journey.operation, about: journey.about(scene) }, fault);
  await world.people(replica).click(mara, cardOf(scene), journey.label);
  return scene;
}

/** The decision is open again, nothing was sent meanwhile, and what is asked now goes out. */
async function isOfferedAgain(stage: Stage, scene: Scene, journey: Journey): Promise<Sent> {
  const { world, replica } = stage;
  const settled = async (): Promise<boolean> => {
    if (!offers(cardOf(scene), journey.label)) return false;
    const { decisions, leased } = await recordOf(world, cardOf(scene));
    return !leased && Object.values(decisions).includes("open");
  };
  await until(`${journey.name}: ${scene.service} is offered again`, settled, {
    withinMs: patienceMs,
    againMs: 100,
    state: () => `${wordsOn(cardOf(scene))}\n${replica.logs().slice(-4_000)}`,
  });
  expect(requestsAbout(scene)).toHaveLength(1);
  await world.people(replica).click(jun, cardOf(scene), journey.label);
  await hears(scene, jun, ["was sent"]);
  await says(scene, journey.confirmed);
  return sentIn(scene, journey, journey);
}
