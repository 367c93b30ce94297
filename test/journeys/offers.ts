/** What every offer of every system has to keep: a journey says how to get there, what is sent, and what may go wrong. */

import type { Message } from "../../fakes/slack/workspace.ts";
import type { Scene } from "./paths.ts";
import { offers, wordsOn } from "./record.ts";
import type { Replica } from "./replica.ts";
import type { Place } from "./samples.ts";
import { isTold, types } from "./scenes.ts";
import { until } from "./until.ts";
import { farPlace, jun, mara, place, type World } from "./world.ts";
import { writtenIn } from "./writes.ts";

export interface Journey {
  readonly name: string;
  /** How its button begins. */
  readonly label: string;
  /** Its verb behind `/deploy`. */
  readonly verb: string;
  readonly service: string;
  readonly operation: string;
  /** Deploys, and sends the published event to the replica. */
  readonly open: (world: World, replica: Replica, name: string, place: Place) => Promise<Scene>;
  /** The whole input of the one call. */
  readonly input: (scene: Scene) => object;
  /** A text that stands in the requests about this deployment only. */
  readonly about: (scene: Scene) => string;
  /** What the card says once AWS has done it. */
  readonly confirmed: readonly string[];
  /** Where it is asked for by command. Absent: in another account, with its role, in its region. */
  readonly commandAt?: Place;
  /** The request on the wire, beside its input. */
  readonly wire?: { readonly path: (scene: Scene) => string; readonly method: string } & {
    readonly headers: Readonly<Record<string, string | undefined>>;
  };
  /** What each error that AWS documents means. Absent: another journey's call is the same. */
  readonly meanings?: Readonly<Record<string, Meaning>>;
  /** An error after which nobody can ask for it again. */
  readonly takesAway?: string;
  /** How AWS gives no answer. */
  readonly silences: readonly Silence[];
  /** What makes the answer late, each without a word to Holdpoint. */
  readonly late: readonly Lateness[];
}

/** What an error of AWS means for the one who asked. */
export type Meaning = "rejected" | "denied" | "throttled" | "unsupported" | "unclear";
type Silence = "error" | "hang" | "break";
export interface Lateness {
  readonly what: string;
  readonly happens: (scene: Scene) => void | Promise<void>;
}

export interface SystemOffers {
  readonly client: { readonly name: string; readonly exports: Readonly<Record<string, unknown>> };
  readonly journeys: readonly Journey[];
  readonly opposites: readonly Opposites[];
}
/** Two people who want the one and the other at the same moment. */
export interface Opposites {
  readonly one: Journey;
  readonly other: Journey;
  /** What the later one hears; absent: who was first. */
  readonly words?: readonly string[];
}

type Request = ReturnType<typeof requestOf>;

/** What reached AWS about a journey's deployments, and what should have. */
export interface Sent {
  readonly sent: readonly Request[];
  readonly wanted: readonly Request[];
}

export interface Stage {
  readonly world: World;
  readonly replica: Replica;
}

/** A hundred cards are posted at once, by one process on a busy machine. */
export const patienceMs = 90_000;
/** Names of one length: none begins with another one. */
let opened = 100;

/** A deployment of its own, whose card makes the offer. */
export async function openOffer(
  { world, replica }: Stage,
  journey: Journey,
  where: Place = place,
): Promise<Scene> {
  opened += 1;
  const scene = await journey.open(world, replica, `${journey.service}-${opened}`, where);
  await isOffered({ world, replica }, scene, journey);
  return scene;
}

/** The first card: a rollback is a deployment of its own and has another one. */
export function cardOf({ world, service }: Scene): Message {
  const [first] = world.cards(service);
  if (first === undefined) throw new Error(`${service} has no card`);
  return first;
}

export async function says(scene: Scene, words: readonly string[], withinMs = patienceMs): Promise<void> {
  const all = (): boolean => words.every((word) => wordsOn(cardOf(scene)).includes(word));
  await until(`${scene.service}: the card says ${words.join(", ")}`, all, {
    withinMs,
    againMs: 50,
    state: () => wordsOn(cardOf(scene)),
  });
}

export async function isOffered(
  { replica }: Stage,
  scene: Scene,
  { label, name }: Pick<Journey, "label" | "name">,
): Promise<void> {
  await until(
    `${name}: ${scene.service} offers ${label}`,
    () => offers(scene.world.cards(scene.service)[0], label),
    {
      withinMs: patienceMs,
      againMs: 50,
      state: () => `${wordsOn(scene.world.cards(scene.service)[0])}\n${replica.logs().slice(-4_000)}`,
    },
  );
}

export async function isGone(scene: Scene, { label, name }: Pick<Journey, "label" | "name">): Promise<void> {
  await until(`${name}: ${scene.service} no longer offers ${label}`, () => !offers(cardOf(scene), label), {
    withinMs: patienceMs,
    againMs: 50,
    state: () => wordsOn(cardOf(scene)),
  });
}

export async function hears(scene: Scene, person: string, words: readonly string[]): Promise<void> {
  await isTold(scene.world, person, [scene.service, ...words], patienceMs);
}

/** Names are known when the look that drew the card is done. */
async function isListed({ world, service }: Scene): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    (await world.redis.hvals("hp:{q0}:active")).join().includes(service);
  await until(`${service} can be named`, isThere, { withinMs: patienceMs });
}

/** Every mutating call about this deployment, whatever came of it. */
export function requestsAbout({ world, deployment }: Scene) {
  return world.aws.calls
    .writes()
    .filter((call) => writtenIn(call)?.about === deployment)
    .map(({ service, operation, account, region, input }) => ({
      service,
      operation,
      account,
      region,
      input,
    }));
}

export function requestOf(journey: Journey, scene: Scene, where: Place = place) {
  const { account, region } = where;
  return {
    service: journey.service,
    operation: journey.operation,
    account,
    region,
    input: journey.input(scene),
  };
}

export function sentIn(scene: Scene, ...wanted: readonly Journey[]): Sent {
  return { sent: requestsAbout(scene), wanted: wanted.map((journey) => requestOf(journey, scene)) };
}

/** The mutating requests to the journey's path as they were on the wire. */
export function wiredIn(
  scene: Scene,
  { wire }: Journey,
): { readonly sent: object[]; readonly wanted: object[] } {
  if (wire === undefined) return { sent: [], wanted: [] };
  const { method, headers } = wire;
  const heard = scene.world
    .heard()
    .filter((request) => request.path === wire.path(scene) && request.method !== "GET");
  const named = (all: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.keys(headers).map((name) => [name, all[name]]));
  return {
    sent: heard.map((request) => ({ method: request.method, headers: named(request.headers) })),
    wanted: [{ method, headers }],
  };
}

export function allOf(parts: readonly Sent[]): Sent {
  return { sent: parts.flatMap(({ sent }) => sent), wanted: parts.flatMap(({ wanted }) => wanted) };
}

/** From the published event to the one request, by button. */
export async function goByButton(stage: Stage, journey: Journey): Promise<Sent & { readonly scene: Scene }> {
  const scene = await openOffer(stage, journey);
  await stage.world.people(stage.replica).click(mara, cardOf(scene), journey.label);
  await hears(scene, mara, ["was sent"]);
  await says(scene, [...journey.confirmed, `<@${mara}>`]);
  return { scene, ...sentIn(scene, journey) };
}

/** The same by command, in another account: with its role, in its region. */
export async function goByCommand(stage: Stage, journey: Journey): Promise<Sent & { readonly scene: Scene }> {
  const where = journey.commandAt ?? farPlace;
  const scene = await openOffer(stage, journey, where);
  await sendByCommand(stage, journey, scene);
  await says(scene, [...journey.confirmed, `<@${jun}>`]);
  return { scene, sent: requestsAbout(scene), wanted: [requestOf(journey, scene, where)] };
}

/** Types the bare name, and waits until Holdpoint says that it was sent. */
export async function sendByCommand(
  { world, replica }: Stage,
  { verb }: Pick<Journey, "verb">,
  scene: Scene,
): Promise<void> {
  await isListed(scene);
  await types(scene, replica, jun, `/deploy ${verb} ${scene.service}`, patienceMs);
  const isSent = ({ text }: Message) => text.includes(scene.service) && /(?<!nothing )was sent/i.test(text);
  await until(`${scene.service} is sent`, () => world.slack.workspace.privateTo(jun).some(isSent), {
    withinMs: patienceMs,
  });
}

/** Somebody acts outside, and nobody tells: the click on what was seen sends nothing. */
export async function comeTooLate(
  stage: Stage,
  journey: Journey,
  happens: (scene: Scene) => void | Promise<void>,
): Promise<Sent> {
  const scene = await openOffer(stage, journey);
  const seen = cardOf(scene);
  await happens(scene);
  await stage.world.people(stage.replica).click(mara, seen, journey.label, { revision: seen.revision });
  await hears(scene, mara, ["was not sent"]);
  await isGone(scene, journey);
  return sentIn(scene);
}

/** One person twice at once, and then another one with the screen of before. */
export async function askTwice(stage: Stage, journey: Journey): Promise<Sent> {
  const scene = await openOffer(stage, journey);
  const seen = cardOf(scene);
  const people = stage.world.people(stage.replica);
  const press = () => people.click(mara, seen, journey.label, { revision: seen.revision });
  await Promise.all([press(), press()]);
  await hears(scene, mara, ["was sent"]);
  await hears(scene, mara, ["Nothing was sent a second time"]);
  await says(scene, journey.confirmed);
  await people.click(jun, seen, journey.label, { revision: seen.revision });
  await hears(scene, jun, ["was not sent", `<@${mara}>`]);
  return sentIn(scene, journey);
}

/** Two people with two offers of one card at once: one is sent, and the other hears who was first. */
export async function askOpposites(stage: Stage, { one, other, words }: Opposites): Promise<Sent> {
  const scene = await openOffer(stage, one);
  const seen = cardOf(scene);
  const people = stage.world.people(stage.replica);
  await Promise.all([
    people.click(mara, seen, one.label, { revision: seen.revision }),
    people.click(jun, seen, other.label, { revision: seen.revision }),
  ]);
  await until(`${scene.service}: AWS is asked`, () => requestsAbout(scene).length > 0, {
    withinMs: patienceMs,
  });
  const isTheirs = (person: string): boolean =>
    stage.world.slack.workspace
      .privateTo(person)
      .some((message) => [scene.service, "was sent."].every((part) => wordsOn(message).includes(part)));
  const winner = await until(`${scene.service}: somebody is first`, () => [mara, jun].find(isTheirs), {
    withinMs: patienceMs,
  });
  const [won, loser] = winner === mara ? [one, jun] : [{ ...one, ...other }, mara];
  await hears(scene, loser, words ?? [`<@${winner}>`]);
  return sentIn(scene, won);
}
