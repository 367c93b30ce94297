import { describe, expect, it } from "vitest";
import { createReceive } from "../../src/handlers/jobs/receive.ts";
import type { AwsEvent, Hint, Location, System } from "../../src/handlers/ports.ts";
import type { JobKey } from "../../src/handlers/store/queue.ts";
import { StoreError } from "../../src/handlers/store/store.ts";

const event: AwsEvent = {
  ...{
    id: "1",
    source: "aws.ecs",
    detailType: "ECS Hook State Change",
    account: "111122223333",
    region: "eu-west-1",
  },
  ...{ time: 1_000, resources: [], detail: {} },
};

function receiver(location: Location, enqueue?: () => Promise<void>) {
  const queued: { member: JobKey; delayMs: number; hint?: Hint }[] = [];
  const counted: string[] = [];
  const system: Pick<System, "listensTo" | "locate"> = {
    listensTo: [{ source: "aws.ecs", detailTypes: ["ECS Hook State Change"] }],
    locate: () => location,
  };
  const receive = createReceive({
    systems: [system],
    accounts: new Map([["111122223333", { regions: ["eu-west-1"] }]]),
    store: {
      enqueue: async (items) => {
        await enqueue?.();
        queued.push(...items);
      },
    },
    telemetry: { count: (name) => counted.push(name), observe: () => {}, log: () => {} },
    nudge: () => counted.push("nudge"),
  });
  return { receive, queued, counted };
}

const ref = { system: "ecs", account: "111122223333", region: "eu-west-1", id: "arn:1" } as const;
const located: Location = {
  kind: "located",
  located: { ref, weight: "person", claim: { kind: "hold", holdId: "h" }, carried: { exec: "x" } },
};

describe("receive", () => {
  it("queues the ref with a head start and keeps what only the event says", async () => {
    const { receive, queued, counted } = receiver(located);
    expect(await receive([event])).toEqual({ queued: 1, dropped: [], malformed: [] });
    expect(queued).toEqual([
      {
        member: { kind: "ref", ref },
        delayMs: -60_000,
        hint: { event: { claim: { kind: "hold", holdId: "h" }, time: 1_000 }, carried: { exec: "x" } },
      },
    ]);
    expect(counted).toContain("nudge");
  });

  it("waits a moment for the rest of what comes in hundreds", async () => {
    const { receive, queued } = receiver({
      kind: "located",
      located: { ref, weight: "progress", unhurried: true },
    });
    await receive([event]);
    expect(queued).toMatchObject([{ delayMs: 3_000, hint: {} }]);
  });

  it.each([
    ["source", { ...event, source: "aws.s3" }],
    ["account", { ...event, account: "999999999999" }],
    ["region", { ...event, region: "us-east-1" }],
  ])("counts and drops an event of an unknown %s", async (what, strange) => {
    const { receive, queued, counted } = receiver(located);
    const received = await receive([strange]);
    expect(received.dropped[0]?.why).toContain(what);
    expect(queued).toEqual([]);
    expect(counted).toContain("events_dropped");
  });

  it("queues the good ones of a list and names the bad ones by their place", async () => {
    const { receive } = receiver({ kind: "malformed", why: "detail.hookId is missing" });
    expect(await receive([{ ...event, source: "aws.s3" }, event])).toMatchObject({
      queued: 0,
      dropped: [{ index: 0 }],
      malformed: [{ index: 1, why: "detail.hookId is missing" }],
    });
  });

  it("lets the sender know that nothing was kept when the store is away", async () => {
    const { receive } = receiver(located, async () => {
      throw new StoreError("away");
    });
    await expect(receive([event])).rejects.toBeInstanceOf(StoreError);
  });
});
