/** Display names of a version: its tag, its digest, its task definition. */

import type { Phrase } from "../../../handlers/words.ts";
import { describeWhy, type Why } from "../../client/why.ts";
import { digitsUsually, distinct } from "../../counts.ts";
import type { Image, Versions } from "../facts/stored-detail.ts";
import { digestOf, taskDefinitionOf } from "../facts/versions.ts";

/** The tag in `registry/repository:tag@sha256:…`, if any. The colon before a registry's port doesn't count. */
export function tagOf(image: string): string | undefined {
  const name = image.split("@")[0] ?? "";
  const last = name.slice(name.lastIndexOf("/") + 1);
  const colon = last.indexOf(":");
  return colon < 0 ? undefined : last.slice(colon + 1);
}

export function shortDigest(image: Image, digits = digitsUsually): string | undefined {
  return digestOf(image)
    ?.replace(/^sha256:/, "")
    .slice(0, digits);
}

/** `registry/repository`, without tag and digest. */
export function repositoryOf(image: string): string {
  const name = image.split("@")[0] ?? "";
  const tag = tagOf(image);
  return tag === undefined ? name : name.slice(0, -tag.length - 1);
}

/** Display name of a build: its tag, else its digest, else the image. */
export function buildName(image: Image, digits?: number): string {
  return (
    tagOf(image.image) ?? shortDigest(image, digits) ?? image.image.slice(image.image.lastIndexOf("/") + 1)
  );
}

/** The names of two builds that are shown together: equal only if no digest in them differs. */
export function buildNames(old: Image, next: Image): readonly [string, string] {
  return distinct((digits) => [buildName(old, digits), buildName(next, digits)]);
}

export function shortDigests(old: Image, next: Image): readonly [string | undefined, string | undefined] {
  return distinct((digits) => [shortDigest(old, digits), shortDigest(next, digits)]);
}

/** "task definition `41`", or `otherwise` if it is unknown. */
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
  "old-revision": ["ECS does not name the old service revision"],
  "asked-in-a-hurry": ["not read this time"],
  "not-yet": ["not read yet"],
};

export function whyUnread(why: Why): Phrase {
  return describeWhy(why, leftOutWords);
}
