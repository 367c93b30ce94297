import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import type { Ref } from "../../../src/handlers/deployment.ts";
import { pictureOf } from "../../bot/card/pictures.ts";
import { lines, said } from "../in-words.ts";
import { eventOf, place } from "../stage.ts";
import { everyKind, kinds, minute, type ProtonStage, refOf, setProtonStage } from "./stage.ts";

let stage: ProtonStage;
beforeEach(async () => {
  stage = await setProtonStage();
});
afterEach(() => stage.close());

const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 400 } as const;
const always = Number.POSITIVE_INFINITY;

function event(status: string, time = stage.clock.now()) {
  const detail = { name: "main", status };
  return eventOf("AWS Proton Environment Status Change", detail, { source: "aws.proton", time });
}

const idOf = ({ id }: Ref): string => id.split("#")[1] ?? "";

it("describes a service instance in progress", async () => {
  const ref = stage.deploy("service-instance");
  const deployment = await stage.look(ref);
  expect(deployment).toMatchObject({
    ref,
    lane: "service/orders/service-instance/blue",
    target: "orders/blue",
    systemTitle: "Proton",
    phase: "running",
    status: "IN_PROGRESS",
    startedAt: stage.clock.now(),
    holds: [],
    incident: false,
  });
  expect(deployment).not.toHaveProperty("consoleUrl");
  expect(said(deployment.where)).toBe("service instance in environment `main`");
  expect(said(deployment.progress?.headline)).toContain("In progress since ");
  expect(said(deployment.progress?.next)).toBe(
    "Proton finishes it, with success or failure. It tells no percentage.",
  );
  expect(deployment.progress).not.toHaveProperty("percent");
  expect(lines(deployment.changes)).toEqual([
    "Changes: template `web-service`, version `1.4` → `1.5`",
    "Spec: unchanged",
  ]);
  expect(lines(deployment.health)).toEqual(["Alarms: unknown, Proton does not report any"]);
  expect(said(deployment.expert)).toBe(
    `Deployment \`${idOf(ref).slice(0, 8)}\` · AWS ended support for Proton on 2026-10-07: the console is gone, so there is no link`,
  );
});

it.each([
  ["service-pipeline", "orders", "service pipeline"],
  ["environment", "main", "environment"],
  ["component", "queue", "component in environment `main`"],
] as const)("names a %s by what people call it", async (kind, target, where) => {
  const deployment = await stage.look(stage.deploy(kind));
  expect(deployment.target).toBe(target);
  expect(said(deployment.where)).toBe(where);
});

it.each(everyKind)(
  "offers to cancel the very deployment of a %s, and says what a late call may hit",
  async (kind) => {
    const ref = stage.deploy(kind);
    const { offers } = await stage.look(ref);
    expect(offers).toMatchObject([
      { action: "cancel", label: "Cancel", deny: "Let it run", evidence: { deployment: idOf(ref) } },
    ]);
    expect(said(offers[0]?.dialog)).toContain("a call that arrives late may hit the next deployment");
    expect(said(offers[0]?.dialog)).toContain("It may be too late");
  },
);

it("points from the resource of an event to its newest deployment", async () => {
  for (const kind of everyKind) {
    const ref = stage.deploy(kind);
    expect(await stage.inspect(stage.resource(kind))).toEqual({ kind: "points-to", refs: [ref] });
  }
});

it.each([
  ["CANCELLED", "stopped", false, undefined],
  ["FAILED", "failed", true, true],
  ["SUCCEEDED", "succeeded", false, undefined],
] as const)("tells a cancel that ends as %s as what it is", async (ends, phase, incident, overtaken) => {
  const ref = stage.deploy("environment", { cancel: { ends, afterMs: minute, message: "stack is stuck" } });
  await stage.system.act(await stage.look(ref), { action: "cancel", by: [] });
  const cancelling = await stage.look(ref);
  expect(cancelling).toMatchObject({ phase: "stopping", status: "CANCELLING", offers: [] });
  expect(said(cancelling.progress?.next)).toContain("if the cancel came too late, as succeeded");
  stage.clock.advance(minute);
  const ended = await stage.look(ref, cancelling);
  expect(ended).toMatchObject({ phase, status: ends, incident, endedAt: stage.clock.now(), offers: [] });
  expect(ended.overtaken).toBe(overtaken);
  expect(ended.reason).toBe(ends === "SUCCEEDED" ? undefined : "stack is stuck");
});

it("says of a failure only what is true whether or not somebody cancelled", async () => {
  const ref = stage.deploy("component", { failure: "Template validation failed" });
  stage.clock.advance(10 * minute);
  const failed = await stage.look(ref);
  expect(failed).toMatchObject({
    phase: "failed",
    overtaken: true,
    reason: "Template validation failed",
    remarks: [{ name: "status/FAILED", weight: "incident", cause: [], reason: "Template validation failed" }],
  });
  expect(said(failed.outcome)).toContain("either the deployment failed or its cancellation did");
});

it("tells how a deployment ended after the next one has begun, and offers no cancel for it", async () => {
  const first = stage.deploy("service-instance");
  stage.clock.advance(10 * minute);
  const second = stage.deploy("service-instance");
  expect(await stage.look(first)).toMatchObject({ phase: "succeeded", status: "SUCCEEDED", offers: [] });
  expect((await stage.look(second)).offers).toHaveLength(1);
});

it("believes whichever of two lagging reads shows the end", async () => {
  const ref = stage.deploy("environment");
  stage.clock.advance(10 * minute);
  stage.deploy("environment");
  stage.proton.reads.lagBy(1);
  expect(stage.proton.deployment(idOf(ref)).deploymentStatus).toBe("SUCCEEDED");
  expect(await stage.look(ref)).toMatchObject({ phase: "succeeded", offers: [] });
});

it("says that how it ended can't be read, where its record is denied after another has begun", async () => {
  const first = stage.deploy("environment");
  const before = await stage.look(first);
  stage.clock.advance(10 * minute);
  stage.deploy("environment");
  stage.aws.faults.next({ operation: "GetDeployment" }, denied, always);
  const lost = await stage.look(first, before);
  expect(lost).toMatchObject({ phase: "stopped", vanished: true, offers: [], incident: false });
  expect(said(lost.outcome)).toBe("Another deployment has taken its place.");
  const drawn = drawCard(pictureOf({ deployment: lost }));
  const words = JSON.stringify(drawn.blocks);
  expect(words).toContain("*How it ended can't be read:* access denied (`proton:GetDeployment`).");
  expect(`${words} ${drawn.text}`).not.toContain("no longer knows");
});

it("is gone where its resource was deleted under it, whatever its own record says", async () => {
  const ref = stage.deploy("environment");
  const missing = { kind: "error", when: "before", name: "ResourceNotFoundException", status: 400 } as const;
  stage.aws.faults.next({ operation: "GetEnvironment" }, missing, always);
  const why = "Proton does not know this environment";
  expect(await stage.inspect(ref)).toEqual({ kind: "gone", why });
  stage.clock.advance(10 * minute);
  expect(await stage.look(ref)).toMatchObject({ phase: "succeeded", offers: [] });
});

it("keeps an ending that it knew when the record can no longer be read", async () => {
  const first = stage.deploy("environment");
  stage.clock.advance(10 * minute);
  const ended = await stage.look(first);
  stage.deploy("environment");
  stage.aws.faults.next({ operation: "GetDeployment" }, denied, always);
  expect(await stage.look(first, ended)).toEqual(ended);
});

it("reads again where the record of a replaced deployment can't be read just now", async () => {
  const first = stage.deploy("environment");
  stage.clock.advance(10 * minute);
  stage.deploy("environment");
  stage.aws.faults.next({ operation: "GetDeployment" }, { ...denied, name: "ThrottlingException" }, always);
  // The SDK waits a random time before it tries again, which is not what the deadline is for.
  const random = vi.spyOn(Math, "random").mockReturnValue(0);
  expect(await stage.inspect(first)).toMatchObject({
    kind: "unreadable",
    why: "AWS throttles the calls (proton:GetDeployment)",
  });
  random.mockRestore();
});

it("is gone where Proton knows neither the record nor the resource", async () => {
  const newer = stage.deploy("environment");
  expect(await stage.inspect(refOf(`${kinds.environment.id}#forgotten`))).toEqual({
    kind: "gone",
    why: "Proton shows another deployment of this environment and no longer knows this one",
  });
  expect(await stage.inspect(refOf("environment/never"))).toEqual({
    kind: "gone",
    why: "Proton does not know this environment",
  });
  expect((await stage.inspect(refOf(`component/never#${idOf(newer)}`))).kind).toBe("gone");
  expect((await stage.inspect(refOf("cluster/main"))).kind).toBe("gone");
});

it("offers the cancel without the record, and says why the change is unknown", async () => {
  const ref = stage.deploy("service-pipeline");
  stage.aws.faults.next({ operation: "GetDeployment" }, denied, always);
  const deployment = await stage.look(ref);
  expect(lines(deployment.changes)).toEqual(["Changes: unknown, access denied (`proton:GetDeployment`)"]);
  expect(deployment.offers.map(({ evidence }) => evidence)).toEqual([{ deployment: idOf(ref) }]);
});

it("offers the cancel although the record does not come", async () => {
  const ref = stage.deploy("service-pipeline");
  stage.aws.faults.next({ operation: "GetDeployment" }, { kind: "hang", when: "before" }, always);
  expect((await stage.look(ref)).offers.map(({ action }) => action)).toEqual(["cancel"]);
});

it("never cancels blindly where Proton names no deployment, and says so", async () => {
  stage.deploy("service-instance");
  stage.proton.showIds(false);
  const seen = await stage.inspect(stage.resource("service-instance"));
  const [ref] = seen.kind === "points-to" ? seen.refs : [];
  if (ref === undefined) throw new Error(`saw ${JSON.stringify(seen)}`);
  const deployment = await stage.look(ref);
  expect(deployment.offers.map(({ evidence }) => evidence)).toEqual([{ deployment: null }]);
  expect(said(deployment.progress?.next)).toContain("Proton does not say which deployment this is.");
  expect(lines(deployment.changes)).toEqual(["Changes: unknown, Proton gives no id to read them by"]);
  stage.clock.advance(10 * minute);
  expect(await stage.look(ref)).toMatchObject({ phase: "succeeded", offers: [] });
  stage.deploy("service-instance");
  expect((await stage.inspect(ref)).kind).toBe("gone");
});

it("finds no deployment at a resource at rest, except from the event of its end", async () => {
  const ref = stage.deploy("environment");
  stage.clock.advance(10 * minute);
  const rest = stage.resource("environment");
  expect(await stage.inspect(rest)).toEqual({ kind: "points-to", refs: [] });
  expect(await stage.inspect(rest, event("SUCCEEDED"))).toEqual({ kind: "points-to", refs: [ref] });
  const later = event("SUCCEEDED", stage.clock.now() + 60 * minute);
  expect(await stage.inspect(rest, later)).toEqual({ kind: "points-to", refs: [] });
});

it("does not take the deployment before for the one whose beginning an event tells", async () => {
  stage.deploy("environment");
  stage.clock.advance(10 * minute);
  const started = event("IN_PROGRESS");
  const seen = await stage.inspect(stage.resource("environment"), started);
  expect(seen).toEqual({ kind: "points-to", refs: [] });
  expect(stage.system.confirms(seen, { kind: "started" })).toBe(false);
});

it("finds no deployment where a resource is being deleted", async () => {
  stage.deploy("environment");
  stage.clock.advance(10 * minute);
  stage.proton.show(stage.arns.environment, "DELETE_IN_PROGRESS");
  expect(await stage.inspect(stage.resource("environment"), event("IN_PROGRESS"))).toEqual({
    kind: "points-to",
    refs: [],
  });
});

it("confirms an end only when the read shows it", async () => {
  const ref = stage.deploy("environment");
  const running = await stage.inspect(ref);
  expect(stage.system.confirms(running, { kind: "started" })).toBe(true);
  expect(stage.system.confirms(running, { kind: "ended" })).toBe(false);
  stage.clock.advance(10 * minute);
  expect(stage.system.confirms(await stage.inspect(ref), { kind: "ended" })).toBe(true);
  stage.aws.faults.next({}, denied, always);
  expect(stage.system.confirms(await stage.inspect(ref), { kind: "started" })).toBe(false);
});

it("says why it can't be read, and logs it once until it is answered again", async () => {
  const ref = stage.deploy("environment");
  const why = "access denied (proton:GetEnvironment); AWS ended support for Proton on 2026-10-07";
  stage.aws.faults.next({ operation: "GetEnvironment" }, denied, 3);
  for (let look = 0; look < 3; look += 1) {
    expect(await stage.inspect(ref)).toMatchObject({ kind: "unreadable", why });
  }
  const warnings = () => stage.logs.filter(({ level }) => level === "warn");
  expect(warnings()).toMatchObject([{ message: "Proton can't be read", fields: { why } }]);
  await stage.look(ref);
  stage.aws.faults.next({ operation: "GetEnvironment" }, denied);
  await stage.inspect(ref);
  expect(warnings()).toHaveLength(2);
});

it("can't read an account that is not configured", async () => {
  const ref = { ...stage.resource("environment"), account: "999988887777" };
  expect(await stage.inspect(ref)).toMatchObject({
    kind: "unreadable",
    why: `account 999988887777 in ${place.region} is not configured`,
  });
});
