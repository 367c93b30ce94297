/** The details of ECS's three events: only what is used, so that members which AWS adds do no harm. */

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
/** A time that can't be read is none. */
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

/** These events name their service in `resources` alone, and where its ARN is of the short format its cluster in `detail`. */
export const ServiceResources = z.tuple([serviceArn.max(1_024)], z.string());
