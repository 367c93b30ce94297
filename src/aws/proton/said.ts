/**
 * The parts of Proton's responses that facts and texts need, with Proton's own names, and what is stored of them. Specs
 * and template files are compared, but never stored or shown: they contain users' parameters.
 */

import { z } from "zod";
import { unknownSchema } from "../reading.ts";
import { text, time } from "../said.ts";

/** The fields about the newest deployment that pipelines, instances, environments and components have in common. */
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

/** Absent unless both sides were read. */
const comparison = z.enum(["unchanged", "changed"]).optional();

const changesSchema = z.object({
  /** Absent: there was none, or the record doesn't contain it. */
  old: versionSchema.optional(),
  new: versionSchema.optional(),
  templateFile: comparison,
  spec: comparison,
});
export type Changes = z.infer<typeof changesSchema>;

export const saidSchema = z.object({
  changes: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("read"), value: changesSchema }),
    /** `unnamed`: Proton returned no id to read the record by. */
    z.object({ kind: z.enum(["missing", "unnamed"]) }),
    unknownSchema,
  ]),
  environmentName: text,
  lastSucceededDeploymentId: text,
});
export type Said = z.infer<typeof saidSchema>;

/** For a success. `replaced`: the resource showed a later deployment at that time. */
export const successSchema = z.object({ replaced: z.boolean() });
