/** Describes the effect of each offer, by stage and strategy. */

import type { Deployment, Offer } from "../../../handlers/deployment.ts";
import type { OfferWords, Phrase } from "../../../handlers/words.ts";
import { oneDecimal } from "../../counts.ts";
import { isPause } from "../facts/gates.ts";
import { openInOrder, type Situation } from "../facts/offers.ts";
import { oldRevisionOf, wantsNoTask } from "../facts/serving.ts";
import { nextPercent, productionPercent, strategyOf } from "../facts/stage.ts";
import type { ServiceDeployment } from "../facts/stored-detail.ts";
import { digestOf } from "../facts/versions.ts";
import { buildName, namedOr } from "./builds.ts";
import { shareOf } from "./strategy.ts";

type Place = { readonly number: number; readonly of: number } | undefined;

export function describeOffer(offer: Offer, { holds }: Deployment, situation: Situation): OfferWords {
  const open = openInOrder(holds);
  const index = open.findIndex(({ id }) => id === offer.holdId);
  const hold = open[index];
  const place = hold !== undefined && open.length > 1 ? { number: index + 1, of: open.length } : undefined;
  if (offer.action === "continue") return describeContinue(situation, hold?.stage ?? "", place);
  return describeRollback(situation, place);
}

function describeContinue(situation: Situation, stage: string, place: Place): OfferWords {
  const next = withUnresolved(situation, withoutTasks(situation, whatContinues(situation, stage)));
  const possible = "A rollback stays possible until the deployment ends.";
  if (place === undefined)
    return {
      label: "Continue",
      consequence: next.consequence,
      dialog: [...next.dialog, " ", possible],
      deny: "Not yet",
    };
  return {
    label: `Continue ${place.number} of ${place.of}`,
    consequence: ["this is one of ", String(place.of), " holds. After the last one, ", ...next.consequence],
    dialog: [
      `This answers hold ${place.number} of ${place.of}. After the last one: `,
      ...next.dialog,
      " ",
      possible,
    ],
    deny: "Not yet",
  };
}

function describeRollback(situation: Situation, place: Place): OfferWords {
  const { consequence, dialog } = whatRollsBack(situation);
  if (place === undefined) return { label: "Roll back", consequence, dialog, deny: "Not now" };
  const others = ` The other ${place.of === 2 ? "hold" : "holds"} of this stage will be over too.`;
  return {
    label: `Roll back at hold ${place.number} of ${place.of}`,
    consequence,
    dialog: [...dialog, others],
    deny: "Not now",
  };
}

interface Next {
  /** Begins in lower case: the card puts the verb before it. */
  readonly consequence: Phrase;
  readonly dialog: Phrase;
}

/** Without running tasks nothing shows that the new version works, however much traffic it gets. */
function withoutTasks({ deployment }: Situation, next: Next): Next {
  const { lifecycleStage = "", targetServiceRevision: target } = deployment;
  if (target?.runningTaskCount !== 0 || isBeforeScaleUp(lifecycleStage)) return next;
  const words = " No task of the new version runs.";
  return { consequence: [...next.consequence, words], dialog: [...next.dialog, words] };
}

function isBeforeScaleUp(stage: string): boolean {
  return stage === "RECONCILE_SERVICE" || stage === "PRE_SCALE_UP";
}

/**
 * ECS resolves a tag when it starts the first task, and never records it for some services. People are told before they
 * decide.
 */
function withUnresolved({ versions }: Situation, { consequence, dialog }: Next): Next {
  if (versions.new.kind === "unknown") return { consequence, dialog };
  const [first, ...more] = versions.new.value.images.filter((image) => digestOf(image) === undefined);
  if (first === undefined) return { consequence, dialog };
  const others = more.length === 0 ? " to a digest" : ` and ${more.length} more to digests`;
  const words: Phrase = [" ECS has not resolved ", { code: buildName(first), atMost: 24 }, `${others} yet.`];
  return { consequence: [...consequence, ...words], dialog: [...dialog, ...words] };
}

function whatContinues(situation: Situation, stage: string): Next {
  const newVersion = namedOr(situation.versions.new, "the new version");
  const { deployment } = situation;
  const strategy = strategyOf(deployment);
  if (strategy === "unknown" && isBeforeProduction(stage)) {
    const words = "ECS goes on with the deployment. Not known: how it moves traffic.";
    return { consequence: [words], dialog: [words] };
  }
  const rolling = strategy === "rolling";
  switch (stage) {
    case "RECONCILE_SERVICE":
    case "PRE_SCALE_UP": {
      if (wantsNoTask(deployment)) {
        const words = "ECS goes on and starts no task: the desired count is 0.";
        return { consequence: [words], dialog: [words] };
      }
      if (rolling)
        return {
          consequence: ["ECS replaces the old tasks step by step."],
          dialog: ["ECS replaces the old tasks with tasks of ", ...newVersion, " step by step."],
        };
      const then = untilProduction(deployment, stage);
      return {
        consequence: [`ECS starts the new tasks. ${then}`],
        dialog: ["ECS starts the tasks of ", ...newVersion, `. ${then}`],
      };
    }
    case "POST_SCALE_UP":
      return rolling
        ? {
            consequence: ["ECS goes on with the rolling update."],
            dialog: ["ECS goes on with the rolling update."],
          }
        : trafficBegins(untilProduction(deployment, stage), newVersion);
    case "POST_TEST_TRAFFIC_SHIFT":
      return afterTestTraffic(situation, newVersion);
    case "PRE_PRODUCTION_TRAFFIC_SHIFT":
      return productionShift(situation, newVersion);
    case "POST_PRODUCTION_TRAFFIC_SHIFT":
      return {
        consequence: ["the bake time begins; then ECS removes the old tasks."],
        dialog: [
          "ECS begins the bake time. When it is over, ECS removes the old tasks and the deployment ends.",
        ],
      };
    default:
      return {
        consequence: ["ECS goes on with the deployment."],
        dialog: ["ECS goes on with the deployment."],
      };
  }
}

function trafficBegins(then: string, newVersion: Phrase): Next {
  return {
    consequence: [`the traffic shift begins: test traffic first, if there is any. ${then}`],
    dialog: [
      "ECS begins to move traffic to ",
      ...newVersion,
      `, test traffic first, if there is any. ${then}`,
    ],
  };
}

function afterTestTraffic(situation: Situation, newVersion: Phrase): Next {
  const held = holdsAfter(situation.deployment, "POST_TEST_TRAFFIC_SHIFT");
  if (held === undefined) {
    const words = `ECS goes on towards production. ${describeHeld(held)}`;
    return { consequence: [words], dialog: [words] };
  }
  return held
    ? {
        consequence: ["ECS goes on to the next hold. No production traffic moves yet."],
        dialog: [
          "ECS goes on to the hold before the production traffic shift. No production traffic moves yet.",
        ],
      }
    : productionShift(situation, newVersion);
}

/** Stages where ECS can pause before the first production traffic moves, in order. */
const beforeProduction: readonly string[] = [
  "RECONCILE_SERVICE",
  "PRE_SCALE_UP",
  "POST_SCALE_UP",
  "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT",
];

/** The last one is excluded: ECS moves production traffic when it ends. */
function isBeforeProduction(stage: string): boolean {
  return beforeProduction.slice(0, -1).includes(stage);
}

/** `undefined`: ECS does not return the hooks, although it has some, because it is waiting at one. */
function holdsAfter({ deploymentConfiguration }: ServiceDeployment, stage: string): boolean | undefined {
  const later = beforeProduction.slice(beforeProduction.indexOf(stage) + 1);
  return deploymentConfiguration?.lifecycleHooks?.some(
    (hook) => isPause(hook) && (hook.lifecycleStages ?? []).some((one) => later.includes(one)),
  );
}

function untilProduction(deployment: ServiceDeployment, stage: string): string {
  return describeHeld(holdsAfter(deployment, stage));
}

/** If there is no hold in between, production follows without another answer, and people must be told. */
function describeHeld(held: boolean | undefined): string {
  if (held === undefined) return "Not known: whether another hold comes before production.";
  return held
    ? "Another hold follows before production."
    : "Production traffic follows without another hold.";
}

function productionShift({ deployment }: Situation, newVersion: Phrase): Next {
  const now = productionPercent(deployment);
  const next = nextPercent(deployment);
  if (next === undefined) {
    return {
      consequence: ["production traffic begins to move to the new version."],
      dialog: ["ECS begins to move production traffic to ", ...newVersion, "."],
    };
  }
  if (next === 100 || now === undefined) {
    const share = now === undefined || now === 0 ? "all" : `${shareOf(now, 100)} of`;
    return {
      consequence: [`${share} production traffic moves to the new version.`],
      dialog: [`ECS moves ${share} production traffic to `, ...newVersion, "."],
    };
  }
  const share = now === 0 ? `${next}%` : shareOf(now, next);
  return {
    consequence: [`${share} of production traffic moves to the new version.`],
    dialog: [
      `ECS moves ${share} of production traffic to `,
      ...newVersion,
      now === 0 ? "." : `, ${next}% in all.`,
    ],
  };
}

function whatRollsBack({ deployment, versions }: Situation): Next {
  const old = namedOr(versions.old, "the old version");
  if (versions.old.kind === "none") {
    return {
      consequence: ["ECS ends the deployment. There is no old version to return to."],
      dialog: [
        "ECS ends the deployment. It is the first one of this service: there is no old version to return to, and what serves afterwards is not known.",
      ],
    };
  }
  if (versions.old.kind === "unknown" && oldRevisionOf(deployment) === undefined) {
    const words = "ECS rolls back and ends the deployment. Not known: what it returns to.";
    return { consequence: [words], dialog: [words] };
  }
  const percent = productionPercent(deployment);
  if (percent === undefined) {
    return {
      consequence: ["ECS returns the service to the old version."],
      dialog: [
        "ECS returns the service to ",
        ...old,
        " and ends the deployment. To try again somebody must deploy again.",
      ],
    };
  }
  if (percent === 0) {
    return {
      consequence: ["production stays on the old version."],
      dialog: [
        "ECS throws the new tasks away. Production stays on ",
        ...old,
        `${oldServes(deployment)} This ends the deployment; to try again somebody must deploy again.`,
      ],
    };
  }
  if (percent === 100) {
    return {
      consequence: ["all production traffic returns to the old version."],
      dialog: ["ECS moves 100% of production traffic back to ", ...old, " and ends the deployment."],
    };
  }
  return {
    consequence: [`${percent}% of production traffic returns to the old version.`],
    dialog: [
      `${percent}% of production traffic returns to `,
      ...old,
      `, which serves the other ${oneDecimal(100 - percent)}% already. This ends the deployment.`,
    ],
  };
}

function oldServes(deployment: ServiceDeployment): string {
  const running = oldRevisionOf(deployment)?.runningTaskCount;
  if (running === undefined) return ".";
  return running === 0 ? ", and none of its tasks runs." : ", which serves all traffic now.";
}
