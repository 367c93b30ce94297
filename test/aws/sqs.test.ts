import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { pollQueues, type Queues, regionOf } from "../../src/aws/events/sqs.ts";
import type { Receive } from "../../src/handlers/jobs/receive.ts";
import type { AwsEvent } from "../../src/handlers/ports.ts";
import { StoreError } from "../../src/handlers/store/store.ts";
import { pointAt, recordTelemetry } from "./stage.ts";

const sample = readFileSync(
  join(import.meta.dirname, "../fixtures/eventbridge/ecs-hook-awaiting-action.json"),
  "utf8",
);

let fake: Awaited<ReturnType<typeof startFauxqs>>;
let sqs: SQSClient;
let queue: string;
let deadLetters: string;
let seen: AwsEvent[];
let receive: Receive;
let recorded: ReturnType<typeof recordTelemetry>;
let pollers: { stop(): Promise<void> }[];

beforeEach(async () => {
  fake = await startFauxqs({ port: 0, logger: false, host: "127.0.0.1" });
  pointAt(`http://127.0.0.1:${fake.port}`);
  sqs = new SQSClient({ region: "us-east-1", useQueueUrlAsEndpoint: false });
  deadLetters = await create("dead", {});
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ["QueueArn"] }),
  );
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: "1" });
  queue = await create("events", { RedrivePolicy });
  seen = [];
  pollers = [];
  recorded = recordTelemetry();
  receive = async (events) => {
    seen.push(...events);
    return { queued: events.length, dropped: [], malformed: [] };
  };
});
afterEach(async () => {
  await Promise.all(pollers.map((poller) => poller.stop()));
  sqs.destroy();
  await fake.stop();
  vi.unstubAllEnvs();
});

async function create(name: string, attributes: Record<string, string>): Promise<string> {
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
  );
  return QueueUrl;
}

function poll(url = queue): Queues {
  const poller = pollQueues({
    queues: [url],
    receive: (events) => receive(events),
    telemetry: recorded.telemetry,
  });
  pollers.push(poller);
  return poller;
}

function send(body: string) {
  return sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: body }));
}

async function left(): Promise<{ readonly visible: string; readonly hidden: string }> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ["All"] }),
  );
  return {
    visible: Attributes?.ApproximateNumberOfMessages ?? "",
    hidden: Attributes?.ApproximateNumberOfMessagesNotVisible ?? "",
  };
}

const outcomes = () =>
  recorded.counts.filter(({ name }) => name === "sqs_messages").map(({ labels }) => labels.outcome);

it("receives an event and deletes its message afterwards", async () => {
  await send(sample);
  poll();
  await vi.waitFor(() => expect(outcomes()).toEqual(["done"]));
  expect(seen.map(({ detailType }) => detailType)).toEqual(["ECS Hook State Change"]);
  expect(await left()).toEqual({ visible: "0", hidden: "0" });
});

it("says which queue can't be read, and that it can be read again", async () => {
  const url = queue.replace("/events", "/late");
  const poller = poll(url);
  await vi.waitFor(
    () =>
      expect(poller.troubles()).toEqual([
        expect.stringMatching(/late can't be read \(\w+\)\. Check .*sqs:ReceiveMessage/),
      ]),
    { timeout: 10_000 },
  );
  await create("late", {});
  await vi.waitFor(() => expect(poller.troubles()).toEqual([]), { timeout: 10_000 });
});

it("takes a list of events", async () => {
  await send(`[${sample},${sample}]`);
  poll();
  await vi.waitFor(() => expect(seen).toHaveLength(2));
});

it("goes to AWS_ENDPOINT_URL for a queue whose URL is AWS's own, signed for the queue's region", async () => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { authorization, "x-amz-target": target } = request.headers;
    requests.push(`${String(target)} ${authorization}`);
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  const poller = poll("https://sqs.eu-west-1.amazonaws.com/111122223333/holdpoint");
  await vi.waitFor(() => expect(requests.length).toBeGreaterThan(0));
  expect(requests[0]).toMatch(/^AmazonSQS\.ReceiveMessage .*\/eu-west-1\/sqs\/aws4_request/);
  await poller.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it.each([
  ["junk", "junk"],
  ["an event of another form", JSON.stringify({ ...JSON.parse(sample), time: 1 })],
  ["a list that is good in part", `[${sample},7]`],
])("leaves %s to the redrive policy", async (_, body) => {
  await send(body);
  poll();
  await vi.waitFor(() => expect(outcomes()).toEqual(["malformed"]));
  expect(await left()).toEqual({ visible: "0", hidden: "1" });
  expect(recorded.counts).toContainEqual({ name: "events_malformed", labels: { transport: "sqs" } });
});

it("keeps a message while the store is down, and comes back to it soon", async () => {
  const unlimited = await create("patient", {});
  queue = unlimited;
  await send(sample);
  let down = true;
  const works = receive;
  receive = (events) => {
    if (!down) return works(events);
    down = false;
    return Promise.reject(new StoreError("no answer"));
  };
  poll();
  await vi.waitFor(() => expect(outcomes()).toEqual(["store-down", "done"]), { timeout: 12_000 });
  expect(seen).toHaveLength(1);
});

it("does not let a slow message hold up the others", async () => {
  let finish: () => void = () => undefined;
  const works = receive;
  let first = true;
  receive = async (events) => {
    if (first) {
      first = false;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    }
    return works(events);
  };
  poll();
  for (let sent = 0; sent < 25; sent += 1) await send(sample);
  await vi.waitFor(() => expect(seen).toHaveLength(24), { timeout: 10_000 });
  finish();
  await vi.waitFor(() => expect(seen).toHaveLength(25));
});

it("ends what is under way when it is stopped, and receives nothing more", async () => {
  let finish: () => void = () => undefined;
  let began = false;
  const works = receive;
  receive = async (events) => {
    began = true;
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return works(events);
  };
  await send(sample);
  const poller = poll();
  await vi.waitFor(() => expect(began).toBe(true));
  const stopped = poller.stop();
  finish();
  await stopped;
  expect(outcomes()).toEqual(["done"]);
  await send(sample);
  // One more round trip to the queue, in which a poller that still runs would have been given the message.
  await left();
  expect(seen).toHaveLength(1);
});

it("tries again when the queue can't be read", async () => {
  poll(`${queue}-missing`);
  await vi.waitFor(
    () => expect(recorded.counts.filter(({ name }) => name === "sqs_errors").length).toBeGreaterThan(1),
    { timeout: 10_000 },
  );
});

it.each([
  ["https://sqs.eu-west-1.amazonaws.com/111122223333/holdpoint", "eu-west-1"],
  ["https://sqs.cn-north-1.amazonaws.com.cn/111122223333/holdpoint", "cn-north-1"],
  ["https://eu-west-1.queue.amazonaws.com/111122223333/holdpoint", "eu-west-1"],
  ["https://queue.amazonaws.com/111122223333/holdpoint", "us-east-1"],
  ["http://127.0.0.1:4566/000000000000/holdpoint", undefined],
  ["https://sqs.eu-west-1.amazonaws.com.evil.example/1/q", undefined],
  ["no URL", undefined],
])("takes the region from %s", (url, region) => {
  expect(regionOf(url)).toBe(region);
});
