/** What each answer brings about. The words follow stage and strategy. */

import type { Deployment, Offer } from "../../../handlers/deployment.ts";
import type { OfferWords, Phrase } from "../../../handlers/words.ts";
import { isPause } from "../facts/gates.ts";
import { openInOrder, type Situation } from "../facts/offers.ts";
import type { ServiceDeployment } from "../facts/said.ts";
import { oldRevisionOf, wantsNoTask } from "../facts/serving.ts";
import { nextPercent, productionPercent, strategyOf } from "../facts/stage.ts";
import { digestOf } from "../facts/versions.ts";
import { buildName, namedOr } from "./builds.ts";

type Place = { readonly number: number; readonly of: number } | undefined;

export function offerWords(offer: Offer, { holds }: Deployment, situation: Situation): OfferWords {
  const open = openInOrder(holds);
  const index = open.findIndex(({ id }) => id === offer.holdId);
  const hold = open[index];
  const place = hold !== undefined && open.length > 1 ? { number: index + 1, of: open.length } : undefined;
  if (offer.action === "continue") return continueWords(situation, hold?.stage ?? "", place);
  return rollbackWords(situation, place);
}

function continueWords(situation: Situation, stage: string, place: Place): OfferWords {
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

function rollbackWords(situation: Situation, place: Place): OfferWords {
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

/** Nothing shows that the new version works, whatever traffic it is given. */
function withoutTasks({ deployment }: Situation, next: Next): Next {
  const { lifecycleStage = "", targetServiceRevision: target } = deployment;
  if (target?.runningTaskCount !== 0 || isBeforeScaleUp(lifecycleStage)) return next;
  const words = " No task of the new version runs.";
  return { consequence: [...next.consequence, words], dialog: [...next.dialog, words] };
}

function isBeforeScaleUp(stage: string): boolean {
  return stage === "RECONCILE_SERVICE" || stage === "PRE_SCALE_UP";
}

/** ECS looks a tag up with the first task that it starts; some services never record it. People decide, and know it. */
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
  const rolling = strategyOf(situation.deployment) === "rolling";
  switch (stage) {
    case "RECONCILE_SERVICE":
    case "PRE_SCALE_UP":
      if (wantsNoTask(situation.deployment)) {
        const words = "ECS goes on and starts no task: the desired count is 0.";
        return { consequence: [words], dialog: [words] };
      }
      return {
        consequence: [rolling ? "ECS replaces the old tasks step by step." : "ECS starts the new tasks."],
        dialog: rolling
          ? ["ECS replaces the old tasks with tasks of ", ...newVersion, " step by step."]
          : ["ECS starts the tasks of ", ...newVersion, ". No traffic moves yet."],
      };
    case "POST_SCALE_UP":
      return rolling
        ? {
            consequence: ["ECS goes on with the rolling update."],
            dialog: ["ECS goes on with the rolling update."],
          }
        : beforeProduction(
            situation,
            newVersion,
            "the traffic shift begins: test traffic first, if there is any.",
          );
    case "POST_TEST_TRAFFIC_SHIFT":
      return pausesAt(situation.deployment, ["PRE_PRODUCTION_TRAFFIC_SHIFT"])
        ? {
            consequence: ["ECS goes on to the next hold. No production traffic moves yet."],
            dialog: [
              "ECS goes on to the hold before the production traffic shift. No production traffic moves yet.",
            ],
          }
        : productionShift(situation, newVersion);
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

/** Where no other hold stands in between, production follows without another question: that has to be said. */
function beforeProduction({ deployment }: Situation, newVersion: Phrase, first: string): Next {
  const held = pausesAt(deployment, ["POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT"]);
  const then = held
    ? " Another hold follows before production."
    : " Production traffic follows without another hold.";
  return {
    consequence: [`${first}${then}`],
    dialog: [
      "ECS begins to move traffic to ",
      ...newVersion,
      `, test traffic first, if there is any.${then}`,
    ],
  };
}

function pausesAt({ deploymentConfiguration }: ServiceDeployment, stages: readonly string[]): boolean {
  return (deploymentConfiguration?.lifecycleHooks ?? []).some(
    (hook) => isPause(hook) && (hook.lifecycleStages ?? []).some((stage) => stages.includes(stage)),
  );
}

function productionShift({ deployment }: Situation, newVersion: Phrase): Next {
  const now = productionPercent(deployment) ?? 0;
  const next = nextPercent(deployment);
  if (next === undefined) {
    return {
      consequence: ["production traffic begins to move to the new version."],
      dialog: ["ECS begins to move production traffic to ", ...newVersion, "."],
    };
  }
  if (next === 100) {
    const share = now === 0 ? "all" : `the other ${100 - now}% of`;
    return {
      consequence: [`${share} production traffic moves to the new version.`],
      dialog: [`ECS moves ${share} production traffic to `, ...newVersion, "."],
    };
  }
  const share = now === 0 ? `${next}%` : `another ${next - now}%`;
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
      `, which serves the other ${Math.round((100 - percent) * 10) / 10}% already. This ends the deployment.`,
    ],
  };
}

function oldServes(deployment: ServiceDeployment): string {
  const running = oldRevisionOf(deployment)?.runningTaskCount;
  if (running === undefined) return ".";
  return running === 0 ? ", and none of its tasks runs." : ", which serves all traffic now.";
}
