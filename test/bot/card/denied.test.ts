/** A denial stays until an operator changes something: no surface tells people to repeat what they did. */
import { AccessDeniedException } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { answerOf, CredentialsError } from "../../../src/aws/client/errors.ts";
import { describeWhy, whyFailed, whyText } from "../../../src/aws/client/why.ts";
import { drawCard } from "../../../src/bot/card/card.ts";
import { factLine } from "../../../src/bot/card/parts/phrase.ts";
import type { LogEntry } from "../../../src/bot/card/parts/picture.ts";
import { drawShow } from "../../../src/bot/card/private/command.ts";
import { describeNotDone, describeRefusal, type PrivateText } from "../../../src/bot/card/private/refusal.ts";
import { describeRefused } from "../../../src/bot/card/strategy/refusal.ts";
import { describeSaved, tellSaved } from "../../../src/bot/card/strategy/told.ts";
import { drawThread } from "../../../src/bot/card/thread/thread.ts";
import { paceOf, prod } from "../../handlers/aws-strategies.ts";
import { deploymentOf, endOf, noon, people, pictureOf } from "./pictures.ts";
import { wordsOf } from "./reading.ts";

const named = (name: string, status = 400) =>
  Object.assign(new Error("User is not authorized"), { name, $metadata: { httpStatusCode: status } });

const denials: readonly (readonly [name: string, error: unknown, remedy: RegExp])[] = [
  ...["AccessDenied", "NotAuthorized", "OptInRequired", "UnauthorizedOperation"].map(
    (name) => [name, named(name), /add the permission CALL/] as const,
  ),
  [
    "AccessDeniedException",
    new AccessDeniedException({ message: "no", $metadata: {} }),
    /add the permission CALL/,
  ],
  ["a bare 403", named("UnknownError", 403), /add the permission CALL/],
  ...[
    ...["AuthFailure", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature"],
    ...["InvalidClientTokenId", "InvalidSignatureException", "MissingAuthenticationToken"],
    ...["MissingAuthenticationTokenException", "RequestExpired", "SignatureDoesNotMatch"],
    "UnrecognizedClientException",
  ].map((name) => [name, named(name), /valid AWS credentials/] as const),
  ...["CredentialsProviderError", "TokenProviderError"].map(
    (name) =>
      [
        `no credentials at all (${name})`,
        new CredentialsError("no", { cause: Object.assign(new Error("none"), { name }) }),
        /valid AWS credentials/,
      ] as const,
  ),
  [
    "a role that may not be assumed",
    new CredentialsError("no", { cause: named("AccessDenied") }),
    /sts:AssumeRole/,
  ],
];

const calls = [
  "ecs:ContinueServiceDeployment",
  "codedeploy:PutLifecycleEventHookExecutionStatus",
  "appconfig:UpdateDeploymentStrategy",
  "proton:CancelServiceInstanceDeployment",
];

const spoken = { ref: { ...prod, id: "str4tgy" }, name: "slow", title: "AppConfig" };
const text = ({ plain, lines, todo = "" }: PrivateText): string => [plain, ...lines, todo].join("\n");

/** "To try again somebody must deploy again" is what a rollback brings about. */
const repeat = /(?<!to )\b(?:try|press|ask|save|edit)(?: \w+)? again\b/i;

function surfaces(error: unknown, call: string): Readonly<Record<string, string>> {
  const answer = answerOf(error, call);
  if (answer.kind !== "not-done") throw new Error(`${answer.kind} is no denial`);
  const { why } = answer;
  const unread = { rule: "aws-not-readable", why: whyText(error, call) } as const;
  const decision = endOf({ state: "open", by: [people.ann], attempt: 1, answer: why.message });
  const entry: LogEntry = {
    ...{ id: "end", by: people.ann, at: noon, att: 1 },
    ...{ k: "open", action: "rollback", answer: why.message },
  };
  const picture = pictureOf({ deployment: deploymentOf({ holds: [] }), decisions: [decision] });
  return {
    answer: text(describeNotDone(why, "rollback", "`api` in prod", "ECS")),
    read: text(describeRefusal(unread, "rollback", "`api` in prod")),
    card: wordsOf(drawCard(picture)),
    show: wordsOf(drawShow(picture)),
    "strategy read": text(describeRefused(unread, spoken)),
    "strategy read, with its buttons": wordsOf(tellSaved({ kind: "refused", why: unread }, spoken, paceOf())),
    "strategy saved": text(describeSaved({ kind: "not-done", why }, spoken)),
    thread: drawThread(picture, [{ seq: 1, entry }]).text,
    fact: factLine({ kind: "unknown", label: "Alarms", why: describeWhy(whyFailed(error, call)) }),
  };
}

/** Here the state is told and no advice is given. */
const withoutAdvice: readonly string[] = ["thread", "fact"];

describe.each(denials)("%s", (_, error, remedy) => {
  it.each(calls)("on %s", (call) => {
    const expected = new RegExp(remedy.source.replace("CALL", call));
    const said = Object.entries(surfaces(error, call));
    expect(said.filter(([, words]) => repeat.test(words))).toEqual([]);
    const advising = said.filter(([surface]) => !withoutAdvice.includes(surface));
    expect(advising.filter(([, words]) => !expected.test(words))).toEqual([]);
  });
});

it("is told of throttling that it passes", () => {
  const told = describeNotDone({ cause: "throttled", message: "Rate exceeded" }, "rollback", "`api`", "ECS");
  expect(told.todo).toMatch(/Try again in a minute/);
});

it.each([
  ["missing_scope", false],
  ["not_allowed_token_type", false],
  ["token_revoked", false],
  ["ratelimited", true],
  ["internal_error", true],
])("tells people to try again after Slack's %s: %s", (error, isPassing) => {
  const what = `usergroups.users.list: ${error}`;
  const refusals = [
    { rule: "lookup-failed", policy: "prod", what },
    { rule: "voters-unknown", policy: "prod", voters: ["U024BEN"], votes: 1, need: 2, what },
  ] as const;
  for (const why of refusals) {
    const { todo = "" } = describeRefusal(why, "continue", "checkout-api in prod");
    expect(/try again/i.test(todo)).toBe(isPassing);
    expect(todo).toContain("operator of Holdpoint");
  }
});
