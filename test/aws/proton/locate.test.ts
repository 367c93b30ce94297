import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { parseEvents } from "../../../src/aws/events/envelope.ts";
import { listensTo, locate } from "../../../src/aws/proton/locate.ts";
import { laneOf, parseRefId } from "../../../src/aws/proton/resource.ts";
import type { AwsEvent } from "../../../src/handlers/ports.ts";
import { eventOf, place } from "../stage.ts";
import { refOf } from "./stage.ts";

const folder = join(import.meta.dirname, "../../fixtures/eventbridge");
const fixture = (name: string): string => readFileSync(join(folder, `${name}.json`), "utf8");
const named = (what: string): string => `AWS Proton ${what} Status Change`;

function changed(what: string, detail: Readonly<Record<string, unknown>>, rest: Partial<AwsEvent> = {}) {
  return locate(eventOf(named(what), detail, { source: "aws.proton", ...rest }));
}

it("locates the pipeline of the sample that is made from AWS's table", () => {
  const parsed = parseEvents(fixture("proton-service-pipeline-status-change"));
  const event = parsed.kind === "parsed" ? parsed.events[0]?.event : undefined;
  expect(event && locate(event)).toEqual({
    kind: "located",
    located: {
      ref: {
        system: "proton",
        account: "123456789012",
        region: "us-west-2",
        id: "service/simple-svc/pipeline",
      },
      weight: "progress",
      claim: { kind: "started" },
    },
  });
});

it("refuses the sample as the guide prints it: a list of types, and no account, region or id", () => {
  expect(parseEvents(fixture("proton-environment-status-change-as-printed"))).toEqual({
    kind: "parsed",
    events: [],
    bad: [{ index: 0, why: expect.stringMatching(/^(id|detail-type|account|region): /) }],
  });
});

it.each([
  ["as it is, a deletion", {}, { kind: "ignored", why: "deletes a resource and deploys nothing" }],
  [
    "with another status",
    { status: "FAILED" },
    { kind: "located", located: { ref: { id: "environment/sample-environment" }, weight: "incident" } },
  ],
])("reads the printed detail %s once its envelope is whole", (_, change, location) => {
  const { detail } = z
    .object({ detail: z.looseObject({}) })
    .parse(JSON.parse(fixture("proton-environment-status-change-as-printed")));
  expect(changed("Environment", { ...detail, ...change })).toMatchObject(location);
});

it.each([
  ["Service Pipeline", { serviceName: "orders" }, "service/orders/pipeline"],
  ["Service Instance", { serviceName: "orders", name: "blue" }, "service/orders/service-instance/blue"],
  ["Environment", { name: "main" }, "environment/main"],
  ["Component", { name: "queue" }, "component/queue"],
])("names the resource of a change of %s, and no deployment", (what, names, id) => {
  const location = changed(what, { ...names, status: "IN_PROGRESS", previousStatus: "SUCCEEDED" });
  expect(location).toMatchObject({ kind: "located", located: { ref: refOf(id) } });
  expect(parseRefId(id)).not.toHaveProperty("deployment");
});

it.each([
  ["IN_PROGRESS", { weight: "progress", claim: { kind: "started" } }],
  ["CANCELLING", { weight: "ending" }],
  ["CANCELLED", { weight: "ending", claim: { kind: "ended" } }],
  ["SUCCEEDED", { weight: "ending", claim: { kind: "ended" } }],
  ["FAILED", { weight: "incident", claim: { kind: "ended" } }],
  ["PAUSED", { weight: "progress" }],
])("takes status %s for a claim and a weight", (status, news) => {
  expect(changed("Component", { name: "queue", status })).toEqual({
    kind: "located",
    located: { ref: refOf("component/queue"), ...news },
  });
});

it.each(["DELETE_IN_PROGRESS", "DELETE_FAILED", "DELETE_COMPLETE", "DELETED"])(
  "leaves %s alone, which deploys nothing",
  (status) => {
    expect(changed("Environment", { name: "main", status }).kind).toBe("ignored");
  },
);

it.each(["Service", "Environment Template", "Service Template Version", "Environment Account Connection"])(
  "neither asks for changes of %s nor takes them",
  (what) => {
    expect(changed(what, { name: "orders", status: "ACTIVE" }).kind).toBe("ignored");
    expect(listensTo[0].detailTypes).not.toContain(named(what));
  },
);

const arn = (path: string, account = place.account) => `arn:aws:proton:${place.region}:${account}:${path}`;

it.each([
  ["service/orders/service-instance/blue", "service/orders/service-instance/blue"],
  ["service/orders/pipeline/4e1f7f1a", "service/orders/pipeline"],
])("follows the ARN %s of a deployment's event, whose detail AWS does not describe", (path, id) => {
  const resources = [arn("deployment/5f0e2a11"), arn(path)];
  expect(changed("Deployment", { anything: 1 }, { resources })).toEqual({
    kind: "located",
    located: { ref: refOf(id), weight: "progress" },
  });
});

it("ignores a deployment's event that names no resource, and refuses one of another account", () => {
  expect(changed("Deployment", {}).kind).toBe("ignored");
  expect(changed("Deployment", {}, { resources: [arn("deployment/5f0e2a11")] }).kind).toBe("ignored");
  expect(changed("Deployment", {}, { resources: [arn("environment/main", "999988887777")] }).kind).toBe(
    "malformed",
  );
});

it.each([
  ["a name with a separator", { name: "main#5f0e", status: "FAILED" }],
  ["a name with a path", { name: "main/../other", status: "FAILED" }],
  ["no name", { status: "FAILED" }],
  ["no status", { name: "main" }],
  ["a status that is no text", { name: "main", status: 7 }],
])("refuses %s", (_, detail) => {
  expect(changed("Environment", detail).kind).toBe("malformed");
});

it("never throws, whatever a detail holds", () => {
  const types = listensTo[0].detailTypes;
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.object(), fc.array(fc.string()), (type, detail, resources) => {
      const location = locate(eventOf(type, { ...detail }, { source: "aws.proton", resources }));
      expect(["located", "ignored", "malformed"]).toContain(location.kind);
    }),
  );
});

it("lets one lease cover a resource and all of its deployments", () => {
  const id = "service/orders/service-instance/blue";
  expect([id, `${id}#d1`, `${id}#d2`].map((each) => laneOf(refOf(each)))).toEqual([id, id, id]);
});

it.each([
  "",
  "#",
  "environment/main#",
  "environment/main#a#b",
  "environment/",
  "service/orders",
  "cluster/a",
])("takes %j for no ref of Proton", (id) => {
  expect(parseRefId(id)).toBeUndefined();
});
