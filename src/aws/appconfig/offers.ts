/** What can be asked of AppConfig now: to cancel what is in progress, and for 72 hours to revert what is complete. */

import type { Phase } from "../../handlers/deployment.ts";
import type { Phrase, WordedOffer } from "../../handlers/words.ts";
import { whyWords } from "../why.ts";
import type { Seen } from "./describe.ts";
import { type Before, earlierOr } from "./history.ts";
import { completedAt } from "./log.ts";
import { figure, isPlainVersion, versionOr, versionPart } from "./state.ts";

/** AppConfig takes a revert for so long after the completion. */
const revertableMs = 72 * 3_600_000;

export function offersOf(seen: Seen, phase: Phase): readonly WordedOffer[] {
  if (phase === "running") return [cancel(seen)];
  return phase === "succeeded" ? revert(seen) : [];
}

/** Nothing that could fail to be read is part of the evidence: an emergency has to go out. */
function cancel(seen: Seen): WordedOffer {
  const { before } = seen.history;
  return {
    action: "cancel",
    label: "Cancel and roll back",
    consequence:
      before.kind === "none"
        ? ["AppConfig ends the deployment. There is no version to return to."]
        : ["all targets return to ", ...earlierOr(before, "the version before"), "."],
    dialog: [...whatIsCancelled(seen), ...duringBake(seen)],
    deny: "Let it run",
    evidence: { deployment: String(seen.id.number) },
  };
}

function whatIsCancelled({ deployment, history: { before } }: Seen): Phrase {
  const version = versionOr(deployment.ConfigurationVersion, "the new version");
  if (before.kind === "none") {
    return [
      "AppConfig stops and rolls back. No earlier version was completed here: what the targets get then is not known.",
    ];
  }
  const back = earlierOr(before, "the version before");
  const percent = deployment.PercentageComplete;
  if (percent === 0) {
    return ["AppConfig stops. No target has ", ...version, " yet: all of them stay on ", ...back, "."];
  }
  if (percent === undefined || percent === 100)
    return ["AppConfig stops and rolls back: all targets get ", ...back, " again."];
  return [
    `AppConfig stops and rolls back: the ${figure(percent)}% of targets that have `,
    ...version,
    " get ",
    ...back,
    " again.",
  ];
}

/** The API's text names DEPLOYING alone. */
function duringBake({ deployment: { State } }: Seen): Phrase {
  return State === "BAKING"
    ? [" AWS does not say whether it takes this during the bake time. If it refuses, nothing changes."]
    : [];
}

/**
 * None where a later deployment of this configuration serves. What is later is evidence: a request for a deployment that
 * is no longer the newest does not act. AWS itself checks the 72 hours, and nothing else.
 */
function revert(seen: Seen): readonly WordedOffer[] {
  const { deployment, history, id, now } = seen;
  const completed = completedAt(deployment);
  const until = completed === undefined ? undefined : completed + revertableMs;
  const replaced = history.later.kind === "read" && history.later.value !== undefined;
  if (until === undefined || until <= now || replaced) return [];
  const version = deployment.ConfigurationVersion;
  const { before } = history;
  return [
    {
      action: "revert",
      until,
      label: revertLabel(before),
      consequence: revertConsequence(before),
      dialog: [
        ...whatIsReverted(before),
        " Alarms are not watched. To return to ",
        ...(version === undefined ? ["the new one"] : [versionPart(version)]),
        " somebody must deploy it again.",
      ],
      deny: isPlainVersion(version) ? `Keep ${version}` : "Keep the new version",
      evidence: {
        deployment: String(id.number),
        "newest deployment": history.later.kind === "unknown" ? null : String(id.number),
        "version before": before.kind === "read" ? before.value.version : "not known",
      },
      ...(history.later.kind === "unknown" ? { unread: whyWords(history.later.why) } : {}),
    },
  ];
}

/** AWS promises "the previous version". Where others came in between and went back, its list does not tell which that is. */
function isSure({ value: { undone } }: Extract<Before, { readonly kind: "read" }>): boolean {
  return undone.length === 0;
}

function revertLabel(before: Before): string {
  const isNamed = before.kind === "read" && isSure(before) && isPlainVersion(before.value.version);
  return isNamed ? `Revert to version ${before.value.version}` : "Revert to the version before";
}

function revertConsequence(before: Before): Phrase {
  if (before.kind === "none") {
    return ["no earlier version was completed here; what the targets get is not known."];
  }
  const back =
    before.kind === "read" && isSure(before) ? versionOr(before.value.version, "") : ["the version before"];
  return ["all targets get ", ...back, " at once; alarms are not watched."];
}

function whatIsReverted(before: Before): Phrase {
  switch (before.kind) {
    case "none":
      return ["No earlier version was completed here: what the targets get is not known."];
    case "unknown":
      return [
        "All targets get the version before, at once and without steps. Which one that is could not be read.",
      ];
    case "read": {
      const back = versionOr(before.value.version, "");
      return isSure(before)
        ? ["All targets get ", ...back, " again, at once and without steps."]
        : [
            "All targets get the version before, at once and without steps. By its list that is ",
            ...back,
            "; others in between went back.",
          ];
    }
  }
}
