import {
  AppConfigServiceException,
  CreateDeploymentStrategyCommand,
  GetApplicationCommand,
  GetConfigurationProfileCommand,
  GetDeploymentCommand,
  GetDeploymentStrategyCommand,
  GetEnvironmentCommand,
  ListApplicationsCommand,
  ListConfigurationProfilesCommand,
  ListDeploymentStrategiesCommand,
  ListDeploymentsCommand,
  ListEnvironmentsCommand,
  paginateListDeployments,
  StartDeploymentCommand,
  StopDeploymentCommand,
  UpdateDeploymentStrategyCommand,
} from "@aws-sdk/client-appconfig";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StrategyChange } from "../../../fakes/aws/appconfig/strategies.ts";
import {
  type AppConfigStage,
  clientIn,
  idsOf,
  minutes,
  place,
  setAppConfigStage,
} from "./appconfig-stage.ts";
import { failureOf } from "./stage.ts";

let stage: AppConfigStage;
beforeEach(async () => {
  stage = await setAppConfigStage();
});
afterEach(() => stage.close());

const badRequest = { name: "BadRequestException", $metadata: { httpStatusCode: 400 } };
const notFound = { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } };
const conflict = { name: "ConflictException", $metadata: { httpStatusCode: 409 } };

describe("names", () => {
  it("lead from ids to applications, environments and profiles", async () => {
    const { ApplicationId, EnvironmentId, ...key } = idsOf(stage.start());
    const { client } = stage;
    expect(await client.send(new GetApplicationCommand({ ApplicationId }))).toMatchObject({
      Id: ApplicationId,
      Name: "shop",
    });
    const found = await client.send(new GetDeploymentCommand({ ApplicationId, EnvironmentId, ...key }));
    const { ConfigurationProfileId } = found;
    expect(
      await client.send(new GetConfigurationProfileCommand({ ApplicationId, ConfigurationProfileId })),
    ).toMatchObject({ ApplicationId, Id: ConfigurationProfileId, Name: "flags", LocationUri: "hosted" });
    expect(await client.send(new GetEnvironmentCommand({ ApplicationId, EnvironmentId }))).toMatchObject({
      ApplicationId,
      Id: EnvironmentId,
      Name: "prod",
      State: "DEPLOYING",
      Monitors: [{ AlarmArn: "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors" }],
    });
  });

  it("are listed", async () => {
    stage.start();
    const { client } = stage;
    const ApplicationId = stage.applicationId;
    const applications = await client.send(new ListApplicationsCommand({}));
    expect(applications.Items).toEqual([{ Id: ApplicationId, Name: "shop" }]);
    const environments = await client.send(new ListEnvironmentsCommand({ ApplicationId }));
    expect(environments.Items).toMatchObject([{ Id: stage.environmentId, Name: "prod" }]);
    const profiles = await client.send(new ListConfigurationProfilesCommand({ ApplicationId }));
    expect(profiles.Items).toMatchObject([{ ApplicationId, Name: "flags", LocationUri: "hosted" }]);
  });

  it("stay within their account and region", async () => {
    const elsewhere = clientIn(stage.aws, "us-east-1");
    const { ApplicationId } = idsOf(stage.start());
    expect((await elsewhere.send(new ListApplicationsCommand({}))).Items).toEqual([]);
    expect(await failureOf(elsewhere.send(new GetApplicationCommand({ ApplicationId })))).toMatchObject(
      notFound,
    );
    elsewhere.destroy();
  });

  it.each([
    ["that nobody has", "zzzz999", notFound],
    ["in a form that AWS does not have", "NOT-AN-ID", badRequest],
  ])("%s are refused", async (_, id, refusal) => {
    const { client, applicationId: ApplicationId } = stage;
    const asked = [
      client.send(new GetApplicationCommand({ ApplicationId: id })),
      client.send(new GetEnvironmentCommand({ ApplicationId, EnvironmentId: id })),
      client.send(new GetConfigurationProfileCommand({ ApplicationId, ConfigurationProfileId: id })),
      client.send(new GetDeploymentStrategyCommand({ DeploymentStrategyId: id })),
      client.send(new GetDeploymentCommand({ ApplicationId, EnvironmentId: id, DeploymentNumber: 1 })),
    ];
    for (const call of asked) expect(await failureOf(call)).toMatchObject(refusal);
  });

  it("of another application's environment are not found", async () => {
    const other = stage.appconfig.createEnvironment(place, { application: "other", name: "prod" });
    const call = new GetEnvironmentCommand({
      ApplicationId: stage.applicationId,
      EnvironmentId: other.id,
    });
    expect(await failureOf(stage.client.send(call))).toMatchObject(notFound);
  });
});

describe("the state of an environment", () => {
  const state = async () => {
    const ids = { ApplicationId: stage.applicationId, EnvironmentId: stage.environmentId };
    return (await stage.client.send(new GetEnvironmentCommand(ids))).State;
  };

  it("follows its newest deployment", async () => {
    expect(await state()).toBe("READY_FOR_DEPLOYMENT");
    const first = stage.start();
    expect(await state()).toBe("DEPLOYING");
    stage.appconfig.console.stop(first);
    expect(await state()).toBe("ROLLING_BACK");
    stage.clock.advance(2_000);
    expect(await state()).toBe("ROLLED_BACK");
    const second = stage.start();
    stage.clock.advance(minutes(25));
    expect(await state()).toBe("READY_FOR_DEPLOYMENT");
    stage.appconfig.console.stop(second, { allowRevert: true });
    expect(await state()).toBe("REVERTED");
  });
});

describe("ListDeployments", () => {
  it("shows the newest first, page by page", async () => {
    for (let version = 1; version <= 5; version += 1) {
      stage.start({ version: `${version}`, strategy: "AppConfig.AllAtOnce" });
      stage.clock.advance(minutes(10));
    }
    const ids = { ApplicationId: stage.applicationId, EnvironmentId: stage.environmentId };
    const pages: (number | undefined)[][] = [];
    const paging = { client: stage.client, pageSize: 2 };
    for await (const page of paginateListDeployments(paging, { ...ids }))
      pages.push((page.Items ?? []).map((item) => item.DeploymentNumber));
    expect(pages).toEqual([[5, 4], [3, 2], [1]]);
    const { Items } = await stage.client.send(new ListDeploymentsCommand({ ...ids, MaxResults: 1 }));
    expect(Items).toMatchObject([
      {
        DeploymentNumber: 5,
        ConfigurationVersion: "5",
        State: "COMPLETE",
        Type: "USER",
        PercentageComplete: 100,
      },
    ]);
    expect(Items?.[0]).not.toHaveProperty("EventLog");
  });

  it.each([{ MaxResults: 51 }, { MaxResults: 0 }, { NextToken: "guess" }])("refuses %j", async (page) => {
    const ids = { ApplicationId: stage.applicationId, EnvironmentId: stage.environmentId };
    const call = stage.client.send(new ListDeploymentsCommand({ ...ids, ...page }));
    expect(await failureOf(call)).toMatchObject(badRequest);
  });
});

describe("StartDeployment", () => {
  const start = async (changes: object = {}) => {
    const asked = {
      ApplicationId: stage.applicationId,
      EnvironmentId: stage.environmentId,
      ConfigurationProfileId: stage.appconfig.createProfile(place, { application: "shop", name: "flags" }),
      DeploymentStrategyId: stage.strategyId,
      ConfigurationVersion: "8",
      ...changes,
    };
    return stage.client.send(new StartDeploymentCommand(asked));
  };

  it("starts what GetDeployment then shows", async () => {
    const { $metadata, ...started } = await start({ Description: "Turn it on", LatestDeploymentNumber: 0 });
    expect($metadata.httpStatusCode).toBe(201);
    expect(started).toMatchObject({ DeploymentNumber: 1, State: "DEPLOYING", Description: "Turn it on" });
    const { $metadata: _, ...shown } = await stage.client.send(
      new GetDeploymentCommand({
        ApplicationId: started.ApplicationId,
        EnvironmentId: started.EnvironmentId,
        DeploymentNumber: 1,
      }),
    );
    expect(shown).toEqual(started);
  });

  it("conflicts with one that is under way, and with one that the caller did not know", async () => {
    const running = stage.start();
    expect(await failureOf(start())).toMatchObject(conflict);
    stage.appconfig.console.stop(running);
    expect(await failureOf(start())).toMatchObject(conflict);
    stage.clock.advance(2_000);
    expect(await failureOf(start({ LatestDeploymentNumber: 0 }))).toMatchObject(conflict);
    expect(await start({ LatestDeploymentNumber: 1 })).toMatchObject({ DeploymentNumber: 2 });
  });

  it.each([
    [{ DeploymentStrategyId: "zzzz999" }, notFound],
    [{ ConfigurationProfileId: "zzzz999" }, notFound],
    [{ EnvironmentId: "zzzz999" }, notFound],
    [{ ConfigurationVersion: undefined }, badRequest],
  ])("refuses %j", async (changes, refusal) => {
    expect(await failureOf(start(changes))).toMatchObject(refusal);
  });
});

describe("StopDeployment", () => {
  const stop = (key: ReturnType<AppConfigStage["start"]>, AllowRevert?: boolean) =>
    stage.client.send(
      new StopDeploymentCommand({ ...idsOf(key), ...(AllowRevert === undefined ? {} : { AllowRevert }) }),
    );

  it.each([
    ["deploys", 4, false],
    ["deploys", 4, true],
    ["bakes", 16, false],
    ["bakes", 16, true],
  ])(
    "rolls back what %s (after %i min, AllowRevert %s), and answers zeros",
    async (_, after, allowRevert) => {
      const key = stage.start();
      stage.clock.advance(minutes(after));
      const { $metadata, ...answer } = await stop(key, allowRevert);
      expect($metadata.httpStatusCode).toBe(202);
      expect(answer).toEqual({
        DeploymentNumber: 0,
        DeploymentDurationInMinutes: 0,
        GrowthFactor: 0,
        FinalBakeTimeInMinutes: 0,
        PercentageComplete: 0,
      });
      const back = await stage.get(key);
      expect(back.State).toBe("ROLLING_BACK");
      expect(back.EventLog?.[0]).toMatchObject({ EventType: "ROLLBACK_STARTED", TriggeredBy: "USER" });
      expect(back.EventLog?.[0]?.Description).toContain(place.account);
      stage.clock.advance(2_000);
      expect((await stage.get(key)).State).toBe("ROLLED_BACK");
    },
  );

  it("rolls back what still validates, which then never starts", async () => {
    const key = stage.start({ validationMs: minutes(1), rollbackMs: minutes(2) });
    await stop(key);
    stage.clock.advance(minutes(1.5));
    expect((await stage.get(key)).State).toBe("ROLLING_BACK");
    stage.clock.advance(minutes(60));
    const { State, EventLog } = await stage.get(key);
    expect([State, EventLog?.length]).toEqual(["ROLLED_BACK", 2]);
  });

  it("refuses what bakes where AWS's other text is followed", async () => {
    stage.appconfig.stopWhileBaking(false);
    const key = stage.start();
    stage.clock.advance(minutes(16));
    expect(await failureOf(stop(key))).toMatchObject(badRequest);
    expect((await stage.get(key)).State).toBe("BAKING");
    await stop(key, true);
    expect((await stage.get(key)).State).toBe("ROLLING_BACK");
  });

  it("reverts what is complete for 72 hours, and only where that is allowed", async () => {
    const key = stage.start();
    stage.clock.advance(minutes(25));
    expect(await failureOf(stop(key))).toMatchObject(badRequest);
    expect(await failureOf(stop(key, false))).toMatchObject(badRequest);
    expect((await stage.get(key)).State).toBe("COMPLETE");
    stage.clock.advance(minutes(72 * 60));
    await stop(key, true);
    const reverted = await stage.get(key);
    expect(reverted).toMatchObject({ State: "REVERTED", PercentageComplete: 0 });
    expect(reverted.EventLog?.[0]).toMatchObject({ EventType: "REVERT_COMPLETED", TriggeredBy: "USER" });
    expect(await failureOf(stop(key, true))).toMatchObject(badRequest);
  });

  it("reverts nothing later than that", async () => {
    const key = stage.start();
    stage.clock.advance(minutes(25 + 72 * 60) + 1);
    expect(await failureOf(stop(key, true))).toMatchObject(badRequest);
    expect((await stage.get(key)).State).toBe("COMPLETE");
  });

  it("refuses what is going back already, and what has gone back", async () => {
    const key = stage.start();
    await stop(key);
    expect(await failureOf(stop(key))).toMatchObject(badRequest);
    stage.clock.advance(2_000);
    expect(await failureOf(stop(key, true))).toMatchObject(badRequest);
  });

  it("does not find what there is not", async () => {
    const key = stage.start();
    const error = await failureOf(stop({ ...key, number: 99 }));
    expect(error).toBeInstanceOf(AppConfigServiceException);
    expect(error).toMatchObject({ ...notFound, ResourceName: "Deployment" });
  });

  it("holds people at the console to the same conditions", async () => {
    const key = stage.start();
    stage.clock.advance(minutes(25));
    expect(() => stage.appconfig.console.stop(key)).toThrow("COMPLETE");
    stage.appconfig.console.stop(key, { allowRevert: true });
    expect((await stage.get(key)).State).toBe("REVERTED");
  });

  it("is seen late where reads lag", async () => {
    const key = stage.start();
    stage.appconfig.reads.showBeforeLastWrite();
    await stop(key);
    expect((await stage.get(key)).State).toBe("DEPLOYING");
    stage.appconfig.reads.release();
    expect((await stage.get(key)).State).toBe("ROLLING_BACK");
  });
});

describe("strategies", () => {
  const read = async (DeploymentStrategyId = stage.strategyId) => {
    const { $metadata: _, ...strategy } = await stage.client.send(
      new GetDeploymentStrategyCommand({ DeploymentStrategyId }),
    );
    return strategy;
  };
  const update = (changes: Partial<UpdateDeploymentStrategyCommand["input"]>) =>
    stage.client.send(
      new UpdateDeploymentStrategyCommand({ DeploymentStrategyId: stage.strategyId, ...changes }),
    );

  it("are listed with AWS's own", async () => {
    const { Items } = await stage.client.send(new ListDeploymentStrategiesCommand({}));
    expect(
      Items?.map((one) => [one.Name, one.DeploymentDurationInMinutes, one.GrowthType, one.GrowthFactor]),
    ).toEqual([
      ["careful", 15, "LINEAR", 25],
      ["AppConfig.AllAtOnce", 0, "LINEAR", 100],
      ["AppConfig.Linear50PercentEvery30Seconds", 1, "LINEAR", 50],
      ["AppConfig.Canary10Percent20Minutes", 20, "EXPONENTIAL", 10],
      ["AppConfig.Linear20PercentEvery6Minutes", 30, "LINEAR", 20],
    ]);
  });

  it("are made and read", async () => {
    const created = await stage.client.send(
      new CreateDeploymentStrategyCommand({
        Name: "quick",
        Description: "For flags",
        DeploymentDurationInMinutes: 4,
        GrowthFactor: 12.5,
        GrowthType: "EXPONENTIAL",
        FinalBakeTimeInMinutes: 5,
        ReplicateTo: "SSM_DOCUMENT",
      }),
    );
    expect(created.$metadata.httpStatusCode).toBe(201);
    expect(await read(created.Id)).toEqual({
      Id: created.Id,
      Name: "quick",
      Description: "For flags",
      DeploymentDurationInMinutes: 4,
      GrowthFactor: 12.5,
      GrowthType: "EXPONENTIAL",
      FinalBakeTimeInMinutes: 5,
      ReplicateTo: "SSM_DOCUMENT",
    });
    const nameless = { Name: "x".repeat(65), DeploymentDurationInMinutes: 1, GrowthFactor: 1 };
    expect(await failureOf(stage.client.send(new CreateDeploymentStrategyCommand(nameless)))).toMatchObject(
      badRequest,
    );
  });

  it("change only in what is given", async () => {
    const before = await read();
    const { $metadata, ...answer } = await update({ GrowthFactor: 50 });
    expect($metadata.httpStatusCode).toBe(200);
    expect(answer).toEqual({ ...before, GrowthFactor: 50 });
    await update({ Description: "", GrowthType: "EXPONENTIAL" });
    expect(await read()).toEqual({ ...before, GrowthFactor: 50, Description: "", GrowthType: "EXPONENTIAL" });
  });

  it("change under somebody else's hands", async () => {
    stage.appconfig.console.editStrategy(place, stage.strategyId, { DeploymentDurationInMinutes: 60 });
    expect(await read()).toMatchObject({ DeploymentDurationInMinutes: 60, GrowthFactor: 25 });
  });

  it("hold people at the console to the same limits", async () => {
    const edit = (id: string, change: StrategyChange) => () =>
      stage.appconfig.console.editStrategy(place, id, change);
    expect(edit(stage.strategyId, { GrowthType: "CUBIC" })).toThrow("GrowthType");
    expect(edit(stage.strategyId, { GrowthFactor: 0, FinalBakeTimeInMinutes: -1 })).toThrow(/Final.*Growth/);
    expect(edit("AppConfig.AllAtOnce", { GrowthFactor: 10 })).toThrow("predefined");
    expect(await read()).toMatchObject({ GrowthType: "LINEAR", GrowthFactor: 25 });
  });

  it("leave the deployments that run with them alone", async () => {
    const key = stage.start();
    await update({ DeploymentDurationInMinutes: 60 });
    stage.clock.advance(minutes(12));
    expect(await stage.get(key)).toMatchObject({ PercentageComplete: 100, DeploymentDurationInMinutes: 15 });
  });

  it.each([
    { DeploymentDurationInMinutes: -1 },
    { DeploymentDurationInMinutes: 1441 },
    { DeploymentDurationInMinutes: 1.5 },
    { FinalBakeTimeInMinutes: 1441 },
    { GrowthFactor: 0.9 },
    { GrowthFactor: 100.1 },
    { Description: "x".repeat(1025) },
  ])("refuse what is out of bounds: %#", async (changes) => {
    const before = await read();
    expect(await failureOf(update(changes))).toMatchObject(badRequest);
    expect(await read()).toEqual(before);
  });

  it.each([
    { DeploymentDurationInMinutes: 1440, FinalBakeTimeInMinutes: 1440, GrowthFactor: 100 },
    { DeploymentDurationInMinutes: 0, FinalBakeTimeInMinutes: 0, GrowthFactor: 1 },
    { Description: "x".repeat(1024) },
  ])("take what is just within them: %#", async (changes) => {
    expect(await update(changes)).toMatchObject(changes);
  });

  it.each([
    ["AWS's own", "AppConfig.AllAtOnce", badRequest],
    ["one that nobody has", "zzzz999", notFound],
  ])("can't be changed: %s", async (_, DeploymentStrategyId, refusal) => {
    expect(await failureOf(update({ DeploymentStrategyId, GrowthFactor: 10 }))).toMatchObject(refusal);
  });
});
