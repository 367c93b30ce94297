/** Reads one deployment of AppConfig, and beside it what its card needs: names, and what came before and after it. */

import type { AppConfigClient, Deployment as AwsDeployment } from "@aws-sdk/client-appconfig";
import type { Ref } from "../../handlers/deployment.ts";
import { alarmOf, type ReadAlarms } from "../alarms.ts";
import { tryRead } from "../reading.ts";
import type { LookAt } from "../system.ts";
import { describe } from "./describe.ts";
import { type History, historyOf } from "./history.ts";
import { type DeploymentId, parseId } from "./id.ts";
import { createReadNames, type Names } from "./names.ts";
import { isMissing, readDeployment, readHistory } from "./reads.ts";
import { phaseOf } from "./state.ts";

export function createLookAt(readAlarms: ReadAlarms, now: () => number): LookAt<AppConfigClient> {
  const readNames = createReadNames(now);

  function alarmsIn(environment: Names["environment"], ref: Ref) {
    const arns = environment.kind === "read" ? (environment.value.alarms ?? []) : [];
    return readAlarms(arns.map((arn) => alarmOf(arn, ref)));
  }

  return (ref, { previous, urgent = false }) => {
    const id = parseId(ref.id);
    if (id === undefined) return "not a deployment of AppConfig";
    return {
      call: "appconfig:GetDeployment",
      async read(client, { signal, beside }) {
        const deployment = await readDeployment(client, id, signal);
        const soon = beside();
        const [[names, alarms], history] = await Promise.all([
          readNames(client, ref, id, deployment, soon).then(async (read) => {
            if (urgent || phaseOf(deployment.State) !== "running") return [read, {}] as const;
            return [read, { alarms: await alarmsIn(read.environment, ref) }] as const;
          }),
          historyAround(client, id, deployment, soon),
        ]);
        return {
          kind: "deployment",
          deployment: describe({ ref, id, deployment, names, history, ...alarms, previous, now: now() }),
        };
      },
    };
  };
}

export function goneBy(error: unknown): string | undefined {
  return isMissing(error) ? "AppConfig does not know this deployment" : undefined;
}

async function historyAround(
  client: AppConfigClient,
  id: DeploymentId,
  { ConfigurationProfileId: profile }: AwsDeployment,
  signal: AbortSignal,
): Promise<History> {
  const read = await tryRead("appconfig:ListDeployments", () => readHistory(client, id, profile, signal));
  return read.kind === "read" ? historyOf(read.value, id.number, profile) : { before: read, later: read };
}
