/** `/deploy` and names with a part that narrows them, and what has ended and can still be reverted. */

import { afterEach, expect, it } from "vitest";
import { decisionsOf, keyOf } from "../../src/handlers/identity.ts";
import { activeEntry } from "../../src/handlers/jobs/active.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { appconfigDone } from "./card/other-systems.ts";
import { deploymentOf, hold, policyOf, ruleOf } from "./card/pictures.ts";
import { mara, type RunningBot, rulesFor, startBot, until } from "./running-bot.ts";
import { channel } from "./support.ts";

let running: RunningBot;
afterEach(() => running.close());

const policy = policyOf({
  ...rulesFor().rules,
  revert: ruleOf({ approvers: [{ kind: "usergroup", id: "S0ONCALL" }] }),
});

/** Shows it, and writes it into the index as a look does. */
async function show(changes: Partial<WordedDeployment>): Promise<void> {
  await running.show(changes);
  const deployment = deploymentOf(changes);
  const key = keyOf(deployment.ref, deployment.lane);
  const view = await running.store.view(key, decisionsOf(deployment));
  await running.store.enqueue([{ member: { kind: "ref", ref: deployment.ref }, delayMs: 0 }]);
  const [taken] = await running.store.dequeue("test", 1, 1_000);
  if (taken === undefined) throw new Error("nothing was due");
  const route = { match: {}, channel, policy };
  const active = activeEntry({ key, deployment, view, route, accountName: "prod" });
  const isOver = deployment.phase !== "running" && deployment.offers.length === 0;
  await running.store.complete(
    taken,
    isOver ? { active: { ...active, over: true } } : { nextMs: 600_000, active },
  );
}

function groupOf(group: string): Partial<WordedDeployment> {
  const { ref } = deploymentOf();
  return {
    ...{ ref: { ...ref, id: group }, lane: group, target: "shop", qualifiedTarget: `shop/${group}` },
    where: ["group ", { code: group }],
    holds: [{ ...hold, id: `hold-of-${group}` }],
    offers: [],
  };
}

async function heard(words: string): Promise<string> {
  return JSON.stringify((await running.heard(mara, words)).blocks);
}

it("shows the one of two groups that is named, and asks which one where it is not", async () => {
  running = await startBot({ policy });
  await show(groupOf("blue"));
  await show(groupOf("green"));
  await running.driver.command(mara, "/deploy show shop/green");
  expect(await heard("waits for you")).toContain("group `green`");
  await running.driver.command(mara, "/deploy show shop");
  const choice = await heard("Choose the one that you mean");
  expect(choice).toContain("`shop/blue` in prod");
  expect(choice).toContain("`shop/green` in prod");
});

function serviceIn(cluster: string): Partial<WordedDeployment> {
  const { ref } = deploymentOf();
  const where = ["cluster ", { code: cluster }] as const;
  return {
    ref: { ...ref, id: cluster },
    lane: cluster,
    target: "api",
    qualifiedTarget: `${cluster}/api`,
    where,
  };
}

it("asks which of two clusters is meant where a service is in both, although one has nothing to answer", async () => {
  running = await startBot({ policy });
  await show({ ...serviceIn("prod"), phase: "succeeded", holds: [], offers: [], endedAt: Date.now() });
  await show(serviceIn("staging"));
  await running.driver.command(mara, "/deploy rollback api because it is slow");
  expect(await heard("Did you mean this?")).toContain("Roll back staging/api in prod");
  expect(running.acts).toEqual([]);
  await running.driver.command(mara, "/deploy rollback staging/api because it is slow");
  await until(() => running.acts.length > 0);
  expect(running.acts).toMatchObject([{ action: "rollback", by: [mara] }]);
});

it("lists and offers a service of two clusters under two names", async () => {
  running = await startBot({ policy });
  for (const cluster of ["prod", "staging"]) await show(serviceIn(cluster));
  await running.driver.command(mara, "/deploy list");
  const list = await heard("2 waiting");
  await running.driver.command(mara, "/deploy continue api");
  const choice = await heard("Choose the one that you mean");
  for (const name of ["prod/api", "staging/api"]) {
    expect(list).toContain(`\`${name}\` in prod`);
    expect(choice).toContain(`"Continue ${name} in prod"`);
  }
  expect(running.acts).toEqual([]);
});

it("shows what ended, the last one of each target, and does not list it", async () => {
  running = await startBot({ policy });
  const { ref } = deploymentOf();
  const ended = { target: "receipts", phase: "succeeded", holds: [], offers: [] } as const;
  const release = (n: string) =>
    [{ kind: "value", label: "Release", value: [{ code: `release ${n}` }] }] as const;
  const first = { ref: { ...ref, id: "first" }, lane: "first", details: release("41") };
  const last = { ref: { ...ref, id: "last" }, lane: "last", details: release("42") };
  await show({ ...ended, ...last, endedAt: Date.now() - 20_000 });
  await show({ ...ended, ...first, endedAt: Date.now() - 900_000 });
  await running.driver.command(mara, "/deploy show receipts");
  const shown = await heard("receipts");
  expect(shown).toContain("release 42");
  expect(shown).not.toContain("release 41");
  await running.driver.command(mara, "/deploy list");
  expect(await heard("Nothing is waiting or running")).not.toContain("receipts");
  await running.driver.command(mara, "/deploy rollback receipts");
  await heard("You can't roll back");
  expect(running.acts).toEqual([]);
});

it("finds what has ended and can still be reverted, and reverts it", async () => {
  running = await startBot({ policy });
  await show(appconfigDone);
  await running.driver.command(mara, "/deploy list");
  expect(await heard("can still be reverted")).toContain("`checkout/live` in prod · revert until");
  await running.driver.command(mara, "/deploy continue checkout/live");
  expect(await heard("You can't continue")).toContain("You can revert.");
  await running.driver.command(mara, "/deploy revert checkout/live");
  await until(() => running.acts.length > 0);
  expect(running.acts).toMatchObject([{ action: "revert", point: "revert", by: [mara] }]);
});

it("does not name as possible what can't be asked for, because its evidence was not read", async () => {
  running = await startBot({ policy });
  const offers = (appconfigDone.offers ?? []).map((offer) => ({ ...offer, evidence: { deployment: null } }));
  expect(offers).not.toEqual([]);
  await show({ ...appconfigDone, offers });
  await running.driver.command(mara, "/deploy continue checkout/live");
  expect(await heard("You can't continue")).not.toContain("You can revert.");
});
