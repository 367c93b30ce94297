import { describe, expect, it } from "vitest";
import type { LogEntry } from "../../../src/bot/card/parts/picture.ts";
import { actionToRepeat, missingVoteAt } from "../../../src/bot/card/thread/call.ts";
import {
  drawIncident,
  drawThread,
  type NumberedEntry,
  weightOf,
} from "../../../src/bot/card/thread/thread.ts";
import { denialText } from "../../../src/handlers/denied.ts";
import { decisionOfHold } from "../../../src/handlers/identity.ts";
import type { Fact, WordedRemark } from "../../../src/handlers/words.ts";
import {
  continueAt,
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
import { labelsOf, problemsOf, wordsOf } from "./reading.ts";

const id = decisionOfHold(hold.id);
const both = `${people.ann},${people.ben}`;
const at = noon;

const opened: WordedRemark = {
  name: `hold/${hold.id}`,
  weight: "person",
  emoji: "✋",
  words: ["waits for an answer"],
  holdId: hold.id,
};
const deployed: WordedRemark = {
  name: "status/IN_PROGRESS",
  weight: "progress",
  emoji: "▶️",
  words: ["ECS is deploying"],
};
const broken: WordedRemark = {
  name: "incident/x",
  weight: "incident",
  emoji: "🚨",
  words: ["failed: the circuit breaker was triggered"],
  reason: "tasks failed",
};

const entries: Readonly<Record<LogEntry["k"], LogEntry>> = {
  vote: { k: "vote", at, id, action: "continue", by: people.ann, n: 1, need: 2 },
  withdrawn: { k: "withdrawn", at, id, by: people.ann },
  void: { k: "void", at, id, action: "continue", by: people.ann, why: "not-an-approver" },
  late: {
    k: "late",
    at,
    id: "end",
    action: "rollback",
    by: people.cleo,
    won: id,
    wonBy: both,
    wonAction: "continue",
  },
  claimed: {
    k: "claimed",
    at,
    id,
    action: "continue",
    by: both,
    att: 1,
    others: people.cleo,
    detail: { point: id, reason: "looks good" },
  },
  dropped: { k: "dropped", at, id, action: "continue", by: people.ann, att: 1, why: "guard" },
  accepted: { k: "accepted", at, id, action: "continue", by: both, att: 1 },
  refused: { k: "refused", at, id, action: "continue", by: both, att: 1, answer: "not awaiting" },
  unclear: { k: "unclear", at, id, action: "continue", by: both, att: 1 },
  open: { k: "open", at, id, action: "continue", by: both, att: 1, answer: "AccessDenied" },
  superseded: { k: "superseded", at, id, action: "continue", by: both, asked: people.cleo },
  expired: { k: "expired", at, id, asked: people.ann },
  confirmed: { k: "confirmed", at, id, action: "continue", by: both },
  reopened: { k: "reopened", at, id, action: "continue", by: both, asked: people.cleo },
  notSent: { k: "notSent", at, id, action: "continue", by: both, asked: people.cleo },
  lateAnswer: { k: "lateAnswer", at, id, action: "continue", by: people.ann, att: 1, answer: "accepted" },
  remark: { k: "remark", at, remark: deployed },
};

/** As if the log went on after its first entry, which would bring the details along. */
function numbered(...some: readonly LogEntry[]): readonly NumberedEntry[] {
  return some.map((entry, index) => ({ entry, seq: index + 2 }));
}

const told: Readonly<Record<LogEntry["k"], string>> = {
  vote: `<@${people.ann}> votes to continue: 1 of 2`,
  withdrawn: `<@${people.ann}> withdrew their vote`,
  void: `<@${people.ann}>'s vote to continue no longer counts: no longer an approver`,
  late: `<@${people.cleo}> asked to roll back, too late: <@${people.ann}> and <@${people.ben}> had asked to continue`,
  claimed: `<@${people.ann}> and <@${people.ben}> ask ECS to continue. <@${people.cleo}> had voted otherwise. Reason:\n\`\`\`looks good\`\`\``,
  dropped: "was not sent: something else was decided first",
  accepted: "“Continue” sent to ECS",
  refused: "ECS rejected “Continue” (<@U024ANN> and <@U031BEN>). Checking the current state.",
  unclear: "It is not known whether ECS received “Continue”",
  open: "“Continue” had no effect",
  superseded: `This is not what <@${people.ann}>, <@${people.ben}> and <@${people.cleo}> asked for.`,
  expired: `Too few votes came in time: <@${people.ann}>.`,
  confirmed: "ECS confirmed “Continue”",
  reopened: `ECS still waits: “Continue” has not taken effect. <@${people.ann}>, <@${people.ben}> and <@${people.cleo}>: press again.`,
  notSent: `“Continue” was not sent to ECS: Holdpoint stopped first. <@${people.ann}>, <@${people.ben}> and <@${people.cleo}>: press again.`,
  lateAnswer: "ECS replied late to “Continue”",
  remark: "ECS is deploying",
};

describe("the thread", () => {
  it.each(Object.values(entries))("tells $k", (entry) => {
    const message = drawThread(pictureOf(), numbered(entry));
    expect(wordsOf(message)).toContain(told[entry.k]);
    expect(problemsOf(message)).toEqual([]);
    expect(message.broadcast).toBe(false);
    const [line] = message.blocks.flatMap((block) =>
      block.type === "section" ? [block.text?.text ?? ""] : [],
    );
    expect(line?.split("\n").length).toBeLessThanOrEqual(2);
  });

  it("says that nothing was sent where the attempt ended before", () => {
    const { sentAt: _never, ...unsent } = decisionOf({ state: "open" });
    const ended = (decision: typeof unsent): string =>
      wordsOf(drawThread(pictureOf({ decisions: [decision] }), numbered(entries.open)));
    expect(ended(unsent)).toContain("“Continue” was not sent (");
    expect(ended(decisionOf({ state: "open" }))).toContain("“Continue” had no effect (");
    expect(ended({ ...unsent, attempt: 2 })).toContain("“Continue” had no effect (");
  });

  it("never gives Holdpoint's own reason as AWS's words", () => {
    const stopped: LogEntry = { k: "open", at, id, action: "continue", answer: "Holdpoint restarts" };
    const words = wordsOf(drawThread(pictureOf(), numbered(stopped)));
    expect(words).toContain("Holdpoint restarts");
    expect(words).not.toContain("AWS says");
  });

  it("names nobody as the first where AWS or the console was", () => {
    const late: LogEntry = { k: "late", at, id, action: "continue", by: people.cleo, won: id };
    const words = wordsOf(drawThread(pictureOf(), numbered(late)));
    expect(words).toContain("too late: it was over already");
    expect(words).not.toContain("nobody");
  });

  it("tells the reason of each vote", () => {
    const detail = { point: id, reason: "smoke tests are green" };
    const vote: LogEntry = { k: "vote", at, id, action: "continue", by: people.ann, n: 1, need: 2, detail };
    expect(wordsOf(drawThread(pictureOf(), numbered(vote)))).toContain(
      "1 of 2. Reason:\n```smoke tests are green",
    );
  });

  it("joins what happened into one message, in order, and says how far it went", () => {
    const message = drawThread(
      pictureOf(),
      numbered(entries.vote, entries.claimed, entries.accepted, entries.confirmed),
    );
    const words = wordsOf(message);
    const places = [told.vote, told.claimed, told.accepted, told.confirmed].map((line) =>
      words.indexOf(line),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(message.to).toBe(5);
    expect(message.blocks).toHaveLength(1);
  });

  it("gives every value in full with its first message, and only there", () => {
    const first = drawThread(pictureOf(), [{ seq: 1, entry: entries.remark }]);
    expect(wordsOf(first)).toContain("*New image:* `registry/checkout:2.19.0`");
    expect(wordsOf(drawThread(pictureOf(), numbered(entries.remark)))).not.toContain("New image");
  });

  it("tells of a value that was not read its name alone, because a later look may read it", () => {
    const details: readonly Fact[] = [
      { kind: "unknown", label: "New image", why: ["ECS did not answer in time"] },
      { kind: "value", label: "Cluster", value: [{ code: "main" }] },
      { kind: "unknown", label: "Task definition changes", why: ["not read yet"] },
      { kind: "unknown", label: "Task definition changes", why: ["not read yet"] },
    ];
    const first = (facts: readonly Fact[]): string =>
      wordsOf(
        drawThread(pictureOf({ deployment: deploymentOf({ details: facts }) }), [
          { seq: 1, entry: entries.remark },
        ]),
      );
    const words = first(details);
    expect(words).toContain("*All values*\n*Cluster:* `main`");
    expect(words).toContain(
      "*Not read when this was posted:* New image, Task definition changes. Holdpoint's slash command with the word `show` shows the present values.",
    );
    for (const untrueLater of ["❓", "did not answer", "not read yet"])
      expect(words).not.toContain(untrueLater);
    expect(first(details.filter(({ kind }) => kind === "unknown"))).not.toContain("All values");
    expect(first(details.filter(({ kind }) => kind === "value"))).not.toContain("Not read");
  });

  it("calls for a missing vote once, also where the first vote is further back than the view goes", () => {
    const policy = policyOf({ continue: ruleOf({ approvals: 3 }) });
    const { ann, ben } = people;
    const cast = (n: number): LogEntry => ({
      ...{ k: "vote", at, id, action: "continue", by: n === 1 ? ann : ben, n, need: 3 },
    });
    const called = (n: number, before: number, again = {}): number => {
      const entry = { ...cast(n), ...again };
      const votes = [ann, ben].slice(0, n).map((user) => voteOf(user, continueAt(hold), 3));
      const picture = pictureOf({ policy, votes, log: [entry], view: { logLength: before + 1 } });
      const seq = before + 1;
      const votersLeft = new Map([[seq, { kind: "channel" } as const]]);
      return wordsOf(drawThread(picture, [{ seq, entry }], { votersLeft })).split("needed*").length - 1;
    };
    expect([called(1, 1), called(1, 60), called(2, 60)]).toEqual([1, 1, 0]);
    // Somebody gives another reason for a vote that called for the others before.
    expect([called(1, 0, { again: true }), called(1, 60, { again: true })]).toEqual([1, 0]);
  });

  it("counts nobody for whom it is not known whether they still may, when it says how many votes are missing", () => {
    const policy = policyOf({ continue: ruleOf({ approvals: 3 }) });
    const { ann, ben } = people;
    const vote = { k: "vote", at, id, action: "continue", need: 3 } as const;
    const first: LogEntry = { ...vote, by: ann, n: 1 };
    const second: LogEntry = { ...vote, by: ben, n: 1, detail: { point: id, unknown: ann } };
    const votes = [
      { ...voteOf(ann, continueAt(hold), 3), unknown: true as const },
      voteOf(ben, continueAt(hold), 3),
    ];
    const picture = pictureOf({ policy, votes, log: [first, second] });
    expect(missingVoteAt(picture, first)).toMatchObject({ voted: [ann, ben], missing: 2 });
  });

  it.each([undefined, `${denialText("permission")} (ecs:StopServiceDeployment)`])(
    "calls for a rollback that was not sent, whatever came of an earlier one: %s",
    (answer) => {
      const picture = pictureOf({ deployment: deploymentOf({ holds: [] }) });
      const entry = { k: "notSent", at, id: "end", action: "rollback", by: people.ann, att: 2 } as const;
      expect(actionToRepeat(picture, answer === undefined ? entry : { ...entry, answer })).toBe("rollback");
    },
  );

  it("leaves out a hold that went with its deployment by our own rollback", () => {
    const gone: LogEntry = { k: "superseded", at, id };
    const picture = pictureOf({ decisions: [endOf({ state: "confirmed" })] });
    const message = drawThread(picture, numbered(entries.confirmed, gone));
    expect(wordsOf(message)).not.toContain("The hold is over");
    expect(message.to).toBe(3);
  });

  it("tells a hold that somebody answered outside Holdpoint", () => {
    const { deployment } = pictures.elsewhere;
    const message = drawThread(pictureOf({ deployment }), numbered({ k: "superseded", at, id }));
    expect(wordsOf(message)).toContain("Continued outside Holdpoint");
  });

  it("bounds a message and leaves the rest to the next one", () => {
    const many = Array.from({ length: 50 }, () => entries.refused);
    const message = drawThread(pictureOf(), numbered(...many));
    expect(problemsOf(message)).toEqual([]);
    expect(message.to).toBe(31);
  });
});

describe("a hold that opens", () => {
  const cardTs = `${(noon - 10 * minuteMs) / 1_000}.000100`;
  const entry: LogEntry = { k: "remark", at: noon, remark: opened };

  it("calls the approvers once when its card stood before", () => {
    const message = drawThread(pictureOf({ board: { ts: cardTs } }), numbered(entry));
    expect(wordsOf(message)).toContain(
      "✋ <!subteam^S0123ONCALL>: `checkout-api` in prod *waits for your answer* until",
    );
    expect(wordsOf(message)).toContain("28 minutes from this message");
    expect(message.text).toContain("waits for you until 14:32 UTC, else ECS rolls back.");
    expect(problemsOf(message)).toEqual([]);
  });

  it("calls nobody when the card was posted with it", () => {
    const after = `${(noon + 1_000) / 1_000}.000100`;
    expect(wordsOf(drawThread(pictureOf({ board: { ts: after } }), numbered(entry)))).not.toContain(
      "subteam",
    );
  });

  it("calls nobody when it is answered by now", () => {
    const picture = pictureOf({ board: { ts: cardTs }, decisions: [decisionOf()] });
    expect(wordsOf(drawThread(picture, numbered(entry)))).not.toContain("subteam");
  });

  it("never mentions a whole channel", () => {
    const rule = ruleOf({ approvers: "channel-members" });
    const picture = pictureOf({ board: { ts: cardTs }, policy: policyOf({ continue: rule }) });
    expect(wordsOf(drawThread(picture, numbered(entry)))).toContain(
      "✋ `checkout-api` in prod *waits for your answer*",
    );
  });
});

describe("lost memory", () => {
  it("is told once, when another store has posted the card", () => {
    const picture = pictureOf({ board: { ts: `${noon / 1_000}.000100`, older: true } });
    expect(wordsOf(drawThread(picture, [{ seq: 1, entry: entries.remark }]))).toContain("store was emptied");
    expect(wordsOf(drawThread(picture, numbered(entries.remark)))).not.toContain("store was emptied");
  });

  it("is not told when this store has posted the card", () => {
    const picture = pictureOf({ board: { ts: `${noon / 1_000}.000100` } });
    expect(wordsOf(drawThread(picture, [{ seq: 1, entry: entries.remark }]))).not.toContain(
      "store was emptied",
    );
  });
});

describe("an incident", () => {
  const entry: LogEntry = { k: "remark", at: noon, remark: broken };

  it("is broadcast alone, with AWS's own reason", () => {
    const picture = pictures.failing;
    const before = drawThread(picture, numbered(entries.remark, entry));
    expect(before).toMatchObject({ broadcast: false, to: 2 });
    const message = drawThread(picture, numbered(entry, entries.remark));
    expect(message).toMatchObject({ broadcast: true, to: 2 });
    expect(wordsOf(message)).toContain("🚨 *Failed:* `checkout-api` in prod.");
    expect(wordsOf(message)).toContain("circuit breaker: tasks failed to start.");
    expect(wordsOf(message)).toContain("<!subteam^S0123ONCALL>: Check it now.");
    expect(problemsOf(message)).toEqual([]);
  });

  it("is broadcast once", () => {
    const picture = pictureOf({
      board: { incidentTs: "1794925920.000100" },
      deployment: pictures.failing.deployment,
    });
    expect(drawThread(picture, numbered(entry)).broadcast).toBe(false);
  });

  it("is none when people asked for the rollback", () => {
    const picture = pictureOf({
      deployment: pictures.failing.deployment,
      decisions: [endOf({ state: "confirmed" })],
    });
    expect(drawThread(picture, numbered(entry)).broadcast).toBe(false);
    expect(drawIncident(picture)).toBeUndefined();
  });

  it("offers the rollback while there is one by hand, and drops it when there is none", () => {
    const running = deploymentOf({
      incident: true,
      remarks: [broken],
      holds: [],
      offers: [rollbackAt(undefined)],
    });
    const open = drawIncident(pictureOf({ deployment: running }));
    expect(open && labelsOf(open)).toEqual(["Roll back", "Open in AWS"]);
    expect(open && wordsOf(open)).toContain("<!subteam^S0123ONCALL>: You can roll back here.");
    const board = { incidentTs: "1794925920.000100" };
    const asked = drawIncident(pictureOf({ deployment: running, board, decisions: [endOf()] }));
    expect(asked && labelsOf(asked)).toEqual(["Open in AWS"]);
  });

  it("ends in the same message, which says how", () => {
    const board = { incidentTs: "1794925920.000100" };
    const { deployment } = pictures.rolledBackBySystem;
    const message = drawIncident(pictureOf({ deployment, board }));
    expect(message && labelsOf(message)).toEqual([]);
    expect(message && wordsOf(message)).toContain("⏪ *Over at");
    expect(message && problemsOf(message)).toEqual([]);
  });

  it("is not drawn where there is none", () => {
    expect(drawIncident(pictures.waiting)).toBeUndefined();
  });
});

describe("the weight of entries", () => {
  it("is that of the most urgent one", () => {
    expect(weightOf(numbered(entries.vote, entries.withdrawn, entries.late))).toBe("progress");
    expect(weightOf(numbered(entries.vote, entries.confirmed))).toBe("ending");
    expect(weightOf(numbered(entries.confirmed, { k: "remark", at, remark: broken }))).toBe("incident");
    expect(weightOf(numbered({ k: "remark", at, remark: broken }, entries.reopened))).toBe("person");
  });
});
