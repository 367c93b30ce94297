/** The paths on which the store loses its memory, and what has to be true afterwards wherever it was. */

import { objectIn } from "../../../fakes/slack/json.ts";
import type { Message } from "../../../fakes/slack/workspace.ts";
import { clickPathOf, eventPathOf, type Path, type Scene, throughProxy } from "../paths.ts";
import { effectsOn, isCardOf, offers, recordOf, wordsOn, writesTo } from "../record.ts";
import type { Replica } from "../replica.ts";
import { ecsContinue } from "../stories.ts";
import type { Place, Story } from "../story.ts";
import { until } from "../until.ts";
import { jun, mara, place as near } from "../world.ts";

const patienceMs = 60_000;

export const policies = {
  "both-*": `{ approvers: ["user:${mara}", "user:${jun}"], continue: { approvals: 2 } }`,
  "reasoned-*": `{ approvers: ["user:${mara}"], rollback: { reason: required } }`,
};

type Ask = (scene: Scene, replica: Replica, card: Message) => Promise<unknown>;

/** What is true after a loss, and how the person gets there. */
function remembering(path: Path, { label, call }: Story, ask: Ask): Path {
  return {
    ...path,
    settled: async (scene) => {
      const { world, deployment } = scene;
      const isDone = effectsOn(world, deployment).length > 0;
      for (const card of cardsOf(scene))
        if (offers(card, label) !== isDone && (await isKnown(scene, card))) return true;
      return false;
    },
    async wrongs(scene, replica) {
      const { world, deployment } = scene;
      const before = cardsOf(scene).length;
      await askUntilDone(scene, replica, label, ask);
      const [sent, done] = [writesTo(world, deployment), effectsOn(world, deployment)];
      return [
        ...(done.length === 1 && done[0] === call ? [] : [`it took effect: ${done.join(", ")}`]),
        ...(call.endsWith("CONTINUE") && sent.length > 1 ? [`AWS was asked: ${sent.join(", ")}`] : []),
        ...(before === 1 ? [] : [`${before} cards`]),
        ...wrongWords(scene),
      ];
    },
  };
}

/** Those who find the button still there. */
const click =
  (label: string, ...people: readonly string[]): Ask =>
  async ({ world }, replica, { channel, ts }) => {
    for (const person of people) {
      const card = world.slack.workspace.message(channel, ts);
      if (card !== undefined && offers(card, label))
        await world.people(replica).click(person, card, label, throughProxy(replica));
    }
  };

export function eventLossOf(story: Story, place: Place = near): Path {
  return remembering(eventPathOf(story, place), story, click(story.label, mara));
}

export function clickLossOf(story: Story, place: Place = near): Path {
  return remembering(clickPathOf(story, place), story, click(story.label, mara));
}

/** The last of two votes. */
export const voteLoss: Path = remembering(
  {
    ...clickPathOf(ecsContinue),
    name: "vote",
    async prepare(world, replica, name) {
      const scene = await clickPathOf(ecsContinue).prepare(world, replica, `both-${name}`);
      await click("Continue", jun)(scene, replica, theCard(scene));
      const isCounted = (): boolean => wordsOn(theCard(scene)).includes("1 of 2");
      await until("the first vote counts", isCounted, { withinMs: patienceMs, state: replica.logs });
      return scene;
    },
  },
  ecsContinue,
  click("Continue", mara, jun),
);

/** A reason, typed in a dialog. */
const rollBack: Story = { ...ecsContinue, label: "Roll back", call: "ContinueServiceDeployment ROLLBACK" };
const withReason: Ask = async (scene, replica, card) => {
  const people = scene.world.people(replica);
  const opened = scene.world.slack.views.topOf(mara)?.id;
  await click("Roll back", mara)(scene, replica, card);
  const isNew = () => {
    const view = scene.world.slack.views.topOf(mara);
    return view?.id === opened ? undefined : view;
  };
  const modal = await until("the dialog opens", isNew, { withinMs: 2_000 }).catch(() => undefined);
  if (modal !== undefined) await people.submit(mara, modal.id, { reason: "errors doubled" });
};
export const modalLoss: Path = remembering(
  {
    ...clickPathOf(rollBack),
    name: "dialog",
    prepare: (world, replica, name) => clickPathOf(rollBack).prepare(world, replica, `reasoned-${name}`),
    async walk(scene, replica) {
      await withReason(scene, replica, theCard(scene));
      return { taken: true, again: async () => {} };
    },
  },
  rollBack,
  withReason,
);

/** Only cards of the scene; a broadcast reply is none. */
function cardsOf({ world, service, ref }: Scene): readonly Message[] {
  const cards = world.cards(service);
  return ref === undefined ? cards : cards.filter((card) => isCardOf(card, ref));
}

function theCard(scene: Scene): Message {
  const [card] = cardsOf(scene);
  if (card === undefined) throw new Error(`${scene.service} has no card`);
  return card;
}

const atRest = ["open", "confirmed", "superseded", "expired"];

/** The store has this card, its thread tells the whole log, and nothing is under way. */
async function isKnown({ world }: Scene, card: Message): Promise<boolean> {
  const { card: known, log, decisions, leased } = await recordOf(world, card);
  const isResting = !leased && Object.values(decisions).every((state) => atRest.includes(state));
  return known.ts === card.ts && log.length > 0 && known.said === log.length && isResting;
}

/** "Nothing was sent. Press again in 30 seconds": until it is done, and the card no longer offers it. */
async function askUntilDone(scene: Scene, replica: Replica, label: string, ask: Ask): Promise<void> {
  const { world, deployment } = scene;
  const isDone = (): boolean => effectsOn(world, deployment).length > 0;
  const state = (): string =>
    [...world.slack.workspace.privateTo(mara).map(wordsOn), wordsOn(theCard(scene)), replica.logs()].join(
      "\n",
    );
  const asked = async (): Promise<boolean> => {
    if (isDone()) return true;
    const [card] = cardsOf(scene).filter((one) => offers(one, label));
    if (card !== undefined) await ask(scene, replica, card);
    return false;
  };
  await until("it is done", asked, { withinMs: patienceMs, againMs: 400, state });
  const isClosed = (): boolean => !offers(theCard(scene), label);
  await until("the card no longer offers it", isClosed, { withinMs: patienceMs, state });
}

function wrongWords(scene: Scene): readonly string[] {
  const { world } = scene;
  const replies = cardsOf(scene).flatMap((card) => world.slack.workspace.repliesTo(card));
  const told = replies.flatMap((reply) => {
    const { lane, from, to } = objectIn(reply.metadata?.event_payload);
    if (typeof from !== "number" || typeof to !== "number" || typeof lane !== "number") return [];
    return Array.from({ length: to - from + 1 }, (_, index) => `${lane}/${from + index}`);
  });
  const twice = told.filter((entry, index) => told.indexOf(entry) !== index);
  const words = [...cardsOf(scene), ...replies].map(wordsOn);
  const accuses = words.find((text) =>
    /outside Holdpoint(?!, or here before its store was emptied)/.test(text),
  );
  return [
    ...(twice.length > 0 ? [`the thread tells entries twice: ${twice.join(", ")}`] : []),
    ...(accuses === undefined ? [] : [`it accuses somebody: ${accuses}`]),
  ];
}
