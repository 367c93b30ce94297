/** Reads one AppConfig deployment, and the names and history that its card needs. */

import type { AppConfigClient } from "@aws-sdk/client-appconfig";
import type { Ref } from "../../handlers/deployment.ts";
import { type AlarmReading, alarmOf, type ReadAlarms } from "../alarms.ts";
import { leftOut } from "../client/why.ts";
import { tryRead } from "../reading.ts";
import type { PlanRead } from "../system.ts";
import { factsOf } from "./facts/facts.ts";
import { historyOf, unreadHistory } from "./facts/history.ts";
import { phaseOf } from "./facts/state.ts";
import type { AwsDeployment, History, Names } from "./facts/stored-detail.ts";
import { type DeploymentId, parseId } from "./id.ts";
import { createReadNames, unreadNames } from "./names.ts";
import { isMissing, readDeployment, readHistory } from "./reads.ts";

/** Additional reads. */
interface Around {
  readonly names: Names;
  readonly alarms?: readonly AlarmReading[];
}

export function createLookAt(readAlarms: ReadAlarms, now: () => number): PlanRead<AppConfigClient> {
  const readNames = createReadNames(now);

  async function around(
    client: AppConfigClient,
    ref: Ref,
    id: DeploymentId,
    deployment: AwsDeployment,
    signal: AbortSignal,
  ): Promise<Around> {
    const names = await readNames(client, ref, id, deployment, signal);
    if (phaseOf(deployment.State) !== "running") return { names };
    const { environment } = names;
    const arns = environment.kind === "read" ? (environment.value.alarms ?? []) : [];
    return { names, alarms: await readAlarms(arns.map((arn) => alarmOf(arn, ref))) };
  }

  return (ref, { previous, urgent = false }) => {
    const id = parseId(ref.id);
    if (id === undefined) return "not a deployment of AppConfig";
    return {
      call: "appconfig:GetDeployment",
      async read(client, { signal, beside }) {
        const deployment = await readDeployment(client, id, signal);
        const soon = beside();
        // A cancel is decided by the deployment alone, a revert also by its history.
        const isCancel = urgent && phaseOf(deployment.State) === "running";
        const [named, history] = await Promise.all([
          urgent ? { names: unreadNames } : around(client, ref, id, deployment, soon),
          isCancel ? unreadHistory(leftOut("asked-in-a-hurry")) : historyAround(client, id, deployment, soon),
        ]);
        return {
          kind: "deployment",
          deployment: factsOf({ ref, id, deployment, ...named, history, previous, now: now() }),
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
  return read.kind === "read" ? historyOf(read.value, id.number, profile) : unreadHistory(read.why);
}
