import { CredentialsError, troubleOf } from "../client/errors.ts";

/**
 * AWS's responses after the end of support are unknown. A rejection or no reply may be because of it, so people are
 * told.
 */
export function endOfSupport(error: unknown): string | undefined {
  const mayBeOver =
    !(error instanceof CredentialsError) && ["denied", "not-sent", "unsupported"].includes(troubleOf(error));
  return mayBeOver ? "AWS ended support for Proton on 2026-10-07" : undefined;
}
