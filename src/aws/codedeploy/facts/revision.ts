/** A revision: the location of its bundle, or the AppSpec that is the revision. */

import type { DeploymentInfo, RevisionLocation } from "@aws-sdk/client-codedeploy";
import { digitsUsually } from "../../counts.ts";
import { type AppSpec, parseAppSpec } from "./app-spec.ts";
import type { Revision, StoredDetail } from "./stored-detail.ts";

/** Both sides, and in full what a person decides about (`fingerprint`); undefined if CodeDeploy doesn't return it. */
export interface Revisions extends Pick<StoredDetail, "old" | "new"> {
  readonly fingerprint: string | undefined;
  readonly hasEarlier: boolean;
}

/** Takes `revision` and `previousRevision` from AWS's response. */
export function revisionsOf({
  revision,
  previousRevision,
}: Pick<DeploymentInfo, "revision" | "previousRevision">): Revisions {
  return {
    old: revisionOf(previousRevision),
    new: revisionOf(revision),
    fingerprint: fingerprintOf(revision),
    hasEarlier: previousRevision !== undefined,
  };
}

function revisionOf(location: RevisionLocation | undefined): Revision | undefined {
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
    const name = commitId.slice(0, digitsUsually);
    return { name, mark: commitId, label: "Commit", place: `${repository} ${commitId}` };
  }
  const content = appSpecContent ?? raw;
  if (content === undefined) return undefined;
  return fromSpec(content.content === undefined ? undefined : parseAppSpec(content.content), content.sha256);
}

function fromSpec(spec: AppSpec | undefined, sha256: string | undefined): Revision | undefined {
  const mark = sha256 === undefined ? {} : { mark: sha256 };
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
  return {
    name: sha256.slice(0, digitsUsually),
    ...mark,
    label: "Revision",
    place: `AppSpec ${sha256}`,
    ...rest,
  };
}

function fingerprintOf(location: RevisionLocation | undefined): string | undefined {
  const { s3Location: s3, gitHubLocation: git, appSpecContent, string: raw } = location ?? {};
  if (s3?.key !== undefined)
    return ["s3", s3.bucket, s3.key, s3.version, s3.eTag].map((part) => part ?? "").join(" ");
  if (git?.commitId !== undefined) return `git ${git.repository ?? ""} ${git.commitId}`;
  const content = appSpecContent ?? raw;
  const text = content?.sha256 ?? content?.content;
  return text === undefined ? undefined : `appspec ${text}`;
}
