import { type Logger, LogLevel } from "@slack/bolt";
import type { Telemetry } from "../../handlers/ports.ts";

/**
 * Sends what Bolt and the WebClient log to Telemetry. Nothing below `info` passes: their debug lines hold whole
 * requests, and a debug level of ours must not start to write people's messages to the log.
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
