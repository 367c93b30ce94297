/** The label and the effect of each offer, by platform. */

import type { Hold, Offer } from "../../../handlers/deployment.ts";
import type { OfferWords } from "../../../handlers/words.ts";
import type { Platform, Situation } from "../facts/situation.ts";
import { readyWait } from "../waits.ts";
import { whatCancels, whatHookFails, whatRollsBack, whatTerminates } from "./endings.ts";
import { whatContinues, whatShifts } from "./forward.ts";
import type { Versions } from "./versions.ts";

export function describeOffer(
  { action, holdId }: Offer,
  holds: readonly Hold[],
  situation: Situation,
  versions: Versions,
): OfferWords {
  const stage = holds.find(({ id }) => id === holdId)?.stage ?? "";
  switch (action) {
    case "continue": {
      const next =
        holdId === readyWait ? whatShifts(situation, versions) : whatContinues(situation, versions, stage);
      return { label: "Continue", ...withUnread(situation, versions, next), deny: "Not yet" };
    }
    case "terminate-old":
      return {
        label: terminateLabels[situation.platform] ?? "Terminate old version",
        ...whatTerminates(situation, versions),
        deny: "Keep them",
      };
    case "cancel":
      return { label: "Cancel", ...whatCancels(situation, versions), deny: "Not now" };
    default: {
      const back =
        holdId === undefined ? whatRollsBack(situation, versions) : whatHookFails(situation, versions, stage);
      return { label: "Roll back", ...back, deny: "Not now" };
    }
  }
}

const terminateLabels: Readonly<Partial<Record<Platform, string>>> = {
  ecs: "Terminate old tasks",
  "blue-green": "Terminate old instances",
};

type Next = Pick<OfferWords, "consequence" | "dialog">;

/** People are told what was not read before they decide. */
function withUnread(
  { platform, specUnread }: Situation,
  { new: next }: Versions,
  { consequence, dialog }: Next,
): Next {
  const isRead = next !== undefined && (platform !== "ecs" || specUnread === undefined);
  if (isRead) return { consequence, dialog };
  const words = " Not read: which version that is.";
  return { consequence: [...consequence, words], dialog: [...dialog, words] };
}
