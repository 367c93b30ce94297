/** The fake's default event bus: AWS's events, and delivery failures. */
import { randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";

export interface AwsEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

type Mishap =
  | { readonly kind: "drop" }
  | { readonly kind: "double" }
  | { readonly kind: "delay"; readonly delayMs: number };

export interface Events {
  readonly onEvent: (listener: (event: AwsEvent) => void) => () => void;
  /** All events that AWS emitted, in order, including dropped ones. */
  readonly emitted: () => readonly AwsEvent[];
  /** The next `times` matching events go wrong (default: all, until `clearMishaps`). */
  readonly mishap: (mishap: Mishap, times?: number, matches?: (event: AwsEvent) => boolean) => void;
  readonly clearMishaps: () => void;
}

export interface EventBus extends Events {
  readonly emit: (event: Omit<AwsEvent, "version" | "id" | "time">) => void;
}

const kept = 5000;

export function createEventBus(clock: Clock): EventBus {
  const listeners = new Set<(event: AwsEvent) => void>();
  let emitted: AwsEvent[] = [];
  let mishaps: { readonly mishap: Mishap; readonly matches: (event: AwsEvent) => boolean; left: number }[] =
    [];

  const tell = (event: AwsEvent) => {
    for (const listener of [...listeners]) listener(event);
  };

  return {
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    emitted: () => emitted,
    mishap: (mishap, times = Number.POSITIVE_INFINITY, matches = () => true) => {
      mishaps.push({ mishap, matches, left: times });
    },
    clearMishaps: () => {
      mishaps = [];
    },
    emit: (content) => {
      const event: AwsEvent = { version: "0", id: randomUUID(), time: wholeSeconds(clock.now()), ...content };
      emitted = [...emitted, event].slice(-kept);
      const planned = mishaps.find((plan) => plan.left > 0 && plan.matches(event));
      if (planned === undefined) return tell(event);
      planned.left -= 1;
      switch (planned.mishap.kind) {
        case "drop":
          return;
        case "double":
          tell(event);
          return tell(event);
        case "delay":
          clock.at(clock.now() + planned.mishap.delayMs, () => tell(event));
      }
    },
  };
}

/** EventBridge's `time` has no fraction. */
export function wholeSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
