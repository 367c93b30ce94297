/** The paths on which a process is killed, and what has to be true afterwards wherever it was. */

import { type JsonObject, stringIn } from "../../fakes/slack/json.ts";
import type { Message } from "../../fakes/slack/workspace.ts";
import type { Ref } from "../../src/handlers/deployment.ts";
import { isCardOf, offers, recordOf, toldIn, wordsOn, writesTo } from "./record.ts";
import type { Replica } from "./replica.ts";
import { ecsContinue } from "./stories.ts";
import type { Place, Story } from "./story.ts";
import { until } from "./until.ts";
import { mara, place as near, type World } from "./world.ts";

/** One service whose deployment waits, and what was done about it so far. */
export interface Scene {
  readonly world: World;
  readonly service: string;
  readonly deployment: string;
  /** Where other deployments of the same name have cards, too. */
  readonly ref?: Ref;
  /** What EventBridge has to tell about it. */
  readonly event?: unknown;
}

export interface Path {
  readonly name: string;
  /** Brings a new deployment to where the path begins. */
  readonly prepare: (world: World, replica: Replica, service: string) => Promise<Scene>;
  readonly walk: (scene: Scene, replica: Replica) => Promise<Walked>;
  /** True once everything has settled, or is offered again. */
  readonly settled: (scene: Scene) => Promise<boolean>;
  /** What is wrong in the end. */
  readonly wrongs: (scene: Scene, next: Replica, walked: Walked) => Promise<readonly string[]>;
}

/** Who asked was told that all is well; else it is up to them to ask the next process. */
interface Walked {
  readonly taken: boolean;
  readonly again: (next: Replica) => Promise<unknown>;
}

/** The first event of a new deployment, until its card and thread stand. */
export function eventPathOf(story: Story, place: Place = near): Path {
  return {
    name: `event of ${story.name}`,
    prepare: async (world, _replica, name) => ({ world, ...(await story.begin(world, place, name)) }),
    async walk({ world, event }, replica) {
      if (event === undefined) throw new Error("nothing is told about it");
      const taken = (await world.send(replica, event)) === 200;
      // EventBridge tries again whatever was not taken.
      return { taken, again: async (next) => taken || world.send(next, event) };
    },
    settled: async (scene) => (await tellsAll(scene)) && offers(cardOf(scene), story.label),
    async wrongs(scene) {
      const { world, deployment } = scene;
      const writes = writesTo(world, deployment);
      return [
        ...(await wrongMessages(scene)),
        ...(writes.length > 0 ? [`nobody asked for ${writes.join(", ")}`] : []),
      ];
    },
  };
}

/** A click, until AWS was asked once and card and thread say so. */
export function clickPathOf(story: Story, place: Place = near): Path {
  const { label, call } = story;
  const told = eventPathOf(story, place);
  return {
    name: `click of ${story.name}`,
    async prepare(world, replica, name) {
      const scene = await told.prepare(world, replica, name);
      const { taken } = await told.walk(scene, replica);
      await until("the card stands", () => told.settled(scene), {
        withinMs: 60_000,
        state: () => `${taken ? "taken" : "not taken"}: ${wordsOn(cardOf(scene))}\n${replica.logs()}`,
      });
      return scene;
    },
    async walk(scene, replica) {
      const { world } = scene;
      const card = cardOf(scene);
      if (card === undefined) throw new Error("there is no card to click on");
      const { inTime } = await world.people(replica).click(mara, card, label, throughProxy(replica));
      return { taken: inTime, again: async () => {} };
    },
    async settled(scene) {
      const card = cardOf(scene);
      if (card === undefined || !(await tellsAll(scene))) return false;
      const { decisions, leased } = await recordOf(scene.world, card);
      const states = Object.values(decisions);
      if (leased || states.some((state) => !atRest.includes(state))) return false;
      return states.includes("confirmed") ? !offers(card, label) : offers(card, label);
    },
    async wrongs(scene, next, { taken }) {
      const { world, deployment } = scene;
      const wrong = [...(await wrongMessages(scene))];
      const card = cardOf(scene);
      if (card === undefined) return wrong;
      const { log } = await recordOf(world, card);
      if (taken && !log.some((entry) => entry.includes(mara)))
        wrong.push("Slack was told that all is well, and the request is on no record");
      if (writesTo(world, deployment).length === 0) await askAgain(scene, next, label);
      const writes = writesTo(world, deployment);
      if (writes.length !== 1 || writes[0] !== call)
        wrong.push(`AWS was asked ${writes.length} times: ${writes.join(", ")}`);
      return wrong;
    },
  };
}

export const eventPath = eventPathOf(ecsContinue);
export const clickPath = clickPathOf(ecsContinue);

/** What is offered again can be asked again; on a busy machine an answer may come too late to be sent, and is told so. */
async function askAgain(scene: Scene, next: Replica, label: string): Promise<void> {
  const { world, deployment } = scene;
  const statuses: number[] = [];
  const state = (): string => `${statuses.join(", ")}\n${wordsOn(cardOf(scene))}\n${next.logs()}`;
  for (let tries = 0; tries < 5 && writesTo(world, deployment).length === 0; tries += 1) {
    const card = cardOf(scene);
    if (card === undefined || !offers(card, label)) break;
    const before = world.slack.workspace.privateTo(mara).length;
    const { status } = await world.people(next).click(mara, card, label);
    statuses.push(status);
    const isTold = (): boolean => world.slack.workspace.privateTo(mara).length > before;
    await until("the person is told", isTold, { withinMs: 60_000, state });
  }
  await until("the card no longer offers it", () => !offers(cardOf(scene), label), {
    withinMs: 60_000,
    state,
  });
}

const atRest = ["open", "confirmed", "superseded", "expired"];

function cardOf(scene: Scene): Message | undefined {
  return cardsOf(scene)[0];
}

function cardsOf({ world, service, ref }: Scene): readonly Message[] {
  const cards = world.cards(service);
  return ref === undefined ? cards : cards.filter((card) => isCardOf(card, ref));
}

/** Every entry of the log is in the thread. */
async function tellsAll(scene: Scene): Promise<boolean> {
  const { world } = scene;
  const card = cardOf(scene);
  if (card === undefined) return false;
  const { log } = await recordOf(world, card);
  return log.length > 0 && new Set(toldIn(world, card)).size >= log.length;
}

async function wrongMessages(scene: Scene): Promise<readonly string[]> {
  const { world } = scene;
  const cards = cardsOf(scene);
  const [card] = cards;
  if (card === undefined || cards.length > 1) return [`${cards.length} cards`];
  const told = toldIn(world, card);
  return told.length === new Set(told).size ? [] : [`the thread tells entries twice: ${told.join(",")}`];
}

/** The address for private answers belongs to Slack's boundary, too. */
export function throughProxy(replica: Replica): { readonly tamper: (payload: JsonObject) => JsonObject } {
  return {
    tamper: (payload) => {
      const { pathname } = new URL(stringIn(payload.response_url) ?? "");
      return { ...payload, response_url: new URL(pathname, replica.slackUrl).href };
    },
  };
}
