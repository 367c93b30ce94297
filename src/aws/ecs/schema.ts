/** The details of ECS's three events. Only the fields in use, so that fields added by AWS do no harm. */

import { z } from "zod";

const serviceArn = z
  .string()
  .regex(/^arn:aws[\w-]*:ecs:[a-z0-9-]+:\d{12}:service\/[\w/-]+$/, "not an ARN of a service");

export const HookStateChange = z.object({
  eventName: z.string().min(1).max(128),
  hookId: z.string().min(1).max(512),
  hookType: z.string().max(64).optional(),
  serviceDeploymentArn: z
    .string()
    .max(1_024)
    .regex(
      /^arn:aws[\w-]*:ecs:[a-z0-9-]+:\d{12}:service-deployment\/[\w-]+\/[\w-]+\/[\w-]+$/,
      "not an ARN of a service deployment",
    ),
});

const reason = z.string().max(100_000).optional();
const clusterArn = z.string().max(1_024).optional();
/** An invalid time counts as absent. */
const time = z.iso
  .datetime({ offset: true })
  .transform((printed) => Date.parse(printed))
  .optional()
  .catch(undefined);

export const DeploymentStateChange = z.object({
  eventName: z.string().min(1).max(128),
  deploymentId: z.string().max(128).optional(),
  reason,
  clusterArn,
  updatedAt: time,
});

export const ServiceAction = z.object({
  eventType: z.string().max(32),
  eventName: z.string().min(1).max(128),
  reason,
  clusterArn,
  createdAt: time,
});

/** These events name their service only in `resources`; if its ARN has the short format, the cluster is in `detail`. */
export const ServiceResources = z.tuple([serviceArn.max(1_024)], z.string());
