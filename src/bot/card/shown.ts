/** Decides which deployments get a card. Pure. */

import { isWaitedFor } from "../../handlers/deployment.ts";
import { openHolds } from "../../handlers/offers.ts";
import type { Picture } from "./parts/picture.ts";
import { isIncident } from "./thread/incident.ts";

/** A deployment that has or had a card always gets one. */
export function getsCard(picture: Picture): boolean {
  if (picture.view.board.channel !== undefined) return true;
  const isBad = isIncident(picture);
  switch (picture.route.show ?? "all") {
    case "all":
      return true;
    case "holds":
      return isBad || waits(picture);
    case "incidents":
      return isBad;
  }
}

/** True if somebody has to answer. */
export function waits({ deployment, view }: Picture): boolean {
  return openHolds(deployment, view.decisions).some(isWaitedFor);
}
