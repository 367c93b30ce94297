/**
 * Classifies SDK errors. AWS's error names are interpreted only here, so that every system describes the same error in
 * the same way.
 */

import { z } from "zod";
import type { CallResult } from "../../handlers/decision.ts";
import { type Denial, denialText } from "../../handlers/denied.ts";

/** The account's role could not be assumed, or no credentials were found: the call itself was not sent. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

/**
 * `statement`: AWS rejected the request because of the resource or its state. `not-sent`: the request certainly was not
 * sent. `unclear`: it may have been carried out. The other three are rejections that say nothing about the deployment.
 */
export type Trouble = "denied" | "throttled" | "unsupported" | "statement" | "not-sent" | "unclear";

/** The credentials are invalid; the permission itself may exist. */
const badCredentials: readonly string[] = [
  "AuthFailure",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "RequestExpired",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
];

const denials: readonly string[] = [
  ...badCredentials,
  "AccessDenied",
  "AccessDeniedException",
  "NotAuthorized",
  "OptInRequired",
  "UnauthorizedOperation",
];

/** The SDK found no credentials, and waiting won't help. */
const noneFound: readonly string[] = ["CredentialsProviderError", "ProviderError", "TokenProviderError"];

function isMissing({ cause }: CredentialsError): boolean {
  return cause instanceof Error && noneFound.includes(cause.name);
}

/** For an error whose trouble is `denied`: the kind of denial. */
export function denialOf(error: unknown): Denial {
  if (error instanceof CredentialsError) return isMissing(error) ? "missing" : "role";
  const parsed = sdkError.safeParse(error);
  return parsed.success && badCredentials.includes(parsed.data.name) ? "credentials" : "permission";
}

const throttles: readonly string[] = [
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
];

const unsupported: readonly string[] = [
  "InvalidAction",
  "UnknownOperationException",
  "UnsupportedActionForDeploymentTypeException",
  "UnsupportedFeatureException",
  "UnsupportedOperationException",
];

/** Only a failure in one of these system calls proves that no byte of the request was sent. */
const connecting: readonly string[] = ["connect", "getaddrinfo"];

const sdkError = z.object({
  name: z.string().catch(""),
  code: z.string().optional().catch(undefined),
  syscall: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});

/** Matches an error by AWS's name for it. */
export function isNamed(error: unknown, ...names: readonly string[]): error is Error {
  return error instanceof Error && names.includes(error.name);
}

export function troubleOf(error: unknown): Trouble {
  if (error instanceof CredentialsError) {
    const cause = troubleOf(error.cause);
    if (isMissing(error)) return "denied";
    return cause === "denied" || cause === "throttled" ? cause : "not-sent";
  }
  const parsed = sdkError.safeParse(error);
  if (!parsed.success) return "unclear";
  const { name, code, syscall, $metadata } = parsed.data;
  const status = $metadata?.httpStatusCode ?? 0;
  if (denials.includes(name)) return "denied";
  if (throttles.includes(name) || status === 429) return "throttled";
  if (unsupported.includes(name)) return "unsupported";
  if (status === 401 || status === 403) return "denied";
  if (status === 408) return "unclear";
  if (status >= 400 && status < 500) return "statement";
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || connecting.includes(syscall ?? ""))
    return "not-sent";
  return "unclear";
}

/** AWS puts the caller's role in its denials; people in a channel don't need to see it. */
const roleArn = /arn:aws[\w-]*:(?:iam|sts)::[^\s,]+/g;

/** The error's message without role ARNs. The reason why a role can't be assumed goes only to the log. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  return withoutRoles(error.message || error.name);
}

/** For AWS's messages, which may contain the caller's role. */
export function withoutRoles(text: string): string {
  return text.replaceAll(roleArn, "(role)");
}

/** The result of a failed mutating call. `call` is the IAM action that it needs. */
export function answerOf(error: unknown, call: string): Exclude<CallResult, { readonly kind: "accepted" }> {
  const trouble = troubleOf(error);
  const message = messageOf(error);
  switch (trouble) {
    case "unclear":
      return { kind: "unclear", cause: error };
    case "statement":
      return { kind: "refused", message };
    case "denied":
      return {
        kind: "not-done",
        why: { cause: "denied", message: `${denialText(denialOf(error))} (${call}): ${message}` },
      };
    case "throttled":
    case "unsupported":
    case "not-sent":
      return { kind: "not-done", why: { cause: trouble, message } };
  }
}

/** The mutating call was not sent, or this system has no such call. */
export function notDone(cause: "not-sent" | "invalid", message: string): CallResult {
  return { kind: "not-done", why: { cause, message } };
}

/** The account and region of a call. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

export function whyNotConfigured({ account, region }: Place): string {
  return `account ${account} in ${region} is not configured`;
}

/** The result of a read if the account or region is not configured: no call is made. */
export function notConfigured(place: Place): {
  readonly kind: "unreadable";
  readonly why: string;
  readonly cause: Error;
} {
  const why = whyNotConfigured(place);
  return { kind: "unreadable", why, cause: new Error(why) };
}
