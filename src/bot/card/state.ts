/** Which of its states a card shows, from what AWS shows and what was decided here. */

import type { Decision, DecisionState } from "../../handlers/decision.ts";
import { isLive, isShut } from "../../handlers/decision.ts";
import type { Deployment, Hold } from "../../handlers/deployment.ts";
import { isTerminal, isWaitedFor } from "../../handlers/deployment.ts";
import { decisionOfHold } from "../../handlers/identity.ts";
import { openHolds } from "../../handlers/offers.ts";
import type { Picture } from "../../handlers/picture.ts";

/** Why a deployment goes back or stops. */
export type Cause =
  | { readonly by: "request"; readonly decision: Decision }
  /** AWS's own time-out of a hold that nobody answered. */
  | { readonly by: "expiry"; readonly hold: Hold }
  /** Console, command line or a script. */
  | { readonly by: "elsewhere"; readonly decision?: Decision }
  /** AWS no longer knows the deployment. */
  | { readonly by: "nobody-knows" }
  /** AWS by itself: a failure, a circuit breaker or an alarm. `decision`: what people asked for in vain. */
  | { readonly by: "system"; readonly decision?: Decision };

export type State =
  | { readonly kind: "waiting"; readonly holds: readonly Hold[] }
  | { readonly kind: "asked"; readonly decision: Decision }
  | { readonly kind: "unclear"; readonly decision: Decision }
  | { readonly kind: "refused"; readonly decision: Decision }
  | { readonly kind: "elsewhere"; readonly hold: Hold; readonly decision: Decision }
  | { readonly kind: "running" }
  | { readonly kind: "ending"; readonly cause: Cause }
  | { readonly kind: "done" }
  | { readonly kind: "ended"; readonly cause: Cause };

export function stateOf(picture: Picture): State {
  const { deployment, view } = picture;
  const revert = view.decisions.get("revert");
  if (revert !== undefined && isLive(revert.state)) return stateOfLive(revert);
  if (deployment.phase === "succeeded") return { kind: "done" };
  if (isTerminal(deployment)) return { kind: "ended", cause: causeOf(picture) };
  if (deployment.phase !== "running") return { kind: "ending", cause: causeOf(picture) };

  const end = view.decisions.get("end");
  if (end !== undefined && isLive(end.state)) return stateOfLive(end);
  if (end?.state === "confirmed") return { kind: "ending", cause: { by: "request", decision: end } };

  if (isAnsweredBack(deployment)) return { kind: "ending", cause: causeOf(picture) };

  const holds = openHolds(deployment, view.decisions);
  if (holds.length > 0) return { kind: "waiting", holds };

  const [worst] = liveAnswers(picture);
  if (worst !== undefined) return stateOfLive(worst);
  return continuedElsewhere(picture) ?? { kind: "running" };
}

function stateOfLive(decision: Decision): State {
  if (decision.state === "unclear" || decision.state === "refused") return { kind: decision.state, decision };
  return { kind: "asked", decision };
}

/** Answers that came to nothing while their hold, or the deployment, can still be answered. */
export function failedAnswers(picture: Picture): readonly Decision[] {
  const { deployment, view } = picture;
  const open = openHolds(deployment, view.decisions).map((hold) => decisionOfHold(hold.id));
  const canRevert = deployment.offers.some((offer) => offer.action === "revert");
  const askable = [
    ...open,
    ...(deployment.phase === "running" ? ["end"] : []),
    ...(canRevert ? ["revert"] : []),
  ];
  return askable
    .map((id) => view.decisions.get(id))
    .filter((decision) => decision !== undefined)
    .filter((decision) => decision.state === "open" && decision.attempt > 0 && decision.action !== undefined);
}

const worry: Readonly<Partial<Record<DecisionState, number>>> = { unclear: 2, refused: 1 };

/** Answers to holds that are under way, what is wrong first. */
export function liveAnswers({ deployment, view }: Picture): readonly Decision[] {
  return deployment.holds
    .map((hold) => view.decisions.get(decisionOfHold(hold.id)))
    .filter((decision) => decision !== undefined)
    .filter((decision) => isLive(decision.state))
    .sort((a, b) => (worry[b.state] ?? 0) - (worry[a.state] ?? 0));
}

/** Holds whose decision is shut, in the order in which that became known. */
export function answeredHolds({
  deployment,
  view,
}: Picture): readonly { readonly hold: Hold; readonly decision: Decision }[] {
  return deployment.holds
    .flatMap((hold) => {
      const decision = view.decisions.get(decisionOfHold(hold.id));
      return decision !== undefined && isShut(decision.state) ? [{ hold, decision }] : [];
    })
    .sort((a, b) => (a.decision.resolvedAt ?? 0) - (b.decision.resolvedAt ?? 0));
}

function continuedElsewhere(picture: Picture): State | undefined {
  const last = answeredHolds(picture)
    .filter(({ hold }) => isWaitedFor(hold) && hold.shows !== "none")
    .at(-1);
  if (last?.decision.state !== "superseded") return undefined;
  return { kind: "elsewhere", ...last };
}

/** Says who is behind an ending. Only a decision that AWS may have carried out counts as a request of ours. */
export function causeOf({ deployment, view }: Picture): Cause {
  const end = view.decisions.get("end");
  const isUnderWay = isLive(end?.state) && end?.state !== "refused";
  // A request can be confirmed and still come to nothing: Proton shows a cancel under way, and then that it failed.
  const ours = deployment.overtaken !== true && (end?.state === "confirmed" || isUnderWay);
  if (deployment.vanished === true && end?.state !== "confirmed") return { by: "nobody-knows" };
  if (end !== undefined && ours) return { by: "request", decision: end };
  const revert = view.decisions.get("revert");
  if (revert?.state === "confirmed") return { by: "request", decision: revert };
  const answered = isAnsweredBack(deployment);
  const expired = deployment.holds.find(
    ({ shows, onExpiryAction: then }) => shows === "expired" && (then === "rollback" || then === "cancel"),
  );
  if (expired !== undefined && !answered) return { by: "expiry", hold: expired };
  const inVain = end === undefined ? {} : { decision: end };
  return { by: deployment.incident && !answered ? "system" : "elsewhere", ...inVain };
}

/** AWS shows a rollback as the answer to a hold, maybe before its status says so. */
function isAnsweredBack({ holds }: Deployment): boolean {
  return holds.some((hold) => hold.shows === "rollback" || hold.shows === "cancel");
}
