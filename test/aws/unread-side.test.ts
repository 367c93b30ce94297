/** "Unchanged" stands on two sides that were read and that nobody can replace; whoever continues is told what was not read. */
import type { DeploymentInfo, RevisionLocation } from "@aws-sdk/client-codedeploy";
import { describe, expect, it } from "vitest";
import { changeFacts as appConfigChanges } from "../../src/aws/appconfig/words/changes.ts";
import type { Why } from "../../src/aws/client/why.ts";
import type { Versions } from "../../src/aws/ecs/facts/stored-detail.ts";
import { changeFacts as ecsChanges } from "../../src/aws/ecs/words/changes.ts";
import { factsOf as protonFacts } from "../../src/aws/proton/facts.ts";
import { recordSchema } from "../../src/aws/proton/stored-detail.ts";
import { factsFrom as codeDeployFacts } from "./codedeploy/answers.ts";
import { denied, inWords, lines, said } from "./in-words.ts";
import { place } from "./stage.ts";

const codeDeploy = (seen: Parameters<typeof codeDeployFacts>[0]) => inWords(codeDeployFacts(seen));

const ref = { system: "codedeploy", ...place, id: "d-7F3K9QX2M" } as const;
const s3 = (rest: Readonly<Record<string, string>> = {}): RevisionLocation => ({
  revisionType: "S3",
  s3Location: { bucket: "releases", key: "release.zip", ...rest },
});
const spec = (properties: object, sha256 = "c0ffee00c0ffee00"): RevisionLocation => ({
  revisionType: "AppSpecContent",
  appSpecContent: {
    content: JSON.stringify({ version: 0, Resources: [{ it: { Properties: properties } }] }),
    sha256,
  },
});

function onCodeDeploy(info: DeploymentInfo, specUnread?: Why) {
  return codeDeploy({
    ref,
    info: {
      ...{ applicationName: "store", deploymentGroupName: "prod", deploymentId: ref.id, status: "Ready" },
      computePlatform: "Server",
      deploymentStyle: { deploymentType: "BLUE_GREEN" },
      ...info,
    },
    targets: { kind: "unknown", why: denied },
    ...{ alarms: { kind: "none" }, carried: {}, previous: undefined, specUnread, now: 0 },
  });
}

describe("CodeDeploy", () => {
  it.each<[string, DeploymentInfo, RegExp]>([
    [
      "one key without a version",
      { revision: s3(), previousRevision: s3() },
      /unknown, `release.zip` before and after/,
    ],
    [
      "one key, the old version unread",
      { revision: s3({ version: "v2" }), previousRevision: s3() },
      /unknown, `release.zip` before and after/,
    ],
    [
      "one key, the new version unread",
      { revision: s3(), previousRevision: s3({ version: "v1" }) },
      /unknown, `release.zip` before and after/,
    ],
    [
      "one object twice",
      { revision: s3({ version: "v1" }), previousRevision: s3({ version: "v1" }) },
      /`release.zip`, unchanged/,
    ],
    [
      "a task definition without its revision",
      {
        computePlatform: "ECS",
        revision: spec({ TaskDefinition: "checkout" }),
        previousRevision: spec({ TaskDefinition: "checkout" }),
      },
      /unknown, `checkout` before and after/,
    ],
    [
      "a function's newest code",
      { computePlatform: "Lambda", revision: spec({ CurrentVersion: "$LATEST", TargetVersion: "$LATEST" }) },
      /unknown, `\$LATEST` before and after/,
    ],
    [
      "a function's version",
      { computePlatform: "Lambda", revision: spec({ CurrentVersion: 18, TargetVersion: 18 }) },
      /`18`, unchanged/,
    ],
  ])("with %s", (_, info, words) => {
    expect(lines(onCodeDeploy(info).changes).join("\n")).toMatch(words);
  });

  it("says beside Continue that the version was not read", () => {
    const unread = [onCodeDeploy({}), onCodeDeploy({ computePlatform: "ECS", revision: s3() }, denied)];
    for (const { offers } of unread) {
      const offer = offers.find(({ action }) => action === "continue");
      expect(said(offer?.consequence)).toContain("Not read: which version that is.");
      expect(said(offer?.dialog)).toContain("Not read: which version that is.");
    }
    const read = onCodeDeploy({ revision: s3({ version: "v2" }) }).offers[0];
    expect(said(read?.consequence)).not.toContain("Not read");
  });
});

it("AppConfig calls a version that AWS resolves anew no unchanged one", () => {
  const change = (version: string) =>
    lines(
      appConfigChanges({
        deployment: { ConfigurationVersion: version },
        history: {
          before: { kind: "read", value: { number: 6, version, undone: [] } },
          later: { kind: "read", value: undefined },
        },
      }),
    );
  expect(change("$LATEST")).toEqual([
    "Version: unknown, `$LATEST` before and after; what it stood for is not told",
  ]);
  expect(change("57")).toEqual(["Version: `57`, unchanged"]);
});

it.each([
  [{ templateMajorVersion: "1", templateMinorVersion: "5" }, "; Proton does not name the old template"],
  [{ templateName: "web" }, "; Proton names no earlier one"],
  [{ templateName: "web", templateMajorVersion: "1", templateMinorVersion: "5" }, ", unchanged"],
])("Proton, with %j before, says after the new version: %s", (environment, words) => {
  const next = { templateName: "web", templateMajorVersion: "1", templateMinorVersion: "5" };
  const states = { initialState: { environment }, targetState: { environment: next } };
  const seen = protonFacts({
    ref: { system: "proton", ...place, id: "environment/main#d1" },
    place: { resource: { kind: "environment", name: "main" }, deployment: "d1" },
    own: { kind: "read", value: recordSchema.parse(states) },
  });
  expect(lines(inWords(seen).changes)).toEqual([`Changes: template \`web\`, version \`1.5\`${words}`]);
});

describe("ECS", () => {
  const version = (taskDefinition?: string): Versions["new"] => ({
    kind: "read",
    value: { taskDefinition, images: [], definition: denied },
  });
  const arn = (name: string) => `arn:aws:ecs:eu-west-1:111122223333:task-definition/${name}`;

  it.each([
    [version(), version(arn("api:42")), "unknown, ECS does not name the old one. New: `api:42`"],
    [version(arn("api:42")), version(arn("api:42")), "`api:42`, unchanged"],
    [{ kind: "none" } as const, version(arn("api:42")), "`api:42` (first deployment)"],
  ])("compares task definitions that were read, case %#", (old, next, words) => {
    expect(lines(ecsChanges({ old, new: next })).at(-1)).toBe(`Task definition: ${words}`);
  });
});
