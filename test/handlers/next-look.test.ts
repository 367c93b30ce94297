import { describe, expect, it } from "vitest";
import type { Decision } from "../../src/handlers/decision.ts";
import type { Deployment } from "../../src/handlers/deployment.ts";
import {
  idleMs,
  nextJob,
  noteOf,
  parseNote,
  retryMs,
  stillUnconfirmed,
  unconfirmed,
  unknownYet,
} from "../../src/handlers/jobs/next-job.ts";
import type { View } from "../../src/handlers/store/view.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";

const now = 1_700_000_000_000;
const running: Pick<Deployment, "phase" | "holds" | "offers"> = { phase: "running", holds: [], offers: [] };
const hold = (expiresAt: number): Deployment["holds"][number] => ({
  id: "h",
  stage: "S",
  status: "AWAITING_ACTION",
  shows: "open",
  expiresAt,
});

const revert: Deployment["offers"][number] = {
  action: "revert",
  evidence: {},
};

function view(...decisions: Decision[]): Pick<View, "now" | "decisions"> {
  return { now, decisions: new Map(decisions.map((decision) => [decision.id, decision])) };
}
const sent = (agoMs: number): Decision => ({
  id: "end",
  state: "accepted",
  by: ["U1"],
  attempt: 1,
  sentAt: now - agoMs,
});
const calm = { heldMs: undefined, later: undefined, timing: protocolTiming };

describe("nextLook", () => {
  it("looks every 30 s at what runs, and never again at what has ended", () => {
    expect(nextJob({ deployment: running, view: view(), ...calm })).toEqual({ nextMs: 30_000 });
    expect(nextJob({ deployment: { ...running, phase: "succeeded" }, view: view(), ...calm })).toEqual({});
  });

  it("keeps what has ended in sight while AWS still takes an answer, and looks when that is over", () => {
    const ended = (until: number, evidence: Deployment["offers"][number]["evidence"] = {}) => {
      const offers = [{ ...revert, until, evidence }];
      const deployment = { ...running, phase: "succeeded" as const, offers };
      return nextJob({ deployment, view: view(), ...calm });
    };
    expect(ended(now + 72 * 3_600_000)).toEqual({ nextMs: 600_000 });
    expect(ended(now + 60_000)).toEqual({ nextMs: 61_000 });
    // Nobody can ask for it while what it is about is not known.
    expect(ended(now + 72 * 3_600_000, { "newest deployment": null })).toEqual({ nextMs: 120_000 });
  });

  it("looks right after the deadline, then ever more rarely", () => {
    const at = (expiresAt: number) =>
      nextJob({ deployment: { ...running, holds: [hold(expiresAt)] }, view: view(), ...calm }).nextMs;
    expect(at(now + 5_000)).toBe(6_000);
    expect(at(now - 10)).toBe(1_000);
    expect(at(now - 8_000)).toBe(8_000);
    expect(at(now - 600_000)).toBe(30_000);
  });

  it("never leaves a decision that is under way without a look within 15 s, also when the deployment has ended", () => {
    for (const phase of ["running", "failed"] as const) {
      expect(nextJob({ deployment: { ...running, phase }, view: view(sent(100)), ...calm }).nextMs).toBe(
        1_000,
      );
      expect(nextJob({ deployment: { ...running, phase }, view: view(sent(4_000)), ...calm }).nextMs).toBe(
        4_000,
      );
      expect(
        nextJob({
          deployment: { ...running, phase },
          view: view(sent(90_000)),
          ...calm,
          heldMs: 30_000,
        }).nextMs,
      ).toBe(15_000);
    }
  });

  it("comes back for the board alone without reading AWS", () => {
    const next = nextJob({ deployment: running, view: view(), ...calm, later: 700 });
    expect(next).toEqual({ nextMs: 700, note: "show" });
    expect(parseNote(next.note ?? "").showOnly).toBe(true);
  });
});

describe("the series after an event that AWS does not confirm", () => {
  it("is 1, 2, 4, 8 s and then over", () => {
    let note = "";
    const series: (number | undefined)[] = [];
    for (let looks = 0; looks < 7; looks += 1) {
      const next = unconfirmed({ nextMs: 30_000 }, note);
      series.push(next.nextMs);
      note = next.note ?? "";
    }
    expect(series).toEqual([1_000, 2_000, 4_000, 8_000, 30_000, 30_000, 30_000]);
  });

  it("reads AWS when its time has come, although the board is behind", () => {
    const behind = { nextMs: 5_000, note: noteOf({ showOnly: true, tries: 0 }) };
    const next = unconfirmed(behind, "");
    expect(next.nextMs).toBe(1_000);
    expect(parseNote(next.note ?? "")).toEqual({ showOnly: false, tries: 1 });
  });

  it("loses none of its looks to one that only drew", () => {
    const first = unconfirmed({ nextMs: 30_000 }, "");
    const drawn = stillUnconfirmed({ nextMs: 30_000 }, first.note ?? "");
    expect(drawn).toEqual(first);
    expect(stillUnconfirmed({ nextMs: 30_000 }, "")).toEqual({ nextMs: 30_000 });
  });
});

describe("the back-off after failed reads", () => {
  it("doubles from 2 s to 60 s, is spread, and gives up a ref that never had a card", () => {
    expect([1, 2, 3, 10].map((fails) => retryMs(fails, () => 1))).toEqual([2_000, 4_000, 8_000, 60_000]);
    expect(retryMs(1, () => 0)).toBe(1_500);
    expect(retryMs(61)).toBeUndefined();
  });
});

describe("the reads without an event", () => {
  it.each([
    [0, 30_000],
    [240, 30_000],
    [1_000, 125_000],
    [5_000, 600_000],
  ])("of %i deployments in one account and region are %i ms apart", (inProgress, ms) => {
    expect(idleMs(protocolTiming.idleLookMs, inProgress)).toBe(ms);
    expect((inProgress * 1_000) / ms).toBeLessThanOrEqual(10);
  });
});

it("reads three times, not five, what AWS does not know", () => {
  const nexts = [unknownYet({}, "")];
  for (let next = nexts[0]; next?.nextMs !== undefined; next = nexts.at(-1))
    nexts.push(unknownYet({}, next.note ?? ""));
  expect(nexts.map(({ nextMs }) => nextMs)).toEqual([2_000, 8_000, undefined]);
});
