// `holdpoint start` on another timing. PROGRAM is the folder of the built program, TIMING the timing as JSON.

import { join } from "node:path";

const program = process.env.PROGRAM ?? "";
const { loadConfig } = await import(join(program, "config/load.js"));
const { startHoldpoint } = await import(join(program, "main.js"));
const { createTelemetry } = await import(join(program, "telemetry.js"));

const loaded = await loadConfig();
if (loaded.kind !== "config") throw new Error(JSON.stringify(loaded.mistakes));
const telemetry = createTelemetry({ level: loaded.config.logLevel });
const running = await startHoldpoint(loaded.config, telemetry, JSON.parse(process.env.TIMING ?? ""));
process.once("SIGTERM", async () => {
  await running.stop();
  process.exit(0);
});
