/** The difference between two task definitions, for the thread. Values of the environment are compared, never shown. */

import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Fact, Phrase } from "../../handlers/words.ts";
import { arrowParts } from "./changes.ts";

/** A thread message holds about so many lines; what is left out is said. */
const maxFacts = 40;

export function differencesOf(before: TaskDefinition, after: TaskDefinition): readonly Fact[] {
  const facts = [
    ...changed("Task CPU", before.cpu, after.cpu),
    ...changed("Task memory", before.memory, after.memory),
    ...changed("Network mode", before.networkMode, after.networkMode),
    ...changed("Task role", roleName(before.taskRoleArn), roleName(after.taskRoleArn)),
    ...containersOf(before, after).flatMap(([name, old, next]) => containerFacts(name, old, next)),
  ];
  if (facts.length <= maxFacts) return facts;
  const left = facts.length - maxFacts;
  return [
    ...facts.slice(0, maxFacts),
    { kind: "value", label: "More", value: [`${left} more differences, in AWS`] },
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

function containerFacts(
  name: string,
  old: ContainerDefinition | undefined,
  next: ContainerDefinition | undefined,
): readonly Fact[] {
  const container = { code: name };
  if (old === undefined) return [{ kind: "value", label: "Container added", value: [container] }];
  if (next === undefined) return [{ kind: "value", label: "Container removed", value: [container] }];
  const inside: Phrase = [container, " "];
  return [
    ...changed("Image", old.image, next.image, inside),
    ...changed("CPU", old.cpu, next.cpu, inside),
    ...changed("Memory", old.memory ?? old.memoryReservation, next.memory ?? next.memoryReservation, inside),
    ...changed("Ports", ports(old), ports(next), inside),
    ...changed("Command", words(old.command), words(next.command), inside),
    ...changed("Entry point", words(old.entryPoint), words(next.entryPoint), inside),
    ...changed("Health check", words(old.healthCheck?.command), words(next.healthCheck?.command), inside),
    ...names("Environment", inside, pairsOf(old.environment), pairsOf(next.environment)),
    ...names("Secrets", inside, secretsOf(old), secretsOf(next)),
  ];
}

function changed(
  label: string,
  before: string | number | undefined,
  after: string | number | undefined,
  inside: Phrase = [],
): readonly Fact[] {
  if (before === after) return [];
  const value = [...inside, ...arrowParts(before?.toString(), after?.toString())];
  return [{ kind: "value", label, value }];
}

function ports({ portMappings = [] }: ContainerDefinition): string | undefined {
  const all = portMappings.map(
    ({ containerPort, containerPortRange, protocol = "tcp" }) =>
      `${containerPort ?? containerPortRange}/${protocol}`,
  );
  return all.length === 0 ? undefined : all.sort().join(" ");
}

function words(command: readonly string[] | undefined): string | undefined {
  return command === undefined || command.length === 0 ? undefined : command.join(" ");
}

type Values = ReadonlyMap<string, string>;

function pairsOf(pairs: ContainerDefinition["environment"]): Values {
  return new Map((pairs ?? []).map(({ name = "", value = "" }) => [name, value]));
}

function secretsOf({ secrets = [] }: ContainerDefinition): Values {
  return new Map(secrets.map(({ name = "", valueFrom = "" }) => [name, valueFrom]));
}

function names(label: string, inside: Phrase, before: Values, after: Values): readonly Fact[] {
  const list = (title: string, found: readonly string[]): readonly Fact[] =>
    found.length === 0
      ? []
      : [
          {
            kind: "value",
            label: `${label} ${title}`,
            value: [...inside, { code: found.toSorted().join(" ") }],
          },
        ];
  const kept = [...after.keys()].filter((name) => before.has(name));
  return [
    ...list(
      "added",
      [...after.keys()].filter((name) => !before.has(name)),
    ),
    ...list(
      "removed",
      [...before.keys()].filter((name) => !after.has(name)),
    ),
    ...list(
      "changed",
      kept.filter((name) => before.get(name) !== after.get(name)),
    ),
  ];
}
