/** Full details for the thread; only those that don't change while the deployment runs. */

import type { Fact, Phrase } from "../../../handlers/words.ts";
import type { Difference, Image, ServiceDeployment, StoredDetail, Versions } from "../facts/stored-detail.ts";
import { digestOf, taskDefinitionOf } from "../facts/versions.ts";
import { whyUnread } from "./builds.ts";
import { arrowParts } from "./changes.ts";

const maxImages = 10;

export function detailFacts({ deployment, versions }: StoredDetail): readonly Fact[] {
  return [
    ...namesOf(deployment),
    ...imageFacts("New image", versions.new),
    ...imageFacts("Old image", versions.old),
    ...definitionFacts(versions),
    ...alarmFacts(deployment),
    ...configurationFacts(deployment),
  ];
}

function namesOf({ clusterArn, serviceArn }: ServiceDeployment): readonly Fact[] {
  const last = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
  return [
    ...(clusterArn === undefined ? [] : [value("Cluster", last(clusterArn))]),
    ...(serviceArn === undefined ? [] : [value("Service", last(serviceArn))]),
  ];
}

function imageFacts(label: string, reading: Versions["old"]): readonly Fact[] {
  if (reading.kind === "none") return [];
  if (reading.kind === "unknown") return [{ kind: "unknown", label, why: whyUnread(reading.why) }];
  const { images } = reading.value;
  const shown = images.slice(0, maxImages).map(({ container, image, digest }): Fact => {
    const suffix = digest === undefined || image.includes(digest) ? "" : ` ${digest}`;
    return {
      kind: "value",
      label,
      value: [{ code: container }, " ", { code: `${image}${suffix}`, atMost: 300 }],
    };
  });
  const left = images.length - shown.length;
  return [
    ...shown,
    ...(left > 0 ? [{ kind: "value", label, value: [`${left} more containers, in AWS`] } as const] : []),
    ...digestFact(label, images),
  ];
}

/** ECS resolves these later, or never. */
function digestFact(label: string, images: readonly Image[]): readonly Fact[] {
  const unresolved = images.filter((image) => digestOf(image) === undefined);
  const [first] = unresolved;
  if (first === undefined) return [];
  const more = unresolved.length > 1 ? ` and ${unresolved.length - 1} more` : "";
  const why: Phrase = ["ECS has not resolved it for ", { code: first.container, atMost: 36 }, more];
  return [{ kind: "unknown", label: `${label} digest`, why }];
}

function definitionFacts({
  old,
  new: target,
  differences = [],
  moreDifferences = 0,
}: Versions): readonly Fact[] {
  const label = "Task definition";
  const name = taskDefinitionOf(target);
  const named = name === undefined ? [] : [value(label, `${name.family}:${name.revision}`)];
  if (old.kind !== "read" || target.kind !== "read") return named;
  const why = old.value.definition ?? target.value.definition;
  if (why !== undefined)
    return [...named, { kind: "unknown", label: "Task definition changes", why: whyUnread(why) }];
  const more: Fact = { kind: "value", label: "More", value: [`${moreDifferences} more differences, in AWS`] };
  return [...named, ...differences.map(differenceFact), ...(moreDifferences > 0 ? [more] : [])];
}

function differenceFact(difference: Difference): Fact {
  const inside: Phrase = difference.container === undefined ? [] : [{ code: difference.container }];
  switch (difference.kind) {
    case "container":
      return { kind: "value", label: `Container ${difference.how}`, value: inside };
    case "names":
      return {
        kind: "value",
        label: `${difference.of} ${difference.how}`,
        value: [...inside, " ", { code: difference.names }],
      };
    case "value": {
      const { of: label, before, after } = difference;
      return {
        kind: "value",
        label,
        value: [...inside.flatMap((part) => [part, " "]), ...arrowParts(before, after)],
      };
    }
  }
}

function alarmFacts({ alarms, deploymentConfiguration }: ServiceDeployment): readonly Fact[] {
  const names = alarms?.alarmNames ?? deploymentConfiguration?.alarms?.alarmNames ?? [];
  return names.length === 0 ? [] : [value("Alarms that ECS watches", names.join(", "))];
}

function configurationFacts({ deploymentConfiguration }: ServiceDeployment): readonly Fact[] {
  const { bakeTimeInMinutes, minimumHealthyPercent, maximumPercent } = deploymentConfiguration ?? {};
  return [
    ...(bakeTimeInMinutes === undefined
      ? []
      : [{ kind: "value", label: "Bake time", value: [`${bakeTimeInMinutes} min`] } as const]),
    ...(minimumHealthyPercent === undefined || maximumPercent === undefined
      ? []
      : [
          {
            kind: "value",
            label: "Tasks during the deployment",
            value: [`${minimumHealthyPercent}% to ${maximumPercent}%`],
          } as const,
        ]),
  ];
}

function value(label: string, name: string): Fact {
  return { kind: "value", label, value: [{ code: name, atMost: 500 }] };
}
