/** Credentials of one account: its role with its external id, or the process's own if no role is configured. */

import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { CredentialsError } from "./errors.ts";

type Credentials = Awaited<ReturnType<ReturnType<typeof fromNodeProviderChain>>>;
export type CredentialsProvider = () => Promise<Credentials>;

/** The SDK renews credentials five minutes before they expire; these are renewed a minute earlier. */
const renewMs = 6 * 60_000;
/** For credentials without an expiry: an operator may have replaced them. */
const unboundedMs = 10 * 60_000;

export function credentialsOf(options: {
  readonly region: string;
  readonly role?: string | undefined;
  readonly externalId?: string | undefined;
}): CredentialsProvider {
  const { region, role, externalId } = options;
  // Two attempts of at most 3 s each: with the pause between them they fit into the deadline of the call that needs
  // them.
  const clientConfig = {
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_500, requestTimeout: 3_000, throwOnRequestTimeout: true },
  };
  const own = fromNodeProviderChain({ clientConfig });
  if (role === undefined) return shared(own, "no AWS credentials were found");
  const assumed = fromTemporaryCredentials({
    masterCredentials: own,
    clientConfig,
    params: {
      RoleArn: role,
      RoleSessionName: "holdpoint",
      ExternalId: externalId,
    },
  });
  return shared(assumed, "the role could not be assumed");
}

/** One request shared by all concurrent callers and all clients of an account; a failure is not cached. */
function shared(provider: CredentialsProvider, failed: string): CredentialsProvider {
  let current: { readonly credentials: Promise<Credentials>; until: number } | undefined;
  return async () => {
    if (current === undefined || Date.now() >= current.until) {
      const mine = { credentials: provider(), until: Number.POSITIVE_INFINITY };
      current = mine;
      mine.credentials.then(
        ({ expiration }) => {
          const now = Date.now();
          mine.until = expiration === undefined ? now + unboundedMs : expiration.getTime() - renewMs;
        },
        () => {
          if (current === mine) current = undefined;
        },
      );
    }
    try {
      return await current.credentials;
    } catch (cause) {
      throw new CredentialsError(failed, { cause });
    }
  };
}
