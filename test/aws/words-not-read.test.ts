/** A sentence about an effect, or a good sign, stands on what was read: without it the sentence is another one, or is left out. */
import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carriedHook } from "../../src/aws/codedeploy/carried.ts";
import { factsOf as ecsFacts } from "../../src/aws/ecs/facts/facts.ts";
import { serviceDeployment } from "../../src/aws/ecs/facts/stored-detail.ts";
import { unreadVersions } from "../../src/aws/ecs/facts/versions.ts";
import { type Deployment, isTerminal, systemNames } from "../../src/handlers/deployment.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { factsFrom } from "./codedeploy/answers.ts";
import { denied, inWords, lines, said } from "./in-words.ts";
import { place } from "./stage.ts";
import { eachStory, look } from "./stories.ts";

/** Everything that stands on the card of its own: what is told of holds and remarks travels with them. */
function textOf({ changes, health, progress, outcome, expert, offers, details }: WordedDeployment): string {
  return [
    ...lines([...changes, ...health, ...details]),
    ...[progress?.headline, progress?.next, outcome, expert].map(said),
    ...offers.flatMap(({ label, consequence, dialog, deny }) => [
      label,
      said(consequence),
      said(dialog),
      deny,
    ]),
  ].join("\n");
}

/** Good signs and effects, each of which is true only of some deployments. */
const claims: readonly RegExp[] = [
  ...[
    /✅/,
    /\bOK\b/,
    /none went off/,
    /none set/,
    /unchanged/,
    /\d%/,
    /serves(?! now is not known)/,
    /is (?:not )?live/,
  ],
  ...[
    /No (?:production )?traffic/,
    /no traffic has moved/,
    /[Aa]ll (?:production )?traffic/,
    /[Aa]ll targets/,
  ],
  ...[/without another hold/, /[Aa]nother (?:hold|hook) (?:follows|runs)/, /waits again/],
  ...[
    /does not roll back/,
    /rolls back:/,
    /step by step/,
    /stays on/,
    /keeps?\b/,
    /\b(?:gets?|serves?)\b.* again/,
  ],
  ...[/\bold (?:tasks|instances)/, /new (?:tasks|instances)/, /desired count/, /No task/, /no old version/],
  ...[
    /There is no/,
    /the deployment ends/,
    /targets (?:get|got|have|return)/,
    /[Nn]o earlier/,
    /No target/,
    /test traffic/,
  ],
];

it.each(systemNames)("%s claims nothing from a record that can't be read", (name) =>
  eachStory(name, async ({ system }, { ref, hint = {}, end }) => {
    const running = await look(system, ref, { hint });
    const ended = await look(system, ref, { hint: end() ?? {}, previous: running });
    for (const deployment of [running, ended])
      for (const record of [null, {}, { words: "of another release" }, { info: 7, deployment: [] }]) {
        const text = textOf(inWords({ ...deployment, said: record }));
        for (const claim of claims) expect(text).not.toMatch(claim);
        expect(inWords({ ...deployment, said: record }).offers).toHaveLength(deployment.offers.length);
      }
    expect([isTerminal(running), isTerminal(ended)]).toEqual([false, true]);
  }),
);

/** A sentence, and the members of AWS's answer without any of which it is no more than a guess. */
type Rule = readonly [sentence: RegExp, ...needs: string[]];

/** Leaves out any members, checks that no sentence is left that needs one of them, and answers those that never came. */
function neverSaid<Answer>(
  answers: readonly Answer[],
  rules: readonly Rule[],
  facts: (answer: Answer, left: Readonly<Record<string, undefined>>) => Deployment,
): readonly RegExp[] {
  const seen = new Set<RegExp>();
  const members = [...new Set(rules.flatMap(([, ...needs]) => needs))];
  for (const answer of answers)
    fc.assert(
      fc.property(fc.subarray(members), (left) => {
        const text = textOf(
          inWords(facts(answer, Object.fromEntries(left.map((name) => [name, undefined])))),
        );
        for (const [sentence, ...needs] of rules) {
          if (!sentence.test(text)) continue;
          seen.add(sentence);
          expect([text, sentence, needs.filter((need) => left.includes(need))]).toEqual([text, sentence, []]);
        }
      }),
      { numRuns: 12, examples: [[[]]] },
    );
  return rules.map(([sentence]) => sentence).filter((sentence) => !seen.has(sentence));
}

describe("ECS", () => {
  const arn = "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/api/d";
  const stages = [
    ...["PRE_SCALE_UP", "POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT"],
    "SCALE_UP",
  ];
  const pause = { hookId: "ecs-pause-1", targetType: "PAUSE", status: "AWAITING_ACTION" } as const;
  const plans = [
    ["POST_SCALE_UP", "PRE_PRODUCTION_TRAFFIC_SHIFT"],
    ["PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"],
  ];
  const shapes = [
    { strategy: "BLUE_GREEN" },
    { strategy: "ROLLING" },
    { strategy: "CANARY", canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 5 } },
  ];
  const sides = [
    { old: [4, 80], next: [4, 20] },
    { old: [4, 100], next: [4, 0] },
    { old: [0, 0], next: [0, 0] },
    { next: [4, 100] },
  ] as const;
  const revision = ([tasks, weight]: readonly [number, number]) => ({
    ...{ arn: "service-revision/main/api/1", requestedTaskCount: tasks, runningTaskCount: tasks },
    requestedProductionTrafficWeight: weight,
  });
  const answers = stages.flatMap((lifecycleStage) =>
    plans.flatMap((paused) =>
      shapes.flatMap((shape) =>
        sides.map((side) => ({
          ...{ serviceDeploymentArn: arn, status: "IN_PROGRESS", lifecycleStage },
          deploymentConfiguration: {
            ...shape,
            lifecycleHooks: paused.map((stage) => ({ targetType: "PAUSE", lifecycleStages: [stage] })),
          },
          lifecycleHookDetails: lifecycleStage === "SCALE_UP" ? [] : [pause],
          sourceServiceRevisions: "old" in side ? [revision(side.old)] : [],
          targetServiceRevision: revision(side.next),
        })),
      ),
    ),
  );
  const rules: readonly Rule[] = [
    [/[Aa]nother hold|without another hold|the next hold/, "deploymentConfiguration"],
    [/step by step|the traffic shift begins/, "deploymentConfiguration"],
    [/starts the tasks of/, "deploymentConfiguration"],
    [/all production traffic moves/, "deploymentConfiguration"],
    [/other 80% of production traffic/, "deploymentConfiguration", "targetServiceRevision"],
    [/[Pp]roduction stays on|ECS returns the service to/, "sourceServiceRevisions"],
    [/20% of production traffic returns/, "sourceServiceRevisions", "targetServiceRevision"],
    [/desired count is 0|starts no task|No task runs/, "sourceServiceRevisions", "targetServiceRevision"],
    [/No task of the new version runs/, "targetServiceRevision"],
    [/100% old/, "sourceServiceRevisions", "targetServiceRevision"],
    [/of 4 new tasks are running/, "targetServiceRevision"],
  ];

  it("tells what follows only from what ECS returned", () => {
    const missing = neverSaid(answers, rules, (answer, left) =>
      ecsFacts({
        ref: { system: "ecs", ...place, id: arn },
        deployment: serviceDeployment.parse({ ...answer, ...left }),
        versions: unreadVersions,
      }),
    );
    expect(missing).toEqual([]);
  });
});

describe("CodeDeploy", () => {
  const id = "d-7F3K9QX2M";
  const start = Date.UTC(2026, 10, 17, 14);
  const spec = (...hooks: readonly string[]) => ({
    revisionType: "AppSpecContent" as const,
    appSpecContent: {
      sha256: "c0ffee",
      content: JSON.stringify({
        Resources: [{ service: { Properties: { TaskDefinition: "checkout:42" } } }],
        Hooks: hooks.map((hook) => ({ [hook]: "approve" })),
      }),
    },
  });
  const ecs: DeploymentInfo = {
    ...{ applicationName: "checkout", deploymentGroupName: "prod", deploymentId: id },
    ...{
      computePlatform: "ECS",
      status: "InProgress",
      deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
    },
    deploymentStyle: { deploymentType: "BLUE_GREEN" },
    revision: spec("BeforeInstall", "AfterInstall"),
    previousRevision: spec(),
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
      terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 },
    },
  };
  const server: DeploymentInfo = { ...ecs, computePlatform: "Server", status: "Ready" };
  const infos: readonly DeploymentInfo[] = [
    ecs,
    { ...ecs, autoRollbackConfiguration: { enabled: false } },
    {
      ...ecs,
      blueGreenDeploymentConfiguration: { deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT" } },
    },
    server,
    { ...server, status: "InProgress", deploymentStyle: { deploymentType: "IN_PLACE" } },
  ];
  const stages = ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "AfterAllowTraffic"];
  const answers = infos.flatMap((info) => stages.map((stage) => ({ info, stage })));
  const call = {
    version: "1",
    deploymentId: id,
    lifecycleEventHookExecutionId: "x1",
    hookName: "approve",
  } as const;
  const rules: readonly Rule[] = [
    [/Another hook runs/, "revision"],
    [/without another hold/, "revision", "blueGreenDeploymentConfiguration"],
    [/waits again before production/, "blueGreenDeploymentConfiguration"],
    [/does not roll back on failure|CodeDeploy rolls back:/, "autoRollbackConfiguration"],
    [/[Tt]he deployment ends/, "blueGreenDeploymentConfiguration"],
    [/all traffic moves/, "deploymentConfigName"],
    [/the (?:new|old) tasks (?:keep|get)|returns to the old tasks/, "computePlatform"],
    [/(?:old|new) instances|Instances that/, "computePlatform", "deploymentStyle"],
    [/deploys the earlier revision again/, "computePlatform", "deploymentStyle", "previousRevision"],
  ];

  it("tells what follows only from what CodeDeploy returned", () => {
    const missing = neverSaid(answers, rules, ({ info, stage }, left) =>
      factsFrom({
        ref: { system: "codedeploy", ...place, id },
        info: { ...info, ...left },
        targets: {
          ...{ kind: "read", total: 1, more: false },
          targets: [
            {
              ...{ id: "checkout", status: "InProgress" },
              events: [{ lifecycleEventName: stage, status: "InProgress", startTime: new Date(start) }],
            },
          ],
        },
        hint: { carried: carriedHook(call, start + 1_000) },
        now: start + 2_000,
      }),
    );
    expect(missing).toEqual([]);
  });

  it("does not say how far it is where its targets were not read", () => {
    const seen = factsFrom({
      ref: { system: "codedeploy", ...place, id },
      info: ecs,
      targets: { kind: "unknown", why: denied },
      now: start,
    });
    expect(said(inWords(seen).progress?.headline)).toBe("How far CodeDeploy is was not read");
  });
});
