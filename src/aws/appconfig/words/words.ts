/** The texts for an AppConfig deployment, from its facts and the stored AppConfig detail. Pure. */

import type { Deployment } from "../../../handlers/deployment.ts";
import type { Fact, Phrase, Words } from "../../../handlers/words.ts";
import { type Names, nameOr, type StoredDetail, storedDetailSchema } from "../facts/stored-detail.ts";
import { type DeploymentId, parseId } from "../id.ts";
import { changeFacts } from "./changes.ts";
import { detailFacts } from "./details.ts";
import { describePace } from "./figures.ts";
import { healthFacts } from "./health.ts";
import { describeOffer } from "./offers.ts";
import { describeOutcome } from "./outcome.ts";
import { describeProgress } from "./progress.ts";
import { describeRemark } from "./remarks.ts";

export const words: Words = {
  deployment(deployment) {
    const id = parseId(deployment.ref.id);
    const said = saidOf(deployment);
    const offers = deployment.offers.map((offer) => ({
      ...offer,
      ...describeOffer(offer, deployment, said),
    }));
    if (id === undefined || said === undefined)
      return {
        where: [],
        changes: [notRead("Version")],
        health: [notRead("Alarms")],
        expert: [],
        details: [],
        offers,
      };
    const progress = describeProgress(deployment, said);
    return {
      where: whereOf(id, said.names),
      changes: changeFacts(said),
      health: healthFacts(deployment, said),
      ...(progress === undefined ? {} : { progress }),
      outcome: describeOutcome(deployment, said),
      expert: expertLine(id, said),
      details: detailFacts(said),
      offers,
    };
  },
  expiry: () => ({}),
  remark: describeRemark,
};

/** `undefined`: stored by another release in a form that this one can't read. */
function saidOf({ said }: Deployment): StoredDetail | undefined {
  return storedDetailSchema.safeParse(said).data;
}

function notRead(label: string): Fact {
  return { kind: "unknown", label, why: ["not read yet"] };
}

function whereOf({ application, environment }: DeploymentId, names: Names): Phrase {
  return [
    ...named("application ", application, names.application),
    ", ",
    ...named("environment ", environment, names.environment),
  ];
}

function named(word: string, id: string, name: Names["application"]): Phrase {
  const known: Phrase = [word, { code: nameOr(name, id), atMost: 24 }];
  return name.kind === "read" ? known : [...known, " (its id; the name is unknown)"];
}

function expertLine({ number }: DeploymentId, { deployment, names: { strategy } }: StoredDetail): Phrase {
  const strategyId = deployment.DeploymentStrategyId;
  const pace = describePace(deployment);
  const gone = strategy.kind === "gone" ? " (deleted)" : "";
  return [
    `Deployment ${number}`,
    ...(strategyId === undefined
      ? []
      : [" · strategy ", { code: nameOr(strategy, strategyId), atMost: 40 }, gone]),
    ...(pace.length === 0 ? [] : [strategyId === undefined ? " · " : ": ", ...pace]),
  ];
}
