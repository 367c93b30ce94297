/** Full details for the thread; only those that don't change while the deployment runs. */

import type { Fact } from "../../../handlers/words.ts";
import type { StoredDetail } from "../facts/stored-detail.ts";

export function detailsOf({ info, old, new: next }: StoredDetail): readonly Fact[] {
  return [
    ...named("Application", info.applicationName),
    ...named("Group", info.deploymentGroupName),
    ...named("Config", info.deploymentConfigName),
    ...named("Old revision", old?.place),
    ...named("New revision", next?.place),
    ...named("Started by", info.creator),
    ...named("Description", info.description),
  ];
}

function named(label: string, name: string | undefined): readonly Fact[] {
  return name ? [{ kind: "value", label, value: [{ code: name, atMost: 500 }] }] : [];
}
