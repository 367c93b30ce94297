/** How a deployment of AppConfig comes to its offers, from the one event that AWS has printed. */

import * as exports from "@aws-sdk/client-appconfig";
import type { DeploymentKey } from "../../fakes/aws/appconfig.ts";
import type { JsonObject } from "../../fakes/slack/json.ts";
import type { Journey, SystemOffers } from "./offers.ts";
import type { Scene } from "./paths.ts";
import { type Place, sampleOf } from "./samples.ts";
import { until } from "./until.ts";
import { place, type World } from "./world.ts";

const slowly = { DeploymentDurationInMinutes: 30, GrowthFactor: 20, FinalBakeTimeInMinutes: 10 };
const atOnce = { DeploymentDurationInMinutes: 0, GrowthFactor: 100, FinalBakeTimeInMinutes: 0 };

/** Starts a deployment in the environment `live`, by a strategy of the application's own. */
export function start(
  { appconfig }: World,
  application: string,
  place: Place,
  { version, pace }: { readonly version: string; readonly pace: "slowly" | "at once" },
): DeploymentKey {
  const strategy = appconfig.createStrategy(place, {
    Name: `${application}-${version}`,
    ...(pace === "slowly" ? slowly : atOnce),
  });
  return appconfig.startDeployment({
    ...place,
    ...{ application, environment: "live", profile: "flags", version, strategy, rollbackMs: 200 },
  });
}

/** The published event, about this deployment. */
export function newsOf(
  what: "Start" | "Complete",
  { applicationId, environmentId, number, account, region }: DeploymentKey,
  application: string,
  version: string,
): JsonObject {
  return sampleOf("appconfig-on-deployment-complete", {
    place: { account, region },
    time: Date.now(),
    resources: [`arn:aws:appconfig:${region}:${account}:extensionassociation/z763ff5`],
    detailType: `On Deployment ${what}`,
    detail: {
      Type: `OnDeployment${what}`,
      Application: { Id: applicationId, Name: application },
      Environment: { Id: environmentId, Name: "live" },
      ConfigurationProfile: { Id: "ga3tqep", Name: "flags" },
      DeploymentNumber: number,
      ConfigurationVersion: version,
    },
  });
}

async function openWith(
  what: "Start" | "Complete",
  key: DeploymentKey,
  [world, replica, name]: Parameters<Journey["open"]>,
): Promise<Scene> {
  const status = await world.send(replica, newsOf(what, key, name, "57"));
  if (status !== 200) throw new Error(`the event was answered with ${status}`);
  return { world, service: `${name}/live`, deployment: aboutOf(key) };
}

export function aboutOf({ applicationId, environmentId, number }: DeploymentKey): string {
  return `${applicationId}/${environmentId}/${number}`;
}

function keyOf({ deployment }: Scene): DeploymentKey {
  const [applicationId = "", environmentId = "", number = ""] = deployment.split("/");
  return { ...place, applicationId, environmentId, number: Number(number) };
}

async function openRunning(...at: Parameters<Journey["open"]>): Promise<Scene> {
  const [world, , name, place] = at;
  await complete(world, name, place, "56");
  return openWith("Start", start(world, name, place, { version: "57", pace: "slowly" }), at);
}

async function openComplete(...at: Parameters<Journey["open"]>): Promise<Scene> {
  const [world, , name, place] = at;
  await complete(world, name, place, "56");
  return openWith("Complete", await complete(world, name, place, "57"), at);
}

async function complete(
  world: World,
  application: string,
  place: Place,
  version: string,
): Promise<DeploymentKey> {
  const key = start(world, application, place, { version, pace: "at once" });
  await until(
    `version ${version} of ${application} is complete`,
    () => world.appconfig.deployment(key).State === "COMPLETE",
  );
  return key;
}

function namedIn(scene: Scene): { readonly ApplicationId: string; readonly EnvironmentId: string } & {
  readonly DeploymentNumber: number;
} {
  const [ApplicationId = "", EnvironmentId = "", number = ""] = scene.deployment.split("/");
  return { ApplicationId, EnvironmentId, DeploymentNumber: Number(number) };
}

const applicationOf = ({ service }: Scene): string => service.split("/")[0] ?? service;

const stop = {
  ...{ service: "appconfig", operation: "StopDeployment" },
  about: (scene: Scene) => namedIn(scene).EnvironmentId,
  meanings: {
    BadRequestException: "rejected",
    InternalServerException: "unclear",
    ResourceNotFoundException: "rejected",
  },
  silences: ["error", "hang", "break"],
} satisfies Partial<Journey>;

const deleting = (allowRevert?: string): NonNullable<Journey["wire"]> => ({
  path(scene) {
    const { ApplicationId, EnvironmentId, DeploymentNumber } = namedIn(scene);
    return `/applications/${ApplicationId}/environments/${EnvironmentId}/deployments/${DeploymentNumber}`;
  },
  method: "DELETE",
  headers: { "allow-revert": allowRevert },
});

export const journeys = {
  cancel: {
    ...{ ...stop, name: "cancel in progress", label: "Cancel", verb: "cancel" },
    open: openRunning,
    input: namedIn,
    confirmed: ["Rolled back:", "asked to cancel", "AppConfig confirmed"],
    wire: deleting(),
    late: [
      {
        what: "somebody else has cancelled",
        happens: (scene) => scene.world.appconfig.console.stop(keyOf(scene)),
      },
    ],
  },
  revert: {
    ...{ ...stop, name: "revert what is complete", label: "Revert", verb: "revert" },
    open: openComplete,
    input: (scene) => ({ ...namedIn(scene), AllowRevert: true }),
    confirmed: ["Rolled back:", "asked to revert", "AppConfig confirmed"],
    wire: deleting("true"),
    late: [
      {
        what: "somebody else has reverted",
        happens: (scene) => scene.world.appconfig.console.stop(keyOf(scene), { allowRevert: true }),
      },
      {
        what: "a newer deployment is under way",
        happens: (scene) => {
          start(scene.world, applicationOf(scene), place, { version: "58", pace: "slowly" });
        },
      },
      {
        what: "a newer deployment is complete",
        happens: async (scene) => {
          await complete(scene.world, applicationOf(scene), place, "58");
        },
      },
    ],
  },
} satisfies Readonly<Record<string, Journey>>;

export const appconfig: SystemOffers = {
  client: { name: "@aws-sdk/client-appconfig", exports },
  journeys: Object.values(journeys),
  opposites: Object.values(journeys).map((journey) => ({ one: journey, other: journey })),
};
