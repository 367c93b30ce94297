import { expect, it } from "vitest";
import { decisionOfHold } from "../../src/handlers/identity.ts";
import type { Next } from "../../src/handlers/jobs/next-job.ts";
import { continueAt, deploymentOf, hold } from "../bot/card/pictures.ts";
import { oneDeployment, shows } from "./one-deployment.ts";

const secret = "eyJlbmNyeXB0ZWREYXRhIjoi";

async function auditOf(name: string | undefined): Promise<Next["audit"]> {
  const { name: _, ...unnamed } = hold;
  const held = { ...unnamed, id: secret, ...(name === undefined ? {} : { name }) };
  const opened = { name: "hold/1", weight: "person", emoji: "✋", words: ["waits"], holdId: secret } as const;
  const world = oneDeployment();
  const { ref } = deploymentOf();
  world.aws = shows({ holds: [held], offers: [continueAt(held)], remarks: [opened] });
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  await world.ask("continue", "U0ANN");
  const next = await world.look();
  return next?.audit;
}

it("tells the audit which hold was decided by its name, never by an id with which it could be answered", async () => {
  const audit = await auditOf("approve");
  expect(audit?.about).toMatchObject({ region: "eu-west-1", target: expect.any(String) });
  expect(audit?.entries.map(({ k }) => k)).toEqual(["remark", "claimed", "accepted"]);
  expect(JSON.stringify(audit)).not.toContain(secret);
  expect(JSON.stringify(audit).match(/"holdId":"approve"/g)).toHaveLength(2);
  expect(audit?.announce?.map(({ announcement }) => announcement.stage)).toEqual([hold.stage, hold.stage]);
});

it("tells it by the id of its decision where it has no name", async () => {
  const audit = JSON.stringify(await auditOf(undefined));
  expect(audit).not.toContain(secret);
  expect(audit).toContain(`"holdId":"${decisionOfHold(secret)}"`);
});
