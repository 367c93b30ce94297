import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tellOutcome } from "../../src/bot/card/private/private.ts";
import type { Approver } from "../../src/handlers/decision.ts";
import type { Rule } from "../../src/handlers/policy.ts";
import { deploymentOf } from "../bot/card/pictures.ts";
import { killed, type OneDeployment, oneDeployment, openPolicy } from "./one-deployment.ts";

const [ann, ben, cleo] = ["U0ANN", "U0BEN", "U0CLEO"] as const;
const everybody = [ann, ben, cleo];

interface Vote {
  readonly world: OneDeployment;
  /** Ann may not vote any more. */
  readonly loseAnn: () => void;
}

const userOf = (id: string): Approver => ({ kind: "user", id });
const group: readonly Approver[] = [{ kind: "usergroup", id: "S0ONCALL" }];

async function worldWith(approvers: Rule["approvers"], approvals = 2): Promise<OneDeployment> {
  const rule = { approvers, approvals, reason: "optional" as const };
  const world = oneDeployment(openPolicy({ continue: rule }));
  world.group = { kind: "found", users: new Set(everybody) };
  await world.memory.store.enqueue([{ member: { kind: "ref", ref: deploymentOf().ref }, delayMs: 0 }]);
  await world.look();
  return world;
}

async function inGroup(approvers: Rule["approvers"], approvals?: number): Promise<Vote> {
  const world = await worldWith(approvers, approvals);
  const loseAnn = (): void => {
    world.group = { kind: "found", users: new Set([ben, cleo]) };
  };
  return { world, loseAnn };
}

async function named(
  loseAnn: (world: OneDeployment, approvers: Approver[]) => void,
  approvals?: number,
): Promise<Vote> {
  const approvers = everybody.map(userOf);
  const world = await worldWith(approvers, approvals);
  return { world, loseAnn: () => loseAnn(world, approvers) };
}

const ways: readonly (readonly [string, string, () => Promise<Vote>])[] = [
  ["is taken out of the user group", "not-an-approver", () => inGroup(group)],
  ["leaves the channel", "left-channel", () => inGroup("channel-members")],
  ["is taken out of the configuration", "not-an-approver", () => named((_, approvers) => approvers.shift())],
  [
    "is deactivated, or belongs to another workspace",
    "not-in-workspace",
    () =>
      named((world) => {
        world.standing = (user) => ({ kind: user === ann ? "outsider" : "member" });
      }),
  ],
];

async function votersOf(world: OneDeployment): Promise<readonly string[]> {
  return (await world.view()).votes.map(({ user }) => user);
}

describe.each(ways)("a voter who %s", (_way, why, vote) => {
  it("no longer counts when somebody else votes, and both are told", async () => {
    const { world, loseAnn } = await vote();
    expect(await world.ask("continue", ann)).toMatchObject({ kind: "waiting", votes: 1, need: 2 });
    loseAnn();
    expect(await world.ask("continue", ben)).toMatchObject({
      ...{ kind: "waiting", votes: 1, need: 2 },
      voided: [{ user: ann, why }],
    });
    expect(world.sent).toEqual([]);
    expect(await votersOf(world)).toEqual([ben]);
    expect((await world.view()).log).toContainEqual(
      expect.objectContaining({ k: "void", by: ann, why, action: "continue" }),
    );
    expect(await world.ask("continue", cleo)).not.toHaveProperty("voided");
    expect(world.sentFor).toEqual([[ben, cleo]]);
  });

  it("no longer counts when another process takes the claim over: nothing is sent and the other vote stays", async () => {
    const { world, loseAnn } = await vote();
    await leaveClaim(world, [ann, ben]);
    loseAnn();
    world.memory.advance(16_000);
    await world.look();
    expect(world.sent).toEqual([]);
    expect(await votersOf(world)).toEqual([ben]);
    const { log, decisions, lease } = await world.view();
    expect(log.slice(-2)).toMatchObject([
      { k: "open", answer: expect.stringContaining("nothing was sent") },
      { k: "void", by: ann, why },
    ]);
    expect([...decisions.values()].map(({ state }) => state)).toEqual(["open"]);
    expect(lease).toBeUndefined();
    await world.ask("continue", cleo);
    expect(world.sentFor).toEqual([[ben, cleo]]);
  });
});

/** These people vote, and the process of the last one is killed before it sends. */
async function leaveClaim(world: OneDeployment, voters: readonly string[]): Promise<void> {
  const [last = "", ...first] = voters.toReversed();
  for (const user of first.reverse()) await world.ask("continue", user);
  world.whileReading = killed;
  void world.ask("continue", last);
  await new Promise((resolve) => setImmediate(resolve));
  world.whileReading = async () => {};
}

it("does not let the last vote be cast by somebody who has just lost the right", async () => {
  const { world } = await inGroup(group);
  await world.ask("continue", ann);
  // What was known a moment ago still has them; the look-up that judges the earlier voters does not.
  const asked: string[] = [];
  world.groupNow = () => {
    asked.push("now");
    return { kind: "found", users: new Set([ann, cleo]) };
  };
  expect(await world.ask("continue", ben)).toMatchObject({
    kind: "refused",
    why: { rule: "not-an-approver" },
  });
  expect(asked).not.toEqual([]);
  expect(world.sent).toEqual([]);
  expect(await votersOf(world)).toEqual([ann]);
});

describe("the only vote that is needed", () => {
  const failed = { kind: "failed", what: "members of S0ONCALL: rate limited", cause: undefined } as const;
  const mixed = [...group, userOf(cleo)];

  it.each([
    ["a user group", group],
    ["the channel", "channel-members" as const],
    ["a user group beside a person", mixed],
  ])("is not sent for somebody who has just been taken out of %s", async (_, approvers) => {
    const { world } = await inGroup(approvers, 1);
    world.groupNow = () => ({ kind: "found", users: new Set([ben]) });
    expect(await world.ask("continue", ann)).toMatchObject({
      ...{ kind: "refused", why: { rule: "not-an-approver" } },
    });
    expect(world.sent).toEqual([]);
    expect(await votersOf(world)).toEqual([]);
    await world.ask("continue", ben);
    expect(world.sentFor).toEqual([[ben]]);
  });

  it("is not sent for somebody who has just left the workspace", async () => {
    const { world, loseAnn } = await named((one) => {
      one.standing = (user) => ({ kind: user === ann ? "outsider" : "member" });
    }, 1);
    loseAnn();
    expect(await world.ask("continue", ann)).toMatchObject({
      ...{ kind: "refused", why: { rule: "other-workspace" } },
    });
    expect(world.sent).toEqual([]);
  });

  it("is kept while Slack fails, its voter is told, and the next press sends it", async () => {
    const { world } = await inGroup(group, 1);
    world.groupNow = () => failed;
    expect(await world.ask("continue", ann)).toMatchObject({
      ...{ kind: "refused", why: { rule: "lookup-failed", what: failed.what, voteKept: true } },
    });
    expect(world.sent).toEqual([]);
    expect(await votersOf(world)).toEqual([ann]);
    world.groupNow = () => world.group;
    await world.ask("continue", ann);
    expect(world.sentFor).toEqual([[ann]]);
  });

  it("asks for no group where its voter is named", async () => {
    const { world } = await inGroup(mixed, 1);
    world.groupNow = () => {
      throw new Error("asked for the group");
    };
    await world.ask("continue", cleo);
    expect(world.sentFor).toEqual([[cleo]]);
  });
});

it("keeps the vote of somebody of whom Slack says nothing when it would decide", async () => {
  const { world } = await inGroup(group);
  await world.ask("continue", ann);
  world.standing = (user) => (user === ann ? { kind: "failed", what: "rate limited" } : { kind: "member" });
  expect(await world.ask("continue", ben)).toMatchObject({
    kind: "refused",
    why: { rule: "voters-unknown", voters: [ann] },
  });
  expect(world.sent).toEqual([]);
  expect(await votersOf(world)).toEqual([ann, ben]);
});

it("takes a press as sign enough that its person is in the workspace, while Slack says nothing", async () => {
  const { world } = await inGroup(group);
  await world.ask("continue", ann);
  world.standing = (user) => (user === ben ? { kind: "failed", what: "rate limited" } : { kind: "member" });
  expect(await world.ask("continue", ben)).toMatchObject({ kind: "accepted" });
});

it("takes no vote away for somebody who comes too late", async () => {
  const { world, loseAnn } = await inGroup(group);
  await world.ask("continue", ann);
  await world.ask("continue", ben);
  loseAnn();
  const late = await world.ask("continue", cleo);
  expect(late).toMatchObject({ kind: "decided", winner: { by: [ann, ben] } });
  expect(late).not.toHaveProperty("voided");
  expect((await world.view()).log.map(({ k }) => k)).not.toContain("void");
});

describe("people who can't be looked up", () => {
  const failed = { kind: "failed", what: "members of S0ONCALL: rate limited", cause: undefined } as const;

  it("keep their votes, and nothing is sent until Slack says who may vote", async () => {
    const world = await worldWith([...group, userOf(ben), userOf(cleo)]);
    await world.ask("continue", ann);
    world.group = failed;
    expect(await world.ask("continue", ben)).toMatchObject({
      kind: "refused",
      why: { rule: "voters-unknown", voters: [ann], what: failed.what },
    });
    expect(world.sent).toEqual([]);
    expect(await votersOf(world)).toEqual([ann, ben]);
    world.group = { kind: "found", users: new Set([ann]) };
    await world.ask("continue", ben);
    expect(world.sentFor).toEqual([[ann, ben]]);
  });

  it("hold nobody up who needs no vote of theirs", async () => {
    const world = await worldWith([...group, userOf(ben), userOf(cleo)]);
    await world.ask("continue", ann);
    world.group = failed;
    expect(await world.ask("continue", ben)).toMatchObject({ kind: "refused" });
    await world.ask("continue", cleo);
    expect(world.sentFor).toEqual([[ben, cleo]]);
  });

  it("keep a claim from being taken over, and their votes", async () => {
    const world = await worldWith(group);
    await leaveClaim(world, [ann, ben]);
    world.group = failed;
    world.memory.advance(16_000);
    await world.look();
    expect(world.sent).toEqual([]);
    expect(await votersOf(world)).toEqual([ann, ben]);
    world.group = { kind: "found", users: new Set(everybody) };
    await world.ask("continue", ann);
    expect(world.sentFor).toEqual([[ann, ben]]);
  });
});

type Step =
  | { readonly kind: "ask" | "ask and die" | "remove" | "readmit"; readonly user: string }
  | { readonly kind: "look"; readonly afterMs: number }
  | { readonly kind: "Slack fails" | "Slack answers" };

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "ask" as const,
          "ask" as const,
          "ask and die" as const,
          "remove" as const,
          "readmit" as const,
        ),
        user: fc.constantFrom(...everybody),
      }),
    },
    fc.record({ kind: fc.constant("look" as const), afterMs: fc.constantFrom(1, 16_000, 130_000) }),
    fc.record({ kind: fc.constantFrom("Slack fails" as const, "Slack answers" as const) }),
  ),
  { minLength: 3, maxLength: 25, size: "max" },
);

it("sends nothing but for enough people who may ask at that moment, whatever the order of votes, removals and crashes", async () => {
  let sends = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (road: readonly Step[]) => {
      const world = await worldWith(group);
      let permitted = new Set<string>(everybody);
      let fails = false;
      for (const step of road) {
        if (step.kind === "remove") permitted = new Set([...permitted].filter((user) => user !== step.user));
        if (step.kind === "readmit") permitted = new Set([...permitted, step.user]);
        if (step.kind === "Slack fails") fails = true;
        if (step.kind === "Slack answers") fails = false;
        world.group = fails
          ? { kind: "failed", what: "rate limited", cause: undefined }
          : { kind: "found", users: permitted };
        const before = world.sentFor.length;
        if (step.kind === "ask") await world.ask("continue", step.user);
        if (step.kind === "ask and die") await leaveClaim(world, [step.user]);
        if (step.kind === "look") {
          world.memory.advance(step.afterMs);
          await world.look();
        }
        for (const by of world.sentFor.slice(before)) {
          sends += 1;
          expect(new Set(by).size).toBeGreaterThanOrEqual(2);
          expect(by.filter((user) => !permitted.has(user))).toEqual([]);
          expect(fails).toBe(false);
        }
      }
    }),
    { numRuns: 100, seed: 20_261_127 },
  );
  expect(sends).toBeGreaterThan(10);
});

describe("somebody who has just been added", () => {
  it("is not refused by a copy of the members that is a minute old", async () => {
    const { world } = await inGroup(group, 1);
    world.group = { kind: "found", users: new Set([ben]) };
    world.groupNow = () => ({ kind: "found", users: new Set([ann, ben]) });
    expect(await world.ask("continue", ann)).toMatchObject({ kind: "accepted" });
  });

  it("hears that it may take a minute where Slack can't be asked now", async () => {
    const { world } = await inGroup(group, 1);
    world.group = { kind: "found", users: new Set([ben]) };
    world.groupNow = () => ({ kind: "failed", what: "asked too often", cause: undefined });
    const outcome = await world.ask("continue", ann);
    expect(outcome).toMatchObject({ kind: "refused", why: { rule: "not-an-approver", maybeNew: true } });
    expect(tellOutcome(outcome, { action: "continue", user: ann }).blocks).toEqual([
      expect.objectContaining({
        text: expect.objectContaining({ text: expect.stringContaining("may have to wait a minute") }),
      }),
    ]);
  });

  it("is refused at once where Slack says so now", async () => {
    const { world } = await inGroup(group, 1);
    world.group = { kind: "found", users: new Set([ben]) };
    const outcome = await world.ask("continue", ann);
    expect(outcome).toMatchObject({ kind: "refused", why: { rule: "not-an-approver" } });
    expect(outcome).not.toHaveProperty("why.maybeNew");
  });
});
