/** Builders for what is drawn: an ECS blue/green deployment in production, and everything that can happen to it. */

import type { LogEntry, Picture } from "../../../src/bot/card/parts/picture.ts";
import type { Decision, Vote } from "../../../src/handlers/decision.ts";
import { systemNames } from "../../../src/handlers/deployment.ts";
import { decisionOfHold, evidenceHash, keyOf } from "../../../src/handlers/identity.ts";
import { labelOf, targetOf } from "../../../src/handlers/names/targets.ts";
import type { Policy, Route, Rule } from "../../../src/handlers/policy.ts";
import type { BoardRecord } from "../../../src/handlers/store/view.ts";
import type { WordedDeployment, WordedHold, WordedOffer } from "../../../src/handlers/words.ts";
import { createWording } from "../../../src/handlers/words.ts";
import { withWordsInside, wordsInside } from "../../words-inside.ts";

export const noon: number = Date.UTC(2026, 10, 17, 14, 4, 0);
export const deadline: number = Date.UTC(2026, 10, 17, 14, 32, 0);
export const minuteMs = 60_000;

export const people = { ann: "U024ANN", ben: "U031BEN", cleo: "U077CLEO" } as const;
export const oncall = "S0123ONCALL";

export const hold: WordedHold = {
  id: "ecs-pause-0f3a91c2",
  name: "ecs-pause-0f3a91c2",
  stage: "POST_TEST_TRAFFIC_SHIFT",
  status: "AWAITING_ACTION",
  shows: "open",
  expiresAt: deadline,
  onExpiryAction: "rollback",
  onExpiry: ["ECS rolls back."],
  onExpiryShort: "ECS rolls back",
};

export function continueAt({ id, stage }: WordedHold, label = "Continue"): WordedOffer {
  return {
    action: "continue",
    holdId: id,
    label,
    consequence: ["all production traffic moves to the new version."],
    dialog: [
      "ECS moves all production traffic to ",
      { code: "checkout-api:42" },
      ". A rollback stays possible until the deployment ends.",
    ],
    deny: "Not yet",
    evidence: { hold: id, stage, "image digests": "app=sha256:e2b85a16" },
  };
}

export function rollbackAt(held: WordedHold | undefined, label = "Roll back"): WordedOffer {
  return {
    action: "rollback",
    ...(held === undefined ? {} : { holdId: held.id }),
    label,
    consequence: ["production stays on the old version."],
    dialog: [
      "ECS throws the new tasks away. Production stays on ",
      { code: "checkout-api:41" },
      ", which serves all traffic now. This ends the deployment; to try again somebody must deploy again.",
    ],
    deny: "Not now",
    evidence: held === undefined ? { deployment: "svc-deployment/42" } : { hold: held.id },
  };
}

/** The words travel inside, as far as the store and back. */
export const wording = createWording(systemNames.map((name) => ({ name, words: wordsInside })));

export function deploymentOf(changes: Partial<WordedDeployment> = {}): WordedDeployment {
  return withWordsInside({
    ref: {
      system: "ecs",
      account: "111122223333",
      region: "eu-west-1",
      id: "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/Kx3fT9",
    },
    lane: "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/Kx3fT9",
    target: "checkout-api",
    systemTitle: "ECS",
    where: ["cluster ", { code: "main", atMost: 24 }],
    phase: "running",
    status: "IN_PROGRESS",
    stage: "POST_TEST_TRAFFIC_SHIFT",
    startedAt: noon - 8 * minuteMs,
    holds: [hold],
    offers: [continueAt(hold), rollbackAt(hold), rollbackAt(undefined)],
    changes: [
      {
        kind: "value",
        label: "Image",
        value: [{ code: "2.18.3" }, " → ", { code: "2.19.0" }],
        change: "both",
      },
      {
        ...{ kind: "value", label: "Digest", expert: true },
        value: [{ code: "9c41d07e" }, " → ", { code: "e2b85a16" }],
      },
      {
        kind: "value",
        label: "Task definition",
        value: [{ code: "checkout-api:41" }, " → ", { code: ":42" }],
        change: "both",
      },
    ],
    health: [
      { kind: "value", label: "Alarms", value: ["✅ ECS watches 3, none in ALARM"] },
      { kind: "value", label: "Tasks running", value: ["old 6 of 6, new 6 of 6"] },
      { kind: "value", label: "Traffic", value: ["production 100% old, test 100% new"] },
    ],
    incident: false,
    expert: ["Blue/green"],
    details: [
      { kind: "value", label: "New image", value: [{ code: "registry/checkout:2.19.0", atMost: 300 }] },
    ],
    consoleUrl:
      "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main/services/checkout-api/deployments?region=eu-west-1",
    remarks: [],
    ...changes,
  });
}

const approvers = [{ kind: "usergroup", id: oncall }] as const;

export function ruleOf(changes: Partial<Rule> = {}): Rule {
  return { approvers, approvals: 1, reason: "optional", ...changes };
}

export function policyOf(rules: Policy["rules"] = {}): Policy {
  return { name: "prod", rules: { continue: ruleOf({ approvals: 2 }), rollback: ruleOf(), ...rules } };
}

export function decisionOf(changes: Partial<Decision> = {}): Decision {
  return {
    id: decisionOfHold(hold.id),
    state: "accepted",
    action: "continue",
    by: [people.ann, people.ben],
    attempt: 1,
    claimedAt: noon + minuteMs,
    sentAt: noon + minuteMs + 5_000,
    settledAt: noon + minuteMs + 12_000,
    ...changes,
  };
}

export function endOf(changes: Partial<Decision> = {}): Decision {
  return decisionOf({ id: "end", action: "rollback", by: [people.ann], ...changes });
}

/** A vote for exactly what is offered. */
export function voteOf(user: string, offer: WordedOffer, need: number): Vote {
  const { action, holdId } = offer;
  return {
    decision: action === "continue" ? decisionOfHold(holdId ?? "") : action === "revert" ? "revert" : "end",
    user,
    action,
    evidence: evidenceHash(offer, { name: "prod", need }) ?? "",
    at: noon,
  };
}

export interface Scene {
  readonly deployment?: WordedDeployment;
  readonly decisions?: readonly Decision[];
  readonly votes?: readonly Vote[];
  readonly log?: readonly LogEntry[];
  readonly policy?: Policy;
  readonly board?: Partial<BoardRecord>;
  readonly view?: Partial<Picture["view"]>;
  readonly accountName?: string;
  readonly storeAgeMs?: number;
}

/** As the only one that is known. */
export function labelled(deployment: WordedDeployment, accountName = "prod") {
  return { accountName, label: labelOf(targetOf({ ...deployment, accountName }), []) };
}

export function pictureOf(scene: Scene = {}): Picture {
  const deployment = scene.deployment ?? deploymentOf();
  const log = scene.log ?? [];
  const route: Route = { match: {}, channel: "C0123456789", policy: scene.policy ?? policyOf() };
  return {
    key: keyOf(deployment.ref, deployment.lane),
    deployment,
    route,
    ...labelled(deployment, scene.accountName),
    storeAgeMs: scene.storeAgeMs ?? 86_400_000,
    view: {
      now: noon,
      readAt: noon,
      fails: 0,
      board: { said: 0, ...scene.board },
      votes: scene.votes ?? [],
      log,
      logLength: log.length,
      decisions: new Map((scene.decisions ?? []).map((decision) => [decision.id, decision])),
      ...scene.view,
    },
  };
}

const answered: WordedHold = { ...hold, shows: "continue", status: "SUCCEEDED" };
const second: WordedHold = {
  ...hold,
  id: "ecs-pause-77be10aa",
  name: "ecs-pause-77be10aa",
  expiresAt: deadline + 5 * minuteMs,
};
const over = { holds: [answered], offers: [], endedAt: noon + 17 * minuteMs };
const wentBack: Partial<WordedDeployment> = {
  phase: "rolled-back",
  status: "ROLLBACK_SUCCESSFUL",
  offers: [],
  endedAt: noon + 5 * minuteMs,
  serving: "previous",
  outcome: [
    "Production serves ",
    { code: "2.18.3" },
    ", 6 of 6 tasks running. ",
    { code: "2.19.0" },
    " is not live.",
  ],
};
const brokenBy =
  "ECS deployment circuit breaker: tasks failed to start.\nEssential container in task exited (exit code 1)";
const incident = {
  name: "incident/circuit-breaker",
  weight: "incident",
  emoji: "🚨",
  words: ["failed: the circuit breaker was triggered"],
  reason: brokenBy,
} as const;

/** One picture of every state of a card. */
export const pictures = {
  waiting: pictureOf({ votes: [voteOf(people.ann, continueAt(hold), 2)] }),
  claimed: pictureOf({ decisions: [decisionOf({ state: "claimed" })] }),
  sent: pictureOf({ decisions: [decisionOf({ state: "sent" })] }),
  asked: pictureOf({ decisions: [decisionOf()] }),
  unclear: pictureOf({ decisions: [decisionOf({ state: "unclear" })] }),
  refused: pictureOf({
    decisions: [decisionOf({ state: "refused", answer: "The hook is not awaiting an action." })],
  }),
  askedToRollBack: pictureOf({ decisions: [endOf()] }),
  running: pictureOf({
    deployment: deploymentOf({
      holds: [answered],
      offers: [rollbackAt(undefined)],
      stage: "PRODUCTION_TRAFFIC_SHIFT",
      progress: {
        headline: ["20% of production traffic is on the new version"],
        percent: 20,
        next: ["after 10 min of canary bake time ", { bold: ["ECS shifts the other 80%"] }, "."],
      },
    }),
    decisions: [decisionOf({ state: "confirmed", resolvedAt: noon + 2 * minuteMs })],
  }),
  elsewhere: pictureOf({
    deployment: deploymentOf({
      holds: [answered],
      offers: [rollbackAt(undefined)],
      progress: { headline: ["The bake time runs"], next: ["ECS removes the old tasks."] },
    }),
    decisions: [decisionOf({ state: "superseded", by: [], resolvedAt: noon + 3 * minuteMs })],
    votes: [voteOf(people.ann, continueAt(hold), 2)],
  }),
  rollingBack: pictureOf({
    deployment: deploymentOf({
      phase: "rolling-back",
      status: "ROLLBACK_IN_PROGRESS",
      offers: [],
      holds: [{ ...hold, shows: "rollback" }],
      progress: {
        headline: ["ECS is rolling back"],
        next: ["the service returns to ", { code: "checkout-api:41" }, "."],
      },
    }),
    decisions: [endOf({ state: "confirmed", resolvedAt: noon + 2 * minuteMs })],
  }),
  done: pictureOf({
    deployment: deploymentOf({
      ...over,
      phase: "succeeded",
      status: "SUCCESSFUL",
      serving: "new",
      outcome: [
        { code: "2.18.3" },
        " → ",
        { code: "2.19.0" },
        ", task definition ",
        { code: "checkout-api:42" },
        ". It serves 100% of production traffic.",
      ],
    }),
    decisions: [decisionOf({ state: "confirmed", resolvedAt: noon + 2 * minuteMs })],
  }),
  rolledBack: pictureOf({
    deployment: deploymentOf({ ...wentBack, holds: [{ ...hold, shows: "rollback" }] }),
    decisions: [
      endOf({
        state: "confirmed",
        resolvedAt: noon + 5 * minuteMs,
        detail: {
          point: decisionOfHold(hold.id),
          reason: "checkout errors doubled on test traffic & p99 > 2 s",
        },
      }),
    ],
  }),
  expired: pictureOf({
    deployment: deploymentOf({ ...wentBack, incident: true, holds: [{ ...hold, shows: "expired" }] }),
    votes: [voteOf(people.ann, continueAt(hold), 2)],
    decisions: [decisionOf({ state: "expired", by: [] })],
  }),
  rolledBackElsewhere: pictureOf({
    deployment: deploymentOf({ ...wentBack, holds: [{ ...hold, shows: "rollback" }] }),
    decisions: [endOf({ state: "superseded", by: [] })],
  }),
  failing: pictureOf({
    deployment: deploymentOf({
      phase: "rolling-back",
      status: "ROLLBACK_IN_PROGRESS",
      offers: [],
      holds: [],
      incident: true,
      reason: brokenBy,
      remarks: [incident],
      progress: {
        headline: ["ECS is rolling back"],
        next: ["the service returns to ", { code: "checkout-api:41" }, "."],
      },
    }),
    log: [{ k: "remark", at: noon, remark: incident }],
  }),
  rolledBackBySystem: pictureOf({
    deployment: deploymentOf({
      ...wentBack,
      incident: true,
      holds: [],
      reason: brokenBy,
      remarks: [incident],
    }),
    log: [{ k: "remark", at: noon, remark: incident }],
  }),
  failed: pictureOf({
    deployment: deploymentOf({
      ...wentBack,
      phase: "failed",
      status: "ROLLBACK_FAILED",
      incident: true,
      holds: [],
      reason: "the rollback could not place tasks",
      serving: "unknown",
      outcome: ["What serves now is not known. Look in AWS."],
      rollbackFailed: true,
    }),
  }),
  stopped: pictureOf({
    deployment: deploymentOf({
      ...{ ...wentBack, phase: "stopped", status: "STOPPED", holds: [], outcome: [], serving: "unknown" },
    }),
  }),
  stale: pictureOf({
    deployment: deploymentOf({
      health: [
        {
          kind: "unknown",
          label: "Alarms",
          why: ["access denied (", { code: "cloudwatch:DescribeAlarms" }, ")"],
        },
        { kind: "value", label: "Tasks running", value: ["old 6 of 6, new 6 of 6"] },
      ],
    }),
    view: { fails: 3, staleSince: noon + 3 * minuteMs, staleWhy: "ThrottlingException" },
  }),
  twoHolds: pictureOf({
    deployment: deploymentOf({
      holds: [hold, second],
      offers: [
        continueAt(hold, "Continue 1 of 2"),
        rollbackAt(hold, "Roll back at hold 1 of 2"),
        continueAt(second, "Continue 2 of 2"),
        rollbackAt(second, "Roll back at hold 2 of 2"),
        rollbackAt(undefined),
      ],
    }),
  }),
} satisfies Readonly<Record<string, Picture>>;
