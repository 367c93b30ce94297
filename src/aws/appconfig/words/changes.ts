/** The configuration, its version, and the deployment's description. */

import type { Fact, Phrase } from "../../../handlers/words.ts";
import type { StoredDetail } from "../facts/stored-detail.ts";
import { describeMissingPredecessor } from "./earlier.ts";

export function changeFacts({
  deployment,
  history,
}: Pick<StoredDetail, "deployment" | "history">): readonly Fact[] {
  const { ConfigurationName, ConfigurationProfileId, Description = "" } = deployment;
  const configuration = ConfigurationName ?? ConfigurationProfileId;
  return [
    ...(configuration === undefined
      ? []
      : [{ kind: "value", label: "Configuration", value: [{ code: configuration, atMost: 36 }] } as const]),
    versionFact({ deployment, history }),
    ...(Description.trim() === ""
      ? []
      : [{ kind: "value", label: "Description", value: [{ code: Description, atMost: 72 }] } as const]),
  ];
}

function versionFact({
  deployment,
  history: { before },
}: Pick<StoredDetail, "deployment" | "history">): Fact {
  const label = "Version";
  const { ConfigurationVersion: version, VersionLabel } = deployment;
  if (version === undefined) return { kind: "unknown", label, why: ["AppConfig does not name it"] };
  const next: Phrase = [{ code: version, atMost: 24 }, ...labelled(VersionLabel)];
  switch (before.kind) {
    case "unknown":
      return {
        kind: "unknown",
        label,
        why: ["the old one: ", ...describeMissingPredecessor(before.why), ". New: ", ...next],
      };
    case "none":
      return {
        kind: "value",
        label,
        value: [...next, " (no earlier one was completed here)"],
        change: "new",
      };
    case "read":
      // AWS resolves `$LATEST` and the like at each deployment.
      if (before.value.version === version && version.startsWith("$"))
        return { kind: "unknown", label, why: [...next, " before and after; what it stood for is not told"] };
      return before.value.version === version
        ? { kind: "value", label, value: [...next, ", unchanged"], change: "none" }
        : {
            kind: "value",
            label,
            value: [{ code: before.value.version, atMost: 24 }, " → ", ...next],
            change: "both",
          };
  }
}

function labelled(label: string | undefined): Phrase {
  return label === undefined || label.trim() === "" ? [] : [", “", { code: label, atMost: 36 }, "”"];
}
