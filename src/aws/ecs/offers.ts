/** What can be asked of ECS now, and what each answer brings about. The words follow stage and strategy. */

import type { ServiceDeployment } from "@aws-sdk/client-ecs";
import type { Phase } from "../../handlers/deployment.ts";
import type { Phrase, WordedHold, WordedOffer } from "../../handlers/words.ts";
import { isPause } from "./gates.ts";
import { buildName, digestOf, imagesOf, namedOr, type Versions } from "./reading.ts";
import { oldRevisionOf, wantsNoTask } from "./serving.ts";
import { nextPercent, productionPercent, strategyOf } from "./stage.ts";

interface Situation {
  readonly deployment: ServiceDeployment;
  readonly versions: Versions;
}

export function offersOf(
  situation: Situation,
  phase: Phase,
  holds: readonly WordedHold[],
): readonly WordedOffer[] {
  if (phase !== "running") return [];
  // AWS promises no order; the numbers on the buttons have to stay where they are.
  const open = holds.filter((hold) => hold.shows === "open").sort((a, b) => (a.id < b.id ? -1 : 1));
  const atHolds = open.flatMap((hold, index) => {
    const place = open.length > 1 ? { number: index + 1, of: open.length } : undefined;
    return [continueOffer(situation, hold, place), rollbackAtHold(situation, hold, place)];
  });
  return [...atHolds, rollbackOfDeployment(situation)];
}

type Place = { readonly number: number; readonly of: number } | undefined;

function continueOffer(situation: Situation, hold: WordedHold, place: Place): WordedOffer {
  const next = withUnresolved(situation, withoutTasks(situation, whatContinues(situation, hold.stage)));
  const possible = "A rollback stays possible until the deployment ends.";
  return {
    action: "continue",
    holdId: hold.id,
    label: place === undefined ? "Continue" : `Continue ${place.number} of ${place.of}`,
    consequence:
      place === undefined
        ? next.consequence
        : ["this is one of ", String(place.of), " holds. After the last one, ", ...next.consequence],
    dialog:
      place === undefined
        ? [...next.dialog, " ", possible]
        : [
            `This answers hold ${place.number} of ${place.of}. After the last one: `,
            ...next.dialog,
            " ",
            possible,
          ],
    deny: "Not yet",
    evidence: {
      hold: hold.id,
      stage: hold.stage,
      "target revision": targetRevision(situation),
      "image digests": digests(situation.versions),
    },
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
  const [first, ...more] = imagesOf(versions.new.value).filter((image) => digestOf(image) === undefined);
  if (first === undefined) return { consequence, dialog };
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  const words: Phrase = [
    " Not resolved yet: which image ",
    { code: buildName(first), atMost: 24 },
    `${others} will be.`,
  ];
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

function rollbackAtHold(situation: Situation, hold: WordedHold, place: Place): WordedOffer {
  const revision = targetRevision(situation);
  const others =
    place === undefined
      ? ""
      : ` The other ${place.of === 2 ? "hold" : "holds"} of this stage will be over too.`;
  return {
    ...rollback(situation),
    ...(others === "" ? {} : { dialog: [...rollback(situation).dialog, others] }),
    holdId: hold.id,
    label: place === undefined ? "Roll back" : `Roll back at hold ${place.number} of ${place.of}`,
    evidence: { hold: hold.id, ...(revision === null ? {} : { "target revision": revision }) },
  };
}

/** AWS fences this by the deployment alone, and an emergency must not fail because something else could not be read. */
function rollbackOfDeployment(situation: Situation): WordedOffer {
  return {
    ...rollback(situation),
    label: "Roll back",
    evidence: { deployment: situation.deployment.serviceDeploymentArn ?? null },
  };
}

function rollback(situation: Situation): Pick<WordedOffer, "action" | "consequence" | "dialog" | "deny"> {
  return { action: "rollback", deny: "Not now", ...whatRollsBack(situation) };
}

function whatRollsBack({ deployment, versions }: Situation): Pick<WordedOffer, "consequence" | "dialog"> {
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
  return running === 0 ? ", of which no task runs." : ", which serves all traffic now.";
}

function targetRevision({ deployment }: Situation): string | null {
  return deployment.targetServiceRevision?.arn ?? null;
}

/** What a person would release. `null` where the new revision could not be read: nobody decides about something unknown. */
function digests({ new: target }: Versions): string | null {
  if (target.kind === "unknown") return null;
  const images = imagesOf(target.value);
  if (images.length === 0) return null;
  return images
    .map(({ container, digest, image }) => `${container}=${digest ?? image}`)
    .sort()
    .join(" ");
}
