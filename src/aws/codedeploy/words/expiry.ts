/** Describes what CodeDeploy does when a wait times out. */

import type { Expiry } from "../../../handlers/deployment.ts";
import type { HoldWords } from "../../../handlers/words.ts";
import { type ExpirySaid, expirySaid } from "../facts/expiry.ts";
import { readyWait, terminationWait } from "../waits.ts";
import { describeFleet } from "./counts.ts";

export function describeExpiry({ said }: Expiry): HoldWords {
  const expiry = expirySaid.safeParse(said);
  if (!expiry.success) return {};
  switch (expiry.data.wait) {
    case "hook":
      return ofHook(expiry.data);
    case readyWait:
      return ofReady(expiry.data);
    case terminationWait: {
      const terminates = `terminates ${describeFleet(expiry.data.old)}`;
      return {
        onExpiry: [`CodeDeploy then ${terminates}. That is the normal end.`],
        onExpiryShort: `CodeDeploy ${terminates}`,
      };
    }
  }
}

type Of<Wait> = Extract<ExpirySaid, { readonly wait: Wait }>;

/** CodeDeploy can't roll back what has not been installed. */
function ofHook({ stage, rollsBack }: Of<"hook">): HoldWords {
  const fails = "CodeDeploy fails the deployment";
  if (stage === "BeforeInstall")
    return { onExpiry: ["the deployment fails before anything is installed."], onExpiryShort: fails };
  if (rollsBack === true)
    return {
      onExpiry: ["the deployment fails, and CodeDeploy rolls back (this group does so on failure)."],
      onExpiryShort: `${fails} and rolls back`,
    };
  return { onExpiry: [`the deployment fails. ${noRollback(rollsBack)}`], onExpiryShort: fails };
}

/** `undefined`: CodeDeploy didn't return it. */
export function noRollback(rollsBack: false | undefined): string {
  return rollsBack === undefined
    ? "Not known: whether this group rolls back on failure."
    : "This group does not roll back on failure.";
}

function ofReady({ platform, actionOnTimeout: action }: Of<typeof readyWait>): HoldWords {
  const fleets = { ecs: "tasks", "blue-green": "instances" } as const;
  const fleet = platform === "ecs" || platform === "blue-green" ? fleets[platform] : "version";
  switch (action) {
    case "STOP_DEPLOYMENT":
      return {
        onExpiry: [`CodeDeploy stops the deployment. Traffic stays on the old ${fleet}.`],
        onExpiryShort: "CodeDeploy stops the deployment",
      };
    case "CONTINUE_DEPLOYMENT":
      return {
        onExpiry: [`CodeDeploy continues: traffic moves to the new ${fleet}.`],
        onExpiryShort: "CodeDeploy continues",
      };
    case undefined:
      return {
        onExpiry: ["CodeDeploy does what the group is configured for; it does not say what that is."],
        onExpiryShort: "CodeDeploy does what is configured",
      };
    default:
      return {
        onExpiry: ["CodeDeploy does what it calls ", { code: action, atMost: 24 }, "."],
        onExpiryShort: "CodeDeploy does what is configured",
      };
  }
}
