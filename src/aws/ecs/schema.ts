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

export const DeploymentStateChange = z.object({ eventName: z.string().min(1).max(128), reason, clusterArn });

export const ServiceAction = z.object({
  eventType: z.string().max(32),
  eventName: z.string().min(1).max(128),
  reason,
  clusterArn,
});

/** These events name their service in `resources` alone, and where its ARN is of the short format its cluster in `detail`. */
export const ServiceResources = z.tuple([serviceArn.max(1_024)], z.string());
