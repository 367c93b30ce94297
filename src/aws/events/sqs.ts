/**
 * Events from SQS queues. A message is deleted only after its job is durably queued; unreadable messages are left to
 * the queue's redrive policy. Messages are handled concurrently, so a slow one doesn't block the others.
 */

import { setTimeout as pause } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Receive } from "../../handlers/jobs/receive.ts";
import type { Telemetry } from "../../handlers/ports.ts";
import { StoreError } from "../../handlers/store/store.ts";
import { within } from "../client/deadline.ts";
import { parseEvents } from "./envelope.ts";
import { receiveEvents } from "./received.ts";

const longPollSeconds = 20;
/** The SQS limit for one receive call. */
const batch = 10;
const concurrency = 20;
const visibilitySeconds = 30;
const extendEveryMs = 10_000;
/** After five minutes a message's visibility timeout is no longer extended, so SQS redelivers it. */
const maxExtensions = 30;
const storeDownVisibilitySeconds = 5;
const callMs = 5_000;
const maxPauseMs = 30_000;
/** One failed receive can be chance, the second in a row counts as an outage. */
const failuresAtMost = 2;
const stopMs = 10_000;

export interface QueuesOptions {
  readonly queues: readonly string[];
  readonly receive: Receive;
  readonly telemetry: Telemetry;
}

export interface Queues {
  /** The queues that can't be read now, and why, in words. */
  readonly troubles: () => readonly string[];
  stop(): Promise<void>;
}

interface Poller {
  trouble(): string | undefined;
  stop(): Promise<void>;
}

export function pollQueues(options: QueuesOptions): Queues {
  const pollers = options.queues.map((url) => pollQueue(url, options));
  return {
    troubles: () => pollers.map((poller) => poller.trouble()).filter((trouble) => trouble !== undefined),
    stop: async () => {
      await Promise.all(pollers.map((poller) => poller.stop()));
    },
  };
}

function pollQueue(url: string, options: QueuesOptions): Poller {
  const { receive, telemetry } = options;
  const client = createQueueClient(url);
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const underWay = new Set<Promise<void>>();
  let failures = 0;
  let lastFailure: unknown;

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      const free = concurrency - underWay.size;
      if (free === 0) {
        await Promise.race([...underWay, stopped]);
        continue;
      }
      try {
        for (const message of await receiveMessages(Math.min(batch, free))) start(message);
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) return;
        failures += 1;
        lastFailure = error;
        telemetry.count("sqs_errors", { call: "receive" });
        telemetry.log("warn", "SQS receive failed", { queue: url, error });
        await pause(pauseMs(failures), undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  async function receiveMessages(count: number): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: count,
      // After a failure an immediate reply shows that the queue can be read again.
      WaitTimeSeconds: failures === 0 ? longPollSeconds : 0,
      VisibilityTimeout: visibilitySeconds,
    });
    const { Messages } = await client.send(command, { abortSignal: stopping.signal });
    return Messages ?? [];
  }

  function start(message: Message): void {
    const work = handle(message)
      .catch((error: unknown) => telemetry.log("error", "message not handled", { queue: url, error }))
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }

  async function handle({ Body: body = "", ReceiptHandle: handle, MessageId: id }: Message): Promise<void> {
    if (handle === undefined) return;
    const parsed = parseEvents(body);
    if (parsed.kind === "malformed") return leave(id, parsed.why);
    const stopExtending = extend(handle);
    try {
      const { malformed } = await receiveEvents(parsed, receive);
      if (malformed.length > 0) return leave(id, malformed[0]?.why ?? "");
      await call("delete", (signal) =>
        client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle }), {
          abortSignal: signal,
        }),
      );
      telemetry.count("sqs_messages", { outcome: "done" });
    } catch (error) {
      telemetry.count("sqs_messages", { outcome: error instanceof StoreError ? "store-down" : "failed" });
      telemetry.log("warn", "could not enqueue job; SQS will redeliver the message", {
        queue: url,
        messageId: id,
        error,
      });
      await changeVisibility(handle, storeDownVisibilitySeconds);
    } finally {
      stopExtending();
    }
  }

  function leave(messageId: string | undefined, why: string): void {
    telemetry.count("events_malformed", { transport: "sqs" });
    telemetry.count("sqs_messages", { outcome: "malformed" });
    telemetry.log("warn", "malformed message left to the redrive policy", { queue: url, messageId, why });
  }

  function extend(handle: string): () => void {
    let left = maxExtensions;
    const timer = setInterval(() => {
      left -= 1;
      if (left <= 0) clearInterval(timer);
      void changeVisibility(handle, visibilitySeconds);
    }, extendEveryMs);
    return () => clearInterval(timer);
  }

  function changeVisibility(handle: string, seconds: number): Promise<void> {
    const input = { QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: seconds };
    return call("visibility", (signal) =>
      client.send(new ChangeMessageVisibilityCommand(input), { abortSignal: signal }),
    );
  }

  /** A failure costs at most one more delivery, and deliveries are idempotent. */
  async function call(name: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    try {
      await within(callMs, work);
    } catch (error) {
      telemetry.count("sqs_errors", { call: name });
      telemetry.log("warn", "call to SQS failed", { queue: url, call: name, error });
    }
  }

  const polling = poll();
  return {
    trouble: () =>
      failures < failuresAtMost
        ? undefined
        : `The queue ${url} can't be read (${nameOf(lastFailure)}). Check its URL and the permission sqs:ReceiveMessage.`,
    async stop() {
      stopping.abort();
      const ended = async () => {
        await polling;
        await Promise.all(underWay);
      };
      await within(stopMs, ended).catch((error: unknown) =>
        telemetry.log("warn", "shutdown: SQS messages still being handled", { queue: url, error }),
      );
      client.destroy();
    },
  };
}

/** "AccessDenied", or the code of a connection that failed. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function createQueueClient(url: string): SQSClient {
  const region = regionOf(url);
  return new SQSClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 1,
    // By default the SDK sends to the queue URL's host and ignores AWS_ENDPOINT_URL. Only a URL that is not AWS's own
    // (a VPC endpoint, a local emulator) is the endpoint itself.
    useQueueUrlAsEndpoint: region === undefined && URL.canParse(url),
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: (longPollSeconds + 5) * 1_000,
      throwOnRequestTimeout: true,
    },
  });
}

/** `undefined` if the host is not a public AWS one: the SDK's configured region is used then. */
export function regionOf(queueUrl: string): string | undefined {
  const host = URL.canParse(queueUrl) ? new URL(queueUrl).hostname : "";
  const forms = [
    /^sqs(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/,
    /^([a-z0-9-]+)\.queue\.amazonaws\.com(?:\.cn)?$/,
  ];
  if (host === "queue.amazonaws.com") return "us-east-1";
  return forms.map((form) => form.exec(host)?.[1]).find((region) => region !== undefined);
}

/** Exponential backoff up to 30 s, minus up to 50% jitter so that replicas don't retry in step. */
function pauseMs(failures: number): number {
  return Math.min(maxPauseMs, 500 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
}
