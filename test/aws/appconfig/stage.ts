/** The AppConfig system with real SDK clients, against a fake AWS with one environment in which version 56 serves. */
import { vi } from "vitest";
import {
  createFakeAppConfig,
  type DeploymentKey,
  type FakeAppConfig,
  type StartedDeployment,
} from "../../../fakes/aws/appconfig.ts";
import { createFakeClock, type FakeClock } from "../../../fakes/aws/clock.ts";
import { createFakeCloudWatch, type FakeCloudWatch } from "../../../fakes/aws/cloudwatch.ts";
import { type FakeAws, startFakeAws } from "../../../fakes/aws/server.ts";
import { createAppConfig } from "../../../src/aws/appconfig/index.ts";
import { createClients } from "../../../src/aws/client/clients.ts";
import type { Ref } from "../../../src/handlers/deployment.ts";
import type { WordedDeployment, WordedOffer } from "../../../src/handlers/words.ts";
import { inWords } from "../in-words.ts";
import { briefly, place, pointAt, type Recorded, recordTelemetry, role } from "../stage.ts";

export const minute = 60_000;
export const hour = 60 * minute;

export interface AppConfigStage extends Recorded {
  readonly system: ReturnType<typeof createAppConfig>;
  readonly aws: FakeAws;
  readonly appconfig: FakeAppConfig;
  readonly cloudwatch: FakeCloudWatch;
  readonly clock: FakeClock;
  /** `linear-20-30min`: steps of 20% over 30 minutes, then 10 minutes of bake time. */
  readonly strategyId: string;
  /** Starts a deployment of `checkout-flags` in `checkout/live`; version 57, unless said. */
  readonly deploy: (changes?: Partial<StartedDeployment>) => DeploymentKey;
  /** The same, and lets it come to its end. */
  readonly deployAll: (changes?: Partial<StartedDeployment>) => DeploymentKey;
  readonly refOf: (key: DeploymentKey) => Ref;
  /** Inspects and expects a deployment. */
  readonly look: (key: DeploymentKey, previous?: WordedDeployment) => Promise<WordedDeployment>;
  readonly close: () => Promise<void>;
}

export async function setAppConfigStage(): Promise<AppConfigStage> {
  const clock = createFakeClock();
  const cloudwatch = createFakeCloudWatch({ clock });
  const appconfig = createFakeAppConfig({ clock, cloudwatch });
  appconfig.createEnvironment(place, { application: "checkout", name: "live", alarms: ["checkout-5xx"] });
  const strategyId = appconfig.createStrategy(place, {
    Name: "linear-20-30min",
    DeploymentDurationInMinutes: 30,
    GrowthFactor: 20,
    FinalBakeTimeInMinutes: 10,
  });
  const roles = [{ arn: role, externalId: "e-1" }];
  const aws = await startFakeAws({
    services: [appconfig.service, cloudwatch.service],
    now: clock.now,
    roles,
  });
  pointAt(aws.url);
  const recorded = recordTelemetry();
  const clients = createClients(
    [{ id: place.account, regions: [place.region], role, externalId: "e-1" }],
    briefly,
  );
  const system = createAppConfig(clients, recorded.telemetry, clock.now);
  const refOf = ({ applicationId, environmentId, number }: DeploymentKey): Ref => ({
    system: "appconfig",
    ...place,
    id: `${applicationId}/${environmentId}/${number}`,
  });
  const deploy: AppConfigStage["deploy"] = (changes) =>
    appconfig.startDeployment({
      ...place,
      application: "checkout",
      environment: "live",
      profile: "checkout-flags",
      version: "57",
      strategy: strategyId,
      ...changes,
    });
  const deployAll: AppConfigStage["deployAll"] = (changes) => {
    const key = deploy(changes);
    clock.advance(hour);
    return key;
  };
  deployAll({ version: "56" });
  return {
    ...recorded,
    system,
    aws,
    appconfig,
    cloudwatch,
    clock,
    strategyId,
    deploy,
    deployAll,
    refOf,
    look: async (key, previous) => {
      const context = { hint: {}, ...(previous === undefined ? {} : { previous }) };
      const seen = await system.inspect(refOf(key), context);
      if (seen.kind !== "deployment") throw new Error(`saw ${JSON.stringify(seen)}`);
      return inWords(seen.deployment);
    },
    close: async () => {
      clients.destroy();
      vi.unstubAllEnvs();
      await aws.close();
    },
  };
}

export function offerOf(deployment: WordedDeployment, action: WordedOffer["action"]): WordedOffer {
  const found = deployment.offers.find((offer) => offer.action === action);
  if (found === undefined) throw new Error(`no offer to ${action}`);
  return found;
}
