/** A fake AWS with one AppConfig environment, and a real SDK client that talks to it. */
import { AppConfigClient, type Deployment, GetDeploymentCommand } from "@aws-sdk/client-appconfig";
import {
  createFakeAppConfig,
  type DeploymentKey,
  type FakeAppConfig,
  type StartedDeployment,
} from "../../../fakes/aws/appconfig.ts";
import { createFakeClock, type FakeClock } from "../../../fakes/aws/clock.ts";
import { type FakeAws, startFakeAws } from "../../../fakes/aws/server.ts";

export const place = { account: "111122223333", region: "eu-west-1" };
export const minutes = (count: number) => count * 60_000;

export interface AppConfigStage {
  readonly aws: FakeAws;
  readonly appconfig: FakeAppConfig;
  readonly clock: FakeClock;
  readonly client: AppConfigClient;
  /** 25% in 15 minutes, linear, 10 minutes of bake. */
  readonly strategyId: string;
  readonly applicationId: string;
  readonly environmentId: string;
  readonly start: (changes?: Partial<StartedDeployment>) => DeploymentKey;
  readonly get: (key: DeploymentKey) => Promise<Deployment>;
  readonly close: () => Promise<void>;
}

export const named = { application: "shop", environment: "prod", profile: "flags" };

export async function setAppConfigStage(): Promise<AppConfigStage> {
  const clock = createFakeClock();
  const appconfig = createFakeAppConfig({ clock });
  const created = { application: named.application, name: named.environment, alarms: ["errors"] };
  const { id: environmentId, applicationId } = appconfig.createEnvironment(place, created);
  const strategyId = appconfig.createStrategy(place, {
    Name: "careful",
    DeploymentDurationInMinutes: 15,
    GrowthFactor: 25,
    FinalBakeTimeInMinutes: 10,
  });
  const aws = await startFakeAws({ services: [appconfig.service], now: clock.now });
  const client = clientIn(aws, place.region);
  return {
    aws,
    appconfig,
    clock,
    client,
    strategyId,
    applicationId,
    environmentId,
    start: (changes) =>
      appconfig.startDeployment({ ...place, ...named, version: "7", strategy: strategyId, ...changes }),
    get: (key) => client.send(new GetDeploymentCommand(idsOf(key))),
    close: async () => {
      client.destroy();
      await aws.close();
    },
  };
}

export function clientIn(aws: FakeAws, region: string): AppConfigClient {
  const credentials = { accessKeyId: "anything", secretAccessKey: "anything" };
  return new AppConfigClient({ region, endpoint: aws.url, credentials, maxAttempts: 1 });
}

export function idsOf({ applicationId, environmentId, number }: DeploymentKey) {
  return { ApplicationId: applicationId, EnvironmentId: environmentId, DeploymentNumber: number };
}
