import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createDeliverer, type Deliverer } from "../../../fakes/aws/deliver.ts";
import type { AwsEvent } from "../../../fakes/aws/events.ts";

type Reply = { readonly status: number; readonly headers?: Record<string, string> } | "silence" | "cut";

let server: Server;
let deliverer: Deliverer;
let replies: Reply[];
let received: { readonly key: unknown; readonly body: unknown; readonly at: number }[];

const event: AwsEvent = {
  version: "0",
  id: "1",
  "detail-type": "ECS Hook State Change",
  source: "aws.ecs",
  account: "111122223333",
  time: "2026-11-17T14:00:00Z",
  region: "eu-west-1",
  resources: [],
  detail: { hookId: "h" },
};

beforeEach(async () => {
  replies = [];
  received = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      received.push({ key: request.headers["x-holdpoint-key"], body, at: performance.now() });
      const reply = replies.shift() ?? { status: 204 };
      if (reply === "cut") response.destroy();
      else if (reply !== "silence") response.writeHead(reply.status, reply.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const url = `http://127.0.0.1:${address.port}/aws/events`;
  deliverer = createDeliverer({ url, key: "k3y", maxTries: 4, firstWaitMs: 1, timeoutMs: 1_000 });
});
afterEach(async () => {
  await deliverer.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it("posts the event with the key", async () => {
  expect(await deliverer.deliver(event)).toMatchObject({ delivered: true, tries: [204] });
  expect(received).toMatchObject([{ key: "k3y", body: event }]);
});

it.each([401, 407, 409, 429, 500, 503])("tries again after %i", async (status) => {
  replies = [{ status }];
  expect(await deliverer.deliver(event)).toMatchObject({ delivered: true });
  expect(received).toHaveLength(2);
});

it("tries again after silence and after a cut connection", async () => {
  replies = ["silence", "cut"];
  expect(await deliverer.deliver(event)).toMatchObject({ delivered: true, tries: [0, 0, 204] });
});

it.each([302, 400, 403, 404, 413])("gives up at once after %i", async (status) => {
  replies = [{ status, headers: { location: "http://127.0.0.1:1/" } }];
  expect(await deliverer.deliver(event)).toMatchObject({ delivered: false, tries: [status] });
});

it("waits as long as Retry-After asks, and stops when it is negative", async () => {
  replies = [
    { status: 503, headers: { "retry-after": "0.2" } },
    { status: 503, headers: { "retry-after": "-1" } },
  ];
  expect(await deliverer.deliver(event)).toMatchObject({ delivered: false, tries: [503, 503] });
  const [first, second] = received;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(190);
});

it("gives up after the last try", async () => {
  replies = Array.from({ length: 9 }, () => ({ status: 500 }));
  expect(await deliverer.deliver(event)).toMatchObject({ delivered: false, tries: [500, 500, 500, 500] });
  await deliverer.idle();
  expect(deliverer.ended()).toHaveLength(1);
});
