/** Everything in full for the thread, where there is room. */

import type { Fact } from "../../handlers/words.ts";
import { whyWords } from "../why.ts";
import type { Seen } from "./describe.ts";
import { type History, type Undone, whyNotEarlier } from "./history.ts";
import { nameOr } from "./names.ts";
import { paceWords, versionOr } from "./state.ts";

/** A rollout that failed again and again has as many of them. */
const undoneAtMost = 5;

export function detailsOf(seen: Seen): readonly Fact[] {
  const { deployment, names, history } = seen;
  const { DeploymentStrategyId: strategyId, FinalBakeTimeInMinutes: bake } = deployment;
  const pace = paceWords(deployment);
  return [
    ...unknownNames(seen),
    ...text("Configuration", deployment.ConfigurationName),
    ...text("Where it is stored", deployment.ConfigurationLocationUri),
    ...text("New version", deployment.ConfigurationVersion),
    ...text("Its label", deployment.VersionLabel),
    ...oldVersion(seen),
    ...text("Description", deployment.Description),
    ...text("Strategy", strategyId && nameOr(names.strategy, strategyId)),
    ...(pace.length === 0
      ? []
      : [{ kind: "value", label: "Its pace in this deployment", value: pace } as const]),
    ...(bake === undefined ? [] : [{ kind: "value", label: "Bake time", value: [`${bake} min`] } as const]),
    ...undone(undoneOf(history)),
    ...alarms(seen),
  ];
}

function unknownNames({ names: { application, environment, strategy } }: Seen): readonly Fact[] {
  const readings = {
    "Application name": application,
    "Environment name": environment,
    "Strategy name": strategy,
  };
  return Object.entries(readings).flatMap(([label, reading]): Fact[] =>
    reading.kind === "unknown" ? [{ kind: "unknown", label, why: whyWords(reading.why) }] : [],
  );
}

function oldVersion({ history: { before } }: Seen): readonly Fact[] {
  const label = "Old version";
  if (before.kind === "unknown") return [{ kind: "unknown", label, why: whyNotEarlier(before.why) }];
  if (before.kind === "none") return [];
  return [...text(label, before.value.version), ...text("Label of the old version", before.value.label)];
}

function undoneOf({ before }: History): readonly Undone[] {
  if (before.kind === "unknown") return [];
  return before.kind === "none" ? before.undone : before.value.undone;
}

function undone(deployments: readonly Undone[]): readonly Fact[] {
  return deployments.slice(0, undoneAtMost).map(({ number, version, state }) => ({
    kind: "value",
    label: `Deployment ${number} before it`,
    value: [...versionOr(version, "its version"), " did not stay: ", { code: state, atMost: 24 }],
  }));
}

function alarms({ names: { environment } }: Seen): readonly Fact[] {
  const arns = environment.kind === "unknown" ? [] : (environment.value.alarms ?? []);
  if (arns.length === 0) return [];
  const named = arns.map((arn) => arn.split(":alarm:")[1] ?? arn);
  return text("Alarms that AppConfig watches", named.join(", "));
}

function text(label: string, value: string | undefined): readonly Fact[] {
  if (value === undefined || value.trim() === "") return [];
  return [{ kind: "value", label, value: [{ code: value, atMost: 500 }] }];
}
