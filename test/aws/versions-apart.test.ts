/** Two versions that differ only behind the digits that are usually shown never look like one. */

import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factsOf as ecsFacts } from "../../src/aws/ecs/facts/facts.ts";
import { serviceDeployment } from "../../src/aws/ecs/facts/stored-detail.ts";
import { type Revision, versionsOf } from "../../src/aws/ecs/facts/versions.ts";
import { drawCard } from "../../src/bot/card/card.ts";
import { mrkdwn } from "../../src/bot/card/parts/phrase.ts";
import { changeOf } from "../../src/bot/card/thread/call.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { pictureOf } from "../bot/card/pictures.ts";
import { wordsOf } from "../bot/card/reading.ts";
import { factsFrom } from "./codedeploy/answers.ts";
import { inWords } from "./in-words.ts";
import { place } from "./stage.ts";

interface Sides {
  readonly old: string;
  readonly next: string;
}

/** Two digests that begin with the same digits. */
const sidesOf = (length: number): fc.Arbitrary<Sides> =>
  fc
    .tuple(fc.integer({ min: 0, max: length - 1 }), fc.stringMatching(/^[0-9a-f]{64}$/))
    .map(([at, digits]) => {
      const other = digits[at] === "0" ? "1" : "0";
      const [old, next] = [digits, `${digits.slice(0, at)}${other}${digits.slice(at + 1)}`];
      return { old: old.slice(0, length), next: next.slice(0, length) };
    });

const running = { requestedTaskCount: 4, runningTaskCount: 4 };
const ecs = (images: readonly (readonly [Sides, (digest: string) => string])[], status: string) => {
  const revision = (side: keyof Sides): Revision => ({
    revision: {
      taskDefinition: "arn:aws:ecs:eu-west-1:111122223333:task-definition/api:7",
      containerImages: images.map(([sides, imageOf], index) => ({
        ...{ containerName: `c${index}`, image: imageOf(sides[side]) },
        imageDigest: `sha256:${sides[side]}`,
      })),
    },
    definition: { kind: "read", value: {} },
  });
  return inWords(
    ecsFacts({
      ref: {
        ...{ system: "ecs", ...place },
        id: "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/d1",
      },
      deployment: serviceDeployment.parse({
        ...{ status, sourceServiceRevisions: [running], targetServiceRevision: running },
      }),
      versions: versionsOf(
        { kind: "read", value: revision("old") },
        { kind: "read", value: revision("next") },
      ),
    }),
  );
};

const byDigest = (digest: string): string => `repo/api@sha256:${digest}`;
const byTag = (): string => "repo/api:latest";

const codedeploy = (
  { old, next }: Sides,
  locationOf: (digits: string) => DeploymentInfo["revision"],
  status: string,
) =>
  inWords(
    factsFrom({
      ref: { system: "codedeploy", ...place, id: "d-7F3K9QX2M" },
      info: {
        ...{ applicationName: "store", deploymentGroupName: "prod", deploymentId: "d-7F3K9QX2M" },
        ...{ computePlatform: "Server", deploymentStyle: { deploymentType: "IN_PLACE" } },
        status: status === "IN_PROGRESS" ? "InProgress" : "Succeeded",
        ...{ revision: locationOf(next), previousRevision: locationOf(old) },
      },
      targets: {
        ...{ kind: "read", total: 1, more: false },
        targets: [{ id: "i-1", status: "Succeeded", events: [] }],
      },
      now: 0,
    }),
  );

const kinds: Readonly<Record<string, fc.Arbitrary<(status: string) => WordedDeployment>>> = {
  "ECS, images by digest": sidesOf(64).map((sides) => (status) => ecs([[sides, byDigest]], status)),
  "ECS, a tag that was used again": sidesOf(64).map((sides) => (status) => ecs([[sides, byTag]], status)),
  "ECS, several containers": fc.tuple(sidesOf(64), sidesOf(64)).map(
    ([one, other]) =>
      (status) =>
        ecs(
          [
            [one, byDigest],
            [other, byTag],
          ],
          status,
        ),
  ),
  "CodeDeploy, commits": sidesOf(40).map(
    (sides) => (status) =>
      codedeploy(sides, (commitId) => ({ gitHubLocation: { repository: "s/s", commitId } }), status),
  ),
  "CodeDeploy, AppSpecs": sidesOf(64).map(
    (sides) => (status) => codedeploy(sides, (sha256) => ({ appSpecContent: { sha256 } }), status),
  ),
  "CodeDeploy, versions of a bundle": sidesOf(32).map(
    (sides) => (status) =>
      codedeploy(sides, (version) => ({ s3Location: { bucket: "b", key: "app.zip", version } }), status),
  ),
};

/** Both sides of each arrow. */
const arrows = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(/`([^`]+)` → `([^`]+)`/g)].map(([, old = "", next = ""]) => [old, next]);

describe.each(Object.entries(kinds))("%s", (_, deployments) => {
  it("are shown apart on the card and in the push while it runs, and after it", () => {
    fc.assert(
      fc.property(deployments, (deploymentIn) => {
        const runs = deploymentIn("IN_PROGRESS");
        const shown = arrows(wordsOf(drawCard(pictureOf({ deployment: runs }))));
        expect(shown.length).toBeGreaterThan(0);
        for (const [old, next] of shown) expect(old).not.toBe(next);
        const [, before, after] = /(\S+) → ([^\s.]+)/.exec(changeOf(runs)) ?? [];
        expect(before).not.toBe(after);
        const done = deploymentIn("SUCCESSFUL");
        const names = arrows(mrkdwn(done.outcome ?? []));
        for (const [old, next] of names) expect(old).not.toBe(next);
        for (const worded of [runs, done])
          expect(wordsOf(drawCard(pictureOf({ deployment: worded })))).not.toMatch(
            /(?<!api:7)`, unchanged|containers, unchanged/,
          );
      }),
      { numRuns: 100 },
    );
  });
});

it("names the version that is not live apart from the one that serves after a rollback", () => {
  fc.assert(
    fc.property(sidesOf(64), fc.constantFrom(byDigest, byTag), (sides, imageOf) => {
      const { outcome = [] } = ecs([[sides, imageOf]], "ROLLBACK_SUCCESSFUL");
      const [, serves, isNotLive] =
        /^Production serves `([^`]+)` .*\. `([^`]+)` is not live\.$/.exec(mrkdwn(outcome)) ?? [];
      expect(serves).toBeDefined();
      expect(serves).not.toBe(isNotLive);
    }),
    { numRuns: 100 },
  );
  // Only the task definition differs.
  const same = { old: "a".repeat(64), next: "a".repeat(64) };
  const { outcome = [] } = ecs([[same, byTag]], "ROLLBACK_SUCCESSFUL");
  expect(mrkdwn(outcome)).toMatch(/^Production serves `latest` .*\. The new version is not live\.$/);
});
