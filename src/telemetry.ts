/** JSON logs and Prometheus metrics. Secrets are redacted by field name, and by value anywhere in a line. */

import { pino } from "pino";
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { counters, histograms } from "./handlers/metrics.ts";
import type { Telemetry } from "./handlers/ports.ts";
import { StoreError } from "./handlers/store/store.ts";
import { createLogLimit } from "./log-limit.ts";

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
  const settings = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: "[secret]",
    },
    // pino has its own for `err`, which would bring the stack back.
    serializers: { err: (error: unknown) => error },
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

  const limit = createLogLimit((of, count) => logger.warn({ of, count }, "log lines suppressed"));

  const telemetry: RunningTelemetry = {
    count(name, labels = {}, by = 1) {
      const entry = counted.get(name);
      entry?.metric.inc(only(entry.labels, labels), by);
    },
    observe(name, value, labels = {}) {
      const entry = observed.get(name);
      entry?.metric.observe(only(entry.labels, labels), value);
    },
    log(lineLevel, message, fields = {}) {
      if (!logger.isLevelEnabled(lineLevel)) return;
      // The person who clicked was shown this id, to be found here.
      if (fields.correlationId === undefined && !limit.admits(message, causeText(fields))) {
        telemetry.count("log_lines_suppressed", { level: lineLevel });
        return;
      }
      logger[lineLevel](described(fields, lineLevel === "error"), message);
    },
    metricsText: () => registry.metrics(),
    metricsContentType: registry.contentType,
  };
  return telemetry;
}

/** Fields that hold an error. */
const errorFields = ["err", "error", "cause"] as const;

/** The message of the error behind the line: it tells apart lines of one message. */
function causeText(fields: Readonly<Record<string, unknown>>): string {
  const error = errorFields.map((field) => fields[field]).find((value) => value instanceof Error);
  const inner = error?.cause instanceof Error ? error.cause.message : "";
  return error === undefined ? "" : `${error.message} ${inner}`;
}

/** Only bugs are worth a stack: what is expected to happen is logged at `warn`, or is a StoreError. */
function described(fields: Readonly<Record<string, unknown>>, mayBeBug: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const isError = errorFields.some((field) => field === name) && value instanceof Error;
      return [name, isError ? plainError(value, mayBeBug && !(value instanceof StoreError)) : value];
    }),
  );
}

/**
 * A Redis error contains the whole command, with a rejected password or people's texts. Log only the command's name.
 */
function plainError(error: Error, withStack: boolean): unknown {
  const told: unknown = pino.stdSerializers.errWithCause(error);
  for (let at = told; typeof at === "object" && at !== null; at = "cause" in at ? at.cause : undefined) {
    if ("command" in at && typeof at.command === "object" && at.command !== null)
      at.command = "name" in at.command ? at.command.name : undefined;
    if (!withStack && "stack" in at) delete at.stack;
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
