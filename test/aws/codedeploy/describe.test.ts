import type { DeploymentInfo, ErrorCode, LifecycleEvent } from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { carriedHook, carriedReady } from "../../../src/aws/codedeploy/carried.ts";
import type { Ref } from "../../../src/handlers/deployment.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { denied, inWords, lines, said } from "../in-words.ts";
import { place } from "../stage.ts";
import { type Answers, factsFrom, type Targets } from "./answers.ts";
import { holdOf, offersAt } from "./stage.ts";

const described = (seen: Answers) => inWords(factsFrom(seen));

const ref: Ref = { system: "codedeploy", ...place, id: "d-7F3K9QX2M" };
const minute = 60_000;
const start = Date.UTC(2026, 10, 17, 14, 0, 0);
const at = (minutes: number): Date => new Date(start + minutes * minute);
const hour = 60;

const info: DeploymentInfo = {
  applicationName: "invoice-worker",
  deploymentGroupName: "invoice-prod",
  deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  deploymentId: ref.id,
  computePlatform: "Lambda",
  status: "InProgress",
  createTime: at(-1),
  startTime: at(0),
  creator: "user",
  revision: { revisionType: "AppSpecContent", appSpecContent: { sha256: "c0ffee" } },
};
const fleet: DeploymentInfo = {
  ...info,
  computePlatform: "Server",
  deploymentStyle: { deploymentType: "BLUE_GREEN" },
  deploymentConfigName: "CodeDeployDefault.AllAtOnce",
  revision: { s3Location: { bucket: "b", key: "release-312.zip", eTag: "e2" } },
  previousRevision: { s3Location: { bucket: "b", key: "release-311.zip", eTag: "e1" } },
  blueGreenDeploymentConfiguration: {
    deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 30 },
    terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 120 },
  },
};
const rollsBack: DeploymentInfo["autoRollbackConfiguration"] = {
  enabled: true,
  events: ["DEPLOYMENT_FAILURE"],
};

function event(
  name: string,
  status: LifecycleEvent["status"],
  from?: number,
  until?: number,
): LifecycleEvent {
  return {
    lifecycleEventName: name,
    status,
    ...(from === undefined ? {} : { startTime: at(from) }),
    ...(until === undefined ? {} : { endTime: at(until) }),
  };
}

function oneTarget(...events: readonly LifecycleEvent[]): Targets {
  return {
    kind: "read",
    total: 1,
    more: false,
    targets: [{ id: "invoice-worker", status: "InProgress", events }],
  };
}

const unread: Targets = { kind: "unknown", why: denied };
const hook = (id: string, minutes: number) =>
  carriedHook(
    { version: "1", deploymentId: ref.id, lifecycleEventHookExecutionId: id, hookName: "approve" },
    start + minutes * minute,
  );

function see(
  changed: Partial<DeploymentInfo>,
  targets: Targets,
  rest: {
    readonly carried?: Readonly<Record<string, string>>;
    readonly previous?: WordedDeployment;
    readonly now?: number;
    readonly of?: DeploymentInfo;
  } = {},
): WordedDeployment {
  const { carried, previous, now = start, of = info } = rest;
  return described({
    ref,
    info: { ...of, ...changed },
    targets,
    previous,
    now,
    hint: carried === undefined ? {} : { carried },
  });
}

it.each([
  ["Created", "running"],
  ["Queued", "running"],
  ["InProgress", "running"],
  ["Ready", "running"],
  ["Baking", "running"],
  ["Simmering", "running"],
  ["Succeeded", "succeeded"],
  ["Failed", "failed"],
  ["Stopped", "stopped"],
])("takes status %s for %s", (status, phase) => {
  const deployment = described({
    ref,
    info: Object.assign({}, info, { status }),
    targets: oneTarget(),
    now: start,
  });
  expect(deployment).toMatchObject({ phase, status });
  expect(deployment.remarks.map(({ name }) => name)).toContain(`status/${status}`);
});

it("names application and group, and says on which platform", () => {
  const deployment = see({}, oneTarget());
  expect(deployment).toMatchObject({
    target: "invoice-worker",
    qualifiedTarget: "invoice-worker/invoice-prod",
    systemTitle: "CodeDeploy",
    lane: ref.id,
    consoleUrl:
      "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-7F3K9QX2M?region=eu-west-1",
  });
  expect(said(deployment.where)).toBe("Lambda, group `invoice-prod`");
  expect(said(see({}, oneTarget(), { of: fleet }).where)).toBe("EC2 blue/green, group `invoice-prod`");
});

const held = oneTarget(event("BeforeAllowTraffic", "InProgress", 1), event("AllowTraffic", "Pending"));

it("shows a hook as a hold that ends an hour after its lifecycle event began", () => {
  const deployment = see({ autoRollbackConfiguration: rollsBack }, held, { carried: hook("x1", 1.1) });
  expect(holdOf(deployment, "x1")).toEqual({
    id: "x1",
    name: "approve",
    stage: "BeforeAllowTraffic",
    status: "InProgress",
    shows: "open",
    expiresAt: at(1 + hour).getTime(),
    expiryComputed: true,
    onExpiryAction: "rollback",
    onExpiry: ["the deployment fails, and CodeDeploy rolls back (this group does so on failure)."],
    onExpiryShort: "CodeDeploy fails the deployment and rolls back",
    said: expect.anything(),
  });
  expect(offersAt(deployment, "x1")).toEqual(["continue", "rollback"]);
  expect(offersAt(deployment)).toEqual(["rollback", "cancel"]);
  expect(said(deployment.expert)).toContain("deadline estimated: CodeDeploy waits 1 hour");
  expect(lines(deployment.changes)).toContain("Paused at: `BeforeAllowTraffic`, hook `approve`");
});

it("says whether the group rolls back when a hook fails", () => {
  const rollbackWords = (changed: Partial<DeploymentInfo>): string =>
    said(
      see(changed, held, { carried: hook("x1", 1.1) }).offers.find(
        ({ action, holdId }) => action === "rollback" && holdId === "x1",
      )?.dialog,
    );
  expect(rollbackWords({ autoRollbackConfiguration: rollsBack })).toContain("rolls back on failure");
  const off = { enabled: false };
  expect(rollbackWords({ autoRollbackConfiguration: off })).toContain("does not roll back on failure");
  expect(rollbackWords({})).toContain("Not known: whether this group rolls back on failure.");
  const onAlarm = { enabled: true, events: ["DEPLOYMENT_STOP_ON_ALARM" as const] };
  expect(rollbackWords({ autoRollbackConfiguration: onAlarm })).toContain("does not roll back on failure");
});

it.each([
  ["Succeeded", 10, "InProgress", "continue"],
  ["Failed", 10, "Failed", "rollback"],
  ["Failed", 1 + hour, "Failed", "expired"],
  ["Failed", 10, "Stopped", "over"],
  ["InProgress", undefined, "Stopped", "over"],
  ["Skipped", undefined, "Stopped", "over"],
  ["Unknown", undefined, "InProgress", "pending"],
] as const)(
  "reads an event that is %s (ended at %s) of a deployment that is %s as %s",
  (status, end, whole, shows) => {
    const targets = oneTarget(event("BeforeAllowTraffic", status, 1, end));
    const deployment = see({ status: whole, completeTime: at(end ?? 20) }, targets, {
      carried: hook("x1", 1.1),
    });
    expect(holdOf(deployment, "x1").shows).toBe(shows);
  },
);

const both = {
  first: oneTarget(event("BeforeInstall", "InProgress", 1), event("AfterAllowTestTraffic", "Pending")),
  second: oneTarget(
    event("BeforeInstall", "Succeeded", 1, 9),
    event("AfterAllowTestTraffic", "InProgress", 12),
  ),
};

it("tells successive hooks apart by when they were called, whatever was seen before", () => {
  const of: DeploymentInfo = { ...info, computePlatform: "ECS" };
  const first = see({}, both.first, { of, carried: hook("x1", 1.1) });
  const followed = see({}, both.second, { of, carried: hook("x2", 12.1), previous: first });
  const late = see({}, both.second, { of, carried: { ...hook("x2", 12.1), ...hook("x1", 1.1) } });
  for (const { holds } of [followed, late]) {
    expect(holds.map(({ id, stage, shows }) => [id, stage, shows])).toEqual([
      ["x1", "BeforeInstall", "continue"],
      ["x2", "AfterAllowTestTraffic", "open"],
    ]);
  }
  expect(late).toEqual(followed);
});

it("waits for a read that shows the event of a new hook, and does not take another one for it", () => {
  const of: DeploymentInfo = { ...info, computePlatform: "ECS" };
  const between = oneTarget(
    event("BeforeInstall", "Succeeded", 1, 9),
    event("AfterAllowTestTraffic", "Pending"),
  );
  const deployment = see({}, between, { of, carried: hook("x2", 12.1) });
  expect(holdOf(deployment, "x2")).toMatchObject({ shows: "pending", stage: "approve" });
  expect(offersAt(deployment, "x2")).toEqual([]);
});

it("finds the event of a hook at first sight where the bus's clock is far off, and keeps it", () => {
  const first = see({}, held, { carried: hook("x1", -9_000) });
  expect(holdOf(first, "x1")).toMatchObject({ shows: "open", stage: "BeforeAllowTraffic" });
  const after = oneTarget(
    event("BeforeAllowTraffic", "Succeeded", 1, 5),
    event("AfterAllowTraffic", "InProgress", 6),
  );
  expect(holdOf(see({}, after, { previous: first }), "x1").shows).toBe("continue");
});

it("keeps what only events told for as long as the deployment runs", () => {
  const first = see({}, held, { carried: hook("x1", 1.1) });
  expect(first.carried).toEqual(hook("x1", 1.1));
  expect(see({}, held, { previous: first })).toEqual(first);
  expect(see({ status: "Succeeded" }, held, { previous: first }).carried).toBeUndefined();
});

it("asks for an answer to a hook whose event could not be read: AWS itself judges it", () => {
  const deployment = see({}, unread, { carried: hook("x1", 1.1) });
  expect(holdOf(deployment, "x1").shows).toBe("open");
  expect(offersAt(deployment, "x1")).toContain("continue");
  expect(deployment.offers.flatMap(({ evidence }) => Object.values(evidence))).not.toContain(null);
});

it.each([
  ["no targets", { kind: "read", targets: [], total: 0, more: false }],
  ["a target without events", oneTarget()],
  ["a target with other events", oneTarget(event("AllowTraffic", "Pending"))],
] as const)("asks for an answer to a hook of which two reads show nothing but %s", (_what, targets) => {
  const first = see({}, targets, { carried: hook("x1", 1.1) });
  expect(offersAt(first, "x1")).toEqual([]);
  const second = see({}, targets, { previous: first });
  expect(offersAt(second, "x1")).toContain("continue");
  expect(see({}, targets, { previous: second })).toEqual(second);
});

it("makes no hold of a hook on instances: there it is a script", () => {
  expect(
    see({}, oneTarget(event("BeforeInstall", "InProgress", 1)), { of: fleet, carried: hook("x1", 1) }).holds,
  ).toEqual([]);
});

const installed = oneTarget(
  event("ValidateService", "Succeeded", 3, 4),
  event("BeforeAllowTraffic", "Pending"),
);
const shifting = oneTarget(
  event("ValidateService", "Succeeded", 3, 4),
  event("BeforeAllowTraffic", "InProgress", 9),
);
const wait = 30;

it("computes the end of the READY wait from its event, in any order of events and looks", () => {
  const carried = carriedReady(at(4.2).getTime());
  const known = see({ status: "Ready" }, installed, { of: fleet, carried });
  const looked = see({ status: "Ready" }, installed, { of: fleet, now: at(9).getTime() });
  const later = see({ status: "Ready" }, installed, { of: fleet, carried, previous: looked });
  expect(holdOf(known, "READY_WAIT")).toMatchObject({
    shows: "open",
    expiresAt: at(4.2 + wait).getTime(),
    expiryComputed: true,
    onExpiryAction: "cancel",
  });
  expect(holdOf(looked, "READY_WAIT").expiresAt).toBe(at(4 + wait).getTime());
  expect(later).toEqual(known);
});

it("counts the READY wait from its first sight where AWS tells nothing of its beginning, and from there on", () => {
  const first = see({ status: "Ready" }, unread, { of: fleet, now: at(6).getTime() });
  const second = see({ status: "Ready" }, unread, { of: fleet, now: at(8).getTime(), previous: first });
  for (const deployment of [first, second])
    expect(holdOf(deployment, "READY_WAIT").expiresAt).toBe(at(6 + wait).getTime());
});

it("does not believe a READY event from before the deployment was ready", () => {
  const carried = carriedReady(at(-500).getTime());
  const deployment = see({ status: "Ready" }, installed, { of: fleet, carried });
  expect(holdOf(deployment, "READY_WAIT").expiresAt).toBe(at(4 + wait).getTime());
});

const continues = {
  ...fleet,
  blueGreenDeploymentConfiguration: {
    deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 3 },
  },
} as const satisfies DeploymentInfo;

it.each([
  ["went on", fleet, { status: "InProgress" }, shifting, "continue"],
  ["seems to go on in a read that shows no shift", fleet, { status: "InProgress" }, installed, "pending"],
  ["was stopped in time", fleet, { status: "Stopped", completeTime: at(12) }, installed, "cancel"],
  [
    "was stopped when its time was over",
    fleet,
    { status: "Stopped", completeTime: at(4 + wait) },
    installed,
    "expired",
  ],
  ["failed", fleet, { status: "Failed" }, installed, "over"],
  ["was stopped after it went on", fleet, { status: "Stopped", completeTime: at(12) }, shifting, "continue"],
  ["went on when its time was over", continues, { status: "InProgress" }, shifting, "expired"],
] as const)("shows the READY wait of a deployment that %s", (_, of, changed, targets, shows) => {
  const previous = see({ status: "Ready" }, installed, { of });
  expect(holdOf(see(changed, targets, { of, previous }), "READY_WAIT").shows).toBe(shows);
});

it("takes two reads in a row past the READY wait for more than lag, also where no shift shows", () => {
  const waiting = see({ status: "Ready" }, installed, { of: fleet });
  const once = see({ status: "InProgress" }, installed, { of: fleet, previous: waiting });
  const twice = see({ status: "InProgress" }, installed, { of: fleet, previous: once });
  const thrice = see({ status: "InProgress" }, installed, { of: fleet, previous: twice });
  const lagged = see({ status: "Ready" }, installed, { of: fleet, previous: once });
  expect([once, twice, thrice, lagged].map((seen) => holdOf(seen, "READY_WAIT").shows)).toEqual([
    "pending",
    "continue",
    "continue",
    "open",
  ]);
});

const option = (actionOnTimeout: string): DeploymentInfo =>
  Object.assign({}, fleet, {
    blueGreenDeploymentConfiguration: { deploymentReadyOption: { actionOnTimeout, waitTimeInMinutes: 30 } },
  });
const service: DeploymentInfo = { ...fleet, computePlatform: "ECS" };
const rollbackInfo = { rollbackTriggeringDeploymentId: "d-1" };

it.each<readonly [string, DeploymentInfo, Partial<DeploymentInfo>, Targets, boolean]>([
  ["accepted", fleet, { status: "Created" }, { kind: "not-started" }, true],
  ["queued", service, { status: "Queued" }, { kind: "not-started" }, true],
  ["without targets", fleet, {}, { kind: "not-started" }, true],
  ["at the first event", service, {}, oneTarget(event("BeforeInstall", "InProgress", 1)), true],
  ["installing", fleet, {}, oneTarget(event("ApplicationStart", "InProgress", 1)), true],
  ["at test traffic", service, {}, oneTarget(event("AfterAllowTestTraffic", "InProgress", 1)), true],
  ["shifting", service, {}, oneTarget(event("AllowTraffic", "InProgress", 1)), false],
  ["shifting instances", fleet, {}, oneTarget(event("BeforeBlockTraffic", "InProgress", 1)), false],
  ["not read", fleet, {}, unread, false],
  ["between two events", service, {}, oneTarget(event("Install", "Succeeded", 1, 2)), false],
  ["of a function", info, { status: "Created" }, { kind: "not-started" }, false],
  ["rolling back", fleet, { status: "Created", rollbackInfo }, { kind: "not-started" }, false],
  [
    "that goes on by itself",
    option("CONTINUE_DEPLOYMENT"),
    { status: "Created" },
    { kind: "not-started" },
    false,
  ],
  ["unlike any", option("TOMORROW"), { status: "Created" }, { kind: "not-started" }, false],
])(
  "tells of a READY wait ahead, and only where it is known to be: %s",
  (_, of, changed, targets, isAhead) => {
    const next = "CodeDeploy waits for an answer before traffic moves.";
    expect(said(see(changed, targets, { of }).progress?.next) === next).toBe(isAhead);
  },
);

it("tells of no READY wait ahead once it was seen", () => {
  const previous = see({ status: "Ready" }, installed, { of: fleet });
  const lagging = oneTarget(event("Install", "InProgress", 1));
  expect(said(see({}, lagging, { of: fleet, previous }).progress?.next)).not.toContain("waits for an answer");
});

it("gives every share of traffic with one decimal at most", () => {
  for (let tenth = 0; tenth <= 1000; tenth += 1)
    for (const kind of ["LambdaCanary10Percent5Minutes", "LambdaLinear10PercentEvery1Minute"]) {
      const targets = oneTarget(event("AllowTraffic", "InProgress", 1));
      const shown = see(
        { deploymentConfigName: `CodeDeployDefault.${kind}` },
        {
          ...targets,
          ...(targets.kind === "read"
            ? { targets: targets.targets.map((target) => ({ ...target, weight: tenth / 10 })) }
            : {}),
        },
      );
      expect(said(shown.progress?.next)).not.toMatch(/\d\.\d{2,}%/);
    }
});

it("claims nothing of a status that AWS invents", () => {
  const { phase, status, progress } = see({ status: JSON.parse('"Simmering"') }, installed, { of: fleet });
  expect([phase, status]).toEqual(["running", "Simmering"]);
  expect(JSON.stringify(progress)).toContain("Simmering");
  expect(JSON.stringify(progress)).not.toContain("by itself");
});

it("says what AWS does after the READY wait, also where AWS invents something", () => {
  const words = (actionOnTimeout: string | undefined): string => {
    const blueGreenDeploymentConfiguration = Object.assign({
      deploymentReadyOption: Object.assign({}, { actionOnTimeout }),
    });
    return said(
      holdOf(
        see({ status: "Ready", blueGreenDeploymentConfiguration }, installed, { of: fleet }),
        "READY_WAIT",
      ).onExpiry,
    );
  };
  expect(words("STOP_DEPLOYMENT")).toBe(
    "CodeDeploy stops the deployment. Traffic stays on the old instances.",
  );
  expect(words("CONTINUE_DEPLOYMENT")).toBe("CodeDeploy continues: traffic moves to the new instances.");
  expect(words("ASK_AGAIN")).toBe("CodeDeploy does what it calls `ASK_AGAIN`.");
  expect(words(undefined)).toContain("does not say what that is");
});

const fleetTargets: Targets = {
  kind: "read",
  total: 4,
  more: false,
  targets: (["new", "new", "old", "old"] as const).map((side, index) => ({
    id: `i-${index}`,
    status: "Succeeded",
    side,
    events: [
      side === "new"
        ? event("AfterAllowTraffic", "Succeeded", 8, 9)
        : event("AfterBlockTraffic", "Succeeded", 9, 10),
    ],
  })),
};

it("counts instances that are ready before any has succeeded", () => {
  const targets = fleetTargets.targets.map((target) => ({
    ...target,
    status: target.side === "new" ? "Ready" : "Pending",
  }));
  const ready = see({ status: "Ready" }, { ...fleetTargets, targets }, { of: fleet });
  expect(lines(ready.health)).toContain("Instances: new 2 of 2 ready, old 2");
});

it("keeps the old fleet on offer until its wait is over, and waits for nobody", () => {
  const deployment = see({ instanceTerminationWaitTimeStarted: true }, fleetTargets, { of: fleet });
  expect(holdOf(deployment, "TERMINATION_WAIT")).toMatchObject({
    optional: true,
    shows: "open",
    expiresAt: at(10 + 120).getTime(),
    onExpiry: ["CodeDeploy then terminates the 2 old instances. That is the normal end."],
  });
  expect(offersAt(deployment, "TERMINATION_WAIT")).toEqual(["terminate-old"]);
  expect(offersAt(deployment)).toEqual(["rollback"]);
  expect(deployment.remarks.flatMap(({ holdId }) => holdId ?? [])).toEqual([]);
  // CodeDeploy tells no share of traffic of instances.
  expect(lines(deployment.health)).toEqual(["Instances: new 2 of 2 succeeded, old 2 still running"]);
  const ended = see({ status: "Succeeded", instanceTerminationWaitTimeStarted: true }, fleetTargets, {
    of: fleet,
    previous: deployment,
  });
  expect(holdOf(ended, "TERMINATION_WAIT").shows).toBe("over");
  expect(ended.offers).toEqual([]);
});

it.each([
  ["Created", ["cancel"]],
  ["Queued", ["cancel"]],
  ["InProgress", ["rollback", "cancel"]],
  ["Baking", ["rollback", "cancel"]],
  ["Succeeded", []],
  ["Failed", []],
  ["Stopped", []],
] as const)("offers what can be asked of a deployment that is %s", (status, actions) => {
  expect(offersAt(see({ status }, oneTarget()))).toEqual(actions);
});

it("offers no way back from a rollback, and says what it rolls back", () => {
  const rollbackInfo = { rollbackTriggeringDeploymentId: "d-OLD" };
  const deployment = see({ creator: "codeDeployRollback", rollbackInfo }, oneTarget(), { of: fleet });
  expect(offersAt(deployment)).toEqual(["cancel"]);
  expect(lines(deployment.changes)).toContain("Rolls back: `d-OLD`");
  expect(said(deployment.expert)).toContain("rolls back `d-OLD`");
});

it.each([
  [
    "its creator and what it rolls back",
    { creator: "codeDeployRollback", rollbackInfo: { rollbackTriggeringDeploymentId: "d-OLD" } },
  ],
  ["its creator alone", { creator: "codeDeployRollback" }],
  ["what it rolls back alone", { rollbackInfo: { rollbackTriggeringDeploymentId: "d-OLD" } }],
] as const)("never says that the new version serves after a rollback, known by %s", (_, more) => {
  const { phase, serving, remarks, outcome } = see({ ...more, status: "Succeeded" }, shifted(100, "41"));
  const ending = remarks.find(({ name }) => name === "status/Succeeded");
  expect(`${ending?.emoji} ${said(ending?.words)}`).toBe(
    "⏪ CodeDeploy finished the rollback: the earlier version serves again",
  );
  expect([phase, serving, said(outcome)]).toEqual([
    "rolled-back",
    "previous",
    "Rolled back: version `41` serves again.",
  ]);
});

it("says of a rollback that failed that it was the rollback, and not that none was started", () => {
  const { phase, rollbackFailed, remarks, outcome } = see(
    { creator: "codeDeployRollback", status: "Failed" },
    unread,
  );
  expect([phase, rollbackFailed, said(outcome)]).toEqual([
    "failed",
    true,
    "What serves now is not known. Look in AWS.",
  ]);
  const texts = remarks.map(({ words }) => said(words)).join("\n");
  expect(texts).toContain("the rollback failed");
  expect(texts).not.toContain("shows no rollback");
});

function shifted(percent: number | undefined, targetVersion: string): Targets {
  const weight = percent === undefined ? {} : { weight: percent };
  const one = { id: "invoice-worker", status: "Succeeded", events: [], lambda: { targetVersion }, ...weight };
  return { kind: "read", total: 1, more: false, targets: [one] };
}

function tasks(running: number | undefined, percent: number): Targets {
  const count = running === undefined ? {} : { runningCount: running };
  const green = { taskSetLabel: "Green" as const, trafficWeight: percent, ...count };
  const one = { id: "prod:checkout", status: "Succeeded", events: [], taskSets: [green] };
  return { kind: "read", total: 1, more: false, targets: [one] };
}

function instances(...statuses: readonly string[]): Targets {
  const all = statuses.map((status, index) => ({ id: `i-${index}`, status, events: [] }));
  return { kind: "read", total: all.length, more: false, targets: all };
}

function oneOf(id: string, status: string) {
  return [{ id, status, events: [] }];
}

const onEcs = { computePlatform: "ECS" } as const;
const inPlace = { computePlatform: "Server", deploymentStyle: { deploymentType: "IN_PLACE" } } as const;
const back = { creator: "codeDeployRollback" } as const;

it.each<[string, Partial<DeploymentInfo>, Targets, WordedDeployment["serving"], boolean]>([
  ["a function with all traffic", {}, shifted(100, "18"), "new", true],
  ["a function with a part of it", {}, shifted(40, "18"), "mixed", false],
  ["a function whose traffic is not told", {}, shifted(undefined, "18"), "unknown", false],
  ["a function that was not read", {}, unread, "unknown", false],
  ["tasks that run with all traffic", onEcs, tasks(2, 100), "new", true],
  ["all traffic on no task", onEcs, tasks(0, 100), "none", false],
  ["tasks that were not counted", onEcs, tasks(undefined, 100), "unknown", false],
  ["instances that all succeeded", inPlace, instances("Succeeded", "Succeeded"), "new", true],
  ["instances of which one failed", inPlace, instances("Succeeded", "Failed"), "mixed", false],
  ["no instance at all", inPlace, instances(), "none", false],
  ["instances that were not read", inPlace, unread, "unknown", false],
  [
    "instances that are only counted",
    { ...inPlace, deploymentOverview: { Succeeded: 9 } },
    unread,
    "new",
    true,
  ],
  ["a rollback with a part of the traffic", back, shifted(40, "17"), "mixed", false],
  ["a rollback that was not read", back, unread, "unknown", false],
])("says after %s what was read of what serves", (_, more, targets, serving, isGood) => {
  const deployment = see({ ...more, status: "Succeeded" }, targets);
  const ending = deployment.remarks.find(({ name }) => name === "status/Succeeded");
  expect(deployment.serving).toBe(serving);
  expect(ending?.emoji === "✅").toBe(isGood);
  expect(/serves now/.test(said(deployment.outcome) ?? "")).toBe(isGood);
});

const failedHook = oneTarget(event("BeforeAllowTraffic", "Failed", 1, 10));
const answeredHook = oneTarget(event("BeforeAllowTraffic", "Succeeded", 1, 10));
const rolledBack = { rollbackInfo: { rollbackDeploymentId: "d-NEW" } };
const error = (code: ErrorCode): Partial<DeploymentInfo> => ({
  errorInformation: { code, message: "AWS's words" },
});

it.each([
  ["failed by itself", { status: "Failed" }, answeredHook, "failed", true, true],
  [
    "failed and rolls back by itself",
    { status: "Failed", ...rolledBack },
    answeredHook,
    "failed",
    true,
    true,
  ],
  [
    "failed because a person said so",
    { status: "Failed", ...rolledBack },
    failedHook,
    "failed",
    false,
    undefined,
  ],
  [
    "was stopped by a person",
    { status: "Stopped", ...error("MANUAL_STOP") },
    oneTarget(),
    "stopped",
    false,
    undefined,
  ],
  [
    "was stopped with a rollback",
    { status: "Stopped", ...rolledBack },
    oneTarget(),
    "stopped",
    false,
    undefined,
  ],
  [
    "was stopped by an alarm",
    { status: "Stopped", ...error("ALARM_ACTIVE"), ...rolledBack },
    oneTarget(),
    "stopped",
    true,
    true,
  ],
] as const)(
  "tells a deployment that %s from the others",
  (_, changed, targets, phase, incident, overtaken) => {
    const deployment = see(changed, targets, { carried: hook("x1", 1.1) });
    expect([deployment.phase, deployment.incident, deployment.overtaken]).toEqual([
      phase,
      incident,
      overtaken,
    ]);
    const named = deployment.remarks.some(({ weight }) => weight === "incident");
    expect(named).toBe(incident);
  },
);

it("counts a hook that nobody answered as an incident that no request brought about", () => {
  const deployment = see({ status: "Failed" }, oneTarget(event("BeforeAllowTraffic", "Failed", 1, 61)), {
    carried: hook("x1", 1.1),
  });
  expect(deployment).toMatchObject({ phase: "failed", incident: true });
  expect(deployment.overtaken).toBeUndefined();
  expect(deployment.remarks.map(({ name }) => name)).toContain("incident/timed-out");
});

it("leads from a deployment to the one that rolls it back, whose end says what serves", () => {
  const link = {
    link: "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-NEW?region=eu-west-1",
    words: "open it in AWS",
  };
  const deployment = see({ status: "Stopped", ...rolledBack }, oneTarget());
  expect(deployment).toMatchObject({ phase: "stopped", serving: "unknown" });
  expect(said(deployment.outcome)).toContain("What serves is not known until that deployment ends.");
  expect(deployment.outcome).toContainEqual(link);
  expect(deployment.remarks.find(({ name }) => name === "rollback/d-NEW")?.words).toContainEqual(link);
});

it("tells of the first ten failed targets why they failed, never with their logs", () => {
  const diagnostics = {
    errorCode: "ScriptFailed" as const,
    scriptName: "run.sh",
    message: "exit 1",
    logTail: "SECRET",
  };
  const targets: Targets = {
    kind: "read",
    total: 250,
    more: false,
    targets: Array.from({ length: 13 }, (_, index) => ({
      id: `i-${String(index).padStart(2, "0")}`,
      status: "Failed",
      events: [{ ...event("ApplicationStart", "Failed", 1, 2), diagnostics }],
    })),
  };
  const deployment = see({ deploymentOverview: { Succeeded: 200, Failed: 13, Pending: 37 } }, targets, {
    of: { ...fleet, deploymentStyle: { deploymentType: "IN_PLACE" } },
  });
  const failures = deployment.remarks.filter(({ name }) => name.startsWith("failed/"));
  expect(failures).toHaveLength(11);
  expect(said(failures[0]?.words)).toBe(
    "`i-00` failed at `ApplicationStart`: `ScriptFailed` in script `run.sh`",
  );
  expect(failures[0]?.reason).toBe("exit 1");
  expect(said(failures[10]?.words)).toBe("and 3 more failures (13 of 250 read)");
  expect(JSON.stringify(deployment)).not.toContain("SECRET");
  expect(lines(deployment.health)).toEqual([
    "Instances: 200 of 250 succeeded, 13 failed; details of 13 of 250 read",
  ]);
  expect(said(deployment.progress?.headline)).toBe("200 of 250 instances are done");
});

it("shows targets that could not be read as unknown", () => {
  expect(lines(see({}, unread, { of: fleet }).health)).toEqual([
    "Instances: unknown, access denied (`aws:Read`)",
  ]);
  expect(see({ status: "Queued" }, { kind: "not-started" }, { of: fleet }).health).toEqual([]);
});

it("counts no instance where neither the overview nor the targets were read", () => {
  const deployment = see({}, unread, { of: { ...fleet, deploymentStyle: { deploymentType: "IN_PLACE" } } });
  expect(said(deployment.progress?.headline)).toBe("How many instances are done was not read");
  expect(deployment.progress?.percent).toBeUndefined();
  const some: Targets = {
    kind: "read",
    total: 250,
    more: false,
    targets: [...oneOf("i-1", "Succeeded"), ...oneOf("i-2", "Pending")],
  };
  const partly = see({}, some, { of: fleet });
  expect(lines(partly.health)).toEqual(["Instances: not counted; details of 2 of 250 read"]);
});

it("shows an AppSpec that could not be read as unknown, not as unchanged", () => {
  const deployment = described({
    ref,
    info: { ...info, computePlatform: "ECS" },
    targets: oneTarget(),
    specUnread: denied,
    now: start,
  });
  expect(lines(deployment.changes)).toEqual(["Task definition: unknown, access denied (`aws:Read`)"]);
});

it.each([
  ["user", undefined],
  ["CloudFormation", undefined],
  ["codeDeployRollback", undefined],
  ["autoscaling", "auto-scaling"],
  ["autoscalingTermination", "auto-scaling"],
  ["CodeDeployAutoUpdate", "auto-scaling"],
] as const)("knows a deployment that %s started from one that Auto Scaling did", (creator, startedBy) => {
  expect(see({ creator }, oneTarget()).startedBy).toBe(startedBy);
});

it("says in full only what stays as it is while the deployment runs", () => {
  const steps = [
    see({}, unread),
    see({}, oneTarget(event("Install", "InProgress", 1))),
    see(
      { deploymentOverview: { Succeeded: 1, Failed: 1 }, deploymentStatusMessages: ["1 of 2 failed"] },
      oneTarget(event("Install", "Succeeded", 1, 2), event("AllowTraffic", "Failed", 2, 3)),
    ),
  ];
  expect(new Set(steps.map(({ details }) => lines(details).join("\n"))).size).toBe(1);
});
