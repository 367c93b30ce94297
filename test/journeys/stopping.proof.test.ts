import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, it } from "vitest";
import { writesTo } from "./record.ts";
import { card, cardLoses, isTold, openHold, startReady } from "./scenes.ts";
import { until } from "./until.ts";
import { eventsOf, mara, openWorld, type World } from "./world.ts";

const open: World[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});

async function begin(): Promise<World> {
  const world = await openWorld();
  open.push(world);
  return world;
}

/** From the end of these to the exit: the promise is 20 s. */
const exitMs = 20_000;

it("ends with 0 within 20 s of SIGTERM, whatever connections are left half open", async () => {
  const world = await begin();
  const replica = await startReady(world);
  const { hostname, port } = new URL(replica.url);
  const idle = connect(Number(port), hostname);
  const halfway = connect(Number(port), hostname);
  for (const socket of [idle, halfway]) socket.on("error", () => {});
  await Promise.all([once(idle, "connect"), once(halfway, "connect")]);
  halfway.write("POST /aws/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
  const startedMs = performance.now();
  expect(await replica.stop()).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(exitMs);
  for (const socket of [idle, halfway]) socket.destroy();
}, 30_000);

it("lets a call that is under way end, and settles it, before it exits", async () => {
  const world = await begin();
  const replica = await startReady(world);
  const scene = await openHold(world, replica, "checkout");
  world.aws.faults.next(
    { operation: "ContinueServiceDeployment" },
    { kind: "delay", when: "after", delayMs: 3_000 },
  );
  const click = world.people(replica).click(mara, card(scene), "Continue");
  await until("the call is under way", () => world.aws.calls.writes().length > 0);
  const startedMs = performance.now();
  expect(await replica.stop()).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(exitMs);
  expect((await click).status).toBe(200);
  await isTold(world, mara, ["was sent"]);

  await startReady(world);
  await cardLoses(scene, "Continue", 30_000);
  expect(writesTo(world, scene.deployment)).toHaveLength(1);
}, 60_000);

it("loses nothing when replicas are replaced one by one", async () => {
  const world = await begin();
  let replica = await startReady(world);
  const services = ["one", "two", "three"];
  for (const service of services) {
    const deployment = world.deploy(service);
    const last = replica;
    expect(await world.send(last, eventsOf(world, deployment).at(-1))).toBe(200);
    const [code, next] = await Promise.all([last.stop(), startReady(world)]);
    expect(code).toBe(0);
    replica = next;
  }
  await until("every service has its card", () => services.every((name) => world.cards(name).length > 0), {
    withinMs: 45_000,
  });
  expect(services.map((name) => world.cards(name).length)).toEqual([1, 1, 1]);
}, 90_000);
