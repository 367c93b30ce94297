import { afterEach, describe, expect, it } from "vitest";
import { decisionOfHold } from "../../src/handlers/identity.ts";
import { StoreError } from "../../src/handlers/store/store.ts";
import type { WordedHold } from "../../src/handlers/words.ts";
import { continueAt, deploymentOf, hold, policyOf, rollbackAt, ruleOf } from "./card/pictures.ts";
import { jun, mara, type RunningBot, rulesFor, startBot, stranger, theo, until } from "./running-bot.ts";
import { channel, present } from "./support.ts";

let running: RunningBot;
afterEach(() => running.close());

const second: WordedHold = { ...hold, id: "ecs-pause-77be10aa" };

async function said(person: string, words = ""): Promise<string> {
  return JSON.stringify((await running.heard(person, words)).blocks);
}

describe("/deploy that only reads", () => {
  it("lists what waits, in private", async () => {
    running = await startBot();
    await running.show();
    const delivered = await running.driver.command(theo, "/deploy list");
    expect(delivered).toMatchObject({ status: 200, inTime: true });
    expect(await said(theo)).toContain("checkout-api");
  });

  it("shows one deployment, by a part of its name too", async () => {
    running = await startBot();
    await running.show();
    await running.driver.command(theo, "/deploy show checkout");
    const shown = await said(theo);
    expect(shown).toContain("Task definition");
    expect(shown).not.toContain('"type":"actions"');
  });

  it.each([
    ["/deploy rolback checkout-api", "/deploy rollback checkout-api"],
    ["/deploy checkout-api", "/deploy show checkout-api"],
    ["/deploy continue", "needs a name"],
    ["/deploy continue billing", "billing"],
    ["/deploy help", "/deploy list"],
  ])("helps with %j", async (line, words) => {
    running = await startBot();
    await running.show();
    await running.driver.command(mara, line);
    expect(await said(mara)).toContain(words);
    expect(running.acts).toEqual([]);
  });

  it("is refused to people of another workspace", async () => {
    running = await startBot();
    for (const line of ["/deploy list", "/deploy continue checkout-api"]) {
      await running.driver.command(stranger, line);
      await running.heard(stranger, "another workspace");
    }
    expect(running.acts).toEqual([]);
  });

  it("says so while the store is away", async () => {
    running = await startBot({
      store: () => ({
        active: async () => {
          throw new StoreError("the store does not answer");
        },
      }),
    });
    await running.driver.command(mara, "/deploy list");
    await running.heard(mara, "store does not answer");
    await running.driver.command(mara, "/deploy continue checkout-api");
    await running.heard(mara, "store does not answer");
    expect(running.acts).toEqual([]);
  });
});

describe("the words behind list and help", () => {
  const elsewhere = {
    ref: { ...deploymentOf().ref, account: "444455556666", id: "elsewhere" },
    ...{ lane: "elsewhere", target: "basket-api", qualifiedTarget: "main/basket-api" },
    holds: [{ ...hold, id: "hold-elsewhere" }],
  };

  it.each([
    ["list prod", ["checkout-api"]],
    ["list PROD", ["checkout-api"]],
    ["ls in staging", ["basket-api"]],
    ["list 444455556666", ["basket-api"]],
    ["list main", ["basket-api"]],
    ["list eu-west-1", ["checkout-api", "basket-api"]],
    ["list waiting", ["checkout-api", "basket-api"]],
    ["list waiting, staging", ["basket-api"]],
    ["list running", []],
    ["list ecs waiting prod", ["checkout-api"]],
    ["list codedeploy", []],
    ["list checkout-api", ["checkout-api"]],
    ["list basket-api@staging", ["basket-api"]],
    ["status", ["checkout-api", "basket-api"]],
  ])("%j narrows the list to %j", async (words, names) => {
    running = await startBot({ accountNames: { "444455556666": "staging" } });
    await running.show();
    await running.show(elsewhere);
    await running.driver.command(mara, `/deploy ${words}`);
    const { blocks } = await running.heard(mara);
    const lines = (blocks ?? []).map((block) => JSON.stringify(block));
    const found = ["checkout-api", "basket-api"].filter((name) =>
      lines.some((line) => line.includes(`\`${name}\` in`)),
    );
    expect(found).toEqual(names);
  });

  it.each([
    ["list prdo", "Did you mean `prod`"],
    ["list waitign", "Did you mean `waiting`"],
    ["list frobnicate", "No state, system, place or name is called"],
    ["help contineu", "Did you mean `/deploy help continue`"],
  ])("%j is not understood, and says %j", async (words, said1) => {
    running = await startBot();
    await running.show();
    await running.driver.command(mara, `/deploy ${words}`);
    expect(await said(mara)).toContain(said1);
  });

  it.each([
    ["help continue", "/deploy continue", "/deploy rollback"],
    ["help approve", "/deploy continue", "/deploy rollback"],
    ["? rollback", "/deploy rollback", "/deploy continue"],
    ["help strategy", "/deploy strategy edit", "/deploy cancel"],
  ])("%j tells of that verb alone", async (words, its, other) => {
    running = await startBot();
    await running.driver.command(mara, `/deploy ${words}`);
    const shown = await said(mara);
    expect(shown).toContain(its);
    expect(shown).not.toContain(other);
  });
});

describe("/deploy that acts", () => {
  it("continues like the button", async () => {
    running = await startBot();
    await running.show();
    await running.driver.command(mara, "/deploy continue checkout-api@prod");
    await running.heard(mara, "was sent");
    expect(running.acts).toMatchObject([{ action: "continue", by: [mara] }]);
  });

  it("keeps the reason, as it was typed", async () => {
    running = await startBot({ policy: rulesFor({ reason: "required" }) });
    await running.show();
    await running.driver.command(mara, "/deploy rollback checkout-api because errors & <b>doubled</b>");
    await running.heard(mara, "was sent");
    const { key, point } = present(running.acts[0], "nothing was asked");
    expect(point).not.toBe("end");
    const { decisions } = await running.store.view(key, ["end"]);
    expect(decisions.get("end")?.detail?.reason).toBe("errors & <b>doubled</b>");
  });

  it("acts on the page of the service in AWS's console, as a card links it", async () => {
    running = await startBot();
    await running.show({ qualifiedTarget: "main/checkout-api" });
    const { consoleUrl } = deploymentOf();
    await running.driver.command(mara, `/deploy continue <${consoleUrl}|Open in AWS> because it is fine`);
    await until(() => running.acts.length > 0);
    expect(running.acts).toMatchObject([{ action: "continue" }]);
  });

  it("opens the dialog when the policy wants a reason and none was typed", async () => {
    running = await startBot({ policy: rulesFor({ reason: "required" }) });
    await running.show();
    await running.driver.command(mara, "/deploy rollback checkout-api");
    const view = await running.slack.waitFor(() => running.slack.views.topOf(mara), { what: "a modal" });
    await running.driver.submit(mara, view.id, { reason: "errors doubled" });
    await running.heard(mara, "was sent");
    expect(running.acts).toMatchObject([{ action: "rollback" }]);
  });

  it("is judged by the same policy", async () => {
    running = await startBot();
    await running.show();
    await running.driver.command(theo, "/deploy continue checkout-api");
    await running.heard(theo, "not one of its approvers");
    expect(running.acts).toEqual([]);
  });

  it("tells the second person who was first", async () => {
    running = await startBot();
    await running.show();
    await running.driver.command(mara, "/deploy continue checkout-api");
    await running.heard(mara, "was sent");
    await running.driver.command(jun, "/deploy continue checkout-api");
    expect(await said(jun)).toContain(`<@${mara}>`);
    expect(running.acts).toHaveLength(1);
  });

  it("still rolls back the deployment when its hold has been answered", async () => {
    running = await startBot();
    await running.show();
    await running.driver.command(mara, "/deploy continue checkout-api");
    await running.heard(mara, "was sent");
    await running.driver.command(jun, "/deploy rollback checkout-api");
    await running.heard(jun, "was sent");
    expect(running.acts).toMatchObject([{ action: "continue" }, { action: "rollback", point: "end" }]);
  });

  it("asks back in private when a name only resembles one, and acts on the choice", async () => {
    running = await startBot();
    await running.show();
    await running.driver.command(mara, "/deploy continue chekcout-api because it is fine");
    const choice = await running.heard(mara, "Did you mean this?");
    expect(running.acts).toEqual([]);
    await running.driver.click(mara, choice, "Continue checkout-api in prod, reason: it is fine");
    await until(() => running.acts.length > 0);
    const { key } = present(running.acts[0], "nothing was asked");
    const { point } = present(running.acts[0], "nothing was asked");
    expect((await running.store.view(key, [point])).decisions.get(point)?.detail?.reason).toBe("it is fine");
  });

  it("asks back which hold is meant, and answers that one alone", async () => {
    running = await startBot();
    await running.show({
      holds: [hold, second],
      offers: [continueAt(hold), rollbackAt(hold), continueAt(second), rollbackAt(second)],
    });
    await running.driver.command(mara, "/deploy continue checkout-api");
    const choice = await running.heard(mara, "Choose");
    await running.driver.click(mara, choice, "Continue checkout-api in prod, hold 2 of 2");
    // The choice says what was not sent, too: only the call tells that this was.
    await until(() => running.acts.length > 0);
    expect(running.acts).toHaveLength(1);
  });

  it.each([
    ["/deploy rollback checkout-api it is slow", "Roll back checkout-api in prod, reason: it is slow"],
    ["/deploy rollback checkout-api in prdo", "Roll back checkout-api in prod"],
    ["/deploy rollback checkout-api prod", "Roll back checkout-api in prod"],
    ["/deploy abort checkout-apii", "Roll back checkout-api in prod"],
    [
      "/deploy rollback checkout-api because broken; continue checkout-api",
      "Roll back checkout-api in prod, reason: broken; continue checkout-api",
    ],
    [
      "/deploy rollback checkout-api because broken\nwithdraw",
      "Roll back checkout-api in prod, reason: broken, withdraw",
    ],
    [
      "/deploy rollback <https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/main/services/checkout-api|Open in AWS>",
      "Roll back checkout-api in prod",
    ],
  ])("sends nothing for %j, and offers one button that does what was understood", async (line, label) => {
    running = await startBot();
    await running.show();
    await running.driver.command(mara, line);
    const asked = await running.heard(mara, "Did you mean this?");
    expect(running.acts).toEqual([]);
    await running.driver.click(mara, asked, label);
    await until(() => running.acts.length > 0);
    expect(running.acts).toMatchObject([{ action: "rollback" }]);
  });

  it.each([
    "/deploy rollback checkout-api in staging",
    "/deploy rollback checkout-api, checkout-api@prod",
    "/deploy withdraw checkout-api --dry-run",
  ])("refuses %j", async (line) => {
    running = await startBot();
    await running.show();
    await running.driver.command(mara, line);
    expect((await running.heard(mara)).text).toMatch(/Nothing was (?:sent|done)/);
    expect(running.acts).toEqual([]);
  });

  it.each([
    "continue checkout-api --dry-run",
    "continue --dry-run checkout-api",
    "approve checkout-api —dry-run",
    "continue checkout-api –dry-run in prod",
    "continue checkout-api -dry-run",
    "continue checkout-api because it is fine --dry-run",
    "continue “checkout-api” : fine —dry-run.",
    "continue checkout-api — dry-run",
    "continue checkout-api because it is fine --dry-run in prod",
    'continue checkout-api "fine (-- dry-run)"',
  ])(
    "sends nothing and records nothing for %j, and shows the call, the rule and the evidence",
    async (words) => {
      running = await startBot();
      await running.show();
      await running.driver.command(mara, `/deploy ${words}`);
      await running.heard(mara, "Dry run, nothing was sent");
      const shown = await said(mara);
      for (const part of ["StopServiceDeployment", "*Policy*", "allowed", "*Evidence*", "Task definition"])
        expect(shown).toContain(part);
      expect(shown).not.toContain(hold.id);
      const [entry] = await running.store.active();
      const { key, holdIds } = present(entry, "nothing is listed");
      const view = await running.store.view(key, ["end", "revert", ...holdIds.map(decisionOfHold)]);
      expect([view.decisions.size, view.votes, view.log.length, running.acts]).toEqual([0, [], 0, []]);
    },
  );

  it.each(["--dryrunn", "--dry", "-n", "dry-run"])(
    "offers a dry run alone for %j, which is like the option",
    async (option) => {
      running = await startBot();
      await running.show();
      await running.driver.command(mara, `/deploy rollback checkout-api ${option}`);
      const asked = await running.heard(mara, "Did you mean this?");
      await running.driver.click(mara, asked, "Dry run: roll back checkout-api in prod");
      await running.heard(mara, "Dry run, nothing was sent");
      expect(running.acts).toEqual([]);
    },
  );

  it("says in a dry run who may not", async () => {
    running = await startBot();
    await running.show();
    await running.driver.command(theo, "/deploy continue checkout-api --dry-run");
    await running.heard(theo, "Dry run, nothing was sent");
    expect(await said(theo)).toContain("not one of its approvers");
  });

  it("refuses whoever may not before they write a reason", async () => {
    running = await startBot({ policy: rulesFor({ reason: "required" }) });
    await running.show();
    await running.driver.command(theo, "/deploy rollback checkout-api");
    await running.heard(theo, "not one of its approvers");
    expect(running.slack.views.topOf(theo)).toBeUndefined();
  });

  it("knows the configured places that the person may hear of", async () => {
    const seen = { match: {}, channel, policy: rulesFor() };
    const policy = policyOf({ rollback: ruleOf({ approvers: [{ kind: "user" as const, id: jun }] }) });
    const places = [
      { names: ["dev", "777788889999"], routes: [seen] },
      { names: ["vault"], routes: [{ ...seen, channel: "C0SECRET", policy }] },
    ];
    running = await startBot({
      knownTargets: async () => ({ targets: [], complete: true, places, unlisted: [] }),
    });
    await running.show();
    for (const place of ["dev", "777788889999"]) {
      await running.driver.command(mara, `/deploy rollback checkout-api in ${place}`);
      await running.heard(mara, "is not in");
    }
    await running.driver.command(mara, "/deploy rollback checkout-api in vault");
    await running.heard(mara, "No account, region, cluster or group");
    expect(running.acts).toEqual([]);
  });

  it("asks back while not everything is listed, and says what is missing; a qualified name acts", async () => {
    const known = { match: {}, channel, policy: rulesFor() };
    const approvers = [{ kind: "user" as const, id: jun }];
    const policy = policyOf({ rollback: ruleOf({ approvers }) });
    const secret = { ...known, channel: "C0SECRET", policy };
    const prod = { account: "111122223333", accountName: "prod", region: "eu-west-1" };
    const vault = { account: "777788889999", accountName: "vault" };
    const unlisted = [
      {
        words: "CodeDeploy in prod, eu-west-1",
        routes: [known],
        place: { ...prod, system: "codedeploy" as const },
      },
      {
        words: "ECS in vault, eu-west-1",
        routes: [secret],
        place: { ...prod, ...vault, system: "ecs" as const },
      },
    ];
    running = await startBot({
      knownTargets: async () => ({ targets: [], complete: false, places: [], unlisted }),
    });
    await running.show();
    for (const line of ["list", "show checkout-api"]) {
      await running.driver.command(mara, `/deploy ${line}`);
      expect(await said(mara)).not.toContain("listed everything");
    }
    await running.driver.command(mara, "/deploy rollback checkout-api --dry-run");
    await running.heard(mara, "Dry run, nothing was sent");
    await running.driver.command(mara, "/deploy rollback checkout-api because errors doubled");
    const asked = await running.heard(mara, "Did you mean this?");
    expect(JSON.stringify(asked.blocks)).toContain("has not listed everything yet");
    expect(JSON.stringify(asked.blocks)).toContain("CodeDeploy in prod, eu-west-1`; 1 more.");
    expect(JSON.stringify(asked.blocks)).not.toContain("vault");
    await running.driver.command(mara, "/deploy rollback checkout-api in prod because errors doubled");
    await running.heard(mara, "Did you mean this?");
    for (const [line, words] of [
      ["rollback frobnicate", "Nothing of this name"],
      ["rollback checkout-api in frobnicate", "No account, region, cluster or group"],
      ["list frobnicate", "can't be narrowed"],
    ] as const) {
      await running.driver.command(mara, `/deploy ${line}`);
      const refused = JSON.stringify((await running.heard(mara, words)).blocks);
      expect(refused).toContain("so it may be in one of these: `CodeDeploy in prod, eu-west-1`; 1 more.");
      expect(refused).not.toContain("vault");
    }
    expect(running.acts).toEqual([]);
    await running.driver.command(
      mara,
      "/deploy rollback checkout-api in ECS, 111122223333 because errors doubled",
    );
    await until(() => running.acts.length > 0);
    expect(running.acts).toMatchObject([{ action: "rollback" }]);
  });

  describe("a service of one name in two clusters of an account, of which one waits", () => {
    const at = { system: "ecs", account: "111122223333", accountName: "prod", region: "eu-west-1" } as const;
    const targets = ["staging/api", "prod/api"].map((qualifiedTarget) => ({
      ...{ ...at, target: "api", qualifiedTarget },
    }));
    const start = async () => {
      running = await startBot({
        knownTargets: async () => ({ targets, complete: true, places: [], unlisted: [] }),
      });
      await running.show({ target: "api", qualifiedTarget: "staging/api" });
    };

    it.each([
      "rollback api",
      "continue api",
      "abort api",
      "undo api",
      "rollback api in eu-west-1",
      "rollback api@prod",
    ])("is asked back by %j, with both names", async (words) => {
      await start();
      await running.driver.command(mara, `/deploy ${words}`);
      const asked = JSON.stringify((await running.heard(mara, "Did you mean this?")).blocks);
      expect(asked).toContain("staging/api");
      expect(asked).toContain("This name also fits `prod/api`");
      expect(running.acts).toEqual([]);
    });

    it.each([
      "rollback staging/api",
      "rollback api in staging",
      "rollback api in staging because prod is fine",
    ])("is rolled back by %j", async (words) => {
      await start();
      await running.driver.command(mara, `/deploy ${words}`);
      await until(() => running.acts.length > 0);
      expect(running.acts).toMatchObject([{ action: "rollback" }]);
    });

    it.each(["rollback prod/api", "rollback api in cluster-x"])("is left alone by %j", async (words) => {
      await start();
      await running.driver.command(mara, `/deploy ${words}`);
      expect((await running.heard(mara)).text).toContain("Nothing was sent");
      expect(running.acts).toEqual([]);
    });
  });

  it("names the command as it was typed, also to who presses a button afterwards", async () => {
    running = await startBot();
    const card = await running.show();
    const names = ["checkout-api", "checkout-apii", "billing", "checkout-api in staging", ""];
    const lines = [
      ...[
        "",
        "list",
        "list running",
        "list prdo",
        "help",
        "help continue",
        "help contineu",
        "frobnicate",
        "lsit",
      ],
      ...["show", "cancel", "withdraw", "aproove", "undo"].flatMap((verb) =>
        names.map((name) => `${verb} ${name}`),
      ),
      ...names.map((name) => `rollback ${name} --dry-run`),
      ...[
        "continue checkout-api, billing",
        "withdraw checkout-api --dry-run",
        "list checkout-api in nowhere",
      ],
      ...["strategy", "strategy lsit", "strategy show", "strategy edit slow"],
    ];
    const heardBy = (person: string) => running.slack.workspace.privateTo(person);
    for (const line of lines) {
      const before = heardBy(mara).length;
      await running.driver.command(mara, `/holdpoint ${line}`);
      await until(() => heardBy(mara).length > before);
    }
    await running.driver.command(mara, "/holdpoint list");
    await running.driver.click(theo, card, "Continue");
    await running.heard(theo);
    const all = JSON.stringify([...heardBy(mara), ...heardBy(theo)]);
    expect(all).toContain("/holdpoint list");
    expect(all).not.toContain("/deploy");
  });

  it("says what can be asked for instead", async () => {
    running = await startBot();
    await running.show();
    await running.driver.command(mara, "/deploy cancel checkout-api");
    expect(await said(mara)).toContain("roll back");
  });

  it("takes a vote back", async () => {
    running = await startBot({ policy: rulesFor({ approvals: 2 }) });
    await running.show();
    await running.driver.command(mara, "/deploy continue checkout-api");
    await running.heard(mara, "1 of 2");
    await running.driver.command(mara, "/deploy withdraw checkout-api");
    await running.heard(mara, "in prod no longer counts");
    await running.driver.command(mara, "/deploy withdraw checkout-api");
    await running.heard(mara, "no vote");
    expect(running.acts).toEqual([]);
  });
});
