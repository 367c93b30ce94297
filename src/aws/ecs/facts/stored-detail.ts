/**
 * The part of ECS's service deployment that facts and texts need, with ECS's own names. The same schema parses both
 * AWS's response and the stored one, so a time is either a date or milliseconds. Statuses and stages that AWS adds
 * later are kept as they are.
 */

import { z } from "zod";
import { alarmReading } from "../../alarms.ts";
import { whySchema } from "../../client/why.ts";
import { unknownSchema } from "../../reading.ts";
import { optionalCount, optionalText, optionalTexts, optionalTime } from "../../said.ts";

const revision = z.object({
  arn: optionalText,
  requestedTaskCount: optionalCount,
  runningTaskCount: optionalCount,
  requestedProductionTrafficWeight: optionalCount,
  requestedTestTrafficWeight: optionalCount,
});
export type RevisionSummary = z.infer<typeof revision>;

const hook = z.object({
  targetType: optionalText,
  hookTargetArn: optionalText,
  lifecycleStages: optionalTexts,
});
export type Hook = z.infer<typeof hook>;

const hookDetail = z.object({
  hookId: optionalText,
  targetType: optionalText,
  status: optionalText,
  expiresAt: optionalTime,
  timeoutAction: optionalText,
});
export type HookDetail = z.infer<typeof hookDetail>;

export const serviceDeployment = z.object({
  serviceDeploymentArn: optionalText,
  serviceArn: optionalText,
  clusterArn: optionalText,
  status: optionalText,
  statusReason: optionalText,
  lifecycleStage: optionalText,
  createdAt: optionalTime,
  startedAt: optionalTime,
  updatedAt: optionalTime,
  finishedAt: optionalTime,
  stoppedAt: optionalTime,
  sourceServiceRevisions: z.array(revision).optional(),
  targetServiceRevision: revision.optional(),
  lifecycleHookDetails: z.array(hookDetail).optional(),
  rollback: z.object({ reason: optionalText, serviceRevisionArn: optionalText }).optional(),
  deploymentCircuitBreaker: z
    .object({ status: optionalText, failureCount: optionalCount, threshold: optionalCount })
    .optional(),
  alarms: z
    .object({ status: optionalText, alarmNames: optionalTexts, triggeredAlarmNames: optionalTexts })
    .optional(),
  deploymentConfiguration: z
    .object({
      strategy: optionalText,
      bakeTimeInMinutes: optionalCount,
      minimumHealthyPercent: optionalCount,
      maximumPercent: optionalCount,
      lifecycleHooks: z.array(hook).optional(),
      linearConfiguration: z
        .object({ stepPercent: optionalCount, stepBakeTimeInMinutes: optionalCount })
        .optional(),
      canaryConfiguration: z
        .object({ canaryPercent: optionalCount, canaryBakeTimeInMinutes: optionalCount })
        .optional(),
      alarms: z.object({ alarmNames: optionalTexts, enable: z.boolean().optional() }).optional(),
    })
    .optional(),
});
export type ServiceDeployment = z.infer<typeof serviceDeployment>;

const image = z.object({ container: z.string(), image: z.string(), digest: optionalText });
/** One container of a version, with the image that ECS resolved or the one in its task definition. */
export type Image = z.infer<typeof image>;

/** `definition`: why the task definition was not read; in that case `images` has only the resolved ones. */
const version = z.object({
  taskDefinition: optionalText,
  images: z.array(image),
  definition: whySchema.optional(),
});
export type Version = z.infer<typeof version>;

const read = z.object({ kind: z.literal("read"), value: version });
const first = z.object({ kind: z.literal("none") });

const difference = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("value"),
    of: z.string(),
    container: optionalText,
    before: optionalText,
    after: optionalText,
  }),
  z.object({ kind: z.literal("container"), how: z.enum(["added", "removed"]), container: z.string() }),
  z.object({
    kind: z.literal("names"),
    of: z.enum(["Environment", "Secrets"]),
    how: z.enum(["added", "removed", "changed"]),
    container: z.string(),
    names: z.string(),
  }),
]);
/** Between two task definitions. Values of environment variables are compared but never stored. */
export type Difference = z.infer<typeof difference>;

const versions = z.object({
  old: z.discriminatedUnion("kind", [read, unknownSchema, first]),
  new: z.discriminatedUnion("kind", [read, unknownSchema]),
  differences: z.array(difference).optional(),
  /** The number of differences left out. */
  moreDifferences: optionalCount,
});
/** The two sides of a deployment. A service's first deployment has no old version. */
export type Versions = z.infer<typeof versions>;

const causes = [
  "circuit-breaker",
  "alarm",
  "hook",
  "hook-timed-out",
  "timed-out",
  "reported",
  "failed-tasks",
  "rollback",
] as const;
/** The cause of a rollback or stop that nobody requested. */
export type Cause = (typeof causes)[number];

export const storedDetailSchema = z.object({
  deployment: serviceDeployment,
  versions,
  /**
   * Absent: alarms were not read, because the read was urgent or the deployment is over, has none, or has them
   * disabled.
   */
  alarms: z.array(alarmReading).readonly().optional(),
  cause: z.enum(causes).optional(),
});
export type StoredDetail = z.infer<typeof storedDetailSchema>;
