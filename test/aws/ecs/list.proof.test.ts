import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { place, setAwsStage } from "../stage.ts";

/** As docs/operations.md says, with the pause between two sweeps that belong together. */
const boundMs = 120_000;
const pauseMs = 5_000;
const services = 5_000;

it("finds what was lost among 5,000 services within two minutes of sweeps, each from the end of the one before", async () => {
  const stage = await setAwsStage();
  const arns = Array.from({ length: services }, (_, n) =>
    stage.ecs.createService(place, { cluster: "main", name: `service-${n}`, taskDefinition: stage.next }),
  );
  const lost = [0, 999, 1_000, 2_500, 3_750, 4_999].map((n) =>
    stage.ecs.deploy(arns[n] ?? "", { taskDefinition: stage.next }),
  );
  const found = new Set<string>();
  const from = performance.now();
  let after: string | undefined;
  do {
    const listing = await stage.system.list(place.account, place.region, () => true, after);
    if (listing.kind !== "listed") throw new Error(listing.why);
    for (const { id } of listing.refs) found.add(id);
    after = listing.rest?.after;
    if (after !== undefined) await pause(pauseMs);
  } while (after !== undefined);
  expect([...found].toSorted()).toEqual(lost.toSorted());
  expect(performance.now() - from).toBeLessThan(boundMs);
  const calls = stage.aws.calls.all().filter(({ service }) => service === "ecs");
  expect(calls.length).toBeLessThan(services / 5);
  await stage.close();
}, 300_000);
