/** What got worse after the card was drawn, without an event: nothing goes forward before somebody has seen it. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { s3Revision } from "../../fakes/aws/codedeploy.ts";
import type { Message } from "../../fakes/slack/workspace.ts";
import { keepBudgetFull } from "./full-budget.ts";
import type { Scene } from "./paths.ts";
import { buttonsOf, offers, wordsOn, writesTo } from "./record.ts";
import type { Replica } from "./replica.ts";
import { card, cardLoses, cardSays, isTold, openHold, startReady, types } from "./scenes.ts";
import { until } from "./until.ts";
import { channel, jun, mara, openWorld, place, type World } from "./world.ts";

const continued = "ContinueServiceDeployment CONTINUE";
const anyway = "Continue anyway";
/** Each service has alarms of its own. */
const alarmsOf = (service: string) => ({ names: [`${service}-5xx`, `${service}-p99`] });

let stage: Awaited<ReturnType<typeof begin>>;
const closing: (() => void | Promise<void>)[] = [];

async function begin() {
  const world = await openWorld({
    policies: {
      "reasoned-*": `{ approvers: ["user:${mara}"], continue: { reason: required } }`,
      "both-*": `{ approvers: ["user:${mara}", "user:${jun}"], continue: { approvals: 2 } }`,
    },
  });
  closing.push(() => world.close(), keepBudgetFull(world));
  const replica = await startReady(world);
  return { world, replica, people: world.people(replica) };
}

beforeAll(async () => {
  stage = await begin();
});
afterAll(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** The private message that shows the difference, with the one button that confirms it. */
async function isAsked(world: World, person: string, words: readonly string[]): Promise<Message> {
  const message = await isTold(world, person, ["Not sent", ...words]);
  expect(buttonsOf(message).filter((label) => label !== "")).toHaveLength(1);
  return message;
}

/** The calls about it, once there is one. */
async function sent(scene: Scene): Promise<readonly string[]> {
  await until("it is sent", () => writesTo(scene.world, scene.deployment).length > 0, {
    state: () => wordsOn(card(scene)),
  });
  return writesTo(scene.world, scene.deployment);
}

it.concurrent.each([
  [
    "an alarm goes off",
    "alarmed",
    (scene: Scene) => scene.world.cloudwatch.set(place, "alarmed-5xx", "ALARM"),
    ["alarmed-5xx", "is in ALARM since"],
    "1 of 2 in ALARM",
  ],
  [
    "the circuit breaker counts",
    "breaking",
    (scene: Scene) => scene.world.ecs.suffer(scene.deployment, { failed: 2 }),
    ["failed tasks: 0 before, 2 now"],
    "2 failed tasks",
  ],
  [
    "a task stops",
    "stopping",
    (scene: Scene) => scene.world.ecs.suffer(scene.deployment, { running: 1 }),
    ["running tasks of the new version: 2 before, 1 now"],
    "new 1 of 2",
  ],
] as const)(
  "shows it and asks once more when %s, and then continues",
  async (_, service, spoil, told, onCard) => {
    const { world, replica, people } = stage;
    const scene = await openHold(world, replica, service, {
      alarms: alarmsOf(service),
      circuitBreaker: { threshold: 5, rollback: true },
    });
    spoil(scene);
    await people.click(mara, card(scene), "Continue");
    const message = await isAsked(world, mara, [service, ...told]);
    expect(writesTo(world, scene.deployment)).toEqual([]);
    await cardSays(scene, [onCard]);
    await until("it offers Continue again", () => offers(card(scene), "Continue"));
    await people.click(mara, message, anyway);
    expect(await sent(scene)).toEqual([continued]);
    await cardLoses(scene, "Continue");
  },
);

it.concurrent("asks by command as by button, keeps the reason, and asks again when it got worse once more", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "by-command", { alarms: alarmsOf("by-command") });
  await people.command(mara, "/deploy list", { channel });
  await isTold(world, mara, ["by-command"]);
  world.cloudwatch.set(place, "by-command-5xx", "ALARM");
  await types(scene, replica, mara, "/deploy continue by-command because the fix is in it");
  const first = await isAsked(world, mara, ["by-command-5xx"]);
  world.cloudwatch.set(place, "by-command-p99", "ALARM");
  world.ecs.suffer(scene.deployment, { running: 1 });
  await people.click(mara, first, anyway);
  const second = await isAsked(world, mara, [
    "by-command",
    "running tasks of the new version: 2 before, 1 now",
  ]);
  expect(writesTo(world, scene.deployment)).toEqual([]);
  await people.click(mara, second, anyway);
  expect(await sent(scene)).toEqual([continued]);
  const thread = (): string => world.slack.workspace.repliesTo(card(scene)).map(wordsOn).join("\n");
  await until("the thread tells the reason", () => thread().includes("the fix is in it"), { state: thread });
});

it.concurrent("asks after a reason was written, and does not want it twice", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "reasoned-checkout", {
    alarms: alarmsOf("reasoned-checkout"),
  });
  await people.click(mara, card(scene), "Continue");
  const modal = await until("the modal opens", () => world.slack.views.topOf(mara));
  world.cloudwatch.set(place, "reasoned-checkout-5xx", "ALARM");
  await people.submit(mara, modal.id, { reason: "the fix is in it" });
  await people.click(mara, await isAsked(world, mara, ["reasoned-checkout-5xx"]), anyway);
  expect(await sent(scene)).toEqual([continued]);
});

it.concurrent("keeps the vote of the first, and shows the difference to the second", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "both-checkout", { alarms: alarmsOf("both-checkout") });
  await people.click(mara, card(scene), "Continue");
  await cardSays(scene, ["1 of 2"]);
  world.cloudwatch.set(place, "both-checkout-5xx", "ALARM");
  await people.click(jun, card(scene), "Continue");
  const message = await isAsked(world, jun, ["both-checkout-5xx"]);
  await cardSays(scene, ["asked to continue and nothing was sent; the next press sends it"]);
  expect(writesTo(world, scene.deployment)).toEqual([]);
  await people.click(jun, message, anyway);
  expect(await sent(scene)).toEqual([continued]);
  await cardSays(scene, [`<@${mara}>`, `<@${jun}>`]);
});

it.concurrent("never lets a rollback wait, not even for CloudWatch", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "rollback", { alarms: alarmsOf("rollback") });
  world.cloudwatch.set(place, "rollback-5xx", "ALARM");
  world.aws.faults.next(
    { operation: "DescribeAlarms", about: "rollback-5xx" },
    { kind: "hang", when: "before" },
    1_000,
  );
  await people.click(mara, card(scene), "Roll back");
  expect(await sent(scene)).toEqual(["ContinueServiceDeployment ROLLBACK"]);
});

it.concurrent("continues at once when the last drawn card shows it", async () => {
  const { world, replica, people } = stage;
  world.cloudwatch.set(place, "seen-already-5xx", "ALARM", { at: Date.now() - 60_000 });
  const scene = await openHold(world, replica, "seen-already", { alarms: alarmsOf("seen-already") });
  await cardSays(scene, ["1 of 2 in ALARM since before this deployment"]);
  await people.click(mara, card(scene), "Continue");
  expect(await sent(scene)).toEqual([continued]);
});

it.concurrent.each([
  [
    "Continue",
    "waiting-fleet",
    { readyWait: { minutes: 60, action: "STOP_DEPLOYMENT" } },
    "ContinueDeployment READY_WAIT",
  ],
  ["Terminate old", "two-fleets", { terminationWaitMinutes: 60 }, "ContinueDeployment TERMINATION_WAIT"],
] as const)("asks once more before CodeDeploy is asked: %s", async (label, application, wait, call) => {
  const { world, replica, people } = stage;
  const deployment = world.codedeploy.deploy({
    ...place,
    application,
    group: `${application}-prod`,
    platform: "Server",
    style: "BLUE_GREEN",
    revision: s3Revision("releases", "release-312.zip", "b312"),
    previous: s3Revision("releases", "release-311.zip", "a311"),
    stepMs: atOnce,
    alarms: alarmsOf(application).names,
    ...wait,
  });
  const scene: Scene = { world, service: application, deployment };
  await tell(scene, replica);
  await until("the card asks", () => offers(world.cards(application)[0], label), {
    state: () => `${wordsOn(world.cards(application)[0])}\n${replica.logs()}`,
  });
  world.cloudwatch.set(place, `${application}-5xx`, "ALARM");
  await people.click(mara, card(scene), label);
  const message = await isAsked(world, mara, [`${application}-5xx`, "is in ALARM since"]);
  expect(writesTo(world, deployment)).toEqual([]);
  await people.click(mara, message, buttonsOf(message)[0] ?? "");
  expect(await sent(scene)).toEqual([call]);
});

const atOnce = Object.fromEntries(
  [
    ...["Created", "Queued", "ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall"],
    ...["ApplicationStart", "ValidateService", "BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic"],
    ...["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"],
  ].map((event) => [event, 0]),
);

async function tell({ world, deployment }: Scene, replica: Replica): Promise<void> {
  const told = world.codedeploy.events.emitted().filter(({ detail }) => detail.deploymentId === deployment);
  await world.send(replica, told.at(-1));
}
