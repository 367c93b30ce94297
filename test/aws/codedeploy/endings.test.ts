import type { DeploymentInfo, LifecycleEvent } from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { carriedHook, carriedUnknownExecution } from "../../../src/aws/codedeploy/carried.ts";
import { drawCard } from "../../../src/bot/card/card.ts";
import { drawThread } from "../../../src/bot/card/thread/thread.ts";
import type { Decision } from "../../../src/handlers/decision.ts";
import type { Ref } from "../../../src/handlers/deployment.ts";
import { decisionOfHold } from "../../../src/handlers/identity.ts";
import { asAsked, keepHolds, observe } from "../../../src/handlers/jobs/observe.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { decisionOf, endOf, people, pictureOf } from "../../bot/card/pictures.ts";
import { denied, inWords, said } from "../in-words.ts";
import { place } from "../stage.ts";
import { factsFrom, type Targets } from "./answers.ts";
import { holdOf, offersAt, setCodeDeployStage } from "./stage.ts";

const ref: Ref = { system: "codedeploy", ...place, id: "d-7F3K9QX2M" };
const minute = 60_000;
const start = Date.UTC(2026, 10, 17, 14, 0, 0);
const at = (minutes: number): Date => new Date(start + minutes * minute);
const hook = {
  version: "1",
  deploymentId: ref.id,
  lifecycleEventHookExecutionId: "x1",
  hookName: "approve",
} as const;
const carried = carriedHook(hook, start + minute);

const lambda: DeploymentInfo = {
  applicationName: "invoice-worker",
  deploymentGroupName: "invoice-prod",
  deploymentId: ref.id,
  computePlatform: "Lambda",
  status: "InProgress",
  createTime: at(-1),
  startTime: at(0),
};
const fleet: DeploymentInfo = {
  ...lambda,
  computePlatform: "Server",
  deploymentStyle: { deploymentType: "BLUE_GREEN" },
  previousRevision: { s3Location: { bucket: "b", key: "release-311.zip" } },
  blueGreenDeploymentConfiguration: {
    deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 30 },
  },
};
const calling = target({ lifecycleEventName: "BeforeAllowTraffic", status: "InProgress", startTime: at(1) });
const unread: Targets = { kind: "unknown", why: denied };

function target(...events: readonly LifecycleEvent[]): Targets {
  return { kind: "read", total: 1, more: false, targets: [{ id: "t", status: "InProgress", events }] };
}

function see(
  info: DeploymentInfo,
  targets: Targets,
  previous?: WordedDeployment,
  told = carried,
): WordedDeployment {
  const seen = { ref, info, targets, previous, now: start, hint: { carried: told } };
  return inWords(keepHolds(factsFrom(seen), previous));
}

const failing: Decision = endOf({ state: "accepted", action: "rollback" });

it.each([
  ["targets that could not be read, and CodeDeploy's reason", unread, { code: "HOOK_EXECUTION_FAILURE" }],
  ["a lifecycle event that lags, and CodeDeploy's reason", calling, { code: "HOOK_EXECUTION_FAILURE" }],
] as const)("knows the failure that a person asked for at a hook by %s", (_, targets, errorInformation) => {
  const held = see(lambda, calling);
  const failed = see({ ...lambda, status: "Failed", completeTime: at(9), errorInformation }, targets, held);
  expect(holdOf(failed, "x1").shows).toBe("rollback");
  expect(failed).toMatchObject({ incident: false });
  expect(observe(failed, "end", failing, start)).toBe("match");
});

it("does not say of a failure that no request brought it about where the hook's end could not be read", () => {
  const held = see(lambda, calling);
  const failed = see({ ...lambda, status: "Failed", completeTime: at(9) }, unread, held);
  expect(observe(failed, "end", failing, start)).toBe("match");
  const looked = see({ ...lambda, status: "Failed", completeTime: at(9) }, unread, failed);
  expect(looked.overtaken).toBe(failed.overtaken);
});

it("still knows an alarm as no request of anybody, whatever could be read", () => {
  const errorInformation = { code: "ALARM_ACTIVE" } as const;
  const stopped = see({ ...lambda, status: "Stopped", errorInformation }, unread, see(lambda, calling));
  expect(observe(stopped, "end", failing, start)).toBe("other");
  expect(asAsked(stopped, failing).incident).toBe(true);
});

const installed = target({ lifecycleEventName: "ValidateService", status: "Succeeded", endTime: at(4) });
const neverRerouted = { code: "TIMEOUT" } as const;
const stoppedAt = (
  minutes: number,
  errorInformation: DeploymentInfo["errorInformation"],
): DeploymentInfo => ({
  ...fleet,
  status: "Stopped",
  completeTime: at(minutes),
  errorInformation,
});

it("sees the time-out of a wait whose beginning it noticed a little late", () => {
  const ready = see({ ...fleet, status: "Ready" }, unread, undefined, { [`ready/${at(4.5).getTime()}`]: "" });
  expect(holdOf(ready, "READY_WAIT").expiresAt).toBe(at(34.5).getTime());
  const stopped = see(stoppedAt(34.1, neverRerouted), unread, ready);
  expect(holdOf(stopped, "READY_WAIT").shows).toBe("expired");
  expect(observe(stopped, "end", undefined, start)).toBe("expired");
});

it("gives a cancel in the last minute to who asked for it: CodeDeploy took it", () => {
  const ready = see({ ...fleet, status: "Ready" }, installed);
  const stopped = see(stoppedAt(33.5, undefined), installed, ready);
  expect(holdOf(stopped, "READY_WAIT").shows).toBe("expired");
  expect(observe(stopped, "end", endOf({ state: "accepted", action: "cancel" }), start)).toBe("match");
  expect(observe(stopped, "end", endOf({ state: "unclear", action: "cancel" }), start)).toBe("expired");
});

it("gives a continue in the last minute to who asked for it: CodeDeploy took it", () => {
  const of: DeploymentInfo = {
    ...fleet,
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 30 },
    },
  };
  const ready = see({ ...of, status: "Ready" }, installed);
  const shifting = target({ lifecycleEventName: "AllowTraffic", status: "InProgress", startTime: at(33.8) });
  const went = see({ ...of, status: "InProgress" }, shifting, ready);
  const point = decisionOfHold("READY_WAIT");
  expect(observe(went, point, decisionOf({ state: "accepted", action: "continue" }), start)).toBe("match");
  expect(observe(went, point, undefined, start)).toBe("expired");
});

it("never says that a hook which AWS does not know was continued", () => {
  const held = see(lambda, target());
  const open = { ...held, holds: held.holds.map((hold) => ({ ...hold, shows: "open" as const })) };
  const learned = see(lambda, target(), open, carriedUnknownExecution("x1"));
  expect(holdOf(learned, "x1").shows).toBe("none");
  const point = decisionOfHold("x1");
  const asked = decisionOf({ id: point, state: "accepted", action: "continue" });
  expect(observe(learned, point, asked, start)).toBe("other");
  const superseded = decisionOf({ id: point, state: "superseded", action: "continue", by: [people.ann] });
  const drawn = JSON.stringify(drawCard(pictureOf({ deployment: learned, decisions: [superseded] })));
  expect(drawn).not.toMatch(/continued/i);
  expect(see(lambda, target(), learned).holds).toEqual(learned.holds);
});

it("offers no rollback in place where CodeDeploy names nothing to return to", () => {
  const { previousRevision: _, ...first } = fleet;
  const inPlace = { deploymentStyle: { deploymentType: "IN_PLACE" } } as const;
  expect(offersAt(see({ ...first, ...inPlace }, target()))).toEqual(["cancel"]);
  // There is one, in a form that this release can't name.
  for (const previousRevision of [{}, { revisionType: "S3" }, { s3Location: { bucket: "b" } }] as const)
    expect(offersAt(see({ ...first, ...inPlace, previousRevision }, target()))).toEqual([
      "rollback",
      "cancel",
    ]);
  expect(offersAt(see({ ...fleet, ...inPlace }, target()))).toEqual(["rollback", "cancel"]);
});

it("keeps what people decide about when targets come, go, or can't be read", () => {
  const keeping = { ...fleet, instanceTerminationWaitTimeStarted: true };
  const evidence = (targets: Targets) =>
    see(keeping, targets).offers.map((offer) => [offer.action, offer.evidence]);
  expect(evidence(unread)).toEqual(evidence(installed));
});

it("tells one incident of a failure whose rollback shows a read later", () => {
  const failed = { ...fleet, status: "Failed" } as const;
  const incidents = [failed, { ...failed, rollbackInfo: { rollbackDeploymentId: "d-NEW" } }].map((info) =>
    see(info, installed)
      .remarks.filter(({ weight }) => weight === "incident")
      .map(({ name, cause }) => ({ name, cause })),
  );
  const one = [{ name: "incident/failed", cause: [] }];
  expect(incidents).toEqual([one, one]);
});

it("does not say that the old version keeps its traffic where it could not be read what has moved", () => {
  const rollsBack: Partial<DeploymentInfo> = {
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  };
  const held = see({ ...lambda, ...rollsBack }, calling);
  const offers = see({ ...lambda, ...rollsBack }, unread, held).offers.filter(
    ({ action }) => action === "rollback",
  );
  expect(offers).toHaveLength(2);
  for (const { consequence, dialog } of offers) {
    expect(said([...consequence, ...dialog])).not.toMatch(/keeps|again/);
    expect(said(consequence)).toContain("has 100% of traffic then");
  }
});

it("shows of a hook's id nothing to anybody: whoever knows it can answer", async () => {
  const stage = await setCodeDeployStage();
  const { deployment, hold } = await stage.lookAtHook({});
  await stage.close();
  const twice = { ...hold, id: `${hold.id}-2` };
  const offers = deployment.offers.flatMap((offer) =>
    offer.holdId === undefined ? [offer] : [offer, { ...offer, holdId: twice.id }],
  );
  const log = deployment.remarks.map((remark, n) => ({ k: "remark", at: start + n, remark }) as const);
  const picture = pictureOf({ deployment: { ...deployment, holds: [hold, twice], offers }, log });
  const entries = log.map((entry, index) => ({ seq: index + 1, entry }));
  const shown = JSON.stringify([drawCard(picture), drawThread(picture, entries)]);
  expect(shown).toContain("approve");
  expect(shown).not.toContain(hold.id.slice(0, 24));
});

it.each([
  ["a failure that the group rolls back", "Failed", {}, ["DEPLOYMENT_FAILURE"], true],
  ["an alarm that the group rolls back", "Stopped", { alarm: true }, ["DEPLOYMENT_STOP_ON_ALARM"], true],
  ["a failure that the group does not roll back", "Failed", {}, ["DEPLOYMENT_STOP_ON_ALARM"], undefined],
  [
    "an alarm that the group does not roll back",
    "Stopped",
    { alarm: true },
    ["DEPLOYMENT_FAILURE"],
    undefined,
  ],
  [
    "a rollback that is shown",
    "Failed",
    { rollbackDeploymentId: "d-NEW" },
    ["DEPLOYMENT_FAILURE"],
    undefined,
  ],
  [
    "a rollback that CodeDeploy says it can't make",
    "Failed",
    { rollbackMessage: "no earlier revision" },
    ["DEPLOYMENT_FAILURE"],
    undefined,
  ],
  ["a deployment that runs", "InProgress", {}, ["DEPLOYMENT_FAILURE"], undefined],
] as const)("knows whether a rollback may still come after %s", (_, status, given, events, mayCome) => {
  const { alarm, ...rollbackInfo } = { alarm: false, ...given };
  const shown = see(
    {
      ...{ ...fleet, status, rollbackInfo },
      ...(alarm ? { errorInformation: { code: "ALARM_ACTIVE" } } : {}),
      autoRollbackConfiguration: { enabled: true, events: [...events] },
    },
    installed,
  );
  expect(shown.rollbackMayCome).toBe(mayCome);
  expect(said(shown.outcome ?? []).includes("no rollback was seen")).toBe(mayCome === true);
});

it.each([
  [
    "Failed",
    fleet,
    {},
    "The deployment failed, and CodeDeploy shows no rollback. Look in AWS to see what serves now.",
  ],
  ["Stopped", fleet, {}, "CodeDeploy stopped, and shows no rollback. Look in AWS to see what serves now."],
  [
    "Stopped",
    { ...fleet, deploymentStyle: { deploymentType: "IN_PLACE" } },
    {},
    "CodeDeploy stopped, and shows no rollback. Without one, instances that it updated stay so.",
  ],
  [
    "Stopped",
    fleet,
    { errorInformation: { code: "ALARM_ACTIVE" } },
    "An alarm stopped this deployment. CodeDeploy shows no rollback. Look in AWS to see what serves now.",
  ],
] as const)(
  "says of an end as %s that no rollback is shown, which may be a read later, case %#",
  (status, of, more, words) => {
    expect(said(see({ ...of, ...more, status }, installed).outcome)).toBe(words);
  },
);
