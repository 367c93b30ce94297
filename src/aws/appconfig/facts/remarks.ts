/**
 * The remarks for the thread, each posted once, from AppConfig's log. Names depend only on the log, so it doesn't
 * matter which read sees an entry first, or how often.
 */

import type { Remark } from "../../../handlers/deployment.ts";
import { withoutRoles } from "../../client/errors.ts";
import { isReplaced, servingOf } from "./history.ts";
import { alarmIn, described, eventsOf, type LoggedStep, reasonOf, stepsOf, triggerOf } from "./log.ts";
import { phaseOf } from "./state.ts";
import type { AwsDeployment, History, LogEvent, RemarkSaid } from "./stored-detail.ts";

/** A rollout can have a hundred steps: one remark per ten percent of the targets. */
const tenth = 10;
/** The most entries of types that AWS adds later, and the most failed extensions. */
const oddAtMost = 8;

export function remarksOf(deployment: AwsDeployment, history: History): readonly Remark[] {
  return [
    ...inOrder(deployment, history),
    ...failedExtensions(deployment),
    ...ofState(deployment, history),
    ...incident(deployment),
  ];
}

/** In chronological order: a thread that starts late gets everything at once. */
function inOrder(deployment: AwsDeployment, history: History): readonly Remark[] {
  const steps = stepsToTell(deployment);
  const told = new Map<string, Remark>();
  let odd = 0;
  for (const event of eventsOf(deployment)) {
    const { EventType: type = "" } = event;
    const step = steps.get(event);
    const known = step === undefined ? milestone(type, deployment, history) : stepRemark(step, deployment);
    const isOdd = known === undefined && type !== "" && type !== "PERCENTAGE_UPDATED";
    if (isOdd) odd += 1;
    const remark = isOdd && odd <= oddAtMost ? oddRemark(type, event) : known;
    if (remark !== undefined && !told.has(remark.name)) told.set(remark.name, remark);
  }
  return [...told.values()];
}

/** Types of entries that a deployment has only once. */
function milestone(type: string, deployment: AwsDeployment, history: History): Remark | undefined {
  const { ConfigurationVersion, FinalBakeTimeInMinutes } = deployment;
  const remark = (weight: Remark["weight"], said: RemarkSaid): Remark => ({
    name: `event/${type}`,
    weight,
    said,
  });
  switch (type) {
    case "DEPLOYMENT_STARTED":
      return remark("progress", { ConfigurationVersion });
    case "BAKE_TIME_STARTED":
      return remark("progress", { FinalBakeTimeInMinutes });
    case "DEPLOYMENT_COMPLETED":
      return remark("ending", { ConfigurationVersion, afterwards: afterwardsOf(deployment, history) });
    case "ROLLBACK_STARTED":
      return remark("ending", { trigger: triggerOf(deployment) });
    case "ROLLBACK_COMPLETED":
      return remark("ending", {});
    case "REVERT_COMPLETED":
      return remark("ending", { ConfigurationVersion });
    default:
      return undefined;
  }
}

/** The log has what the targets got, but not what they get now. */
function afterwardsOf(deployment: AwsDeployment, history: History): RemarkSaid["afterwards"] {
  if (servingOf(deployment, history) === "new") return "new";
  if (deployment.State !== "COMPLETE") return "past";
  return isReplaced(history) ? "replaced" : "not-read";
}

const lastEntries: ReadonlyMap<string, string> = new Map([
  ["COMPLETE", "DEPLOYMENT_COMPLETED"],
  ["ROLLING_BACK", "ROLLBACK_STARTED"],
  ["ROLLED_BACK", "ROLLBACK_COMPLETED"],
  ["REVERTED", "REVERT_COMPLETED"],
]);

/** If the log has no entry for a state, the state itself becomes the remark, under the same name. */
function ofState(deployment: AwsDeployment, history: History): readonly Remark[] {
  const { State: state = "unknown" } = deployment;
  const type = lastEntries.get(state);
  if (type !== undefined) {
    const isLogged = eventsOf(deployment).some(({ EventType }) => EventType === type);
    const remark = isLogged ? undefined : milestone(type, deployment, history);
    return remark === undefined ? [] : [remark];
  }
  if (phaseOf(state) !== "running" || state === "DEPLOYING" || state === "BAKING") return [];
  return [{ name: `state/${state}`, weight: "progress" }];
}

/** The first step in each ten percent, so the choice doesn't change as the log grows. */
function stepsToTell(deployment: AwsDeployment): ReadonlyMap<LogEvent, LoggedStep> {
  const tenths = new Set<number>();
  const steps = stepsOf(deployment).filter(({ percent }, index) => {
    const reached = percent === undefined ? index : Math.floor(percent / tenth);
    if (tenths.has(reached) || reached > tenth) return false;
    tenths.add(reached);
    return true;
  });
  return new Map(steps.map((step) => [step.event, step]));
}

function stepRemark({ at, percent }: LoggedStep, { ConfigurationVersion }: AwsDeployment): Remark {
  const said: RemarkSaid = { ConfigurationVersion, percent };
  return { name: `step/${at}`, weight: "progress", said };
}

/** An entry of an unknown type is shown with AppConfig's own description. */
function oddRemark(type: string, event: LogEvent): Remark {
  const reason = described(event);
  return {
    name: `odd/${type}/${event.OccurredAt ?? 0}`,
    weight: "progress",
    ...(reason === undefined ? {} : { reason }),
  };
}

/** A failed extension does not always stop the deployment, and appears nowhere else. */
function failedExtensions(deployment: AwsDeployment): readonly Remark[] {
  const failed = eventsOf(deployment)
    .flatMap(({ ActionInvocations = [] }) => ActionInvocations)
    .filter(({ ErrorCode, ErrorMessage }) => Boolean(ErrorCode) || Boolean(ErrorMessage));
  const byName = new Map(
    failed.map((invocation, index) => [`extension/${invocation.InvocationId ?? index}`, invocation] as const),
  );
  return [...byName].slice(0, oddAtMost).map(([name, { ActionName, ErrorCode = "", ErrorMessage = "" }]) => {
    const said: RemarkSaid = { ActionName };
    const reason = withoutRoles([ErrorCode, ErrorMessage].filter((text) => text !== "").join(": "));
    return { name, weight: "progress", reason, said };
  });
}

function incident(deployment: AwsDeployment): readonly Remark[] {
  const trigger = triggerOf(deployment);
  if (trigger === undefined || trigger === "person") return [];
  const reason = reasonOf(deployment);
  const said: RemarkSaid = { alarm: trigger === "alarm" ? alarmIn(deployment) : undefined };
  return [
    { name: `incident/${trigger}`, weight: "incident", ...(reason === undefined ? {} : { reason }), said },
  ];
}
