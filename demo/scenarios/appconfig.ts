/** AppConfig deployments: slow ones, one at once, and one with an alarm. All but the last are in the account emea. */

import { farPlace, place } from "../cast.ts";
import type { Happenings } from "../happenings.ts";
import type { Trial } from "../page/contract.ts";
import type { World } from "../world.ts";
import { oneAtATime } from "./one-at-a-time.ts";

const alarm = "pricing-errors";
const alarmMs = 10_000;
/** The version that serves when the demo begins. */
const firstVersion = 6;

const environments = {
  shop: { where: farPlace, alarms: [] },
  banners: { where: farPlace, alarms: [] },
  search: { where: farPlace, alarms: [] },
  pricing: { where: place, alarms: [alarm] },
} as const;
type Application = keyof typeof environments;
const applications = ["shop", "banners", "search", "pricing"] as const satisfies readonly Application[];

export function appConfigScenarios({ appconfig, names }: World, happenings: Happenings): readonly Trial[] {
  const versions = new Map<Application, number>();

  function createStrategy(
    where: typeof place | typeof farPlace,
    Name: string,
    [minutes, growth, bake]: readonly [minutes: number, growth: number, bake: number],
  ): string {
    const id = appconfig.createStrategy(where, {
      Name,
      DeploymentDurationInMinutes: minutes,
      GrowthFactor: growth,
      FinalBakeTimeInMinutes: bake,
    });
    names.set(id, Name);
    return id;
  }

  function begin(application: Application, strategy: string) {
    const version = (versions.get(application) ?? firstVersion - 1) + 1;
    const key = oneAtATime(() =>
      appconfig.startDeployment({
        ...environments[application].where,
        ...{ application, environment: "production", profile: "flags", strategy },
        version: String(version),
      }),
    );
    versions.set(application, version);
    return key;
  }

  // These events would have been before the demo began.
  appconfig.events.mishap({ kind: "drop" }, undefined, ({ detail }) => detail.DeploymentNumber === 1);
  for (const where of [place, farPlace]) createStrategy(where, "AtOnce", [0, 100, 0]);
  for (const application of applications) {
    const { where, alarms } = environments[application];
    const made = appconfig.createEnvironment(where, { application, name: "production", alarms });
    names.set(made.applicationId, application).set(made.id, "production");
    begin(application, "AtOnce");
  }
  createStrategy(farPlace, "Slow", [4, 5, 2]);
  createStrategy(farPlace, "Steady", [20, 20, 10]);

  return [
    {
      id: "rolls-out",
      title: "A configuration rolls out",
      tryThis:
        "Press Cancel and roll back, or type /deploy cancel shop/production. AppConfig gives everybody the version before.",
      run: async () => {
        begin("shop", "Slow");
      },
    },
    {
      id: "strategy",
      title: "How fast it rolls out",
      tryThis:
        "Press Edit strategy on the card, or type /deploy strategy edit Steady. You see both curves before anything is saved.",
      run: async () => {
        begin("banners", "Steady");
      },
    },
    {
      id: "reverts",
      title: "A configuration that was a mistake",
      tryThis:
        "It is out at once. For 72 hours it can be taken back: press Revert to the version before, or type /deploy revert search/production because and a reason.",
      run: async () => {
        begin("search", "AtOnce");
      },
    },
    {
      id: "alarm",
      title: "An alarm goes off",
      tryThis: "After 10 seconds a CloudWatch alarm goes off, and AppConfig rolls back by itself.",
      run: async () => {
        const key = begin("pricing", "AppConfig.Linear20PercentEvery6Minutes");
        happenings.tell("alarm", "The alarm of pricing/production is going to go off.", Date.now() + alarmMs);
        setTimeout(() => {
          happenings.tell("alarm", "The alarm of pricing/production has gone off, and AppConfig rolls back.");
          appconfig.alarm(key, alarm);
        }, alarmMs).unref();
      },
    },
  ];
}
