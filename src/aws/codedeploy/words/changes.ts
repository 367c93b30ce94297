/** Changes from the old revision to the new one: at most four lines for the card. */

import type { Hold } from "../../../handlers/deployment.ts";
import type { Fact, Phrase } from "../../../handlers/words.ts";
import { describeWhy } from "../../client/why.ts";
import { rollsBack, type Situation } from "../facts/situation.ts";
import { readyWait, terminationWait } from "../waits.ts";
import { leftOutWords } from "./health.ts";
import { codeOf, isProvenSame, type Versions } from "./versions.ts";

export function changesOf(situation: Situation, versions: Versions, holds: readonly Hold[]): readonly Fact[] {
  return [
    ...rollbackFact(situation),
    versionFact(situation, versions),
    ...functionFact(situation, versions),
    ...pausedFact(holds),
  ].slice(0, 4);
}

function rollbackFact({ info }: Situation): readonly Fact[] {
  const other = rollsBack(info);
  if (other === undefined) return [];
  const value: Phrase = other.id === undefined ? ["an earlier deployment"] : [codeOf(other.id)];
  return [{ kind: "value", label: "Rolls back", value }];
}

function versionFact(situation: Situation, versions: Versions): Fact {
  const { info, platform, specUnread } = situation;
  const { label, old, new: next } = versions;
  if (platform === "ecs" && specUnread !== undefined)
    return { kind: "unknown", label: "Task definition", why: describeWhy(specUnread, leftOutWords) };
  if (next === undefined) return { kind: "unknown", label, why: ["CodeDeploy does not name it"] };
  if (info.deploymentMode === "RESTART")
    return { kind: "value", label, value: [codeOf(next), ", restarted, not changed"], change: "none" };
  if (old === undefined)
    return { kind: "value", label, value: [codeOf(next), ", no earlier one is named"], change: "new" };
  if (old === next)
    return isProvenSame(situation, versions)
      ? { kind: "value", label, value: [codeOf(next), ", unchanged"], change: "none" }
      : {
          kind: "unknown",
          label,
          why: [codeOf(next), " before and after; whether its content is the same is not told"],
        };
  return { kind: "value", label, value: [codeOf(old), " → ", codeOf(next)], change: "both" };
}

/** The function whose version changes. */
function functionFact({ new: next }: Situation, { label }: Versions): readonly Fact[] {
  const spec = next?.spec;
  if (label !== "Function version" || spec?.functionName === undefined) return [];
  const alias: Phrase = spec.alias === undefined ? [] : [", alias ", codeOf(spec.alias)];
  return [{ kind: "value", label: "Function", value: [codeOf(spec.functionName), ...alias] }];
}

function pausedFact(holds: readonly Hold[]): readonly Fact[] {
  const [hold, ...more] = holds.filter(
    ({ id, shows }) => shows === "open" && id !== readyWait && id !== terminationWait,
  );
  if (hold === undefined) return [];
  const hook: Phrase = hold.name === undefined ? [] : [", hook ", codeOf(hold.name)];
  const rest = more.length === 0 ? "" : ` and ${more.length} more`;
  return [
    {
      kind: "value",
      label: "Paused at",
      value: [codeOf(hold.stage), ...hook, rest].filter(isSaid),
      expert: true,
    },
  ];
}

function isSaid(part: Phrase[number]): boolean {
  return part !== "";
}
