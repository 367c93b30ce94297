/** The AppConfig operations that the fake implements, with AWS's checks and errors. */
import type * as appconfig from "@aws-sdk/client-appconfig";
import { AwsError, type Caller, type HandlersOf } from "../service.ts";
import type { Ledger } from "../table.ts";
import type { Acts } from "./acts.ts";
import {
  describedDeployment,
  describedEnvironment,
  describedStrategy,
  describedSummary,
  stopped,
} from "./describe.ts";
import { page } from "./page.ts";
import { type DeploymentRecord, isOf, keyOf, newId, type World } from "./records.ts";
import { changed, changedPace, strategiesOf } from "./strategies.ts";

export interface AppConfigHandlerOptions {
  readonly world: World;
  readonly acts: Acts;
  readonly ledger: Ledger;
}

const idForm = /^[a-z0-9]{4,7}$/;
const strategyIdForm = /^[a-z0-9]{4,7}$|^AppConfig\.[A-Za-z0-9]{9,40}$/;

export function appConfigHandlers({ world, acts, ledger }: AppConfigHandlerOptions) {
  function applicationOf(caller: Caller, id = "") {
    const found = world.applications.read(formed(id, idForm, "ApplicationId"));
    if (found === undefined || !isOf(caller, found)) throw missing("Application", id);
    return found;
  }

  function environmentOf(caller: Caller, applicationId?: string, id = "") {
    const application = applicationOf(caller, applicationId);
    const found = world.environments.read(formed(id, idForm, "EnvironmentId"));
    if (found?.applicationId !== application.id) throw missing("Environment", id);
    return found;
  }

  function profileOf(caller: Caller, applicationId?: string, id = "") {
    const application = applicationOf(caller, applicationId);
    const found = world.profiles.read(formed(id, idForm, "ConfigurationProfileId"));
    if (found?.applicationId !== application.id) throw missing("ConfigurationProfile", id);
    return found;
  }

  function strategyOf(caller: Caller, id = "", rows = world.strategies.readAll()) {
    const wanted = formed(id, strategyIdForm, "DeploymentStrategyId");
    const found = strategiesOf(rows, caller).find((strategy) => strategy.id === wanted);
    if (found === undefined) throw missing("DeploymentStrategy", id);
    return found;
  }

  function described(record: DeploymentRecord): appconfig.Deployment {
    const { profile, environment } = aroundOf(record);
    return describedDeployment(record, profile, environment);
  }

  function aroundOf(record: DeploymentRecord) {
    const profile = world.profiles.get(record.profileId);
    const environment = world.environments.get(record.environmentId);
    if (profile === undefined || environment === undefined)
      throw new Error(`The deployment ${keyOf(record)} has lost its profile or environment`);
    return { profile, environment };
  }

  function newestReadOf(environmentId: string) {
    return deploymentsOf(environmentId).at(-1);
  }

  function deploymentsOf(environmentId: string) {
    return world.deployments.readAll().filter((deployment) => deployment.environmentId === environmentId);
  }

  return {
    GetApplication: ({ ApplicationId }, caller) => {
      const { id, name } = applicationOf(caller, ApplicationId);
      return { Id: id, Name: name };
    },

    ListApplications: (input, caller) => {
      const mine = world.applications.readAll().filter((application) => isOf(caller, application));
      const { items, next } = page(mine, input);
      return { Items: items.map(({ id, name }) => ({ Id: id, Name: name })), ...next };
    },

    GetEnvironment: ({ ApplicationId, EnvironmentId }, caller) => {
      const environment = environmentOf(caller, ApplicationId, EnvironmentId);
      return describedEnvironment(environment, newestReadOf(environment.id));
    },

    ListEnvironments: (input, caller) => {
      const application = applicationOf(caller, input.ApplicationId);
      const all = world.environments.readAll().filter((one) => one.applicationId === application.id);
      const { items, next } = page(all, input);
      return { Items: items.map((one) => describedEnvironment(one, newestReadOf(one.id))), ...next };
    },

    GetConfigurationProfile: ({ ApplicationId, ConfigurationProfileId }, caller) => {
      const { id, applicationId, name, locationUri } = profileOf(
        caller,
        ApplicationId,
        ConfigurationProfileId,
      );
      return { ApplicationId: applicationId, Id: id, Name: name, LocationUri: locationUri };
    },

    ListConfigurationProfiles: (input, caller) => {
      const application = applicationOf(caller, input.ApplicationId);
      const all = world.profiles.readAll().filter((one) => one.applicationId === application.id);
      const { items, next } = page(all, input);
      return {
        Items: items.map(({ id, applicationId, name, locationUri }) => ({
          ApplicationId: applicationId,
          Id: id,
          Name: name,
          LocationUri: locationUri,
        })),
        ...next,
      };
    },

    ListDeployments: (input, caller) => {
      const environment = environmentOf(caller, input.ApplicationId, input.EnvironmentId);
      const { items, next } = page(deploymentsOf(environment.id).toReversed(), input);
      return { Items: items.map((one) => describedSummary(one, aroundOf(one).profile)), ...next };
    },

    GetDeployment: ({ ApplicationId, EnvironmentId, DeploymentNumber = 0 }, caller) => {
      const environment = environmentOf(caller, ApplicationId, EnvironmentId);
      const key = { environmentId: environment.id, number: DeploymentNumber };
      const found = world.deployments.read(keyOf(key));
      if (found === undefined) throw missing("Deployment", String(DeploymentNumber));
      return described(found);
    },

    StartDeployment: (input, caller) => {
      const environment = environmentOf(caller, input.ApplicationId, input.EnvironmentId);
      const profile = profileOf(caller, input.ApplicationId, input.ConfigurationProfileId);
      const strategy = strategyOf(caller, input.DeploymentStrategyId, world.strategies.all());
      const record = acts.start({
        account: caller.account,
        region: caller.region,
        applicationId: environment.applicationId,
        environmentId: environment.id,
        profileId: profile.id,
        strategyId: strategy.id,
        pace: strategy.pace,
        version: input.ConfigurationVersion ?? "",
        description: input.Description,
        latestNumber: input.LatestDeploymentNumber,
      });
      return described(record);
    },

    StopDeployment: ({ ApplicationId, EnvironmentId, DeploymentNumber = 0, AllowRevert }, caller) => {
      const environment = environmentOf(caller, ApplicationId, EnvironmentId);
      const { account, region } = caller;
      const key = {
        account,
        region,
        applicationId: environment.applicationId,
        environmentId: environment.id,
      };
      acts.stop({ ...key, number: DeploymentNumber }, AllowRevert ?? false);
      return stopped;
    },

    GetDeploymentStrategy: ({ DeploymentStrategyId }, caller) =>
      describedStrategy(strategyOf(caller, DeploymentStrategyId)),

    ListDeploymentStrategies: (input, caller) => {
      const { items, next } = page(strategiesOf(world.strategies.readAll(), caller), input);
      return { Items: items.map(describedStrategy), ...next };
    },

    CreateDeploymentStrategy: (input, caller) => {
      const name = input.Name ?? "";
      if (name.length < 1 || name.length > 64)
        throw new AwsError("BadRequestException", "The name must have 1 to 64 characters.");
      const unset = { DeploymentDurationInMinutes: 0, GrowthFactor: 1, FinalBakeTimeInMinutes: 0 };
      const pace = changedPace({ ...unset, GrowthType: "LINEAR" }, input);
      ledger.writeBegins();
      const record = {
        account: caller.account,
        region: caller.region,
        id: newId(),
        name,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        pace,
        replicateTo: input.ReplicateTo ?? "NONE",
      };
      world.strategies.put(record.id, record);
      return describedStrategy(record);
    },

    UpdateDeploymentStrategy: ({ DeploymentStrategyId, ...change }, caller) => {
      const record = changed(strategyOf(caller, DeploymentStrategyId, world.strategies.all()), change);
      ledger.writeBegins();
      world.strategies.put(record.id, record);
      return describedStrategy(record);
    },
  } satisfies HandlersOf<typeof appconfig>;
}

function formed(id: string, form: RegExp, member: string): string {
  if (!form.test(id))
    throw new AwsError("BadRequestException", `${member} "${id}" does not match ${form.source}.`);
  return id;
}

function missing(kind: string, id: string): AwsError {
  return new AwsError("ResourceNotFoundException", `${kind} ${id} could not be found.`, {
    ResourceName: kind,
  });
}
