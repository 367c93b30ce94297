/** The demo's fake AWS: six services in three accounts, the events of their default event buses, and Lambda. */

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
  /** Display names of ids in calls. Scenarios add the things that they create. */
  readonly names: Map<string, string>;
  /** Holdpoint's announcements for other programs, oldest first. */
  readonly announced: () => readonly AwsEvent[];
  /** Calls the listener for every event that a rule on an account's default bus would send to Holdpoint. */
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
