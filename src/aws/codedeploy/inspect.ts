/** Reads one deployment with its targets. */

import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type { EpochMs, Ref } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { Claim, Inspection, LookContext, Telemetry } from "../../handlers/ports.ts";
import type { ReadAlarms } from "../alarms.ts";
import type { ClientsOf } from "../clients.ts";
import { sooner, within } from "../deadline.ts";
import { notConfigured, whyUnread, whyUnreadText } from "../errors.ts";
import { alarmsWatched } from "./alarms.ts";
import { describe } from "./describe.ts";
import { deploymentId } from "./hook-event.ts";
import { readDeployment, readTargets } from "./reads.ts";
import { createReadSpecs } from "./specs.ts";
import type { Targets } from "./targets.ts";

/** Targets are evidence: a deployment without them is still worth a card, so they may not use up the look's time. */
const targetsDeadlineMs = 5_000;

export type Inspect = (ref: Ref, context: LookContext) => Promise<Inspection>;

export function createInspect(
  clients: ClientsOf<CodeDeployClient>,
  readAlarms: ReadAlarms,
  telemetry: Telemetry,
  now: () => EpochMs = Date.now,
): Inspect {
  const readSpecs = createReadSpecs();

  async function tryTargets(codedeploy: CodeDeployClient, id: string): Promise<Targets> {
    try {
      return await within(targetsDeadlineMs, (signal) => readTargets(codedeploy, id, signal));
    } catch (error) {
      if (isNamed(error, "DeploymentNotStartedException")) return { kind: "not-started" };
      const why = whyUnread(error, "codedeploy:BatchGetDeploymentTargets");
      telemetry.log("warn", "CodeDeploy's targets can't be read", { id, error });
      return { kind: "unknown", why };
    }
  }

  return async function inspect(ref, { hint, previous, urgent = false }) {
    if (!deploymentId.safeParse(ref.id).success)
      return { kind: "gone", why: "not the id of a CodeDeploy deployment" };
    const codedeploy = clients.read(ref.account, ref.region);
    if (codedeploy === undefined) return notConfigured(ref);
    try {
      return await within(clients.readDeadlineMs, async (signal) => {
        const targets = tryTargets(codedeploy, ref.id);
        const read = await readDeployment(codedeploy, ref.id, signal);
        const place = `${ref.account} ${ref.region}`;
        const beside = sooner(signal, clients.sideReadMs);
        const [specs, alarms] = await Promise.all([
          readSpecs(codedeploy, read, place, beside),
          alarmsWatched(urgent ? undefined : codedeploy, readAlarms, ref, read, beside),
        ]);
        const seen = { ref, ...specs, alarms, targets: await targets, previous, hint, now: now() };
        return { kind: "deployment", deployment: describe(seen) };
      });
    } catch (error) {
      if (isNamed(error, "DeploymentDoesNotExistException") || isNamed(error, "InvalidDeploymentIdException"))
        return { kind: "gone", why: "CodeDeploy does not know this deployment" };
      const why = whyUnreadText(error, "codedeploy:GetDeployment");
      telemetry.log("warn", "CodeDeploy can't be read", { id: ref.id, why, error });
      return { kind: "unreadable", why, cause: error };
    }
  };
}

/** Until AWS agrees the look is repeated: reads lag behind events. */
export function confirms(inspection: Inspection, claim: Claim): boolean {
  if (inspection.kind !== "deployment") return false;
  const { deployment } = inspection;
  if (claim.kind === "started") return true;
  if (claim.kind === "ended") return isTerminal(deployment);
  const hold = deployment.holds.find(({ id }) => id === claim.holdId);
  if (claim.kind === "answered") return hold?.shows !== "open" && hold?.shows !== "pending";
  return isTerminal(deployment) || (hold !== undefined && hold.shows !== "pending");
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
