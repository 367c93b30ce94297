/** The texts for a CodeDeploy deployment, from its facts and the stored CodeDeploy detail. Pure. */

import type { Deployment, Hold } from "../../../handlers/deployment.ts";
import type { DeploymentWords, Phrase, Words } from "../../../handlers/words.ts";
import { leftOut } from "../../client/why.ts";
import { isKeepingOld, type Platform, rollsBack, type Situation, situationOf } from "../facts/situation.ts";
import { type StoredDetail, storedDetailSchema } from "../facts/stored-detail.ts";
import { readyWait, terminationWait } from "../waits.ts";
import { changesOf } from "./changes.ts";
import { detailsOf } from "./details.ts";
import { describeExpiry } from "./expiry.ts";
import { healthOf } from "./health.ts";
import { describeOffer } from "./offers.ts";
import { outcomeOf } from "./outcome.ts";
import { progressOf } from "./progress.ts";
import { describeRemark } from "./remarks.ts";
import { minutesText, shortConfig } from "./rollout.ts";
import { versionsOf } from "./versions.ts";

export const words: Words = {
  deployment(deployment) {
    const said = saidOf(deployment);
    const { holds, vanished } = deployment;
    const situation = situationOf(deployment, said ?? nothingRead);
    const versions = versionsOf(situation);
    const offers = deployment.offers.map((offer) => ({
      ...offer,
      ...describeOffer(offer, holds, situation, versions),
    }));
    if (said === undefined) return { ...notReadYet, offers };
    const progress = progressOf(situation, versions, holds);
    const outcome = vanished === true ? undefined : outcomeOf(situation, versions);
    return {
      where: whereOf(situation),
      changes: changesOf(situation, versions, holds),
      health: healthOf(situation, versions),
      ...(progress === undefined ? {} : { progress }),
      ...(outcome === undefined ? {} : { outcome }),
      expert: expertLine(situation, holds),
      details: detailsOf(situation),
      offers,
    };
  },
  expiry: describeExpiry,
  remark: describeRemark,
};

/** Data stored by another release may be unreadable. */
function saidOf({ said }: Deployment): StoredDetail | undefined {
  return storedDetailSchema.safeParse(said).data;
}

const notReadYet: DeploymentWords = {
  where: [],
  changes: [{ kind: "unknown", label: "Changes", why: ["not read yet"] }],
  health: [{ kind: "unknown", label: "Health", why: ["not read yet"] }],
  expert: [],
  details: [],
};

const why = leftOut("not-read-yet");
const nothingRead: StoredDetail = {
  info: {},
  specUnread: why,
  standing: { kind: "unknown", why },
  alarms: { kind: "unknown", why },
};

/** Display names; for a platform that AWS adds later its own value is shown. */
const platformTitles: Readonly<Record<Platform, string | undefined>> = {
  lambda: "Lambda",
  ecs: "ECS",
  "blue-green": "EC2 blue/green",
  "in-place": "EC2 in place",
  unknown: undefined,
};

/** "Lambda, group `invoice-prod`" */
function whereOf({ platform, info }: Situation): Phrase {
  const title = platformTitles[platform];
  const invented = info.computePlatform;
  const what: Phrase =
    title !== undefined ? [title] : invented === undefined ? [] : [{ code: invented, atMost: 24 }];
  if (info.deploymentGroupName === undefined) return what;
  return [...what, what.length === 0 ? "group " : ", group ", { code: info.deploymentGroupName, atMost: 24 }];
}

function expertLine(situation: Situation, holds: readonly Hold[]): Phrase {
  const { info, ref } = situation;
  const other = rollsBack(info)?.id;
  const computed = whyComputed(situation, holds);
  const parts: Phrase[] = [
    [{ code: ref.id, atMost: 24 }],
    ...(info.deploymentConfigName === undefined
      ? []
      : [["config ", { code: shortConfig(info.deploymentConfigName) }]]),
    ...(other === undefined ? [] : [["rolls back ", { code: other, atMost: 24 }]]),
    ...(computed === undefined ? [] : [[computed]]),
  ];
  return parts.flatMap((part, index) => (index === 0 ? part : [", ", ...part]));
}

/** The reason why a deadline is only an estimate. */
function whyComputed(situation: Situation, holds: readonly Hold[]): string | undefined {
  const open = holds.filter(({ shows }) => shows === "open");
  if (open.some(({ id }) => id !== readyWait && id !== terminationWait))
    return "deadline estimated: CodeDeploy waits 1 hour";
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: terminate } =
    situation.info.blueGreenDeploymentConfiguration ?? {};
  const minutes = isKeepingOld(situation)
    ? terminate?.terminationWaitTimeInMinutes
    : ready?.waitTimeInMinutes;
  if (open.length === 0 || minutes === undefined) return undefined;
  return `deadline estimated from the start of the wait, ${minutesText(minutes)}`;
}
