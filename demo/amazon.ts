/** The fake AWS of the demo: six services in two accounts, what they tell on the default event bus, and Lambda. */

import { createFakeAppConfig, type FakeAppConfig } from "../fakes/aws/appconfig.ts";
import { createRunningClock } from "../fakes/aws/clock.ts";
import { createFakeCloudWatch, type FakeCloudWatch } from "../fakes/aws/cloudwatch.ts";
import { createFakeCodeDeploy, type FakeCodeDeploy } from "../fakes/aws/codedeploy.ts";
import { createFakeEcs, type FakeEcs } from "../fakes/aws/ecs.ts";
import { createFakeEventBridge } from "../fakes/aws/eventbridge.ts";
import type { AwsEvent } from "../fakes/aws/events.ts";
import { createFakeProton, type FakeProton } from "../fakes/aws/proton.ts";
import { type FakeAws, startFakeAws } from "../fakes/aws/server.ts";
import { accounts, announcements, place } from "./cast.ts";
import { createLambda } from "./lambda.ts";

export interface Amazon {
  readonly aws: FakeAws;
  readonly ecs: FakeEcs;
  readonly codedeploy: FakeCodeDeploy;
  readonly appconfig: FakeAppConfig;
  readonly proton: FakeProton;
  readonly cloudwatch: FakeCloudWatch;
  /** What people call the things that calls name by an id. Whoever makes such a thing adds it. */
  readonly names: Map<string, string>;
  /** What Holdpoint told other programs on their event bus, oldest first. */
  readonly announced: () => readonly AwsEvent[];
  /** Hears whatever a rule on the default bus of an account would send to Holdpoint. */
  readonly onEvent: (listener: (event: AwsEvent) => void) => void;
  readonly close: () => Promise<void>;
}

export async function startAmazon(): Promise<Amazon> {
  const clock = createRunningClock();
  const lambda = createLambda(() => aws.url);
  const cloudwatch = createFakeCloudWatch({ clock });
  const ecs = createFakeEcs({ clock, cloudwatch });
  const codedeploy = createFakeCodeDeploy({ clock, onHook: lambda.invoke, cloudwatch });
  const appconfig = createFakeAppConfig({ clock, cloudwatch });
  const proton = createFakeProton({ clock });
  const eventbridge = createFakeEventBridge({ clock });
  const aws = await startFakeAws({
    services: [ecs, codedeploy, appconfig, proton, eventbridge, cloudwatch].map(({ service }) => service),
    roles: accounts.map(({ role: arn, externalId }) => ({ arn, externalId })),
    baseAccount: place.account,
  });
  const busArn = eventbridge.createBus(announcements, announcements.name);
  return {
    aws,
    ecs,
    codedeploy,
    appconfig,
    proton,
    cloudwatch,
    names: new Map(),
    announced: () => eventbridge.put(busArn),
    onEvent: (listener) => {
      for (const { events } of [ecs, codedeploy, appconfig, proton]) events.onEvent(listener);
      eventbridge.subscribe((event, bus) => {
        if (bus !== busArn) listener(event);
      });
    },
    close: async () => {
      clock.close();
      await lambda.close();
      await aws.close();
    },
  };
}
