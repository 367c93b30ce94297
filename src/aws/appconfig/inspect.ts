/** Reads one deployment of AppConfig, and beside it what its card needs: names, and what came before and after it. */

import type { AppConfigClient, Deployment as AwsDeployment } from "@aws-sdk/client-appconfig";
import type { Ref } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { Claim, Inspection, LookContext, Telemetry } from "../../handlers/ports.ts";
import { alarmOf, type ReadAlarms } from "../alarms.ts";
import type { ClientsOf } from "../clients.ts";
import { sooner, within } from "../deadline.ts";
import { notConfigured, whyUnread, whyUnreadText } from "../errors.ts";
import { describe } from "./describe.ts";
import { type History, historyOf, unknownHistory } from "./history.ts";
import { type DeploymentId, parseId } from "./id.ts";
import { createReadNames, type Names } from "./names.ts";
import { isMissing, readDeployment, readHistory } from "./reads.ts";
import { phaseOf } from "./state.ts";

export type Inspect = (ref: Ref, context: LookContext) => Promise<Inspection>;

export function createInspect(
  clients: ClientsOf<AppConfigClient>,
  readAlarms: ReadAlarms,
  telemetry: Telemetry,
  now: () => number,
): Inspect {
  const readNames = createReadNames(now);

  function alarmsIn(environment: Names["environment"], ref: Ref) {
    const arns = environment.kind === "read" ? (environment.value.alarms ?? []) : [];
    return readAlarms(arns.map((arn) => alarmOf(arn, ref)));
  }

  return async function inspect(ref, { previous, urgent = false }) {
    const id = parseId(ref.id);
    if (id === undefined) return { kind: "gone", why: "not a deployment of AppConfig" };
    const client = clients.read(ref.account, ref.region);
    if (client === undefined) return notConfigured(ref);
    try {
      return await within(clients.readDeadlineMs, async (signal) => {
        const deployment = await readDeployment(client, id, signal);
        const beside = sooner(signal, clients.sideReadMs);
        const [[names, alarms], history] = await Promise.all([
          readNames(client, ref, id, deployment, beside).then(async (read) => {
            if (urgent || phaseOf(deployment.State) !== "running") return [read, {}] as const;
            return [read, { alarms: await alarmsIn(read.environment, ref) }] as const;
          }),
          historyAround(client, id, deployment, beside),
        ]);
        return {
          kind: "deployment",
          deployment: describe({ ref, id, deployment, names, history, ...alarms, previous, now: now() }),
        };
      });
    } catch (error) {
      if (isMissing(error)) return { kind: "gone", why: "AppConfig does not know this deployment" };
      const why = whyUnreadText(error, "appconfig:GetDeployment");
      telemetry.log("warn", "AppConfig can't be read", { id: ref.id, why, error });
      return { kind: "unreadable", why, cause: error };
    }
  };
}

async function historyAround(
  client: AppConfigClient,
  id: DeploymentId,
  { ConfigurationProfileId: profile }: AwsDeployment,
  signal: AbortSignal,
): Promise<History> {
  try {
    return historyOf(await readHistory(client, id, profile, signal), id.number, profile);
  } catch (error) {
    return unknownHistory(whyUnread(error, "appconfig:ListDeployments"));
  }
}

/** Until AWS agrees the look is repeated: reads lag behind events. */
export function confirms(inspection: Inspection, claim: Claim): boolean {
  if (inspection.kind !== "deployment") return false;
  return claim.kind !== "ended" || isTerminal(inspection.deployment);
}
