/** `npm run demo`: prints one URL. `npm run demo -- --once`: plays the main scenario as text, and exits 0 or 1. */

import { parseArgs } from "node:util";
import { chosenPortError, tryPort } from "./ports.ts";

const usage = `Usage: npm run demo [-- --once]

  (nothing)   shows the demo on a page of this machine, until Ctrl-C
  --once      plays the main scenario without a page, prints it, and exits 0 or 1

PORT chooses the page's port. Default: 3999, or the next one that is free.
`;

// The fake AWS uses the SDK, which warns about Node 20 when it is first used.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

process.exitCode = await main();

async function main(): Promise<number> {
  const once = readOnce();
  if (once === "help") {
    process.stdout.write(usage);
    return 0;
  }
  if (once === undefined) return 2;
  try {
    const port = readPort();
    // Loading the rest takes seconds; report wrong arguments and a port in use before that.
    if (port !== undefined && port !== 0)
      await tryPort(port).catch((error: unknown) => {
        throw chosenPortError(error, port);
      });
    const { run } = await import("./run.ts");
    return await run({ once, port });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function readOnce(): boolean | "help" | undefined {
  try {
    const { values } = parseArgs({
      options: { once: { type: "boolean", default: false }, help: { type: "boolean", short: "h" } },
    });
    return values.help === true ? "help" : values.once;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

function readPort(): number | undefined {
  const wanted = process.env.PORT ?? "";
  if (wanted === "") return undefined;
  const port = Number(wanted);
  if (!/^\d{1,5}$/.test(wanted) || port > 65_535) throw new Error(`PORT=${wanted} is not a port.`);
  return port;
}
