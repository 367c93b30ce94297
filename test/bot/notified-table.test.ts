/**
 * docs/notifications.md against the real board and the fake Slack: whatever happens to a deployment, in whatever order
 * and under whatever policy, each message notifies exactly those whom the page's table names.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../fakes/slack/workspace.ts";
import type { Approver, Mention } from "../../src/handlers/decision.ts";
import type { Policy } from "../../src/handlers/policy.ts";
import { continueAt, hold, policyOf, ruleOf } from "./card/pictures.ts";
import { courseOf, isCard, members, type Step, type Told } from "./course.ts";
import { type BoardTest, present, remarkOf, startBoardTest } from "./support.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/notifications.md"), "utf8");
const table = [...page.matchAll(/^\| (?!what happens|---)(.+?) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, what = "", who = "", how = ""]) => ({ what, who, how }),
);

/** `channel`: those who follow it, and nobody by name. */
type Called = readonly Mention[] | "channel";

const approvers = (policy: Policy, action: "continue" | "rollback"): Called => {
  const list = policy.rules[action]?.approvers ?? "channel-members";
  return policy.notify ?? (list === "channel-members" ? "channel" : list);
};
const takeBack = (policy: Policy): Called => approvers(policy, "rollback");

/** What the second column means. */
const whoms: Readonly<Record<string, (policy: Policy, voted: readonly string[]) => Called>> = {
  nobody: () => [],
  "the policy's `notify`; without it, its approvers": (policy) => approvers(policy, "continue"),
  "those who follow the channel": () => "channel",
  "those who may still vote": (policy, voted) => {
    const list = policy.rules.continue?.approvers ?? "channel-members";
    const may = list === "channel-members" ? approvers(policy, "continue") : list;
    return may === "channel" ? may : may.flatMap((one) => writtenOut(one, voted));
  },
  "the policy's `notify`; without it, those who can take it back": takeBack,
  "the same people": takeBack,
};

type Form = "card" | "reply" | "broadcast" | "beside";

/** What the third column means, for the message that notifies. */
const forms: Readonly<Record<string, readonly Form[]>> = {
  "the card, where it is posted in that moment; else one reply in the thread for all holds that opened": [
    "card",
    "reply",
  ],
  "the card, or a reply that is also sent to the channel": ["card", "broadcast"],
  "one reply in the thread, after the first vote for an action; also sent to the channel where it calls nobody by name":
    ["reply", "broadcast"],
  "one reply in the thread; also sent to the channel where it calls nobody by name": ["reply", "broadcast"],
  "one reply, also sent to the channel, with the way back where there is one": ["broadcast"],
  "one more such reply": ["broadcast"],
};

function writtenOut(one: Mention, voted: readonly string[]): readonly Mention[] {
  const isVotedIn = one.kind === "usergroup" && membersOf(one).some((user) => voted.includes(user));
  const all: readonly Mention[] = isVotedIn ? membersOf(one).map((id) => ({ kind: "user", id })) : [one];
  return all.filter(({ id }) => !voted.includes(id));
}

function membersOf(one: Mention): readonly string[] {
  if (one.kind === "special") return everybody;
  return one.kind === "user" ? [one.id] : (members[one.id] ?? []);
}

const follower = "U0FOL";
const everybody = ["U0ANN", "U0BEN", "U0CLEO", "U0DAN", follower];

let test: BoardTest;
beforeAll(async () => {
  const people = everybody.map((id) => ({
    ...{ id, name: id.slice(2).toLowerCase() },
    followsAllMessages: id === follower,
  }));
  const userGroups = Object.entries(members).map(([id, users]) => ({ id, handle: id, name: id, users }));
  test = await startBoardTest({ people, userGroups });
});
afterAll(() => test.close());

const formOf = (message: Message): Form => {
  if (message.threadTs !== undefined) return message.broadcast ? "broadcast" : "reply";
  return isCard(message) ? "card" : "beside";
};
const sorted = (...users: readonly (readonly string[])[]): readonly string[] =>
  [...new Set(users.flat())].toSorted();
const isSame = (one: readonly string[], other: readonly string[]): boolean => one.join() === other.join();
const rung = ({ notified }: Message): readonly string[] => sorted(notified.map(({ user }) => user));

/** Plays it and holds each message against the table. Returns the rows that were played. */
async function play(policy: Policy, steps: readonly Step[]): Promise<readonly string[]> {
  const course = await courseOf(test, policy);
  // Whoever was mentioned by name follows the thread from then on.
  const followers = new Map<string, readonly string[]>();
  const rows: string[] = [];
  for (const step of steps) {
    const told = course.take(step);
    if (told === undefined) continue;
    const messages = await course.show(step);
    const row = rowOf(policy, told);
    rows.push(row.what);
    check(policy, told, { row, messages, followers });
  }
  return rows;
}

function rowOf(policy: Policy, { what, isAnew }: Told) {
  const named =
    what === "a hold opens, or asks again" && approvers(policy, "continue") === "channel"
      ? "the same, with `channel-members` and without `notify`"
      : what === "all else" && isAnew
        ? "the card is found or posted again, another replica takes over"
        : what;
  return present(
    table.find((row) => row.what === named),
    `the table has no row: ${named}`,
  );
}

function check(
  policy: Policy,
  { voted, isAnew }: Told,
  {
    row,
    messages,
    followers,
  }: {
    readonly row: (typeof table)[number];
    readonly messages: readonly Message[];
    readonly followers: Map<string, readonly string[]>;
  },
): void {
  const whom = present(whoms[row.who], `nobody knows who this is: ${row.who}`);
  const called = whom(policy, voted);
  const isQuiet = called !== "channel" && called.length === 0;
  const named = called === "channel" ? [] : called;
  const isBeside = named.some(({ kind }) => kind === "special");
  const allowed = forms[row.how] ?? [];
  const hasCard = messages.some(isCard);
  const broadcasts = called === "channel" || !allowed.includes("reply");
  const inThread: Form = isBeside ? "beside" : broadcasts ? "broadcast" : "reply";
  // While the card can't be drawn, nobody knows that it is gone, and a reply under it calls.
  const isTold =
    isAnew &&
    messages.some((it) =>
      inThread === "reply" ? isCard(it) && isSame(rung(it), [follower]) : formOf(it) === inThread,
    );
  const form: Form = allowed.includes("card") && hasCard && !isTold ? "card" : inThread;
  // The page's limits of Slack say why `here` stands beside the card.
  if (!isQuiet && form !== "beside") expect(allowed).toContain(form);
  expect(messages.filter(isCard).length).toBeLessThanOrEqual(1);
  if (isAnew) expect(hasCard).toBe(true);
  let missing = !isQuiet;
  for (const message of messages) {
    const thread = message.threadTs ?? message.ts;
    const following = message.threadTs === undefined ? [] : (followers.get(thread) ?? []);
    const inChannel = message.threadTs === undefined || message.broadcast ? [follower] : [];
    const loud = sorted(named.flatMap(membersOf), following, inChannel);
    if (missing && formOf(message) === form && (form !== "reply" || isSame(rung(message), loud))) {
      missing = false;
      expect({ row: row.what, text: message.text, rung: rung(message) }).toEqual({
        ...{ row: row.what, text: message.text, rung: loud },
      });
      const users = named.flatMap((one) => (one.kind === "user" ? [one.id] : []));
      followers.set(thread, sorted(following, users));
      continue;
    }
    const quiet = message.threadTs === undefined ? [follower] : following;
    expect({ row: row.what, text: message.text, form: formOf(message), rung: rung(message) }).toEqual({
      ...{ row: row.what, text: message.text, rung: sorted(quiet) },
      form: message.threadTs === undefined ? "card" : "reply",
    });
  }
  expect({ row: row.what, form, missing, messages: messages.map(({ text }) => text) }).toMatchObject({
    missing: false,
  });
}

const group: Approver = { kind: "usergroup", id: "S0TWO" };
const cleo: Approver = { kind: "usergroup", id: "S0CLEO" };
const ann: Approver = { kind: "user", id: "U0ANN" };
const ben: Approver = { kind: "user", id: "U0BEN" };
const anyList = fc.constantFrom<readonly Approver[] | "channel-members">(
  ...[[ann], [ann, ben], [group], [group, cleo], [cleo, ann]],
  "channel-members",
);
const anyPolicy = fc
  .record({
    forward: anyList,
    back: anyList,
    notify: fc.constantFrom<readonly Mention[] | undefined>(
      ...[undefined, undefined, [cleo], [ben], [group, { kind: "user", id: "U0DAN" } as const]],
      ...[[{ kind: "special", id: "here" } as const], [cleo, { kind: "special", id: "channel" } as const]],
    ),
  })
  .map(({ forward, back, notify }): Policy => policyFor(forward, back, notify));
const anyOf = (kinds: readonly Step["kind"][]) =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    deleted: fc.boolean(),
    replica: fc.constantFrom(0, 1),
    voter: fc.nat({ max: 3 }),
  });
const anyCourse = fc
  .tuple(
    fc.array(
      anyOf([
        ...(["look", "progress", "opens", "opens", "opens", "both open", "optional opens"] as const),
        ...(["vote", "vote", "vote", "decision", "decision", "asked again", "not sent"] as const),
        ...(["asked back", "taken over", "end asked back", "end taken over"] as const),
        ...(["goes on", "trouble", "end", "end asked again", "end not sent"] as const),
      ]),
      { minLength: 1, maxLength: 7 },
    ),
    anyOf(["look", "failed", "rolled back", "timed out", "vanished", "succeeded", "rolled back as asked"]),
  )
  .map(([steps, end]) => [...steps, end]);

function policyFor(
  forward: readonly Approver[] | "channel-members",
  back = forward,
  notify?: readonly Mention[],
): Policy {
  const rules = {
    continue: ruleOf({ approvers: forward, approvals: 3 }),
    rollback: ruleOf({ approvers: back }),
  };
  return { ...policyOf(rules), ...(notify === undefined ? {} : { notify }) };
}

/** One course for each row, in which it occurs. */
const examples: Readonly<Record<string, readonly Step["kind"][]>> = {
  "a deployment runs, nobody is needed": ["look"],
  "a hold opens, or asks again": ["look", "opens", "decision", "asked again"],
  "the same, with `channel-members` and without `notify`": ["look", "opens"],
  "a rollback, cancel, revert or termination that was asked for had no effect": [
    "look",
    "end",
    "end asked again",
  ],
  "a vote is missing": ["look", "opens", "vote", "vote"],
  "it failed, AWS rolled it back, it timed out or vanished": ["look", "opens", "timed out"],
  "an incident that was told ends badly": ["look", "trouble", "failed"],
  "an incident that was told ends otherwise": ["look", "trouble", "succeeded"],
  "the card is found or posted again, another replica takes over": ["opens", "look"],
  "an optional hold opens": ["look", "optional opens"],
  "a rollout goes on": ["look", "progress"],
  "all else": ["look", "opens", "decision"],
};

describe("docs/notifications.md", () => {
  it.each(table)("is right: $what", async ({ what }) => {
    const course = present(examples[what], "no course plays this row");
    const policy = policyFor(what.includes("channel-members") ? "channel-members" : [group]);
    const deleted = what.includes("posted again");
    const steps = course.map(
      (kind, index): Step => ({ kind, deleted: deleted && index > 0, replica: index % 2 }),
    );
    expect(await play(policy, steps)).toContain(what);
  });

  it("has a row for each course", () => {
    expect(table.map(({ what }) => what)).toEqual(Object.keys(examples));
  });

  it.each<readonly Step["kind"][]>([
    ["look", "opens", "asked back", "taken over", "taken over"],
    ["look", "end asked back", "end taken over"],
    ["look", "end", "trouble"],
  ])("is right where a request comes to nothing, or an end is under way: %s %s %s", async (...kinds) => {
    expect.hasAssertions();
    const steps = kinds.map((kind, index): Step => ({ kind, replica: index % 2 }));
    for (const policy of [policyFor([group]), policyFor("channel-members")]) await play(policy, steps);
  });

  it("is right where a card is deleted that nobody had replied to", async () => {
    expect.hasAssertions();
    const steps = (["look", "look", "opens"] as const).map(
      (kind, index): Step => ({ kind, deleted: index > 0, replica: 0 }),
    );
    await play(policyFor([ann]), steps);
  });

  it("is right for every course under every policy", async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(anyPolicy, anyCourse, async (policy, steps) => {
        await play(policy, steps);
      }),
      { numRuns: 12 },
    );
  });
});

describe("a store that lost its data, and a hold", () => {
  const policy = policyFor([group]);
  const [member = ""] = membersOf(group);
  const first = { ...hold, id: "ecs-pause-1", stage: "PRE_SCALE_UP" };
  const second = { ...hold, id: "ecs-pause-2", stage: "POST_SCALE_UP" };
  const started = remarkOf("status");
  const opens = ({ id }: typeof hold) => remarkOf(`hold/${id}`, { weight: "person", holdId: id });
  const seen = (...holds: readonly (typeof hold)[]) => ({
    policy,
    deployment: { holds, offers: holds.map((it) => continueAt(it)), remarks: [started, ...holds.map(opens)] },
  });
  const rungBy = (messages: readonly Message[]) => messages.filter((it) => rung(it).includes(member)).length;

  it.each([
    ["opened after that: it calls once", [seen()], seen(first), 1],
    ["opened after that beside one that the card had called for", [seen(first)], seen(first, second), 2],
    ["had been called for by the card: nobody is called again", [seen(first)], seen(first), 1],
    ["had been called for by a reply: nobody is called again", [seen(), seen(first)], seen(first), 1],
  ])("%s", async (_, before, after, calls) => {
    const alone = await startBoardTest({
      people: membersOf(group).map((id) => ({ id, name: id })),
      userGroups: [{ id: group.id, handle: "two", name: "two", users: membersOf(group) }],
    });
    for (const one of before) await alone.settle(one);
    await alone.timed.redis.flushdb();
    await alone.timed.advance(5_000);
    await alone.settle({ ...after, storeAgeMs: 1_000 });
    await alone.settle({ ...after, storeAgeMs: 60_000 });
    expect(JSON.stringify(alone.thread().at(-1)?.blocks)).toContain("store was emptied");
    expect(alone.cards()).toHaveLength(1);
    expect(rungBy([...alone.cards(), ...alone.thread()])).toBe(calls);
    await alone.close();
  });
});
