import {
  AccessDeniedException,
  ClientException,
  ConflictException,
  InvalidParameterException,
  ServerException,
  ServiceDeploymentNotFoundException,
  UnsupportedFeatureException,
} from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { DeadlineError } from "../../src/aws/client/deadline.ts";
import { answerOf, CredentialsError, troubleOf } from "../../src/aws/client/errors.ts";
import { whyText } from "../../src/aws/client/why.ts";

const modelled = { message: "as AWS says it", $metadata: { httpStatusCode: 400 } };
const named = (name: string, status: number) =>
  Object.assign(new Error("x"), { name, $metadata: { httpStatusCode: status } });
const network = (code: string, syscall?: string) => Object.assign(new Error("x"), { code, syscall });

it.each([
  ["AccessDeniedException", new AccessDeniedException(modelled), "denied"],
  ["UnsupportedFeatureException", new UnsupportedFeatureException(modelled), "unsupported"],
  ["ServiceDeploymentNotFoundException", new ServiceDeploymentNotFoundException(modelled), "statement"],
  ["InvalidParameterException", new InvalidParameterException(modelled), "statement"],
  ["ClientException", new ClientException(modelled), "statement"],
  ["ConflictException", new ConflictException({ ...modelled, resourceIds: [] }), "statement"],
  ["ServerException", new ServerException({ ...modelled, $metadata: { httpStatusCode: 500 } }), "unclear"],
  ["an error that AWS adds later, 4xx", named("HookAlreadyAnsweredException", 409), "statement"],
  ["an error that AWS adds later, 5xx", named("CapacityException", 503), "unclear"],
  ["expired credentials", named("ExpiredTokenException", 400), "denied"],
  ["a wrong signature", named("InvalidSignatureException", 403), "denied"],
  ["an unknown access key", named("UnrecognizedClientException", 400), "denied"],
  ["a bare 403", named("UnknownError", 403), "denied"],
  ["ThrottlingException", named("ThrottlingException", 400), "throttled"],
  ["a bare 429", named("UnknownError", 429), "throttled"],
  ["an operation that this region lacks", named("UnknownOperationException", 400), "unsupported"],
  ["a request that timed out at AWS", named("RequestTimeout", 408), "unclear"],
  ["a refused connection", network("ECONNREFUSED", "connect"), "not-sent"],
  ["an unknown host", network("ENOTFOUND", "getaddrinfo"), "not-sent"],
  ["a network that can't be reached", network("ENETUNREACH", "connect"), "not-sent"],
  ["a connection that broke", network("ECONNRESET", "read"), "unclear"],
  ["a time-out", Object.assign(new Error("x"), { name: "TimeoutError", code: "ETIMEDOUT" }), "unclear"],
  ["an aborted request", Object.assign(new Error("x"), { name: "AbortError" }), "unclear"],
  ["the own deadline", new DeadlineError("x"), "unclear"],
  ["an answer that is no JSON", new SyntaxError("x"), "unclear"],
  ["something that is no error", "x", "unclear"],
  [
    "a role that may not be assumed",
    new CredentialsError("x", { cause: named("AccessDenied", 403) }),
    "denied",
  ],
  ["STS that does not answer", new CredentialsError("x", { cause: new DeadlineError("x") }), "not-sent"],
])("judges %s", (_, error, trouble) => {
  expect(troubleOf(error)).toBe(trouble);
});

it("tells people AWS's own words, and logs keep the cause", () => {
  const denied = answerOf(new AccessDeniedException(modelled), "ecs:StopServiceDeployment");
  expect(denied).toEqual({
    kind: "not-done",
    why: { cause: "denied", message: "access denied (ecs:StopServiceDeployment): as AWS says it" },
  });
  const refused = answerOf(new InvalidParameterException(modelled), "ecs:ContinueServiceDeployment");
  expect(refused).toEqual({ kind: "refused", message: "as AWS says it" });
  const late = new DeadlineError("late");
  expect(answerOf(late, "ecs:ContinueServiceDeployment")).toEqual({ kind: "unclear", cause: late });
});

it("names no role to people", () => {
  const arn = "arn:aws:sts::111122223333:assumed-role/holdpoint/holdpoint";
  const message = `User: ${arn} is not authorized to perform: ecs:StopServiceDeployment`;
  const denied = answerOf(new AccessDeniedException({ ...modelled, message }), "ecs:StopServiceDeployment");
  const role = new CredentialsError("the role could not be assumed", {
    cause: Object.assign(named("AccessDenied", 403), { message }),
  });
  const words = [denied, answerOf(role, "ecs:StopServiceDeployment")].map(
    (answer) => answer.kind === "not-done" && answer.why.message,
  );
  expect(words).toEqual([
    "access denied (ecs:StopServiceDeployment): User: (role) is not authorized to perform: ecs:StopServiceDeployment",
    "the account's role can't be assumed (ecs:StopServiceDeployment): the role could not be assumed",
  ]);
});

it("says why something could not be read in words for a card", () => {
  const denied = new CredentialsError("x", { cause: named("AccessDenied", 403) });
  expect(whyText(denied, "ecs:ListServices")).toBe("the account's role can't be assumed (ecs:ListServices)");
  expect(whyText(named("x", 500), "ecs:ListServices")).toBe("AWS did not answer (ecs:ListServices)");
});
