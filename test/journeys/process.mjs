// `holdpoint start` on another timing. PROGRAM is its parts as one file, TIMING the timing as JSON.

const { loadConfig, startHoldpoint, createTelemetry } = await import(process.env.PROGRAM ?? "");

const loaded = await loadConfig();
if (loaded.kind !== "config") throw new Error(JSON.stringify(loaded.mistakes));
const telemetry = createTelemetry({ level: loaded.config.logLevel });
const running = await startHoldpoint(loaded.config, telemetry, JSON.parse(process.env.TIMING ?? ""));
process.once("SIGTERM", async () => {
  await running.stop();
  process.exit(0);
});
