/** Deployments of AppConfig: slow, at once, and with an alarm. All but the one with the alarm in the second account. */

import { farPlace, place } from "../cast.ts";
import type { Happenings } from "../happenings.ts";
import type { Trial } from "../page/contract.ts";
import type { World } from "../world.ts";
import { oneAtATime } from "./one-at-a-time.ts";

const alarm = "pricing-errors";
const alarmMs = 15_000;

export function appConfigScenarios({ appconfig, names }: World, happenings: Happenings): readonly Trial[] {
  const versions = new Map<string, number>();
  for (const [here, application, alarms] of [
    [farPlace, "shop", []],
    [farPlace, "search", []],
    [place, "pricing", [alarm]],
  ] as const) {
    const made = appconfig.createEnvironment(here, { application, name: "production", alarms });
    names.set(made.applicationId, application).set(made.id, "production");
  }
  const slow = appconfig.createStrategy(farPlace, {
    Name: "Slow",
    Description: "A tenth of the clients every minute",
    DeploymentDurationInMinutes: 10,
    GrowthFactor: 10,
    FinalBakeTimeInMinutes: 5,
  });
  const atOnce = appconfig.createStrategy(farPlace, {
    Name: "AtOnce",
    DeploymentDurationInMinutes: 0,
    GrowthFactor: 100,
    FinalBakeTimeInMinutes: 0,
  });
  names.set(slow, "Slow").set(atOnce, "AtOnce");

  function begin(where: typeof place | typeof farPlace, application: string, strategy: string) {
    const version = (versions.get(application) ?? 6) + 1;
    const key = oneAtATime(() =>
      appconfig.startDeployment({
        ...where,
        ...{ application, environment: "production", profile: "flags", strategy },
        version: String(version),
      }),
    );
    versions.set(application, version);
    return key;
  }

  return [
    {
      id: "rolls-out",
      title: "A configuration rolls out slowly",
      tryThis:
        "Press Cancel, or type /deploy cancel shop/production: AppConfig takes the configuration back.",
      run: async () => {
        begin(farPlace, "shop", "Slow");
      },
    },
    {
      id: "strategy",
      title: "Change how fast it rolls out",
      tryThis:
        "Rolls out like the one above, if nothing does. Press Edit strategy on its card, or type /deploy strategy edit Slow. You see both curves before anything is saved.",
      run: async () => {
        begin(farPlace, "shop", "Slow");
      },
    },
    {
      id: "reverts",
      title: "A configuration that was a mistake",
      tryThis:
        "It is out at once, and everybody has it. For 72 hours you can take it back: press Revert, or type /deploy revert search/production and a reason.",
      run: async () => {
        begin(farPlace, "search", "AtOnce");
      },
    },
    {
      id: "alarm",
      title: "An alarm goes off",
      tryThis: "After 15 seconds a CloudWatch alarm goes off, and AppConfig rolls back by itself.",
      run: async () => {
        const key = begin(place, "pricing", "AppConfig.Linear20PercentEvery6Minutes");
        happenings.tell("alarm", "The alarm of pricing/production is going to go off.", Date.now() + alarmMs);
        setTimeout(() => {
          happenings.tell(
            "alarm",
            "The alarm has gone off. AppConfig takes the configuration back by itself.",
          );
          appconfig.alarm(key, alarm);
        }, alarmMs).unref();
      },
    },
  ];
}
