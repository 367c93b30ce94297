/**
 * What Proton answers, as far as facts or words need it, under its own names, and what is recorded of it. Specs and
 * template files are compared, never recorded and never shown: they hold people's parameters.
 */

import { z } from "zod";
import { unknownSchema } from "../reading.ts";
import { text, time } from "../said.ts";

/** What pipelines, instances, environments and components all tell about their newest deployment. */
export const standingSchema = z.object({
  deploymentStatus: text,
  deploymentStatusMessage: text,
  lastAttemptedDeploymentId: text,
  lastDeploymentAttemptedAt: time,
  lastDeploymentSucceededAt: time,
  environmentName: text,
});
export type Standing = z.infer<typeof standingSchema>;

const version = { templateName: text, templateMajorVersion: text, templateMinorVersion: text };
const templated = z.object({ ...version, spec: text }).optional();

const stateSchema = z.object({
  serviceInstance: templated,
  servicePipeline: templated,
  environment: templated,
  component: z.object({ serviceSpec: text, templateFile: text }).optional(),
});
export type State = z.infer<typeof stateSchema>;

/** A deployment's own record. */
export const recordSchema = z.object({
  deploymentStatus: text,
  deploymentStatusMessage: text,
  createdAt: time,
  completedAt: time,
  environmentName: text,
  lastSucceededDeploymentId: text,
  initialState: stateSchema.optional(),
  targetState: stateSchema.optional(),
});
export type OwnRecord = z.infer<typeof recordSchema>;

const versionSchema = z.object(version);
export type Version = z.infer<typeof versionSchema>;

/** Of two that were both read. */
const comparison = z.enum(["unchanged", "changed"]).optional();

const changesSchema = z.object({
  /** Absent: there was none, or the record does not tell. */
  old: versionSchema.optional(),
  new: versionSchema.optional(),
  templateFile: comparison,
  spec: comparison,
});
export type Changes = z.infer<typeof changesSchema>;

export const saidSchema = z.object({
  changes: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("read"), value: changesSchema }),
    /** `unnamed`: Proton gave no id to read the record by. */
    z.object({ kind: z.enum(["missing", "unnamed"]) }),
    unknownSchema,
  ]),
  environmentName: text,
  lastSucceededDeploymentId: text,
});
export type Said = z.infer<typeof saidSchema>;

/** Of a success. `replaced`: the resource named a later deployment by then. */
export const successSchema = z.object({ replaced: z.boolean() });
