/**
 * What CodeDeploy says of a deployment, as far as facts or words need it, under its own names. The same schema takes the
 * answer of AWS and what was recorded of it, so times are read as dates or as milliseconds. A status that AWS adds later is
 * kept as it is.
 */

import { z } from "zod";
import { alarmReading } from "../../alarms.ts";
import { unknownSchema } from "../../reading.ts";
import { count, text, time } from "../../said.ts";
import { whySchema } from "../../why.ts";

const flag = z.boolean().optional();

export const deploymentInfo = z.object({
  applicationName: text,
  deploymentGroupName: text,
  deploymentConfigName: text,
  deploymentId: text,
  description: text,
  creator: text,
  computePlatform: text,
  deploymentMode: text,
  deploymentStyle: z.object({ deploymentType: text }).optional(),
  status: text,
  createTime: time,
  startTime: time,
  completeTime: time,
  errorInformation: z.object({ code: text, message: text }).optional(),
  deploymentOverview: z
    .object({
      Pending: count,
      InProgress: count,
      Succeeded: count,
      Failed: count,
      Skipped: count,
      Ready: count,
    })
    .optional(),
  autoRollbackConfiguration: z.object({ enabled: flag, events: z.array(z.string()).optional() }).optional(),
  rollbackInfo: z
    .object({ rollbackDeploymentId: text, rollbackTriggeringDeploymentId: text, rollbackMessage: text })
    .optional(),
  blueGreenDeploymentConfiguration: z
    .object({
      deploymentReadyOption: z.object({ actionOnTimeout: text, waitTimeInMinutes: count }).optional(),
      terminateBlueInstancesOnDeploymentSuccess: z
        .object({ action: text, terminationWaitTimeInMinutes: count })
        .optional(),
    })
    .optional(),
  instanceTerminationWaitTimeStarted: flag,
});
export type DeploymentInfo = z.infer<typeof deploymentInfo>;

const revision = z.object({
  /** What people call it: the bundle's file, the commit, the version, the task definition. */
  name: z.string(),
  /** Tells two of the same name apart: an object's version or hash. */
  mark: text,
  label: z.enum(["Revision", "Commit", "Function version", "Task definition"]),
  /** Where it lies, in full. */
  place: z.string(),
  /** Of Lambda and ECS. `hooks` are the lifecycle events that call a function. */
  spec: z
    .object({
      taskDefinition: text,
      functionName: text,
      alias: text,
      currentVersion: text,
      targetVersion: text,
      hooks: z.array(z.string()),
    })
    .optional(),
});
/** What one side of a deployment is, as far as CodeDeploy tells. */
export type Revision = z.infer<typeof revision>;

export const taskSet = z.object({
  taskSetLabel: text,
  desiredCount: count,
  runningCount: count,
  trafficWeight: count,
});
export type TaskSet = z.infer<typeof taskSet>;

/** The versions between which a function's alias moves. */
export const lambdaVersions = z.object({ currentVersion: text, targetVersion: text });
export type LambdaVersions = z.infer<typeof lambdaVersions>;

const standing = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("read"),
    /** How many of each side are in each status, of those that were read. */
    counts: z.array(
      z.object({ side: z.enum(["old", "new"]).optional(), status: z.string(), count: z.number() }),
    ),
    /** How many there are; more than were read where there are many. */
    total: z.number(),
    /** True where even their list has more pages than were read. */
    more: z.boolean(),
    taskSets: z.array(taskSet),
    /** Percent of production traffic on the new version. */
    percent: count,
    lambda: lambdaVersions.optional(),
    /** The lifecycle event that runs. */
    event: text,
  }),
  /** CodeDeploy has not chosen any yet. */
  z.object({ kind: z.literal("not-started") }),
  unknownSchema,
]);
/** How the targets stand, whatever they are and however many: instances, a function, a service. */
export type Standing = z.infer<typeof standing>;

const alarms = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  /** Some are named, and CodeDeploy is told not to watch them. */
  z.object({ kind: z.literal("off") }),
  unknownSchema,
  z.object({
    kind: z.literal("read"),
    readings: z.array(alarmReading).readonly(),
    /** The deployment goes on where CodeDeploy itself can't read them. */
    goesOnUnread: z.boolean(),
  }),
]);
export type Alarms = z.infer<typeof alarms>;

export const saidSchema = z.object({
  info: deploymentInfo,
  old: revision.optional(),
  new: revision.optional(),
  /** Why the AppSpec, which says what Lambda and ECS deploy, could not be read. */
  specUnread: whySchema.optional(),
  standing,
  alarms,
});
export type Said = z.infer<typeof saidSchema>;
