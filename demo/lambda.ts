/** Runs the hook function that the project ships as Lambda would: apart from everything, with an environment of its own. */

import { Worker } from "node:worker_threads";
import type { HookInvocation } from "./aws/codedeploy.ts";

export interface Lambda {
  readonly invoke: (invocation: HookInvocation) => void;
  readonly close: () => Promise<void>;
}

/** `awsUrl` is asked for at each invocation. */
export function createLambda(awsUrl: () => string): Lambda {
  const running = new Set<Worker>();
  return {
    invoke: ({ region, hookName, input }) => {
      const worker = new Worker(new URL("./lambda-worker.ts", import.meta.url), {
        workerData: input,
        execArgv: ["--import", "tsx"],
        env: {
          AWS_REGION: region,
          AWS_ENDPOINT_URL: awsUrl(),
          AWS_ACCESS_KEY_ID: "demo",
          AWS_SECRET_ACCESS_KEY: "demo",
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
          HOLDPOINT_HOOK_NAME: hookName,
        },
        // What the function logs goes to CloudWatch, which is not here.
        stdout: true,
        stderr: true,
      });
      running.add(worker);
      worker.once("error", ({ message }) => process.stderr.write(`The hook function failed: ${message}\n`));
      worker.once("exit", () => running.delete(worker));
    },
    close: async () => {
      await Promise.all([...running].map((worker) => worker.terminate()));
    },
  };
}
