import { expect, it } from "vitest";
import { DeadlineError } from "../../src/aws/client/deadline.ts";
import { readTogether } from "../../src/aws/listing.ts";

const items = Array.from({ length: 1_000 }, (_, index) => index);

it("reads a hundred things at once and twenty a second from then on, as AWS allows, and says what is missing", async () => {
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
  expect(reads).toBeLessThanOrEqual(100 + 20 * 0.5);
  expect(failed).toEqual({ call: "appconfig:ListDeployments", error: expect.any(DeadlineError) });
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
