/**
 * A fake AppConfig with the semantics of deployments and strategies. Scenarios set it up here and act like users of the
 * console; SDK clients use `service`, on a server of server.ts.
 */
import * as appConfigPackage from "@aws-sdk/client-appconfig";
import { createActs } from "./appconfig/acts.ts";
import type { Pace } from "./appconfig/curve.ts";
import { describedDeployment } from "./appconfig/describe.ts";
import { appConfigHandlers } from "./appconfig/handlers.ts";
import { createNews, type RollbackSpelling } from "./appconfig/news.ts";
import {
  type DeploymentKey,
  type DeploymentRecord,
  type EnvironmentRecord,
  isUnderWay,
  keyOf,
  newId,
  type Place,
  type World,
} from "./appconfig/records.ts";
import { createRollout } from "./appconfig/rollout.ts";
import { createStock, known, type NewEnvironment } from "./appconfig/stock.ts";
import { changed, changedPace, type StrategyChange } from "./appconfig/strategies.ts";
import type { Clock } from "./clock.ts";
import type { FakeCloudWatch } from "./cloudwatch.ts";
import { createEventBus, type Events } from "./events.ts";
import { type Service, service } from "./service.ts";
import { createLedger, type Reads } from "./table.ts";

export type { DeploymentKey } from "./appconfig/records.ts";

export interface FakeAppConfig {
  readonly service: Service;
  readonly events: Events;
  /** The lag of read calls. */
  readonly reads: Reads;
  /** Creates the environment, and its application if there is none of that name. Returns their ids. */
  readonly createEnvironment: (place: Place, created: NewEnvironment) => EnvironmentRecord;
  /** Creates the profile, and its application if there is none of that name. Returns the profile's id. */
  readonly createProfile: (
    place: Place,
    created: { readonly application: string; readonly name: string },
  ) => string;
  /** Returns the strategy's id. */
  readonly createStrategy: (place: Place, created: NewStrategy) => string;
  /** Starts a deployment like StartDeployment, and creates missing applications, environments and profiles. */
  readonly startDeployment: (started: StartedDeployment) => DeploymentKey;
  /** The actual state, without lag. */
  readonly deployment: (key: DeploymentKey) => appConfigPackage.Deployment;
  /** Actions outside of Holdpoint. AWS's conditions apply to them too. */
  readonly console: {
    readonly stop: (key: DeploymentKey, options?: { readonly allowRevert?: boolean }) => void;
    /** AWS allows an application to have the name of another one. */
    readonly renameApplication: (place: Place, from: string, to: string) => void;
    readonly editStrategy: (place: Place, strategyId: string, change: StrategyChange) => void;
  };
  /**
   * An alarm of the environment goes off. AppConfig rolls back a deployment in progress, and ignores the alarm after
   * that.
   */
  readonly alarm: (key: DeploymentKey, alarmName: string) => void;
  /** An internal error of AppConfig, which makes it roll back. */
  readonly failInside: (key: DeploymentKey) => void;
  /** The detail type of rollback events from now on. Default: `On Deployment Rolled Back`. */
  readonly spellRollback: (spelling: RollbackSpelling) => void;
  /** Whether StopDeployment without AllowRevert works during the bake time. Default: true. */
  readonly stopWhileBaking: (works: boolean) => void;
}

interface NewStrategy extends StrategyChange {
  readonly Name: string;
  /** Minutes, 0 to 1440. */
  readonly DeploymentDurationInMinutes: number;
  /** Percent, 1 to 100. */
  readonly GrowthFactor: number;
}

/** Application, environment and profile by name; the strategy by name or id. */
export interface StartedDeployment extends Place {
  readonly application: string;
  readonly environment: string;
  readonly profile: string;
  readonly version: string;
  readonly strategy: string;
  readonly description?: string;
  readonly versionLabel?: string;
  /** Duration of the validators before the deployment. Default: none. */
  readonly validationMs?: number;
  /** Duration of a rollback. Default: 2 s. */
  readonly rollbackMs?: number;
}

const unpaced: Pace = {
  DeploymentDurationInMinutes: 0,
  GrowthType: "LINEAR",
  GrowthFactor: 100,
  FinalBakeTimeInMinutes: 0,
};

export function createFakeAppConfig({
  clock,
  cloudwatch,
}: {
  readonly clock: Clock;
  /** Has the alarms of environments. Absent: no test reads them. */
  readonly cloudwatch?: FakeCloudWatch;
}): FakeAppConfig {
  const ledger = createLedger();
  const world: World = {
    applications: ledger.table(),
    environments: ledger.table(),
    profiles: ledger.table(),
    strategies: ledger.table(),
    deployments: ledger.table(),
  };
  const events = createEventBus(clock);
  let spelling: RollbackSpelling = "On Deployment Rolled Back";
  let stopsWhileBaking = true;
  const rollout = createRollout(
    world,
    clock,
    createNews(events, world, () => spelling),
  );
  const stock = createStock(world);
  const acts = createActs({ world, clock, rollout, ledger, stopsWhileBaking: () => stopsWhileBaking });

  function deploymentOf(key: DeploymentKey): DeploymentRecord {
    return known(world.deployments.get(keyOf(key)), keyOf(key));
  }

  return {
    service: service({
      name: "appconfig",
      package: appConfigPackage,
      client: new appConfigPackage.AppConfigClient({ region: "us-east-1" }),
      handlers: { ...appConfigHandlers({ world, acts, ledger }) },
    }),
    events,
    reads: ledger.reads,
    createEnvironment: (place, created) => {
      cloudwatch?.expect(place, created.alarms ?? []);
      return stock.environment(place, created);
    },
    createProfile: (place, { application, name }) => stock.profile(place, application, name).id,

    createStrategy: ({ account, region }, { Name: name, ...created }) => {
      const id = newId();
      const pace = changedPace(unpaced, created);
      const description = created.Description === undefined ? {} : { description: created.Description };
      world.strategies.put(id, { account, region, id, name, ...description, pace, replicateTo: "NONE" });
      return id;
    },

    startDeployment: ({ account, region, application, environment, profile, strategy, ...rest }) => {
      const place = { account, region };
      const found = stock.environment(place, { application, name: environment });
      const { id: environmentId, applicationId } = found;
      const { id: strategyId, pace } = stock.strategy(place, strategy);
      const profileId = stock.profile(place, application, profile).id;
      const ids = { applicationId, environmentId, profileId, strategyId };
      const { number } = acts.start({ ...rest, ...place, ...ids, pace });
      return { ...place, applicationId, environmentId, number };
    },

    deployment: (key) => {
      const record = deploymentOf(key);
      const profile = known(world.profiles.get(record.profileId), record.profileId);
      const environment = known(world.environments.get(record.environmentId), record.environmentId);
      return describedDeployment(record, profile, environment);
    },

    console: {
      renameApplication: (place, from, to) => stock.rename(place, from, to),
      stop: (key, { allowRevert = false } = {}) => acts.stop(key, allowRevert),
      editStrategy: (place, strategyId, change) =>
        world.strategies.put(strategyId, changed(stock.strategy(place, strategyId), change)),
    },

    alarm: (key, alarmName) => {
      const { environmentId } = key;
      cloudwatch?.set(deploymentOf(key), alarmName, "ALARM");
      const { alarms } = known(world.environments.get(environmentId), environmentId);
      const arn = known(
        alarms.find((one) => one.endsWith(`:alarm:${alarmName}`)),
        alarmName,
      );
      rollBackByItself(key, "CLOUDWATCH_ALARM", `Rollback initiated by ${arn}`);
    },

    failInside: (key) =>
      rollBackByItself(key, "INTERNAL_ERROR", "An internal error occurred. Start a new deployment."),

    spellRollback: (wanted) => {
      spelling = wanted;
    },
    stopWhileBaking: (works) => {
      stopsWhileBaking = works;
    },
  };

  function rollBackByItself(
    key: DeploymentKey,
    triggeredBy: "CLOUDWATCH_ALARM" | "INTERNAL_ERROR",
    description: string,
  ): void {
    const record = deploymentOf(key);
    if (!isUnderWay(record) || record.state === "ROLLING_BACK") return;
    rollout.rollBack(keyOf(record), triggeredBy, description);
  }
}
