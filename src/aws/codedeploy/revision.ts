/** A revision: where its bundle lies, or the AppSpec that is the revision. */

import type { RevisionLocation } from "@aws-sdk/client-codedeploy";
import { parse } from "yaml";
import { z } from "zod";

/** What one side of a deployment is, as far as CodeDeploy tells. */
export interface Revision {
  /** What people call it: the bundle's file, the commit, the version, the task definition. */
  readonly name: string;
  /** Tells two of the same name apart: an object's version or hash. */
  readonly mark?: string;
  readonly label: "Revision" | "Commit" | "Function version" | "Task definition";
  /** Where it lies, in full. */
  readonly place: string;
  readonly spec?: AppSpec;
}

/** What an AppSpec says of Lambda and ECS. */
export interface AppSpec {
  readonly taskDefinition?: string | undefined;
  readonly functionName?: string | undefined;
  readonly alias?: string | undefined;
  readonly currentVersion?: string | undefined;
  readonly targetVersion?: string | undefined;
  /** The lifecycle events that call a function. */
  readonly hooks: readonly string[];
}

export function revisionOf(location: RevisionLocation | undefined): Revision | undefined {
  if (location === undefined) return undefined;
  const { s3Location, gitHubLocation, appSpecContent, string: raw } = location;
  if (s3Location?.key !== undefined) {
    const { bucket = "", key, version, eTag } = s3Location;
    const mark = version ?? eTag?.replaceAll('"', "");
    const marked = mark === undefined ? {} : { mark };
    const place = `s3://${bucket}/${key}${version === undefined ? "" : ` version ${version}`}`;
    return { name: key.slice(key.lastIndexOf("/") + 1), ...marked, label: "Revision", place };
  }
  if (gitHubLocation?.commitId !== undefined) {
    const { repository = "", commitId } = gitHubLocation;
    return { name: commitId.slice(0, 8), label: "Commit", place: `${repository} ${commitId}` };
  }
  const content = appSpecContent ?? raw;
  if (content === undefined) return undefined;
  return fromSpec(content.content === undefined ? undefined : parseAppSpec(content.content), content.sha256);
}

function fromSpec(spec: AppSpec | undefined, sha256: string | undefined): Revision | undefined {
  const mark = sha256 === undefined ? {} : { mark: sha256.slice(0, 8) };
  if (spec?.taskDefinition !== undefined) {
    const name = spec.taskDefinition.slice(spec.taskDefinition.lastIndexOf("/") + 1);
    return { name, ...mark, label: "Task definition", place: spec.taskDefinition, spec };
  }
  if (spec?.targetVersion !== undefined) {
    const place = `${spec.functionName ?? ""} ${spec.currentVersion ?? ""} → ${spec.targetVersion}`.trim();
    return { name: spec.targetVersion, ...mark, label: "Function version", place, spec };
  }
  if (sha256 === undefined) return undefined;
  const rest = spec === undefined ? {} : { spec };
  return { name: sha256.slice(0, 8), ...mark, label: "Revision", place: `AppSpec ${sha256}`, ...rest };
}

/** What a decision is about, in full; undefined where CodeDeploy does not name it. */
export function fingerprintOf(location: RevisionLocation | undefined): string | undefined {
  const { s3Location: s3, gitHubLocation: git, appSpecContent, string: raw } = location ?? {};
  if (s3?.key !== undefined)
    return ["s3", s3.bucket, s3.key, s3.version, s3.eTag].map((part) => part ?? "").join(" ");
  if (git?.commitId !== undefined) return `git ${git.repository ?? ""} ${git.commitId}`;
  const content = appSpecContent ?? raw;
  const text = content?.sha256 ?? content?.content;
  return text === undefined ? undefined : `appspec ${text}`;
}

const text = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const properties = z.object({
  Name: text,
  Alias: text,
  CurrentVersion: text,
  TargetVersion: text,
  TaskDefinition: text,
});
const resource = z.object({ Properties: properties.optional(), properties: properties.optional() });
const resources = z.array(z.record(z.string(), resource)).catch([]);
const hooks = z.array(z.record(z.string(), z.unknown())).catch([]);
const document = z.object({
  Resources: resources.optional(),
  resources: resources.optional(),
  Hooks: hooks.optional(),
  hooks: hooks.optional(),
});

/** AWS takes 51,200 characters; aliases could make a small document enormous. */
const specAtMost = 60_000;

export function parseAppSpec(content: string): AppSpec | undefined {
  if (content.length > specAtMost) return undefined;
  let parsed: unknown;
  try {
    parsed = parse(content, { maxAliasCount: 0, logLevel: "silent" });
  } catch {
    return undefined;
  }
  const spec = document.safeParse(parsed);
  if (!spec.success) return undefined;
  const [first] = (spec.data.Resources ?? spec.data.resources ?? []).flatMap((entry) => Object.values(entry));
  const found = first?.Properties ?? first?.properties;
  return {
    taskDefinition: found?.TaskDefinition,
    functionName: found?.Name,
    alias: found?.Alias,
    currentVersion: found?.CurrentVersion,
    targetVersion: found?.TargetVersion,
    hooks: (spec.data.Hooks ?? spec.data.hooks ?? []).flatMap((entry) => Object.keys(entry)),
  };
}
