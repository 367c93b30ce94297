import { describe, expect, it } from "vitest";
import { checkView } from "../../../fakes/slack/blocks/limits.ts";
import { drawCard } from "../../../src/bot/card/card.ts";
import { parseButton } from "../../../src/bot/card/parts/button.ts";
import { cardLink, linked, safeUrl } from "../../../src/bot/card/parts/links.ts";
import { drawChoice, drawHelp, drawShow, drawUsage } from "../../../src/bot/card/private/command.ts";
import { drawDryRun } from "../../../src/bot/card/private/dry-run.ts";
import { drawList, type ListedEntry } from "../../../src/bot/card/private/list.ts";
import { drawReasonModal } from "../../../src/bot/card/private/modal.ts";
import type { Label } from "../../../src/handlers/names/targets.ts";
import { presentOffers } from "../../../src/handlers/offers.ts";
import {
  deadline,
  deploymentOf,
  labelled,
  minuteMs,
  noon,
  pictureOf,
  pictures,
  policyOf,
  ruleOf,
} from "./pictures.ts";
import { buttonsOf, labelsOf, problemsOf, wordsOf } from "./reading.ts";

function entryOf(changes: Partial<ListedEntry> = {}): ListedEntry {
  return {
    key: pictures.waiting.key,
    ref: deploymentOf().ref,
    target: "checkout-api",
    accountName: "prod",
    state: "waiting",
    channel: "C0123456789",
    ts: "1794924120.000100",
    expiresAt: deadline,
    onExpiry: "ECS rolls back",
    votes: { n: 1, need: 2 },
    holdIds: ["a"],
    ...changes,
  };
}

describe("/deploy list", () => {
  it("shows the earliest deadline first, then what runs", () => {
    const later = entryOf({ target: "invoice-worker", expiresAt: deadline + 30 * minuteMs });
    const {
      expiresAt: _,
      onExpiry: __,
      votes: ___,
      ...bare
    } = entryOf({ target: "search-api", state: "running", holdIds: [] });
    const message = drawList([bare, later, entryOf()], noon, { workspaceUrl: "https://example.slack.com/" });
    const words = wordsOf(message);
    expect(message.text).toBe(
      "2 waiting for an answer, 1 running. The first deadline: checkout-api in prod, 14:32 UTC on 17 Nov.",
    );
    expect(words.indexOf("`checkout-api`")).toBeLessThan(words.indexOf("`invoice-worker`"));
    expect(words.indexOf("`invoice-worker`")).toBeLessThan(words.indexOf("`search-api`"));
    expect(words).toContain(
      "then ECS rolls back · 1 of 2 votes · <https://example.slack.com/archives/C0123456789/p1794924120000100|card>",
    );
    expect(problemsOf(message)).toEqual([]);
  });

  it.each([
    [1, "then ECS rolls back · <https"],
    [2, "then ECS rolls back · no votes yet, 2 needed · <https"],
  ])("counts no votes where the first press decides: %i needed", (need, words) => {
    const message = drawList([entryOf({ votes: { n: 0, need } })], noon);
    expect(wordsOf(message)).toContain(words);
  });

  it("says when there is nothing", () => {
    expect(drawList([], noon).text).toBe("Nothing is waiting or running.");
  });

  it("stays below Slack's limits with two hundred deployments", () => {
    const message = drawList(
      Array.from({ length: 200 }, (_, n) =>
        entryOf({ target: `service-${n}`, state: n % 2 === 0 ? "waiting" : "running" }),
      ),
      noon,
    );
    expect(problemsOf(message)).toEqual([]);
    expect(wordsOf(message)).toContain("and 80 more");
  });

  it("says since when something could not be read", () => {
    expect(wordsOf(drawList([entryOf({ staleSince: noon })], noon))).toContain("⚠️ not readable since");
  });
});

describe("/deploy show", () => {
  it("shows the card and every value, without buttons that act only on the card", () => {
    const message = drawShow(pictures.waiting);
    expect(labelsOf(message)).toEqual([]);
    expect(wordsOf(message)).toContain("*New image:* `registry/checkout:2.19.0`");
    expect(problemsOf(message)).toEqual([]);
  });

  it("leads to the card", () => {
    const { view } = pictures.waiting;
    const board = { ...view.board, channel: "C0123456789", ts: "1794924120.000100" };
    const message = drawShow({ ...pictures.waiting, view: { ...view, board } });
    expect(wordsOf(message)).toContain(
      "<https://slack.com/app_redirect?channel=C0123456789&amp;message_ts=1794924120.000100|To the card",
    );
    expect(problemsOf(message)).toEqual([]);
  });
});

function labelOfCheckout(accountName: string): Label {
  return labelled(deploymentOf(), accountName).label;
}

describe("a name that fits several", () => {
  const { ref } = deploymentOf();

  it("is asked about once, with one button each", () => {
    const message = drawChoice(
      "rollback",
      [
        { ref, label: labelOfCheckout("prod"), value: "one" },
        { ref, label: labelOfCheckout("staging"), hold: "hold 2 of 2, stage BAKE", value: "two" },
        { ref, label: labelOfCheckout("test"), value: "three" },
        { ref, label: labelOfCheckout("test"), value: "four" },
      ],
      { slash: "/deploy" },
    );
    expect(buttonsOf(message).map(({ action_id, value, text }) => [action_id, value, text.text])).toEqual([
      ["choice.0", "one", "Roll back checkout-api in prod"],
      ["choice.1", "two", "Roll back checkout-api in staging, hold 2 of 2"],
      ["choice.2", "three", "3. Roll back checkout-api in test"],
      ["choice.3", "four", "4. Roll back checkout-api in test"],
    ]);
    expect(wordsOf(message)).toContain("Nothing was sent yet.");
    expect(problemsOf(message)).toEqual([]);
  });

  it("asks about the only one that comes near as about one", () => {
    const only = { ref, label: labelOfCheckout("prod"), value: "one" };
    const message = drawChoice("cancel", [only], { slash: "/deploy" });
    expect(wordsOf(message)).toContain("Did you mean this?");
    expect(message.text).toContain("Did you mean this?");
    expect(labelsOf(message)).toEqual(["Cancel checkout-api in prod"]);
  });
});

describe("/deploy help and wrong input", () => {
  it("names only what this release can do", () => {
    const message = drawHelp("/deploy");
    for (const verb of ["list", "show", "continue", "rollback", "cancel", "withdraw"]) {
      expect(wordsOf(message)).toContain(`\`/deploy ${verb}`);
    }
    for (const verb of ["terminate-old", "revert", "strategy list", "strategy show", "strategy edit"]) {
      expect(wordsOf(message)).toContain(`\`/deploy ${verb}`);
    }
    expect(wordsOf(message)).not.toMatch(/history|why|freeze/);
    expect(problemsOf(message)).toEqual([]);
  });

  it.each([
    [{ kind: "unknown-verb", verb: "<!channel>`", meant: "continue" }, "Did you mean `/deploy continue`?"],
    [{ kind: "unknown-verb", verb: "x" }, "`/deploy help`"],
    [{ kind: "no-target", verb: "continue" }, "Which deployment?"],
    [{ kind: "unknown-target", target: "*x*", meant: ["checkout-api"] }, "Did you mean `checkout-api`?"],
    [
      { kind: "not-offered", action: "continue", target: "a", offered: ["rollback"], now: [] },
      "You can roll back.",
    ],
    [
      {
        kind: "not-offered",
        action: "cancel",
        target: "a",
        offered: [],
        now: [["ECS shows ", { code: "DONE" }]],
      },
      "*You can't cancel* `a` now: ECS shows `DONE`. Nothing was sent to AWS.",
    ],
    [
      { kind: "not-offered", action: "revert", target: "a", offered: [], now: [] },
      "*You can't revert* `a` now. Nothing was sent to AWS.\nNothing else can be done now. For details: `/deploy show a`.",
    ],
    [{ kind: "too-long", atMost: 500, count: 812 }, "too long:* 812 characters, at most 500"],
  ] as const)("helps with %j", (problem, words) => {
    const message = drawUsage(problem, "/deploy");
    expect(wordsOf(message)).toContain(words);
    expect(wordsOf(message)).toContain("Nothing was sent to AWS.");
    expect(problemsOf(message)).toEqual([]);
  });
});

it("says nothing of old data in a dry run that the card does not say", () => {
  for (const staleSince of [undefined, noon]) {
    const picture = pictureOf({ ...(staleSince === undefined ? {} : { view: { staleSince, fails: 3 } }) });
    const rule = ruleOf();
    const asked = { picture, action: "continue", verdict: { kind: "allowed", rule } } as const;
    const dry = wordsOf(
      drawDryRun({ ...asked, present: undefined, voided: [], call: undefined, reason: undefined }),
    );
    expect(dry.includes("✅")).toBe(wordsOf(drawCard(picture)).includes("✅"));
    expect(dry.includes("✅")).toBe(staleSince === undefined);
  }
});

describe("the reason modal", () => {
  const { deployment, view } = pictures.waiting;
  const present = presentOffers(deployment, view, policyOf()).find(
    ({ offer }) => offer.action === "rollback",
  );

  it("says what happens and wants a reason", () => {
    if (present === undefined) throw new Error("the picture offers a rollback");
    const modal = drawReasonModal({
      present,
      deployment,
      view,
      label: labelOfCheckout("prod"),
      policyName: "prod",
      privateMetadata: "{}",
    });
    expect(checkView(modal)).toEqual([]);
    expect(modal).toMatchObject({
      callback_id: "reason",
      title: { text: "Roll back" },
      close: { text: "Not now" },
      private_metadata: "{}",
    });
    expect(JSON.stringify(modal.blocks)).toContain("Policy prod requires one.");
  });

  it("says all that the dialog says which it stands for, in every state", () => {
    const said = new Set<string>();
    for (const picture of Object.values(pictures)) {
      const { deployment: shown, view: seen, label, route } = picture;
      for (const { confirm, value = "" } of buttonsOf(drawCard(picture))) {
        const asked = parseButton(value);
        const offer = presentOffers(shown, seen, route.policy).find(
          (it) => it.offer.action === asked?.action && it.point === asked.point,
        );
        if (confirm === undefined || offer === undefined) continue;
        const about = { present: offer, deployment: shown, view: seen, label };
        const modal = JSON.stringify(drawReasonModal({ ...about, policyName: "p", privateMetadata: "{}" }));
        for (const sentence of confirm.text.text.split(/(?<=[.]) /)) {
          if (sentence.endsWith("…")) continue;
          said.add(sentence);
          expect(modal).toContain(JSON.stringify(sentence).slice(1, -1));
        }
      }
    }
    expect([...said]).toEqual(
      expect.arrayContaining([
        "Unknown now: alarms.",
        expect.stringMatching(/may already be doing so|is asking/),
      ]),
    );
  });

  it("keeps Slack's limits with the longest label and names", () => {
    if (present === undefined) throw new Error("the picture offers a rollback");
    const longest = deploymentOf({ target: "x".repeat(255) });
    const long = { ...present, offer: { ...present.offer, label: "Roll back at hold 12 of 12 now" } };
    const modal = drawReasonModal({
      present: long,
      deployment: longest,
      view,
      label: labelled(longest, "y".repeat(100)).label,
      policyName: "z".repeat(100),
      privateMetadata: "m".repeat(3_000),
    });
    expect(checkView(modal)).toEqual([]);
  });
});

describe("links", () => {
  it("lead only to https addresses and can't be broken out of", () => {
    expect(safeUrl("javascript:alert(1)")).toBeUndefined();
    expect(safeUrl("http://console.aws.amazon.com/")).toBeUndefined();
    expect(linked("https://x.console.aws.amazon.com/a|b><!channel>?a=1&b=2", "Open in AWS")).toBe(
      "<https://x.console.aws.amazon.com/a%7Cb%3E%3C!channel%3E?a=1&amp;b=2|Open in AWS>",
    );
    expect(cardLink({ channel: "C1|x", ts: "1.2" })).toBe(
      "https://slack.com/app_redirect?channel=C1%7Cx&message_ts=1.2",
    );
  });
});
