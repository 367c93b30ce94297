import * as exports from "@aws-sdk/client-appconfig";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Message } from "../../fakes/slack/workspace.ts";
import { documentedErrors } from "./documented.ts";
import { patienceMs } from "./offers.ts";
import { wordsOn } from "./record.ts";
import type { Replica } from "./replica.ts";
import { startReady } from "./scenes.ts";
import { hurried } from "./timing.ts";
import { until } from "./until.ts";
import { channel, farPlace, jun, mara, openWorld, place, type World } from "./world.ts";

const operation = "UpdateDeploymentStrategy";
let world: World;
let replica: Replica;
beforeAll(async () => {
  world = await openWorld({ timing: hurried, tapped: true });
  replica = await startReady(world);
});
afterAll(() => world.close());

const typed = {
  duration: "60",
  growthFactor: "20",
  growthType: "LINEAR",
  finalBakeTime: "15",
  description: "",
};

function create(name: string, where = place): string {
  return world.appconfig.createStrategy(where, {
    Name: name,
    DeploymentDurationInMinutes: 30,
    GrowthFactor: 20,
    FinalBakeTimeInMinutes: 10,
  });
}

/** From the command to the preview; nothing is sent for it. */
async function preview(person: string, name: string, values = typed): Promise<Message> {
  await world.people(replica).command(person, `/deploy strategy edit ${name}`, { channel });
  const isForm = () => {
    const top = world.slack.views.topOf(person);
    return top?.content.callback_id === "strategy-edit" && JSON.stringify(top.content).includes(name)
      ? top
      : undefined;
  };
  const form = await until(`the form of ${name} opens`, isForm, {
    withinMs: patienceMs,
    state: replica.logs,
  });
  await world.people(replica).submit(person, form.id, values);
  return hears(person, `Preview of strategy ${name}.`);
}

async function hears(person: string, ...words: readonly string[]): Promise<Message> {
  const all = (): readonly Message[] => world.slack.workspace.privateTo(person);
  const isIt = (message: Message): boolean => words.every((word) => wordsOn(message).includes(word));
  return until(`${person} is told ${words.join(", ")}`, () => all().find(isIt), {
    withinMs: patienceMs,
    state: () => all().map(wordsOn).join("\n"),
  });
}

function updatesOf(strategy: string) {
  return world.aws.calls
    .all({ operation })
    .filter(({ input }) => JSON.stringify(input).includes(strategy))
    .map(({ account, region, input }) => ({ account, region, input }));
}

const onlyChanged = { DeploymentDurationInMinutes: 60, FinalBakeTimeInMinutes: 15 };

it("sends what was changed and nothing else, in the strategy's own account, and confirms it", async () => {
  const strategy = create("saved-901", farPlace);
  const shown = await preview(mara, "saved-901");
  expect(updatesOf(strategy)).toEqual([]);
  await world.people(replica).click(mara, shown, "Save");
  await hears(mara, "Saved and confirmed", "saved-901");
  expect(updatesOf(strategy)).toEqual([
    { ...farPlace, input: { DeploymentStrategyId: strategy, ...onlyChanged } },
  ]);
  const patches = world.heard().filter(({ path }) => path === `/deploymentstrategies/${strategy}`);
  expect(patches.filter(({ method }) => method !== "GET").map(({ method }) => method)).toEqual(["PATCH"]);
}, 60_000);

/** Then the strategy was read once more; of a refusal AWS's own words are told. */
const unclear = "It is not known";
const meanings: Readonly<Record<string, string>> = {
  BadRequestException: "rejected your edit",
  InternalServerException: unclear,
  ResourceNotFoundException: "rejected your edit",
};

it("tells each error that AWS documents for what it is, after one request", async () => {
  const errors = documentedErrors("@aws-sdk/client-appconfig", exports, operation);
  expect(errors.map(({ name }) => name).toSorted()).toEqual(Object.keys(meanings).toSorted());
  for (const [index, { name, status }] of errors.entries()) {
    const strategy = create(`troubled-91${index}`);
    const shown = await preview(jun, `troubled-91${index}`);
    world.aws.faults.next(
      { operation, about: strategy },
      { kind: "error", when: "before", name, status, message: `no, says ${name}` },
    );
    await world.people(replica).click(jun, shown, "Save");
    await hears(jun, meanings[name] ?? name, meanings[name] === unclear ? `troubled-91${index}` : name);
    expect(updatesOf(strategy)).toHaveLength(1);
  }
}, 60_000);

it("saves one preview once, however often it is pressed", async () => {
  const strategy = create("twice-902");
  const shown = await preview(mara, "twice-902");
  const press = () => world.people(replica).click(mara, shown, "Save", { revision: shown.revision });
  await Promise.all([press(), press()]);
  await hears(mara, "Saved and confirmed", "twice-902");
  await press();
  expect(updatesOf(strategy)).toHaveLength(1);
}, 60_000);

it("saves one of two people's edits at once, and tells the other one that the strategy has changed", async () => {
  const strategy = create("both-903");
  const [hers, his] = [
    await preview(mara, "both-903"),
    await preview(jun, "both-903", { ...typed, duration: "90" }),
  ];
  const people = world.people(replica);
  await Promise.all([people.click(mara, hers, "Save"), people.click(jun, his, "Save")]);
  const saved = (person: string): boolean =>
    world.slack.workspace
      .privateTo(person)
      .some((message) =>
        ["Saved and confirmed", "both-903"].every((word) => wordsOn(message).includes(word)),
      );
  const winner = await until("one is saved", () => [mara, jun].find(saved), { withinMs: patienceMs });
  const [loser, theirs] = winner === mara ? [jun, his] : [mara, hers];
  await people.click(loser, theirs, "Save", { revision: theirs.revision });
  await hears(loser, "somebody changed the strategy", "both-903");
  expect(updatesOf(strategy)).toHaveLength(1);
}, 60_000);

it("sends nothing for a strategy that was changed at the console since its preview", async () => {
  const strategy = create("late-904");
  const shown = await preview(mara, "late-904");
  world.appconfig.console.editStrategy(place, strategy, { FinalBakeTimeInMinutes: 45 });
  await world.people(replica).click(mara, shown, "Save");
  await hears(mara, "somebody changed the strategy", "late-904");
  expect(updatesOf(strategy)).toEqual([]);
}, 60_000);
