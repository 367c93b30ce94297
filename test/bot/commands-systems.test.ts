/** Dry runs, and rights before reasons, for every system and every action that one of its cards offers. */
import { afterEach, describe, expect, it } from "vitest";
import type { Action } from "../../src/handlers/deployment.ts";
import { decisionOfHold } from "../../src/handlers/identity.ts";
import { pictures } from "./card/other-systems.ts";
import { policyOf, ruleOf } from "./card/pictures.ts";
import { mara, type RunningBot, startBot, theo, until } from "./running-bot.ts";
import { present } from "./support.ts";

let running: RunningBot;
const approvers = [{ kind: "usergroup", id: "S0ONCALL" }] as const;

function policyWith(reason: "required" | "optional") {
  const rule = ruleOf({ approvers, reason });
  const actions: readonly Action[] = ["continue", "rollback", "cancel", "terminate-old", "revert"];
  return policyOf(Object.fromEntries(actions.map((action) => [action, rule])));
}

/** One picture for each system and action. */
const rows = [
  ...new Map(
    Object.values(pictures).flatMap(({ deployment }) =>
      deployment.offers.map(({ action }) => [
        `${deployment.ref.system} ${action}`,
        { system: deployment.ref.system, action, deployment },
      ]),
    ),
  ).values(),
];

it("is tried for each of the other systems", () => {
  expect([...new Set(rows.map(({ system }) => system))].toSorted()).toEqual([
    "appconfig",
    "codedeploy",
    "proton",
  ]);
});

describe("a name that an environment and a component of Proton have", () => {
  afterEach(() => running.close());

  it("is asked back where only one of them deploys, and answered by the words of the choice", async () => {
    const proton = Object.values(pictures).find((it) => it.deployment.ref.system === "proton");
    const { ref } = present(proton, "no picture of Proton").deployment;
    const { system, account, region } = ref;
    const names = { target: "orders", qualifiedTarget: "orders" };
    const component = { ...names, which: "Proton component" };
    const place = { system, account, accountName: "prod", region };
    running = await startBot({
      policy: policyWith("optional"),
      knownTargets: async () => ({
        ...{ complete: true, places: [], unlisted: [] },
        targets: [
          { ...place, ...component },
          { ...place, ...names, which: "Proton environment" },
        ],
      }),
    });
    await running.show({ ref, ...component });
    await running.driver.command(mara, "/deploy continue orders in prod");
    const { blocks } = await running.heard(mara, "Did you mean this?");
    expect(JSON.stringify(blocks)).toContain("orders in prod, Proton component");
    expect(JSON.stringify(blocks)).toContain("`orders` in prod, Proton environment");
    expect(running.acts).toEqual([]);
    await running.driver.command(mara, "/deploy continue orders in prod, Proton component");
    await until(() => running.acts.length > 0);
    expect(running.acts).toMatchObject([{ action: "continue", by: [mara] }]);
  });
});

describe.each(rows)("$action of $system", ({ action, deployment }) => {
  afterEach(() => running.close());
  const line = `/deploy ${action} "${deployment.target}"`;

  it("is shown by a dry run with the verdict for whoever asks, and nothing is sent", async () => {
    running = await startBot({ policy: policyWith("required") });
    await running.show(deployment);
    for (const [person, rest, verdict] of [
      [mara, "because it is slow", "allowed"],
      [mara, "", "requires a reason"],
      [theo, "because it is slow", "not one of its approvers"],
      [theo, "", "not one of its approvers"],
    ] as const) {
      const heard = () => running.slack.workspace.privateTo(person);
      const before = heard().length;
      await running.driver.command(person, `${line} --dry-run ${rest}`);
      await until(() => heard().length > before);
      const { blocks } = await running.heard(person, "Dry run, nothing was sent");
      expect([person, rest, JSON.stringify(blocks)]).toEqual([
        person,
        rest,
        expect.stringContaining(verdict),
      ]);
    }
    const { key, holdIds } = present((await running.store.active())[0], "nothing is listed");
    const view = await running.store.view(key, ["end", "revert", ...holdIds.map(decisionOfHold)]);
    expect([view.decisions.size, view.votes, running.acts]).toEqual([0, [], []]);
  });

  it("is refused before somebody who may not writes a reason, and asks everybody else for one", async () => {
    running = await startBot({ policy: policyWith("required") });
    await running.show(deployment);
    await running.driver.command(theo, line);
    await running.heard(theo, "not one of its approvers");
    expect(running.slack.views.topOf(theo)).toBeUndefined();
    await running.driver.command(mara, line);
    await running.slack.waitFor(() => running.slack.views.topOf(mara), {
      what: "a dialog for the reason",
      timeoutMs: 10_000,
    });
    expect(running.acts).toEqual([]);
  });
});
