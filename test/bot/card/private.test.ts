import { describe, expect, it } from "vitest";
import { parseButton, printButton } from "../../../src/bot/card/parts/button.ts";
import { type Asked, tellError, tellOutcome, tellWithdrawn } from "../../../src/bot/card/private/private.ts";
import type { Decision, NotDone, Outcome, Refusal, Stale } from "../../../src/handlers/decision.ts";
import { type Action, actions } from "../../../src/handlers/deployment.ts";
import { decisionOfHold, keyOf } from "../../../src/handlers/identity.ts";
import { decisionOf, deploymentOf, endOf, hold, labelled, oncall, people } from "./pictures.ts";
import { buttonsOf, linesOf, problemsOf, wordsOf } from "./reading.ts";

const deployment = deploymentOf();
const key = keyOf(deployment.ref, deployment.lane);
const vote = { key, point: decisionOfHold(hold.id), action: "continue", evidence: "7c1e90ab" } as const;
const asked: Asked = {
  action: "rollback",
  user: people.cleo,
  label: labelled(deployment).label,
  withdrawValue: printButton(vote),
};

const refusals: { readonly [Rule in Refusal["rule"]]: Extract<Refusal, { readonly rule: Rule }> } = {
  "other-workspace": { rule: "other-workspace" },
  "not-an-approver": {
    rule: "not-an-approver",
    policy: "prod",
    action: "rollback",
    approvers: [{ kind: "usergroup", id: oncall }],
  },
  "no-rule": { rule: "no-rule", policy: "prod", action: "rollback" },
  "reason-required": { rule: "reason-required", policy: "prod", action: "rollback" },
  "lookup-failed": { rule: "lookup-failed", policy: "prod", what: "usergroups.users.list: missing_scope" },
  "voters-unknown": {
    rule: "voters-unknown",
    policy: "prod",
    ...{ voters: [people.ann], votes: 1, need: 2 },
    what: "members of the user group S0123: rate limited",
  },
  "no-route": { rule: "no-route" },
  "evidence-unknown": { rule: "evidence-unknown", unknown: ["image digests"] },
  "aws-not-readable": { rule: "aws-not-readable", why: "time-out" },
  "store-down": { rule: "store-down" },
  "slow-lookup": { rule: "slow-lookup" },
  withdrawn: { rule: "withdrawn" },
  "store-lost-answer": { rule: "store-lost-answer" },
  "store-emptied": { rule: "store-emptied", ms: 38_400 },
  restarting: { rule: "restarting" },
  "newer-version": { rule: "newer-version" },
};

const stales: { readonly [What in Stale["what"]]: Extract<Stale, { readonly what: What }> } = {
  "unknown-deployment": { what: "unknown-deployment" },
  "wrong-message": { what: "wrong-message" },
  "not-recorded-yet": { what: "not-recorded-yet" },
  opposed: { what: "opposed", by: [people.ben] },
  "not-offered": { what: "not-offered", action: "rollback", now: ["ECS shows ", { code: "SUCCESSFUL" }] },
  evidence: { what: "evidence", changed: ["image digests"] },
  approvals: { what: "approvals", before: 2, now: 3 },
  worse: {
    what: "worse",
    changes: [
      { what: "alarm", name: "high-5xx", since: 1_794_924_240_000 },
      { what: "failed", unit: "task", now: 3 },
      { what: "healthy", unit: "task", before: 4, now: 2 },
    ],
    seen: { red: [], failed: 3, healthy: 2 },
  },
  over: { what: "over", now: ["ECS shows ", { code: "ROLLBACK_IN_PROGRESS" }] },
};

const causes: readonly NotDone["cause"][] = ["denied", "throttled", "unsupported", "invalid", "not-sent"];

const outcomes: readonly Outcome[] = [
  { kind: "accepted", decision: endOf(), deployment },
  { kind: "waiting", votes: 1, need: 2, deployment },
  { kind: "waiting", votes: 1, need: 3, deployment },
  { kind: "busy", holder: decisionOf({ state: "sent" }), deployment },
  { kind: "busy", deployment },
  { kind: "decided", winner: decisionOf(), mine: false, deployment },
  { kind: "decided", winner: endOf(), mine: true, deployment },
  { kind: "decided", winner: decisionOf({ state: "superseded", by: [] }), mine: false, deployment },
  { kind: "rejected", message: "The hook is not awaiting an action", deployment },
  { kind: "unclear", deployment },
  ...Object.values(refusals).map((why): Outcome => ({ kind: "refused", why, deployment })),
  ...Object.values(stales).map((changed): Outcome => ({ kind: "stale", changed })),
  ...causes.map(
    (cause): Outcome => ({ kind: "not-done", why: { cause, message: "AccessDeniedException" }, deployment }),
  ),
];

describe("a private answer", () => {
  it.each(outcomes.map((outcome) => [JSON.stringify(outcome).slice(0, 70), outcome] as const))(
    "has words, passes Slack and is short: %s",
    (_, outcome) => {
      const message = tellOutcome(outcome, asked);
      expect(problemsOf(message)).toEqual([]);
      expect(wordsOf(message)).not.toContain("undefined");
    },
  );

  it("says that something was not done only where it was sent", () => {
    for (const cause of causes) {
      const why = { cause, message: "AccessDeniedException" };
      const words = wordsOf(tellOutcome({ kind: "not-done", why, deployment }, asked));
      expect(words).toContain(cause === "not-sent" ? "*Rollback was not sent*" : "*Rollback was not done*");
      expect(words).toContain("Nothing changed in AWS.");
    }
  });

  it("says that a vote is kept whose voter could not be looked up again", () => {
    const why = { ...refusals["lookup-failed"], voteKept: true } as const;
    const told = (it: Refusal) => wordsOf(tellOutcome({ kind: "refused", why: it }, asked));
    expect(told(why)).toContain("Your vote is kept.");
    expect(told(refusals["lookup-failed"])).not.toContain("kept");
  });

  it("says for every refusal whether something was sent, and what to do", () => {
    for (const why of Object.values(refusals)) {
      const words = wordsOf(tellOutcome({ kind: "refused", why }, asked));
      expect(words).toMatch(/Nothing was sent|was not sent/);
    }
  });

  it.each(actions)("is two lines for %s, whatever became of it", (action) => {
    const voided = [{ user: people.ben, why: "left-channel" }] as const;
    for (const outcome of [...outcomes, ...outcomes.map((one) => ({ ...one, voided }))]) {
      const message = tellOutcome(outcome, { ...asked, action });
      expect(linesOf(message).length).toBeLessThanOrEqual(2);
      expect(problemsOf(message)).toEqual([]);
      expect(message.text).not.toMatch(/version (?:checkout-api|this)|strategy of/);
      expect(wordsOf(message)).not.toMatch(/version\*? `|strategy\*? of/);
    }
    for (const kind of ["withdrawn", "none"] as const) {
      const message = tellWithdrawn({ kind, deployment }, { ...asked, action });
      expect(problemsOf(message)).toEqual([]);
      expect(linesOf(message).length).toBeLessThanOrEqual(2);
    }
  });

  it("puts the place where the verb wants it", () => {
    const told = (action: Action) => tellOutcome({ kind: "unclear", deployment }, { ...asked, action }).text;
    expect(told("terminate-old")).toContain("request to terminate the old version of checkout-api in prod.");
    expect(told("revert")).toContain("request to revert checkout-api in prod.");
    expect(told("cancel")).toContain("request to cancel checkout-api in prod.");
  });

  it("tells the loser which ending is still possible", () => {
    const [offer] = deployment.offers.filter(({ holdId }) => holdId === undefined);
    if (offer === undefined) throw new Error("no ending of the deployment");
    const cancellable = { ...deployment, offers: [{ ...offer, action: "cancel" as const }] };
    const words = (winner: Decision) =>
      wordsOf(tellOutcome({ kind: "decided", winner, mine: false, deployment: cancellable }, asked));
    expect(words(decisionOf())).toContain("You can still cancel from the card.");
    expect(words(endOf())).not.toContain("You can still");
  });

  it("tells the loser who won, with what, when, and what is still possible", () => {
    const words = wordsOf(
      tellOutcome({ kind: "decided", winner: decisionOf(), mine: false, deployment }, asked),
    );
    expect(words).toContain("🚫 *Your rollback was not sent:* somebody else answered first.");
    expect(words).toContain(
      `<@${people.ann}> and <@${people.ben}> asked ECS to *continue* \`checkout-api\` in prod at <!date^1794924305^{time_secs}|14:05:05 UTC>. ECS has not confirmed yet.`,
    );
    expect(words).toContain("You can still roll back from the card.");
  });

  it("tells a second click that the first one is at work", () => {
    const holder = decisionOf({ state: "sent", action: "rollback", by: [people.cleo] });
    const words = wordsOf(tellOutcome({ kind: "busy", holder, deployment }, asked));
    expect(words).toContain("*You already asked for this.* Nothing was sent a second time.");
    const other = wordsOf(tellOutcome({ kind: "busy", holder, deployment }, { ...asked, user: people.ann }));
    expect(other).toContain("another request for `checkout-api` in prod is being carried out.");
  });

  it("names the rule and who can, in one line", () => {
    const message = tellOutcome({ kind: "refused", why: refusals["not-an-approver"] }, asked);
    expect(linesOf(message)).toEqual([
      "⛔ *Only <!subteam^S0123ONCALL>* can roll back `checkout-api` in prod (policy `prod`). Nothing was sent.",
    ]);
  });

  it("lets a vote be taken back, with the value of the vote", () => {
    const message = tellOutcome({ kind: "waiting", votes: 1, need: 2, deployment }, asked);
    const [button] = buttonsOf(message);
    expect(button).toMatchObject({ action_id: "vote.withdraw", text: { text: "Withdraw my vote" } });
    expect(parseButton(button?.value ?? "")).toEqual(vote);
    expect(wordsOf(message)).toContain(
      "*Your vote to roll back* `checkout-api` in prod counts: *1 of 2*.\nNothing was sent yet: 1 more vote needed.",
    );
  });

  it("never claims that AWS has done what it was only asked for", () => {
    const words = wordsOf(tellOutcome({ kind: "accepted", decision: endOf(), deployment }, asked));
    expect(words).toContain("has not confirmed it yet");
  });

  it("works where nothing is known but the request", () => {
    const message = tellOutcome(
      { kind: "stale", changed: stales["wrong-message"] },
      { action: "continue", user: people.ann },
    );
    expect(wordsOf(message)).toContain("this deployment");
    expect(problemsOf(message)).toEqual([]);
  });
});

describe("taking a vote back", () => {
  it.each([
    [{ kind: "withdrawn", deployment }, "no longer counts"],
    [{ kind: "none", deployment }, "You have no vote"],
    [{ kind: "decided", winner: decisionOf(), deployment }, "can no longer be withdrawn"],
    [{ kind: "refused", why: { rule: "store-down" } }, "*It is not known whether your vote was withdrawn*"],
    [
      { kind: "unknown-deployment" },
      "*You have no vote* for `checkout-api` in prod: Holdpoint no longer knows",
    ],
  ] as const)("tells %j", (withdrawal, words) => {
    const message = tellWithdrawn(withdrawal, { ...asked, action: "continue" });
    expect(wordsOf(message)).toContain(words);
    expect(problemsOf(message)).toEqual([]);
  });
});

it("gives a bug a number and no stack trace", () => {
  const message = tellError("5f0e2a11");
  expect(wordsOf(message)).toContain("`5f0e2a11`");
  expect(problemsOf(message)).toEqual([]);
});

it.each(outcomes.map((outcome) => [JSON.stringify(outcome).slice(0, 70), outcome] as const))(
  "gives the reason back unless it is on record: %s",
  (_, outcome) => {
    const message = tellOutcome(outcome, { ...asked, reason: "errors doubled" });
    const isKept = ["accepted", "waiting", "unclear"].includes(outcome.kind);
    expect(wordsOf(message).includes("errors doubled")).toBe(!isKept);
    expect(problemsOf(message)).toEqual([]);
  },
);
