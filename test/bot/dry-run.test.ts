/** A dry run judges as a press would, by what is on record and by what Slack says now, and changes nothing. */

import { describe, expect, it } from "vitest";
import { createDryRun } from "../../src/bot/answer/dry-run.ts";
import { createRead } from "../../src/bot/answer/show.ts";
import type { Approver } from "../../src/handlers/decision.ts";
import { keyOf, pointOf } from "../../src/handlers/identity.ts";
import type { Lookup } from "../../src/handlers/policy.ts";
import { type OneDeployment, oneDeployment, openPolicy } from "../handlers/one-deployment.ts";
import { deploymentOf, wording } from "./card/pictures.ts";
import { wordsOf } from "./card/reading.ts";

const [ann, ben, cleo] = ["U0ANN", "U0BEN", "U0CLEO"] as const;
const approvers: readonly Approver[] = [
  { kind: "usergroup", id: "S0ONCALL" },
  { kind: "user", id: ben },
];
const policy = openPolicy({ continue: { approvers, approvals: 2, reason: "optional" } });
const members = (...users: readonly string[]): Lookup => ({ kind: "found", users: new Set(users) });
const failed: Lookup = { kind: "failed", what: "members of S0ONCALL: rate limited", cause: undefined };
const { ref, lane, offers } = deploymentOf();
const key = keyOf(ref, lane);

interface Stage {
  readonly world: OneDeployment;
  /** What Slack says of the group when it is asked now; the copy of it still has everybody. */
  now: Lookup;
  readonly dryRun: (user: string) => Promise<string>;
}

async function setStage(): Promise<Stage> {
  const world = oneDeployment(policy);
  world.group = members(ann, cleo);
  await world.memory.store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  await world.look();
  const stage: Stage = { world, now: world.group, dryRun };
  const directory = {
    groupMembers: async (_: string, asOf?: string) => (asOf === undefined ? world.group : stage.now),
    channelMembers: async () => world.group,
    standing: async (user: string) => world.standing(user),
  };
  const [offer] = offers.filter(({ action }) => action === "continue");
  if (offer === undefined) throw new Error("nothing to continue");
  const value = { key, point: pointOf(offer), action: "continue" as const, evidence: "" };
  const run = createDryRun({
    read: createRead({
      store: world.memory.store,
      routes: [{ match: {}, channel: "C0DEPLOY", policy }],
      accountNames: new Map(),
      labelFor: async () => ({ name: "checkout-api", place: "prod", others: [] }),
      wording,
    }),
    directory,
    describeCall: () => undefined,
  });
  async function dryRun(user: string): Promise<string> {
    return wordsOf(await run({ value }, { user, foreign: false }, "/deploy"));
  }
  return stage;
}

describe("a dry run", () => {
  it("counts no vote of somebody who has lost the right since, and leaves it on record", async () => {
    const stage = await setStage();
    await stage.world.ask("continue", ann);
    expect(await stage.dryRun(ben)).toContain("1 of 2 votes so far");
    stage.now = members(cleo);
    const before = stage.world.memory.dump();
    const told = await stage.dryRun(ben);
    expect(told).toContain("No votes yet, 2 needed");
    expect(told).toContain(`<@${ann}>'s earlier vote no longer counts`);
    expect(stage.world.memory.dump()).toBe(before);
  });

  it("says of whom it is not known whether they may, although the press before could tell", async () => {
    const stage = await setStage();
    await stage.world.ask("continue", ann);
    stage.now = failed;
    expect(await stage.dryRun(ben)).toMatch(/0 of 2 votes so far.*not known whether 1 voter may/);
    stage.now = stage.world.group;
    expect(await stage.dryRun(ben)).toContain("1 of 2 votes so far");
  });

  it("counts whoever can be told again, where the press before could not", async () => {
    const stage = await setStage();
    await stage.world.ask("continue", ann);
    stage.world.groupNow = () => failed;
    expect(await stage.world.ask("continue", ben)).toMatchObject({ kind: "refused" });
    expect(await stage.dryRun(cleo)).toContain("Asked for and not sent");
  });

  it("allows somebody who has just been added", async () => {
    const stage = await setStage();
    stage.world.group = members(ann);
    stage.now = members(ann, cleo);
    expect(await stage.dryRun(cleo)).toContain("allowed");
  });

  it("knows of an answer to a hold that the index has not named yet", async () => {
    const stage = await setStage();
    await stage.world.ask("continue", ann);
    await stage.world.ask("continue", ben);
    expect(stage.world.sent).toEqual(["continue"]);
    expect(await stage.dryRun(cleo)).toContain("it is not possible now");
  });
});
