/** Reads one deployment with its targets. */

import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type { EpochMs } from "../../handlers/deployment.ts";
import type { Telemetry } from "../../handlers/ports.ts";
import type { ReadAlarms } from "../alarms.ts";
import { within } from "../deadline.ts";
import { isNamed } from "../errors.ts";
import { unknownBy } from "../reading.ts";
import type { LookAt } from "../system.ts";
import { alarmsWatched } from "./alarms.ts";
import { describe } from "./describe.ts";
import { deploymentId } from "./hook-event.ts";
import { readDeployment, readTargets } from "./reads.ts";
import { createReadSpecs } from "./specs.ts";
import type { Targets } from "./targets.ts";

/** Targets are evidence: a deployment without them is still worth a card, so they may not use up the look's time. */
const targetsDeadlineMs = 5_000;

export function createLookAt(
  readAlarms: ReadAlarms,
  telemetry: Telemetry,
  now: () => EpochMs = Date.now,
): LookAt<CodeDeployClient> {
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
          readSpecs(codedeploy, info, place, soon),
          alarmsWatched(urgent ? undefined : codedeploy, readAlarms, ref, info, soon),
        ]);
        const seen = { ref, ...specs, alarms, targets: await targets, previous, hint, now: now() };
        return { kind: "deployment", deployment: describe(seen) };
      },
    };
  };
}

export function goneBy(error: unknown): string | undefined {
  return isNamed(error, "DeploymentDoesNotExistException", "InvalidDeploymentIdException")
    ? "CodeDeploy does not know this deployment"
    : undefined;
}
