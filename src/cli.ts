#!/usr/bin/env node
/** The `holdpoint` command. */

import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { checkHoldpoint, type Finding } from "./check.ts";
import { type Config, loadConfig } from "./config/load.ts";
import { formatProblem } from "./config/mistake.ts";
import { startHoldpoint } from "./main.ts";
import { startProblem } from "./start-problem.ts";
import { createTelemetry, type RunningTelemetry } from "./telemetry.ts";

const usage = `Usage: holdpoint <command>

  start       takes events, keeps cards, answers clicks and /deploy
  check       tries everything that the configuration names, and says what is wrong
  help        this text
  --version   the version

The configuration is read from the environment and from holdpoint.yml (HOLDPOINT_CONFIG names another file).
`;

/** Time from the signal to the exit, even if something hangs. */
const stopWithinMs = 20_000;

process.exitCode = await run(process.argv.slice(2));

async function run([command = "help", ...rest]: readonly string[]): Promise<number> {
  if (rest.length > 0) return misused(`unexpected: ${rest.join(" ")}`);
  switch (command) {
    case "start":
      return withConfig(start);
    case "check":
      return withConfig(check);
    case "help":
    case "--help":
    case "-h":
      return print(usage);
    case "--version":
    case "-v":
      return print(`${await version()}\n`);
    default:
      return misused(`unknown command: ${command}`);
  }
}

async function withConfig(work: (config: Config) => Promise<number>): Promise<number> {
  const loaded = await loadConfig();
  if (loaded.kind === "config") return work(loaded.config);
  const lines = loaded.mistakes.map((mistake) => `  ${formatProblem(mistake, loaded.configPath)}`);
  process.stderr.write(
    `Holdpoint can't start. The configuration has ${lines.length === 1 ? "a problem" : `${lines.length} problems`}:\n${lines.join("\n")}\n`,
  );
  return 1;
}

async function start(config: Config): Promise<number> {
  const telemetry = createTelemetry({ level: config.logLevel, secrets: secretsOf(config) });
  process.on("unhandledRejection", (error) => fail(telemetry, "unhandled promise rejection", error));
  process.on("uncaughtException", (error) => fail(telemetry, "uncaught exception", error));

  const asked = new Promise<"signal">((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.on(signal, () => {
        resolve("signal");
        // A second signal ends the process at once, as if there were no handler.
        process.removeAllListeners(signal);
      });
  });
  const running = await startHoldpoint(config, telemetry).catch((error: unknown) => {
    const problem = startProblem(error, config.listen);
    if (problem === undefined) throw error;
    process.stderr.write(`Holdpoint can't start. ${problem}\n`);
    process.exit(1);
  });
  const failure = running.failure.then((error) => ({ error }));
  const end = await Promise.race([asked, failure]);
  if (end !== "signal") telemetry.log("error", "fatal error, shutting down", { error: end.error });

  const late = wait(stopWithinMs, "late" as const, { ref: false });
  const stopped = await Promise.race([running.stop(), late]);
  if (stopped === "late") telemetry.log("error", "shutdown timed out");
  process.exit(end === "signal" && stopped !== "late" ? 0 : 1);
}

/** Exits, so that the supervisor restarts a process whose state is unknown. */
function fail(telemetry: RunningTelemetry, message: string, error: unknown): void {
  telemetry.log("error", message, { error });
  process.exit(1);
}

async function check(config: Config): Promise<number> {
  const telemetry = createTelemetry({ level: "silent" });
  const clock = { monotonicMs: () => performance.now(), wait: (ms: number) => wait(ms) };
  const findings = await checkHoldpoint(config, { clock, telemetry });
  const marks: Readonly<Record<Finding["kind"], string>> = { good: "ok   ", note: "note ", wrong: "WRONG" };
  for (const { kind, message } of findings) print(`${marks[kind]} ${message}\n`);
  return findings.some(({ kind }) => kind === "wrong") ? 1 : 0;
}

function secretsOf({ slack, eventsKey, accounts, redis }: Config): readonly string[] {
  const passwords =
    redis === undefined ? [] : redis.kind === "single" ? passwordsIn(redis.url) : [redis.password];
  const mode = slack.mode.kind === "socket" ? slack.mode.appToken : slack.mode.signingSecret;
  const url = redis?.kind === "single" ? redis.url : undefined;
  return [
    slack.botToken,
    mode,
    eventsKey,
    ...passwords,
    url,
    ...accounts.map((account) => account.externalId),
  ].filter((secret) => secret !== undefined);
}

/** As written in the URL, and as sent to Redis. */
function passwordsIn(url: string): readonly string[] {
  const { password } = new URL(url);
  return password === "" ? [] : [password, decodeURIComponent(password)];
}

async function version(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  const found: unknown = JSON.parse(text);
  return typeof found === "object" && found !== null && "version" in found
    ? String(found.version)
    : "unknown";
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function misused(what: string): number {
  process.stderr.write(`${what}\n\n${usage}`);
  return 2;
}
