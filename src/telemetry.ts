/** JSON logs and Prometheus metrics. Secrets are redacted by field name, and by value anywhere in a line. */

import { pino } from "pino";
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { counters, histograms } from "./handlers/metrics.ts";
import type { Telemetry } from "./handlers/ports.ts";

export interface RunningTelemetry extends Telemetry {
  /** Prometheus' text format. */
  metricsText(): Promise<string>;
  readonly metricsContentType: string;
}

const secretFields = [
  "token",
  "botToken",
  "appToken",
  "signingSecret",
  "externalId",
  "password",
  "eventsKey",
  "authorization",
];

export function createTelemetry(options: {
  readonly level: "debug" | "info" | "warn" | "error" | "silent";
  /** Values that never appear in a log line. */
  readonly secrets?: readonly string[];
  /** Output of log lines. Default: standard output. */
  readonly write?: (line: string) => void;
}): RunningTelemetry {
  const { level, secrets = [], write } = options;
  const blot = blotter(secrets);
  const serializers = Object.fromEntries(["err", "error", "cause"].map((field) => [field, withoutArguments]));
  const settings = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: "[secret]",
    },
    serializers,
    hooks: { streamWrite: blot },
  };
  const logger = write === undefined ? pino(settings) : pino(settings, { write });

  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counted = new Map(
    Object.entries(counters).map(([name, { help, labels }]) => [
      name,
      {
        labels,
        metric: new Counter({
          name: `holdpoint_${name}_total`,
          help,
          labelNames: labels,
          registers: [registry],
        }),
      },
    ]),
  );
  const observed = new Map(
    Object.entries(histograms).map(([name, { help, labels, buckets }]) => [
      name,
      {
        labels,
        metric: new Histogram({
          name: `holdpoint_${name}`,
          help,
          labelNames: labels,
          buckets: [...buckets],
          registers: [registry],
        }),
      },
    ]),
  );

  return {
    count(name, labels = {}, by = 1) {
      const entry = counted.get(name);
      entry?.metric.inc(only(entry.labels, labels), by);
    },
    observe(name, value, labels = {}) {
      const entry = observed.get(name);
      entry?.metric.observe(only(entry.labels, labels), value);
    },
    log(lineLevel, message, fields = {}) {
      logger[lineLevel](fields, message);
    },
    metricsText: () => registry.metrics(),
    metricsContentType: registry.contentType,
  };
}

/**
 * A Redis error contains the whole command, with a rejected password or people's texts. Log only the command's name.
 */
function withoutArguments(error: unknown): unknown {
  const told: unknown = error instanceof Error ? pino.stdSerializers.errWithCause(error) : error;
  for (let at = told; typeof at === "object" && at !== null; at = "cause" in at ? at.cause : undefined) {
    if ("command" in at && typeof at.command === "object" && at.command !== null)
      at.command = "name" in at.command ? at.command.name : undefined;
  }
  return told;
}

/** prom-client throws on an undeclared label; a metric must never break the code that counts. */
function only(declared: readonly string[], labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(declared.map((label) => [label, labels[label] ?? ""]));
}

/** Short values are not redacted: replacing every `a` would make lines unreadable. */
function blotter(secrets: readonly string[]): (line: string) => string {
  const written = secrets
    .filter((secret) => secret.length >= 6)
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) => written.reduce((text, secret) => text.replaceAll(secret, "[secret]"), line);
}
