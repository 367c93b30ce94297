/** A cancel that was asked for on a card, carried out by the handlers: Proton's calls go by name, so the read decides. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createExecute } from "../../../src/handlers/answer/execute.ts";
import { evidenceHash, keyOf } from "../../../src/handlers/identity.ts";
import { protocolTiming } from "../../../src/handlers/timing.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { policyOf } from "../../bot/card/pictures.ts";
import { everyKind, minute, type ProtonStage, setProtonStage } from "./stage.ts";

let stage: ProtonStage;
beforeEach(async () => {
  stage = await setProtonStage();
});
afterEach(() => stage.close());

/** Asks for the cancel that this snapshot offered, with the lease granted. */
async function cancelAsSeen(seen: WordedDeployment) {
  const [offer] = seen.offers;
  const policy = policyOf();
  const evidence = offer && evidenceHash(offer, { name: policy.name, need: 1 });
  if (evidence === undefined) throw new Error("the snapshot offers no cancel");
  const settled: string[] = [];
  const act = createExecute({
    systems: [stage.system],
    store: {
      begin: async () => ({ kind: "go" }),
      settle: async (_, { answer }) => {
        settled.push(answer);
        return { kind: "kept" };
      },
      enqueue: async () => undefined,
    },
    clock: { monotonicMs: () => 0, wait: async () => undefined },
    telemetry: stage.telemetry,
    stopping: () => false,
    timing: protocolTiming,
  });
  const acted = await act({
    ...{ key: keyOf(seen.ref, seen.lane), action: "cancel", point: "end", evidence, by: ["U024"] },
    ...{ attempt: 1, token: "t", seen, policy, askedAt: stage.clock.now() },
  });
  return { acted, settled };
}

it.each(everyKind)("cancels a %s that is still the one on the card", async (kind) => {
  const seen = await stage.look(stage.deploy(kind));
  const { acted, settled } = await cancelAsSeen(seen);
  expect(acted.kind).toBe("accepted");
  expect(settled).toEqual(["accepted"]);
  expect(stage.aws.calls.writes()).toHaveLength(1);
});

it.each(everyKind)("does not touch the next deployment of a %s", async (kind) => {
  const seen = await stage.look(stage.deploy(kind));
  stage.clock.advance(10 * minute);
  const next = stage.deploy(kind);
  const { acted, settled } = await cancelAsSeen(seen);
  expect(acted).toMatchObject({
    kind: "stale",
    changed: { what: "over" },
    deployment: { status: "SUCCEEDED" },
  });
  expect(settled).toEqual(["superseded"]);
  expect(stage.aws.calls.writes()).toEqual([]);
  expect((await stage.look(next)).status).toBe("IN_PROGRESS");
});

it("does not touch the next deployment when nobody can read how this one ended", async () => {
  const seen = await stage.look(stage.deploy("environment"));
  stage.clock.advance(10 * minute);
  stage.deploy("environment");
  for (const name of ["AccessDeniedException", "ThrottlingException", "InternalServerException"]) {
    const fault = { kind: "error", when: "before", name, status: 400 } as const;
    stage.aws.faults.next({ operation: "GetDeployment" }, fault, Number.POSITIVE_INFINITY);
    expect(["stale", "refused"]).toContain((await cancelAsSeen(seen)).acted.kind);
    stage.aws.faults.clear();
  }
  expect(stage.aws.calls.writes()).toEqual([]);
});

it("tells the second of two people that the first has been heard", async () => {
  const seen = await stage.look(stage.deploy("component"));
  await cancelAsSeen(seen);
  const { acted } = await cancelAsSeen(seen);
  expect(acted).toMatchObject({
    kind: "stale",
    changed: { what: "over" },
    deployment: { status: "CANCELLING" },
  });
  expect(stage.aws.calls.writes()).toHaveLength(1);
});
