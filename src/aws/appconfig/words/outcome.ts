/** The version that the targets get after the end. */

import type { Deployment } from "../../../handlers/deployment.ts";
import type { Phrase } from "../../../handlers/words.ts";
import type { Before, History, StoredDetail } from "../facts/stored-detail.ts";
import { versionOr, versionPart } from "./figures.ts";

/**
 * Follows from AppConfig's state. In the past tense if there is a later deployment, or if it is unknown whether there
 * is one.
 */
export function describeOutcome(
  { status, vanished }: Deployment,
  { deployment, history, names }: StoredDetail,
): Phrase {
  if (vanished === true) return [];
  const version = versionOr(deployment.ConfigurationVersion, "the new version");
  const { before } = history;
  const later = describeLater(history);
  const isPast = later.length > 0 || history.later.kind === "unknown";
  switch (status) {
    case "COMPLETE": {
      const got: Phrase = [isPast ? "All targets got " : "All targets have ", ...version];
      const hasNone = names.environment.kind === "read" && names.environment.value.alarms?.length === 0;
      const alarms = isPast || hasNone ? "." : ". No longer rolled back by alarms.";
      return [{ bold: got }, ...ofConfiguration(deployment), ...was(before), alarms, ...later];
    }
    case "ROLLED_BACK":
    case "REVERTED": {
      if (before.kind === "none") {
        return [
          "No earlier version was completed here: what the targets get now is not known. Look in AWS.",
          ...later,
        ];
      }
      if (before.kind === "unknown")
        return [
          "AppConfig rolled back. Which version the targets get now could not be read: look in AWS.",
          ...later,
        ];
      const old = versionOr(before.value.version, "");
      return isPast
        ? ["All targets got ", ...old, " again.", ...later]
        : ["All targets get ", ...old, " again. ", ...capital(version), " is not live."];
    }
    default:
      return [];
  }
}

function describeLater({ later }: History): Phrase {
  if (later.kind === "unknown" || later.value === undefined) return [];
  const { number, version } = later.value;
  const ofVersion: Phrase = version === undefined ? [] : [" with ", ...versionOr(version, "")];
  return [` Deployment ${number}`, ...ofVersion, " came after it."];
}

function ofConfiguration({ ConfigurationName: name }: StoredDetail["deployment"]): Phrase {
  return name === undefined ? [] : [" of ", { code: name, atMost: 36 }];
}

function was(before: Before): Phrase {
  return before.kind === "read" ? [" (before: ", versionPart(before.value.version), ")"] : [];
}

function capital([first = "", ...rest]: Phrase): Phrase {
  return typeof first === "string"
    ? [first.slice(0, 1).toUpperCase() + first.slice(1), ...rest]
    : [first, ...rest];
}
