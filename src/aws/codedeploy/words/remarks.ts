/** The thread's remarks. A remark is described from its stored data alone. */

import type { Remark, Serving } from "../../../handlers/deployment.ts";
import type { Phrase, RemarkWords } from "../../../handlers/words.ts";
import { consoleUrl } from "../console.ts";
import type { Trouble } from "../facts/incident.ts";
import {
  failureSaid,
  hookSaid,
  incidentSaid,
  keptSaid,
  moreSaid,
  rollbackSaid,
  statusSaid,
} from "../facts/remarks.ts";
import { readyWait } from "../waits.ts";
import { describeFleet, describeShare } from "./counts.ts";

export function describeRemark({ name, said }: Remark): RemarkWords {
  const [kind, ...rest] = name.split("/");
  const what = rest.join("/");
  switch (kind) {
    case "status":
      return describeStatus(what, said);
    case "event":
      return { emoji: "▶️", words: ["lifecycle event ", { code: what }] };
    case "hold":
      return { emoji: "✋", words: describeHold(what, said) };
    case "kept": {
      const kept = keptSaid.safeParse(said);
      const fleet = kept.success ? describeFleet(kept.data.old) : "the old instances or tasks";
      return { emoji: "⌛", words: [`${fleet} are kept for a while`] };
    }
    case "failed":
      return { emoji: "❌", words: what === "more" ? moreWords(said) : describeFailure(what, said) };
    case "incident":
      return describeIncident(what, said);
    case "rollback":
      return { emoji: "⏪", words: describeRollback(what, said) };
    default:
      return { emoji: "ℹ️", words: [{ code: name }] };
  }
}

const statuses: ReadonlyMap<string, RemarkWords> = new Map([
  ["Created", { emoji: "▶️", words: ["CodeDeploy has accepted the deployment"] }],
  ["Queued", { emoji: "▶️", words: ["the deployment is in the queue"] }],
  ["InProgress", { emoji: "▶️", words: ["CodeDeploy is deploying"] }],
  ["Ready", { emoji: "▶️", words: ["the new version is installed; no traffic has moved"] }],
  ["Baking", { emoji: "▶️", words: ["everything is deployed, and CodeDeploy watches it"] }],
  ["Failed", { emoji: "❌", words: ["CodeDeploy shows the deployment as failed"] }],
  ["Stopped", { emoji: "⏹️", words: ["CodeDeploy stopped the deployment"] }],
]);

/** For a deployment that rolls another one back. */
const ofRollbacks: typeof statuses = new Map([
  ["InProgress", { emoji: "⏪", words: ["CodeDeploy is rolling back"] }],
  ["Failed", { emoji: "❌", words: ["CodeDeploy shows the rollback as failed"] }],
  ["Stopped", { emoji: "⏹️", words: ["CodeDeploy stopped the rollback"] }],
]);

const finished: Readonly<Record<Serving, RemarkWords>> = {
  new: { emoji: "✅", words: ["CodeDeploy finished: the new version serves"] },
  previous: { emoji: "⏪", words: ["CodeDeploy finished the rollback: the earlier version serves again"] },
  mixed: { emoji: "⚠️", words: ["CodeDeploy finished: the new version serves in part"] },
  none: { emoji: "⚠️", words: ["CodeDeploy finished: nothing runs, so nothing was proven"] },
  unknown: { emoji: "⚠️", words: ["CodeDeploy finished: what serves was not read"] },
};

function describeStatus(status: string, said: unknown): RemarkWords {
  const { rollback = false, serving = "unknown" } = statusSaid.safeParse(said).data ?? {};
  if (status === "Succeeded") return finished[serving];
  const ofRollback = rollback ? ofRollbacks.get(status) : undefined;
  return (
    ofRollback ??
    statuses.get(status) ?? { emoji: "ℹ️", words: ["CodeDeploy shows status ", { code: status }] }
  );
}

function describeHold(id: string, said: unknown): Phrase {
  if (id === readyWait) return ["waits for an answer before any traffic moves"];
  const hook = hookSaid.safeParse(said);
  return hook.success
    ? ["waits for an answer at lifecycle event ", { code: hook.data.stage }]
    : ["waits for an answer at a lifecycle event"];
}

function describeFailure(what: string, said: unknown): Phrase {
  const failure = failureSaid.safeParse(said);
  if (!failure.success) return [{ code: what, atMost: 48 }, " failed"];
  const { target, event, errorCode, scriptName } = failure.data;
  const script: Phrase = scriptName
    ? [errorCode === undefined ? ": script " : " in script ", { code: scriptName, atMost: 48 }]
    : [];
  const cause: Phrase = errorCode === undefined ? [] : [": ", { code: errorCode }];
  return [{ code: target, atMost: 48 }, " failed at ", { code: event }, ...cause, ...script];
}

function moreWords(said: unknown): Phrase {
  const more = moreSaid.safeParse(said);
  if (!more.success) return ["and more failures"];
  const { failures, share } = more.data;
  return [`and ${failures} more failures${share === undefined ? "" : ` (${describeShare(share)})`}`];
}

/** The cause alone is for a sentence that has the outcome already. Empty: unknown. */
function describeTrouble(
  trouble: Trouble,
  rollback: boolean,
  failed: number | undefined,
): { readonly words: string; readonly cause?: string } {
  switch (trouble) {
    case "alarm":
      return {
        words: "an alarm went off, and CodeDeploy stopped the deployment",
        cause: "an alarm went off",
      };
    case "timed-out":
      return { words: "nobody answered the hook in time, so the deployment failed" };
    case "never-ready":
      return { words: "nobody answered in time, so CodeDeploy stopped the deployment" };
    case "failed-instances": {
      const instances =
        failed === undefined ? "instances" : `${failed} ${failed === 1 ? "instance" : "instances"}`;
      const words = `${instances} had failed when CodeDeploy stopped it; who stopped it was not read`;
      return { words: `failed: ${words}`, cause: words };
    }
    case "hook":
      return {
        words: "a lifecycle hook failed, and with it the deployment",
        cause: "a lifecycle hook failed",
      };
    case "failed":
      return rollback
        ? { words: "the rollback failed", cause: "the rollback failed" }
        : { words: "failed, and CodeDeploy shows no rollback" };
    case "rolled-back":
      return { words: "failed; CodeDeploy started a rollback" };
  }
}

function describeIncident(what: string, said: unknown): RemarkWords {
  const incident = incidentSaid.safeParse(said);
  if (!incident.success) return { emoji: "🚨", words: [{ code: what }], cause: [] };
  const { trouble, rollback, code, failedInstances } = incident.data;
  const { words, cause } = describeTrouble(trouble, rollback, failedInstances);
  const error: Phrase = code === undefined ? [] : [{ code }];
  return {
    emoji: "🚨",
    cause: cause !== undefined ? [cause] : error.length === 0 ? [] : ["error ", ...error],
    words: [words, ...(error.length === 0 ? [] : [" (", ...error, ")"])],
  };
}

function describeRollback(id: string, said: unknown): Phrase {
  const started: Phrase = ["CodeDeploy started the rollback as a new deployment, ", { code: id }];
  const rollback = rollbackSaid.safeParse(said);
  if (!rollback.success) return started;
  const link = consoleUrl(rollback.data.region, rollback.data.deploymentId);
  return [...started, " (", { link, words: "open it in AWS" }, ")"];
}
