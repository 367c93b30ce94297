/** Credentials of one account: its role with its external id, or the process's own if no role is configured. */

import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { CredentialsError, denialOf, troubleOf } from "./errors.ts";

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

/** New sessions of an account at most this often: the new one may be rejected, too. */
const droppedAtMostEveryMs = 30_000;

/**
 * Without a call that was accepted in between. A session that was revoked is told so only by denials, like a missing
 * permission; if nothing is allowed any more, a new session is worth a try.
 */
const denialsAtMost = 5;

/** Decides when the sessions of an account are dropped although they have not expired: on AWS's word. */
export function createSessions(drop: (account: string) => void): {
  rejected(account: string, error: unknown): void;
  accepted(account: string): void;
} {
  const droppedAt = new Map<string, number>();
  const denied = new Map<string, number>();

  function isRejected(account: string, error: unknown): boolean {
    if (error instanceof CredentialsError || troubleOf(error) !== "denied") return false;
    if (denialOf(error) === "credentials") return true;
    const inARow = (denied.get(account) ?? 0) + 1;
    denied.set(account, inARow);
    return inARow >= denialsAtMost;
  }

  return {
    rejected(account, error) {
      const now = performance.now();
      const last = droppedAt.get(account) ?? Number.NEGATIVE_INFINITY;
      if (!isRejected(account, error) || now - last < droppedAtMostEveryMs) return;
      droppedAt.set(account, now);
      denied.delete(account);
      drop(account);
    },
    accepted(account) {
      denied.delete(account);
    },
  };
}
