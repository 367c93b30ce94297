/**
 * What an error of the SDK says about the call. AWS's names are read here only, so that every system tells the same
 * story about the same trouble.
 */

import { z } from "zod";
import type { Answer } from "../handlers/decision.ts";
import { type Denial, denialText } from "../handlers/denied.ts";

/** The role of an account could not be assumed, or no credentials were found: the call itself was not sent. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

/**
 * `statement`: AWS refused because of what it was asked about. `not-sent`: the call surely never left. `unclear`: it may
 * have been carried out. The other three are refusals that say nothing about the deployment.
 */
export type Trouble = "denied" | "throttled" | "unsupported" | "statement" | "not-sent" | "unclear";

/** What was sent is no good; the permission may well be there. */
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

/** The SDK looked for credentials and found none: they don't come by waiting. */
const noneFound: readonly string[] = ["CredentialsProviderError", "ProviderError", "TokenProviderError"];

function isMissing({ cause }: CredentialsError): boolean {
  return cause instanceof Error && noneFound.includes(cause.name);
}

/** What was denied, of an error whose trouble is `denied`. */
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

/** Only these system calls prove that no byte of the request went out. */
const connecting: readonly string[] = ["connect", "getaddrinfo"];

const sdkError = z.object({
  name: z.string().catch(""),
  code: z.string().optional().catch(undefined),
  syscall: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});

/** An error by AWS's name of it. */
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

/** AWS names the caller's role when it denies something; people in a channel need not know it. */
const roleArn = /arn:aws[\w-]*:(?:iam|sts)::[^\s,]+/g;

/** AWS's own words about an error, or the error's. Why a role can't be assumed is for the log alone. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  return withoutRoles(error.message || error.name);
}

/** For AWS's sentences that may name who called it. */
export function withoutRoles(text: string): string {
  return text.replaceAll(roleArn, "(role)");
}

/** What the one call came to. `call` is the IAM action that it needed. */
export function answerOf(error: unknown, call: string): Exclude<Answer, { readonly kind: "accepted" }> {
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

/** The one call was not made, or is none of this system's. */
export function notDone(cause: "not-sent" | "invalid", message: string): Answer {
  return { kind: "not-done", why: { cause, message } };
}

/** Where AWS is asked. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

export function whyNotConfigured({ account, region }: Place): string {
  return `account ${account} in ${region} is not configured`;
}

/** What a read gives where no account or region is configured: nobody is called. */
export function notConfigured(place: Place): {
  readonly kind: "unreadable";
  readonly why: string;
  readonly cause: Error;
} {
  const why = whyNotConfigured(place);
  return { kind: "unreadable", why, cause: new Error(why) };
}
