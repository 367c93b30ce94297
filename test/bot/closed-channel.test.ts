/** A channel that takes no messages any more, and what has no card. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allScopes } from "../../fakes/slack/options.ts";
import type { Channel, Message } from "../../fakes/slack/workspace.ts";
import { routeOf } from "../../src/handlers/answer/request.ts";
import type { Shows } from "../../src/handlers/policy.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { hold, oncall, pictureOf, policyOf, rollbackAt } from "./card/pictures.ts";
import { type BoardTest, channel, present, remarkOf, startBoardTest } from "./support.ts";

const people = ["U0ANN", "U0BEN"];
const started = remarkOf("status");
const running: Partial<WordedDeployment> = { holds: [], offers: [], remarks: [started] };
const waiting: Partial<WordedDeployment> = {
  remarks: [started, remarkOf(`hold/${hold.id}`, { weight: "person", holdId: hold.id })],
};
const failed: Partial<WordedDeployment> = {
  ...{ phase: "failed", status: "ROLLBACK_FAILED", incident: true, holds: [], offers: [], endedAt: 0 },
  remarks: [started, remarkOf("incident/x", { weight: "incident" })],
};
const elsewhere = "C0NEW";
const fallback = "C0FALLBACK";
const deploys: Channel = { id: channel, name: "deploys", members: people };

let test: BoardTest;
beforeEach(async () => {
  const others = [elsewhere, fallback].map((id) => ({ id, name: id.toLowerCase(), members: people }));
  test = await startBoardTest({
    scopes: allScopes.filter((scope) => scope !== "chat:write.public"),
    ...{ fallbackChannel: fallback, channels: [deploys, ...others] },
    people: people.map((id) => ({ id, name: id.toLowerCase() })),
    userGroups: [{ id: oncall, handle: "oncall", name: "On call", users: people }],
  });
});
afterEach(() => test.close());

const heard = (): readonly Message[] => test.slack.workspace.timeline(fallback);
const textOf = (message: Message | undefined): string =>
  `${message?.text} ${JSON.stringify(message?.blocks)}`;

const closings: readonly (readonly [string, Partial<Channel>])[] = [
  ["archived", { isArchived: true }],
  ["left by the bot", { botIsMember: false }],
  ["private and left by the bot", { botIsMember: false, isPrivate: true }],
];

const secret: Channel = { ...deploys, isPrivate: true, isArchived: true };
const told = /checkout-api|2\.18\.3|2\.19\.0/;

describe("what is routed to a private channel", () => {
  it("is not named in the fallback channel while it waits there without a card", async () => {
    await test.settle({ deployment: running });
    test.slack.workspace.putChannel(secret);
    await test.settle({ deployment: waiting });
    const [message] = heard();
    expect(message?.text).toBe(
      "A deployment waits for you until 14:32 UTC on 17 Nov, else ECS rolls back. Its channel is private, so it is not named here.",
    );
    expect(textOf(message)).not.toMatch(told);
    expect(message?.notified.map(({ user }) => user)).toEqual(people);
  });

  it.each(["holds", "incidents"] as const)("is not named where it gets no card: show %s", async (show) => {
    test.slack.workspace.putChannel({ ...deploys, isPrivate: true });
    for (const deployment of [running, waiting, failed]) await test.settle({ deployment, route: { show } });
    for (const message of heard()) expect(textOf(message)).not.toMatch(told);
    expect(heard().length > 0).toBe(show === "incidents");
  });

  it("is not named when it fails and its channel takes no card", async () => {
    test.slack.workspace.putChannel(secret);
    await test.settle({ deployment: failed });
    expect(heard().map(({ text }) => text)).toEqual([
      "A deployment failed, or AWS rolled it back. Its channel is private, so it is not named here.",
    ]);
    expect(textOf(heard()[0])).not.toMatch(told);
  });
});

describe("a card whose channel is closed", () => {
  it.each(closings)("is posted by today's route, quietly: %s", async (_, closing) => {
    await test.settle({ deployment: waiting });
    test.slack.workspace.putChannel({ ...deploys, ...closing });
    const moved = { deployment: { ...waiting, where: ["cluster other"] }, route: { channel: elsewhere } };
    await test.settle(moved);
    await test.settle(moved);
    const anew = test.slack.workspace.timeline(elsewhere);
    expect(anew).toHaveLength(1);
    expect(textOf(anew[0])).toContain("answer.continue");
    expect(anew[0]?.notified).toEqual([]);
    const failing = { deployment: failed, route: { channel: elsewhere } };
    await test.settle(failing);
    const loud = test.slack.workspace.timeline(elsewhere).filter(({ broadcast }) => broadcast);
    expect(loud).toHaveLength(1);
  });

  it.each(closings)("is told of in the fallback channel, once, with what waits: %s", async (_, closing) => {
    await test.settle({ deployment: running });
    test.slack.workspace.putChannel({ ...deploys, ...closing });
    for (let looks = 0; looks < 4; looks += 1) {
      await test.settle({ deployment: waiting });
      await test.timed.advance(60_000);
    }
    expect(heard()).toHaveLength(1);
    const [message] = heard();
    expect(message?.text).toBe(
      "checkout-api in prod waits for you until 14:32 UTC on 17 Nov, else ECS rolls back. 2.18.3 → 2.19.0. It has no card.",
    );
    expect(textOf(message)).toContain(`Holdpoint can't post to <#${channel}>`);
    expect(textOf(message)).toContain("To fix it:");
    expect(textOf(message)).not.toMatch(/is_archived|not_in_channel|channel_not_found/);
    expect(message?.notified.map(({ user }) => user)).toEqual(people);
  });

  it("is found again when its channel is open again", async () => {
    await test.settle({ deployment: waiting });
    test.slack.workspace.putChannel({ ...deploys, isArchived: true });
    await test.settle({ deployment: { ...waiting, where: ["cluster other"] } });
    test.slack.workspace.putChannel(deploys);
    await test.timed.advance(60_000);
    await test.settle({ deployment: { ...waiting, where: ["cluster third"] } });
    expect(test.cards()).toHaveLength(1);
    expect(textOf(test.cards()[0])).toContain("third");
  });

  it("is told of for a channel that never existed, also while nobody is needed", async () => {
    const nowhere = { deployment: running, route: { channel: "C0NOWHERE" } };
    await test.settle(nowhere);
    await test.settle(nowhere);
    expect(heard().map(({ text }) => text)).toEqual([
      "Holdpoint can't post the card for checkout-api in prod: Slack rejects messages to its channel.",
    ]);
    await test.settle({ ...nowhere, deployment: waiting });
    await test.settle({ ...nowhere, deployment: waiting });
    expect(heard()).toHaveLength(2);
    expect(heard()[1]?.text).toContain("waits for you until");
  });

  it.each<[string, Partial<WordedDeployment>, string]>([
    [
      "failed before it had a card",
      failed,
      "checkout-api in prod failed: something about incident/x. What serves now is not known. 2.18.3 → 2.19.0. It has no card.",
    ],
    [
      "is in trouble",
      { ...running, incident: true, remarks: [started, remarkOf("incident/x", { weight: "incident" })] },
      "Something is wrong with checkout-api in prod: something about incident/x. 2.18.3 → 2.19.0. It has no card.",
    ],
  ])("is told of as a failure, once, with those whom it calls: %s", async (_, deployment, text) => {
    const nowhere = { deployment, route: { channel: "C0NOWHERE" } };
    for (let days = 0; days < 4; days += 1) {
      await test.settle(nowhere);
      await test.timed.advance(11 * 3_600_000);
    }
    const told = heard().filter((message) => message.text === text);
    expect(told).toHaveLength(1);
    expect(told[0]?.notified.map(({ user }) => user)).toEqual(people);
    expect(textOf(told[0])).not.toContain("answer.");
  });

  it("is told of once more when it ends badly", async () => {
    const nowhere = { channel: "C0NOWHERE" };
    await test.settle({ deployment: running, route: nowhere });
    const [first] = heard();
    const trouble = remarkOf("incident/y", { weight: "incident" });
    const inTrouble = { ...running, incident: true, remarks: [started, trouble] };
    for (const deployment of [inTrouble, inTrouble, failed, failed]) {
      await test.timed.advance(60_000);
      await test.settle({ deployment, route: nowhere });
    }
    const rung = heard().filter(({ notified }) => notified.length > 0);
    expect(rung.map(({ text }) => text.slice(0, 40))).toEqual([
      "Something is wrong with checkout-api in ",
      "checkout-api in prod failed: something a",
    ]);
    expect(heard()[0]).toEqual(first);
  });

  it("is told of as a failure where its card's channel was closed, and as nothing where that heard of it", async () => {
    await test.settle({ deployment: running });
    await test.settle({ deployment: running });
    test.slack.workspace.putChannel({ ...deploys, isArchived: true });
    await test.settle({ deployment: failed });
    expect(heard().map(({ text }) => text)).toEqual([
      "checkout-api in prod failed: something about incident/x. What serves now is not known. 2.18.3 → 2.19.0. It has no card.",
    ]);
    test.slack.workspace.putChannel(deploys);
    await test.timed.advance(60_000);
    await test.settle({ deployment: failed });
    test.slack.workspace.putChannel({ ...deploys, isArchived: true });
    await test.timed.advance(25 * 3_600_000);
    await test.settle({ deployment: { ...failed, where: ["cluster other"] } });
    expect(heard().filter(({ notified }) => notified.length > 0)).toHaveLength(1);
  });

  it("is posted by today's route where it has ended and nobody heard that it failed", async () => {
    await test.settle({ deployment: running });
    await test.settle({ deployment: running });
    test.slack.workspace.putChannel({ ...deploys, isArchived: true });
    const failing = { deployment: failed, route: { channel: elsewhere } };
    await test.settle(failing);
    await test.settle(failing);
    const loud = test.slack.workspace.timeline(elsewhere).filter(({ broadcast }) => broadcast);
    expect(loud.map(({ notified }) => notified.map(({ user }) => user))).toEqual([people]);
  });

  it("is told of at once, for a channel that does not exist and a deployment that began long ago", async () => {
    const nowhere = { deployment: { ...waiting, startedAt: 0 }, route: { channel: "C0NOWHERE" } };
    expect(await test.look(nowhere)).toEqual({ kind: "later", ms: 60_000 });
    expect(heard()).toHaveLength(1);
  });

  it("is tried again more and more rarely after the end, and as often as before while it runs", async () => {
    const route = { channel: "C0NOWHERE" };
    const waitMs: number[] = [];
    for (const deployment of [running, failed]) {
      for (const ms of [60_000, 3_600_000, 24 * 3_600_000]) {
        await test.timed.advance(ms);
        const shown = await test.look({ deployment, route });
        waitMs.push(shown.kind === "later" ? shown.ms : 0);
      }
    }
    const [, , , atOnce = 0, anHourLater = 0, aDayLater = 0] = waitMs;
    expect(waitMs.slice(0, 4)).toEqual([60_000, 60_000, 60_000, 60_000]);
    expect(anHourLater).toBeGreaterThanOrEqual(3_600_000);
    expect([atOnce, aDayLater]).toEqual([60_000, 6 * 3_600_000]);
  });

  it("is told of each hold once, not once a day", async () => {
    const nowhere = { deployment: waiting, route: { channel: "C0NOWHERE" } };
    for (let days = 0; days < 3; days += 1) {
      await test.settle(nowhere);
      await test.timed.advance(25 * 3_600_000);
    }
    expect(heard().filter(({ notified }) => notified.length > 0)).toHaveLength(1);
  });

  it("is in the log and the counters where the fallback channel is closed, too", async () => {
    test.slack.workspace.putChannel({ id: fallback, name: "fallback", members: people, isArchived: true });
    const nowhere = { deployment: waiting, route: { channel: "C0NOWHERE" } };
    await test.settle(nowhere);
    expect(test.telemetry.counted("slack_channel_problems", { error: "is_archived" })).toBeGreaterThan(0);
    expect(test.telemetry.lines).toContainEqual({
      ...{ level: "error", message: "can't post to channel" },
      fields: expect.objectContaining({ channel: fallback, error: "is_archived" }),
    });
  });

  it("is told of again where the fallback channel did not take it", async () => {
    const nowhere = { deployment: waiting, route: { channel: "C0NOWHERE" } };
    const when = (args: { readonly channel?: unknown }): boolean => args.channel === fallback;
    test.slack.faults.plan({
      method: "chat.postMessage",
      fault: { kind: "error", error: "ratelimited" },
      when,
    });
    await test.settle(nowhere);
    await test.timed.advance(60_000);
    await test.settle(nowhere);
    expect(heard()).toHaveLength(1);
  });
});

it("keeps a card in its channel until it is gone, and takes today's route then", () => {
  const { deployment } = pictureOf();
  const routes = [{ match: {}, channel: elsewhere, policy: policyOf() }];
  const routed = (board: { readonly channel?: string; readonly ts?: string }) =>
    routeOf(deployment, { board: { said: 0, ...board } }, routes, new Map());
  expect(routed({ channel, ts: "1.1" })).toMatchObject({ channel, movedTo: elsewhere });
  expect(routed({ channel: elsewhere, ts: "1.1" })?.movedTo).toBeUndefined();
  expect(routed({ channel })?.channel).toBe(elsewhere);
  expect(routed({})?.channel).toBe(elsewhere);
});

const asked: Partial<WordedDeployment> = {
  ...{ phase: "rolled-back", serving: "previous", holds: [], offers: [], endedAt: 0 },
  remarks: [started, remarkOf("status/ROLLBACK_SUCCESSFUL", { weight: "ending" })],
};
const troubled: Partial<WordedDeployment> = {
  ...{ holds: [], incident: true, offers: [rollbackAt(undefined)] },
  remarks: [started, remarkOf("incident/x", { weight: "incident" })],
};

describe("a route that shows", () => {
  it.each<[Shows, string, Partial<WordedDeployment>, boolean]>([
    ["all", "what runs", running, true],
    ["holds", "what runs", running, false],
    ["holds", "what waits", waiting, true],
    ["holds", "an optional hold", { ...waiting, holds: [{ ...hold, optional: true }] }, false],
    ["holds", "a failure", failed, true],
    ["holds", "trouble", troubled, true],
    ["incidents", "what runs", running, false],
    ["incidents", "what waits", waiting, false],
    ["incidents", "what was rolled back elsewhere", asked, false],
    ["incidents", "a failure", failed, true],
    ["incidents", "a rollback by AWS", { ...failed, phase: "rolled-back", serving: "previous" }, true],
    ["incidents", "trouble", troubled, true],
  ])("%s: a card for %s", async (show, _, deployment, isShown) => {
    await test.settle({ deployment, route: { show } });
    await test.settle({ deployment, route: { show } });
    expect(test.cards()).toHaveLength(isShown ? 1 : 0);
  });

  it("holds: the card comes with the hold, calls once and stays", async () => {
    const route = { show: "holds" } as const;
    for (const deployment of [running, waiting, waiting, { ...running, offers: [] }])
      await test.settle({ deployment, route });
    expect(test.cards()).toHaveLength(1);
    const rung = [...test.cards(), ...test.thread()].flatMap(({ notified }) => notified);
    expect(rung.map(({ user }) => user)).toEqual(people);
    expect(textOf(present(test.cards()[0], "no card"))).not.toContain("answer.continue");
  });

  it("incidents: the fallback channel hears of a hold that has no card, once", async () => {
    for (const deployment of [running, waiting, waiting])
      await test.settle({ deployment, route: { show: "incidents" } });
    expect(heard()).toHaveLength(1);
    expect(textOf(heard()[0])).not.toContain("can't post");
  });
});
