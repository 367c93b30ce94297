/** What most journeys begin with: a ready replica, a card that asks, and what people see and are told. */

import type { Plan } from "../../fakes/aws/ecs.ts";
import type { Message } from "../../fakes/slack/workspace.ts";
import type { Gate } from "./gate.ts";
import { eventPath, type Scene } from "./paths.ts";
import { offers, wordsOn } from "./record.ts";
import type { Replica } from "./replica.ts";
import { until } from "./until.ts";
import { channel, eventsOf, type World } from "./world.ts";

export async function isReady(replica: Replica): Promise<boolean> {
  return (await fetch(`${replica.url}/readyz`)).ok;
}

export async function startReady(world: World, gate?: Gate): Promise<Replica> {
  const replica = await world.start(gate);
  await until("the replica is ready", () => isReady(replica), { state: replica.logs });
  return replica;
}

/** Deploys, tells the event, and waits for the card with its answers and for its thread. */
export async function openHold(
  world: World,
  replica: Replica,
  service: string,
  plan: Partial<Plan> = {},
): Promise<Scene> {
  const scene = { world, service, deployment: world.deploy(service, plan) };
  await world.send(replica, eventsOf(world, scene.deployment).at(-1));
  await until("the card asks and the thread begins", () => eventPath.settled(scene), { state: replica.logs });
  return scene;
}

/** The one card; a second one fails the test. */
export function card({ world, service }: Scene): Message {
  const [first, ...more] = world.cards(service);
  if (first === undefined || more.length > 0)
    throw new Error(`${service} has ${world.cards(service).length} cards`);
  return first;
}

/** Waits until the card says all of these. */
export async function cardSays(scene: Scene, words: readonly string[], withinMs = 20_000): Promise<Message> {
  const says = (): boolean => words.every((word) => wordsOn(card(scene)).includes(word));
  await until(`the card says ${words.join(", ")}`, says, { withinMs, state: () => wordsOn(card(scene)) });
  return card(scene);
}

export async function cardLoses(scene: Scene, label: string, withinMs = 20_000): Promise<void> {
  await until(`the card no longer offers ${label}`, () => !offers(card(scene), label), {
    withinMs,
    state: () => wordsOn(card(scene)),
  });
}

/** Waits for a private message to this person which says all of these. */
export async function isTold(
  { slack }: World,
  person: string,
  words: readonly string[],
  withinMs = 20_000,
): Promise<Message> {
  const all = (): readonly Message[] => slack.workspace.privateTo(person);
  return until(
    `${person} is told ${words.join(", ")}`,
    () => all().find((message) => words.every((word) => wordsOn(message).includes(word))),
    { withinMs, againMs: 50, state: () => all().map(wordsOn).join("\n") },
  );
}

/**
 * Types a command about this scene and waits for its private answer. While the lists of what exists are not complete, as on a
 * busy machine, a bare name is asked back: then the person takes the first choice.
 */
export async function types(
  { world, service }: Scene,
  replica: Replica,
  person: string,
  text: string,
  withinMs = 20_000,
): Promise<void> {
  const people = world.people(replica);
  const told = (): readonly Message[] =>
    world.slack.workspace.privateTo(person).filter((message) => wordsOn(message).includes(service));
  const before = new Set(told());
  await people.command(person, text, { channel });
  const answer = await until(
    `${person} is answered about ${service}`,
    () => told().find((message) => !before.has(message)),
    { withinMs, state: () => told().map(wordsOn).join("\n") },
  );
  if (wordsOn(answer).includes("has not listed everything yet"))
    await people.click(person, answer, { actionId: "choice.0" });
}
