/** The state of a deployment, from what AWS shows and what was decided in Holdpoint. Used everywhere. Pure. */

import type { Decision, DecisionState } from "./decision.ts";
import { isLive, isShut } from "./decision.ts";
import type { Deployment, Hold } from "./deployment.ts";
import {
  directionOf,
  isRollback,
  isRolledBackByAnother,
  isRunning,
  isWaitedFor,
  progressOf,
} from "./deployment.ts";
import {
  type DeploymentDecision,
  decisionOfHold,
  deploymentDecision,
  deploymentDecisions,
} from "./identity.ts";
import { openHolds } from "./offers.ts";
import type { View } from "./store/view.ts";

/** The input of a state; a `Picture` is one. */
export interface Known<Each extends Hold = Hold> {
  readonly deployment: Omit<Deployment, "holds"> & { readonly holds: readonly Each[] };
  readonly view: Pick<View, "decisions" | "board" | "emptied" | "young">;
}

/** Why a deployment rolls back or stops. */
export type Cause<Each extends Hold = Hold> =
  | { readonly by: "request"; readonly decision: Decision }
  /** AWS's own timeout of a hold that nobody answered. */
  | { readonly by: "expiry"; readonly hold: Each }
  /** Console, command line or a script. */
  | { readonly by: "elsewhere"; readonly decision?: Decision }
  /** AWS no longer has the deployment. `decision`: what people asked for, and its state. */
  | { readonly by: "nobody-knows"; readonly decision?: Decision }
  /** AWS on its own: a failure, a circuit breaker or an alarm. `decision`: what people asked for without effect. */
  | { readonly by: "system"; readonly decision?: Decision };

export type State<Each extends Hold = Hold> =
  | { readonly kind: "waiting"; readonly holds: readonly Each[] }
  | { readonly kind: "asked"; readonly decision: Decision }
  | { readonly kind: "unclear"; readonly decision: Decision }
  | { readonly kind: "refused"; readonly decision: Decision }
  | { readonly kind: "elsewhere"; readonly hold: Each; readonly decision: Decision }
  | { readonly kind: "running" }
  | { readonly kind: "ending"; readonly cause: Cause<Each> }
  | { readonly kind: "done" }
  | { readonly kind: "ended"; readonly cause: Cause<Each> };

export function stateOf<Each extends Hold>(picture: Known<Each>): State<Each> {
  const { deployment, view } = picture;
  const revert = view.decisions.get(deploymentDecision.revert);
  if (revert !== undefined && isLive(revert.state)) return stateOfLive(revert);
  switch (progressOf(deployment)) {
    case "running":
      return stateOfRunning(picture);
    case "ending":
      return { kind: "ending", cause: causeOf(picture) };
    case "ended":
      return stateOfEnded(picture);
  }
}

function stateOfEnded<Each extends Hold>(picture: Known<Each>): State<Each> {
  switch (directionOf(picture.deployment)) {
    case "forward":
      return { kind: "done" };
    case "stop":
    case "rollback":
    case "failure":
      return { kind: "ended", cause: causeOf(picture) };
  }
}

function stateOfRunning<Each extends Hold>(picture: Known<Each>): State<Each> {
  const { deployment, view } = picture;
  const end = view.decisions.get(deploymentDecision.end);
  if (end !== undefined && isLive(end.state)) return stateOfLive(end);
  if (end?.state === "confirmed") return { kind: "ending", cause: { by: "request", decision: end } };

  if (isAnsweredBack(deployment)) return { kind: "ending", cause: causeOf(picture) };

  const holds = openHolds(deployment, view.decisions);
  if (holds.length > 0) return { kind: "waiting", holds };

  const [worst] = liveAnswers(picture);
  if (worst !== undefined) return stateOfLive(worst);
  return continuedElsewhere(picture) ?? { kind: "running" };
}

function stateOfLive(decision: Decision): Extract<State, { readonly kind: "asked" | "unclear" | "refused" }> {
  if (decision.state === "unclear" || decision.state === "refused") return { kind: decision.state, decision };
  return { kind: "asked", decision };
}

/** Whether a decision about the deployment that came to nothing can be made again. */
const canRepeat: Readonly<
  Record<DeploymentDecision, (deployment: Pick<Deployment, "phase" | "offers">) => boolean>
> = {
  end: isRunning,
  revert: ({ offers }) => offers.some(({ action }) => action === "revert"),
};

/** Answers that came to nothing, while their hold or the deployment can still be answered. */
export function failedAnswers(picture: Known): readonly Decision[] {
  const { deployment, view } = picture;
  const open = openHolds(deployment, view.decisions).map((hold) => decisionOfHold(hold.id));
  return [...open, ...deploymentDecisions.filter((id) => canRepeat[id](deployment))]
    .map((id) => view.decisions.get(id))
    .filter((decision) => decision !== undefined)
    .filter((decision) => decision.state === "open" && decision.attempt > 0 && decision.action !== undefined);
}

const worry: Readonly<Partial<Record<DecisionState, number>>> = { unclear: 2, refused: 1 };

/** Answers to holds that are in progress, problems first. */
export function liveAnswers({ deployment, view }: Known): readonly Decision[] {
  return deployment.holds
    .map((hold) => view.decisions.get(decisionOfHold(hold.id)))
    .filter((decision) => decision !== undefined)
    .filter((decision) => isLive(decision.state))
    .sort((a, b) => (worry[b.state] ?? 0) - (worry[a.state] ?? 0));
}

/** Holds whose decision is final, in the order of resolution. */
export function answeredHolds<Each extends Hold>({
  deployment,
  view,
}: Known<Each>): readonly { readonly hold: Each; readonly decision: Decision }[] {
  return deployment.holds
    .flatMap((hold) => {
      const decision = view.decisions.get(decisionOfHold(hold.id));
      return decision !== undefined && isShut(decision.state) ? [{ hold, decision }] : [];
    })
    .sort((a, b) => (a.decision.resolvedAt ?? 0) - (b.decision.resolvedAt ?? 0));
}

function continuedElsewhere<Each extends Hold>(picture: Known<Each>): State<Each> | undefined {
  const last = answeredHolds(picture)
    .filter(({ hold }) => isWaitedFor(hold) && hold.shows !== "none")
    .at(-1);
  if (last?.decision.state !== "superseded") return undefined;
  return { kind: "elsewhere", ...last };
}

/** The cause of a rollback or stop. Only a decision that AWS may have carried out counts as a request from here. */
export function causeOf<Each extends Hold>({ deployment, view }: Known<Each>): Cause<Each> {
  const end = view.decisions.get(deploymentDecision.end);
  const isUnderWay = isLive(end?.state) && end?.state !== "refused";
  // A request can be confirmed and still come to nothing: Proton shows a cancel in progress, then that it failed.
  const ours = deployment.overtaken !== true && (end?.state === "confirmed" || isUnderWay);
  const inVain = end === undefined ? {} : { decision: end };
  if (deployment.vanished === true) return { by: "nobody-knows", ...inVain };
  if (end !== undefined && ours) return { by: "request", decision: end };
  const revert = view.decisions.get(deploymentDecision.revert);
  if (revert?.state === "confirmed") return { by: "request", decision: revert };
  const answered = isAnsweredBack(deployment);
  const expired = deployment.holds.find(
    ({ shows, onExpiryAction: then }) => shows === "expired" && (then === "rollback" || then === "cancel"),
  );
  if (expired !== undefined && !answered) return { by: "expiry", hold: expired };
  const isItsOwn = deployment.incident || (isRollback(deployment) && directionOf(deployment) !== "stop");
  return { by: isItsOwn && !answered ? "system" : "elsewhere", ...inVain };
}

export function isRolledBackOnItsOwn(known: Known): boolean {
  const { by } = causeOf(known);
  return isRolledBackByAnother(known.deployment) && (by === "system" || by === "expiry");
}

/** AWS shows a rollback or cancel as the answer to a hold, possibly before its status does. */
function isAnsweredBack({ holds }: Deployment): boolean {
  return holds.some((hold) => hold.shows === "rollback" || hold.shows === "cancel");
}
