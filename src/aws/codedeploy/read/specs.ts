/**
 * The AppSpec names what Lambda and ECS deploy, but GetDeployment returns only its digest. It is immutable, so it is
 * read once.
 */

import {
  type CodeDeployClient,
  type DeploymentInfo,
  GetApplicationRevisionCommand,
  type RevisionLocation,
} from "@aws-sdk/client-codedeploy";
import { LRUCache } from "lru-cache";
import { type Why, whyFailed } from "../../client/why.ts";

/** Enough for the deployments of a few hundred groups. */
const maxKept = 500;

/** The deployment with the text of its AppSpecs, as far as they could be read. */
interface WithSpecs {
  readonly info: DeploymentInfo;
  readonly specUnread?: Why;
}

export type ReadSpecs = (
  codedeploy: CodeDeployClient,
  info: DeploymentInfo,
  place: string,
  signal: AbortSignal,
) => Promise<WithSpecs>;

export function createReadSpecs(): ReadSpecs {
  const kept = new LRUCache<string, RevisionLocation>({ max: maxKept });

  async function complete(
    codedeploy: CodeDeployClient,
    applicationName: string,
    revision: RevisionLocation | undefined,
    place: string,
    abortSignal: AbortSignal,
  ): Promise<RevisionLocation | undefined> {
    const digest = revision && digestOf(revision);
    if (revision === undefined || digest === undefined) return revision;
    const key = `${place} ${applicationName} ${digest}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const command = new GetApplicationRevisionCommand({ applicationName, revision });
    const found = withDigest((await codedeploy.send(command, { abortSignal })).revision ?? revision, digest);
    kept.set(key, found);
    return found;
  }

  return async function readSpecs(codedeploy, info, place, signal) {
    const { applicationName, revision, previousRevision } = info;
    if (applicationName === undefined) return { info };
    try {
      const [next, before] = await Promise.all([
        complete(codedeploy, applicationName, revision, place, signal),
        complete(codedeploy, applicationName, previousRevision, place, signal),
      ]);
      return {
        info: {
          ...info,
          ...(next === undefined ? {} : { revision: next }),
          ...(before === undefined ? {} : { previousRevision: before }),
        },
      };
    } catch (error) {
      return { info, specUnread: whyFailed(error, "codedeploy:GetApplicationRevision") };
    }
  };
}

/** People decide on the digest, so it must not depend on whether this read succeeded. */
function withDigest(revision: RevisionLocation, sha256: string): RevisionLocation {
  const { appSpecContent, string: raw } = revision;
  return {
    ...revision,
    ...(appSpecContent === undefined ? {} : { appSpecContent: { ...appSpecContent, sha256 } }),
    ...(raw === undefined ? {} : { string: { ...raw, sha256 } }),
  };
}

/** The digest of an AppSpec whose text is missing. */
function digestOf({ appSpecContent, string: raw }: RevisionLocation): string | undefined {
  const spec = appSpecContent ?? raw;
  return spec?.content === undefined ? spec?.sha256 : undefined;
}
