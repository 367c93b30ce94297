/** What people call a version: its tag, its digest, its task definition. */

import type { Phrase } from "../../../handlers/words.ts";
import { type Why, whyWords } from "../../why.ts";
import type { Image, Versions } from "../facts/said.ts";
import { digestOf, taskDefinitionOf } from "../facts/versions.ts";

/** `registry/repository:tag@sha256:…`: the tag, if it has one. The colon of a registry's port is none. */
export function tagOf(image: string): string | undefined {
  const name = image.split("@")[0] ?? "";
  const last = name.slice(name.lastIndexOf("/") + 1);
  const colon = last.indexOf(":");
  return colon < 0 ? undefined : last.slice(colon + 1);
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
  "old-revision": ["ECS does not name the old service revision"],
  "asked-in-a-hurry": ["not read this time"],
  "not-yet": ["not read yet"],
};

export function whyUnread(why: Why): Phrase {
  return whyWords(why, leftOutWords);
}
