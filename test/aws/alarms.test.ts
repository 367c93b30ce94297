/** What cards say about the alarms of a deployment, in every system that names some. */
import { CodeDeployClient, type DeploymentInfo } from "@aws-sdk/client-codedeploy";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeCloudWatch } from "../../fakes/aws/cloudwatch.ts";
import type { FakeAws } from "../../fakes/aws/server.ts";
import { alarmFact } from "../../src/aws/alarm-fact.ts";
import { type AlarmName, type AlarmReading, alarmOf, createReadAlarms } from "../../src/aws/alarms.ts";
import { alarmsWatched } from "../../src/aws/codedeploy/read/alarms.ts";
import { unreadVersions } from "../../src/aws/ecs/facts/versions.ts";
import { healthFacts } from "../../src/aws/ecs/words/health.ts";
import type { Inspection } from "../../src/handlers/ports.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { names as alarmNames, longNames, mutated } from "../handlers/alike.ts";
import { setAppConfigStage } from "./appconfig/stage.ts";
import { factsFrom as describeCodeDeploy, type Targets } from "./codedeploy/answers.ts";
import { lambda, setCodeDeployStage } from "./codedeploy/stage.ts";
import { denied, inWords, lines } from "./in-words.ts";
import { briefly, place, setAwsStage } from "./stage.ts";

interface Stage {
  readonly aws: FakeAws;
  readonly cloudwatch: FakeCloudWatch;
  /** A running deployment that watches `5xx` and `p99`, read with what the system was told before. */
  readonly look: (context?: { readonly urgent?: boolean }) => Promise<WordedDeployment>;
  readonly startedAt: number;
  readonly now: () => number;
  /** What the system adds to every line about its alarms. */
  readonly note: string;
  /** What it says by itself where they can't be read. */
  readonly otherwise: string;
  /** What it says where nobody asked for them. */
  readonly unasked: string;
  readonly close: () => Promise<void>;
}

const names = ["5xx", "p99"];

const stages: Readonly<Record<string, () => Promise<Stage>>> = {
  ecs: async () => {
    const stage = await setAwsStage();
    stage.clock.advance(60_000);
    const startedAt = stage.clock.now();
    const arn = stage.deploy({ pauses: [{ stage: "POST_SCALE_UP" }], alarms: { names } });
    stage.clock.advance(10 * 60_000);
    return {
      ...stage,
      now: stage.clock.now,
      startedAt,
      note: "",
      otherwise: "; ECS watches 2, none went off since it began",
      unasked: "unknown, ECS watches 2, none went off since it began",
      look: (context = {}) => deploymentOf(stage.system.inspect(stage.refOf(arn), { hint: {}, ...context })),
    };
  },
  codedeploy: async () => {
    const stage = await setCodeDeployStage();
    stage.clock.advance(60_000);
    const startedAt = stage.clock.now();
    const hooks = [{ event: "BeforeAllowTraffic", name: "approve" }] as const;
    const id = stage.codedeploy.deploy({ ...lambda, hooks: [...hooks], alarms: names });
    stage.clock.advance(60_000);
    return {
      ...stage,
      now: stage.clock.now,
      startedAt,
      note: "",
      otherwise: "",
      unasked: "unknown, not read this time",
      look: (context = {}) => deploymentOf(stage.system.inspect(stage.refOf(id), { hint: {}, ...context })),
    };
  },
  appconfig: async () => {
    const stage = await setAppConfigStage();
    stage.appconfig.createEnvironment(place, { application: "checkout", name: "watched", alarms: names });
    const startedAt = stage.clock.now();
    const key = stage.deploy({ environment: "watched" });
    stage.clock.advance(60_000);
    return {
      ...stage,
      now: stage.clock.now,
      startedAt,
      note: "; AppConfig rolls back if one is in ALARM",
      otherwise: "",
      unasked: "unknown, not read this time; AppConfig rolls back if one is in ALARM",
      look: (context = {}) => deploymentOf(stage.system.inspect(stage.refOf(key), { hint: {}, ...context })),
    };
  },
};

async function deploymentOf(seen: Promise<Inspection>): Promise<WordedDeployment> {
  const inspection = await seen;
  if (inspection.kind !== "deployment") throw new Error(`saw ${JSON.stringify(inspection)}`);
  return inWords(inspection.deployment);
}

function alarmLine(deployment: WordedDeployment): string | undefined {
  return lines(deployment.health).find((line) => line.startsWith("Alarms: "));
}

describe.each(Object.keys(stages))("%s", (name) => {
  let stage: Stage;
  beforeEach(async () => {
    const open = stages[name];
    if (open === undefined) throw new Error("no stage");
    stage = await open();
  });
  afterEach(() => stage.close());

  const at = (time: number) => JSON.stringify({ time, show: "minute" });

  it("shows that all were read and are OK", async () => {
    const deployment = await stage.look();
    expect(alarmLine(deployment)).toBe(`Alarms: ✅ 2 of 2 OK${stage.note}`);
    expect(deployment.watched?.alarms).toMatchObject(names.map((one) => ({ name: one, state: "ok" })));
  });

  it("names one that went off while it deployed, with its time", async () => {
    stage.cloudwatch.set(place, "5xx", "ALARM");
    const deployment = await stage.look();
    expect(alarmLine(deployment)).toBe(
      `Alarms: 🚨 1 of 2 in ALARM: \`5xx\` since ${at(stage.now())}${stage.note}`,
    );
    expect(deployment.watched?.alarms).toContainEqual({ name: "5xx", state: "alarm", since: stage.now() });
  });

  it("says that one has been red since before it began, metric or composite", async () => {
    for (const composite of [false, true]) {
      stage.cloudwatch.set(place, "5xx", "ALARM", { at: stage.startedAt - 1, composite });
      expect(alarmLine(await stage.look())).toBe(
        `Alarms: ⚠️ 1 of 2 in ALARM since before this deployment: \`5xx\`${stage.note}`,
      );
    }
  });

  it("takes neither missing data nor a missing alarm for good", async () => {
    stage.cloudwatch.set(place, "5xx", "INSUFFICIENT_DATA");
    stage.cloudwatch.remove(place, "p99");
    expect(alarmLine(await stage.look())).toBe(
      `Alarms: ❓ 0 of 2 OK; 1 without data: \`5xx\`; 1 not found: \`p99\`${stage.note}`,
    );
  });

  it("says that they were not read where CloudWatch refuses, and shows the rest", async () => {
    stage.aws.faults.next(
      { operation: "DescribeAlarms" },
      { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
    );
    const deployment = await stage.look();
    expect(alarmLine(deployment)).toBe(
      `Alarms: unknown, access denied (\`cloudwatch:DescribeAlarms\`)${stage.otherwise}${stage.note}`,
    );
    expect(deployment.phase).toBe("running");
    expect(deployment.watched?.alarms.map(({ state }) => state)).toEqual(["unknown", "unknown"]);
  });

  it("waits for CloudWatch only for a moment, and not at all where somebody waits for an ending", async () => {
    const hang = { kind: "hang", when: "before" } as const;
    stage.aws.faults.next({ operation: "DescribeAlarms" }, hang, Number.POSITIVE_INFINITY);
    const began = performance.now();
    expect(alarmLine(await stage.look())).toContain("AWS did not answer (`cloudwatch:DescribeAlarms`)");
    expect(performance.now() - began).toBeLessThan(briefly.alarmReadMs + 1_500);
    const asked = stage.aws.calls.all().filter(({ operation }) => operation === "DescribeAlarms").length;
    expect(alarmLine(await stage.look({ urgent: true }))).toBe(`Alarms: ${stage.unasked}`);
    expect(stage.aws.calls.all().filter(({ operation }) => operation === "DescribeAlarms")).toHaveLength(
      asked,
    );
  });

  it("asks for all of them in one call", async () => {
    const before = stage.aws.calls.all().length;
    await stage.look();
    const asked = stage.aws.calls
      .all()
      .slice(before)
      .filter(({ operation }) => operation === "DescribeAlarms");
    expect(asked.map(({ input }) => input)).toEqual([
      { AlarmNames: names, AlarmTypes: ["MetricAlarm", "CompositeAlarm"], MaxRecords: 100 },
    ]);
  });
});

it("says that CodeDeploy's group can't be read", async () => {
  const stage = await setCodeDeployStage();
  const hooks = [{ event: "BeforeAllowTraffic", name: "approve" }] as const;
  const id = stage.codedeploy.deploy({ ...lambda, hooks: [...hooks], alarms: names });
  stage.clock.advance(60_000);
  stage.aws.faults.next(
    { operation: "GetDeploymentGroup" },
    { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
  );
  expect(alarmLine(await stage.look(id))).toBe(
    "Alarms: unknown, access denied (`codedeploy:GetDeploymentGroup`)",
  );
  await stage.close();
});

it("reads with every look which alarms an AppConfig environment has, and never shows those of an earlier look", async () => {
  const stage = await setAppConfigStage();
  const key = stage.deploy();
  stage.clock.advance(60_000);
  expect(alarmLine(await stage.look(key))).toContain("✅ 1 of 1 OK");
  const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 400 } as const;
  stage.aws.faults.next({ operation: "GetEnvironment" }, denied);
  const deployment = await stage.look(key);
  expect(alarmLine(deployment)).toContain("unknown, not read");
  expect(deployment.target).toBe("checkout/live");
  await stage.close();
});

it.each([
  ["ecs", { platform: "ECS", side: "Green" }, { unit: "task", healthy: 3, wanted: 4 }],
  ["an unread fleet", { platform: "Server" }, { unit: "instance" }],
  ["a fleet", { platform: "Server", failed: 1 }, { unit: "instance", failed: 1 }],
  [
    "a fleet of which some are read",
    { platform: "Server", overview: { Failed: 5 } },
    { unit: "instance", failed: 5 },
  ],
  ["a function", { platform: "Lambda" }, { unit: "instance" }],
] as const)("counts for CodeDeploy what can get worse: %s", (_, given, counts) => {
  const ref = { system: "codedeploy", ...place, id: "d-7F3K9QX2M" } as const;
  const status = "failed" in given ? "Failed" : "InProgress";
  const taskSets = "side" in given ? [{ taskSetLabel: given.side, runningCount: 3, desiredCount: 4 }] : [];
  const targets: Targets =
    "side" in given || "failed" in given
      ? { kind: "read", total: 1, more: false, targets: [{ id: "t", status, events: [], taskSets }] }
      : { kind: "unknown", why: denied };
  const counted = "overview" in given ? { deploymentOverview: given.overview } : {};
  const info = { status: "InProgress", computePlatform: given.platform, ...counted } as const;
  expect(describeCodeDeploy({ ref, info, targets, now: 0 }).watched).toEqual({ alarms: [], ...counts });
});

it.each([
  [{ enabled: false }, "Alarms: switched off: CodeDeploy does not watch those of the group"],
  [{ enabled: true }, "Alarms: ✅ 1 of 1 OK"],
  [
    { enabled: true, ignorePollAlarmFailure: true },
    "Alarms: ✅ 1 of 1 OK; CodeDeploy goes on if it can't read them",
  ],
  [{ enabled: true, alarms: [] }, undefined],
])(
  "says how CodeDeploy uses the alarms of a deployment that was started with others: %j",
  async (set, line) => {
    const ref = { system: "codedeploy", ...place, id: "d-7F3K9QX2M" } as const;
    const info: DeploymentInfo = {
      status: "InProgress",
      computePlatform: "Lambda",
      overrideAlarmConfiguration: { alarms: [{ name: "5xx" }], ...set },
    };
    const client = new CodeDeployClient({ region: place.region });
    const isOk = (asked: readonly AlarmName[]) =>
      Promise.resolve(asked.map(({ name }): AlarmReading => ({ name, state: "ok" })));
    const alarms = await alarmsWatched(client, isOk, ref, info, AbortSignal.timeout(1_000));
    const seen = describeCodeDeploy({ ref, info, targets: { kind: "not-started" }, alarms, now: 0 });
    expect(alarmLine(inWords(seen))).toBe(line);
  },
);

it("does not read what ECS is told not to watch", async () => {
  const stage = await setAwsStage();
  const off = { alarms: { alarmNames: names, enable: false, rollback: true } };
  const deployment = { status: "IN_PROGRESS", deploymentConfiguration: off };
  expect(lines(healthFacts({ deployment, versions: unreadVersions }))).toEqual([
    "Alarms: switched off: ECS does not watch its 2 alarms",
  ]);
  await stage.close();
});

it("reads alarms of other places where they are configured, and says where they are not", async () => {
  const stage = await setAwsStage([{ id: place.account, regions: [place.region, "eu-north-1"] }]);
  stage.cloudwatch.set({ ...place, region: "eu-north-1" }, "5xx", "OK");
  const readAlarms = createReadAlarms(stage.clients, stage.telemetry);
  const arn = (account: string, region: string) => `arn:aws:cloudwatch:${region}:${account}:alarm:5xx`;
  const read = await readAlarms([
    alarmOf(arn(place.account, "eu-north-1"), place),
    alarmOf(arn("999999999999", "eu-west-1"), place),
  ]);
  expect(read).toMatchObject([
    { name: "5xx", state: "ok" },
    {
      name: "5xx",
      state: "unread",
      why: { kind: "not-configured", account: "999999999999", region: "eu-west-1" },
    },
  ]);
  await stage.close();
});

it("never calls an alarm fine that no call asked for: AWS takes a hundred names", async () => {
  const stage = await setAwsStage();
  const many = Array.from({ length: 103 }, (_, index) => `alarm-${index}`);
  stage.cloudwatch.expect(place, many);
  const read = await createReadAlarms(
    stage.clients,
    stage.telemetry,
  )(many.map((name) => alarmOf(name, place)));
  expect(read.filter(({ state }) => state === "ok")).toHaveLength(100);
  expect(read.filter(({ state }) => state === "unread")).toHaveLength(3);
  await stage.close();
});

const reading = fc.record({
  name: fc.string({ minLength: 1 }),
  state: fc.constantFrom("ok", "alarm", "no-data", "missing", "unread"),
  since: fc.integer({ min: 0, max: 20 }),
});

it("shows a good sign only where all alarms were read and are OK", () => {
  fc.assert(
    fc.property(
      fc.array(reading, { minLength: 1 }),
      fc.array(fc.string(), { maxLength: 2 }),
      (all, wentOff) => {
        const readings = all.map(({ name, state, since }): AlarmReading => {
          if (state === "unread") return { name, state, why: denied };
          return state === "missing" ? { name, state } : { name, state, since };
        });
        const [line = ""] = lines(alarmFact(readings, { startedAt: 10, wentOff }));
        const isGood = all.every(({ state }) => state === "ok") && wentOff.length === 0;
        expect(line.includes("✅")).toBe(isGood);
        const isRed = all.some(({ state }) => state === "alarm") || wentOff.length > 0;
        expect(/🚨|⚠️/u.test(line)).toBe(isRed);
      },
    ),
  );
});

it("names one alarm so that no other of the deployment could be meant", () => {
  const pairs = fc.oneof(alarmNames, longNames).chain((name) => fc.tuple(fc.constant(name), mutated(name)));
  const told = (red: string, ok: string): string =>
    JSON.stringify(
      alarmFact([{ name: red, state: "alarm" } as const, { name: ok, state: "ok" } as const], {
        startedAt: 0,
      }),
    );
  fc.assert(
    fc.property(pairs, ([one, other]) => {
      fc.pre(one !== other);
      expect(told(one, other)).not.toBe(told(other, one));
      expect(told(one, other).length).toBeLessThan(200);
    }),
  );
});
