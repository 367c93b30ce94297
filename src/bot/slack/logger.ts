import { type Logger, LogLevel } from "@slack/bolt";
import type { Telemetry } from "../../handlers/ports.ts";

/**
 * Forwards the logs of Bolt and the WebClient to Telemetry, from `info` up: their debug lines contain whole requests,
 * and setting our own log level to debug must not write people's messages to the log.
 */
export function createSlackLogger(telemetry: Telemetry): Logger {
  const log =
    (level: "info" | "warn" | "error") =>
    (...said: unknown[]): void => {
      const [first, ...rest] = said;
      telemetry.log(level, "Slack SDK log", {
        said: first instanceof Error ? first.message : String(first),
        ...(rest.length === 0 ? {} : { details: rest.map(String) }),
      });
    };
  return {
    debug: () => {},
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
