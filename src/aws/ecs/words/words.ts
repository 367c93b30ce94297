/** The texts for an ECS deployment, from its facts and the stored ECS detail. Pure. */

import { z } from "zod";
import type { Expiry } from "../../../handlers/deployment.ts";
import type { Fact, HoldWords, Phrase, Words } from "../../../handlers/words.ts";
import { leftOut } from "../../client/why.ts";
import { parseArn } from "../arn.ts";
import { type ServiceDeployment, type StoredDetail, storedDetailSchema } from "../facts/stored-detail.ts";
import { changeFacts } from "./changes.ts";
import { detailFacts } from "./details.ts";
import { healthFacts } from "./health.ts";
import { describeOffer } from "./offers.ts";
import { describeOutcome } from "./outcome.ts";
import { describeProgress, whereOf } from "./progress.ts";
import { describeRemark } from "./remarks.ts";
import { strategyTitle } from "./strategy.ts";

export const words: Words = {
  deployment(deployment) {
    const read = storedDetailSchema.safeParse(deployment.said).data;
    const said = read ?? notRead;
    const { ref, gates, vanished } = deployment;
    const cluster = parseArn(ref.id)?.cluster;
    const where: Phrase = cluster === undefined ? [] : ["cluster ", { code: cluster, atMost: 24 }];
    const changes = changeFacts(said.versions);
    const offers = deployment.offers.map((offer) => ({
      ...offer,
      ...describeOffer(offer, deployment, said),
    }));
    if (read === undefined)
      return { where, changes, health: [healthNotRead], expert: [], details: [], offers };
    const progress = describeProgress(deployment, said);
    const outcome = vanished === true ? [] : describeOutcome(deployment, said);
    return {
      where,
      changes,
      health: healthFacts(said),
      ...(progress === undefined ? {} : { progress }),
      ...(gates?.next === undefined ? {} : { nextGate: whereOf(gates.next) }),
      ...(outcome === undefined ? {} : { outcome }),
      expert: expertLine(said.deployment),
      details: detailFacts(said),
      offers,
    };
  },
  expiry: describeExpiry,
  remark: describeRemark,
};

/** Data stored by another release may be unreadable; then nothing of it is shown. */
const why = leftOut("not-yet");
const notRead: StoredDetail = {
  deployment: {},
  versions: { old: { kind: "unknown", why }, new: { kind: "unknown", why } },
};
const healthNotRead: Fact = { kind: "unknown", label: "Health", why: ["not read yet"] };

const expirySaid = z.object({ timeoutAction: z.string().nullable() });

function describeExpiry({ onExpiryAction, said }: Expiry): HoldWords {
  const parsed = expirySaid.safeParse(said);
  if (!parsed.success) return {};
  if (onExpiryAction === "rollback")
    return { onExpiry: ["ECS rolls back."], onExpiryShort: "ECS rolls back" };
  if (onExpiryAction === "continue") return { onExpiry: ["ECS continues."], onExpiryShort: "ECS continues" };
  const { timeoutAction } = parsed.data;
  return {
    onExpiry:
      timeoutAction === null
        ? ["ECS does what the hook is configured for; it does not say what that is."]
        : ["ECS does what it calls ", { code: timeoutAction, atMost: 24 }, "."],
    onExpiryShort: "ECS does what is configured",
  };
}

function expertLine(deployment: ServiceDeployment): Phrase {
  const strategy = deployment.deploymentConfiguration?.strategy;
  const title = strategyTitle(deployment);
  if (title !== undefined) return [title];
  return strategy === undefined ? [] : ["strategy ", { code: strategy, atMost: 24 }];
}
