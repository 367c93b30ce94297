/** Everything in full for the thread, where there is room. */

import type { Fact } from "../../handlers/deployment.ts";
import type { Situation } from "./situation.ts";
import { eventsOf, readShare, readTargets } from "./targets.ts";
import type { Versions } from "./versions.ts";

const eventsAtMost = 15;

export function detailsOf(situation: Situation, { oldRevision, newRevision }: Versions): readonly Fact[] {
  const { info } = situation;
  return [
    ...named("Application", info.applicationName),
    ...named("Group", info.deploymentGroupName),
    ...named("Config", info.deploymentConfigName),
    ...named("Old revision", oldRevision?.place),
    ...named("New revision", newRevision?.place),
    ...named("Started by", info.creator),
    ...named("Description", info.description),
    ...eventFacts(situation),
    ...(info.deploymentStatusMessages ?? [])
      .slice(0, 5)
      .flatMap((message) => named("CodeDeploy says", message)),
  ];
}

/** Of how many targets each lifecycle event is done, in the order in which CodeDeploy lists them. */
function eventFacts({ targets }: Situation): readonly Fact[] {
  const counts = new Map<string, { done: number; failed: number; all: number }>();
  for (const { lifecycleEventName: name = "unknown", status } of eventsOf(targets)) {
    const count = counts.get(name) ?? { done: 0, failed: 0, all: 0 };
    count.all += 1;
    if (status === "Succeeded") count.done += 1;
    if (status === "Failed") count.failed += 1;
    counts.set(name, count);
  }
  const share = readShare(targets);
  const facts = [...counts].slice(0, eventsAtMost).map(([name, { done, failed, all }]): Fact => {
    const words = `: ${done} of ${all} done${failed > 0 ? `, ${failed} failed` : ""}`;
    return { kind: "value", label: "Lifecycle event", value: [{ code: name }, words] };
  });
  return share === undefined || readTargets(targets).length === 0
    ? facts
    : [...facts, { kind: "value", label: "Targets", value: [share] }];
}

function named(label: string, name: string | undefined): readonly Fact[] {
  return name ? [{ kind: "value", label, value: [{ code: name, atMost: 500 }] }] : [];
}
