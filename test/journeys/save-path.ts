/** The save of a strategy. It has no card and no look: whoever pressed presses again, and is told what AWS has. */

import type { Message } from "../../fakes/slack/workspace.ts";
import { type Path, type Scene, throughProxy } from "./paths.ts";
import { writesTo } from "./record.ts";
import type { Replica } from "./replica.ts";
import type { Place } from "./story.ts";
import { until } from "./until.ts";
import { channel, mara } from "./world.ts";

const typed = {
  duration: "60",
  growthFactor: "10",
  growthType: "LINEAR",
  finalBakeTime: "10",
  description: "for flags",
};
const patienceMs = 30_000;

export function savePathOf(place: Place): Path {
  return {
    name: "save of a strategy",
    async prepare(world, replica, name) {
      const strategy = world.appconfig.createStrategy(place, {
        Name: name,
        DeploymentDurationInMinutes: 30,
        GrowthFactor: 20,
        FinalBakeTimeInMinutes: 10,
      });
      const scene: Scene = { world, service: name, deployment: strategy };
      const people = world.people(replica);
      const state = replica.logs;
      await people.command(mara, `/deploy strategy edit ${name}`, { channel });
      const isForm = () => {
        const view = world.slack.views.topOf(mara);
        return view?.content.callback_id === "strategy-edit" ? view : undefined;
      };
      const form = await until("the form opens", isForm, { withinMs: patienceMs, state });
      await people.submit(mara, form.id, typed);
      const isShown = (): boolean =>
        world.slack.workspace.privateTo(mara).some(({ text }) => isPreview(scene, text));
      await until("the preview is shown", isShown, { withinMs: patienceMs, state });
      return scene;
    },
    async walk(scene, replica) {
      const { inTime } = await press(scene, replica);
      return { taken: inTime, again: (next) => pressUntilTold(scene, next) };
    },
    settled: async (scene) => ending(scene) !== undefined,
    async wrongs(scene) {
      const { world, deployment } = scene;
      const writes = writesTo(world, deployment);
      const told = ending(scene) ?? "";
      return [
        ...(writes.length === 1 ? [] : [`AWS was asked ${writes.length} times: ${writes.join(", ")}`]),
        ...(truths.some((truth) => told.startsWith(truth))
          ? []
          : [`AWS has the new values, and told was: ${told}`]),
      ];
    },
  };
}

/** What can be told of one update that AWS has carried out. */
const truths = ["Saved and confirmed", "This preview was already saved"];

/** The words with which the answer that leaves nothing to press took the preview's place. */
function ending(scene: Scene): string | undefined {
  const { text } = previewOf(scene);
  return isPreview(scene, text) ? undefined : text;
}

function previewOf(scene: Scene): Message {
  const isIt = ({ text, earlier }: Message): boolean =>
    [text, ...earlier.map((content) => content.text)].some((words) => isPreview(scene, words));
  const found = scene.world.slack.workspace.privateTo(mara).find(isIt);
  if (found === undefined) throw new Error(`there is no preview of ${scene.service}`);
  return found;
}

function isPreview({ service }: Scene, text: string): boolean {
  return text.startsWith(`Preview of strategy ${service}.`);
}

/** On the preview as it was, whatever took its place since. */
async function press(scene: Scene, replica: Replica) {
  const preview = previewOf(scene);
  const { revision } = [...preview.earlier, preview].find(({ text }) => isPreview(scene, text)) ?? preview;
  return scene.world.people(replica).click(mara, preview, "Save", { revision, ...throughProxy(replica) });
}

/** "Press Save again in a few seconds": until an answer takes the preview's place. */
async function pressUntilTold(scene: Scene, replica: Replica): Promise<void> {
  const heard = (): number => scene.world.slack.workspace.privateTo(mara).length;
  const state = (): string => `${scene.service}: ${JSON.stringify(previewOf(scene).text)}\n${replica.logs()}`;
  const tellsEnd = async (): Promise<boolean> => {
    if (ending(scene) !== undefined) return true;
    const before = heard();
    await press(scene, replica);
    const isAnswered = (): boolean => heard() > before || ending(scene) !== undefined;
    await until("the press is answered", isAnswered, { withinMs: patienceMs, state });
    return ending(scene) !== undefined;
  };
  await until("an answer takes the preview's place", tellsEnd, { withinMs: patienceMs, againMs: 250, state });
}
