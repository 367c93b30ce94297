import type { RevisionLocation } from "@aws-sdk/client-codedeploy";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseAppSpec } from "../../../src/aws/codedeploy/facts/app-spec.ts";
import { revisionsOf } from "../../../src/aws/codedeploy/facts/revision.ts";
import { rolloutOf } from "../../../src/aws/codedeploy/words/rollout.ts";
import { versionsOf } from "../../../src/aws/codedeploy/words/versions.ts";

const lambdaSpec = `version: 0.0
Resources:
  - invoice:
      Type: AWS::Lambda::Function
      Properties:
        Name: "invoice-worker"
        Alias: "live"
        CurrentVersion: 17
        TargetVersion: "18"
Hooks:
  - BeforeAllowTraffic: "approve"
`;
const ecsSpec = (revision: number): string =>
  JSON.stringify({
    version: 0,
    Resources: [
      {
        TargetService: {
          Type: "AWS::ECS::Service",
          Properties: { TaskDefinition: `arn:aws:ecs:eu-west-1:1:task-definition/checkout:${revision}` },
        },
      },
    ],
    Hooks: [{ BeforeInstall: "approve" }, { BeforeAllowTraffic: "approve" }],
  });
const spec = (content: string, sha256 = "0123456789abcdef"): RevisionLocation => ({
  revisionType: "AppSpecContent",
  appSpecContent: { content, sha256 },
});
const s3 = (key: string, rest: Readonly<Record<string, string>> = {}): RevisionLocation => ({
  revisionType: "S3",
  s3Location: { bucket: "releases", key, ...rest },
});
const commit = (commitId: string): RevisionLocation => ({
  revisionType: "GitHub",
  gitHubLocation: { repository: "shop/store", commitId },
});

it.each([
  ["two bundles", s3("a/r-1.zip"), s3("a/r-2.zip"), "Revision", "r-1.zip", "r-2.zip"],
  [
    "one bundle in two versions",
    s3("r.zip", { version: "v1" }),
    s3("r.zip", { version: "v2" }),
    "Revision",
    "r.zip v1",
    "r.zip v2",
  ],
  [
    "one bundle with two hashes",
    s3("r.zip", { eTag: '"aa"' }),
    s3("r.zip", { eTag: '"bb"' }),
    "Revision",
    "r.zip aa",
    "r.zip bb",
  ],
  ["two commits", commit("a".repeat(40)), commit("b".repeat(40)), "Commit", "aaaaaaaa", "bbbbbbbb"],
  [
    "two task definitions",
    spec(ecsSpec(41)),
    spec(ecsSpec(42)),
    "Task definition",
    "checkout:41",
    "checkout:42",
  ],
  ["two versions of a function", undefined, spec(lambdaSpec), "Function version", "17", "18"],
  ["the first bundle", undefined, s3("r-1.zip"), "Revision", undefined, "r-1.zip"],
  ["an AppSpec that can't be read", undefined, spec("{{{"), "Revision", undefined, "01234567"],
  ["nothing", undefined, undefined, "Revision", undefined, undefined],
])("names the sides of %s", (_, before, next, label, old, target) => {
  const versions = versionsOf({
    ...revisionsOf({ previousRevision: before, revision: next }),
    standing: { kind: "not-started" },
  });
  expect([versions.label, versions.old, versions.new]).toEqual([label, old, target]);
});

it("reads an AppSpec in both of its forms", () => {
  expect(parseAppSpec(lambdaSpec)).toMatchObject({
    functionName: "invoice-worker",
    alias: "live",
    hooks: ["BeforeAllowTraffic"],
  });
  expect(parseAppSpec(ecsSpec(42))?.hooks).toEqual(["BeforeInstall", "BeforeAllowTraffic"]);
});

it("does not let an AppSpec grow by its aliases, nor throw", () => {
  expect(parseAppSpec("a: &a [1]\nb: [*a, *a, *a]")).toBeUndefined();
  expect(parseAppSpec("x".repeat(60_001))).toBeUndefined();
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
      const parsed = parseAppSpec(content);
      expect(parsed === undefined || Array.isArray(parsed.hooks)).toBe(true);
    }),
  );
});

it.each([
  ["CodeDeployDefault.LambdaCanary10Percent5Minutes", { kind: "canary", percent: 10, minutes: 5 }],
  ["CodeDeployDefault.ECSLinear10PercentEvery1Minutes", { kind: "linear", percent: 10, minutes: 1 }],
  ["CodeDeployDefault.LambdaLinear10PercentEvery10Minutes", { kind: "linear", percent: 10, minutes: 10 }],
  ["CodeDeployDefault.ECSAllAtOnce", { kind: "at-once" }],
  ["CodeDeployDefault.OneAtATime", undefined],
  ["OursCanary10Percent5Minutes", undefined],
  [undefined, undefined],
])("reads the pace of %s from its name only where the name is CodeDeploy's own", (name, rollout) => {
  expect(rolloutOf(name)).toEqual(rollout);
});
