/** The calls that reached the fake AWS, in the words of the page and the transcript. */

import type { Call, Calls } from "./aws/calls.ts";
import type { AwsCall } from "./page/contract.ts";

const readsKept = 60;

/** Everything that changed something, and the latest reads, in the order of their arrival. */
export function callsToShow(calls: readonly Call[]): readonly AwsCall[] {
  const reads = calls.filter(({ write }) => !write).slice(-readsKept);
  const first = reads[0]?.seq ?? Number.POSITIVE_INFINITY;
  return calls.filter(({ seq, write }) => write || seq >= first).map(inWords);
}

/** The calls about one deployment that change something. */
export function writesAbout(calls: Calls, arn: string): readonly Call[] {
  return calls.writes().filter(({ input }) => JSON.stringify(input).includes(arn));
}

export function inWords(call: Call): AwsCall {
  const { seq, at, service, operation, write } = call;
  return {
    id: String(seq),
    at,
    service,
    operation,
    isWrite: write,
    about: aboutOf(call.input),
    answer: answerOf(call),
  };
}

/** What the call names, and what it asks for there. */
function aboutOf(input: object): string {
  const members = Object.entries(input);
  const names = members.flatMap(([member, value]) => (namesThings.test(member) ? textsIn(value) : []));
  const asks = members.flatMap(([member, value]) => (asksFor.has(member) ? textsIn(value) : []));
  return [...new Set([...names.map(shortName), ...asks])].join(" · ");
}

const namesThings = /^(serviceDeploymentArns?|serviceRevisionArns|services?|cluster|taskDefinition|RoleArn)$/;
const asksFor = new Set(["action", "stopType"]);

function textsIn(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === "string");
}

/** `arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/x` is about `checkout-api`. */
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
