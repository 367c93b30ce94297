import { afterEach, beforeEach, expect, it } from "vitest";
import type { DeploymentKey } from "../../../fakes/aws/appconfig.ts";
import { place } from "../stage.ts";
import { type AppConfigStage, hour, minute, setAppConfigStage } from "./stage.ts";

let stage: AppConfigStage;
beforeEach(async () => {
  stage = await setAppConfigStage();
});
afterEach(() => stage.close());

const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 403 } as const;
const list = (wanted: (target: string) => boolean = () => true) =>
  stage.system.list(place.account, place.region, wanted);

function whichOf({ applicationId, environmentId }: DeploymentKey): string {
  return `id ${applicationId}/${environmentId}`;
}

function everywhere(applications: number, environments: number): string[] {
  return Array.from({ length: applications * environments }, (_, index) => {
    const application = `app-${index % applications}`;
    const environment = `env-${Math.floor(index / applications)}`;
    return stage.refOf(stage.deploy({ application, environment })).id;
  });
}

it("lists what is in progress over all pages, and nothing that has ended", async () => {
  everywhere(1, 2);
  stage.clock.advance(hour);
  const running = everywhere(55, 2);
  const rollingBack = stage.deploy();
  stage.appconfig.console.stop(rollingBack);
  const listing = await list();
  const ids = listing.kind === "listed" ? listing.refs.map(({ id }) => id) : [];
  expect(ids.sort()).toEqual([...running, stage.refOf(rollingBack).id].sort());
  stage.clock.advance(minute);
  expect(JSON.stringify(await list())).not.toContain(stage.refOf(rollingBack).id);
});

it("reads only environments that a route would show, by application and environment", async () => {
  everywhere(3, 2);
  const own = stage.deploy();
  const asked: string[] = [];
  const listing = await list((target) => {
    asked.push(target);
    return target === "checkout/live";
  });
  expect(listing).toEqual({
    ...{ kind: "listed", refs: [stage.refOf(own)], whole: true },
    targets: [{ target: "checkout/live", qualifiedTarget: "checkout/live", which: whichOf(own) }],
  });
  expect(asked).toContain("app-1/env-0");
  expect(stage.aws.calls.all({ operation: "ListDeployments" })).toHaveLength(1);
});

it("lists environments of two applications of one name as two, and looks at each as what it is", async () => {
  const keys = [stage.deploy(), stage.deploy({ application: "copy" })];
  stage.appconfig.console.renameApplication(place, "copy", "checkout");
  const listing = await list();
  const names = { target: "checkout/live", qualifiedTarget: "checkout/live" };
  const whiches = keys.map(whichOf).toSorted();
  expect(listing.kind === "listed" && listing.targets).toEqual(whiches.map((which) => ({ ...names, which })));
  const seen = await Promise.all(keys.map((key) => stage.look(key)));
  expect(seen.map(({ target, which }) => [target, which])).toEqual(
    keys.map((key) => ["checkout/live", whichOf(key)]),
  );
});

it("asks for the environments of an application once in five minutes, and for their deployments each time", async () => {
  everywhere(3, 2);
  stage.clock.advance(hour);
  await list();
  const running = stage.deploy({ application: "app-1", environment: "env-1" });
  stage.aws.calls.clear();
  const again = await list();
  expect(again.kind === "listed" && again.refs).toContainEqual(stage.refOf(running));
  expect(stage.aws.calls.all({ operation: "ListEnvironments" })).toHaveLength(0);
  expect(stage.aws.calls.all({ operation: "ListDeployments" })).toHaveLength(7);
  stage.clock.advance(6 * minute);
  await list();
  expect(stage.aws.calls.all({ operation: "ListEnvironments" })).toHaveLength(4);
});

it("does not miss an environment that was deleted since its application was asked", async () => {
  everywhere(1, 2);
  const before = await list();
  const missing = { kind: "error", when: "before", name: "ResourceNotFoundException", status: 404 } as const;
  stage.aws.faults.next({ operation: "ListDeployments" }, missing);
  const after = await list((target) => target.startsWith("app-"));
  expect(before.kind === "listed" && before.refs).toHaveLength(2);
  expect(after.kind === "listed" && after.refs).toHaveLength(1);
  expect(stage.logs).toEqual([]);
});

it("says why nothing could be listed", async () => {
  stage.aws.faults.next({ operation: "ListApplications" }, denied);
  expect(await list()).toMatchObject({
    kind: "unreadable",
    why: "access denied (appconfig:ListApplications)",
  });
});

it("returns what it found when a part could not be read, and logs it", async () => {
  everywhere(1, 3);
  stage.aws.faults.next({ operation: "ListDeployments" }, denied);
  const listing = await list((target) => target.startsWith("app-"));
  expect(listing.kind === "listed" && listing.refs).toHaveLength(2);
  expect(stage.logs.map(({ message }) => message)).toContain("sweep saw only a part of AppConfig");
});

it("calls nobody for a region that is not configured", async () => {
  expect((await stage.system.list(place.account, "us-west-2", () => true)).kind).toBe("unreadable");
  expect(stage.aws.calls.all()).toEqual([]);
});
