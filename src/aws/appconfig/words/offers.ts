/** Describes the effect of each offer. */

import type { Deployment, Offer } from "../../../handlers/deployment.ts";
import type { OfferWords, Phrase } from "../../../handlers/words.ts";
import { leftOut } from "../../client/why.ts";
import { unreadHistory } from "../facts/history.ts";
import type { Before, StoredDetail } from "../facts/stored-detail.ts";
import { whyUnread } from "./earlier.ts";
import { figure, isPlainVersion, versionOr, versionPart } from "./figures.ts";

type Situation = Pick<StoredDetail, "deployment" | "history">;

/** For a deployment stored by another release. */
const notRead: Situation = { deployment: {}, history: unreadHistory(leftOut("not-yet")) };

export function describeOffer(
  { action }: Offer,
  { status }: Deployment,
  situation: Situation = notRead,
): OfferWords {
  return action === "revert" ? describeRevert(situation) : describeCancel(situation, status);
}

function describeCancel(situation: Situation, status: string): OfferWords {
  const { before } = situation.history;
  return {
    label: "Cancel and roll back",
    consequence: cancelConsequence(before),
    dialog: [...whatIsCancelled(situation), ...duringBake(status)],
    deny: "Let it run",
  };
}

function cancelConsequence(before: Before): Phrase {
  switch (before.kind) {
    case "none":
      return ["AppConfig ends the deployment. There is no version to return to."];
    case "unknown":
      return ["AppConfig stops and rolls back. Not known: to which version."];
    case "read":
      return ["all targets return to ", ...versionOr(before.value.version, ""), "."];
  }
}

function whatIsCancelled({ deployment, history: { before } }: Situation): Phrase {
  const version = versionOr(deployment.ConfigurationVersion, "the new version");
  if (before.kind === "none") {
    return [
      "AppConfig stops and rolls back. No earlier version was completed here: what the targets get then is not known.",
    ];
  }
  const percent = deployment.PercentageComplete;
  if (before.kind === "unknown") {
    const none: Phrase = percent === 0 ? [" No target has ", ...version, " yet."] : [];
    return [...cancelConsequence(before), ...none];
  }
  const back = versionOr(before.value.version, "");
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

/** The API reference mentions only DEPLOYING. */
function duringBake(status: string): Phrase {
  return status === "BAKING"
    ? [" AWS does not say whether it takes this during the bake time. If it refuses, nothing changes."]
    : [];
}

function describeRevert({ deployment, history: { before, later } }: Situation): OfferWords {
  const version = deployment.ConfigurationVersion;
  return {
    label: revertLabel(before),
    consequence: revertConsequence(before),
    dialog: [
      ...whatIsReverted(before),
      " Alarms are not watched. To return to ",
      ...(version === undefined ? ["the new one"] : [versionPart(version)]),
      " somebody must deploy it again.",
    ],
    deny: isPlainVersion(version) ? `Keep ${version}` : "Keep the new version",
    ...(later.kind === "unknown" ? { unread: whyUnread(later.why) } : {}),
  };
}

/**
 * AWS promises "the previous version". If deployments in between were rolled back or reverted, its list doesn't show
 * which one that is.
 */
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
  if (before.kind === "unknown")
    return ["AppConfig goes back at once; alarms are not watched. Not known: to which version."];
  const back = isSure(before) ? versionOr(before.value.version, "") : ["the version before"];
  return ["all targets get ", ...back, " at once; alarms are not watched."];
}

function whatIsReverted(before: Before): Phrase {
  switch (before.kind) {
    case "none":
      return ["No earlier version was completed here: what the targets get is not known."];
    case "unknown":
      return ["AppConfig goes back at once and without steps. Which version that is could not be read."];
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
