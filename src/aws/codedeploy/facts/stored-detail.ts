/**
 * The part of CodeDeploy's deployment that facts and texts need, with CodeDeploy's own names. The same schema parses
 * both AWS's response and the stored one, so a time is either a date or milliseconds. Statuses that AWS adds later are
 * kept as they are.
 */

import { z } from "zod";
import { alarmReading } from "../../alarms.ts";
import { whySchema } from "../../client/why.ts";
import { unknownSchema } from "../../reading.ts";
import { optionalCount, optionalText, optionalTime } from "../../said.ts";

const flag = z.boolean().optional();

export const deploymentInfo = z.object({
  applicationName: optionalText,
  deploymentGroupName: optionalText,
  deploymentConfigName: optionalText,
  deploymentId: optionalText,
  description: optionalText,
  creator: optionalText,
  computePlatform: optionalText,
  deploymentMode: optionalText,
  deploymentStyle: z.object({ deploymentType: optionalText }).optional(),
  status: optionalText,
  createTime: optionalTime,
  startTime: optionalTime,
  completeTime: optionalTime,
  errorInformation: z.object({ code: optionalText, message: optionalText }).optional(),
  deploymentOverview: z
    .object({
      Pending: optionalCount,
      InProgress: optionalCount,
      Succeeded: optionalCount,
      Failed: optionalCount,
      Skipped: optionalCount,
      Ready: optionalCount,
    })
    .optional(),
  autoRollbackConfiguration: z.object({ enabled: flag, events: z.array(z.string()).optional() }).optional(),
  rollbackInfo: z
    .object({
      rollbackDeploymentId: optionalText,
      rollbackTriggeringDeploymentId: optionalText,
      rollbackMessage: optionalText,
    })
    .optional(),
  blueGreenDeploymentConfiguration: z
    .object({
      deploymentReadyOption: z
        .object({ actionOnTimeout: optionalText, waitTimeInMinutes: optionalCount })
        .optional(),
      terminateBlueInstancesOnDeploymentSuccess: z
        .object({ action: optionalText, terminationWaitTimeInMinutes: optionalCount })
        .optional(),
    })
    .optional(),
  instanceTerminationWaitTimeStarted: flag,
});
export type DeploymentInfo = z.infer<typeof deploymentInfo>;

const revision = z.object({
  /** Display name: the bundle's file, the commit, the version, the task definition. */
  name: z.string(),
  /** Distinguishes two revisions of the same name: the whole commit id, an object's version or hash. */
  mark: optionalText,
  label: z.enum(["Revision", "Commit", "Function version", "Task definition"]),
  /** Its full location. */
  place: z.string(),
  /** For Lambda and ECS. `hooks` are the lifecycle events that call a function. */
  spec: z
    .object({
      taskDefinition: optionalText,
      functionName: optionalText,
      alias: optionalText,
      currentVersion: optionalText,
      targetVersion: optionalText,
      hooks: z.array(z.string()),
    })
    .optional(),
});
/** One side of a deployment, as far as CodeDeploy returns it. */
export type Revision = z.infer<typeof revision>;

export const taskSet = z.object({
  taskSetLabel: optionalText,
  desiredCount: optionalCount,
  runningCount: optionalCount,
  trafficWeight: optionalCount,
});
export type TaskSet = z.infer<typeof taskSet>;

/** The versions between which a function's alias moves. */
export const lambdaVersions = z.object({ currentVersion: optionalText, targetVersion: optionalText });
export type LambdaVersions = z.infer<typeof lambdaVersions>;

const standing = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("read"),
    /** The number of targets per side and status, of those that were read. */
    counts: z.array(
      z.object({ side: z.enum(["old", "new"]).optional(), status: z.string(), count: z.number() }),
    ),
    /** The number of targets listed; in large fleets not all of them are read. */
    total: z.number(),
    /** True if even their list has more pages than were read. */
    more: z.boolean(),
    taskSets: z.array(taskSet),
    /** Percent of production traffic on the new version. */
    percent: optionalCount,
    lambda: lambdaVersions.optional(),
    /** The lifecycle event in progress. */
    event: optionalText,
  }),
  /** CodeDeploy has not selected any targets yet. */
  z.object({ kind: z.literal("not-started") }),
  unknownSchema,
]);
/** Summary of the targets, whether they are instances, a function or a service. */
export type Standing = z.infer<typeof standing>;

const alarms = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  /** Alarms are configured, but CodeDeploy is set not to watch them. */
  z.object({ kind: z.literal("off") }),
  unknownSchema,
  z.object({
    kind: z.literal("read"),
    readings: z.array(alarmReading).readonly(),
    /** The deployment continues if CodeDeploy itself can't read them. */
    goesOnUnread: z.boolean(),
  }),
]);
export type Alarms = z.infer<typeof alarms>;

export const storedDetailSchema = z.object({
  info: deploymentInfo,
  old: revision.optional(),
  new: revision.optional(),
  /** The reason why the AppSpec, which names what Lambda and ECS deploy, could not be read. */
  specUnread: whySchema.optional(),
  standing,
  alarms,
});
export type StoredDetail = z.infer<typeof storedDetailSchema>;
