/** Who may hear of a deployment whose card stands in another channel than today's route names. */

import { afterEach, beforeEach, expect, it } from "vitest";
import { type FakeSlack, startFakeSlack } from "../../fakes/slack/server.ts";
import { createSlackClients } from "../../src/bot/slack/clients.ts";
import { createDirectory } from "../../src/bot/slack/directory.ts";
import { createSight, type SightOf } from "../../src/bot/slack/sight.ts";
import { policyOf, ruleOf } from "./card/pictures.ts";
import { rememberingTelemetry } from "./support.ts";
import { entry } from "./worlds.ts";

const [then, now, stranger] = ["U0THEN", "U0NOW", "U0NOBODY"];

let slack: FakeSlack;
let sightOf: SightOf;
beforeEach(async () => {
  const channels = [
    { id: "C0OLD", name: "old", members: [then], isPrivate: true },
    { id: "C0NEW", name: "new", members: [now], isPrivate: true },
  ];
  slack = await startFakeSlack({
    channels,
    people: [then, now, stranger].map((id) => ({ id, name: id.toLowerCase() })),
  });
  const telemetry = rememberingTelemetry();
  const { botToken, apiUrl: slackApiUrl } = slack;
  const client = createSlackClients({ botToken, slackApiUrl, telemetry }).lookups;
  const clock = { monotonicMs: () => 0, wait: async () => {} };
  const workspace = () => ({
    ...{ teamId: slack.workspace.seed.team.id, name: "", url: "", botUserId: "", botId: "" },
    scopes: [],
  });
  sightOf = createSight({
    ...{ client, clock, telemetry, standings: async () => ({ kind: "member" }) },
    directory: createDirectory({ client, workspace, clock, telemetry }),
    routes: [
      {
        match: {},
        channel: "C0NEW",
        policy: policyOf({ continue: ruleOf({ approvers: "channel-members" }) }),
      },
    ],
  });
});
afterEach(() => slack.close());

it.each([
  ["its card stands in the old channel", "C0OLD", [then]],
  ["it has no card", undefined, [now]],
])("hears of it who may answer it: %s", async (_, channel, hears) => {
  const one = { ...entry({ target: "api" }), ...(channel === undefined ? {} : { channel }) };
  const people = [then, now, stranger];
  const seen = await Promise.all(people.map((user) => sightOf({ user, foreign: false }).entry(one)));
  expect(people.filter((_person, index) => seen[index])).toEqual(hears);
});
