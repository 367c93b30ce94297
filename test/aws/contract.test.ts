/** What every system promises, whatever AWS service is behind it. A new system adds its scenario and is held to the same. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeAws } from "../../fakes/aws/server.ts";
import { createClients } from "../../src/aws/client/clients.ts";
import { allSystems } from "../../src/aws/index.ts";
import type { Deployment, Ref, SystemName } from "../../src/handlers/deployment.ts";
import { actions, isWaitedFor } from "../../src/handlers/deployment.ts";
import { isEnding } from "../../src/handlers/identity.ts";
import type { System } from "../../src/handlers/ports.ts";
import type { Fact, WordedDeployment } from "../../src/handlers/words.ts";
import { appConfigScenario } from "./appconfig/scenario.ts";
import { codeDeployScenario } from "./codedeploy/scenario.ts";
import { inWords, said } from "./in-words.ts";
import { setProtonStage } from "./proton/stage.ts";
import { eventOf, place, recordTelemetry, setAwsStage } from "./stage.ts";

interface Scenario {
  readonly system: System;
  readonly aws: FakeAws;
  /** A deployment that waits for a person; where a system has no holds, one that can be ended. */
  readonly waiting: Ref;
  readonly hasHolds: boolean;
  /** Deployments of other kinds, which need calls of their own. */
  readonly others?: readonly Ref[];
  /** The same call may fail in any way; this one answers. */
  readonly act: string;
  /** Where an event may point without naming a deployment, in systems whose events do so. */
  readonly service?: Ref;
  /** Makes reads necessary that only trouble needs. */
  readonly getIntoTrouble: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const scenarios: Partial<Record<SystemName, () => Promise<Scenario>>> = {
  ecs: async () => {
    const stage = await setAwsStage();
    const arn = stage.deploy({
      pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT" }],
      alarms: { names: ["checkout-5xx"] },
    });
    stage.clock.advance(5 * 60_000);
    return {
      system: stage.system,
      aws: stage.aws,
      waiting: stage.refOf(arn),
      hasHolds: true,
      service: stage.refOf(stage.serviceArn),
      act: "ContinueServiceDeployment",
      getIntoTrouble: async () => {
        stage.aws.faults.next(
          { operation: "ListServiceDeployments" },
          { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
        );
        await stage.system.inspect(stage.refOf(stage.serviceArn), { hint: {} });
      },
      close: stage.close,
    };
  },
  codedeploy: codeDeployScenario,
  appconfig: appConfigScenario,
  proton: async () => {
    const stage = await setProtonStage();
    const [waiting, ...others] = [
      stage.deploy("service-instance"),
      stage.deploy("service-pipeline"),
      stage.deploy("environment"),
      stage.deploy("component"),
    ] as const;
    return {
      system: stage.system,
      aws: stage.aws,
      waiting,
      hasHolds: false,
      others,
      service: stage.resource("service-instance"),
      act: "CancelServiceInstanceDeployment",
      getIntoTrouble: () => Promise.resolve(),
      close: stage.close,
    };
  },
};

const names = allSystems(createClients([]), recordTelemetry().telemetry).map(({ name }) => name);

it("has a scenario for every system", () => {
  expect(Object.keys(scenarios).toSorted()).toEqual(names.toSorted());
});

describe.each(names)("%s", (name) => {
  let scenario: Scenario;
  beforeEach(async () => {
    const start = scenarios[name];
    if (start === undefined) throw new Error(`${name} has no scenario`);
    scenario = await start();
  });
  afterEach(() => scenario.close());

  async function look(ref = scenario.waiting): Promise<WordedDeployment> {
    const seen = await scenario.system.inspect(ref, { hint: {} });
    if (seen.kind !== "deployment") throw new Error(`saw ${JSON.stringify(seen)}`);
    return inWords(seen.deployment);
  }

  it("offers something with known evidence at an open hold, or for the deployment where there are none", async () => {
    const deployment = await look();
    const open = deployment.holds.filter(({ shows }) => shows === "open");
    expect(open.length > 0).toBe(scenario.hasHolds);
    for (const { id } of open) {
      const offers = deployment.offers.filter(({ holdId }) => holdId === id);
      expect(offers.map(({ action }) => action)).toContain("continue");
    }
    expect(deployment.offers).not.toEqual([]);
    for (const offer of deployment.offers) expect(Object.values(offer.evidence)).not.toContain(null);
  });

  it("asks for the same endings in a look that has to be quick, decided by the same", async () => {
    const asked: unknown[] = [];
    for (const ref of [scenario.waiting, ...(scenario.others ?? [])]) {
      const seen = await scenario.system.inspect(ref, { hint: {}, urgent: true });
      if (seen.kind !== "deployment") throw new Error(`saw ${JSON.stringify(seen)}`);
      const endings = ({ offers, phase, holds }: Deployment) => ({
        ...{ phase, holds: holds.map(({ id, shows }) => [id, shows]) },
        asked: offers.flatMap(({ action, holdId, evidence }) =>
          isEnding(action) ? [{ action, holdId, evidence }] : [],
        ),
      });
      expect(endings(seen.deployment)).toEqual(endings(await look(ref)));
      asked.push(...endings(seen.deployment).asked);
    }
    expect(asked).not.toEqual([]);
  });

  it("labels offers with the verb, in thirty characters, each of its own point and action", async () => {
    const verbs = {
      continue: "Continue",
      rollback: "Roll back",
      cancel: "Cancel",
      "terminate-old": "Terminate old",
      revert: "Revert",
    };
    const { offers } = await look();
    for (const { action, label, deny, dialog, consequence } of offers) {
      expect(label.startsWith(verbs[action])).toBe(true);
      expect(label.length).toBeLessThanOrEqual(30);
      expect(deny.length).toBeLessThanOrEqual(30);
      expect(said(consequence).length).toBeGreaterThan(0);
      // Slack's dialogs hold 300 characters, and the vote count stands there too.
      expect(said(dialog).length).toBeLessThanOrEqual(230);
      expect(said(dialog).length).toBeGreaterThan(0);
    }
    const points = offers.map(({ action, holdId }) => `${action} ${holdId}`);
    expect(new Set(points).size).toBe(points.length);
  });

  it("declares every action that it offers, once, and none twice", async () => {
    const declared = scenario.system.offers.map(({ action }) => action);
    expect(new Set(declared).size).toBe(declared.length);
    const deployments = await Promise.all(
      [scenario.waiting, ...(scenario.others ?? [])].map((ref) => look(ref)),
    );
    const offered = deployments.flatMap(({ offers }) => offers.map(({ action }) => action));
    expect(offered).not.toEqual([]);
    for (const action of offered) expect(declared).toContain(action);
    expect(declared.includes("edit-strategy")).toBe(scenario.system.strategies !== undefined);
  });

  it("names what it shows as its ref, its lane and its title do", async () => {
    for (const ref of [scenario.waiting, ...(scenario.others ?? [])]) {
      const deployment = await look(ref);
      expect(deployment.ref).toEqual(ref);
      expect(deployment.lane).toBe(scenario.system.laneOf(ref));
      expect(deployment.systemTitle).toBe(scenario.system.title);
      expect(ref.id).toContain(deployment.about?.number);
    }
  });

  it("lists what is in progress, by the names that routes match, and only what a route would show", async () => {
    const { system, waiting } = scenario;
    const { target, qualifiedTarget = target, which } = await look();
    const asked: (readonly string[])[] = [];
    const none = await system.list(place.account, place.region, (name, qualified = name) => {
      asked.push([name, qualified]);
      return false;
    });
    expect(none).toEqual({ kind: "listed", refs: [], targets: [], whole: true });
    expect(asked).toContainEqual([target, qualifiedTarget]);
    const all = await system.list(place.account, place.region, () => true);
    expect(all).toMatchObject({ kind: "listed", whole: true });
    expect(all.kind === "listed" && all.refs).toContainEqual(waiting);
    expect(all.kind === "listed" && all.targets).toContainEqual({
      ...{ target, qualifiedTarget },
      ...(which === undefined ? {} : { which }),
    });
  });

  it("calls nobody in an account that is not configured", async () => {
    const { system, waiting, aws } = scenario;
    const deployment = await look();
    const before = aws.calls.all().length;
    const ref = { ...waiting, account: "999999999999" };
    expect((await system.inspect(ref, { hint: {} })).kind).toBe("unreadable");
    expect((await system.list(ref.account, ref.region, () => true)).kind).toBe("unreadable");
    for (const { action, holdId } of deployment.offers) {
      const request = { action, ...(holdId === undefined ? {} : { holdId }), by: [] };
      expect(await system.act({ ...deployment, ref }, request)).toMatchObject({
        kind: "not-done",
        why: { cause: "not-sent" },
      });
    }
    expect(aws.calls.all()).toHaveLength(before);
  });

  it("says the same at every read, and survives being stored as JSON", async () => {
    const deployment = await look();
    expect(await look()).toEqual(deployment);
    expect(JSON.parse(JSON.stringify(deployment))).toEqual(deployment);
  });

  it("names each remark once, and every open hold has one", async () => {
    const { remarks, holds } = await look();
    const remarkNames = remarks.map((remark) => remark.name);
    expect(new Set(remarkNames).size).toBe(remarkNames.length);
    expect(remarkNames.length).toBeLessThan(40);
    const told = remarks.flatMap(({ holdId }) => holdId ?? []);
    for (const { emoji, words } of remarks) {
      expect(emoji).toMatch(/^\p{Extended_Pictographic}\S*$/u);
      expect(said(words)).not.toMatch(/\.$/);
    }
    const waitedFor = holds.filter((hold) => hold.shows === "open" && isWaitedFor(hold));
    expect(told).toEqual(waitedFor.map(({ id }) => id));
  });

  it("keeps to the room of a card, and puts no name of AWS into a label", async () => {
    const { changes, health, target } = await look();
    expect(changes.length).toBeLessThanOrEqual(4);
    expect(health.length).toBeLessThanOrEqual(4);
    const label = ({ label: text }: Fact): string => text;
    expect([...changes, ...health].map(label).join()).not.toContain(target);
  });

  it("acts with exactly one request, whatever comes of it", async () => {
    const deployment = await look();
    const [offer] = deployment.offers;
    if (offer === undefined) throw new Error("no offer");
    const { action, holdId } = offer;
    const request = { action, ...(holdId === undefined ? {} : { holdId }), by: ["U024"] };
    for (const [meaning, fault] of [
      ["not-done", { kind: "error", when: "before", name: "AccessDeniedException", status: 400 }],
      ["not-done", { kind: "error", when: "before", name: "ThrottlingException", status: 400 }],
      ["unclear", { kind: "error", when: "before", name: "ServerException", status: 500 }],
      ["unclear", { kind: "break", when: "before" }],
    ] as const) {
      const before = scenario.aws.calls.writes().length;
      scenario.aws.faults.next({ operation: scenario.act }, fault, Number.POSITIVE_INFINITY);
      const answer = await scenario.system.act(deployment, request);
      expect(answer.kind).toBe(meaning);
      expect(scenario.aws.calls.writes()).toHaveLength(before + 1);
      scenario.aws.faults.clear();
    }
    expect((await scenario.system.act(deployment, request)).kind).toBe("accepted");
  });

  it("describes each call as it is sent, without what answers a hook", async () => {
    const deployments = await Promise.all(
      [scenario.waiting, ...(scenario.others ?? [])].map((ref) => look(ref)),
    );
    for (const deployment of deployments) {
      for (const { action, holdId } of deployment.offers) {
        const request = { action, ...(holdId === undefined ? {} : { holdId }) };
        const described = scenario.system.describeCall(deployment, request);
        const before = scenario.aws.calls.writes().length;
        await scenario.system.act(deployment, { ...request, by: [] });
        const sent = scenario.aws.calls.writes()[before];
        expect(described?.name).toBe(sent?.operation);
        const secrets = [holdId ?? "", ...Object.keys(deployment.carried ?? {})].filter(
          (id) => id.length > 20,
        );
        const open = Object.entries(sent?.input ?? {}).filter(
          ([, value]) => !secrets.includes(String(value)),
        );
        expect(described?.parameters).toEqual(
          Object.fromEntries(open.map(([name, value]) => [name, String(value)])),
        );
        expect(open.length).toBeGreaterThan(0);
      }
      for (const action of actions) {
        if (deployment.offers.some((offer) => offer.action === action)) continue;
        const described = JSON.stringify(scenario.system.describeCall(deployment, { action }) ?? {});
        for (const { id } of deployment.holds) expect(described).not.toContain(id);
      }
    }
  });

  it("needs exactly the permissions that it declares", async () => {
    const { others = [] } = scenario;
    const deployments = await Promise.all([scenario.waiting, ...others].map((ref) => look(ref)));
    await scenario.system.list(place.account, place.region, () => true);
    if (scenario.service !== undefined) await scenario.system.inspect(scenario.service, { hint: {} });
    await scenario.getIntoTrouble();
    for (const deployment of deployments) {
      for (const { action, holdId } of deployment.offers) {
        const request = { action, ...(holdId === undefined ? {} : { holdId }), by: [] };
        await scenario.system.act(deployment, request);
      }
    }
    const sent = scenario.aws.calls
      .all()
      .filter(({ service }) => service !== "sts")
      .map(({ service, operation }) => `${service}:${operation}`);
    const declared = scenario.system.permissions.flatMap(({ actions }) => actions);
    expect([...new Set(sent)].sort()).toEqual([...new Set(declared)].sort());
  });

  it("never throws for what AWS does to a read", async () => {
    for (const fault of [
      { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
      { kind: "break", when: "before" },
    ] as const) {
      scenario.aws.faults.next({}, fault, Number.POSITIVE_INFINITY);
      const seen = await scenario.system.inspect(scenario.waiting, { hint: {} });
      expect(seen.kind).toBe("unreadable");
      expect((await scenario.system.list(place.account, place.region, () => true)).kind).toBe("unreadable");
      scenario.aws.faults.clear();
    }
  });

  it("leaves events of others alone, and never throws over its own", () => {
    for (const { source, detailTypes } of scenario.system.listensTo) {
      expect(scenario.system.locate(eventOf("Something Else", {}, { source })).kind).toBe("ignored");
      for (const detailType of detailTypes) {
        expect(scenario.system.locate(eventOf(detailType, {}, { source })).kind).not.toBe("located");
      }
    }
  });
});
