/** Full details for the thread. */

import type { Fact } from "../../../handlers/words.ts";
import { type History, nameOr, type StoredDetail, type Undone } from "../facts/stored-detail.ts";
import { describeMissingPredecessor, whyUnread } from "./earlier.ts";
import { describePace, versionOr } from "./figures.ts";

export function detailFacts(said: StoredDetail): readonly Fact[] {
  const { deployment, names, history } = said;
  const { DeploymentStrategyId: strategyId, FinalBakeTimeInMinutes: bake } = deployment;
  const pace = describePace(deployment);
  return [
    ...unknownNames(said),
    ...text("Configuration", deployment.ConfigurationName),
    ...text("Where it is stored", deployment.ConfigurationLocationUri),
    ...text("New version", deployment.ConfigurationVersion),
    ...text("Its label", deployment.VersionLabel),
    ...oldVersion(said),
    ...text("Description", deployment.Description),
    ...text("Strategy", strategyId && nameOr(names.strategy, strategyId)),
    ...(pace.length === 0
      ? []
      : [{ kind: "value", label: "Its pace in this deployment", value: pace } as const]),
    ...(bake === undefined ? [] : [{ kind: "value", label: "Bake time", value: [`${bake} min`] } as const]),
    ...undone(undoneOf(history)),
    ...alarms(said),
  ];
}

function unknownNames({ names: { application, environment, strategy } }: StoredDetail): readonly Fact[] {
  const readings = {
    "Application name": application,
    "Environment name": environment,
    "Strategy name": strategy,
  };
  return Object.entries(readings).flatMap(([label, reading]): Fact[] =>
    reading.kind === "unknown" ? [{ kind: "unknown", label, why: whyUnread(reading.why) }] : [],
  );
}

function oldVersion({ history: { before } }: StoredDetail): readonly Fact[] {
  const label = "Old version";
  if (before.kind === "unknown")
    return [{ kind: "unknown", label, why: describeMissingPredecessor(before.why) }];
  if (before.kind === "none") return [];
  return [...text(label, before.value.version), ...text("Label of the old version", before.value.label)];
}

function undoneOf({ before }: History): readonly Undone[] {
  if (before.kind === "unknown") return [];
  return before.kind === "none" ? before.undone : before.value.undone;
}

function undone(deployments: readonly Undone[]): readonly Fact[] {
  return deployments.map(({ number, version, state }) => ({
    kind: "value",
    label: `Deployment ${number} before it`,
    value: [...versionOr(version, "its version"), " did not stay: ", { code: state, atMost: 24 }],
  }));
}

function alarms({ names: { environment } }: StoredDetail): readonly Fact[] {
  const arns = environment.kind === "unknown" ? [] : (environment.value.alarms ?? []);
  if (arns.length === 0) return [];
  const named = arns.map((arn) => arn.split(":alarm:")[1] ?? arn);
  return text("Alarms that AppConfig watches", named.join(", "));
}

function text(label: string, value: string | undefined): readonly Fact[] {
  if (value === undefined || value.trim() === "") return [];
  return [{ kind: "value", label, value: [{ code: value, atMost: 500 }] }];
}
