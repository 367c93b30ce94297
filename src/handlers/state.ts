/** The state of a deployment, from what AWS shows and what was decided in Holdpoint. Used everywhere. Pure. */

import type { Decision, DecisionState } from "./decision.ts";
import { isLive, isShut } from "./decision.ts";
import type { Deployment, Hold, RuleName, Serving } from "./deployment.ts";
import { isRollback, isRolledBackByAnother, isTerminal, isWaitedFor } from "./deployment.ts";
import { decisionOfHold } from "./identity.ts";
import { openHolds } from "./offers.ts";
import type { View } from "./store/view.ts";

/** The input of a state; a `Picture` is one. */
export interface Known<Each extends Hold = Hold> {
  readonly deployment: Omit<Deployment, "holds"> & { readonly holds: readonly Each[] };
  readonly view: Pick<View, "decisions">;
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

function stateOfLive(decision: Decision): Extract<State, { readonly kind: "asked" | "unclear" | "refused" }> {
  if (decision.state === "unclear" || decision.state === "refused") return { kind: decision.state, decision };
  return { kind: "asked", decision };
}

/** Answers that came to nothing, while their hold or the deployment can still be answered. */
export function failedAnswers(picture: Known): readonly Decision[] {
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
  const end = view.decisions.get("end");
  const isUnderWay = isLive(end?.state) && end?.state !== "refused";
  // A request can be confirmed and still come to nothing: Proton shows a cancel in progress, then that it failed.
  const ours = deployment.overtaken !== true && (end?.state === "confirmed" || isUnderWay);
  const inVain = end === undefined ? {} : { decision: end };
  if (deployment.vanished === true) return { by: "nobody-knows", ...inVain };
  if (end !== undefined && ours) return { by: "request", decision: end };
  const revert = view.decisions.get("revert");
  if (revert?.state === "confirmed") return { by: "request", decision: revert };
  const answered = isAnsweredBack(deployment);
  const expired = deployment.holds.find(
    ({ shows, onExpiryAction: then }) => shows === "expired" && (then === "rollback" || then === "cancel"),
  );
  if (expired !== undefined && !answered) return { by: "expiry", hold: expired };
  const isItsOwn = deployment.incident || (isRollback(deployment) && deployment.phase !== "stopped");
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

export const standingStates = [
  "waiting",
  "kept",
  "asked",
  "refused",
  "unclear",
  "continued-elsewhere",
  "running",
  "failing",
  "rolling-back",
  "stopping",
  "done",
  "rolled-back",
  "rollback-started",
  "stopped",
  "failed",
  "not-known",
] as const;

export const causes = [
  "request",
  "expiry",
  "elsewhere",
  "nobody-knows",
  "system",
] as const satisfies readonly Cause["by"][];

/** `alarm`: it failed or is failing, or how it ended is unknown. `attention`: somebody should look. */
export const severities = ["calm", "attention", "alarm"] as const;
export type Severity = (typeof severities)[number];

/** A state in a form that is stored, listed and published. */
export interface Standing {
  readonly state: (typeof standingStates)[number];
  /** The cause of a rollback, stop or failure. */
  readonly cause?: Cause["by"];
  /** The requested action, while it is in progress. */
  readonly action?: RuleName | undefined;
  readonly severity: Severity;
  /** The version that serves; only for ended deployments. */
  readonly serving?: Serving;
}

export function standingOf(known: Known): Standing {
  const { deployment } = known;
  const state = stateOf(known);
  const serving = isTerminal(deployment) ? { serving: servingOf(deployment) } : {};
  switch (state.kind) {
    case "waiting":
      return state.holds.some(isWaitedFor)
        ? { state: "waiting", severity: "attention" }
        : { state: "kept", severity: calmUnless(inTrouble(known)) };
    case "asked":
    case "refused":
    case "unclear": {
      const { action } = state.decision;
      const severity = calmUnless(state.kind !== "asked" || inTrouble(known));
      return { state: state.kind, action, severity, ...serving };
    }
    case "elsewhere":
      return { state: "continued-elsewhere", severity: calmUnless(inTrouble(known)) };
    case "running":
      return {
        state: isRollback(deployment) ? "rolling-back" : "running",
        severity: calmUnless(inTrouble(known)),
      };
    case "done":
      return { state: "done", severity: calmUnless(!isProven(deployment)), ...serving };
    case "ending":
      return { ...endingOf(deployment, state.cause), cause: state.cause.by };
    case "ended":
      return { ...endOf(deployment, state.cause), cause: state.cause.by, ...serving };
  }
}

/** It succeeded or rolled back, and one version serves all traffic: nothing else ends an incident. */
export function isOver(deployment: Deployment): boolean {
  const { phase } = deployment;
  const serves = servingOf(deployment);
  return (phase === "succeeded" || phase === "rolled-back") && (serves === "new" || serves === "previous");
}

/** If it was not read, it is unknown which version serves. */
export function servingOf({ serving = "unknown", vanished }: Deployment): Serving {
  return vanished === true ? "unknown" : serving;
}

/** A success is calm only if the new version was read as the one that serves. */
function isProven(deployment: Deployment): boolean {
  return servingOf(deployment) === "new" || deployment.replaced === true;
}

function calmUnless(isBad: boolean): Severity {
  return isBad ? "attention" : "calm";
}

function inTrouble({ deployment }: Known): boolean {
  return deployment.incident || deployment.remarks.some(({ weight }) => weight === "incident");
}

function endingOf({ phase }: Deployment, { by }: Cause): Pick<Standing, "state" | "severity"> {
  if (by === "system") return { state: "failing", severity: "alarm" };
  return {
    state: phase === "stopping" ? "stopping" : "rolling-back",
    severity: calmUnless(by !== "request"),
  };
}

/** A stop by AWS on its own counts as a failure without a rollback. */
function endOf(deployment: Deployment, { by }: Cause): Pick<Standing, "state" | "severity"> {
  const { phase, unread } = deployment;
  if (by === "nobody-knows")
    return { state: "not-known", severity: unread === undefined ? "alarm" : "attention" };
  const isAsked = by === "request" || by === "elsewhere";
  if (isRolledBackByAnother(deployment))
    return isAsked
      ? { state: "rollback-started", severity: "attention" }
      : { state: "failed", severity: "alarm" };
  if (phase === "failed" || (phase === "stopped" && by === "system"))
    return { state: "failed", severity: "alarm" };
  const state = phase === "stopped" ? "stopped" : "rolled-back";
  const serves = servingOf(deployment);
  if (by !== "request" && servesNothingKnown(deployment)) return { state, severity: "alarm" };
  return {
    state,
    severity: calmUnless(by !== "request" || serves === "unknown" || serves === "none" || serves === "mixed"),
  };
}

/** It went back, and nothing that was read serves now. A stop alone says nothing of it: a newer deployment may serve. */
function servesNothingKnown(deployment: Deployment): boolean {
  const { phase, replaced, noEarlier } = deployment;
  switch (servingOf(deployment)) {
    case "none":
      return true;
    case "unknown":
      return noEarlier === true || (phase === "rolled-back" && replaced !== true);
    default:
      return false;
  }
}
