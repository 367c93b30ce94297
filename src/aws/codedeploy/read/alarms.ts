/** The alarms that a deployment watches: the group's, unless the deployment was started with its own. */

import {
  type CodeDeployClient,
  type DeploymentInfo,
  GetDeploymentGroupCommand,
} from "@aws-sdk/client-codedeploy";
import type { Ref } from "../../../handlers/deployment.ts";
import { isTerminal } from "../../../handlers/deployment.ts";
import { alarmOf, type ReadAlarms } from "../../alarms.ts";
import { leftOut } from "../../client/why.ts";
import { unknownBy } from "../../reading.ts";
import { phaseOf } from "../facts/situation.ts";
import { type Alarms, deploymentInfo } from "../facts/stored-detail.ts";

export async function alarmsWatched(
  /** Absent: an urgent read, which skips alarms. */
  codedeploy: CodeDeployClient | undefined,
  readAlarms: ReadAlarms,
  ref: Ref,
  info: DeploymentInfo,
  signal: AbortSignal,
): Promise<Alarms> {
  if (isTerminal({ phase: phaseOf(deploymentInfo.parse(info)) })) return { kind: "none" };
  if (codedeploy === undefined) return { kind: "unknown", why: leftOut("asked-in-a-hurry") };
  try {
    const configuration = info.overrideAlarmConfiguration ?? (await ofGroup(codedeploy, info, signal));
    const {
      enabled = false,
      ignorePollAlarmFailure: goesOnUnread = false,
      alarms = [],
    } = configuration ?? {};
    const names = alarms.flatMap(({ name }) => name ?? []);
    if (names.length === 0) return { kind: "none" };
    if (!enabled) return { kind: "off" };
    const readings = await readAlarms(names.map((name) => alarmOf(name, ref)));
    return { kind: "read", readings, goesOnUnread };
  } catch (error) {
    return unknownBy(error, "codedeploy:GetDeploymentGroup");
  }
}

async function ofGroup(
  codedeploy: CodeDeployClient,
  { applicationName, deploymentGroupName }: DeploymentInfo,
  abortSignal: AbortSignal,
) {
  if (applicationName === undefined || deploymentGroupName === undefined) return undefined;
  const command = new GetDeploymentGroupCommand({ applicationName, deploymentGroupName });
  return (await codedeploy.send(command, { abortSignal })).deploymentGroupInfo?.alarmConfiguration;
}
