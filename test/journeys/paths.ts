/** The two paths on which a process is killed, and what has to be true afterwards wherever it was. */

import type { Delivered } from "../../demo/slack/delivery.ts";
import { type JsonObject, stringIn } from "../../demo/slack/json.ts";
import type { Message } from "../../demo/slack/workspace.ts";
import { offers, recordOf, toldIn, wordsOn, writesTo } from "./record.ts";
import type { Replica } from "./replica.ts";
import { until } from "./until.ts";
import { eventsOf, mara, type World } from "./world.ts";

/** One service whose deployment waits, and what was done about it so far. */
export interface Scene {
  readonly world: World;
  readonly service: string;
  readonly deployment: string;
}

export interface Path {
  readonly name: string;
  /** Brings a new deployment to where the path begins. */
  readonly prepare: (world: World, replica: Replica, service: string) => Promise<Scene>;
  /** Walks the path. Answers how it has to be taken up again by the next process. */
  readonly walk: (scene: Scene, replica: Replica) => Promise<(next: Replica) => Promise<void>>;
  /** True once everything has settled, or is offered again. */
  readonly settled: (scene: Scene) => Promise<boolean>;
  /** What is wrong in the end. */
  readonly wrongs: (scene: Scene, next: Replica) => Promise<readonly string[]>;
}

/** The first event of a new deployment, until its card and thread stand. */
export const eventPath: Path = {
  name: "event",
  prepare: async (world, _replica, service) => ({ world, service, deployment: world.deploy(service) }),
  async walk({ world, deployment }, replica) {
    const event = eventsOf(world, deployment).at(-1);
    const status = await world.send(replica, event);
    return async (next) => {
      // EventBridge tries again whatever was not taken.
      if (status !== 200) await world.send(next, event);
    };
  },
  settled: async (scene) => (await tellsAll(scene)) && offers(cardOf(scene), "Continue"),
  async wrongs(scene) {
    const { world, deployment } = scene;
    const writes = writesTo(world, deployment);
    return [
      ...(await wrongMessages(scene)),
      ...(writes.length > 0 ? [`nobody asked for ${writes.join(", ")}`] : []),
    ];
  },
};

const answers = new WeakMap<Scene, Delivered>();

/** A click, until AWS was asked once and card and thread say so. */
export const clickPath: Path = {
  name: "click",
  async prepare(world, replica, service) {
    const scene = { world, service, deployment: world.deploy(service) };
    await world.send(replica, eventsOf(world, scene.deployment).at(-1));
    await until("the card stands", () => eventPath.settled(scene), { state: replica.logs });
    return scene;
  },
  async walk(scene, replica) {
    const { world } = scene;
    const card = cardOf(scene);
    if (card === undefined) throw new Error("there is no card to click on");
    answers.set(scene, await world.people(replica).click(mara, card, "Continue", throughProxy(replica)));
    return async () => {};
  },
  async settled(scene) {
    const card = cardOf(scene);
    if (card === undefined || !(await tellsAll(scene))) return false;
    const { decisions, leased } = await recordOf(scene.world, card);
    const states = Object.values(decisions);
    if (leased || states.some((state) => !atRest.includes(state))) return false;
    return states.includes("confirmed") ? !offers(card, "Continue") : offers(card, "Continue");
  },
  async wrongs(scene, next) {
    const { world, deployment } = scene;
    const wrong = [...(await wrongMessages(scene))];
    const card = cardOf(scene);
    if (card === undefined) return wrong;
    const { log } = await recordOf(world, card);
    const acknowledged = answers.get(scene)?.inTime === true;
    if (acknowledged && !log.some((entry) => entry.includes(mara)))
      wrong.push("Slack was told that all is well, and the request is on no record");
    if (writesTo(world, deployment).length === 0) await askAgain(scene, next);
    const writes = writesTo(world, deployment);
    if (writes.length !== 1) wrong.push(`AWS was asked ${writes.length} times: ${writes.join(", ")}`);
    return wrong;
  },
};

/** What is offered again can be asked again; on a busy machine an answer may come too late to be sent, and is told so. */
async function askAgain(scene: Scene, next: Replica): Promise<void> {
  const { world, deployment } = scene;
  const state = (): string => `${wordsOn(cardOf(scene))}\n${next.logs()}`;
  for (let tries = 0; tries < 5 && writesTo(world, deployment).length === 0; tries += 1) {
    const card = cardOf(scene);
    const answered = world.slack.calls.of("response_url").length;
    if (card === undefined) return;
    await world.people(next).click(mara, card, "Continue");
    await until("the person is told", () => world.slack.calls.of("response_url").length > answered, {
      state,
    });
  }
  await until("the card no longer offers it", () => !offers(cardOf(scene), "Continue"), { state });
}

const atRest = ["open", "confirmed", "superseded", "expired"];

export function cardOf({ world, service }: Scene): Message | undefined {
  return world.cards(service)[0];
}

/** Every entry of the log is in the thread. */
async function tellsAll({ world, service }: Scene): Promise<boolean> {
  const [card] = world.cards(service);
  if (card === undefined) return false;
  const { log } = await recordOf(world, card);
  return log.length > 0 && new Set(toldIn(world, card)).size >= log.length;
}

async function wrongMessages({ world, service }: Scene): Promise<readonly string[]> {
  const cards = world.cards(service);
  const [card] = cards;
  if (card === undefined || cards.length > 1) return [`${cards.length} cards`];
  const told = toldIn(world, card);
  return told.length === new Set(told).size ? [] : [`the thread tells entries twice: ${told.join(",")}`];
}

/** The address for private answers belongs to Slack's boundary, too. */
function throughProxy(replica: Replica): { readonly tamper: (payload: JsonObject) => JsonObject } {
  return {
    tamper: (payload) => {
      const { pathname } = new URL(stringIn(payload.response_url) ?? "");
      return { ...payload, response_url: new URL(pathname, replica.slackUrl).href };
    },
  };
}
