/** A bad end is never told more calmly than a good one: what AWS returns, and whether the approvers are called. */

import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import { describe, expect, it } from "vitest";
import { factsOf as appConfigFacts } from "../../src/aws/appconfig/facts/facts.ts";
import { historyOf, unreadHistory } from "../../src/aws/appconfig/facts/history.ts";
import type { History } from "../../src/aws/appconfig/facts/stored-detail.ts";
import { deploymentSchema } from "../../src/aws/appconfig/facts/stored-detail.ts";
import { factsOf as ecsFacts } from "../../src/aws/ecs/facts/facts.ts";
import { serviceDeployment, type Versions } from "../../src/aws/ecs/facts/stored-detail.ts";
import { factsOf as protonFacts } from "../../src/aws/proton/facts.ts";
import { recordSchema, standingSchema } from "../../src/aws/proton/stored-detail.ts";
import { drawCard } from "../../src/bot/card/card.ts";
import { headerOf } from "../../src/bot/card/header.ts";
import { drawIncident } from "../../src/bot/card/thread/incident.ts";
import type { Deployment, SystemName } from "../../src/handlers/deployment.ts";
import { asAsked } from "../../src/handlers/jobs/observe.ts";
import { standingOf } from "../../src/handlers/standing.ts";
import { endOf, noon, oncall, pictureOf } from "../bot/card/pictures.ts";
import { wordsOf } from "../bot/card/reading.ts";
import { factsFrom, type Targets } from "./codedeploy/answers.ts";
import { denied, inWords } from "./in-words.ts";
import { place } from "./stage.ts";

const refIn = (system: SystemName, id: string) => ({ system, ...place, id });
const at = new Date(noon);
const unread = { kind: "unknown", why: denied } as const;

const running = { arn: "revision/1", requestedTaskCount: 4, runningTaskCount: 4 };
const ecs = (more: object, old: Versions["old"] = unread): Deployment =>
  ecsFacts({
    ref: refIn("ecs", "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/d1"),
    deployment: serviceDeployment.parse({
      ...{ startedAt: at, finishedAt: at, deploymentConfiguration: { strategy: "ROLLING" } },
      ...{ sourceServiceRevisions: [running], targetServiceRevision: { arn: "revision/2" } },
      ...more,
    }),
    versions: { old, new: unread },
  });
const breaker = (status: string, failureCount: number) => ({
  deploymentCircuitBreaker: { status, failureCount, threshold: 3 },
});
const pause = { hookId: "ecs-pause-1", expiresAt: at, timeoutAction: "ROLLBACK" };
const rolledBack = { status: "ROLLBACK_SUCCESSFUL", ...breaker("TRIGGERED", 3) };
const first = (more: object) => ecs({ sourceServiceRevisions: [], ...more }, { kind: "none" });

const servers: DeploymentInfo = {
  ...{ applicationName: "invoices", deploymentGroupName: "prod", deploymentId: "d-7F3K9QX2M" },
  ...{ computePlatform: "Server", deploymentStyle: { deploymentType: "IN_PLACE" } },
  ...{ createTime: at, completeTime: at },
};
const counted = (Succeeded: number, Failed: number): DeploymentInfo => ({
  ...servers,
  status: "Stopped",
  deploymentOverview: { Succeeded, Failed, Skipped: 2 },
});
const codedeploy = (info: DeploymentInfo, targets: Targets = unread): Deployment =>
  factsFrom({ ref: refIn("codedeploy", "d-7F3K9QX2M"), info, targets, now: noon });
const rollback: DeploymentInfo = {
  ...servers,
  ...{ status: "Succeeded", creator: "codeDeployRollback" },
};
const neverReady: DeploymentInfo = {
  ...servers,
  deploymentStyle: { deploymentType: "BLUE_GREEN" },
  status: "Stopped",
  errorInformation: { code: "TIMEOUT" },
  blueGreenDeploymentConfiguration: {
    deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 30 },
  },
};

const older = { DeploymentNumber: 127, ConfigurationVersion: "56", ConfigurationProfileId: "p" };
const listed = (...deployments: readonly object[]): History =>
  historyOf({ deployments, complete: true }, 128, "p");
const appconfig = (history: History, trigger?: string, State = "ROLLED_BACK"): Deployment =>
  appConfigFacts({
    ref: refIn("appconfig", "k3f9a2x/p7d2m4q/128"),
    id: { application: "k3f9a2x", environment: "p7d2m4q", number: 128 },
    deployment: deploymentSchema.parse({
      ...{ ConfigurationProfileId: "p", ConfigurationVersion: "57", State, StartedAt: at },
      EventLog: [{ EventType: "ROLLBACK_STARTED", TriggeredBy: trigger, OccurredAt: at }],
    }),
    names: { application: unread, environment: unread, strategy: unread },
    ...{ history, now: noon },
  });

const template = {
  serviceInstance: { templateName: "web", templateMajorVersion: "1", templateMinorVersion: "4" },
};
const proton = (deploymentStatus: string, initialState?: object): Deployment =>
  protonFacts({
    ref: refIn("proton", "service/orders/service-instance/blue#d1"),
    place: { resource: { kind: "service-instance", serviceName: "orders", name: "blue" }, deployment: "d1" },
    standing: standingSchema.parse({ deploymentStatus, lastAttemptedDeploymentId: "d1" }),
    own: { kind: "read", value: recordSchema.parse({ deploymentStatus, initialState, completedAt: at }) },
  });

const bad: Readonly<Record<string, readonly [deployment: Deployment, card: RegExp, push: RegExp]>> = {
  "ECS: the circuit breaker rolled the first version back": [
    first(rolledBack),
    /^🚨 Rolled back by ECS: [\s\S]*no old version to return to\. What serves now is not known/,
    /was rolled back by ECS: the circuit breaker was triggered\. What serves now is not known/,
  ],
  "ECS: the first version was rolled back, and AWS says that no task runs": [
    first({ ...rolledBack, targetServiceRevision: { runningTaskCount: 0, requestedTaskCount: 0 } }),
    /^🚨 Rolled back by ECS: [\s\S]*no old version to return to, and no task runs\./,
    /Nothing serves\./,
  ],
  "ECS: a lifecycle hook failed at the first version": [
    first({
      ...{ status: "ROLLBACK_SUCCESSFUL", ...breaker("MONITORING", 0) },
      lifecycleHookDetails: [{ hookId: "lambda-1", targetType: "AWS_LAMBDA", status: "FAILED" }],
    }),
    /^🚨 Rolled back by ECS: /,
    /a lifecycle hook reported a failure\. What serves now is not known/,
  ],
  "ECS: nobody answered for the first version": [
    first({
      ...{ status: "ROLLBACK_SUCCESSFUL", ...breaker("MONITORING", 0) },
      lifecycleHookDetails: [{ ...pause, status: "TIMED_OUT" }],
    }),
    /^🚨 Rolled back by ECS: [\s\S]*Nobody answered/,
    /^Nobody answered for .*, so ECS rolled back\. What serves now is not known/,
  ],
  "ECS: the first version was rolled back, and nothing tells why": [
    first({ status: "ROLLBACK_SUCCESSFUL" }),
    /^🚨 Rolled back by ECS: (?![\s\S]*on its own)/,
    /What serves now is not known/,
  ],
  "ECS: somebody rolled the first version back elsewhere": [
    first({
      ...{ status: "ROLLBACK_SUCCESSFUL", ...breaker("MONITORING", 0) },
      lifecycleHookDetails: [{ ...pause, status: "FAILED" }],
    }),
    /^🚨 Rolled back: [\s\S]*Somebody rolled it back outside Holdpoint/,
    /What serves now is not known/,
  ],
  "ECS: rolled back, and it does not say what runs of the old version": [
    ecs({ ...rolledBack, sourceServiceRevisions: [{ arn: "revision/1" }] }),
    /^🚨 Rolled back by ECS: /,
    /What serves now is not known/,
  ],
  "ECS: stopped after tasks had failed, by nobody knows whom": [
    ecs({ status: "STOPPED", ...breaker("MONITORING", 3) }),
    /^🚨 Failed: [\s\S]*ECS stopped it\.\* AWS does not tell Holdpoint who or what stopped it; CloudTrail does\.[\s\S]*after 3 tasks had failed/,
    / failed: 3 tasks had failed when ECS stopped it; who stopped it was not read\. What serves now is not known/,
  ],
  "ECS: stopped after one task had failed, where the circuit breaker is off": [
    ecs({ status: "STOPPED", ...breaker("DISABLED", 1) }),
    /^🚨 Failed: [\s\S]*after 1 task had failed/,
    / failed: 1 task had failed when ECS stopped it/,
  ],
  "CodeDeploy: stopped after instances had failed": [
    codedeploy(counted(3, 2)),
    /^🚨 Failed: [\s\S]*CodeDeploy stopped it\.\* AWS does not tell Holdpoint who or what stopped it[\s\S]*after instances had failed/,
    / failed: 2 instances had failed when CodeDeploy stopped it; who stopped it was not read/,
  ],
  "CodeDeploy: stopped by hand after instances had failed": [
    codedeploy({ ...counted(0, 1), errorInformation: { code: "MANUAL_STOP" } }),
    /^🚨 Failed: /,
    / failed: 1 instance had failed when CodeDeploy stopped it/,
  ],
  "CodeDeploy: a rollback after which nothing of an earlier version was read": [
    codedeploy(rollback),
    /^🚨 Rolled back by CodeDeploy: /,
    /What serves now is not known/,
  ],
  "AppConfig: an alarm rolled the first version back": [
    appconfig(listed(), "CLOUDWATCH_ALARM"),
    /^🚨 Rolled back by AppConfig: [\s\S]*No earlier version was completed here/,
    /an alarm went off\. What serves now is not known/,
  ],
  "AppConfig: rolled back, and the earlier version could not be read": [
    appconfig(unreadHistory(denied), "CLOUDWATCH_ALARM"),
    /^🚨 Rolled back by AppConfig: /,
    /What serves now is not known/,
  ],
  "AppConfig: the first version was rolled back by nobody knows whom": [
    appconfig(listed()),
    /^🚨 Rolled back by AppConfig: (?![\s\S]*on its own)/,
    /What serves now is not known/,
  ],
  "AppConfig: somebody stopped the first version elsewhere": [
    appconfig(listed(), "USER"),
    /^🚨 Rolled back: [\s\S]*Somebody rolled it back outside Holdpoint/,
    /What serves now is not known/,
  ],
  "AppConfig: somebody reverted the first version elsewhere": [
    appconfig(listed(), undefined, "REVERTED"),
    /^🚨 Rolled back: /,
    /What serves now is not known/,
  ],
  "Proton: cancelled, and no earlier version was read": [
    proton("CANCELLED"),
    /^🚨 Stopped: /,
    /What serves now is not known/,
  ],
  "Proton: failed": [proton("FAILED", template), /^🚨 Failed: /, /What serves now is not known/],
};

const told = { channel: "C0123456789", ts: "1794924120.000100", incidentTs: "1794925920.000100" };

describe("a bad end", () => {
  it.each(Object.entries(bad))("%s: calls the approvers", (_, [deployment, card, push]) => {
    for (const board of [{}, told]) {
      const picture = pictureOf({ deployment: inWords(deployment), board });
      const drawn = drawCard(picture);
      const incident = drawIncident(picture);
      expect(standingOf(picture).severity).toBe("alarm");
      expect(incident).toMatchObject({ stage: "bad", notified: [{ kind: "usergroup", id: oncall }] });
      expect(`${incident?.text}\n${incident && wordsOf(incident)}`).toContain(
        `<!subteam^${oncall}>: Check in AWS`,
      );
      expect(`${headerOf(picture)}\n${wordsOf(drawn)}`).toMatch(card);
      expect(incident?.text).toMatch(push);
      for (const text of [drawn.text, wordsOf(drawn), incident?.text, incident && wordsOf(incident)])
        expect(text).not.toMatch(/\bover\b|✅|The (?:new|previous) version serves/i);
    }
  });

  it.each(Object.entries(bad))(
    "%s: is nobody's alarm where people here asked for it",
    (what, [deployment]) => {
      const isFailure = deployment.phase === "failed";
      const ended = inWords(asAsked(deployment, endOf({ state: "confirmed" })));
      // AppConfig and a rollback of CodeDeploy show that no request brought it about.
      if (ended.overtaken === true || ended.related !== undefined) return;
      const picture = pictureOf({ deployment: ended, decisions: [endOf({ state: "confirmed" })] });
      expect([what, standingOf(picture).severity]).toEqual([what, isFailure ? "alarm" : "attention"]);
    },
  );
});

const calm: Readonly<Record<string, Deployment>> = {
  "ECS: rolled back to an old version that runs": ecs(rolledBack),
  "ECS: stopped without a failed task": ecs({ status: "STOPPED", ...breaker("MONITORING", 0) }),
  "CodeDeploy: stopped without a failed instance": codedeploy(counted(3, 0)),
  "CodeDeploy: stopped because nobody answered": codedeploy(neverReady),
  "AppConfig: rolled back to the version before": appconfig(
    listed({ ...older, State: "COMPLETE" }),
    "CLOUDWATCH_ALARM",
  ),
  "AppConfig: rolled back, and a later deployment decides": appconfig(
    listed({ ...older, DeploymentNumber: 129, State: "COMPLETE" }),
    "USER",
  ),
  "Proton: cancelled, with a version before": proton("CANCELLED", template),
};

it.each(Object.entries(calm))("%s: is no alarm", (_, deployment) => {
  const picture = pictureOf({ deployment: inWords(deployment), board: told });
  expect(standingOf(picture).severity).toBe("attention");
  expect(drawIncident(picture)?.stage).toBe("open");
});

it("tells of a wait that nobody answered once, although nobody here saw it", () => {
  const picture = pictureOf({ deployment: inWords(codedeploy(neverReady)) });
  expect(drawIncident(picture)?.text).toMatch(/^Nobody answered for .* in time, so CodeDeploy stopped it\./);
  expect(standingOf(picture)).toMatchObject({ state: "stopped", cause: "expiry" });
});
