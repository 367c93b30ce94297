/** What is said of an ECS deployment: from its facts and from what ECS said, as it was recorded. Pure. */

import { z } from "zod";
import type { Deployment, Expiry } from "../../../handlers/deployment.ts";
import type { HoldWords, Phrase, Words } from "../../../handlers/words.ts";
import { parseArn } from "../arn.ts";
import { type Said, type ServiceDeployment, saidSchema } from "../facts/said.ts";
import { unreadVersions } from "../facts/versions.ts";
import { changeFacts } from "./changes.ts";
import { detailFacts } from "./details.ts";
import { healthFacts } from "./health.ts";
import { offerWords } from "./offers.ts";
import { outcomeWords } from "./outcome.ts";
import { progressWords, whereOf } from "./progress.ts";
import { remarkWords } from "./remarks.ts";
import { strategyTitle } from "./strategy.ts";

export const words: Words = {
  deployment(deployment) {
    const said = saidOf(deployment);
    const { ref, gates, vanished } = deployment;
    const cluster = parseArn(ref.id)?.cluster;
    const progress = progressWords(deployment, said);
    const outcome = vanished === true ? [] : outcomeWords(deployment, said);
    return {
      where: cluster === undefined ? [] : ["cluster ", { code: cluster, atMost: 24 }],
      changes: changeFacts(said.versions),
      health: healthFacts(said),
      ...(progress === undefined ? {} : { progress }),
      ...(gates?.next === undefined ? {} : { nextGate: whereOf(gates.next) }),
      ...(outcome === undefined ? {} : { outcome }),
      expert: expertLine(said.deployment),
      details: detailFacts(said),
      offers: deployment.offers.map((offer) => ({ ...offer, ...offerWords(offer, deployment, said) })),
    };
  },
  expiry: expiryWords,
  remark: remarkWords,
};

/** What another release recorded may be nothing that this one can read: then nothing of it is told. */
function saidOf({ said }: Deployment): Said {
  return saidSchema.safeParse(said).data ?? { deployment: {}, versions: unreadVersions };
}

const expirySaid = z.object({ timeoutAction: z.string().nullable() });

function expiryWords({ onExpiryAction, said }: Expiry): HoldWords {
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
