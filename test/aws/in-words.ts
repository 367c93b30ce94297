/** What a card says of a deployment, for tests of what AWS answers. */

import { expect } from "vitest";
import { words as appConfigWords } from "../../src/aws/appconfig/words/words.ts";
import type { Why } from "../../src/aws/client/why.ts";
import { words as codeDeployWords } from "../../src/aws/codedeploy/words/words.ts";
import { words as ecsWords } from "../../src/aws/ecs/words/words.ts";
import { words as protonWords } from "../../src/aws/proton/words.ts";
import type { Deployment } from "../../src/handlers/deployment.ts";
import { createWording, type Fact, type Phrase, type WordedDeployment } from "../../src/handlers/words.ts";
import { deploymentSchema } from "../../src/store/snapshot.ts";

/** Why something was not read, for tests that do not care. */
export const denied: Why = { kind: "failed", by: "permission", call: "aws:Read" };

const wording = createWording([
  { name: "ecs", words: ecsWords },
  { name: "codedeploy", words: codeDeployWords },
  { name: "appconfig", words: appConfigWords },
  { name: "proton", words: protonWords },
]);

/** The words are made when something is drawn: what is stored holds none of them, and gives the same ones. */
export function inWords(deployment: Deployment): WordedDeployment {
  const worded = wording.deployment(deployment);
  const read = deploymentSchema.parse(JSON.parse(JSON.stringify(deployment)));
  expect(wording.deployment(read)).toEqual(worded);
  const stored = JSON.stringify(read);
  for (const sentence of sentencesOf(worded)) expect(stored).not.toContain(JSON.stringify(sentence));
  return worded;
}

/** Holdpoint's own wording, which stands in phrases as bare text. One word or two may be the name of something. */
function sentencesOf({ where, changes, health, progress, ...worded }: WordedDeployment): readonly string[] {
  const facts = [...changes, ...health, ...worded.details].flatMap((fact) =>
    fact.kind === "value" ? fact.value : fact.why,
  );
  const { outcome = [], expert, holds, offers, remarks } = worded;
  const phrases = [
    ...[where, facts, outcome, expert, progress?.headline ?? [], progress?.next ?? []],
    ...holds.map(({ onExpiry = [] }) => onExpiry),
    ...offers.flatMap(({ consequence, dialog }) => [consequence, dialog]),
    ...remarks.map((remark) => remark.words),
  ];
  return phrases
    .flat()
    .filter((part): part is string => typeof part === "string" && part.trim().split(" ").length > 2);
}

/** A phrase as a reader sees it. */
export function said(phrase: Phrase | undefined): string {
  return (phrase ?? [])
    .map((part): string => {
      if (typeof part === "string") return part;
      if ("code" in part) return `\`${part.code}\``;
      if ("bold" in part) return said(part.bold);
      return JSON.stringify(part);
    })
    .join("");
}

/** Facts as the lines of a card. */
export function lines(facts: readonly Fact[]): readonly string[] {
  return facts.map((fact) =>
    fact.kind === "value"
      ? `${fact.label}: ${said(fact.value)}`
      : `${fact.label}: unknown, ${said(fact.why)}`,
  );
}
