/** What the sweeps listed, for any backend. */

import { beforeEach, describe, expect, it } from "vitest";
import type { ListedTarget } from "../../src/handlers/ports.ts";
import { targetsKey } from "../../src/store/keys.ts";
import type { TimedStore } from "./backends.ts";

const place = { system: "ecs", account: "111122223333", region: "eu-west-1" } as const;
const elsewhere = { ...place, system: "appconfig" } as const;
const api: ListedTarget = { target: "api", qualifiedTarget: "prod/api" };
const odd: ListedTarget = { target: 'shop|"é"', qualifiedTarget: 'shop|"é"/live' };
const environment: ListedTarget = { target: "a", qualifiedTarget: "a", which: "Proton environment" };
const dayMs = 24 * 60 * 60 * 1_000;

export function targetRules(open: () => TimedStore): void {
  let bench: TimedStore;
  beforeEach(async () => {
    bench = open();
    await bench.reset();
  });
  const keep = (
    targets: readonly ListedTarget[],
    whole = true,
    where: typeof place | typeof elsewhere = place,
  ) => bench.store.keepTargets(where, { targets, whole });
  const listed = () => bench.store.listedTargets();

  describe("known targets", () => {
    it("keeps the last list of each place, with its age", async () => {
      expect(await listed()).toEqual([]);
      await keep([api]);
      await keep([odd], false, elsewhere);
      await keep([api, odd]);
      await bench.advance(5_000);
      await keep([], true, elsewhere);
      const found = await listed();
      expect(found).toHaveLength(2);
      expect(found).toContainEqual({ ...place, targets: [api, odd], whole: true, ageMs: 5_000 });
      expect(found).toContainEqual({ ...elsewhere, targets: [], whole: true, ageMs: 0 });
    });

    it("keeps two of one name apart, and reads a list of a release that did not", async () => {
      const targets = [environment, { ...environment, which: "Proton component" }];
      await keep(targets);
      expect(await listed()).toMatchObject([{ targets }]);
      await bench.redis.hset(targetsKey, "ecs|111122223333|eu-west-1", '1|1|[["api","prod/api"]]');
      expect(await listed()).toMatchObject([{ targets: [api], whole: true }]);
    });

    it("replaces a whole list by one that was cut off only after a day", async () => {
      await keep([api]);
      await bench.advance(dayMs - 1);
      await keep([odd], false);
      expect(await listed()).toMatchObject([{ targets: [api], whole: true, ageMs: dayMs - 1 }]);
      await bench.advance(1);
      await keep([odd], false);
      expect(await listed()).toMatchObject([{ targets: [odd], whole: false, ageMs: 0 }]);
      await keep([], false);
      expect(await listed()).toMatchObject([{ targets: [] }]);
    });

    it("takes what it can't read for a place that was not listed", async () => {
      await keep([api]);
      await bench.redis.hset(
        targetsKey,
        "ecs|111122223333|us-east-1",
        "1|1|{}",
        "a newer system|1|1",
        "1|1|[]",
      );
      expect(await listed()).toHaveLength(1);
    });
  });
}
