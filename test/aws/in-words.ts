/** What a card says of a deployment, for tests of what AWS answers. */

import { words as protonWords } from "../../src/aws/proton/words.ts";
import type { Why } from "../../src/aws/why.ts";
import { wordsInside } from "../../src/aws/words-inside.ts";
import type { Deployment } from "../../src/handlers/deployment.ts";
import { createWording, type Fact, type Phrase, type WordedDeployment } from "../../src/handlers/words.ts";

/** Why something was not read, for tests that do not care. */
export const denied: Why = { kind: "failed", by: "permission", call: "aws:Read" };

const wording = createWording([
  { name: "ecs", words: wordsInside },
  { name: "codedeploy", words: wordsInside },
  { name: "appconfig", words: wordsInside },
  { name: "proton", words: protonWords },
]);

export function inWords(deployment: Deployment): WordedDeployment {
  return wording.deployment(deployment);
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
