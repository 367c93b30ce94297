/** Where Slack can't say whether somebody who voted still may, every surface says that, and counts them neither in nor out. */
import { describe, expect, it } from "vitest";
import { tellOutcome } from "../../../src/bot/card/private/private.ts";
import type { Approver } from "../../../src/handlers/decision.ts";
import { killed, type OneDeployment, oneDeployment, openPolicy } from "../../handlers/one-deployment.ts";
import { wordsOf } from "./reading.ts";
import { look, surfacesOf, threadOf } from "./vote-surfaces.ts";

const [ann, ben, cleo] = ["U0ANN", "U0BEN", "U0CLEO"] as const;
const failed = { kind: "failed", what: "members of S0ONCALL: rate limited", cause: undefined } as const;
const found = { kind: "found", users: new Set([ann, ben, cleo]) } as const;
const inGroup: readonly Approver[] = [{ kind: "usergroup", id: "S0ONCALL" }];
const benByName: readonly Approver[] = [...inGroup, { kind: "user", id: ben }];

async function worldOf(approvals: number, approvers: readonly Approver[]): Promise<OneDeployment> {
  const world = oneDeployment(openPolicy({ continue: { approvers, approvals, reason: "optional" } }));
  world.group = found;
  await look(world);
  return world;
}

/** Slack fails from here on wherever it counts; what was known a moment ago may still be there. */
function fail(world: OneDeployment): void {
  world.groupNow = () => failed;
}

interface Stage {
  readonly approvals: number;
  readonly approvers: readonly Approver[];
  /** Who voted before Slack failed. */
  readonly earlier: readonly string[];
  readonly presser: string;
}

/** Of Ann it is not known whether she still may. */
const rows: readonly (readonly [when: string, counted: string, stage: Stage])[] = [
  [
    "an earlier voter's vote would decide",
    "1 of 2",
    { approvals: 2, approvers: benByName, earlier: [ann], presser: ben },
  ],
  [
    "an earlier voter's vote would still not be enough",
    "1 of 3",
    { approvals: 3, approvers: benByName, earlier: [ann], presser: ben },
  ],
  ["whoever asks is the only one", "0 of 1", { approvals: 1, approvers: inGroup, earlier: [], presser: ann }],
  [
    "nobody of those who asked can be looked up",
    "0 of 2",
    { approvals: 2, approvers: inGroup, earlier: [ann], presser: ben },
  ],
];

async function setStage({ approvals, approvers, earlier }: Stage): Promise<OneDeployment> {
  const world = await worldOf(approvals, approvers);
  for (const user of earlier) await world.ask("continue", user);
  fail(world);
  return world;
}

describe.each(rows)("when %s", (_, counted, stage) => {
  const { presser } = stage;

  it(`says ${counted} and that the rest is not known, everywhere`, async () => {
    const world = await setStage(stage);
    const outcome = await world.ask("continue", presser);
    expect(world.sent).toEqual([]);
    const surfaces = { ...(await surfacesOf(world)), thread: threadOf(world, (await world.view()).log) };
    const all = {
      ...surfaces,
      private: wordsOf(tellOutcome(outcome, { action: "continue", user: presser })),
    };
    const told = Object.entries(all);
    for (const [surface, text] of told) {
      expect([surface, text]).toEqual([
        surface,
        expect.stringMatching(/could not (be checked|check) in Slack/),
      ]);
      expect([surface, text]).toEqual([
        surface,
        expect.not.stringMatching(/next press sends|\d(nd|rd) sends/),
      ]);
    }
    // The only vote there is has no number in the answer to whoever cast it.
    const counting = told.filter(([surface]) => surface !== "private" || !counted.endsWith("1"));
    for (const [surface, text] of counting)
      expect([surface, text]).toEqual([surface, expect.stringContaining(counted)]);
    for (const surface of ["card", "thread"] as const)
      expect(surfaces[surface]).toMatch(new RegExp(`not known whether [^;]*<@${ann}>[^;]* may still vote`));
  });

  it("sends it with the next vote once Slack answers again", async () => {
    const world = await setStage(stage);
    await world.ask("continue", presser);
    world.groupNow = () => found;
    await world.ask("continue", cleo);
    expect(world.sent).toEqual(["continue"]);
  });
});

it("says so, too, where another process takes over what it can't judge", async () => {
  const world = await worldOf(2, inGroup);
  await world.ask("continue", ann);
  world.whileReading = killed;
  void world.ask("continue", ben);
  await new Promise((resolve) => setImmediate(resolve));
  world.whileReading = async () => {};
  world.group = failed;
  world.memory.advance(16_000);
  await look(world);
  expect(world.sent).toEqual([]);
  for (const [surface, text] of Object.entries(await surfacesOf(world))) {
    expect([surface, text]).toEqual([
      surface,
      expect.stringMatching(/0 of 2.*could not be checked in Slack/),
    ]);
    expect([surface, text]).toEqual([surface, expect.not.stringContaining("next press sends")]);
  }
  world.group = found;
  await world.ask("continue", ben);
  expect(world.sentFor).toEqual([[ann, ben]]);
});
