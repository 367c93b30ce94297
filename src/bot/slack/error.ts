import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";

/** The failure of a call, and whether the call may have taken effect. */
export type SlackFailure =
  | { readonly kind: "rate-limited"; readonly retryAfterMs: number }
  /** Slack rejected it: no effect. */
  | { readonly kind: "refused"; readonly error: string }
  /** Slack was never reached: no effect. */
  | { readonly kind: "unreachable"; readonly error: string }
  /** It may have taken effect. */
  | { readonly kind: "unknown"; readonly error: string };

/** Errors after which part of the call may have succeeded, according to docs.slack.dev. */
const perhapsDone = new Set(["internal_error", "fatal_error", "service_unavailable"]);

/** No connection was made, so nothing of the request was sent. */
const neverConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

export function failureOf(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: "rate-limited", retryAfterMs: error.retryAfter * 1_000 };
  if (error instanceof WebAPIPlatformError) {
    const said = error.data.error;
    return { kind: perhapsDone.has(said) ? "unknown" : "refused", error: said };
  }
  if (error instanceof WebAPIHTTPError) {
    return { kind: error.statusCode < 500 ? "refused" : "unknown", error: `HTTP ${error.statusCode}` };
  }
  const code = error instanceof WebAPIRequestError ? codeOf(error) : undefined;
  if (code !== undefined && neverConnected.has(code)) return { kind: "unreachable", error: code };
  return { kind: "unknown", error: code ?? (error instanceof Error ? error.message : String(error)) };
}

export function wordsOf(failure: SlackFailure): string {
  return failure.kind === "rate-limited" ? "rate limited" : failure.error;
}

/** fetch wraps the error code of a failed connection in one or two causes. */
function codeOf(error: Error): string | undefined {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    if ("code" in at && typeof at.code === "string" && /^E[A-Z]|^UND_/.test(at.code)) return at.code;
    at = at.cause;
  }
  return undefined;
}
