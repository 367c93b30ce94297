/**
 * Delivers events like an EventBridge API destination: 5 s timeout; 401, 407, 409, 429, 5xx and timeouts are retried
 * with exponential backoff; any other response is final. `Retry-After` can only lengthen the backoff.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { AwsEvent } from "./events.ts";

export interface DelivererOptions {
  readonly url: string;
  /** Sent as `x-holdpoint-key`, the API key of the connection. */
  readonly key: string;
  /** EventBridge's own limit is 185 attempts in 24 h. */
  readonly maxTries?: number;
  readonly firstWaitMs?: number;
  readonly longestWaitMs?: number;
  readonly timeoutMs?: number;
}

interface Delivery {
  readonly event: AwsEvent;
  readonly delivered: boolean;
  /** The status of each attempt; 0 for no response. */
  readonly tries: readonly number[];
}

export interface Deliverer {
  readonly deliver: (event: AwsEvent) => Promise<Delivery>;
  /** Deliveries that have ended, oldest first. */
  readonly ended: () => readonly Delivery[];
  /** Resolves when no delivery is in progress. */
  readonly idle: () => Promise<void>;
  /** Cancels all backoffs; deliveries in progress count as not delivered. */
  readonly close: () => Promise<void>;
}

const retried = new Set([0, 401, 407, 409, 429]);
const kept = 1000;

export function createDeliverer(options: DelivererOptions): Deliverer {
  const { maxTries = 20, firstWaitMs = 500, longestWaitMs = 30_000, timeoutMs = 5000 } = options;
  const closing = new AbortController();
  const underWay = new Set<Promise<Delivery>>();
  let ended: Delivery[] = [];

  async function post(event: AwsEvent): Promise<{ readonly status: number; readonly retryAfterMs: number }> {
    try {
      const response = await fetch(options.url, {
        method: "POST",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "user-agent": "Amazon/EventBridge/ApiDestinations",
          "x-holdpoint-key": options.key,
        },
        body: JSON.stringify(event),
        redirect: "manual",
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      return { status: response.status, retryAfterMs: retryAfterMs(response.headers.get("retry-after")) };
    } catch {
      // A timeout, a broken connection, or a 407, which fetch reports as a network error. All of them are retried.
      return { status: 0, retryAfterMs: 0 };
    }
  }

  async function tryUntilTaken(event: AwsEvent): Promise<Delivery> {
    const tries: number[] = [];
    while (tries.length < maxTries && !closing.signal.aborted) {
      const { status, retryAfterMs: asked } = await post(event);
      tries.push(status);
      if (status >= 200 && status < 300) return { event, delivered: true, tries };
      if (!retried.has(status) && status < 500) break;
      if (asked < 0 || tries.length === maxTries) break;
      const backOffMs =
        Math.min(longestWaitMs, firstWaitMs * 2 ** (tries.length - 1)) * (0.5 + Math.random() / 2);
      await sleep(Math.max(backOffMs, asked), undefined, { signal: closing.signal }).catch(() => undefined);
    }
    return { event, delivered: false, tries };
  }

  return {
    deliver: (event) => {
      const delivery = tryUntilTaken(event).then((result) => {
        underWay.delete(delivery);
        ended = [...ended, result].slice(-kept);
        return result;
      });
      underWay.add(delivery);
      return delivery;
    },
    ended: () => ended,
    idle: async () => {
      await Promise.all(underWay);
    },
    close: async () => {
      closing.abort();
      await Promise.all(underWay);
    },
  };
}

/** Seconds or a date; 0 if absent. A negative value ends the retries. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now());
}
