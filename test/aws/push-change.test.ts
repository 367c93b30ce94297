/** What a push says that changes is what the card says, whatever else stands there: old and new where anything differs. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeFacts as appConfigChanges } from "../../src/aws/appconfig/words/changes.ts";
import { type Revision, versionsOf } from "../../src/aws/ecs/facts/versions.ts";
import { changeFacts as ecsChanges } from "../../src/aws/ecs/words/changes.ts";
import { factsOf as protonFacts } from "../../src/aws/proton/facts.ts";
import { recordSchema } from "../../src/aws/proton/stored-detail.ts";
import { plain } from "../../src/bot/card/parts/phrase.ts";
import { changeOf } from "../../src/bot/card/thread/call.ts";
import type { Fact } from "../../src/handlers/words.ts";
import { factsFrom as codeDeployFacts } from "./codedeploy/answers.ts";
import { inWords } from "./in-words.ts";
import { place } from "./stage.ts";

const push = (changes: readonly Fact[]): string => changeOf({ changes }).trim();

const number = fc.integer({ min: 1, max: 3 });
const maybe = <Value>(of: fc.Arbitrary<Value>) => fc.option(of, { nil: undefined });

/** Facts of a deployment, and the old and the new side where one of them is another than before. */
interface Case {
  readonly facts: readonly Fact[];
  readonly differs?: readonly [string, string];
}

function versionOf(revision: number, tags: readonly number[], digests: readonly number[]): Revision {
  return {
    revision: {
      taskDefinition: `arn:aws:ecs:eu-west-1:111122223333:task-definition/api:${revision}`,
      containerImages: tags.map((tag, index) => ({
        containerName: `c${index}`,
        image: `r/c${index}:t${tag}`,
        imageDigest: `sha256:${`${digests[index] ?? tag}`.repeat(64)}`,
      })),
    },
    definition: { kind: "read", value: {} },
  };
}

const side = fc.tuple(number, fc.array(number, { minLength: 1, maxLength: 2 }), fc.array(number));
const ecs: fc.Arbitrary<Case> = fc
  .tuple(side, side, fc.boolean())
  .map(([[old, oldTags, oldDigests], [next, tags, digests], isSame]) => {
    const before = versionOf(old, isSame ? tags : oldTags, isSame ? digests : oldDigests);
    const after = versionOf(next, tags, digests);
    const facts = ecsChanges(versionsOf({ kind: "read", value: before }, { kind: "read", value: after }));
    return isSame && old !== next ? { facts, differs: [`api:${old}`, `:${next}`] } : { facts };
  });

const appconfig: fc.Arbitrary<Case> = fc
  .tuple(maybe(fc.constantFrom("flags", "6")), number, maybe(number), maybe(fc.constant("a → b")))
  .map(([name, version, before, description]) => ({
    facts: appConfigChanges({
      deployment: {
        ...(name === undefined ? {} : { ConfigurationName: name }),
        ...(description === undefined ? {} : { Description: description }),
        ConfigurationVersion: `${version}`,
      },
      history: {
        before:
          before === undefined
            ? { kind: "none", undone: [] }
            : { kind: "read", value: { number: 6, version: `${before}`, undone: [] } },
        later: { kind: "read", value: undefined },
      },
    }),
    ...(before === undefined || before === version ? {} : { differs: [`${before}`, `${version}`] as const }),
  }));

const id = "d-7F3K9QX2M";
const codedeploy: fc.Arbitrary<Case> = fc
  .tuple(maybe(number), number, fc.boolean(), fc.boolean())
  .map(([old, next, isRollback, isLambda]) => {
    const revision = (n: number) =>
      isLambda
        ? ({
            revisionType: "AppSpecContent",
            appSpecContent: {
              sha256: "c0ffee",
              content: JSON.stringify({
                version: 0,
                Resources: [
                  {
                    it: {
                      Type: "AWS::Lambda::Function",
                      Properties: {
                        Name: "pay",
                        Alias: "live",
                        TargetVersion: `${n}`,
                        ...(old === undefined ? {} : { CurrentVersion: `${old}` }),
                      },
                    },
                  },
                ],
              }),
            },
          } as const)
        : ({ revisionType: "GitHub", gitHubLocation: { repository: "s/s", commitId: `r${n}` } } as const);
    const facts = inWords(
      codeDeployFacts({
        ref: { system: "codedeploy", ...place, id },
        info: {
          ...{
            applicationName: "store",
            deploymentGroupName: "prod",
            deploymentId: id,
            status: "InProgress",
          },
          computePlatform: isLambda ? "Lambda" : "Server",
          revision: revision(next),
          ...(old === undefined ? {} : { previousRevision: revision(old) }),
          ...(isRollback ? { rollbackInfo: { rollbackTriggeringDeploymentId: "d-AAAAAAAAA" } } : {}),
        },
        targets: { kind: "read", targets: [], total: 0, more: false },
        ...{ alarms: { kind: "none" }, carried: {}, previous: undefined, specUnread: undefined, now: 0 },
      }),
    ).changes;
    const name = (n: number): string => (isLambda ? `${n}` : `r${n}`);
    return old === undefined || old === next ? { facts } : { facts, differs: [name(old), name(next)] };
  });

const protonSide = fc.record(
  {
    templateName: fc.constantFrom("web", "api"),
    templateMajorVersion: fc.constant("1"),
    templateMinorVersion: fc.constantFrom("2", "3"),
    spec: fc.constantFrom("a", "b"),
  },
  { requiredKeys: ["spec"] },
);
const proton: fc.Arbitrary<Case> = fc.tuple(maybe(protonSide), protonSide).map(([old, next]) => {
  const states = {
    targetState: { environment: next },
    ...(old === undefined ? {} : { initialState: { environment: old } }),
  };
  const facts = inWords(
    protonFacts({
      ref: { system: "proton", ...place, id: "environment/main#d1" },
      place: { resource: { kind: "environment", name: "main" }, deployment: "d1" },
      own: { kind: "read", value: recordSchema.parse(states) },
    }),
  ).changes;
  const number = (side: typeof old): string | undefined =>
    side?.templateMajorVersion === undefined || side.templateMinorVersion === undefined
      ? undefined
      : `${side.templateMajorVersion}.${side.templateMinorVersion}`;
  const [before, after] = [number(old), number(next)];
  const isNamed = old?.templateName !== undefined && next.templateName !== undefined;
  return isNamed && before !== undefined && after !== undefined && before !== after
    ? { facts, differs: [before, after] }
    : { facts };
});

describe.each([
  ["ECS", ecs],
  ["AppConfig", appconfig],
  ["CodeDeploy", codedeploy],
  ["Proton", proton],
])("a push about %s", (_, cases) => {
  it("names both sides where they differ, and never calls unchanged what the card shows as changed", () => {
    fc.assert(
      fc.property(cases, ({ facts, differs }) => {
        const text = push(facts);
        const said = facts.filter((fact) => fact.kind === "value");
        const values = said.flatMap(({ label, value }) => [`${plain(value)}.`, `${label}: ${plain(value)}.`]);
        const [before = "", after = ""] = text.split(" → ");
        const [old = "", next = ""] = differs ?? [];
        const mayDiffer =
          said.some(({ value }) => plain(value) === "changed") ||
          facts.some(({ kind }) => kind === "unknown");
        expect({
          isOfCard: text === "" || values.includes(text),
          namesBoth: before.includes(old) && after.includes(next),
          isHonest: !(mayDiffer && text.includes("unchanged")),
        }).toEqual({ isOfCard: true, namesBoth: true, isHonest: true });
      }),
    );
  });
});
