import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeClock } from "../../fakes/aws/clock.ts";
import { replay } from "../../fakes/slack/delivery/delivery.ts";
import { keepBudgetFull } from "./full-budget.ts";
import { buttonsOf, offers, wordsOn, writesTo } from "./record.ts";
import { card, cardLoses, cardSays, isTold, openHold, startReady, types } from "./scenes.ts";
import { withButtonValue, wrongValues } from "./tampering.ts";
import { scaledTiming } from "./timing.ts";
import { until } from "./until.ts";
import { channel, eventsOf, jun, mara, openWorld, place, theo, type WorldOptions } from "./world.ts";

const continued = "ContinueServiceDeployment CONTINUE";
const rolledBack = "ContinueServiceDeployment ROLLBACK";
const guest = { id: "U0GUEST", name: "guest", teamId: "T0OTHER" };
const staff = [mara, jun, theo].map((id) => ({ id, name: id.toLowerCase() }));

/** What most of them are played in, side by side: each with a service of its own. */
let stage: Stage;
const closing: (() => void | Promise<void>)[] = [];

async function begin(options: WorldOptions = {}) {
  const world = await openWorld(options);
  closing.push(() => world.close());
  const replica = await startReady(world);
  return { world, replica, people: world.people(replica) };
}
type Stage = Awaited<ReturnType<typeof begin>>;

beforeAll(async () => {
  stage = await begin({
    slack: {
      people: [...staff, guest],
      channels: [{ id: channel, name: "deployments", members: [mara, jun, guest.id] }],
    },
    policies: {
      "both-*": `{ approvers: ["user:${mara}", "user:${jun}"], continue: { approvals: 2 } }`,
      "reasoned-*": `{ approvers: ["user:${mara}"], rollback: { reason: required } }`,
      "members-*": "{ approvers: channel-members }",
    },
  });
  closing.push(keepBudgetFull(stage.world));
});
afterAll(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

it.concurrent("continues when both approvers have asked, and says who they were", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "both-one");
  await people.click(mara, card(scene), "Continue");
  await isTold(world, mara, [scene.service, "1 of 2"]);
  await cardSays(scene, ["1 of 2", `<@${mara}>`]);
  expect(writesTo(world, scene.deployment)).toEqual([]);
  await people.click(jun, card(scene), "Continue");
  await cardLoses(scene, "Continue");
  await cardSays(scene, [`<@${mara}>`, `<@${jun}>`, "confirmed"]);
  expect(writesTo(world, scene.deployment)).toEqual([continued]);
});

it.concurrent("counts nobody twice, and takes a vote back", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "both-twice");
  await Promise.all([
    people.click(mara, card(scene), "Continue"),
    people.click(mara, card(scene), "Continue"),
  ]);
  const told = await isTold(world, mara, [scene.service, "1 of 2", "Withdraw"]);
  await cardSays(scene, ["1 of 2"]);
  await people.click(mara, told, "Withdraw");
  await isTold(world, mara, [scene.service, "no longer counts"]);
  await people.click(jun, card(scene), "Continue");
  await isTold(world, jun, [scene.service, "1 of 2"]);
  expect(writesTo(world, scene.deployment)).toEqual([]);
});

it.concurrent("wants a reason where the policy does, and refuses a submission without one", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "reasoned-checkout");
  await people.click(mara, card(scene), "Roll back");
  const modal = await until("the modal opens", () => world.slack.views.topOf(mara));
  const empty = await people.submit(mara, modal.id, { reason: "  " });
  expect(empty.json).toMatchObject({ response_action: "errors" });
  expect(writesTo(world, scene.deployment)).toEqual([]);
  await people.submit(mara, modal.id, { reason: "errors <!channel> doubled" });
  await cardLoses(scene, "Roll back");
  await until("it is sent", () => writesTo(world, scene.deployment).length > 0);
  expect(writesTo(world, scene.deployment)).toEqual([rolledBack]);
  const thread = (): string => world.slack.workspace.repliesTo(card(scene)).map(wordsOn).join("\n");
  await until("the thread tells the reason", () => thread().includes("doubled"), { state: thread });
  expect(`${thread()}${wordsOn(card(scene))}`).not.toContain("<!channel>");
});

it.concurrent("acts by command as by button, and refuses who may not", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "by-command");
  await types(scene, replica, theo, "/deploy continue by-command");
  await isTold(world, theo, [scene.service, "not one of its approvers"]);
  await people.command(mara, "/deploy list", { channel });
  await isTold(world, mara, [scene.service]);
  await types(scene, replica, mara, "/deploy continue by-command");
  await cardLoses(scene, "Continue");
  await until("it is sent", () => writesTo(world, scene.deployment).length > 0);
  expect(writesTo(world, scene.deployment)).toEqual([continued]);
});

it.concurrent("refuses people of another workspace", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "members-only");
  await people.click(guest.id, card(scene), "Continue");
  await isTold(world, guest.id, [scene.service, "another workspace"]);
  await people.click(theo, card(scene), "Continue");
  await isTold(world, theo, [scene.service, "not one of its approvers"]);
  expect(writesTo(world, scene.deployment)).toEqual([]);
});

it.concurrent("acts once on a click that is replayed, and on nothing that was tampered with", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "replayed");
  const other = await openHold(world, replica, "payments");
  for (const value of wrongValues(card(scene), card(other))) {
    await people.click(jun, card(scene), "Continue", { tamper: withButtonValue(value) });
  }
  await isTold(world, jun, ["belongs to another message"]);
  expect(writesTo(world, scene.deployment)).toEqual([]);
  const click = await people.click(mara, card(scene), "Continue");
  await cardLoses(scene, "Continue");
  expect((await replay(click)).status).toBe(200);
  await isTold(world, mara, [scene.service, "already asked for this"]);
  expect(writesTo(world, scene.deployment)).toEqual([continued]);
  expect(writesTo(world, other.deployment)).toEqual([]);
});

it.concurrent("tells a late click what is true now, and sends nothing", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "late-click");
  const seen = card(scene);
  await people.click(mara, seen, "Continue");
  await cardLoses(scene, "Continue");
  await people.click(jun, seen, "Continue", { revision: seen.revision });
  await isTold(world, jun, [scene.service, "was not sent", `<@${mara}>`]);
  expect(writesTo(world, scene.deployment)).toEqual([continued]);
});

it.concurrent("shows what was answered at the console within 6 s of its event, and refuses the old button", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "console-told");
  const seen = card(scene);
  const [hook = ""] = world.ecs.openHooks(scene.deployment);
  world.ecs.console.continue(scene.deployment, hook);
  await world.send(replica, eventsOf(world, scene.deployment).at(-1));
  await cardLoses(scene, "Continue", 6_000);
  await cardSays(scene, ["outside Holdpoint"]);
  await people.click(mara, seen, "Continue", { revision: seen.revision });
  await isTold(world, mara, [scene.service, "was not sent"]);
  expect(writesTo(world, scene.deployment)).toEqual([]);
});

it.concurrent("sends nothing for a button that the console has overtaken while nobody told", async () => {
  const { world, replica, people } = stage;
  const scene = await openHold(world, replica, "console-untold");
  const [hook = ""] = world.ecs.openHooks(scene.deployment);
  world.ecs.console.continue(scene.deployment, hook);
  await people.click(mara, card(scene), "Continue");
  await isTold(world, mara, [scene.service, "was not sent", "over"]);
  await cardLoses(scene, "Continue", 6_000);
  expect(writesTo(world, scene.deployment)).toEqual([]);
});

it.concurrent("closes the card of a deployment that a newer one replaced, and asks on the new one", async () => {
  const { world, replica, people } = stage;
  const older = await openHold(world, replica, "replaced");
  const seen = card(older);
  const newer = world.deploy("replaced");
  await until("ECS has started the newer one", () => world.ecs.openHooks(newer).length > 0);
  await world.send(replica, eventsOf(world, newer).slice(-3));
  await until("both have their card", () => world.cards("replaced").length === 2);
  await until("the old one offers nothing", () => {
    const [first] = world.cards("replaced");
    return !offers(first, "Continue") && !offers(first, "Roll back");
  });
  await people.click(mara, seen, "Continue", { revision: seen.revision });
  await isTold(world, mara, [older.service, "was not sent"]);
  const second = world.cards("replaced")[1];
  if (second === undefined) throw new Error("there is no second card");
  await people.click(jun, second, "Continue");
  await until("AWS is asked", () => writesTo(world, newer).length > 0);
  expect(writesTo(world, older.deployment)).toEqual([]);
}, 40_000);

it.concurrent("lets no name of anybody become markup", async () => {
  const { world, replica } = stage;
  const hostile = "a_-x*~`";
  const scene = await openHold(world, replica, "hostile");
  await types(scene, replica, mara, `/deploy rollback hostile because <!channel> <@${jun}> ${hostile}`);
  await cardLoses(scene, "Roll back");
  const said = (): string =>
    [card(scene), ...world.slack.workspace.repliesTo(card(scene))].map(wordsOn).join("\n");
  await until("the reason is told", () => said().includes("channel"), { state: said });
  expect(said()).not.toContain("<!channel>");
  expect(said()).not.toContain(`<@${jun}> ${hostile}`);
});

describe.sequential("in a hurry", () => {
  // AWS's clock is behind, so that its shortest deadline, a minute, is near.
  const clock = createFakeClock(Date.now() - 50_000);
  let hasty: Stage;
  beforeAll(async () => {
    hasty = await begin({ clock, timing: scaledTiming(10) });
  });

  it("asks back while another cluster has a service of the same name, which does not deploy", async () => {
    const { world, replica, people } = hasty;
    const scene = await openHold(world, replica, "twin");
    world.ecs.createService(place, { cluster: "spare", name: "twin", taskDefinition: "twin:1" });
    const listed = () => world.redis.hget("hp:targets", `ecs|${place.account}|${place.region}`);
    await until("a sweep has listed it", async () => (await listed())?.includes("spare/twin"));
    await people.command(jun, "/deploy rollback twin because it is slow", { channel });
    await isTold(world, jun, ["main/twin", "also fits", "spare/twin"]);
    expect(writesTo(world, scene.deployment)).toEqual([]);
    await people.command(jun, "/deploy rollback main/twin because it is slow", { channel });
    await until("it is sent", () => writesTo(world, scene.deployment).length > 0);
    expect(writesTo(world, scene.deployment)).toEqual([rolledBack]);
  });

  it("says that nobody answered in time, by itself", async () => {
    const { world, replica, people } = hasty;
    const pauses = [{ stage: "POST_TEST_TRAFFIC_SHIFT", timeoutInMinutes: 1 }] as const;
    const scene = await openHold(world, replica, "checkout", { pauses });
    const seen = card(scene);
    clock.advance(90_000);
    await cardLoses(scene, "Continue", 30_000);
    await cardSays(scene, ["Nobody answered"]);
    await people.click(mara, seen, "Continue", { revision: seen.revision });
    await isTold(world, mara, ["was not sent"]);
    expect(writesTo(world, scene.deployment)).toEqual([]);
  }, 60_000);

  it("finds a deployment whose events were all lost, and how it ended", async () => {
    const { world } = hasty;
    const scene = { world, service: "lost", deployment: world.deploy("lost") };
    await until("it has a card", () => offers(world.cards("lost")[0], "Continue"));
    world.ecs.console.rollBack(scene.deployment);
    clock.advance(3_600_000);
    await cardLoses(scene, "Continue");
    const final = await cardSays(scene, ["Rolled back"]);
    expect(buttonsOf(final)).not.toContain("Roll back");
  });
});
