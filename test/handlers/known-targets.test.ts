/** What is known of the targets that exist, and when that is all of them. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { createKnownTargets } from "../../src/handlers/names/known-targets.ts";
import type { Route } from "../../src/handlers/policy.ts";
import type { ListedPlace } from "../../src/handlers/store/queue.ts";
import { policyOf } from "../bot/card/pictures.ts";

const sweepMs = 45_000;
const ecs = { name: "ecs", title: "ECS" } as const;
const codedeploy = { name: "codedeploy", title: "CodeDeploy" } as const;
const prod = { id: "111122223333", name: "prod", regions: ["eu-west-1", "us-east-1"] };
const everything: Route = { match: {}, channel: "C0DEPLOY", policy: policyOf() };
const api = { target: "api", qualifiedTarget: "prod/api" };

const placeOf = (region: string, system: "ecs" | "codedeploy" = "ecs"): ListedPlace => ({
  ...{ system, account: prod.id, region, targets: [api], whole: true, ageMs: 1_000 },
});
const all = [
  placeOf("eu-west-1"),
  placeOf("us-east-1"),
  placeOf("eu-west-1", "codedeploy"),
  placeOf("us-east-1", "codedeploy"),
];

const knownBy = (listed: readonly ListedPlace[], routes: readonly Route[] = [everything]) =>
  createKnownTargets({
    store: { listedTargets: async () => listed },
    ...{ systems: [ecs, codedeploy], accounts: [prod], routes, timing: { sweepMs } },
  })();

it("knows what every place was listed with, under the account's name of today", async () => {
  const known = await knownBy(all);
  expect(known).toMatchObject({ complete: true, unlisted: [] });
  expect(known.targets).toHaveLength(4);
  expect(known.targets[0]).toEqual({
    ...{ system: "ecs", account: prod.id, accountName: "prod", region: "eu-west-1" },
    ...api,
  });
});

it("is complete only with a whole and recent list of every place that a route could show", async () => {
  const broken = fc.constantFrom<(it: ListedPlace) => readonly ListedPlace[]>(
    () => [],
    (it) => [{ ...it, whole: false }],
    (it) => [{ ...it, ageMs: 10 * sweepMs }],
    (it) => [{ ...it, account: "999999999999" }],
  );
  await fc.assert(
    fc.asyncProperty(fc.subarray(all.map((_, index) => index)), broken, async (which, breaks) => {
      const listed = all.flatMap((it, index) => (which.includes(index) ? breaks(it) : [it]));
      const known = await knownBy(listed);
      expect(known.complete).toBe(which.length === 0);
      expect(known.unlisted).toHaveLength(which.length);
    }),
  );
});

it("needs no list of a place that no route could show", async () => {
  const routes = [{ ...everything, match: { system: "ecs", region: "us-east-1" } }];
  expect(await knownBy([placeOf("us-east-1")], routes)).toMatchObject({ complete: true });
  expect(await knownBy([placeOf("eu-west-1")], routes)).toMatchObject({
    ...{ complete: false, targets: [], unlisted: [{ words: "ECS in prod, us-east-1", routes }] },
  });
});
