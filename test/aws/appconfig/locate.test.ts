import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { consoleUrl, parseId, printId } from "../../../src/aws/appconfig/id.ts";
import { listensTo, locate } from "../../../src/aws/appconfig/locate.ts";
import { parseEvents } from "../../../src/aws/events/envelope.ts";
import { eventOf } from "../stage.ts";

const source = "aws.appconfig";
const sample = readFileSync(
  join(import.meta.dirname, "../../fixtures/eventbridge/appconfig-on-deployment-complete.json"),
);
const detail = (more: object = {}) => ({
  Type: "OnDeploymentStart",
  Application: { Id: "ba8toh7", Name: "MyApp" },
  Environment: { Id: "pgil2o7", Name: "MyEnv" },
  DeploymentNumber: 1,
  ...more,
});

it("finds the deployment of the published sample", () => {
  const parsed = parseEvents(sample);
  const event = parsed.kind === "parsed" ? parsed.events[0]?.event : undefined;
  expect(event && locate(event)).toEqual({
    kind: "located",
    located: {
      ref: { system: "appconfig", account: "111122223333", region: "us-east-1", id: "ba8toh7/pgil2o7/1" },
      weight: "ending",
      claim: { kind: "ended" },
    },
  });
});

it.each([
  ["On Deployment Start", "OnDeploymentStart", "started"],
  ["On Deployment Step", "OnDeploymentStep", "started"],
  ["On Deployment Baking", "OnDeploymentBaking", "started"],
  ["On Deployment Complete", "ONDEPLOYMENTCOMPLETE", "ended"],
  ["On Deployment Rollback", "OnDeploymentRollback", "ended"],
  ["On Deployment Rolled Back", "onDeploymentRolledBack", "ended"],
  ["On Deployment Rollback", "OnDeploymentRolledBack", "ended"],
  ["On Deployment Complete", undefined, "ended"],
])("takes %s with type %s for %s", (detailType, Type, kind) => {
  expect(locate(eventOf(detailType, detail({ Type }), { source }))).toMatchObject({
    kind: "located",
    located: { claim: { kind } },
  });
});

it.each([
  ["AWS API Call via CloudTrail", "OnDeploymentStart"],
  ["On Deployment Tick", "AtDeploymentTick"],
  ["On Deployment Start", "PreStartDeployment"],
])("leaves %s with type %s alone", (detailType, Type) => {
  expect(locate(eventOf(detailType, detail({ Type }), { source })).kind).toBe("ignored");
});

it.each([
  ["no number", { DeploymentNumber: undefined }],
  ["number zero", { DeploymentNumber: 0 }],
  ["a fraction", { DeploymentNumber: 1.5 }],
  ["a path in the id", { Application: { Id: "../ba8" } }],
  ["no environment", { Environment: {} }],
])("refuses an event with %s", (_, more) => {
  expect(locate(eventOf("On Deployment Start", detail(more), { source })).kind).toBe("malformed");
});

it("never throws, whatever the detail is", () => {
  const types = fc.constantFrom(...listensTo.flatMap(({ detailTypes }) => detailTypes));
  const details = fc.dictionary(
    fc.constantFrom("Type", "Application", "DeploymentNumber", "x"),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(types, details, (detailType, junk) => {
      expect(["ignored", "malformed"]).toContain(locate(eventOf(detailType, junk, { source })).kind);
    }),
  );
});

it("reads back the ids that it prints, and nothing else", () => {
  const id = { application: "k3f9a2x", environment: "p7d2m4q", number: 128 };
  expect(parseId(printId(id))).toEqual(id);
  for (const other of ["", "k3f9a2x/p7d2m4q", "k3f9a2x/p7d2m4q/x", "a/b/1", "k3f9a2x/p7d2m4q/1/2"])
    expect(parseId(other)).toBeUndefined();
});

it.each([
  ["eu-west-1", "eu-west-1.console.aws.amazon.com"],
  ["cn-north-1", "console.amazonaws.cn"],
  ["us-gov-west-1", "console.amazonaws-us-gov.com"],
])("links to the console of %s", (region, host) => {
  const id = { application: "k3f9a2x", environment: "p7d2m4q", number: 128 };
  const ref = { system: "appconfig", account: "111122223333", region, id: printId(id) } as const;
  expect(consoleUrl(ref, id)).toBe(
    `https://${host}/systems-manager/appconfig/applications/k3f9a2x/environments/p7d2m4q/deployments/128?region=${region}`,
  );
});
