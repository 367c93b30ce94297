/** The differences between two task definitions. Values of environment variables are compared but never stored. */

import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Difference } from "./stored-detail.ts";

export function differencesOf(before: TaskDefinition, after: TaskDefinition): readonly Difference[] {
  return [
    ...changed("Task CPU", before.cpu, after.cpu),
    ...changed("Task memory", before.memory, after.memory),
    ...changed("Network mode", before.networkMode, after.networkMode),
    ...changed("Task role", roleName(before.taskRoleArn), roleName(after.taskRoleArn)),
    ...containersOf(before, after).flatMap(([name, old, next]) => containerDifferences(name, old, next)),
  ];
}

function roleName(arn: string | undefined): string | undefined {
  return arn?.slice(arn.lastIndexOf("/") + 1);
}

function containersOf(
  before: TaskDefinition,
  after: TaskDefinition,
): readonly [string, ContainerDefinition | undefined, ContainerDefinition | undefined][] {
  const [old, next] = [before.containerDefinitions ?? [], after.containerDefinitions ?? []];
  const names = new Set([...next, ...old].map(({ name = "" }) => name));
  return [...names].map((name) => [
    name,
    old.find((container) => container.name === name),
    next.find((container) => container.name === name),
  ]);
}

function containerDifferences(
  container: string,
  old: ContainerDefinition | undefined,
  next: ContainerDefinition | undefined,
): readonly Difference[] {
  if (old === undefined) return [{ kind: "container", how: "added", container }];
  if (next === undefined) return [{ kind: "container", how: "removed", container }];
  return [
    ...changed("CPU", old.cpu, next.cpu, container),
    ...changed(
      "Memory",
      old.memory ?? old.memoryReservation,
      next.memory ?? next.memoryReservation,
      container,
    ),
    ...changed("Ports", ports(old), ports(next), container),
    ...changed("Command", joined(old.command), joined(next.command), container),
    ...changed("Entry point", joined(old.entryPoint), joined(next.entryPoint), container),
    ...changed(
      "Health check",
      joined(old.healthCheck?.command),
      joined(next.healthCheck?.command),
      container,
    ),
    ...names("Environment", container, pairsOf(old.environment), pairsOf(next.environment)),
    ...names("Secrets", container, secretsOf(old), secretsOf(next)),
  ];
}

function changed(
  of: string,
  before: string | number | undefined,
  after: string | number | undefined,
  container?: string,
): readonly Difference[] {
  if (before === after) return [];
  return [{ kind: "value", of, container, before: before?.toString(), after: after?.toString() }];
}

function ports({ portMappings = [] }: ContainerDefinition): string | undefined {
  const all = portMappings.map(
    ({ containerPort, containerPortRange, protocol = "tcp" }) =>
      `${containerPort ?? containerPortRange}/${protocol}`,
  );
  return all.length === 0 ? undefined : all.sort().join(" ");
}

function joined(command: readonly string[] | undefined): string | undefined {
  return command === undefined || command.length === 0 ? undefined : command.join(" ");
}

type Values = ReadonlyMap<string, string>;

function pairsOf(pairs: ContainerDefinition["environment"]): Values {
  return new Map((pairs ?? []).map(({ name = "", value = "" }) => [name, value]));
}

function secretsOf({ secrets = [] }: ContainerDefinition): Values {
  return new Map(secrets.map(({ name = "", valueFrom = "" }) => [name, valueFrom]));
}

function names(
  of: "Environment" | "Secrets",
  container: string,
  before: Values,
  after: Values,
): readonly Difference[] {
  const [old, next] = [[...before.keys()], [...after.keys()]];
  const found = {
    added: next.filter((name) => !before.has(name)),
    removed: old.filter((name) => !after.has(name)),
    changed: next.filter((name) => before.has(name) && before.get(name) !== after.get(name)),
  };
  return (["added", "removed", "changed"] as const).flatMap((how): Difference[] =>
    found[how].length === 0
      ? []
      : [{ kind: "names", of, how, container, names: found[how].toSorted().join(" ") }],
  );
}
