/** Changes and health, in as few lines as the card has room for. */

import type { View } from "../../handlers/store/view.ts";
import type { Fact, WordedDeployment } from "../../handlers/words.ts";
import { dated, factLine } from "./parts/phrase.ts";
import type { Picture } from "./parts/picture.ts";

const alarmsLabel = "Alarms";

/** The changes that a person decides about, in one line. */
export function changeLines({ changes }: Pick<WordedDeployment, "changes">): readonly string[] {
  const line = changes.filter((fact) => !isForExperts(fact)).map(factLine);
  return line.length === 0 ? [] : [line.join(" · ")];
}

export function expertFacts({ changes }: Pick<WordedDeployment, "changes">): readonly string[] {
  return changes.filter(isForExperts).map(factLine);
}

function isForExperts(fact: Fact): boolean {
  return fact.kind === "value" && fact.expert === true;
}

/**
 * Alarms on a line of their own, the rest on another. The read time is shown after the first value; a newer read alone
 * is no reason to edit the card (`cardHash`).
 */
export function healthLines(
  { deployment: { health, holds }, view }: Picture,
  atMost: 1 | 2,
): readonly string[] {
  const read = view.readAt === undefined ? "" : `, read at ${dated(view.readAt, "minute")}`;
  const dating = health.findIndex((fact) => fact.kind === "value");
  const unknown = health.findIndex((fact) => fact.kind === "unknown");
  const isWaitedFor = holds.some(({ shows }) => shows === "open");
  const facts = health.map((fact, index) => {
    const age = index === dating ? read : "";
    const todo = index === unknown && isWaitedFor ? ". ⚠️ Look in AWS before you decide" : "";
    return `${healthLine(fact, view)}${age}${todo}`;
  });
  const [first, ...rest] = facts;
  if (first === undefined) return [];
  const isApart = atMost === 2 && health[0]?.label === alarmsLabel && rest.length > 0;
  return isApart ? [first, rest.join(" · ")] : [facts.join(" · ")];
}

/** Removes the tick from values read before AWS became unreadable. */
export function healthLine(fact: Fact, { staleSince }: Pick<View, "staleSince">): string {
  return staleSince === undefined ? factLine(fact) : factLine(fact).replaceAll("✅ ", "");
}
