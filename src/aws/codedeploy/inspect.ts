/** Reads one deployment with its targets. */

import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type { AwsMs } from "../../handlers/deployment.ts";
import type { Telemetry } from "../../handlers/ports.ts";
import type { ReadAlarms } from "../alarms.ts";
import { within } from "../client/deadline.ts";
import { isNamed } from "../client/errors.ts";
import { leftOut } from "../client/why.ts";
import { unknownBy } from "../reading.ts";
import type { PlanRead } from "../system.ts";
import { factsOf } from "./facts/facts.ts";
import { revisionsOf } from "./facts/revision.ts";
import { deploymentInfo } from "./facts/stored-detail.ts";
import type { Targets } from "./facts/targets.ts";
import { deploymentId } from "./hook-event.ts";
import { alarmsWatched } from "./read/alarms.ts";
import { readDeployment, readTargets } from "./read/calls.ts";
import { createReadSpecs } from "./read/specs.ts";

/**
 * Targets are additional: a deployment without them still gets a card, so they must not use up the time of the read.
 */
const targetsDeadlineMs = 5_000;

export function createLookAt(
  readAlarms: ReadAlarms,
  telemetry: Telemetry,
  now: () => AwsMs = Date.now,
): PlanRead<CodeDeployClient> {
  const readSpecs = createReadSpecs();

  async function tryTargets(codedeploy: CodeDeployClient, id: string): Promise<Targets> {
    try {
      return await within(targetsDeadlineMs, (signal) => readTargets(codedeploy, id, signal));
    } catch (error) {
      if (isNamed(error, "DeploymentNotStartedException")) return { kind: "not-started" };
      telemetry.log("warn", "CodeDeploy's targets can't be read", { id, error });
      return unknownBy(error, "codedeploy:BatchGetDeploymentTargets");
    }
  }

  return (ref, { hint, previous, urgent = false }) => {
    if (!deploymentId.safeParse(ref.id).success) return "not the id of a CodeDeploy deployment";
    return {
      call: "codedeploy:GetDeployment",
      async read(codedeploy, { signal, beside }) {
        const targets = tryTargets(codedeploy, ref.id);
        const info = await readDeployment(codedeploy, ref.id, signal);
        const place = `${ref.account} ${ref.region}`;
        const soon = beside();
        const [specs, alarms] = await Promise.all([
          // A rollback or cancel is decided by hold and deployment alone.
          urgent
            ? { info, specUnread: leftOut("asked-in-a-hurry") }
            : readSpecs(codedeploy, info, place, soon),
          alarmsWatched(urgent ? undefined : codedeploy, readAlarms, ref, info, soon),
        ]);
        const deployment = factsOf({
          ...{ ref, alarms, previous, hint, now: now() },
          info: deploymentInfo.parse(specs.info),
          revisions: revisionsOf(specs.info),
          specUnread: specs.specUnread,
          targets: await targets,
        });
        return { kind: "deployment", deployment };
      },
    };
  };
}

export function goneBy(error: unknown): string | undefined {
  return isNamed(error, "DeploymentDoesNotExistException", "InvalidDeploymentIdException")
    ? "CodeDeploy does not know this deployment"
    : undefined;
}
