/** The old and the new version of a service, as far as they were read. */

import type { ServiceRevision, TaskDefinition } from "@aws-sdk/client-ecs";
import { leftOut } from "../../client/why.ts";
import type { Reading } from "../../reading.ts";
import { parseTaskDefinition } from "../arn.ts";
import { differencesOf } from "./definition.ts";
import type { Image, Version, Versions } from "./stored-detail.ts";

/** About as many lines as fit into a thread message; the number left out is shown. */
const maxDifferences = 40;

/** A service revision with its task definition. */
export interface Revision {
  readonly revision: ServiceRevision;
  readonly definition: Reading<TaskDefinition>;
}

/** Includes the differences only if both task definitions were read. */
export function versionsOf(
  old: Reading<Revision> | { readonly kind: "none" },
  next: Reading<Revision>,
): Versions {
  return { old: old.kind === "none" ? old : side(old), new: side(next), ...differences(old, next) };
}

function side(reading: Reading<Revision>): Versions["new"] {
  if (reading.kind === "unknown") return reading;
  const { revision, definition } = reading.value;
  return { kind: "read", value: versionOf(revision, definition) };
}

function differences(
  old: Reading<Revision> | { readonly kind: "none" },
  next: Reading<Revision>,
): Pick<Versions, "differences" | "moreDifferences"> {
  if (old.kind !== "read" || next.kind !== "read") return {};
  const [before, after] = [old.value.definition, next.value.definition];
  if (before.kind === "unknown" || after.kind === "unknown") return {};
  const all = differencesOf(before.value, after.value);
  return {
    differences: all.slice(0, maxDifferences),
    moreDifferences: Math.max(0, all.length - maxDifferences),
  };
}

/** For urgent reads, whose decision doesn't depend on the versions. */
export const unreadVersions: Versions = {
  old: { kind: "unknown", why: leftOut("asked-in-a-hurry") },
  new: { kind: "unknown", why: leftOut("asked-in-a-hurry") },
};

/**
 * The service revision lists the running images. ECS adds a container to it once its image is resolved; until then the
 * image is taken from the task definition.
 */
function versionOf(
  { taskDefinition, containerImages = [] }: ServiceRevision,
  definition: Reading<TaskDefinition>,
): Version {
  const resolved = containerImages.map(
    ({ containerName = "", image = "", imageDigest: digest }): Image => ({
      container: containerName,
      image,
      digest,
    }),
  );
  if (definition.kind === "unknown") return { taskDefinition, images: resolved, definition: definition.why };
  const asked = definition.value.containerDefinitions ?? [];
  const rest = asked
    .map(({ name = "", image = "" }): Image => ({ container: name, image, digest: undefined }))
    .filter(({ container }) => !resolved.some((image) => image.container === container));
  return { taskDefinition, images: [...resolved, ...rest] };
}

/** `undefined` until ECS has resolved the tag, which can point to another image by then. */
export function digestOf({ digest, image }: Image): string | undefined {
  return digest ?? image.split("@")[1];
}

export interface TaskDefinitionName {
  readonly family: string;
  readonly revision: string;
}

export function taskDefinitionOf(reading: Versions["old"]): TaskDefinitionName | undefined {
  const arn = reading.kind === "read" ? reading.value.taskDefinition : undefined;
  return arn === undefined ? undefined : parseTaskDefinition(arn);
}
