/** Deployments of CodeDeploy, AppConfig and Proton as their systems describe them, made by hand after the example cards. */

import type { Picture } from "../../../src/bot/card/parts/picture.ts";
import type { Related } from "../../../src/handlers/deployment.ts";
import { decisionOfHold } from "../../../src/handlers/identity.ts";
import type { Phrase, WordedDeployment, WordedHold, WordedOffer } from "../../../src/handlers/words.ts";
import {
  continueAt,
  decisionOf,
  deploymentOf,
  endOf,
  minuteMs,
  noon,
  people,
  pictureOf,
  policyOf,
  ruleOf,
} from "./pictures.ts";

const policy = policyOf({
  continue: ruleOf(),
  cancel: ruleOf(),
  "terminate-old": ruleOf(),
  revert: ruleOf(),
});

function drawn(changes: Partial<WordedDeployment>, scene: Parameters<typeof pictureOf>[0] = {}): Picture {
  const { stage: _ofEcs, ...deployment } = deploymentOf(changes);
  const { stage } = changes;
  return pictureOf({
    deployment: { ...deployment, ...(stage === undefined ? {} : { stage }) },
    policy,
    ...scene,
  });
}

const hook: WordedHold = {
  id: "eyJlbmNyeXB0ZWREYXRhIjoi",
  stage: "BeforeAllowTraffic",
  status: "InProgress",
  shows: "open",
  expiresAt: noon + 58 * minuteMs,
  expiryComputed: true,
  onExpiryAction: "rollback",
  onExpiry: ["the deployment fails, and CodeDeploy rolls back (this group does so on failure)."],
  onExpiryShort: "CodeDeploy fails the deployment and rolls back",
};

const hookRollback: WordedOffer = {
  action: "rollback",
  holdId: hook.id,
  label: "Roll back",
  consequence: ["version 17 keeps all traffic."],
  dialog: [
    "CodeDeploy is told that the hook failed. The deployment fails and this group rolls back on failure: ",
    { code: "17" },
    " keeps 100% of the traffic.",
  ],
  deny: "Not now",
  evidence: { hook: "BeforeAllowTraffic" },
};

const cancel: WordedOffer = {
  action: "cancel",
  label: "Cancel",
  consequence: ["CodeDeploy stops where it is and moves nothing back."],
  dialog: ["CodeDeploy stops this deployment and moves nothing back."],
  deny: "Let it run",
  evidence: { deployment: "d-7F3K9QX2M" },
};

const rollback: WordedOffer = {
  action: "rollback",
  label: "Roll back",
  consequence: ["traffic returns to the 4 old instances."],
  dialog: [
    "CodeDeploy stops this deployment and starts a rollback: 100% of traffic returns to the 4 old instances, which still run.",
  ],
  deny: "Not now",
  evidence: { deployment: "d-7F3K9QX2M" },
};

const codedeploy: Partial<WordedDeployment> = {
  ref: { system: "codedeploy", account: "111122223333", region: "eu-west-1", id: "d-7F3K9QX2M" },
  lane: "d-7F3K9QX2M",
  systemTitle: "CodeDeploy",
  details: [],
  consoleUrl:
    "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-7F3K9QX2M?region=eu-west-1",
};

const hookHeld: Partial<WordedDeployment> = {
  ...codedeploy,
  target: "invoice-worker",
  qualifiedTarget: "invoice-worker/invoice-prod",
  where: ["Lambda, group ", { code: "invoice-prod", atMost: 24 }],
  status: "InProgress",
  stage: "BeforeAllowTraffic",
  holds: [hook],
  offers: [
    {
      ...continueAt(hook),
      consequence: ["10% of traffic moves to version 18, the rest 5 min later."],
      dialog: [
        "CodeDeploy is told that the hook succeeded. Traffic then moves to version 18: 10% for 5 minutes, then 100%.",
      ],
    },
    hookRollback,
  ],
  changes: [
    {
      kind: "value",
      label: "Function version",
      value: [{ code: "17" }, " → ", { code: "18" }],
      change: "both",
    },
    {
      kind: "value",
      label: "Paused at",
      expert: true,
      value: [{ code: "BeforeAllowTraffic" }, ", hook ", { code: "smoke-test-approval" }],
    },
  ],
  health: [
    { kind: "value", label: "Alarms", value: ["✅ 1 of 1 OK"] },
    { kind: "value", label: "Traffic", value: ["100% on version 17"] },
  ],
  expert: [{ code: "d-7F3K9QX2M" }, " · config ", { code: "LambdaCanary10Percent5Minutes" }],
};

export const keeps: WordedHold = {
  id: "TERMINATION_WAIT",
  stage: "TERMINATION_WAIT",
  status: "InProgress",
  shows: "open",
  optional: true,
  expiresAt: noon + 121 * minuteMs,
  expiryComputed: true,
  onExpiry: ["CodeDeploy then terminates the 4 old instances. That is the normal end."],
  onExpiryShort: "CodeDeploy terminates the 4 old instances",
};

const rolledBackBy: Related = {
  relation: "rolled-back-by",
  ref: { system: "codedeploy", account: "111122223333", region: "eu-west-1", id: "d-9" },
};
const rollbackStarted: Phrase = [
  "CodeDeploy started a rollback, ",
  { code: "d-9", atMost: 24 },
  " (",
  {
    link: "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-9",
    words: "open it in AWS",
  },
  "). What serves is not known until that deployment ends.",
];

export const terminationWait: Partial<WordedDeployment> = {
  ...codedeploy,
  target: "storefront",
  qualifiedTarget: "storefront/storefront-prod",
  where: ["EC2 blue/green, group ", { code: "storefront-prod", atMost: 24 }],
  status: "InProgress",
  holds: [keeps],
  offers: [
    rollback,
    {
      action: "terminate-old",
      holdId: keeps.id,
      label: "Terminate old instances",
      consequence: ["CodeDeploy terminates the 4 old instances now."],
      dialog: [
        "CodeDeploy ends the wait and terminates 4 old instances. After that the only way back is a new deployment.",
      ],
      deny: "Keep them",
      evidence: { deployment: "d-7F3K9QX2M" },
    },
  ],
  changes: [
    {
      kind: "value",
      label: "Revision",
      value: [{ code: "release-311.zip" }, " → ", { code: "release-312.zip" }],
    },
  ],
  health: [
    { kind: "value", label: "Alarms", value: ["✅ 2 of 2 OK"] },
    { kind: "value", label: "Instances", value: ["new 4 of 4 succeeded, old 4 still running"] },
    { kind: "value", label: "Traffic", value: ["100% new"] },
  ],
  expert: [{ code: "d-7F3K9QX2M" }],
};

const appconfig: Partial<WordedDeployment> = {
  ref: { system: "appconfig", account: "111122223333", region: "eu-west-1", id: "k3f9a2x/p7d2m4q/128" },
  lane: "k3f9a2x/p7d2m4q/128",
  systemTitle: "AppConfig",
  target: "checkout/live",
  where: ["application ", { code: "checkout" }, ", environment ", { code: "live" }],
  holds: [],
  details: [],
  consoleUrl:
    "https://eu-west-1.console.aws.amazon.com/systems-manager/appconfig/applications/k3f9a2x/environments/p7d2m4q/deployments/128?region=eu-west-1",
  changes: [
    { kind: "value", label: "Configuration", value: [{ code: "checkout-flags" }] },
    { kind: "value", label: "Version", value: [{ code: "56" }, " → ", { code: "57" }], change: "both" },
  ],
  health: [
    {
      kind: "value",
      label: "Alarms",
      value: ["✅ 2 of 2 OK; AppConfig rolls back if one is in ALARM"],
    },
    { kind: "value", label: "Last step", value: ["40% at ", { time: noon - 2 * minuteMs, show: "minute" }] },
  ],
  expert: ["Deployment 128 · strategy ", { code: "linear-20-30min" }, ": linear, 20%, 30 min"],
};

const appconfigRunning: Partial<WordedDeployment> = {
  ...appconfig,
  status: "DEPLOYING",
  offers: [
    {
      ...cancel,
      label: "Cancel and roll back",
      consequence: ["all targets return to version 56."],
      dialog: [
        "AppConfig stops and rolls back: the 40% of targets that have version 57 get version 56 again.",
      ],
    },
  ],
  progress: {
    headline: ["40% of the targets have version 57"],
    percent: 40,
    next: ["+20% per step, then 10 min bake time."],
  },
};

const revertUntil = noon + 72 * 60 * minuteMs;
export const revert: WordedOffer = {
  action: "revert",
  until: revertUntil,
  label: "Revert to version 56",
  consequence: ["all targets get version 56 at once; a revert ignores alarms."],
  dialog: [
    "All targets get version 56 again, at once and without steps. A revert ignores alarms. To return to 57 somebody must deploy it again.",
  ],
  deny: "Keep 57",
  evidence: { deployment: "128", version: "56" },
};

export const appconfigDone: Partial<WordedDeployment> = {
  ...appconfig,
  phase: "succeeded",
  status: "COMPLETE",
  endedAt: noon,
  offers: [revert],
  serving: "new",
  outcome: [{ bold: ["All targets have version 57"] }, " of ", { code: "checkout-flags" }, " (before: 56)."],
};

const proton: Partial<WordedDeployment> = {
  ref: {
    ...{ system: "proton", account: "111122223333", region: "eu-west-1" },
    id: "service/orders/service-instance/blue#5f0e2a11",
  },
  lane: "service/orders/service-instance/blue",
  systemTitle: "Proton",
  target: "orders/blue",
  where: ["service instance"],
  status: "IN_PROGRESS",
  holds: [],
  offers: [
    {
      ...cancel,
      consequence: ["Proton tries to undo what was done so far."],
      dialog: [
        "Proton stops and tries to undo what was done so far. It may be too late: then it ends as succeeded, and the card says so.",
      ],
    },
  ],
  changes: [
    {
      kind: "value",
      label: "Template",
      value: [{ code: "web-service" }, ", version ", { code: "1.4" }, " → ", { code: "1.5" }],
    },
  ],
  health: [{ kind: "unknown", label: "Alarms", why: ["Proton does not report any"] }],
  progress: {
    headline: ["In progress since ", { time: noon - 3 * minuteMs, show: "minute" }],
    next: ["Proton finishes it, with success or failure. It tells no percentage."],
  },
  details: [],
  expert: ["Deployment ", { code: "5f0e2a11" }],
};

const { consoleUrl: _none, stage: _ofEcs, ...withoutConsole } = deploymentOf(proton);

const byAnn = { by: [people.ann] };
const revertOf = (state: "accepted" | "open" | "confirmed" | "unclear") =>
  decisionOf({ id: "revert", action: "revert", state, ...byAnn, resolvedAt: noon + 2 * minuteMs });

export const pictures = {
  codedeployHookHeld: drawn(hookHeld),
  codedeployHookWithCancel: drawn({ ...hookHeld, offers: [...(hookHeld.offers ?? []), cancel] }),
  codedeployTerminationWait: drawn(terminationWait),
  codedeployTerminating: drawn(
    { ...terminationWait, holds: [{ ...keeps, shows: "over" }], offers: [] },
    {
      decisions: [
        {
          ...decisionOf({ action: "terminate-old", state: "accepted", ...byAnn }),
          id: decisionOfHold(keeps.id),
        },
      ],
    },
  ),
  codedeployRunning: drawn({ ...terminationWait, holds: [], offers: [rollback, cancel] }),
  codedeployRolledBack: drawn({
    ...terminationWait,
    phase: "failed",
    status: "Failed",
    related: rolledBackBy,
    holds: [],
    offers: [],
    endedAt: noon,
    incident: true,
    overtaken: true,
    reason: "An alarm went off: storefront-5xx",
    outcome: rollbackStarted,
  }),
  codedeployOvertaken: drawn(
    {
      ...terminationWait,
      phase: "failed",
      ...{ related: rolledBackBy, outcome: rollbackStarted },
      ...{ status: "Failed", holds: [], offers: [], endedAt: noon, incident: true, overtaken: true },
    },
    { decisions: [endOf({ action: "cancel", state: "superseded", ...byAnn })] },
  ),
  appconfigRunning: drawn(appconfigRunning),
  appconfigRevert: drawn(appconfigDone),
  appconfigReverting: drawn(appconfigDone, { decisions: [revertOf("accepted")] }),
  appconfigRevertUnclear: drawn(appconfigDone, { decisions: [revertOf("unclear")] }),
  appconfigRevertNotDone: drawn(appconfigDone, { decisions: [revertOf("open")] }),
  appconfigReverted: drawn(
    {
      ...{ ...appconfigDone, phase: "rolled-back", status: "REVERTED", offers: [], serving: "previous" },
      outcome: [
        "All targets get version ",
        { code: "56" },
        " again. Version ",
        { code: "57" },
        " is not live.",
      ],
    },
    { decisions: [revertOf("confirmed")] },
  ),
  appconfigTooLateToCancel: drawn(appconfigDone, {
    decisions: [endOf({ action: "cancel", state: "superseded", ...byAnn })],
  }),
  protonRunning: pictureOf({ deployment: withoutConsole, policy }),
  protonFailedAfterCancel: pictureOf({
    deployment: {
      ...withoutConsole,
      ...{ phase: "failed", status: "FAILED", offers: [], incident: true, overtaken: true, endedAt: noon },
      reason: "The stack could not be rolled back.",
    },
    policy,
    decisions: [endOf({ action: "cancel", state: "confirmed", ...byAnn, resolvedAt: noon - minuteMs })],
  }),
} satisfies Readonly<Record<string, Picture>>;
