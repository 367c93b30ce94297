/** Everything in full for the thread, where there is room; only what stays as it is while the deployment runs. */

import type { Fact } from "../../handlers/words.ts";
import type { Situation } from "./situation.ts";
import type { Versions } from "./versions.ts";

export function detailsOf({ info }: Situation, { oldRevision, newRevision }: Versions): readonly Fact[] {
  return [
    ...named("Application", info.applicationName),
    ...named("Group", info.deploymentGroupName),
    ...named("Config", info.deploymentConfigName),
    ...named("Old revision", oldRevision?.place),
    ...named("New revision", newRevision?.place),
    ...named("Started by", info.creator),
    ...named("Description", info.description),
  ];
}

function named(label: string, name: string | undefined): readonly Fact[] {
  return name ? [{ kind: "value", label, value: [{ code: name, atMost: 500 }] }] : [];
}
