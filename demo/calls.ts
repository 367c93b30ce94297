/** Formats the calls to the fake AWS for the page and the transcript. */

import type { Call, Calls } from "../fakes/aws/calls.ts";
import type { AwsCall } from "./page/contract.ts";

const readsKept = 60;

/** Display names by id, as far as known. */
export type Names = ReadonlyMap<string, string>;

/** All mutating calls and the latest reads, in order of arrival. */
export function callsToShow(calls: readonly Call[], names: Names): readonly AwsCall[] {
  const shown = calls.filter(isAboutDeployments);
  const reads = shown.filter(({ write }) => !write).slice(-readsKept);
  const first = reads[0]?.seq ?? Number.POSITIVE_INFINITY;
  return shown.filter(({ seq, write }) => write || seq >= first).map((call) => inWords(call, names));
}

/** The calls that change a deployment or a strategy. */
export function writesIn(calls: Calls): readonly Call[] {
  return calls.writes().filter(isAboutDeployments);
}

/** The mutating calls about one deployment. */
export function writesAbout(calls: Calls, arn: string): readonly Call[] {
  return writesIn(calls).filter(({ input }) => JSON.stringify(input).includes(arn));
}

/** Excludes announcements, which the page shows separately. */
function isAboutDeployments({ service }: Call): boolean {
  return service !== "eventbridge";
}

export function inWords(call: Call, names: Names): AwsCall {
  const { seq, at, service, operation, write } = call;
  return {
    id: String(seq),
    at,
    service,
    operation,
    isWrite: write,
    about: aboutOf(call.input, names),
    answer: answerOf(call),
  };
}

/** The names of what the call is about, and its parameters. */
function aboutOf(input: object, names: Names): string {
  const members = new Map<string, unknown>(Object.entries(input));
  const named = thingsNamed.flatMap((member) => textsIn(members.get(member)));
  const asked = thingsAsked.flatMap((member) => textsIn(members.get(member)));
  const asWritten = saidByName.flatMap((member) =>
    members.get(member) === undefined ? [] : [`${member} ${String(members.get(member))}`],
  );
  const things = named.map((name) => names.get(name) ?? shortName(name));
  return [...new Set([...things, ...asked, ...asWritten])].join(" · ");
}

const thingsNamed = [
  ...["serviceDeploymentArn", "serviceDeploymentArns", "serviceRevisionArns", "service", "services"],
  ...["cluster", "taskDefinition", "RoleArn"],
  ...["applicationName", "deploymentGroupName", "deploymentId", "deploymentIds"],
  ...["ApplicationId", "EnvironmentId", "DeploymentStrategyId"],
  ...["serviceName", "serviceInstanceName", "environmentName", "componentName", "name"],
];
const thingsAsked = ["action", "stopType", "deploymentWaitType", "status"];
/** Shown with their names, because their values alone say nothing. */
const saidByName = [
  ...["DeploymentNumber", "AllowRevert", "autoRollbackEnabled"],
  ...["DeploymentDurationInMinutes", "GrowthFactor", "GrowthType", "FinalBakeTimeInMinutes", "Description"],
];

function textsIn(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === "string");
}

/** `arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/x` becomes `checkout-api`. */
function shortName(arn: string): string {
  if (!arn.startsWith("arn:")) return arn;
  const [kind, first = arn, second] = (arn.split(":").slice(5).join(":") || arn).split("/");
  return kind?.startsWith("service") === true ? (second ?? first) : first;
}

function answerOf({ outcome }: Call): string {
  switch (outcome.kind) {
    case "running":
      return "…";
    case "answered":
      return "200";
    case "error":
      return outcome.name;
    case "unanswered":
      return outcome.effect ? "carried out, answer lost" : "lost";
  }
}
