/** No text of any system says that something serves, or is out of service, unless the same read shows it as data. */
import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import fc from "fast-check";
import { expect, it } from "vitest";
import { factsOf as appConfigFacts } from "../../src/aws/appconfig/facts/facts.ts";
import { historyOf } from "../../src/aws/appconfig/facts/history.ts";
import { factsOf as ecsFacts } from "../../src/aws/ecs/facts/facts.ts";
import { factsOf as protonFacts } from "../../src/aws/proton/facts.ts";
import type { Serving, SystemName } from "../../src/handlers/deployment.ts";
import { isTerminal } from "../../src/handlers/deployment.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { factsFrom as codeDeployFacts, type Targets } from "./codedeploy/answers.ts";
import { denied, inWords, said } from "./in-words.ts";
import { place } from "./stage.ts";

const appConfig = (seen: Parameters<typeof appConfigFacts>[0]) => inWords(appConfigFacts(seen));
const codeDeploy = (seen: Parameters<typeof codeDeployFacts>[0]) => inWords(codeDeployFacts(seen));
const ecs = (seen: Parameters<typeof ecsFacts>[0]) => inWords(ecsFacts(seen));
const proton = (seen: Parameters<typeof protonFacts>[0]) => inWords(protonFacts(seen));

const why = denied;
const refIn = (system: SystemName, id: string) => ({ system, ...place, id });
const count = fc.option(fc.constantFrom(0, 1, 4), { nil: undefined });
const percent = fc.option(fc.constantFrom(0, 10, 100), { nil: undefined });
const one = <const T>(...values: readonly T[]) => fc.constantFrom(...values);

const ofEcs = fc
  .record({
    status: one("SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"),
    source: fc.option(fc.tuple(count, count), { nil: undefined }),
    target: fc.option(fc.tuple(count, count), { nil: undefined }),
    traffic: percent,
    isFirst: fc.boolean(),
  })
  .map(({ status, source, target, traffic, isFirst }) => {
    const revision = ([requestedTaskCount, runningTaskCount]: readonly (number | undefined)[]) => ({
      requestedTaskCount,
      runningTaskCount,
    });
    return ecs({
      ref: refIn("ecs", "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/d1"),
      deployment: {
        ...{ deploymentConfiguration: { strategy: "BLUE_GREEN" } },
        status,
        sourceServiceRevisions: source === undefined ? [] : [revision(source)],
        ...(target === undefined
          ? {}
          : { targetServiceRevision: { ...revision(target), requestedProductionTrafficWeight: traffic } }),
      },
      versions: { old: isFirst ? { kind: "none" } : { kind: "unknown", why }, new: { kind: "unknown", why } },
    });
  });

const ofCodeDeploy = fc
  .record({
    status: one("Succeeded", "Failed", "Stopped", "InProgress"),
    platform: one("Lambda", "ECS", "Server"),
    style: one("BLUE_GREEN", "IN_PLACE"),
    read: one("unknown", "not-started", "read"),
    running: count,
    weight: percent,
    targetStatus: one("Succeeded", "Failed", "Unknown"),
    rollback: one("none", "of", "by"),
    keepsOld: fc.boolean(),
  })
  .map(({ status, platform, style, read, running, weight, targetStatus, rollback, keepsOld }) => {
    const id = "d-7F3K9QX2M";
    const info: DeploymentInfo = {
      ...{ applicationName: "invoices", deploymentGroupName: "prod", deploymentId: id },
      ...{ status, computePlatform: platform, instanceTerminationWaitTimeStarted: keepsOld },
      deploymentStyle: { deploymentType: style },
      ...(rollback === "of" ? { creator: "codeDeployRollback" } : {}),
      ...(rollback === "by" ? { rollbackInfo: { rollbackDeploymentId: "d-8" } } : {}),
    };
    const target = {
      ...{ id: "t", status: targetStatus, events: [] },
      ...(platform === "Lambda" && weight !== undefined ? { weight } : {}),
      ...(platform === "ECS"
        ? {
            taskSets: [
              {
                taskSetLabel: "Green" as const,
                ...(weight === undefined ? {} : { trafficWeight: weight }),
                ...(running === undefined ? {} : { runningCount: running, desiredCount: running }),
              },
            ],
          }
        : {}),
    };
    const targets: Targets =
      read === "unknown"
        ? { kind: "unknown", why }
        : read === "not-started"
          ? { kind: "not-started" }
          : { kind: "read", total: 1, more: false, targets: [target] };
    return codeDeploy({
      ref: refIn("codedeploy", id),
      ...{ info, targets, alarms: { kind: "none" }, carried: {}, previous: undefined },
      ...{ specUnread: undefined, now: 0 },
    });
  });

const ofAppConfig = fc
  .record({
    state: one("COMPLETE", "ROLLED_BACK", "REVERTED"),
    history: one("unread", "none", "before", "later"),
  })
  .map(({ state, history }) => {
    const summary = (DeploymentNumber: number) => ({
      ...{ DeploymentNumber, ConfigurationProfileId: "p", ConfigurationVersion: String(DeploymentNumber) },
      State: "COMPLETE",
    });
    const listed = { none: [], before: [summary(6)], later: [summary(8), summary(6)] };
    return appConfig({
      ...{
        ref: refIn("appconfig", "app1234/env5678/7"),
        id: { application: "app1234", environment: "env5678", number: 7 },
      },
      deployment: { State: state, ConfigurationProfileId: "p", ConfigurationVersion: "7" },
      names: {
        application: { kind: "unknown", why },
        environment: { kind: "unknown", why },
        strategy: { kind: "unknown", why },
      },
      history:
        history === "unread"
          ? { before: { kind: "unknown", why }, later: { kind: "unknown", why } }
          : historyOf({ deployments: listed[history], complete: true }, 7, "p"),
      now: 0,
    });
  });

const ofProton = fc
  .record({
    status: one("SUCCEEDED", "FAILED", "CANCELLED", "DELETE_COMPLETE", "DELETE_FAILED"),
    isNewest: fc.boolean(),
  })
  .map(({ status, isNewest }) =>
    proton({
      ref: refIn("proton", "service/orders/service-instance/blue#d1"),
      place: {
        resource: { kind: "service-instance", serviceName: "orders", name: "blue" },
        deployment: "d1",
      },
      ...(isNewest ? { standing: { deploymentStatus: status, lastAttemptedDeploymentId: "d1" } } : {}),
      own: { kind: "unknown", error: new Error("denied") },
    }),
  );

const claims: readonly (readonly [RegExp, readonly Serving[]])[] = [
  [/\bserves\b|all targets (?:have|get)/i, ["new", "previous", "mixed"]],
  [/is not live|serves again|get version \d+ again/, ["previous"]],
  [/new version serves(?! in part)|serves now/, ["new"]],
  [/[Tt]raffic stays|stays on|Production stays/, []],
  [/✅/, ["new"]],
];

it.each([
  ["ECS", ofEcs],
  ["CodeDeploy", ofCodeDeploy],
  ["AppConfig", ofAppConfig],
  ["Proton", ofProton],
])(
  "%s says nothing about what serves that it did not read",
  (_, deployments: fc.Arbitrary<WordedDeployment>) => {
    fc.assert(
      fc.property(deployments, (deployment) => {
        if (!isTerminal(deployment)) return;
        const { outcome, remarks, serving = "unknown" } = deployment;
        const texts = [
          said(outcome ?? []),
          ...remarks
            .filter(({ weight }) => weight !== "progress")
            .map(({ emoji, words }) => `${emoji} ${said(words)}`),
        ];
        const wrong = texts
          .map((text) => text.replace(/(?:what|whether)\b[^.]*\bserves\b/gi, "it"))
          .filter((text) => claims.some(([claim, proofs]) => claim.test(text) && !proofs.includes(serving)));
        expect({ serving, wrong }).toEqual({ serving, wrong: [] });
      }),
      { numRuns: 400 },
    );
  },
);

it("CodeDeploy says that the new version serves beside the old one only where that was read", () => {
  fc.assert(
    fc.property(ofCodeDeploy, ({ phase, progress, health }) => {
      if (phase !== "running" || !/serves/.test(said(progress?.headline ?? []))) return;
      expect(health.every(({ kind }) => kind === "value")).toBe(true);
    }),
  );
});
