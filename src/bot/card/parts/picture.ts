/** The input of a card: a deployment, the decisions about it, and the text for both. */

import type { LogEntry as BareLogEntry } from "../../../handlers/decision.ts";
import type { PresentOffer as BareOffer } from "../../../handlers/offers.ts";
import type { Picture as BarePicture } from "../../../handlers/picture.ts";
import type { ActiveEntry } from "../../../handlers/store/queue.ts";
import type { View } from "../../../handlers/store/view.ts";
import type { WordedDeployment, WordedOffer, WordedRemark, Wording } from "../../../handlers/words.ts";

export type LogEntry =
  | Exclude<BareLogEntry, { readonly k: "remark" }>
  | (Omit<Extract<BareLogEntry, { readonly k: "remark" }>, "remark"> & { readonly remark: WordedRemark });

/** An offer that can be asked for now. */
export type PresentOffer = BareOffer<WordedOffer>;

export interface Picture extends BarePicture {
  readonly deployment: WordedDeployment;
  readonly view: Omit<View, "log"> & { readonly log: readonly LogEntry[] };
}

export function inWords(picture: BarePicture, wording: Wording): Picture {
  const { deployment, view } = picture;
  const { system } = deployment.ref;
  const log = view.log.map((entry) =>
    entry.k === "remark" ? { ...entry, remark: wording.remark(system, entry.remark) } : entry,
  );
  return { ...picture, deployment: wording.deployment(deployment), view: { ...view, log } };
}

/** Reads everything stored about one deployment; undefined if there is nothing. */
export type LoadPicture = (entry: Pick<ActiveEntry, "key" | "holdIds">) => Promise<Picture | undefined>;
