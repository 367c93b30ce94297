/**
 * The parts of AppConfig's responses that facts and texts need, with AppConfig's own names, and what is stored of them.
 * States and growth types that AWS adds later are kept as they are.
 */

import { z } from "zod";
import { alarmReading } from "../../alarms.ts";
import { whySchema } from "../../client/why.ts";
import { unknownSchema } from "../../reading.ts";
import { optionalCount, optionalText, optionalTime } from "../../said.ts";

/** The fields of a deployment that are stored as AWS returned them. */
export const toldSchema = z.object({
  ConfigurationName: optionalText,
  ConfigurationProfileId: optionalText,
  ConfigurationLocationUri: optionalText,
  ConfigurationVersion: optionalText,
  VersionLabel: optionalText,
  Description: optionalText,
  DeploymentStrategyId: optionalText,
  PercentageComplete: optionalCount,
  // The deployment's own copy of the strategy's settings; a later edit of the strategy may not affect it.
  DeploymentDurationInMinutes: optionalCount,
  FinalBakeTimeInMinutes: optionalCount,
  GrowthFactor: optionalCount,
  GrowthType: optionalText,
});

const invocation = z.object({
  ActionName: optionalText,
  ErrorCode: optionalText,
  ErrorMessage: optionalText,
  InvocationId: optionalText,
});

const event = z.object({
  EventType: optionalText,
  TriggeredBy: optionalText,
  Description: optionalText,
  OccurredAt: optionalTime,
  ActionInvocations: z.array(invocation).optional(),
});
export type LogEvent = z.infer<typeof event>;

/** AWS's response. */
export const deploymentSchema = toldSchema.extend({
  State: optionalText,
  StartedAt: optionalTime,
  CompletedAt: optionalTime,
  EventLog: z.array(event).optional(),
});
export type AwsDeployment = z.infer<typeof deploymentSchema>;

/** An item of the list of deployments. */
export const summarySchema = z.object({
  DeploymentNumber: optionalCount,
  ConfigurationProfileId: optionalText,
  ConfigurationVersion: optionalText,
  VersionLabel: optionalText,
  State: optionalText,
});
export type Summary = z.infer<typeof summarySchema>;

const step = z.object({
  at: z.number(),
  /** Absent if AppConfig changes the wording of its log. */
  percent: optionalCount,
});
export type Step = z.infer<typeof step>;

const triggers = ["person", "alarm", "internal-error", "appconfig", "unsaid"] as const;
/** The cause of a rollback. `unsaid`: the log has none, or one that AWS added later. */
export type Trigger = (typeof triggers)[number];

/**
 * A deployment that was rolled back or reverted: it doesn't serve, and is between this deployment and the version
 * before.
 */
const undone = z.object({ number: z.number(), version: optionalText, state: z.string() });
export type Undone = z.infer<typeof undone>;

/** Besides a failed read: the previous deployment has not ended, or is older than the listed ones. */
const whyNotEarlier = z.discriminatedUnion("kind", [
  whySchema,
  z.object({ kind: z.literal("other-state"), number: z.number(), state: z.string() }),
  z.object({ kind: z.literal("not-listed"), among: z.number() }),
]);
export type WhyNotEarlier = z.infer<typeof whyNotEarlier>;

/** The last completed deployment of the same configuration profile in the environment. `none`: there was none. */
const before = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("read"),
    value: z.object({
      number: z.number(),
      version: z.string(),
      label: optionalText,
      undone: z.array(undone).readonly(),
    }),
  }),
  z.object({ kind: z.literal("none"), undone: z.array(undone).readonly() }),
  z.object({ kind: z.literal("unknown"), why: whyNotEarlier }),
]);
export type Before = z.infer<typeof before>;

/** A later deployment of the same configuration profile that was not rolled back or reverted. */
const later = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("read"),
    value: z.object({ number: z.number(), version: optionalText }).optional(),
  }),
  unknownSchema,
]);

const history = z.object({ before, later });
export type History = z.infer<typeof history>;

const named = z.object({ kind: z.literal("read"), value: z.object({ name: z.string() }) });

const names = z.object({
  application: z.discriminatedUnion("kind", [named, unknownSchema]),
  environment: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("read"),
      /** ARNs of the alarms that AppConfig watches there; absent if only the name is known, from an earlier read. */
      value: z.object({ name: z.string(), alarms: z.array(z.string()).readonly().optional() }),
    }),
    unknownSchema,
  ]),
  /** A strategy can be deleted while its deployments still exist. */
  strategy: z.discriminatedUnion("kind", [named, unknownSchema, z.object({ kind: z.literal("gone") })]),
});
export type Names = z.infer<typeof names>;

export function nameOr(reading: Names["application"] | Names["strategy"], id: string): string {
  return reading.kind === "read" ? reading.value.name : id;
}

export const storedDetailSchema = z.object({
  deployment: toldSchema,
  /** The latest two steps in the log. */
  steps: z.array(step).readonly(),
  bakeStartedAt: optionalCount,
  trigger: z.enum(triggers).optional(),
  /** The name of the alarm that made AppConfig roll back, if it is in the log. */
  alarm: optionalText,
  names,
  history,
  /** The environment's alarms; absent if they were not read. */
  alarms: z.array(alarmReading).readonly().optional(),
});
export type StoredDetail = z.infer<typeof storedDetailSchema>;

/** The version that the targets get now, for a deployment whose completion is in the log. */
const afterwards = ["new", "past", "replaced", "not-read"] as const;

/** Data of all kinds of remarks; each uses a part of it. */
export const remarkSchema = z.object({
  ConfigurationVersion: optionalText,
  FinalBakeTimeInMinutes: optionalCount,
  ActionName: optionalText,
  percent: optionalCount,
  trigger: z.enum(triggers).optional(),
  alarm: optionalText,
  afterwards: z.enum(afterwards).optional(),
});
export type RemarkSaid = z.infer<typeof remarkSchema>;
