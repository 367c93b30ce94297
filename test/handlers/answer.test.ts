import { expect, it } from "vitest";
import { deploymentOf } from "../bot/card/pictures.ts";
import { oneDeployment, openPolicy, shows } from "./one-deployment.ts";

const { ref } = deploymentOf();

it("tells who was first also to somebody who gave no reason where one is required", async () => {
  const rules = openPolicy().rules;
  const rollback =
    rules.rollback === undefined ? {} : { rollback: { ...rules.rollback, reason: "required" as const } };
  const world = oneDeployment(openPolicy(rollback));
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  expect(await world.ask("rollback", "U0BEN")).toMatchObject({
    kind: "refused",
    why: { rule: "reason-required" },
  });
  await world.ask("rollback", "U0ANN", "errors doubled");
  expect(await world.ask("rollback", "U0BEN")).toMatchObject({
    kind: "decided",
    mine: false,
    winner: { by: ["U0ANN"] },
  });
  expect((await world.view()).log).toContainEqual(expect.objectContaining({ k: "late", by: "U0BEN" }));
  expect(world.sent).toEqual(["rollback"]);
});

it("keeps the reason of every voter, not only of the one whose vote decides", async () => {
  const rules = openPolicy().rules;
  const two =
    rules.continue === undefined
      ? {}
      : { continue: { ...rules.continue, approvals: 2, reason: "required" as const } };
  const world = oneDeployment(openPolicy(two));
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  await world.ask("continue", "U0ANN", "smoke tests are green");
  expect((await world.view()).log).toContainEqual(
    expect.objectContaining({
      k: "vote",
      detail: expect.objectContaining({ reason: "smoke tests are green" }),
    }),
  );
});

it("does not say that nothing was sent to somebody whose slow attempt another process may finish", async () => {
  const world = oneDeployment();
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  world.whileReading = async () => world.memory.advance(16_000);
  expect(await world.ask("continue", "U0ANN")).toMatchObject({ kind: "decided", mine: true });
});

it("names the colleague whose answer ended what somebody else wanted to roll back", async () => {
  const world = oneDeployment();
  const [forward, , back] = deploymentOf().offers;
  if (forward === undefined || back === undefined) throw new Error("nothing is offered");
  const running = shows({ offers: [forward, back] });
  world.aws = running;
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  await world.ask("continue", "U0ANN");
  const late = world.ask("rollback", "U0BEN");
  world.aws = shows({ phase: "succeeded", status: "SUCCESSFUL", offers: [], holds: [] });
  expect(await late).toMatchObject({
    kind: "decided",
    mine: false,
    winner: { by: ["U0ANN"], action: "continue" },
  });
  expect(world.sent).toEqual(["continue"]);

  const nobody = oneDeployment();
  nobody.aws = running;
  await nobody.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await nobody.look();
  const alone = nobody.ask("rollback", "U0BEN");
  nobody.aws = world.aws;
  expect(await alone).toMatchObject({ kind: "stale", changed: { what: "over" } });
});

it("names the colleague who rolled back also where a look saw the end of the hold before the other came", async () => {
  const world = oneDeployment();
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  await world.ask("rollback", "U0BEN");
  const before = world.aws;
  world.aws = shows({ phase: "rolled-back", status: "ROLLBACK_SUCCESSFUL", offers: [], holds: [] });
  world.memory.advance(600_000);
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  world.aws = before;
  expect(await world.ask("continue", "U0ANN")).toMatchObject({
    kind: "decided",
    mine: false,
    winner: { by: ["U0BEN"], action: "rollback" },
  });
  expect(world.sent).toEqual(["rollback"]);
});
