/** Runs the project's hook function like Lambda: one process per invocation, with its own environment. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { HookInvocation } from "../fakes/aws/codedeploy.ts";

export interface Lambda {
  readonly invoke: (invocation: HookInvocation) => void;
  readonly close: () => Promise<void>;
}

const program = fileURLToPath(new URL("lambda-process.ts", import.meta.url));

/** `awsUrl` is called at each invocation. */
export function createLambda(awsUrl: () => string): Lambda {
  const running = new Set<ChildProcess>();
  return {
    invoke: ({ region, hookName, input }) => {
      const child = spawn(process.execPath, ["--import", "tsx", program], {
        env: {
          PATH: process.env.PATH ?? "",
          TMPDIR: process.env.TMPDIR ?? "",
          AWS_REGION: region,
          AWS_ENDPOINT_URL: awsUrl(),
          AWS_ACCESS_KEY_ID: "demo",
          AWS_SECRET_ACCESS_KEY: "demo",
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
          HOLDPOINT_HOOK_NAME: hookName,
        },
        // Its stdout would go to CloudWatch and is dropped; its stderr is shown.
        stdio: ["pipe", "ignore", "inherit"],
      });
      running.add(child);
      child.once("exit", () => running.delete(child));
      child.once("error", ({ message }) => process.stderr.write(`The hook function failed: ${message}\n`));
      child.stdin.end(JSON.stringify(input));
    },
    close: async () => {
      await Promise.all(
        [...running].map(async (child) => {
          const ended = once(child, "exit");
          child.kill("SIGKILL");
          await ended;
        }),
      );
    },
  };
}
