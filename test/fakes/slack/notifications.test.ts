import { expect, it } from "vitest";
import { createWorkspace, type Draft } from "../../../fakes/slack/workspace.ts";

const seed = {
  team: { id: "T0HOME", name: "Example", domain: "example" },
  app: { id: "A0HOLD", botId: "B0HOLD", botUserId: "U0HOLD", name: "holdpoint" },
  people: [
    { id: "U0ANN", name: "ann" },
    { id: "U0BEN", name: "ben" },
    { id: "U0FOL", name: "follows", followsAllMessages: true },
    { id: "U0OUT", name: "elsewhere", followsAllMessages: true },
  ],
  channels: [{ id: "C0DEPLOY", name: "deployments", members: ["U0ANN", "U0BEN", "U0FOL"] }],
  userGroups: [{ id: "S0ONCALL", handle: "oncall", name: "On call", users: ["U0ANN", "U0OUT"] }],
};
const mrkdwn = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const plainText = (text: string) => ({ type: "header", text: { type: "plain_text", text } });

/** What stands in the thread before, what is posted, and whose phone rings. */
const rows: readonly (readonly [
  what: string,
  post: Partial<Draft>,
  parent: string | undefined,
  rung: string[],
])[] = [
  ["a message without mentions rings who follows the channel", {}, undefined, ["U0FOL"]],
  [
    "a group's members ring where they are in the channel",
    { text: "<!subteam^S0ONCALL>" },
    undefined,
    ["U0ANN", "U0FOL"],
  ],
  ["a mention in a block rings", { blocks: [mrkdwn("<@U0BEN>")] }, undefined, ["U0BEN", "U0FOL"]],
  ["a mention in plain text rings nobody more", { blocks: [plainText("<@U0BEN>")] }, undefined, ["U0FOL"]],
  ["here rings all members", { text: "<!here>" }, undefined, ["U0ANN", "U0BEN", "U0FOL"]],
  ["here in a thread rings nobody", { text: "<!here>" }, "card", []],
  ["a reply rings nobody", {}, "card", []],
  ["a broadcast reply rings who follows the channel", { broadcast: true }, "card", ["U0FOL"]],
  ["a reply rings who was mentioned in its thread", {}, "for <@U0BEN>", ["U0BEN"]],
  ["a group that was mentioned does not follow the thread", {}, "for <!subteam^S0ONCALL>", []],
  ["a private message rings one person", { onlyFor: "U0BEN" }, undefined, ["U0BEN"]],
];

it.each(rows)("%s", (_what, post, parent, rung) => {
  const workspace = createWorkspace(seed, () => 1_000);
  const message = { channel: "C0DEPLOY", text: "news", blocks: [] };
  const threadTs = parent === undefined ? undefined : workspace.post({ ...message, text: parent }).ts;
  const posted = workspace.post({ ...message, ...post, ...(threadTs === undefined ? {} : { threadTs }) });
  expect(posted.notified.map(({ user }) => user)).toEqual(rung);
  // An edit with a new mention rings nobody.
  expect(workspace.edit(posted, { text: "<@U0ANN> <!here>" }).notified).toEqual(posted.notified);
});

it("shows the text as a lock screen does, in one line and cut", () => {
  const workspace = createWorkspace(seed, () => 1_000);
  const posted = workspace.post({ channel: "C0DEPLOY", text: `a\nb ${"x".repeat(300)}`, blocks: [] });
  const [push] = posted.notified;
  expect(push?.text).toMatch(/^a b x+…$/);
  expect(push?.text).toHaveLength(140);
});
