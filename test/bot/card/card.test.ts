import { describe, expect, it } from "vitest";
import { cardHash, drawCard } from "../../../src/bot/card/card.ts";
import { parseButton } from "../../../src/bot/card/parts/button.ts";
import type { Picture } from "../../../src/bot/card/parts/picture.ts";
import { decisionOfHold } from "../../../src/handlers/identity.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import {
  continueAt,
  deadline,
  decisionOf,
  deploymentOf,
  endOf,
  hold,
  minuteMs,
  noon,
  people,
  pictureOf,
  pictures,
  policyOf,
  rollbackAt,
  ruleOf,
  voteOf,
} from "./pictures.ts";
import { buttonsOf, labelsOf, problemsOf, wordsOf } from "./reading.ts";

const states: readonly (readonly [string, Picture])[] = Object.entries(pictures);

describe("the card", () => {
  it.each(states)("of the state %s is drawn as it was looked at", async (name, picture) => {
    const json = `${JSON.stringify(drawCard(picture), null, 2)}\n`;
    await expect(json).toMatchFileSnapshot(`./drawn/${name}.json`);
  });

  it.each(states)("of the state %s passes Slack's limits and carries no markup of others", (_, picture) => {
    expect(problemsOf(drawCard(picture))).toEqual([]);
    expect(problemsOf(drawCard(picture, "least"))).toEqual([]);
    expect(labelsOf(drawCard(picture, "least"))).toEqual(labelsOf(drawCard(picture)));
  });

  it.each(states)("of the state %s is the same whenever it is drawn", (_, picture) => {
    expect(drawCard(structuredClone(picture))).toEqual(drawCard(picture));
  });

  it("answers until when, what then and who in this order", () => {
    const words = wordsOf(drawCard(pictures.waiting));
    const order = [
      "Waiting",
      "eu-west-1",
      "Answer by",
      "No answer:",
      "Continue:",
      "Image:",
      "Alarms:",
      "Who may answer:",
      "1 of 2 votes",
    ];
    const places = order.map((word) => words.indexOf(word, words.indexOf("ECS ·") - 1));
    expect(words).toContain(`<!date^${deadline / 1_000}^`);
    expect(places.slice(1)).toEqual(places.slice(1).toSorted((a, b) => a - b));
    expect(places.every((place) => place >= 0 || place === places[0])).toBe(true);
  });
});

describe("buttons", () => {
  it("carry the hold's own rollback first, and values that say what was seen", () => {
    const [forward, back, link] = buttonsOf(drawCard(pictures.waiting));
    expect(labelsOf(drawCard(pictures.waiting))).toEqual(["Continue", "Roll back", "Open in AWS"]);
    expect(parseButton(forward?.value ?? "")).toMatchObject({
      key: pictures.waiting.key,
      point: decisionOfHold(hold.id),
      action: "continue",
    });
    expect(parseButton(back?.value ?? "")).toMatchObject({
      point: decisionOfHold(hold.id),
      action: "rollback",
    });
    expect(link?.url).toContain("console.aws.amazon.com");
  });

  it("ask before they act, with the votes so far and the consequence", () => {
    const [forward] = buttonsOf(drawCard(pictures.waiting));
    expect(forward?.confirm?.title?.text).toBe("Continue checkout-api in prod?");
    expect(forward?.confirm?.text.text).toMatch(/^1 of 2 votes so far\. The 2nd sends it to ECS\./);
    expect(forward?.confirm?.deny?.text).toBe("Not yet");
  });

  it("ask for nothing twice where the modal asks for a reason", () => {
    const policy = policyOf({ rollback: ruleOf({ reason: "required" }) });
    const [forward, back] = buttonsOf(drawCard(pictureOf({ policy })));
    expect(forward?.confirm).toBeDefined();
    expect(back?.confirm).toBeUndefined();
  });

  it.each(["claimed", "sent", "asked", "unclear", "refused"] as const)(
    "leave only the rollback of the deployment while an answer is %s",
    (state) => {
      const values = buttonsOf(drawCard(pictures[state])).map((button) => parseButton(button.value ?? ""));
      expect(values[0]).toMatchObject({ point: "end", action: "rollback" });
      expect(labelsOf(drawCard(pictures[state]))).toEqual(["Roll back", "Open in AWS"]);
    },
  );

  it("are gone once a rollback is under way, and from every final card", () => {
    for (const name of ["askedToRollBack", "rollingBack", "failing"] as const) {
      expect(labelsOf(drawCard(pictures[name]))).toEqual(["Open in AWS"]);
    }
    for (const name of [
      "done",
      "rolledBack",
      "expired",
      "rolledBackElsewhere",
      "rolledBackBySystem",
      "failed",
      "stopped",
    ] as const) {
      const card = drawCard(pictures[name]);
      expect(labelsOf(card)).toEqual([]);
      expect(card.blocks.length).toBeLessThanOrEqual(4);
    }
  });

  it("stay gone although a lagging read still shows the hold open", () => {
    const picture = pictureOf({ decisions: [decisionOf({ state: "confirmed" })] });
    expect(labelsOf(drawCard(picture))).toEqual(["Roll back", "Open in AWS"]);
  });

  it("differ where several holds are open, and say which one they answer", () => {
    const card = drawCard(pictures.twoHolds);
    expect(labelsOf(card)).toEqual([
      "Continue 1 of 2",
      "Roll back at hold 1 of 2",
      "Continue 2 of 2",
      "Roll back at hold 2 of 2",
      "Open in AWS",
    ]);
    expect(wordsOf(card)).toContain("*2 of 2:* stage `POST_TEST_TRAFFIC_SHIFT`, `ecs-pause-77be10aa`");
    expect(buttonsOf(card).filter((button) => button.style === "primary")).toHaveLength(1);
    expect(buttonsOf(card).filter((button) => button.style === "danger")).toHaveLength(1);
  });

  it("are numbered here where the system gives them the same words", () => {
    const other = { ...hold, id: "ecs-pause-2" };
    const offers = [continueAt(hold), continueAt(other)];
    const card = drawCard(pictureOf({ deployment: deploymentOf({ holds: [hold, other], offers }) }));
    expect(labelsOf(card)).toEqual(["Continue 1 of 2", "Continue 2 of 2", "Open in AWS"]);
  });

  it("are left out, with the reason, when what they are about could not be read", () => {
    const offer = { ...continueAt(hold), evidence: { hold: hold.id, "image digests": null } };
    const card = drawCard(pictureOf({ deployment: deploymentOf({ offers: [offer, rollbackAt(hold)] }) }));
    expect(labelsOf(card)).toEqual(["Roll back", "Open in AWS"]);
    expect(wordsOf(card)).toContain(
      "*Nobody can continue now:* what it is about could not be read (`image digests`).",
    );
  });

  it("are left out, with the reason, when the policy has no rule", () => {
    const card = drawCard(pictureOf({ policy: { name: "prod", rules: { rollback: ruleOf() } } }));
    expect(labelsOf(card)).toEqual(["Roll back", "Open in AWS"]);
    expect(wordsOf(card)).toContain("*Nobody may continue:* policy `prod` has no rule for it.");
  });

  it("have an id that changes with what the card says", () => {
    const ids = [pictures.waiting, pictures.asked, pictureOf()].map(
      (picture) => drawCard(picture).blocks.find((block) => block.type === "actions")?.block_id,
    );
    expect(new Set(ids).size).toBe(3);
  });
});

describe("the holds ahead of a running deployment", () => {
  const next = { stage: "POST_TEST_TRAFFIC_SHIFT" };
  const progress = {
    headline: ["6 of 6 new tasks are running"],
    next: ["ECS pauses before production and waits for an answer."],
  };

  it.each([
    [2, { passed: 1, total: 2, next }, " 1 of 2 holds passed; the next needs 2 people."],
    [1, { passed: 1, total: 2, next }, " 1 of 2 holds passed."],
    [2, { passed: 0, total: 1, next }, " It needs 2 people."],
    [1, { passed: 0, total: 1, next }, ""],
    [1, { passed: 1, total: 1 }, " No answer is needed."],
  ])("are counted where %i may be asked, and the place of the next is said once: %j", (need, gates, ends) => {
    const deployment = deploymentOf({
      holds: [],
      offers: [],
      gates,
      nextGate: "before production",
      progress,
    });
    const policy = policyOf({ continue: ruleOf({ approvals: need }) });
    const card = drawCard(pictureOf({ deployment, policy }));
    const words = wordsOf({ ...card, text: "" });
    expect(words).toContain(`Next: ECS pauses before production and waits for an answer.${ends}\n`);
    expect(words.split("before production")).toHaveLength(2);
    expect(card.text.includes("before production")).toBe("next" in gates);
  });
});

describe("votes", () => {
  it("name twelve approvers without flooding the card", () => {
    const users = Array.from({ length: 11 }, (_, index) => `U0APPROVER${index}`);
    const approvers = Array.from(
      { length: 12 },
      (_, index) => ({ kind: "user", id: `U0APPROVER${index}` }) as const,
    );
    const offer = continueAt(hold);
    const policy = policyOf({
      continue: ruleOf({ approvals: 12, approvers }),
      rollback: ruleOf({ approvers }),
    });
    const card = drawCard(pictureOf({ policy, votes: users.map((user) => voteOf(user, offer, 12)) }));
    expect(problemsOf(card)).toEqual([]);
    expect(wordsOf(card)).toContain("11 of 12 votes to continue (<@U0APPROVER0>, ");
    expect(wordsOf(card)).toContain("and 5 more)");
    expect(wordsOf(card)).toContain(
      "*Who may answer:* <@U0APPROVER0>, <@U0APPROVER1>, <@U0APPROVER2>, <@U0APPROVER3> and 8 more · ",
    );
  });

  it("that no longer count are said to be void", () => {
    const stale = { ...voteOf(people.ben, continueAt(hold), 2), evidence: "00000000" };
    const words = wordsOf(drawCard(pictureOf({ votes: [stale] })));
    expect(words).toContain("No votes yet, 2 needed to continue");
    expect(words).toContain(`*No longer counts:* 1 vote (<@${people.ben}>); what it was about has changed.`);
  });

  it("never mention a whole channel where everybody in it may answer", () => {
    const rule = ruleOf({ approvers: "channel-members" });
    const words = wordsOf(drawCard(pictureOf({ policy: policyOf({ continue: rule, rollback: rule }) })));
    expect(words).toContain("*Who may answer:* everybody in this channel · One person is enough");
  });
});

describe("what is wrong", () => {
  it("is said first, with since when, and the deadline stays", () => {
    const words = wordsOf(drawCard(pictures.stale));
    expect(words.indexOf("ECS could not be read since")).toBeLessThan(words.indexOf("Answer by"));
    expect(words).toContain("*Alarms:* ❓ unknown: access denied (`cloudwatch:DescribeAlarms`)");
    expect(drawCard(pictures.stale).text).toContain("could not be read since 14:07 UTC");
  });

  it("is in the dialog of a forward answer", () => {
    expect(buttonsOf(drawCard(pictures.stale))[0]?.confirm?.text.text).toContain("Unknown now: alarms.");
  });

  it("is said of a request that came to nothing, until somebody asks again", () => {
    const lost = decisionOf({ state: "open", by: [people.ann], attempt: 1 });
    const words = wordsOf(drawCard(pictureOf({ decisions: [lost] })));
    expect(words).toContain(`“Continue” (<@${people.ann}>) had no effect.* ECS still waits. Press it again.`);
    const { sentAt: _never, ...unsent } = lost;
    expect(wordsOf(drawCard(pictureOf({ decisions: [unsent] })))).toContain(
      `“Continue” (<@${people.ann}>) was not sent.* ECS still waits. Press it again.`,
    );
    expect(words).toContain("No votes yet, 2 needed");
    expect(words).not.toMatch(/\d of \d votes/);
    const again = decisionOf({ state: "claimed", by: [people.ben], attempt: 2 });
    expect(wordsOf(drawCard(pictureOf({ decisions: [again] })))).not.toContain("had no effect");
  });

  it("of one hold stands above the other hold that still waits", () => {
    const decisions = [decisionOf({ state: "unclear" })];
    const card = drawCard({
      ...pictures.twoHolds,
      view: { ...pictures.twoHolds.view, decisions: new Map(decisions.map((d) => [d.id, d])) },
    });
    const words = wordsOf(card);
    expect(words).toContain("✋ Waiting");
    expect(words.indexOf("It is not known whether ECS got")).toBeLessThan(words.indexOf("Answer by"));
  });
});

describe("a rollback that AWS shows at the hold before its status", () => {
  const deployment = deploymentOf({
    holds: [{ ...hold, shows: "rollback" }],
    offers: [rollbackAt(undefined)],
  });

  it("is no continue, and names who asked for it", () => {
    const card = drawCard(pictureOf({ deployment, decisions: [endOf({ state: "confirmed" })] }));
    expect(wordsOf(card)).toContain("⏪ Rolling back: checkout-api in prod");
    expect(wordsOf(card)).toContain(`<@${people.ann}> asked to roll back`);
  });

  it("is somebody else's when nobody asked for it here", () => {
    const superseded = decisionOf({ state: "superseded", by: [] });
    const card = drawCard(pictureOf({ deployment, decisions: [superseded] }));
    expect(wordsOf(card)).toContain("Somebody asked to roll it back outside Holdpoint");
    expect(wordsOf(card)).not.toContain("Continued elsewhere");
  });
});

it("has tasks and traffic in one line, with alarms or without", () => {
  const { health } = deploymentOf();
  const one = /\*Tasks running:\*.* · \*Traffic:\*/;
  expect(wordsOf(drawCard(pictureOf()))).toMatch(one);
  const bare = deploymentOf({ health: health.filter(({ label }) => label !== "Alarms") });
  expect(wordsOf(drawCard(pictureOf({ deployment: bare })))).toMatch(one);
});

describe("final cards", () => {
  it("say who decided, why and whether AWS confirmed", () => {
    const words = wordsOf(drawCard(pictures.rolledBack));
    expect(words).toContain(`<@${people.ann}> asked to roll back`);
    expect(words).toContain("ECS confirmed");
    expect(words).toContain("```checkout errors doubled on test traffic &amp; p99 &gt; 2 s```");
  });

  it("tell those who asked for a rollback that it came too late", () => {
    const { deployment } = pictures.done;
    const words = wordsOf(drawCard(pictureOf({ deployment, decisions: [endOf({ state: "superseded" })] })));
    expect(words).toContain(`“Roll back” by <@${people.ann}> came too late: ECS had already finished.`);
  });

  it("do not deny an ending that AWS had begun before it was too late", () => {
    const { deployment } = pictures.done;
    const decisions = [endOf({ state: "confirmed", action: "cancel" })];
    expect(wordsOf(drawCard(pictureOf({ deployment, decisions })))).toContain(
      `“Cancel” by <@${people.ann}> came too late: ECS took it, and finished all the same.`,
    );
  });

  it("do not say that nobody had to answer while it is not known what became of an answer", () => {
    const { deployment } = pictures.done;
    const done = { ...deployment, holds: [{ ...hold, shows: "continue" as const }] };
    const words = wordsOf(
      drawCard(pictureOf({ deployment: done, decisions: [decisionOf({ state: "sent" })] })),
    );
    expect(words).toContain("asked to continue. Whether that was the answer is not known yet.");
    expect(words).not.toContain("Nobody had to answer");
  });

  it("say that nobody had to answer only where the configuration shows that nobody was asked", () => {
    const { deployment } = pictures.done;
    const saysSo = (changes: Partial<WordedDeployment>) =>
      wordsOf(drawCard(pictureOf({ deployment: { ...deployment, holds: [], ...changes } }))).includes(
        "Nobody had to answer.",
      );
    expect(saysSo({ gates: { passed: 0, total: 0 } })).toBe(true);
    expect(saysSo({ gates: { passed: 1, total: 1 } })).toBe(false);
    expect(saysSo({})).toBe(false);
  });

  it("do not say how it ended when AWS no longer knows the deployment", () => {
    const { deployment } = pictures.stopped;
    const vanished = { ...deployment, vanished: true, status: "not found" };
    const card = drawCard(pictureOf({ deployment: vanished, decisions: [endOf({ state: "superseded" })] }));
    expect(wordsOf(card)).toContain("ECS no longer knows this deployment.* How it ended is not known.");
    expect(wordsOf(card)).not.toContain("confirmed");
    expect(card.text).toContain("How it ended is not known.");
  });

  it("do not claim for a person what somebody else did", () => {
    const words = wordsOf(drawCard(pictures.rolledBackElsewhere));
    expect(words).toContain("Somebody rolled it back outside Holdpoint");
  });

  it("do not call a hold continued that ended with the rollback", () => {
    const { deployment } = pictures.rolledBack;
    const superseded = decisionOf({ state: "superseded", by: [] });
    const over = { ...deployment, holds: [{ ...hold, shows: "over" as const }] };
    const confirmed = endOf({ state: "confirmed" });
    const words = wordsOf(drawCard(pictureOf({ deployment: over, decisions: [confirmed, superseded] })));
    expect(words).not.toContain("Continued outside Holdpoint");
    const done = { ...over, phase: "succeeded" as const };
    expect(wordsOf(drawCard(pictureOf({ deployment: done, decisions: [superseded] })))).toContain(
      "Continued outside Holdpoint at `POST_TEST_TRAFFIC_SHIFT`.",
    );
  });

  it("name the votes that led to nothing", () => {
    expect(wordsOf(drawCard(pictures.expired))).toContain(
      `*Not used:* 1 vote to continue (<@${people.ann}>)`,
    );
  });
});

describe("the hash", () => {
  it("does not change for a newer read alone", () => {
    const later = {
      ...pictures.waiting,
      view: { ...pictures.waiting.view, readAt: noon + 3 * minuteMs, now: noon + 3 * minuteMs },
    };
    expect(drawCard(later)).not.toEqual(drawCard(pictures.waiting));
    expect(cardHash(drawCard(later))).toBe(cardHash(drawCard(pictures.waiting)));
  });

  it("differs between any two states", () => {
    const hashes = states.map(([, picture]) => cardHash(drawCard(picture)));
    expect(new Set(hashes).size).toBe(states.length);
  });

  it("changes with a vote, a fact and a deadline", () => {
    const changed = [
      pictureOf(),
      pictureOf({ deployment: deploymentOf({ health: [] }), votes: pictures.waiting.view.votes }),
      pictureOf({
        deployment: deploymentOf({ holds: [{ ...hold, expiresAt: deadline + 1_000 }] }),
        votes: pictures.waiting.view.votes,
      }),
    ].map((picture) => cardHash(drawCard(picture)));
    expect(changed).not.toContain(cardHash(drawCard(pictures.waiting)));
    expect(new Set(changed).size).toBe(3);
  });
});

describe("size", () => {
  it("drops what can be read elsewhere, never deadlines or buttons, when many holds are open", () => {
    const holds = Array.from({ length: 30 }, (_, index) => ({ ...hold, id: `ecs-pause-${index}` }));
    const offers = holds.flatMap((one) => [continueAt(one), rollbackAt(one)]);
    const card = drawCard(pictureOf({ deployment: deploymentOf({ holds, offers }) }));
    expect(problemsOf(card)).toEqual([]);
    expect(labelsOf(card)).toContain("Continue 20 of 30");
    expect(wordsOf(card)).toContain("*20 of 30:* stage");
    expect(wordsOf(card)).toContain("And 10 more wait.");
  });

  it("cuts names in the middle, and keeps numbers whole", () => {
    const target = `payments-settlement-${"and-reconciliation-".repeat(10)}eu-blue-7f3a`;
    const card = drawCard(
      pictureOf({ deployment: deploymentOf({ target }), accountName: "production-settlement-retail" }),
    );
    expect(problemsOf(card)).toEqual([]);
    expect(wordsOf(card)).toContain("✋ Waiting: payments-settlement…eu-blue-7f3a in production-s…-retail");
    expect(wordsOf(card)).toContain("(111122223333)");
  });
});

describe("a success", () => {
  it.each([
    ["the new version was read as what serves", { serving: "new" }, "✅ Done"],
    ["what serves was not read", {}, "⚠️ Done"],
    ["both versions serve", { serving: "mixed" }, "⚠️ Done"],
    ["no task runs", { serving: "none" }, "⚠️ Done"],
    ["a later deployment has taken its place", { replaced: true }, "ℹ️ Done"],
  ] as const)("has the sign of what was read: %s", (_, changes, title) => {
    const deployment = deploymentOf({ ...changes, phase: "succeeded", holds: [], offers: [], endedAt: noon });
    expect(wordsOf(drawCard(pictureOf({ deployment })))).toContain(`${title}: checkout-api in prod`);
  });
});

describe("the two deployments of a rollback", () => {
  const ref = { ...deploymentOf().ref, id: "d-OLD" };
  const where = (
    relation: "rollback-of" | "rolled-back-by",
    relatedCard?: Picture["relatedCard"],
  ): string => {
    const picture = pictureOf({ deployment: deploymentOf({ related: { relation, ref } }) });
    return wordsOf(drawCard({ ...picture, ...(relatedCard === undefined ? {} : { relatedCard }) }));
  };

  it("are linked with each other where both have a card", () => {
    const card = { channel: "C0DEPLOY", ts: "1.1" };
    const link = "<https://slack.com/app_redirect?channel=C0DEPLOY&amp;message_ts=1.1|its card>";
    expect(where("rollback-of", card)).toContain(`rollback of \`d-OLD\` (${link})`);
    expect(where("rolled-back-by", card)).toContain(`rollback: \`d-OLD\` (${link})`);
  });

  it("name each other by AWS's id where they have none", () => {
    expect(where("rollback-of")).toMatch(/· rollback of `d-OLD`(?! \()/);
  });

  it("call a rollback automatic only where it is on record that nobody asked for it", () => {
    const card = { channel: "C0DEPLOY", ts: "1.1" };
    expect(where("rollback-of", { ...card, onItsOwn: true })).toContain("· automatic rollback of `d-OLD`");
    expect(where("rollback-of", card)).toContain("· rollback of `d-OLD`");
  });

  it.each([
    [
      "runs",
      { phase: "running" },
      "⏪ Rolling back: ",
      "checkout-api in prod is rolling back: ",
      "*CodeDeploy is at work*",
    ],
    [
      "failed",
      { phase: "failed", incident: true, rollbackFailed: true },
      "🚨 Failed: ",
      "The rollback of checkout-api in prod failed at 14:04 UTC. ",
      "*The rollback failed.*",
    ],
    [
      "is done",
      { phase: "rolled-back", serving: "previous" },
      "⏪ Rolled back by CodeDeploy: ",
      "checkout-api in prod was rolled back by CodeDeploy at 14:04 UTC. ",
      "*The rollback is done.*",
    ],
    [
      "was stopped",
      { phase: "stopped" },
      "⏹️ Stopped: ",
      "checkout-api in prod was stopped at 14:04 UTC; ",
      "outside Holdpoint",
    ],
  ] as const)("say of the rollback's own card that it %s", (_, changes, title, start, line) => {
    const deployment = deploymentOf({
      ...{ holds: [], offers: [], systemTitle: "CodeDeploy", related: { relation: "rollback-of", ref } },
      progress: { headline: ["CodeDeploy is at work"], next: ["nothing."] },
      ...(changes.phase === "running" ? {} : { endedAt: noon }),
      ...changes,
    });
    const card = drawCard(pictureOf({ deployment }));
    expect(wordsOf(card)).toContain(`${title}checkout-api in prod`);
    expect(card.text.startsWith(start)).toBe(true);
    expect(wordsOf(card)).toContain(line);
  });
});
