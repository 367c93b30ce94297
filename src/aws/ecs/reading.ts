/** The old and the new version of a service, as far as they were read. */

import type { ServiceRevision, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Phrase } from "../../handlers/words.ts";
import type { Reading, Unknown } from "../reading.ts";
import { whyWords } from "../why.ts";
import { parseTaskDefinition } from "./arn.ts";

export interface Version {
  readonly revision: ServiceRevision;
  readonly definition: Reading<TaskDefinition>;
}

/** The two sides of a deployment. A service that is deployed for the first time has no old version. */
export interface Versions {
  readonly old: Reading<Version> | { readonly kind: "none" };
  readonly new: Reading<Version>;
}

/** One container of a version, as ECS resolved it. */
export interface Image {
  readonly container: string;
  readonly image: string;
  readonly digest?: string;
}

/**
 * The revision says what runs. ECS adds a container to it when it has resolved its image; until then the task definition
 * says what was asked for.
 */
export function imagesOf(version: Version): readonly Image[] {
  const resolved = (version.revision.containerImages ?? []).map(
    ({ containerName = "", image = "", imageDigest }): Image => ({
      container: containerName,
      image,
      ...(imageDigest === undefined ? {} : { digest: imageDigest }),
    }),
  );
  if (version.definition.kind === "unknown") return resolved;
  const asked = version.definition.value.containerDefinitions ?? [];
  const rest = asked
    .map(({ name = "", image = "" }): Image => ({ container: name, image }))
    .filter(({ container }) => !resolved.some((image) => image.container === container));
  return [...resolved, ...rest];
}

/** `registry/repository:tag@sha256:…`: the tag, if it has one. The colon of a registry's port is none. */
export function tagOf(image: string): string | undefined {
  const name = image.split("@")[0] ?? "";
  const last = name.slice(name.lastIndexOf("/") + 1);
  const colon = last.indexOf(":");
  return colon < 0 ? undefined : last.slice(colon + 1);
}

/** `undefined` as long as ECS has not resolved the tag, which may mean another image by then. */
export function digestOf({ digest, image }: Image): string | undefined {
  return digest ?? image.split("@")[1];
}

/** Eight digits of a digest tell two builds apart at a glance; `digits` of them where eight do not. */
export function shortDigest(image: Image, digits = 8): string | undefined {
  return digestOf(image)
    ?.replace(/^sha256:/, "")
    .slice(0, digits);
}

/** `registry/repository`, without what names the build. */
export function repositoryOf(image: string): string {
  const name = image.split("@")[0] ?? "";
  const tag = tagOf(image);
  return tag === undefined ? name : name.slice(0, -tag.length - 1);
}

/** What people call this build: its tag, else its digest, else the image itself. */
export function buildName(image: Image): string {
  return tagOf(image.image) ?? shortDigest(image) ?? image.image.slice(image.image.lastIndexOf("/") + 1);
}

export interface TaskDefinitionName {
  readonly family: string;
  readonly revision: string;
}

export function taskDefinitionOf(reading: Versions["old"]): TaskDefinitionName | undefined {
  const arn = reading.kind === "read" ? reading.value.revision.taskDefinition : undefined;
  return arn === undefined ? undefined : parseTaskDefinition(arn);
}

/** "task definition `41`", or words that need no number. */
export function namedOr(reading: Versions["old"], otherwise: string): Phrase {
  const name = taskDefinitionOf(reading);
  if (name === undefined) return [otherwise];
  return name.revision === ""
    ? ["task definition ", { code: name.family, atMost: 24 }]
    : ["task definition ", { code: name.revision }];
}

const leftOutWords: Readonly<Record<string, Phrase>> = {
  "task-definition": ["ECS does not name the task definition"],
  revision: ["ECS no longer has this service revision"],
  "new-revision": ["ECS does not name the new service revision"],
};

export function whyOf({ why }: Unknown): Phrase {
  return whyWords(why, leftOutWords);
}
