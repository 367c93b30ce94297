/**
 * The parts of Proton's responses that facts and texts need, with Proton's own names, and what is stored of them. Specs
 * and template files are compared, but never stored or shown: they contain users' parameters.
 */

import { z } from "zod";
import { unknownSchema } from "../reading.ts";
import { optionalText, optionalTime } from "../said.ts";

/** The fields about the newest deployment that pipelines, instances, environments and components have in common. */
export const standingSchema = z.object({
  deploymentStatus: optionalText,
  deploymentStatusMessage: optionalText,
  lastAttemptedDeploymentId: optionalText,
  lastDeploymentAttemptedAt: optionalTime,
  lastDeploymentSucceededAt: optionalTime,
  environmentName: optionalText,
});
export type Standing = z.infer<typeof standingSchema>;

const version = {
  templateName: optionalText,
  templateMajorVersion: optionalText,
  templateMinorVersion: optionalText,
};
const templated = z.object({ ...version, spec: optionalText }).optional();

const stateSchema = z.object({
  serviceInstance: templated,
  servicePipeline: templated,
  environment: templated,
  component: z.object({ serviceSpec: optionalText, templateFile: optionalText }).optional(),
});
export type State = z.infer<typeof stateSchema>;

/** A deployment's own record. */
export const recordSchema = z.object({
  deploymentStatus: optionalText,
  deploymentStatusMessage: optionalText,
  createdAt: optionalTime,
  completedAt: optionalTime,
  environmentName: optionalText,
  lastSucceededDeploymentId: optionalText,
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

export const storedDetailSchema = z.object({
  changes: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("read"), value: changesSchema }),
    /** `unnamed`: Proton returned no id to read the record by. */
    z.object({ kind: z.enum(["missing", "unnamed"]) }),
    unknownSchema,
  ]),
  environmentName: optionalText,
  lastSucceededDeploymentId: optionalText,
});
export type StoredDetail = z.infer<typeof storedDetailSchema>;

/** For a success. `replaced`: the resource showed a later deployment at that time. */
export const successSchema = z.object({ replaced: z.boolean() });
