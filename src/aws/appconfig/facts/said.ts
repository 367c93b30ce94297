/**
 * What AppConfig says of a deployment, as far as facts or words need it, under its own names, and what is recorded of it. A
 * state or a growth type that AWS adds later is kept as it is.
 */

import { z } from "zod";
import { alarmReading } from "../../alarms.ts";
import { unknownSchema } from "../../reading.ts";
import { count, text, time } from "../../said.ts";
import { whySchema } from "../../why.ts";

/** Of one deployment, what is recorded as AWS says it. */
export const toldSchema = z.object({
  ConfigurationName: text,
  ConfigurationProfileId: text,
  ConfigurationLocationUri: text,
  ConfigurationVersion: text,
  VersionLabel: text,
  Description: text,
  DeploymentStrategyId: text,
  PercentageComplete: count,
  // Its own copy of the pace, which a later edit of the strategy may not touch.
  DeploymentDurationInMinutes: count,
  FinalBakeTimeInMinutes: count,
  GrowthFactor: count,
  GrowthType: text,
});

const invocation = z.object({ ActionName: text, ErrorCode: text, ErrorMessage: text, InvocationId: text });

const event = z.object({
  EventType: text,
  TriggeredBy: text,
  Description: text,
  OccurredAt: time,
  ActionInvocations: z.array(invocation).optional(),
});
export type LogEvent = z.infer<typeof event>;

/** The answer of AWS. */
export const deploymentSchema = toldSchema.extend({
  State: text,
  StartedAt: time,
  CompletedAt: time,
  EventLog: z.array(event).optional(),
});
export type AwsDeployment = z.infer<typeof deploymentSchema>;

/** One deployment of a list of them. */
export const summarySchema = z.object({
  DeploymentNumber: count,
  ConfigurationProfileId: text,
  ConfigurationVersion: text,
  VersionLabel: text,
  State: text,
});
export type Summary = z.infer<typeof summarySchema>;

const step = z.object({
  at: z.number(),
  /** Absent where AppConfig words its log otherwise than until now. */
  percent: count,
});
export type Step = z.infer<typeof step>;

export const triggers = ["person", "alarm", "internal-error", "appconfig", "unsaid"] as const;
/** Who began a rollback. `unsaid`: the log does not tell, or names somebody new. */
export type Trigger = (typeof triggers)[number];

/** A deployment that went back: it does not serve, and it stands between this one and the version before. */
const undone = z.object({ number: z.number(), version: text, state: z.string() });
export type Undone = z.infer<typeof undone>;

/** Beside a read that failed: the one before has not ended, or stands further back than what was listed. */
const whyNotEarlier = z.discriminatedUnion("kind", [
  whySchema,
  z.object({ kind: z.literal("other-state"), number: z.number(), state: z.string() }),
  z.object({ kind: z.literal("not-listed"), among: z.number() }),
]);
export type WhyNotEarlier = z.infer<typeof whyNotEarlier>;

/** The last complete deployment of the same configuration profile in the environment. `none`: there was no such one. */
const before = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("read"),
    value: z.object({
      number: z.number(),
      version: z.string(),
      label: text,
      undone: z.array(undone).readonly(),
    }),
  }),
  z.object({ kind: z.literal("none"), undone: z.array(undone).readonly() }),
  z.object({ kind: z.literal("unknown"), why: whyNotEarlier }),
]);
export type Before = z.infer<typeof before>;

/** A later deployment of the same configuration profile that has not gone back. */
const later = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("read"),
    value: z.object({ number: z.number(), version: text }).optional(),
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
      /** ARNs of the alarms that AppConfig watches there; absent: the name alone is known, from an earlier read. */
      value: z.object({ name: z.string(), alarms: z.array(z.string()).readonly().optional() }),
    }),
    unknownSchema,
  ]),
  /** A strategy can be deleted while its deployments live on. */
  strategy: z.discriminatedUnion("kind", [named, unknownSchema, z.object({ kind: z.literal("gone") })]),
});
export type Names = z.infer<typeof names>;

export function nameOr(reading: Names["application"] | Names["strategy"], id: string): string {
  return reading.kind === "read" ? reading.value.name : id;
}

export const saidSchema = z.object({
  deployment: toldSchema,
  /** The latest two of its log. */
  steps: z.array(step).readonly(),
  bakeStartedAt: count,
  trigger: z.enum(triggers).optional(),
  /** The name of the alarm that made AppConfig roll back, where the log gives it. */
  alarm: text,
  names,
  history,
  /** Those that the environment names; absent where nobody asked for them. */
  alarms: z.array(alarmReading).readonly().optional(),
});
export type Said = z.infer<typeof saidSchema>;

/** What the targets get now, of a deployment whose log tells its completion. */
const afterwards = ["new", "past", "replaced", "not-read"] as const;

/** What remarks tell beside their name: each of them a part. */
export const remarkSchema = z.object({
  ConfigurationVersion: text,
  FinalBakeTimeInMinutes: count,
  ActionName: text,
  percent: count,
  trigger: z.enum(triggers).optional(),
  alarm: text,
  afterwards: z.enum(afterwards).optional(),
});
export type RemarkSaid = z.infer<typeof remarkSchema>;
