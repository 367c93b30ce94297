/** A fake AWS with one ECS service in a steady state, and a real SDK client that talks to it. */
import { ECSClient } from "@aws-sdk/client-ecs";
import { createFakeClock } from "../../../fakes/aws/clock.ts";
import { createFakeCloudWatch, type FakeCloudWatch } from "../../../fakes/aws/cloudwatch.ts";
import { createFakeEcs, type FakeEcs, type Plan } from "../../../fakes/aws/ecs.ts";
import { type FakeAws, type FakeAwsOptions, startFakeAws } from "../../../fakes/aws/server.ts";

export const place = { account: "111122223333", region: "eu-west-1" };

export interface Stage {
  readonly aws: FakeAws;
  readonly ecs: FakeEcs;
  readonly cloudwatch: FakeCloudWatch;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly client: ECSClient;
  readonly serviceArn: string;
  /** `checkout:2`, what the tests deploy. */
  readonly next: string;
  readonly deploy: (plan?: Omit<Plan, "taskDefinition">) => string;
  readonly close: () => Promise<void>;
}

export async function setStage(options: Omit<FakeAwsOptions, "services"> = {}): Promise<Stage> {
  const clock = createFakeClock();
  const cloudwatch = createFakeCloudWatch({ clock });
  const ecs = createFakeEcs({ clock, cloudwatch });
  const container = { name: "app", environment: { MODE: "prod" } };
  const old = { ...container, image: "repo/checkout:1.0", imageDigest: `sha256:${"a".repeat(64)}` };
  const young = { ...container, image: "repo/checkout:1.1", imageDigest: `sha256:${"b".repeat(64)}` };
  const first = ecs.registerTaskDefinition(place, { family: "checkout", containers: [old] });
  const next = ecs.registerTaskDefinition(place, { family: "checkout", containers: [young] });
  const tags = { "holdpoint:requester": "U017" };
  const created = { cluster: "main", name: "checkout-api", desiredCount: 4, taskDefinition: first, tags };
  const serviceArn = ecs.createService(place, created);
  const aws = await startFakeAws({ services: [ecs.service, cloudwatch.service], now: clock.now, ...options });
  const client = new ECSClient({
    region: place.region,
    endpoint: aws.url,
    credentials: { accessKeyId: "anything", secretAccessKey: "anything" },
    maxAttempts: 1,
  });
  return {
    aws,
    ecs,
    cloudwatch,
    clock,
    client,
    serviceArn,
    next,
    deploy: (plan = {}) => ecs.deploy(serviceArn, { taskDefinition: next, ...plan }),
    close: async () => {
      client.destroy();
      await aws.close();
    },
  };
}

/** A failed call, as its name and status. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "answered",
    (error: unknown) => error,
  );
}
