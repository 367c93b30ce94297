/** What got worse after the card was drawn, without an event: nothing goes forward before somebody has seen it. */
import { afterEach, expect, it, vi } from "vitest";
import { s3Revision } from "../../demo/aws/codedeploy.ts";
import type { Message } from "../../demo/slack/workspace.ts";
import { createGate } from "./gate.ts";
import type { Scene } from "./paths.ts";
import { buttonsOf, offers, wordsOn, writesTo } from "./record.ts";
import type { Replica } from "./replica.ts";
import { card, cardLoses, cardSays, isTold, openHold, startReady } from "./scenes.ts";
import { hurried } from "./timing.ts";
import { until } from "./until.ts";
import { channel, jun, mara, openWorld, place, type World, type WorldOptions } from "./world.ts";

const continued = "ContinueServiceDeployment CONTINUE";
const anyway = "Continue anyway";
const alarms = { names: ["high-5xx", "p99"] };

// A world of its own for each test, and the first one builds the program.
vi.setConfig({ testTimeout: 60_000 });

const open: World[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});

async function begin(options: WorldOptions = {}) {
  const world = await openWorld(options);
  open.push(world);
  const replica = await startReady(world);
  return { world, replica, people: world.people(replica) };
}

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

it.each([
  [
    "an alarm goes off",
    (scene: Scene) => scene.world.cloudwatch.set(place, "high-5xx", "ALARM"),
    ["high-5xx", "is in ALARM since"],
    "1 of 2 in ALARM",
  ],
  [
    "the circuit breaker counts",
    (scene: Scene) => scene.world.ecs.suffer(scene.deployment, { failed: 2 }),
    ["failed tasks: 0 before, 2 now"],
    "2 failed tasks",
  ],
  [
    "a task stops",
    (scene: Scene) => scene.world.ecs.suffer(scene.deployment, { running: 1 }),
    ["running tasks of the new version: 2 before, 1 now"],
    "new 1 of 2",
  ],
] as const)("shows it and asks once more when %s, and then continues", async (_, spoil, told, onCard) => {
  const { world, replica, people } = await begin();
  const scene = await openHold(world, replica, "checkout", {
    alarms,
    circuitBreaker: { threshold: 5, rollback: true },
  });
  spoil(scene);
  await people.click(mara, card(scene), "Continue");
  const message = await isAsked(world, mara, told);
  expect(writesTo(world, scene.deployment)).toEqual([]);
  await cardSays(scene, [onCard]);
  expect(offers(card(scene), "Continue")).toBe(true);
  await people.click(mara, message, anyway);
  expect(await sent(scene)).toEqual([continued]);
  await cardLoses(scene, "Continue");
});

it("asks by command as by button, keeps the reason, and asks again when it got worse once more", async () => {
  const { world, replica, people } = await begin();
  const scene = await openHold(world, replica, "checkout", { alarms });
  await people.command(mara, "/deploy list", { channel });
  await isTold(world, mara, ["checkout"]);
  world.cloudwatch.set(place, "high-5xx", "ALARM");
  await people.command(mara, "/deploy continue checkout because the fix is in it", { channel });
  const first = await isAsked(world, mara, ["high-5xx"]);
  world.cloudwatch.set(place, "p99", "ALARM");
  world.ecs.suffer(scene.deployment, { running: 1 });
  await people.click(mara, first, anyway);
  const second = await isAsked(world, mara, ["running tasks of the new version: 2 before, 1 now"]);
  expect(writesTo(world, scene.deployment)).toEqual([]);
  await people.click(mara, second, anyway);
  expect(await sent(scene)).toEqual([continued]);
  const thread = (): string => world.slack.workspace.repliesTo(card(scene)).map(wordsOn).join("\n");
  await until("the thread tells the reason", () => thread().includes("the fix is in it"), { state: thread });
});

it("asks after a reason was written, and does not want it twice", async () => {
  const policy = `{ approvers: ["user:${mara}"], continue: { reason: required } }`;
  const { world, replica, people } = await begin({ policy });
  const scene = await openHold(world, replica, "checkout", { alarms });
  await people.click(mara, card(scene), "Continue");
  const modal = await until("the modal opens", () => world.slack.views.topOf(mara));
  world.cloudwatch.set(place, "high-5xx", "ALARM");
  await people.submit(mara, modal.id, { reason: "the fix is in it" });
  await people.click(mara, await isAsked(world, mara, ["high-5xx"]), anyway);
  expect(await sent(scene)).toEqual([continued]);
});

it("keeps the vote of the first, and shows the difference to the second", async () => {
  const policy = `{ approvers: ["user:${mara}", "user:${jun}"], continue: { approvals: 2 } }`;
  const { world, replica, people } = await begin({ policy });
  const scene = await openHold(world, replica, "checkout", { alarms });
  await people.click(mara, card(scene), "Continue");
  await cardSays(scene, ["1 of 2"]);
  world.cloudwatch.set(place, "high-5xx", "ALARM");
  await people.click(jun, card(scene), "Continue");
  const message = await isAsked(world, jun, ["high-5xx"]);
  await cardSays(scene, ["2 of 2", "Nothing was sent: the next press sends it"]);
  expect(writesTo(world, scene.deployment)).toEqual([]);
  await people.click(jun, message, anyway);
  expect(await sent(scene)).toEqual([continued]);
  await cardSays(scene, [`<@${mara}>`, `<@${jun}>`]);
});

it("never lets a rollback wait, not even for CloudWatch", async () => {
  const { world, replica, people } = await begin();
  const scene = await openHold(world, replica, "checkout", { alarms });
  world.cloudwatch.set(place, "high-5xx", "ALARM");
  world.aws.faults.next({ operation: "DescribeAlarms" }, { kind: "hang", when: "before" }, 1_000);
  await people.click(mara, card(scene), "Roll back");
  expect(await sent(scene)).toEqual(["ContinueServiceDeployment ROLLBACK"]);
});

it("sends nothing for a process that died before the alarm went off: the thread asks again", async () => {
  const world = await openWorld({ timing: hurried });
  open.push(world);
  const gate = createGate();
  const first = await startReady(world, gate);
  const scene = await openHold(world, first, "checkout", { alarms });
  gate.open();
  gate.killAt({ backend: "redis", what: "claim", side: "reply", nth: 1 }, first.kill);
  await world.people(first).click(mara, card(scene), "Continue");
  await first.ended;
  world.cloudwatch.set(place, "high-5xx", "ALARM");
  const next = await startReady(world);
  const thread = (): string => world.slack.workspace.repliesTo(card(scene)).map(wordsOn).join("\n");
  await until("the thread tells it", () => thread().includes("high-5xx is in ALARM"), {
    withinMs: 40_000,
    state: () => `${thread()}\n${next.logs()}`,
  });
  expect(writesTo(world, scene.deployment)).toEqual([]);
  await cardSays(scene, ["1 of 2 in ALARM"]);
  await world.people(next).click(mara, card(scene), "Continue");
  expect(await sent(scene)).toEqual([continued]);
}, 90_000);

it("continues at once when the last drawn card shows it", async () => {
  const { world, replica, people } = await begin();
  world.cloudwatch.set(place, "high-5xx", "ALARM", { at: Date.now() - 60_000 });
  const scene = await openHold(world, replica, "checkout", { alarms });
  await cardSays(scene, ["1 of 2 in ALARM since before this deployment"]);
  await people.click(mara, card(scene), "Continue");
  expect(await sent(scene)).toEqual([continued]);
});

it.each([
  ["Continue", { readyWait: { minutes: 60, action: "STOP_DEPLOYMENT" } }, "ContinueDeployment READY_WAIT"],
  ["Terminate old", { terminationWaitMinutes: 60 }, "ContinueDeployment TERMINATION_WAIT"],
] as const)("asks once more before CodeDeploy is asked: %s", async (label, wait, call) => {
  const { world, replica, people } = await begin();
  const deployment = world.codedeploy.deploy({
    ...place,
    application: "storefront",
    group: "storefront-prod",
    platform: "Server",
    style: "BLUE_GREEN",
    revision: s3Revision("releases", "release-312.zip", "b312"),
    previous: s3Revision("releases", "release-311.zip", "a311"),
    stepMs: atOnce,
    alarms: alarms.names,
    ...wait,
  });
  const scene: Scene = { world, service: "storefront", deployment };
  await tell(scene, replica);
  await until("the card asks", () => offers(world.cards("storefront")[0], label), {
    state: () => `${wordsOn(world.cards("storefront")[0])}\n${replica.logs()}`,
  });
  world.cloudwatch.set(place, "high-5xx", "ALARM");
  await people.click(mara, card(scene), label);
  const message = await isAsked(world, mara, ["high-5xx", "is in ALARM since"]);
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
