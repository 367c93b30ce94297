import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeSlack, startFakeSlack } from "../../fakes/slack/server.ts";
import { createSlackClients } from "../../src/bot/slack/clients.ts";
import { createDirectory } from "../../src/bot/slack/directory.ts";
import { judgeAsker } from "../../src/handlers/answer/look-up.ts";
import type { Lookup } from "../../src/handlers/policy.ts";
import type { Directory } from "../../src/handlers/ports.ts";
import { channel, rememberingTelemetry } from "./support.ts";

let slack: FakeSlack;
let now: number;
let directory: Directory;

beforeEach(async () => {
  const members = Array.from({ length: 2_200 }, (_, index) => `U${index}`);
  slack = await startFakeSlack({ channels: [{ id: channel, name: "deployments", members }] });
  now = 0;
  const telemetry = rememberingTelemetry();
  const { botToken, apiUrl: slackApiUrl } = slack;
  directory = createDirectory({
    ...{ client: createSlackClients({ botToken, slackApiUrl, telemetry }).lookups, telemetry },
    workspace: () => ({
      ...{ teamId: slack.workspace.seed.team.id, name: "", url: "", botUserId: "", botId: "" },
      scopes: [],
    }),
    clock: { monotonicMs: () => now, wait: async () => {} },
  });
});
afterEach(() => slack.close());

function users(lookup: Lookup): readonly string[] {
  return lookup.kind === "found" ? [...lookup.users] : [];
}

const stranger = { action: "rollback", person: { user: "U0OUT", foreign: false } } as const;

function routeTo(...groups: readonly string[]) {
  const approvers = groups.map((id) => ({ kind: "usergroup", id }) as const);
  const rules = { rollback: { approvers, approvals: 1, reason: "optional" } } as const;
  return { policy: { name: "prod", rules }, channel };
}

describe("the members of a large channel", () => {
  it("are read to the end, beyond 10,000 of them", async () => {
    const members = Array.from({ length: 10_900 }, (_, index) => `U${index}`);
    const large = await startFakeSlack({ channels: [{ id: channel, name: "deployments", members }] });
    const telemetry = rememberingTelemetry();
    const { botToken, apiUrl: slackApiUrl } = large;
    const itsDirectory = createDirectory({
      ...{ client: createSlackClients({ botToken, slackApiUrl, telemetry }).lookups, telemetry },
      workspace: () => undefined,
      clock: { monotonicMs: () => now, wait: async () => {} },
    });
    expect(users(await itsDirectory.channelMembers(channel))).toContain("U10899");
    await large.close();
  });
});

describe("the members of a group", () => {
  it("are asked for once a minute, however many ask at once", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => directory.groupMembers("S0ONCALL")));
    expect(answers.map(users)).toEqual([1, 2, 3].map(() => ["U0MARA", "U0JUN"]));
    now = 59_000;
    await directory.groupMembers("S0ONCALL");
    expect(slack.calls.of("usergroups.users.list")).toHaveLength(1);
    now = 61_000;
    await directory.groupMembers("S0ONCALL");
    expect(slack.calls.of("usergroups.users.list")).toHaveLength(2);
  });

  it("are remembered for five minutes while Slack can't say, and no longer", async () => {
    await directory.groupMembers("S0ONCALL");
    slack.faults.plan({
      ...{ method: "usergroups.users.list", times: 9 },
      fault: { kind: "rate-limited", retryAfterS: 30 },
    });
    now = 299_000;
    expect(users(await directory.groupMembers("S0ONCALL"))).toEqual(["U0MARA", "U0JUN"]);
    now = 301_000;
    expect(await directory.groupMembers("S0ONCALL")).toMatchObject({
      kind: "failed",
      what: expect.stringContaining("rate limited"),
    });
  });

  it("are asked for anew where it counts, and then nothing is remembered instead", async () => {
    await directory.groupMembers("S0ONCALL");
    slack.workspace.putUserGroup({ id: "S0ONCALL", handle: "oncall", name: "On call", users: ["U0JUN"] });
    expect(users(await directory.groupMembers("S0ONCALL", "now"))).toEqual(["U0JUN"]);
    slack.faults.plan({ method: "usergroups.users.list", fault: { kind: "error", error: "fatal_error" } });
    expect(await directory.groupMembers("S0ONCALL", "now")).toMatchObject({ kind: "failed" });
  });

  it("are asked for 20 times a minute at the most where it counts, however many press", async () => {
    for (; now < 60_000; now += 250) {
      const asked = [1, 2, 3].map(() => directory.groupMembers("S0ONCALL", "now"));
      for (const found of await Promise.all(asked)) expect(users(found)).toContain("U0MARA");
    }
    expect(slack.calls.of("usergroups.users.list").length).toBeLessThanOrEqual(20);
  });

  it("of several groups are asked for 20 times a minute together, where it counts and elsewhere", async () => {
    const groups = Array.from({ length: 12 }, (_, index) => `S0GROUP${index}`);
    for (const id of groups)
      slack.workspace.putUserGroup({ id, handle: id.toLowerCase(), name: id, users: ["U0MARA"] });
    for (; now < 60_000; now += 1_000)
      await Promise.all(
        groups.flatMap((id) => [directory.groupMembers(id, "now"), directory.groupMembers(id)]),
      );
    expect(slack.calls.of("usergroups.users.list")).toHaveLength(20);
    expect(await directory.groupMembers("S0GROUP1", "now")).toMatchObject({
      ...{ kind: "failed", what: expect.stringContaining("too often in this minute") },
    });
    expect(users(await directory.groupMembers("S0GROUP1"))).toEqual(["U0MARA"]);
    now += 61_000;
    expect(users(await directory.groupMembers("S0GROUP1", "now"))).toEqual(["U0MARA"]);
  });

  it("are asked for once before somebody is refused, who has never been looked up", async () => {
    expect(await judgeAsker(directory, routeTo("S0ONCALL"), stranger)).toMatchObject({ kind: "refused" });
    expect(slack.calls.of("usergroups.users.list")).toHaveLength(1);
  });

  it("are asked for at once where it counts, however often Slack failed a moment ago", async () => {
    const fault = { kind: "error", error: "fatal_error" } as const;
    slack.faults.plan({ method: "usergroups.users.list", times: 25, fault });
    for (let press = 0; press < 25; press += 1) {
      now += 500;
      expect(await directory.groupMembers("S0ONCALL", "now")).toMatchObject({ kind: "failed" });
    }
    expect(users(await directory.groupMembers("S0ONCALL", "now"))).toContain("U0MARA");
  });

  it("are asked for no more often because channels can't be read", async () => {
    const groups = Array.from({ length: 25 }, (_, index) => `S0GROUP${index}`);
    for (const id of groups)
      slack.workspace.putUserGroup({ id, handle: id.toLowerCase(), name: id, users: ["U0MARA"] });
    for (const id of groups) {
      await directory.groupMembers(id, "now");
      expect(await directory.channelMembers("C0NOWHERE", "now")).toMatchObject({ kind: "failed" });
    }
    expect(slack.calls.of("usergroups.users.list")).toHaveLength(20);
  });

  it("are left to approve by, however often somebody is refused", async () => {
    const ids = ["S0A", "S0B", "S0C"];
    for (const id of ids)
      slack.workspace.putUserGroup({ id, handle: id.toLowerCase(), name: id, users: ["U0MARA"] });
    for (; now < 50_000; now += 1_000)
      expect(await judgeAsker(directory, routeTo(...ids), stranger)).toMatchObject({ kind: "refused" });
    const found = await Promise.all(ids.map((id) => directory.groupMembers(id, "now")));
    for (const one of found) expect(users(one)).toEqual(["U0MARA"]);
  });

  it("of an unknown group are a failure, not an empty group", async () => {
    expect(await directory.groupMembers("S0NOBODY")).toMatchObject({ kind: "failed" });
  });
});

describe("the standing of somebody", () => {
  const standing = (user: string) => directory.standing(user);

  it("is asked for each time, and a deactivated person or a stranger is none of the workspace", async () => {
    expect(await standing("U0MARA")).toEqual({ kind: "member" });
    const mara = slack.workspace.person("U0MARA");
    if (mara === undefined) throw new Error("nobody");
    slack.workspace.putPerson({ ...mara, deactivated: true });
    expect(await standing("U0MARA")).toEqual({ kind: "outsider" });
    slack.workspace.putPerson({ ...mara, teamId: "T0OTHER" });
    expect(await standing("U0MARA")).toEqual({ kind: "outsider" });
    expect(await standing("U0NOBODY")).toEqual({ kind: "outsider" });
  });

  it("is not known while Slack can't be asked", async () => {
    slack.faults.plan({ method: "users.info", fault: { kind: "error", error: "fatal_error" } });
    expect(await standing("U0MARA")).toMatchObject({ kind: "failed" });
  });
});

it("reads a channel's members page by page", async () => {
  expect(users(await directory.channelMembers(channel))).toHaveLength(2_201);
  expect(slack.calls.of("conversations.members")).toHaveLength(3);
});
