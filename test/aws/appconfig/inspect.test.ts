import { afterEach, beforeEach, expect, it } from "vitest";
import { createAppConfig } from "../../../src/aws/appconfig/index.ts";
import { createClients } from "../../../src/aws/client/clients.ts";
import type { Deployment } from "../../../src/handlers/deployment.ts";
import { observe } from "../../../src/handlers/jobs/observe.ts";
import { lines, said } from "../in-words.ts";
import { place, role } from "../stage.ts";
import { type AppConfigStage, hour, minute, offerOf, setAppConfigStage } from "./stage.ts";

let stage: AppConfigStage;
beforeEach(async () => {
  stage = await setAppConfigStage();
});
afterEach(() => stage.close());

const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 403 } as const;
const always = Number.POSITIVE_INFINITY;

it("describes a deployment that is under way", async () => {
  const key = stage.deploy({ versionLabel: "raise cart limit", description: "for the autumn sale" });
  stage.clock.advance(11 * minute);
  const deployment = await stage.look(key);
  expect(deployment).toMatchObject({
    lane: stage.refOf(key).id,
    target: "checkout/live",
    systemTitle: "AppConfig",
    phase: "running",
    status: "DEPLOYING",
    holds: [],
    incident: false,
    progress: { percent: 40 },
    strategy: { id: stage.strategyId, name: "linear-20-30min" },
    consoleUrl: `https://eu-west-1.console.aws.amazon.com/systems-manager/appconfig/applications/${key.applicationId}/environments/${key.environmentId}/deployments/2?region=eu-west-1`,
  });
  expect(said(deployment.where)).toBe("application `checkout`, environment `live`");
  expect(said(deployment.progress?.headline)).toBe("40% of the targets have version 57");
  const began = deployment.startedAt ?? 0;
  const about = (percent: number, minutes: number) =>
    `${percent}% about ${JSON.stringify({ time: began + minutes * minute, show: "deadline" })}`;
  expect(said(deployment.progress?.next)).toBe(
    `${about(60, 15)}, ${about(80, 20)}, ${about(100, 25)}, then 10 min bake time.`,
  );
  expect(lines(deployment.changes)).toEqual([
    "Configuration: `checkout-flags`",
    "Version: `56` → `57`, “`raise cart limit`”",
    "Description: `for the autumn sale`",
  ]);
  expect(said(deployment.expert)).toBe("Deployment 2 · strategy `linear-20-30min`: linear, 20%, 30 min");
  const [lastStep, alarms] = lines(deployment.health);
  expect(lastStep).toMatch(/^Last step: 40% at /);
  expect(alarms).toBe("Alarms: ✅ 1 of 1 OK; AppConfig rolls back if one is in ALARM");
  expect(lines(deployment.details)).toContain("Alarms that AppConfig watches: `checkout-5xx`");
});

it("offers to cancel what is under way although names and history do not come", async () => {
  const key = stage.deploy();
  stage.clock.advance(11 * minute);
  for (const operation of ["GetApplication", "GetDeploymentStrategy", "ListDeployments"])
    stage.aws.faults.next({ operation }, { kind: "hang", when: "before" }, always);
  const deployment = await stage.look(key);
  expect(deployment.offers.map(({ action }) => action)).toEqual(["cancel"]);
  expect(lines(deployment.changes).join()).toContain("AWS did not answer (`appconfig:ListDeployments`)");
});

it("offers to cancel what is under way, and says who loses what", async () => {
  const key = stage.deploy();
  stage.clock.advance(11 * minute);
  const { offers } = await stage.look(key);
  expect(offers.map(({ action, label }) => [action, label])).toEqual([["cancel", "Cancel and roll back"]]);
  const [cancel] = offers;
  expect(said(cancel?.consequence)).toBe("all targets return to version 56.");
  expect(said(cancel?.dialog)).toBe(
    "AppConfig stops and rolls back: the 40% of targets that have version 57 get version 56 again.",
  );
  expect(cancel?.evidence).toEqual({ deployment: "2" });
  expect(cancel?.until).toBeUndefined();
});

it("says during the bake time that AWS may refuse to cancel", async () => {
  const key = stage.deploy();
  stage.clock.advance(35 * minute);
  const deployment = await stage.look(key);
  expect(deployment.status).toBe("BAKING");
  const end = JSON.stringify({ time: (deployment.startedAt ?? 0) + 40 * minute, show: "deadline" });
  expect(said(deployment.progress?.next)).toBe(
    `the bake time ends about ${end}, then alarms no longer roll it back.`,
  );
  expect(said(offerOf(deployment, "cancel").dialog)).toContain("AWS does not say whether it takes this");
});

it("offers to revert what is complete for 72 hours, with the way back by name", async () => {
  const key = stage.deployAll();
  const deployment = await stage.look(key);
  const completed = stage.appconfig.deployment(key).CompletedAt?.getTime() ?? 0;
  expect(deployment).toMatchObject({ phase: "succeeded", status: "COMPLETE", endedAt: completed });
  expect(deployment.offers).toHaveLength(1);
  const offer = offerOf(deployment, "revert");
  expect(offer).toMatchObject({
    label: "Revert to version 56",
    deny: "Keep 57",
    until: completed + 72 * hour,
  });
  expect(offer.evidence).toEqual({ deployment: "2", "newest deployment": "2", "version before": "56" });
  expect(said(offer.dialog)).toBe(
    "All targets get version 56 again, at once and without steps. Alarms are not watched. To return to 57 somebody must deploy it again.",
  );
  expect(said(deployment.outcome)).toBe(
    "All targets have version 57 of `checkout-flags` (before: 56). No longer rolled back by alarms.",
  );
  expect(deployment.serving).toBe("new");
});

it("offers no revert once 72 hours are over", async () => {
  const key = stage.deployAll();
  const until = offerOf(await stage.look(key), "revert").until ?? 0;
  stage.clock.advance(until - stage.clock.now() - 1_000);
  expect((await stage.look(key)).offers).toHaveLength(1);
  stage.clock.advance(1_000);
  expect((await stage.look(key)).offers).toEqual([]);
});

it("offers no revert of what a later deployment has replaced, until that one goes back", async () => {
  const key = stage.deployAll();
  const before = offerOf(await stage.look(key), "revert");
  const later = stage.deploy({ version: "58" });
  const replaced = await stage.look(key);
  expect(replaced.offers).toEqual([]);
  expect(replaced).toMatchObject({ serving: "unknown", replaced: true });
  const { emoji, words } = replaced.remarks.at(-1) ?? { emoji: "", words: [] };
  expect(`${emoji} ${said(words)}`).toBe(
    "ℹ️ AppConfig finished: all targets got version 57; a later deployment decides what they get now",
  );
  expect(said(replaced.outcome)).toBe(
    "All targets got version 57 of `checkout-flags` (before: 56). Deployment 3 with version 58 came after it.",
  );
  stage.appconfig.console.stop(later);
  stage.clock.advance(minute);
  expect(offerOf(await stage.look(key), "revert")).toEqual(before);
});

it("offers a revert beside a later deployment of another configuration", async () => {
  const key = stage.deployAll();
  stage.deploy({ profile: "prices", version: "9" });
  expect(offerOf(await stage.look(key), "revert").evidence).toMatchObject({ "newest deployment": "2" });
});

it("lets nobody revert while it is not known what came later", async () => {
  const key = stage.deployAll();
  stage.aws.faults.next({ operation: "ListDeployments" }, denied);
  const deployment = await stage.look(key);
  const offer = offerOf(deployment, "revert");
  expect(offer.evidence["newest deployment"]).toBeNull();
  expect(said(offer.unread)).toBe("access denied (`appconfig:ListDeployments`)");
  expect(offer.label).toBe("Revert to the version before");
  expect(lines(deployment.changes)[1]).toBe(
    "Version: unknown, the old one: access denied (`appconfig:ListDeployments`). New: `57`",
  );
});

it("still offers to cancel when nothing else can be read", async () => {
  const key = stage.deploy();
  const whole = offerOf(await stage.look(key), "cancel");
  for (const operation of ["ListDeployments", "GetApplication", "GetEnvironment", "GetDeploymentStrategy"])
    stage.aws.faults.next({ operation }, denied, always);
  const offer = offerOf(await stage.look(key), "cancel");
  expect(offer.evidence).toEqual(whole.evidence);
  expect(said(offer.consequence)).toBe("AppConfig stops and rolls back. Not known: to which version.");
});

it("does not promise a version where others in between went back", async () => {
  const undone = stage.deploy({ version: "57" });
  stage.appconfig.console.stop(undone);
  stage.clock.advance(minute);
  const key = stage.deployAll({ version: "58" });
  const deployment = await stage.look(key);
  expect(lines(deployment.changes)[1]).toBe("Version: `56` → `58`");
  expect(lines(deployment.details)).toContain(
    "Deployment 2 before it: version 57 did not stay: `ROLLED_BACK`",
  );
  const offer = offerOf(deployment, "revert");
  expect(offer.label).toBe("Revert to the version before");
  expect(said(offer.dialog)).toContain("By its list that is version 56; others in between went back.");
});

it("says of a first deployment that there is nothing to return to", async () => {
  const key = stage.deploy({ profile: "prices", version: "1" });
  const running = await stage.look(key);
  expect(lines(running.changes)[1]).toBe("Version: `1` (no earlier one was completed here)");
  expect(said(offerOf(running, "cancel").dialog)).toContain("what the targets get then is not known");
  stage.clock.advance(hour);
  expect(said(offerOf(await stage.look(key), "revert").dialog)).toContain("is not known");
});

it("finds the version before over several pages of other deployments", async () => {
  for (let count = 0; count < 55; count += 1) stage.deployAll({ profile: "prices", version: String(count) });
  const key = stage.deploy();
  expect(lines((await stage.look(key)).changes)[1]).toBe("Version: `56` → `57`");
  expect(stage.aws.calls.all({ operation: "ListDeployments" })).toHaveLength(2);
});

it("tells who rolled back: a person is no incident, an alarm and an error are", async () => {
  const stopped = stage.deploy();
  stage.appconfig.console.stop(stopped);
  const going = await stage.look(stopped);
  expect(going).toMatchObject({ phase: "rolling-back", status: "ROLLING_BACK", incident: false, offers: [] });
  expect(said(going.progress?.next)).toBe("all targets get version 56 again.");
  stage.clock.advance(minute);
  const gone = await stage.look(stopped);
  expect(gone).toMatchObject({ phase: "rolled-back", incident: false, offers: [] });
  expect(gone.reason).toBeUndefined();
  expect(gone.overtaken).toBeUndefined();
  expect(said(gone.outcome)).toBe("All targets get version 56 again. Version 57 is not live.");
  expect([going.serving, gone.serving]).toEqual([undefined, "previous"]);

  const alarmed = stage.deploy();
  stage.appconfig.alarm(alarmed, "checkout-5xx");
  const incident = await stage.look(alarmed);
  expect(incident).toMatchObject({ phase: "rolling-back", incident: true, overtaken: true });
  expect(incident.reason).toContain("alarm:checkout-5xx");
  expect(lines(incident.health)[0]).toBe("Alarms: 🚨 `checkout-5xx` was in ALARM");
  expect(incident.remarks.find(({ weight }) => weight === "incident")).toMatchObject({
    name: "incident/alarm",
    words: ["alarm ", { code: "checkout-5xx" }, " went off, so AppConfig rolls back"],
    cause: ["alarm ", { code: "checkout-5xx" }, " went off"],
  });
  stage.clock.advance(minute);
  expect(await stage.look(alarmed)).toMatchObject({ phase: "rolled-back", incident: true, overtaken: true });

  const broken = stage.deploy();
  stage.appconfig.failInside(broken);
  expect(await stage.look(broken)).toMatchObject({ incident: true, overtaken: true });
});

it("shows a revert as rolled back, which no cancel brought about", async () => {
  const key = stage.deployAll();
  stage.appconfig.console.stop(key, { allowRevert: true });
  const deployment = await stage.look(key);
  expect(deployment).toMatchObject({
    phase: "rolled-back",
    status: "REVERTED",
    incident: false,
    overtaken: true,
    offers: [],
    endedAt: stage.clock.now(),
  });
  expect(deployment.remarks.map(({ name }) => name)).toContain("event/REVERT_COMPLETED");
});

it("tells each step once, whichever reads saw it", async () => {
  const key = stage.deploy();
  const seen = new Set<string>();
  for (let look = 0; look < 60; look += 1) {
    stage.clock.advance(minute);
    const { remarks } = await stage.look(key);
    for (const { name } of remarks) seen.add(name);
  }
  const last = await stage.look(key);
  expect([...seen].sort()).toEqual(last.remarks.map(({ name }) => name).sort());
  expect(last.remarks.map(({ words }) => said(words))).toEqual([
    "AppConfig began to deploy version 57",
    "20% of the targets have version 57",
    "40% of the targets have version 57",
    "60% of the targets have version 57",
    "80% of the targets have version 57",
    "100% of the targets have version 57",
    "the bake time began: 10 min",
    "AppConfig finished: all targets got version 57",
  ]);
});

it("shows ids where a name can't be read, says why, and asks again", async () => {
  const key = stage.deploy();
  stage.aws.faults.next({ operation: "GetApplication" }, denied);
  const blind = await stage.look(key);
  expect(blind.target).toBe(`${key.applicationId}/live`);
  expect(said(blind.where)).toBe(
    `application \`${key.applicationId}\` (its id; the name is unknown), environment \`live\``,
  );
  expect(lines(blind.details)[0]).toBe(
    "Application name: unknown, access denied (`appconfig:GetApplication`)",
  );
  expect((await stage.look(key)).target).toBe("checkout/live");
});

it("keeps the name that a deployment had when it can't be read for a while", async () => {
  const key = stage.deploy();
  const before = await stage.look(key);
  stage.clock.advance(10 * minute);
  stage.aws.faults.next({ operation: "GetApplication" }, denied, always);
  stage.aws.faults.next({ operation: "GetEnvironment" }, denied, always);
  expect((await stage.look(key)).target).toBe("checkout/live");
  const clients = createClients([{ id: place.account, regions: [place.region], role, externalId: "e-1" }]);
  const restarted = createAppConfig(clients, stage.telemetry, stage.clock.now);
  const seen = await restarted.inspect(stage.refOf(key), { hint: {}, previous: before });
  expect(seen).toMatchObject({ deployment: { target: "checkout/live" } });
  clients.destroy();
});

it.each([
  ["cancel", () => stage.deploy(), ["GetDeployment"]],
  ["revert", () => stage.deployAll(), ["GetDeployment", "ListDeployments"]],
] as const)(
  "reads for a %s that somebody waits for only what decides about it",
  async (action, begin, reads) => {
    const key = begin();
    stage.clock.advance(11 * minute);
    const previous = await stage.look(key);
    const asked = () => stage.aws.calls.all().map(({ operation }) => operation);
    const before = asked().length;
    const seen = await stage.system.inspect(stage.refOf(key), { hint: {}, previous, urgent: true });
    if (seen.kind !== "deployment") throw new Error(`saw ${JSON.stringify(seen)}`);
    expect(asked().slice(before)).toEqual(reads);
    const decidedBy = ({ target, phase, remarks }: Deployment) => ({
      ...{ target, phase },
      remarks: remarks.map(({ name, weight, said: about }) => ({ name, weight, about })),
    });
    expect(decidedBy(seen.deployment)).toEqual(decidedBy(previous));
    const [offer] = seen.deployment.offers;
    expect(offer).toMatchObject({ action, evidence: offerOf(previous, action).evidence });
  },
);

it("reads names once for many looks", async () => {
  const key = stage.deploy();
  for (let look = 0; look < 5; look += 1) await stage.look(key);
  for (const operation of ["GetApplication", "GetDeploymentStrategy"])
    expect(stage.aws.calls.all({ operation })).toHaveLength(1);
  // The alarms that are watched stand there, too, and can change.
  expect(stage.aws.calls.all({ operation: "GetEnvironment" })).toHaveLength(5);
});

it("says that a strategy is deleted, and offers none for editing", async () => {
  const key = stage.deploy();
  stage.aws.faults.next(
    { operation: "GetDeploymentStrategy" },
    { kind: "error", when: "before", name: "ResourceNotFoundException", status: 404 },
  );
  const deployment = await stage.look(key);
  expect(deployment.strategy).toBeUndefined();
  expect(said(deployment.expert)).toContain("(deleted): linear, 20%, 30 min");
});

it("is gone when AppConfig does not know it, and unreadable when AWS does not tell", async () => {
  const ref = stage.refOf({ ...stage.deploy(), number: 99 });
  expect(await stage.system.inspect(ref, { hint: {} })).toEqual({
    kind: "gone",
    why: "AppConfig does not know this deployment",
  });
  expect((await stage.system.inspect({ ...ref, id: "what?" }, { hint: {} })).kind).toBe("gone");
  stage.aws.faults.next({ operation: "GetDeployment" }, denied);
  expect(await stage.system.inspect(ref, { hint: {} })).toMatchObject({
    kind: "unreadable",
    why: "access denied (appconfig:GetDeployment)",
  });
  const elsewhere = await stage.system.inspect({ ...ref, region: "us-west-2" }, { hint: {} });
  expect(elsewhere).toMatchObject({
    kind: "unreadable",
    why: `account ${place.account} in us-west-2 is not configured`,
  });
});

it("confirms an ending only when AWS shows it", async () => {
  const key = stage.deploy();
  const inspect = () => stage.system.inspect(stage.refOf(key), { hint: {} });
  const running = await inspect();
  expect(stage.system.confirms(running, { kind: "started" })).toBe(true);
  expect(stage.system.confirms(running, { kind: "ended" })).toBe(false);
  expect(stage.system.confirms({ kind: "gone", why: "" }, { kind: "started" })).toBe(false);
  stage.clock.advance(hour);
  expect(stage.system.confirms(await inspect(), { kind: "ended" })).toBe(true);
});

it("resolves a cancel by what AWS shows: done, overtaken by an alarm, or too late", async () => {
  const saw = async (key: Parameters<AppConfigStage["look"]>[0]) =>
    observe(await stage.look(key), "end", { action: "cancel" }, stage.clock.now());
  const cancelled = stage.deploy();
  expect(await saw(cancelled)).toBe("open");
  stage.appconfig.console.stop(cancelled);
  expect(await saw(cancelled)).toBe("match");
  stage.clock.advance(minute);
  expect(await saw(cancelled)).toBe("match");
  const alarmed = stage.deploy();
  stage.appconfig.alarm(alarmed, "checkout-5xx");
  expect(await saw(alarmed)).toBe("other");
  stage.clock.advance(minute);
  const late = stage.deployAll();
  expect(await saw(late)).toBe("other");
  stage.appconfig.console.stop(late, { allowRevert: true });
  expect(await saw(late)).toBe("other");
  expect(observe(await stage.look(late), "revert", { action: "revert" }, stage.clock.now())).toBe("match");
});
