import { CredentialsError, troubleOf } from "../errors.ts";

/** What AWS answers since the end of support is not known. A refusal or silence may just be that, and it is said. */
export function endOfSupport(error: unknown): string | undefined {
  const mayBeOver =
    !(error instanceof CredentialsError) && ["denied", "not-sent", "unsupported"].includes(troubleOf(error));
  return mayBeOver ? "AWS ended support for Proton on 2026-10-07" : undefined;
}
