/** What is routed to a private channel does not exist for who is neither its member nor an approver. */

import { afterEach, describe, expect, it } from "vitest";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { deploymentOf, hold, policyOf, ruleOf } from "./card/pictures.ts";
import {
  jun,
  mara,
  type RunningBot,
  type RunningBotOptions,
  rulesFor,
  startBot,
  theo,
} from "./running-bot.ts";

let running: RunningBot;
afterEach(() => running.close());

const guest = "U0GUEST";
const member = "U0MEMBER";
const vault = "444455556666";

/** Jun approves what is in the vault; Mara approves elsewhere. */
const vaultPolicy = {
  ...policyOf({ continue: ruleOf({ approvers: [{ kind: "user", id: jun }] }) }),
  name: "vault",
};
const people = [
  ...[mara, jun, theo, member].map((id) => ({ id, name: id.toLowerCase() })),
  { id: guest, name: "guest", isGuest: true },
];
const channels = [
  { id: "C0DEPLOY", name: "deployments", members: [mara, jun, theo] },
  { id: "C0VAULT", name: "vault", members: [member], isPrivate: true },
];

async function start(changes: Partial<RunningBotOptions> = {}): Promise<void> {
  running = await startBot({
    slack: { people, channels },
    routes: [{ match: { account: "vault" }, channel: "C0VAULT", policy: vaultPolicy }],
    accountNames: { [vault]: "vault" },
    ...changes,
  });
  await running.show();
}

const hidden: Partial<WordedDeployment> = {
  ref: { ...deploymentOf().ref, account: vault, id: "vault-keys" },
  ...{ lane: "vault-keys", target: "vault-keys", qualifiedTarget: "safe/vault-keys" },
  holds: [{ ...hold, id: "hold-of-vault" }],
};

/** The answer to one command, without what differs each time. */
async function answerTo(person: string, line: string): Promise<string> {
  const before = running.slack.workspace.privateTo(person).length;
  await running.driver.command(person, line);
  const { text, blocks } = await running.slack.waitFor(
    () => running.slack.workspace.privateTo(person)[before],
    { what: `an answer to ${line}`, timeoutMs: 10_000 },
  );
  return JSON.stringify({ text, blocks })
    .replace(/"block_id":"[^"]*",?/g, "")
    .replace(/<!date[^>]*>/g, "<time>")
    .replace(/( · )?\d+ more in [a-z ]*channels[a-z ]*\.?/g, "")
    .replaceAll(/ +"/g, '"');
}

const names = [
  "vault-keys",
  "safe/vault-keys",
  "vault-keys@vault",
  "vault-kyes",
  "keys",
  "vault",
  "safe",
  "vault-keys, checkout-api",
];
const verbs = ["show", "continue", "rollback", "cancel", "abort", "undo", "withdraw"];
const lines = [
  ...verbs.flatMap((verb) => names.map((name) => `/deploy ${verb} ${name}`)),
  ...["in vault", "in safe", "in vautl", "vault", "because vault-keys", "--dry-run"].map(
    (end) => `/deploy continue checkout-apii ${end}`,
  ),
  "/deploy rollback vault-keys in vault because it is slow",
  "/deploy continue vault-keys --dry-run",
  "/deploy vault-keys",
  "/deploy continue https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/safe/services/vault-keys",
  "/deploy show <https://444455556666-ab12.eu-west-1.console.aws.amazon.com/ecs/v2/clusters/safe/services/vault-keys|vault-keys>",
  "/deploy rollback checkout-apii because slow, then continue vault-keys",
  "/deploy rollback checkout-apii because slow (vault)",
  "/deploy list vault",
  "/deploy list vautl",
  "/deploy list safe",
  "/deploy list vault-keys waiting",
  "/deploy list waiting",
  "/deploy list",
  "/deploy help vault-keys",
  "/deploy strategy show vault-keys",
];

describe("somebody who may not hear of it", () => {
  it.each([
    ["a member of the workspace", theo, lines],
    ["an approver of something else", mara, lines.filter((_, index) => index % 8 === 0)],
    ["a guest", guest, lines.filter((_, index) => index % 8 === 4)],
  ])(
    "gets the same answers as if it did not exist: %s",
    async (_, person, typed) => {
      await start();
      const without: string[] = [];
      for (const line of typed) without.push(await answerTo(person, line));
      await running.show(hidden);
      for (const [index, line] of typed.entries())
        expect({ line, answer: await answerTo(person, line) }).toEqual({ line, answer: without[index] });
      expect(running.acts).toEqual([]);
    },
    60_000,
  );

  it("hears how many there are", async () => {
    await start();
    await running.show(hidden);
    await running.driver.command(theo, "/deploy list");
    const { text, blocks } = await running.heard(theo, "1 more in private channels.");
    expect(text).toContain("1 waiting for an answer");
    expect(JSON.stringify(blocks)).toContain("1 more in private channels");
    await running.driver.command(guest, "/deploy list");
    await running.heard(
      guest,
      "Nothing that you may see is waiting or running. 2 more in channels that you are not in.",
    );
  });

  it("can't use somebody else's choice either", async () => {
    await start();
    await running.show(hidden);
    await running.driver.command(jun, "/deploy continue vault-keyz --dry-run");
    const choice = await running.heard(jun, "Did you mean this?");
    await running.driver.click(theo, choice, "Dry run: continue vault-keys in vault");
    // A press of a private message is answered in its place.
    expect(
      JSON.stringify((await running.heard(jun, "Nothing of this name waits or runs")).blocks),
    ).not.toContain("vault");
  });

  it.each(["conversations.info", "conversations.members"])("hears nothing while %s fails", async (method) => {
    await start();
    await running.show(hidden);
    running.slack.faults.plan({ method, fault: { kind: "error", error: "internal_error" }, times: 20 });
    await running.driver.command(member, "/deploy list");
    expect(await running.heard(member, "more in private channels")).toBeDefined();
  });
});

describe("who may hear of it", () => {
  it.each([
    ["a member of the channel", member],
    ["an approver who is not in the channel", jun],
  ])("%s sees it listed and shown", async (_, person) => {
    await start();
    await running.show(hidden);
    await running.driver.command(person, "/deploy list");
    expect(JSON.stringify(await running.heard(person, "2 waiting"))).not.toContain("private channels");
    await running.driver.command(person, "/deploy show vault-keys");
    await running.heard(person, "vault-keys");
  });

  it("lets a guest hear of a public channel that they are in", async () => {
    const open = channels.map((it) => (it.isPrivate ? it : { ...it, members: [...it.members, guest] }));
    await start({ slack: { people, channels: open }, policy: rulesFor() });
    await running.driver.command(guest, "/deploy list");
    expect(await running.heard(guest, "1 waiting")).toBeDefined();
  });
});
