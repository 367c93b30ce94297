/** What happens, what comes next, how it ended, and what the thread tells once. The words follow AWS's status. */

import type { DeploymentWords, Phrase, WordedRemark } from "../../handlers/words.ts";
import type { Versions } from "./changes.ts";

interface Underway {
  readonly status: string;
  readonly startedAt: number | undefined;
  /** False: the resource names another deployment by now. */
  readonly isNewest: boolean;
  /** False: Proton gave no id that a cancel could be compared with. */
  readonly hasId: boolean;
}

export function progressOf({ status, startedAt, isNewest, hasId }: Underway): DeploymentWords["progress"] {
  switch (status) {
    case "IN_PROGRESS":
      return {
        headline:
          startedAt === undefined
            ? ["In progress"]
            : ["In progress since ", { time: startedAt, show: "minute" }],
        next: [`Proton finishes it, with success or failure.${whyNoCancel(isNewest, hasId)}`],
      };
    case "CANCELLING":
      return {
        headline: ["Proton is cancelling"],
        next: ["Proton ends it as cancelled, as failed, or, if the cancel came too late, as succeeded."],
      };
    case "DELETE_IN_PROGRESS":
      return { headline: ["Proton is deleting the resource"], next: ["the resource is gone."] };
    case "CANCELLED":
    case "SUCCEEDED":
    case "FAILED":
    case "DELETE_COMPLETE":
    case "DELETE_FAILED":
      return undefined;
    default:
      return {
        headline: ["Proton shows status ", { code: status, atMost: 24 }, ", which Holdpoint does not know"],
        next: ["Proton continues on its own."],
      };
  }
}

function whyNoCancel(isNewest: boolean, hasId: boolean): string {
  if (!isNewest)
    return " Another deployment has taken its place at Proton. A cancel would hit that one, so it is not offered here.";
  if (!hasId)
    return " Proton does not say which deployment this is. A cancel might hit another one, so Holdpoint sends none.";
  return " It tells no percentage.";
}

/** What is known to serve now. Where the record was not read, versions are left out, never guessed. */
export function outcomeOf(status: string, { old, new: next }: Versions): Phrase | undefined {
  switch (status) {
    case "SUCCEEDED":
      return next?.template === undefined || next.number === undefined
        ? ["Proton deployed it."]
        : ["Proton deployed version ", code(next.number), " of template ", code(next.template), "."];
    case "CANCELLED":
      return old?.number === undefined
        ? ["Proton cancelled it. It does not tell whether all of it was undone: look at the resources."]
        : [
            "Proton cancelled it. The version before was ",
            code(old.number),
            ". Proton does not tell whether all of it is back: look at the resources.",
          ];
    case "FAILED":
      return [
        "Proton ended it as failed: either the deployment failed or its cancellation did. What serves now is not known. Look at the resources.",
      ];
    case "DELETE_COMPLETE":
      return ["Proton deleted the resource."];
    case "DELETE_FAILED":
      return ["Proton could not delete the resource. What is left of it is not known."];
    default:
      return undefined;
  }
}

function code(name: string): { readonly code: string; readonly atMost: number } {
  return { code: name, atMost: 24 };
}

const told: ReadonlyMap<string, Pick<WordedRemark, "weight" | "emoji" | "words" | "cause">> = new Map(
  Object.entries({
    IN_PROGRESS: { weight: "progress", emoji: "▶️", words: ["Proton is deploying"] },
    CANCELLING: { weight: "ending", emoji: "⏹️", words: ["Proton is cancelling"] },
    CANCELLED: { weight: "ending", emoji: "⏹️", words: ["Proton ended the deployment as cancelled"] },
    SUCCEEDED: { weight: "ending", emoji: "✅", words: ["Proton ended the deployment as succeeded"] },
    FAILED: { weight: "incident", emoji: "🚨", words: ["Proton ended the deployment as failed"], cause: [] },
    DELETE_IN_PROGRESS: { weight: "progress", emoji: "⏹️", words: ["Proton is deleting the resource"] },
    DELETE_COMPLETE: { weight: "ending", emoji: "⏹️", words: ["Proton deleted the resource"] },
    DELETE_FAILED: { weight: "incident", emoji: "🚨", words: ["Proton could not delete the resource"] },
  }),
);

const replaced: Pick<WordedRemark, "weight" | "emoji" | "words"> = {
  weight: "ending",
  emoji: "ℹ️",
  words: ["Proton ended the deployment as succeeded; a later one decides what runs now"],
};

export function remarksOf(
  status: string,
  reason: string | undefined,
  isNewest: boolean,
): readonly WordedRemark[] {
  const unknown = {
    weight: "progress",
    emoji: "ℹ️",
    words: ["Proton shows status ", { code: status }],
  } as const;
  const isReplaced = status === "SUCCEEDED" && !isNewest;
  const remark = isReplaced ? replaced : (told.get(status) ?? unknown);
  return [{ name: `status/${status}`, ...remark, ...(reason === undefined ? {} : { reason }) }];
}
