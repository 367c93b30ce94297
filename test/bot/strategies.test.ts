import { afterEach, describe, expect, it } from "vitest";
import { type JsonObject, objectIn, objectsIn, stringIn } from "../../fakes/slack/json.ts";
import type { Message } from "../../fakes/slack/workspace.ts";
import type { StrategyUse } from "../../src/handlers/strategy/strategy.ts";
import { type AwsStrategies, awsStrategies, strategyOf } from "../handlers/aws-strategies.ts";
import { policyOf, ruleOf } from "./card/pictures.ts";
import {
  jun,
  mara,
  type RunningBot,
  type RunningBotOptions,
  startBot,
  stranger,
  theo,
  until,
} from "./running-bot.ts";
import { present } from "./support.ts";

let running: RunningBot;
let aws: AwsStrategies;
afterEach(() => running.close());

const approvers = [{ kind: "usergroup", id: "S0ONCALL" }] as const;
const use: StrategyUse = {
  application: "checkout",
  environment: "live",
  deploymentNumber: 128,
  running: true,
};
const accounts = [
  { id: "111122223333", name: "prod", regions: ["eu-west-1", "us-east-1"] },
  { id: "444455556666", name: "test", regions: ["eu-west-1"] },
];

async function start(
  strategies: AwsStrategies = awsStrategies(undefined, [use]),
  options: RunningBotOptions & { readonly everywhere?: boolean } = {},
): Promise<void> {
  aws = strategies;
  const { everywhere = false, ...rest } = options;
  running = await startBot({
    policy: policyOf({ "edit-strategy": ruleOf({ approvers }) }),
    strategies: { strategies, ...(everywhere ? { accounts } : {}) },
    ...rest,
  });
}

/** The dialog that somebody sees, once it has become the form or what stands for it. */
async function dialogOf(person: string): Promise<{ readonly id: string; readonly content: JsonObject }> {
  return running.slack.waitFor(
    () => {
      const top = running.slack.views.topOf(person);
      return top === undefined || JSON.stringify(top.content).includes("Holdpoint is reading")
        ? undefined
        : top;
    },
    { what: "a form", timeoutMs: 10_000 },
  );
}

async function formOf(person: string, name = "linear-20-30min"): Promise<string> {
  await running.driver.command(person, `/deploy strategy edit ${name}`);
  const { id, content } = await dialogOf(person);
  expect(content.callback_id).toBe("strategy-edit");
  return id;
}

const typed = {
  duration: "60",
  growthFactor: "10",
  growthType: "LINEAR",
  finalBakeTime: "10",
  description: "for flags",
};

async function previewOf(person: string, values: Readonly<Record<string, string>> = typed): Promise<Message> {
  await running.driver.submit(person, await formOf(person), values);
  return running.heard(person, "Preview of strategy");
}

async function said(person: string, words = ""): Promise<string> {
  const { text, blocks } = await running.heard(person, words);
  return `${text}\n${JSON.stringify(blocks)}`;
}

it("names the command as it was typed", async () => {
  await start();
  for (const line of [
    "list",
    "show nothing-like-it",
    "show linear",
    "lsit",
    "show",
    "edit",
    "show linear-20-30min",
  ]) {
    const before = running.slack.workspace.privateTo(theo).length;
    await running.driver.command(theo, `/holdpoint strategy ${line}`);
    await running.slack.waitFor(() => running.slack.workspace.privateTo(theo)[before], { what: line });
  }
  const all = JSON.stringify(running.slack.workspace.privateTo(theo));
  expect(all).toContain("/holdpoint strategy");
  expect(all).not.toContain("/deploy");
});

describe("/deploy strategy list", () => {
  it("lists all of them in private, marks those of AWS, and is open to everybody here", async () => {
    await start();
    const delivered = await running.driver.command(theo, "/deploy strategy list");
    expect(delivered).toMatchObject({ status: 200, inTime: true });
    const list = await said(theo);
    expect(list).toContain(
      "`linear-20-30min` linear, 20% per step, 100% after 30 min, then 10 min bake time",
    );
    expect(list).toMatch(/AppConfig\.AllAtOnce[^\\]*predefined by AWS/);
    expect(list).toContain("2 AppConfig strategies");
  });

  it("names the places when there are several, and why one could not be read", async () => {
    const known = awsStrategies([
      strategyOf(),
      strategyOf({ ref: { account: "444455556666", region: "eu-west-1", id: "abcdefg" }, name: "slow" }),
    ]);
    const broken: AwsStrategies = {
      ...known,
      list: async (account, region) =>
        region === "us-east-1"
          ? { kind: "unreadable", why: "access denied", cause: undefined }
          : known.list(account, region),
    };
    await start(broken, { everywhere: true });
    await running.driver.command(mara, "/deploy strategy");
    const list = await said(mara);
    for (const words of [
      "*prod, eu-west-1*",
      "*test, eu-west-1*",
      "`slow`",
      "not readable: `access denied`",
      "1 place could not be read",
    ])
      expect(list).toContain(words);
  });

  it("says so where no route shows AppConfig", async () => {
    aws = awsStrategies();
    running = await startBot({ strategies: { strategies: aws, accounts: [] } });
    await running.driver.command(mara, "/deploy strategy list");
    await running.heard(mara, "No route of the configuration shows AppConfig");
    expect(aws.sent).toEqual([]);
  });

  it("ends in a count when there are too many for one message", async () => {
    const many = Array.from({ length: 57 }, (_, index) =>
      strategyOf({ id: `s${index + 1000}`, name: `strategy-${index}` }),
    );
    await start(awsStrategies(many));
    await running.driver.command(mara, "/deploy strategy list");
    expect(await said(mara)).toContain("and 17 more");
  });

  it("is refused to people of another workspace", async () => {
    await start();
    await running.driver.command(stranger, "/deploy strategy list");
    await running.heard(stranger, "another workspace");
    expect(running.slack.workspace.privateTo(stranger)).toHaveLength(1);
  });

  it("says so where no system has strategies", async () => {
    running = await startBot();
    await running.driver.command(mara, "/deploy strategy edit linear");
    await running.heard(mara, "No configured system has strategies");
    expect(running.slack.calls.of("views.open")).toEqual([]);
  });
});

describe("/deploy strategy show", () => {
  it("shows the values, the curve as a chart and as text, and who used it last", async () => {
    await start();
    await running.driver.command(theo, "/deploy strategy show linear-20-30min");
    const { blocks } = await running.heard(theo, "Strategy linear-20-30min");
    const chart = present(
      blocks.find(({ type }) => type === "data_visualization"),
      "no chart",
    );
    expect(objectsIn(objectIn(chart.chart).series)[0]?.name).toBe("Now");
    const words = JSON.stringify(blocks);
    for (const wanted of [
      "*Duration:* 30 min",
      "20%, 5 steps",
      "checkout/live",
      "deployment 128, running",
      " 6 min",
    ])
      expect(words).toContain(wanted);
    expect(words).toContain("strategy.edit");
  });

  it("is told without the chart when Slack takes no chart there", async () => {
    await start();
    running.slack.faults.plan({
      method: "response_url",
      fault: { kind: "error", error: "invalid_blocks" },
    });
    await running.driver.command(theo, "/deploy strategy show linear-20-30min");
    const { blocks } = await running.heard(theo, "Strategy linear-20-30min");
    expect(blocks.map(({ type }) => type)).not.toContain("data_visualization");
    expect(JSON.stringify(blocks)).toContain("after");
  });

  it("shows what AWS predefines without a way to edit it", async () => {
    await start();
    await running.driver.command(theo, "/deploy strategy show AppConfig.AllAtOnce");
    const shown = await said(theo, "AllAtOnce");
    expect(shown).toContain("not edited");
    expect(shown).not.toContain("strategy.edit");
  });

  it("asks back for a name that only resembles one, and shows the chosen one", async () => {
    await start();
    await running.driver.command(mara, "/deploy strategy show linear-20");
    const choice = await running.heard(mara, "may be meant");
    await running.driver.click(mara, choice, "Show linear-20-30min in prod, eu-west-1");
    await running.heard(mara, "Strategy linear-20-30min");
    expect(aws.sent).toEqual([]);
  });

  it("asks which one when several accounts have the name, and takes name@account", async () => {
    const there = strategyOf({ ref: { account: "444455556666", region: "eu-west-1", id: "abcdefg" } });
    await start(awsStrategies([strategyOf(), there]), { everywhere: true });
    await running.driver.command(mara, "/deploy strategy show linear-20-30min");
    const choice = await running.heard(mara, "may be meant");
    await running.driver.click(mara, choice, "Show linear-20-30min in test, eu-west-1");
    expect(await said(mara, "Strategy linear-20-30min in test")).toContain("`abcdefg`");
    await running.driver.command(theo, "/deploy strategy show linear-20-30min@test");
    await running.heard(theo, "Strategy linear-20-30min in test");
  });

  it.each([
    ["Slow rollout", "Strategy Slow rollout"],
    ["slow rollout", "Strategy Slow rollout"],
    ["“Slow rollout”", "Strategy Slow rollout"],
    ["Slow rollout in prod", "Strategy Slow rollout"],
    ["Edits only", "Strategy Edits only"],
    ["list of flags", "Strategy list of flags"],
    ["shop live", "Strategy shop live"],
    ["Slow rolluot", "may be meant"],
    ["Slow", "may be meant"],
  ])("takes a known name before a slip of a verb: %s", async (typedName, words) => {
    const names = ["Slow rollout", "Edits only", "list of flags", "shop live"];
    await start(awsStrategies(names.map((name, index) => strategyOf({ id: `abcde${index}z`, name }))));
    await running.driver.command(theo, `/deploy strategy ${typedName}`);
    expect(await said(theo, words)).toContain(words);
  });

  it.each(["show linear deploy", "linear and slow"])("names what shares a word: %s", async (typedName) => {
    await start();
    await running.driver.command(mara, `/deploy strategy ${typedName}`);
    expect(await said(mara, "No strategy has this name")).toContain("Did you mean `linear-20-30min`");
  });

  it.each([
    "show linear-20-30min in test",
    "show linear-20-30min@test",
    "show LINEAR-20-30MIN in test",
    "show k8v2n4p in test",
    "linear-20-30min in test",
  ])("names the strategy and the place that do not fit: %s", async (text) => {
    await start();
    await running.driver.command(mara, `/deploy strategy ${text}`);
    const told = await said(mara, "The strategy is not in this place");
    expect(told).toContain("`linear-20-30min` *is not in* `test`");
    expect(told).toContain("It is in prod, eu-west-1.");
  });

  it("says that there is none, and which places could not be read", async () => {
    await start();
    await running.driver.command(mara, "/deploy strategy show nonsense");
    await running.heard(mara, "No strategy has this name.");
    aws.fail("access denied");
    await running.driver.command(mara, "/deploy strategy show linear-20-30min");
    expect(await said(mara, "where AWS could be read")).toContain("access denied");
  });

  it.each([
    ["/deploy strategy edti linear", "/deploy strategy edit linear"],
    ["/deploy strategy edit", "/deploy strategy edit <name>"],
    ["/deploy strategy linear", "/deploy strategy show linear"],
    ["/deploy strateg list", "/deploy strategy list"],
    ["/deploy help", "/deploy strategy edit"],
  ])("helps with %j", async (line, words) => {
    await start();
    await running.driver.command(mara, line);
    expect(await said(mara)).toContain(words.replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
  });
});

describe("the form", () => {
  it("opens before AWS answers, and becomes the form", async () => {
    const known = awsStrategies(undefined, [use]);
    let answer = (): void => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    known.whileReading(() => slow);
    await start(known);
    await running.driver.command(mara, "/deploy strategy edit linear-20-30min");
    const reading = await running.slack.waitFor(() => running.slack.views.topOf(mara), { what: "a dialog" });
    expect(JSON.stringify(reading.content)).toContain("Holdpoint is reading AppConfig");
    answer();
    const { id, content } = await dialogOf(mara);
    expect(id).toBe(reading.id);
    const inputs = objectsIn(content.blocks).filter(({ type }) => type === "input");
    expect(inputs.map((input) => [input.block_id, objectIn(input.label).text])).toEqual([
      ["duration", "Duration"],
      ["growthFactor", "Growth factor"],
      ["growthType", "Growth type"],
      ["finalBakeTime", "Final bake time"],
      ["description", "Description"],
    ]);
    expect(inputs.map(({ element }) => stringIn(objectIn(element).initial_value))).toEqual([
      "30",
      "20",
      undefined,
      "10",
      "for flags",
    ]);
    expect(JSON.stringify(content)).toContain("deployment 128, running");
  });

  it.each([
    ["duration", "1441"],
    ["duration", "12.5"],
    ["duration", "1e3"],
    ["duration", "soon"],
    ["duration", ""],
    ["growthFactor", "0.5"],
    ["growthFactor", "101"],
    ["finalBakeTime", "-1"],
    ["description", "x".repeat(1_025)],
  ])("refuses %s %j at its field and stays open", async (field, value) => {
    await start();
    const id = await formOf(mara);
    const { json, inTime } = await running.driver.submit(mara, id, { ...typed, [field]: value });
    expect(inTime).toBe(true);
    expect(json).toEqual({ response_action: "errors", errors: { [field]: expect.any(String) } });
    expect(running.slack.views.topOf(mara)?.id).toBe(id);
  });

  it("refuses to preview nothing", async () => {
    await start();
    const values = { ...typed, duration: "30", growthFactor: "20" };
    const { json } = await running.driver.submit(mara, await formOf(mara), values);
    expect(json).toEqual({
      response_action: "errors",
      errors: { duration: expect.stringContaining("Nothing is changed") },
    });
  });

  it.each([
    [theo, "linear-20-30min", "can edit the strategy `linear-20-30min` in prod, eu-west-1"],
    [mara, "AppConfig.AllAtOnce", "AWS predefines"],
    [mara, "nonsense", "No strategy is called"],
    [mara, "linear-20-30min in test", "`linear-20-30min` *is not in* `test`"],
  ])("is not shown to %s for %s: the dialog says why", async (person, name, why) => {
    await start();
    await running.driver.command(person, `/deploy strategy edit ${name}`);
    const { content } = await dialogOf(person);
    expect(JSON.stringify(content)).toContain(why);
    expect(content.submit).toBeUndefined();
  });

  it("does not open for people of another workspace", async () => {
    await start();
    await running.driver.command(stranger, "/deploy strategy edit linear-20-30min");
    await running.heard(stranger, "another workspace");
    expect(running.slack.calls.of("views.open")).toEqual([]);
  });

  it("says why it is not there when AWS can't be read", async () => {
    await start();
    const show = await (async () => {
      await running.driver.command(mara, "/deploy strategy show linear-20-30min");
      return running.heard(mara, "Strategy linear-20-30min");
    })();
    aws.fail("timed out");
    await running.driver.click(mara, show, "Edit strategy");
    expect(JSON.stringify((await dialogOf(mara)).content)).toContain("timed out");
  });

  it("asks in the dialog which one is meant, and goes on in it", async () => {
    const there = strategyOf({ ref: { account: "444455556666", region: "eu-west-1", id: "abcdefg" } });
    await start(awsStrategies([strategyOf(), there]), { everywhere: true });
    await running.driver.command(mara, "/deploy strategy edit linear-20-30min");
    const { id } = await dialogOf(mara);
    await running.driver.clickInView(mara, id, "Edit linear-20-30min in test, eu-west-1");
    const form = await running.slack.waitFor(
      () => {
        const top = running.slack.views.topOf(mara);
        return top?.content.callback_id === "strategy-edit" ? top : undefined;
      },
      { what: "the form" },
    );
    expect(form.id).toBe(id);
    await running.driver.submit(mara, id, typed);
    expect(await said(mara, "Preview of strategy")).toContain("test, eu-west-1");
  });

  it("says that Slack did not open it", async () => {
    await start();
    running.slack.faults.plan({
      method: "views.open",
      fault: { kind: "error", error: "expired_trigger_id" },
    });
    await running.driver.command(mara, "/deploy strategy edit linear-20-30min");
    await running.heard(mara, "did not open the dialog");
    expect(aws.sent).toEqual([]);
  });

  it("refuses metadata that it has not written", async () => {
    await start();
    const { json } = await running.driver.submit(mara, await formOf(mara), typed, {
      tamper: (payload) => ({
        ...payload,
        view: { ...objectIn(payload.view), private_metadata: '{"edited":{"account":"1"}}' },
      }),
    });
    expect(json).toMatchObject({ response_action: "errors" });
  });
});

describe("the preview", () => {
  it("shows both curves, what changes, who used it, and that nothing is saved", async () => {
    await start();
    const { blocks, text } = await previewOf(mara);
    expect(text).toContain("Slower: 100% after 60 min instead of 30.");
    const chart = present(
      blocks.find(({ type }) => type === "data_visualization"),
      "no chart",
    );
    const series = objectsIn(objectIn(chart.chart).series);
    expect(series.map(({ name }) => name)).toEqual(["Now", "Proposed"]);
    expect(series.map(({ data }) => objectsIn(data).map(({ value }) => value))).toEqual([
      [20, 40, 60, 80, 100, 100, 100, 100, 100, 100, 100],
      [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100],
    ]);
    const words = JSON.stringify(blocks);
    for (const wanted of [
      "*Duration:* 30 min → *60 min*",
      "*Growth factor:* 20% → *10%*",
      "*Growth type:* linear (unchanged)",
      "checkout/live",
      "deployment 128 most likely keeps its pace",
      "not promised times",
      "Nothing is saved yet",
      "60 min   100%       100%",
    ])
      expect(words).toContain(wanted);
    expect(aws.sent).toEqual([]);
  });

  it("is told without the chart when Slack takes none", async () => {
    await start();
    const form = await formOf(mara);
    running.slack.faults.plan({ method: "response_url", fault: { kind: "error", error: "invalid_blocks" } });
    await running.driver.submit(mara, form, typed);
    const { blocks } = await running.heard(mara, "Preview of strategy");
    expect(blocks.map(({ type }) => type)).not.toContain("data_visualization");
    expect(JSON.stringify(blocks)).toContain("strategy.save");
  });

  it("says what somebody has changed since the form was opened, and offers the typed values again", async () => {
    await start();
    const form = await formOf(mara);
    aws.change("k8v2n4p", { finalBakeMinutes: 45 });
    await running.driver.submit(mara, form, typed);
    const refused = await running.heard(mara, "somebody changed the strategy");
    expect(JSON.stringify(refused.blocks)).toContain("final bake time, now 45 min");
    await running.driver.click(mara, refused, "Edit again");
    const { content } = await dialogOf(mara);
    expect(JSON.stringify(content)).toContain('"initial_value":"60"');
    expect(JSON.stringify(content)).toContain("Now: 45");
  });

  it("keeps what was typed when AWS can't be read for it", async () => {
    await start();
    const form = await formOf(mara);
    aws.fail("timed out");
    await running.driver.submit(mara, form, typed);
    const told = await running.heard(mara, "could not be read");
    aws.fail(undefined);
    await running.driver.click(mara, told, "Edit again");
    expect(JSON.stringify((await dialogOf(mara)).content)).toContain('"initial_value":"60"');
  });

  it("is judged again: somebody who is no approver any more gets none", async () => {
    await start();
    const form = await formOf(mara);
    await running.driver.submit(mara, form, typed, {
      tamper: (payload) => ({ ...payload, user: { ...objectIn(payload.user), id: theo } }),
    });
    // The address that answers is that of whose form it was.
    await running.heard(mara, "not one of its approvers");
    expect(aws.sent).toEqual([]);
  });

  it("opens the form again with the proposed values, a description with bars included", async () => {
    await start();
    const preview = await previewOf(mara, { ...typed, description: "a|b|c" });
    await running.driver.click(mara, preview, "Edit again");
    const { content } = await dialogOf(mara);
    expect(JSON.stringify(content)).toContain('"initial_value":"a|b|c"');
  });
});

describe("saving what was previewed", () => {
  it("sends only what changed and says that it is confirmed, in place of the preview", async () => {
    await start();
    const preview = await previewOf(mara);
    const delivered = await running.driver.click(mara, preview, "Save for new deployments");
    expect(delivered.inTime).toBe(true);
    const told = await running.heard(mara, "Saved and confirmed");
    expect(told.ts).toBe(preview.ts);
    expect(aws.sent).toMatchObject([{ change: { durationMinutes: 60, growthFactor: 10 } }]);
  });

  it("sends one update for a double click", async () => {
    await start();
    const preview = await previewOf(mara);
    await Promise.all([
      running.driver.click(mara, preview, "Save"),
      running.driver.click(mara, preview, "Save"),
    ]);
    await running.heard(mara, "Saved and confirmed");
    expect(aws.sent).toHaveLength(1);
    await running.driver.click(mara, preview, "Save", { revision: preview.revision });
    await running.heard(mara, "already saved");
    expect(aws.sent).toHaveLength(1);
  });

  it("of two people's previews keeps the first, and tells the second what has changed", async () => {
    await start();
    const [first, second] = [
      await previewOf(mara),
      await previewOf(jun, { ...typed, duration: "30", growthFactor: "20", finalBakeTime: "20" }),
    ];
    await running.driver.click(mara, first, "Save");
    await running.heard(mara, "Saved and confirmed");
    await running.driver.click(jun, second, "Save");
    expect(await said(jun, "somebody changed")).toContain("duration, now 60 min; growth factor, now 10%");
    expect(aws.sent).toHaveLength(1);
  });

  it.each([
    ["refused", { kind: "refused", message: "BadRequestException" }, "rejected your edit"],
    [
      "not done",
      { kind: "not-done", why: { cause: "denied", message: "no permission" } },
      "was not carried out",
    ],
    ["lost", { kind: "unclear", cause: new Error("hang up") }, "It is not known"],
    ["taken without effect so far", { kind: "accepted", note: "" }, "has not confirmed it yet"],
  ] as const)("says when it was %s", async (_end, answer, words) => {
    await start();
    const preview = await previewOf(mara);
    aws.answer(answer);
    await running.driver.click(mara, preview, "Save");
    await running.heard(mara, words);
    expect(aws.sent).toHaveLength(1);
  });

  it.each([
    ["an account that is not configured", (value: string) => value.replace("111122223333", "999999999999")],
    ["a factor out of range", (value: string) => value.replace("|60|10|", "|60|0.5|")],
    ["minutes out of range", (value: string) => value.replace("|60|10|", "|6000|10|")],
    ["a mark that is none", (value: string) => value.replace("30,20,linear", "30,20,cubic")],
    ["another format", (value: string) => value.replace(/^1/, "2")],
    ["minutes that nobody was shown", (value: string) => value.replace("|60|10|", "|66|10|")],
    ["a description that nobody was shown", (value: string) => `${value}.`],
    ["a base that nobody was shown", (value: string) => value.replace("30,20,linear", "31,20,linear")],
  ])("refuses a button with %s, and sends nothing", async (_what, change) => {
    await start();
    const preview = await previewOf(mara);
    await running.driver.click(mara, preview, "Save", {
      tamper: (payload) => ({
        ...payload,
        actions: objectsIn(payload.actions).map((action) => ({
          ...action,
          value: change(stringIn(action.value) ?? ""),
        })),
      }),
    });
    await running.heard(mara, "Nothing was sent");
    expect(aws.sent).toEqual([]);
  });

  it("is refused to somebody who is no approver, whatever button they press", async () => {
    await start();
    const preview = await previewOf(mara);
    await running.driver.click(mara, preview, "Save", {
      tamper: (payload) => ({ ...payload, user: { ...objectIn(payload.user), id: theo } }),
    });
    // The address that answers is that of whose form it was.
    await running.heard(mara, "not one of its approvers");
    expect(aws.sent).toEqual([]);
  });

  it("is acknowledged before AWS has answered", async () => {
    await start();
    const preview = await previewOf(mara);
    let answer = (): void => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    aws.whileUpdating(() => slow);
    const delivered = await running.driver.click(mara, preview, "Save");
    expect(delivered.inTime).toBe(true);
    await until(() => aws.sent.length === 1);
    answer();
    await running.heard(mara, "Saved and confirmed");
  });
});

describe("a card with a strategy", () => {
  const strategy = { id: "k8v2n4p", name: "linear-20-30min" };

  it("opens the form, and the preview goes to the person alone", async () => {
    await start();
    const card = await running.show({ strategy, offers: [], holds: [] });
    await running.driver.click(mara, card, "Edit strategy");
    await running.driver.submit(mara, (await dialogOf(mara)).id, typed);
    const preview = await running.heard(mara, "Preview of strategy");
    expect(preview.onlyFor).toBe(mara);
    await running.driver.click(mara, preview, "Save");
    await running.heard(mara, "Saved and confirmed");
  });

  it("shows what AWS predefines", async () => {
    await start();
    const card = await running.show({ strategy: { id: "AppConfig.AllAtOnce", name: "AppConfig.AllAtOnce" } });
    await running.driver.click(theo, card, "Show strategy");
    await running.heard(theo, "Strategy AppConfig.AllAtOnce");
    expect(aws.sent).toEqual([]);
  });

  it("tells somebody who may not edit it so, in the dialog", async () => {
    await start();
    await running.driver.click(theo, await running.show({ strategy }), "Edit strategy");
    expect(JSON.stringify((await dialogOf(theo)).content)).toContain(
      "can edit the strategy `linear-20-30min` in prod, eu-west-1",
    );
  });
});
