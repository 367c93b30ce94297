/** The pure part over answers that a fake would never give: what AWS may add, leave out, or say for the first time. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { factsOf, type Seen } from "../../../src/aws/appconfig/facts/facts.ts";
import { historyOf, unreadHistory } from "../../../src/aws/appconfig/facts/history.ts";
import {
  type AwsDeployment,
  deploymentSchema,
  type Summary,
} from "../../../src/aws/appconfig/facts/stored-detail.ts";
import { type Deployment, isTerminal } from "../../../src/handlers/deployment.ts";
import { asGone } from "../../../src/handlers/jobs/observe.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { inWords, lines, said } from "../in-words.ts";
import { sentencesIn } from "../sentences.ts";

const id = { application: "k3f9a2x", environment: "p7d2m4q", number: 128 };
const ref = {
  system: "appconfig",
  account: "111122223333",
  region: "eu-west-1",
  id: "k3f9a2x/p7d2m4q/128",
} as const;
const at = new Date("2026-11-17T14:00:00Z");
const minutesLater = (count: number) => new Date(at.getTime() + count * 60_000);

function answer(more: object): AwsDeployment {
  return deploymentSchema.parse({
    ConfigurationProfileId: "prof123",
    ConfigurationName: "checkout-flags",
    ConfigurationVersion: "57",
    DeploymentStrategyId: "str4tgy",
    DeploymentDurationInMinutes: 30,
    GrowthFactor: 20,
    GrowthType: "LINEAR",
    FinalBakeTimeInMinutes: 10,
    State: "DEPLOYING",
    PercentageComplete: 40,
    StartedAt: at,
    EventLog: [],
    ...more,
  });
}

/** An entry of the log, as the SDK gives it. */
const event = (members: object): object => members;
const summary = (members: Summary): Summary => ({ ConfigurationProfileId: "prof123", ...members });

const older = [summary({ DeploymentNumber: 127, ConfigurationVersion: "56", State: "COMPLETE" })];

function facts(more: object = {}, rest: Partial<Seen> = {}): Deployment {
  return factsOf({
    ref,
    id,
    deployment: answer(more),
    names: {
      application: { kind: "read", value: { name: "checkout" } },
      environment: { kind: "read", value: { name: "live", alarms: [] } },
      strategy: { kind: "read", value: { name: "linear-20-30min" } },
    },
    history: historyOf({ deployments: older, complete: true }, 128, "prof123"),
    now: at.getTime(),
    ...rest,
  });
}

const seen = (...of: Parameters<typeof facts>): WordedDeployment => inWords(facts(...of));

const own = "went off, said the alarm";
const log = [
  { EventType: "ROLLBACK_STARTED", TriggeredBy: "INTERNAL_ERROR", Description: own },
  { EventType: "BAKE_TIME_STARTED" },
  { EventType: "toString" },
  { EventType: "PERCENTAGE_UPDATED", Description: "40% of clients" },
  { EventType: "PERCENTAGE_UPDATED", Description: "20% of clients" },
  { EventType: "DEPLOYMENT_STARTED", ActionInvocations: [{ ActionName: "notify", ErrorMessage: own }] },
].map((entry, index) => event({ ...entry, OccurredAt: minutesLater(60 - index) }));
const alarms = [
  { name: "5xx", state: "alarm", since: at.getTime() },
  {
    name: "p99",
    state: "unread",
    why: { kind: "failed", by: "throttled", call: "cloudwatch:DescribeAlarms" },
  },
] as const;
const histories = [
  historyOf({ deployments: older, complete: true }, 128, "prof123"),
  historyOf({ deployments: [], complete: true }, 128, "prof123"),
  historyOf({ deployments: [], complete: false }, 128, "prof123"),
  historyOf(
    {
      deployments: [summary({ DeploymentNumber: 129, ConfigurationVersion: "58" }), ...older],
      complete: true,
    },
    128,
    "prof123",
  ),
  unreadHistory({ kind: "failed", by: "permission", call: "appconfig:ListDeployments" }),
];
/** Every state, with whatever may be known of what came before and after it. */
const all: readonly Deployment[] = [
  ...["VALIDATING", "DEPLOYING", "BAKING", "COMPLETE", "ROLLING_BACK", "ROLLED_BACK", "REVERTED", "toString"],
].flatMap((State) =>
  histories.flatMap((history) => [
    facts({ State, EventLog: log, CompletedAt: at, Description: own }, { history, alarms }),
    facts({ State, EventLog: [], VersionLabel: own }, { history }),
  ]),
);

it("records no sentence but AWS's own, and makes its words from that", () => {
  for (const one of [...all, ...all.map(asGone)]) {
    expect(sentencesIn(one).filter((text) => text !== own)).toEqual([]);
    inWords(one);
  }
});

it("tells nothing of a record that it can't read, and nothing as under way that is gone", () => {
  for (const one of all) {
    const { changes, health, offers } = inWords({ ...one, said: { words: "of old" } });
    expect(lines(changes)).toEqual(["Version: unknown, not read yet"]);
    expect(lines(health)).toEqual(["Alarms: unknown, not read yet"]);
    for (const { consequence } of offers) expect(said(consequence)).toContain("Not known: to which version.");
    const gone = inWords(asGone(one));
    expect(gone.progress).toBeUndefined();
    expect(said(gone.outcome)).toBe(isTerminal(one) ? said(inWords(one).outcome) : "");
  }
});

it("keeps a state that is new to it in sight, shows it, and lets it be cancelled", () => {
  const deployment = seen({ State: "PAUSED_BY_AWS" });
  expect(deployment).toMatchObject({ phase: "running", status: "PAUSED_BY_AWS" });
  expect(deployment.offers.map(({ action }) => action)).toEqual(["cancel"]);
  expect(said(deployment.progress?.next)).toContain("does not know this state");
  expect(deployment.remarks.map(({ words }) => said(words))).toContain("AppConfig shows `PAUSED_BY_AWS`");
});

it.each([
  [{ GrowthType: "EXPONENTIAL", GrowthFactor: 2 }, "steps that double, from 2% on, then 10 min bake time."],
  [{ GrowthType: "SINUS" }, "steps of growth type `SINUS`, then 10 min bake time."],
  [{ DeploymentDurationInMinutes: 0 }, "all targets at once, then 10 min bake time."],
  [{ PercentageComplete: 100 }, "10 min bake time."],
  [{ PercentageComplete: 99.9999924 }, "10 min bake time."],
  [{ PercentageComplete: 100, DeploymentDurationInMinutes: 0 }, "10 min bake time."],
  [{ PercentageComplete: 100, FinalBakeTimeInMinutes: 0 }, "the end."],
  [{ PercentageComplete: 100, FinalBakeTimeInMinutes: undefined }, "the bake time."],
  [{ PercentageComplete: 100, State: "VALIDATING" }, "10 min bake time."],
  [{ FinalBakeTimeInMinutes: 0 }, "+20% per step, then the end."],
  [{ GrowthFactor: 33.29999923706055 }, "+33.3% per step, then 10 min bake time."],
])("says what comes next of %j", (more, words) => {
  expect(said(seen(more).progress?.next)).toBe(words);
});

it("says what it knows where AWS leaves out everything", () => {
  const bare = seen(
    {},
    {
      deployment: {},
      names: {
        application: { kind: "unknown", why: { kind: "failed", by: "unclear", call: "aws:Read" } },
        environment: { kind: "unknown", why: { kind: "failed", by: "unclear", call: "aws:Read" } },
        strategy: { kind: "gone" },
      },
      history: historyOf({ deployments: [], complete: false }, 128, undefined),
    },
  );
  expect(bare).toMatchObject({ target: "k3f9a2x/p7d2m4q", phase: "running", status: "unknown" });
  expect(said(bare.progress?.headline)).toBe("AppConfig does not say how many targets have the new version");
  expect(lines(bare.changes)).toEqual(["Version: unknown, AppConfig does not name it"]);
  expect(said(bare.expert)).toBe("Deployment 128");
});

it("offers no revert where AWS does not say when it was completed, and takes the log's word", () => {
  expect(seen({ State: "COMPLETE" }).offers).toEqual([]);
  const completed = event({ EventType: "DEPLOYMENT_COMPLETED", OccurredAt: minutesLater(40) });
  const logged = seen({ State: "COMPLETE", EventLog: [completed] });
  expect(logged.endedAt).toBe(minutesLater(40).getTime());
  expect(logged.offers[0]?.until).toBe(minutesLater(40 + 72 * 60).getTime());
});

it("keeps a version that is no number out of labels", () => {
  const version = "*_<!channel>_*";
  const deployments = [summary({ DeploymentNumber: 3, ConfigurationVersion: version, State: "COMPLETE" })];
  const history = historyOf({ deployments, complete: true }, 128, "prof123");
  const complete = { State: "COMPLETE", CompletedAt: at, ConfigurationVersion: `${version}2` };
  const [offer] = seen(complete, { history }).offers;
  expect(offer).toMatchObject({ label: "Revert to the version before", deny: "Keep the new version" });
  const texts = JSON.stringify(offer?.dialog.filter((part) => typeof part === "string"));
  expect(texts).not.toContain("channel");
});

it.each([
  [
    "nothing while a later one shows a new state",
    [summary({ DeploymentNumber: 129, State: "NEW_STATE" })],
    0,
  ],
  [
    "a revert once a later one was rolled back",
    [summary({ DeploymentNumber: 129, State: "ROLLED_BACK" })],
    1,
  ],
  [
    "a revert beside a later one of another configuration",
    [{ DeploymentNumber: 129, ConfigurationProfileId: "x" }],
    1,
  ],
])("offers %s: %j", (_, later, offers) => {
  const history = historyOf({ deployments: [...later, ...older], complete: true }, 128, "prof123");
  expect(seen({ State: "COMPLETE", CompletedAt: at }, { history }).offers).toHaveLength(offers);
});

it("does not guess a version before that is not listed, or that shows a state it does not know", () => {
  const far = historyOf(
    { deployments: [summary({ DeploymentNumber: 129 })], complete: false },
    128,
    "prof123",
  );
  expect(lines(seen({}, { history: far }).changes)[1]).toBe(
    "Version: unknown, the old one: not among the last 1 deployments. New: `57`",
  );
  const odd = [summary({ DeploymentNumber: 127, ConfigurationVersion: "56", State: "NEW_STATE" })];
  const history = historyOf({ deployments: odd, complete: true }, 128, "prof123");
  expect(lines(seen({}, { history }).changes)[1]).toContain("deployment 127 shows `NEW_STATE`");
});

it.each([
  ["USER", false, undefined],
  ["APPCONFIG", true, "incident/appconfig"],
  ["SOMETHING_NEW", true, "incident/unsaid"],
  [undefined, true, "incident/unsaid"],
])("takes a rollback by %s for an incident: %s", (TriggeredBy, incident, name) => {
  const EventLog = [
    event({ EventType: "ROLLBACK_COMPLETED", TriggeredBy: "APPCONFIG", OccurredAt: minutesLater(3) }),
    event({ EventType: "ROLLBACK_STARTED", TriggeredBy, OccurredAt: minutesLater(2) }),
  ];
  const deployment = seen({ State: "ROLLED_BACK", EventLog });
  expect(deployment.incident).toBe(incident);
  expect(deployment.causeUnknown).toBe(name === "incident/unsaid" ? true : undefined);
  expect(deployment.remarks.map(({ words }) => said(words)).join()).not.toContain("does not say");
  expect(deployment.overtaken).toBeUndefined();
  expect(deployment.endedAt).toBe(minutesLater(3).getTime());
  expect(deployment.remarks.find(({ weight }) => weight === "incident")?.name).toBe(name);
});

it.each([
  ["COMPLETE", undefined, 40],
  ["ROLLED_BACK", undefined, 40],
  ["ROLLED_BACK", "ROLLBACK_COMPLETED", 55],
  ["REVERTED", "REVERT_COMPLETED", 55],
  // It was complete then, and nothing tells when it was reverted.
  ["REVERTED", undefined, undefined],
] as const)("takes the end of %s, with the entry %s, for minute %s", (State, type, minutes) => {
  const EventLog = type === undefined ? [] : [event({ EventType: type, OccurredAt: minutesLater(55) })];
  expect(seen({ State, EventLog, CompletedAt: minutesLater(40) }).endedAt).toBe(
    minutes === undefined ? undefined : minutesLater(minutes).getTime(),
  );
});

it("shows no role that AWS names in its log", () => {
  const Description = "Rollback initiated by arn:aws:sts::111122223333:assumed-role/secret-role/session";
  const EventLog = [event({ EventType: "ROLLBACK_STARTED", TriggeredBy: "INTERNAL_ERROR", Description })];
  const deployment = seen({ State: "ROLLING_BACK", EventLog });
  expect(deployment.reason).toBe("Rollback initiated by (role)");
  expect(JSON.stringify(deployment)).not.toContain("secret-role");
});

it("tells the ending from the state where the log is empty, under the same name", () => {
  for (const [State, type] of [
    ["COMPLETE", "DEPLOYMENT_COMPLETED"],
    ["ROLLING_BACK", "ROLLBACK_STARTED"],
    ["ROLLED_BACK", "ROLLBACK_COMPLETED"],
    ["REVERTED", "REVERT_COMPLETED"],
  ] as const) {
    const named = (EventLog: object[]) =>
      seen({ State, EventLog }).remarks.filter(({ name }) => name.startsWith("event/"));
    expect(named([]).map(({ name }) => name)).toEqual([`event/${type}`]);
    expect(named([event({ EventType: type })])).toEqual(named([]));
  }
});

it("tells a hundred steps in tenths, and entries that are new as AWS words them", () => {
  const steps = Array.from({ length: 100 }, (_, index) =>
    event({
      EventType: "PERCENTAGE_UPDATED",
      Description: `Configuration available to ${index + 1}.00% of clients`,
      OccurredAt: minutesLater(index),
    }),
  );
  const odd = event({ EventType: "PAUSED", Description: "by AWS", OccurredAt: minutesLater(101) });
  const extension = { ActionName: "notify", ErrorCode: "403", ErrorMessage: "no", InvocationId: "i1" };
  const failing = event({ EventType: "DEPLOYMENT_STARTED", ActionInvocations: [extension, extension] });
  const { remarks } = seen({ EventLog: [odd, ...steps.toReversed(), failing] });
  expect(remarks.filter(({ name }) => name.startsWith("step/"))).toHaveLength(11);
  expect(remarks).toContainEqual({
    name: `odd/PAUSED/${minutesLater(101).getTime()}`,
    weight: "progress",
    emoji: "ℹ️",
    words: ["AppConfig reports ", { code: "PAUSED", atMost: 48 }],
    reason: "by AWS",
  });
  expect(remarks.filter(({ name }) => name === "extension/i1")).toMatchObject([{ reason: "403: no" }]);
});

it("tells the end after any number of entries that are new", () => {
  const odd = Array.from({ length: 50 }, (_, index) =>
    event({ EventType: "PAUSED", OccurredAt: minutesLater(index) }),
  );
  const end = event({ EventType: "DEPLOYMENT_COMPLETED", OccurredAt: minutesLater(60) });
  const { remarks } = seen({ State: "COMPLETE", EventLog: [end, ...odd.toReversed()] });
  expect(remarks.length).toBeLessThan(12);
  expect(remarks.at(-1)?.name).toBe("event/DEPLOYMENT_COMPLETED");
});

it("draws the same remarks whatever part of the log a read saw first", () => {
  const types = ["DEPLOYMENT_STARTED", "PERCENTAGE_UPDATED", "BAKE_TIME_STARTED", "PAUSED"];
  const logs = fc.array(
    fc.record({ EventType: fc.constantFrom(...types), percent: fc.integer({ min: 0, max: 100 }) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(logs, fc.nat(30), (entries, cut) => {
      const log = entries.map(({ EventType, percent }, index) =>
        event({ EventType, Description: `${percent}%`, OccurredAt: minutesLater(index) }),
      );
      const names = (part: readonly object[]) =>
        seen({ EventLog: part.toReversed() }).remarks.map(({ name }) => name);
      const all = names(log);
      expect(new Set(all).size).toBe(all.length);
      for (const name of names(log.slice(0, cut))) expect(all).toContain(name);
    }),
  );
});

it("keeps labels and dialogs to their room, for any state and any percentage", () => {
  const states = fc.constantFrom(
    "VALIDATING",
    "DEPLOYING",
    "BAKING",
    "COMPLETE",
    "ROLLING_BACK",
    "ROLLED_BACK",
    "X",
  );
  fc.assert(
    fc.property(
      states,
      fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
      (State, percent) => {
        const deployment = seen({ State, PercentageComplete: percent, CompletedAt: at });
        for (const { label, dialog, consequence } of deployment.offers) {
          expect(label.length).toBeLessThanOrEqual(30);
          expect(said(dialog).length).toBeLessThanOrEqual(230);
          expect(said(consequence)).toMatch(/\.$/);
        }
        expect(deployment.changes.length).toBeLessThanOrEqual(4);
        expect(deployment.offers.length > 0 || ["ROLLING_BACK", "ROLLED_BACK"].includes(State)).toBe(true);
      },
    ),
  );
});

it("promises no step where neither the log nor the start tells the last one", () => {
  expect(said(seen({ PercentageComplete: 40 }).progress?.next)).not.toContain("about");
  const first = said(seen({ PercentageComplete: 0 }).progress?.next);
  const time = JSON.stringify({ time: minutesLater(6).getTime(), show: "deadline" });
  expect(first).toContain(`20% about ${time}`);
});

const pacesFromStart = fc.record({
  GrowthType: fc.constantFrom("LINEAR", "EXPONENTIAL"),
  GrowthFactor: fc.constantFrom(1, 2, 5, 10, 20, 25, 30, 50, 60, 99),
  DeploymentDurationInMinutes: fc.constantFrom(5, 15, 30, 60),
});

it("says of every rollout with steps when all targets have it, and what comes first", () => {
  fc.assert(
    fc.property(pacesFromStart, (pace) => {
      const { GrowthFactor: first, DeploymentDurationInMinutes: duration } = pace;
      const next = said(seen({ ...pace, PercentageComplete: 0 }).progress?.next);
      expect(next.startsWith(`${first}% about `)).toBe(true);
      const end = JSON.stringify({ time: minutesLater(duration).getTime(), show: "deadline" });
      expect(next).toContain(`100% about ${end}, then 10 min bake time.`);
      expect(next.match(/about/g)?.length).toBeLessThanOrEqual(4);
    }),
  );
});

it.each([
  [{ GrowthFactor: 25, DeploymentDurationInMinutes: 15 }, /^25% .*, 50% .*, 75% .*, 100% about .*, then 10/],
  [
    { GrowthFactor: 10, DeploymentDurationInMinutes: 15 },
    /^10% .*, 20% .*, 30% .* … and 100% about .*, then 10/,
  ],
])("leaves out no last step of %j", (pace, words) => {
  expect(said(seen({ ...pace, PercentageComplete: 0 }).progress?.next)).toMatch(words);
});

it("says of an exponential rollout which share comes next", () => {
  const next = said(
    seen({
      ...{ GrowthType: "EXPONENTIAL", GrowthFactor: 25, PercentageComplete: 25 },
      EventLog: [
        event({ EventType: "PERCENTAGE_UPDATED", Description: "25%", OccurredAt: minutesLater(10) }),
      ],
    }).progress?.next,
  );
  expect(next).toMatch(/^50% about .*, 100% about .*, then 10 min bake time/);
});

type Points = readonly (readonly [percent: number, minute: number])[];

it.each<[string, number | undefined, Points, Points]>([
  [
    "both of the last steps",
    40,
    [
      [20, 5],
      [40, 10],
    ],
    [
      [60, 15],
      [80, 20],
      [100, 25],
    ],
  ],
  [
    "a step less than there were",
    60,
    [
      [20, 6],
      [60, 18],
    ],
    [
      [80, 24],
      [100, 30],
    ],
  ],
  [
    "shares that are rounded",
    40,
    [
      [20.4, 5],
      [39.7, 10],
    ],
    [
      [60, 15],
      [80, 20],
      [100, 25],
    ],
  ],
  [
    "the first step alone",
    20,
    [[20, 6]],
    [
      [40, 12],
      [60, 18],
      [80, 24],
      [100, 30],
    ],
  ],
  [
    "an earlier share than the present one",
    60,
    [
      [20, 5],
      [40, 10],
    ],
    [],
  ],
  [
    "a share that this pace does not come to",
    40,
    [
      [33, 5],
      [40, 10],
    ],
    [],
  ],
  [
    "one share twice",
    40,
    [
      [40, 5],
      [40, 10],
    ],
    [],
  ],
  [
    "steps while no share is told",
    undefined,
    [
      [20, 5],
      [40, 10],
    ],
    [],
  ],
  ["nothing while no share is told", undefined, [], []],
])("names the steps to come, where the log shows %s", (_, PercentageComplete, logged, coming) => {
  const EventLog = logged.toReversed().map(([percent, minute]) =>
    event({
      EventType: "PERCENTAGE_UPDATED",
      Description: `${percent}%`,
      OccurredAt: minutesLater(minute),
    }),
  );
  const next = said(seen({ PercentageComplete, EventLog }).progress?.next);
  const about = coming.map(
    ([percent, minute]) =>
      `${percent}% about ${JSON.stringify({ time: minutesLater(minute).getTime(), show: "deadline" })}`,
  );
  expect(next).toBe(`${about.length === 0 ? "+20% per step" : about.join(", ")}, then 10 min bake time.`);
});

it("speaks of alarms only where the environment names some", () => {
  expect(lines(seen().health)).toContain("Alarms: none set: nothing rolls back by itself");
  const ended = said(seen({ State: "COMPLETE" }).outcome);
  expect(ended).toContain("All targets have version 57");
  expect(ended).not.toContain("alarms");
});
