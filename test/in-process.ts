/** The configuration of a Holdpoint that runs inside the test's own process. */
import type { FakeSlack } from "../fakes/slack/server.ts";
import type { Config } from "../src/config/load.ts";
import type { Rule } from "../src/handlers/policy.ts";
import { place } from "./aws/stage.ts";

export const channel = "C0DEPLOY";
export const eventsKey = "the-events-key";
const rule: Rule = { approvers: "channel-members", approvals: 1, reason: "optional" };

export function configOf(slack: FakeSlack, dataDir: string): Config {
  return {
    accounts: [{ id: place.account, name: "prod", regions: [place.region] }],
    queues: [],
    routes: [
      {
        match: { target: "checkout-*" },
        channel,
        policy: { name: "all", rules: { continue: rule, rollback: rule } },
      },
    ],
    slack: {
      botToken: slack.botToken,
      mode: { kind: "http", signingSecret: slack.signingSecret },
      apiUrl: slack.apiUrl,
    },
    dataDir,
    eventsKey,
    listen: { host: "127.0.0.1", port: 0 },
    logLevel: "info",
  };
}
