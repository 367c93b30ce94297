import { expect, it } from "vitest";
import { DeadlineError } from "../../src/aws/client/deadline.ts";
import { readTogether } from "../../src/aws/listing.ts";

const items = Array.from({ length: 1_000 }, (_, index) => index);

it("reads a hundred things at once and ten a second from then on, and says what is missing", async () => {
  let reads = 0;
  const { found, failed } = await readTogether<number>(
    { deadlineMs: 400, lastCall: "appconfig:ListDeployments" },
    async ({ trying, each }, keep) => {
      await each(items, async (item) => {
        const read = await trying("appconfig:ListDeployments", async () => {
          reads += 1;
          return [item];
        });
        for (const one of read) keep(one);
      });
    },
  );
  expect(found).toHaveLength(reads);
  expect(reads).toBeGreaterThan(100);
  expect(reads).toBeLessThanOrEqual(100 + 10 * 0.5);
  expect(failed).toEqual({ call: "appconfig:ListDeployments", error: expect.any(DeadlineError) });
});

it("goes on where the last one ended, so that a few rounds read everything", async () => {
  const names = Array.from({ length: 220 }, (_, n) => `service-${String(n).padStart(3, "0")}`);
  const seen = new Set<string>();
  let after: string | undefined;
  let rounds = 0;
  do {
    const { found, rest } = await readTogether<string>(
      { deadlineMs: 300, lastCall: "last", after },
      ({ trying, inTurn }, keep) =>
        inTurn(
          names.toReversed(),
          (name) => name,
          async (name) => {
            for (const one of await trying("last", async () => [name])) keep(one);
          },
        ),
    );
    for (const name of found) seen.add(name);
    expect(rest?.of ?? names.length).toBe(220);
    after = rest?.after;
    rounds += 1;
  } while (seen.size < names.length && rounds < 5);
  expect(seen.size).toBe(names.length);
  expect(rounds).toBe(3);
});

it("makes room for the others after AWS throttled a read", async () => {
  let reads = 0;
  const throttled = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
  await readTogether({ deadlineMs: 300, lastCall: "last" }, ({ trying, each }) =>
    each(items, async () => {
      await trying("last", async () => {
        reads += 1;
        throw throttled;
      });
    }),
  );
  expect(reads).toBeLessThanOrEqual(4);
});

it("blames the read that failed, not those that the deadline cut off after it", async () => {
  const denied = new Error("denied");
  const { failed } = await readTogether({ deadlineMs: 150, lastCall: "last" }, async ({ trying, each }) => {
    await trying("first", () => Promise.reject(denied));
    await each(items, async () => {
      await trying("last", () => Promise.resolve([]));
    });
  });
  expect(failed).toEqual({ call: "first", error: denied });
});
