/** Finds what scenarios refer to by name, or creates it. */
import {
  type ApplicationRecord,
  type EnvironmentRecord,
  isOf,
  newId,
  type Place,
  type ProfileRecord,
  type StrategyRecord,
  type World,
} from "./records.ts";
import { strategiesOf } from "./strategies.ts";

export interface NewEnvironment {
  readonly application: string;
  readonly name: string;
  /** Names of CloudWatch alarms in the same account and region. */
  readonly alarms?: readonly string[];
  /** Whether AWS's EventBridge extension is associated. Default: true. */
  readonly extension?: boolean;
}

export interface Stock {
  readonly environment: (place: Place, wanted: NewEnvironment) => EnvironmentRecord;
  readonly rename: (place: Place, from: string, to: string) => void;
  readonly profile: (place: Place, application: string, name: string) => ProfileRecord;
  /** By name or id. Strategies are never created implicitly. */
  readonly strategy: (place: Place, name: string) => StrategyRecord;
}

export function createStock(world: World): Stock {
  function applicationOf({ account, region }: Place, name: string): ApplicationRecord {
    const found = world.applications.all().find((one) => one.name === name && isOf({ account, region }, one));
    if (found) return found;
    const made = { account, region, id: newId(), name };
    world.applications.put(made.id, made);
    return made;
  }

  return {
    rename: (place, from, to) => {
      const application = applicationOf(place, from);
      world.applications.put(application.id, { ...application, name: to });
    },
    environment: (place, { application, name, alarms = [], extension = true }) => {
      const { id: applicationId } = applicationOf(place, application);
      const all = world.environments.all();
      const found = all.find((one) => one.name === name && one.applicationId === applicationId);
      if (found) return found;
      const prefix = `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:`;
      const made = {
        id: newId(),
        applicationId,
        name,
        alarms: alarms.map((alarm) => `${prefix}${alarm}`),
        ...(extension ? { extensionAssociationId: newId() } : {}),
      };
      world.environments.put(made.id, made);
      return made;
    },
    profile: (place, application, name) => {
      const { id: applicationId } = applicationOf(place, application);
      const all = world.profiles.all();
      const found = all.find((one) => one.name === name && one.applicationId === applicationId);
      if (found) return found;
      const made = { id: newId(), applicationId, name, locationUri: "hosted" };
      world.profiles.put(made.id, made);
      return made;
    },
    strategy: (place, name) => {
      const all = strategiesOf(world.strategies.all(), place);
      return known(
        all.find((one) => one.id === name || one.name === name),
        name,
      );
    },
  };
}

export function known<Row>(row: Row | undefined, id: string): Row {
  if (row === undefined) throw new Error(`The fake AppConfig does not know ${id}`);
  return row;
}
