import * as exports from "@aws-sdk/client-codedeploy";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { executionOf, furnishHook, journeys } from "./codedeploy-offers.ts";
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
import { openWorld, place } from "./world.ts";

let stage: Stage;
const closing: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  const world = await openWorld({ timing: hurried });
  closing.push(() => world.close(), keepBudgetFull(world));
  furnishHook(world, place.region);
  vi.spyOn(console, "info").mockReturnValue();
  stage = { world, replica: await startReady(world) };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const close of closing.splice(0).toReversed()) await close();
});

const client = { name: "@aws-sdk/client-codedeploy", exports };
const all: readonly Journey[] = Object.values(journeys);
/** The function of a hook puts its event on the bus of its own account. */
const isHook = ({ operation }: Journey): boolean => operation.startsWith("Put");

const statements = (...names: readonly string[]): Readonly<Record<string, Meaning>> => ({
  ...Object.fromEntries(names.map((name) => [name, "rejected"])),
  UnsupportedActionForDeploymentTypeException: "unsupported",
});
const ofDeployment = [
  "DeploymentDoesNotExistException",
  "DeploymentIdRequiredException",
  "InvalidDeploymentIdException",
];
const meanings: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  ContinueDeployment: statements(
    ...ofDeployment,
    "DeploymentAlreadyCompletedException",
    "DeploymentIsNotInReadyStateException",
    "InvalidDeploymentStatusException",
    "InvalidDeploymentWaitTypeException",
  ),
  PutLifecycleEventHookExecutionStatus: statements(
    ...ofDeployment,
    "InvalidLifecycleEventHookExecutionIdException",
    "InvalidLifecycleEventHookExecutionStatusException",
    "LifecycleEventAlreadyCompletedException",
  ),
  StopDeployment: statements(
    ...ofDeployment,
    "DeploymentAlreadyCompletedException",
    "DeploymentGroupDoesNotExistException",
  ),
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
    const { sent, wanted } = await goByCommand(stage, journey, isHook(journey) ? place : undefined);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each([
  { journey: journeys.continueReady },
  { journey: journeys.rollBackRunning },
  { journey: journeys.continueHook, takesAway: "InvalidLifecycleEventHookExecutionIdException" },
])(
  "$journey.operation: tells each error that AWS documents",
  async ({ journey, takesAway }) => {
    const { sent, wanted } = await sufferEveryError(
      stage,
      journey,
      client,
      meanings[journey.operation] ?? {},
      takesAway,
    );
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each([journeys.continueReady, journeys.rollBackRunning, journeys.continueHook])(
  "$operation: sends once when AWS gives no answer",
  async (journey) => {
    const { sent, wanted } = await sufferSilence(stage, journey);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

it.concurrent.each([
  journeys.cancelReady,
  journeys.terminateOld,
  journeys.rollBackToOld,
  journeys.rollBackHook,
  journeys.cancelRunning,
])(
  "$name: sends once when the connection breaks",
  async (journey) => {
    const { sent, wanted } = await sufferSilence(stage, journey, ["break"]);
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

it.concurrent.each([
  { one: journeys.continueReady, other: journeys.cancelReady },
  { one: journeys.cancelReady, other: journeys.continueReady },
  // Both waits end at once here, and then nobody can roll back any more, whoever ended it.
  { one: journeys.terminateOld, other: journeys.rollBackToOld, words: ["was not sent"] },
  { one: journeys.continueHook, other: journeys.rollBackHook },
  { one: journeys.rollBackRunning, other: journeys.cancelRunning },
])(
  "$one.name against $other.name: one of two people is first, and the other hears who",
  async ({ one, other, words }) => {
    const { sent, wanted } = await askOpposites(stage, [one, other], words);
    expect(sent).toEqual(wanted);
  },
  60_000,
);

const lateness: readonly {
  readonly journey: Journey;
  readonly what: string;
  readonly happens: (scene: Scene) => void;
}[] = [
  ...[journeys.continueReady, journeys.terminateOld].map((journey) => ({
    journey,
    what: "the wait is over",
    happens: ({ world, deployment }: Scene) => world.codedeploy.console.continue(deployment),
  })),
  ...[journeys.cancelReady, journeys.rollBackToOld, journeys.rollBackRunning, journeys.cancelRunning].map(
    (journey) => ({
      journey,
      what: "all is done",
      happens: ({ world, deployment }: Scene) => world.codedeploy.finish(deployment),
    }),
  ),
  ...[journeys.continueHook, journeys.rollBackHook].map((journey) => ({
    journey,
    what: "the hook has its result",
    happens: (scene: Scene) =>
      scene.world.codedeploy.console.answerHook(scene.deployment, executionOf(scene), "Succeeded"),
  })),
];
it.concurrent.each(lateness)(
  "$journey.name: sends nothing once $what",
  async ({ journey, happens }) => {
    const { sent, wanted } = await comeTooLate(stage, journey, happens);
    expect(sent).toEqual(wanted);
  },
  60_000,
);
