/**
 * SDK clients per account, region and purpose, created on first use. There are none for accounts and regions that are
 * not configured, so those are never called.
 */

import { protocolTiming, type Timing } from "../../handlers/timing.ts";
import { type CredentialsProvider, createSessions, credentialsOf } from "./credentials.ts";

export interface AwsAccount {
  readonly id: string;
  readonly regions: readonly string[];
  /** Assumed before any other call. If absent, the process's own credentials are used. */
  readonly role?: string | undefined;
  readonly externalId?: string | undefined;
}

interface Handler {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: true;
  readonly httpAgent?: { readonly keepAlive: boolean };
  readonly httpsAgent?: { readonly keepAlive: boolean };
}

/** The constructor options of every SDK client. */
interface ClientSettings {
  readonly region: string;
  readonly credentials: CredentialsProvider;
  readonly maxAttempts: number;
  readonly requestHandler: Handler;
}

/** Deadlines, regardless of the SDK's retries: for a mutating call, for a read, and for two kinds of optional reads. */
export type Deadlines = Pick<Timing, "callTimeoutMs" | "readDeadlineMs" | "sideReadMs" | "alarmReadMs">;

/** How a call ended, as far as the credentials are concerned. */
export interface Reports {
  /** AWS rejected the call. If that was because of the session, the next call uses a new one. */
  rejected(account: string, error: unknown): void;
  accepted(account: string): void;
}

/** The clients of one AWS service. `undefined`: account or region is not configured. */
export interface ClientsOf<Client> extends Deadlines, Reports {
  read(account: string, region: string): Client | undefined;
  /** Sends once, without retries: a repeated request could be carried out twice (P3). */
  act(account: string, region: string): Client | undefined;
}

export interface Clients extends Deadlines, Reports {
  of<Client extends { destroy(): void }>(create: (settings: ClientSettings) => Client): ClientsOf<Client>;
  destroy(): void;
}

const reading = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_500, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/** A new connection per call: if AWS has closed a kept-alive one, it is unclear whether the request arrived. */
const actingOnce = (callTimeoutMs: number) =>
  ({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 1_500,
      requestTimeout: callTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: false },
      httpsAgent: { keepAlive: false },
    },
  }) as const;

/** Longer than any call. */
const retiredMs = 60_000;

function isOf(account: string, place: string): boolean {
  return place.startsWith(`${account} `);
}

export function createClients(accounts: readonly AwsAccount[], timing: Deadlines = protocolTiming): Clients {
  const { callTimeoutMs, readDeadlineMs, sideReadMs, alarmReadMs } = timing;
  const deadlines: Deadlines = { callTimeoutMs, readDeadlineMs, sideReadMs, alarmReadMs };
  const acting = actingOnce(callTimeoutMs);
  const configured = new Map(accounts.map((account) => [account.id, account]));
  const credentials = new Map<string, CredentialsProvider>();
  const open = new Set<{ destroy(): void }>();
  /** SDK clients keep the credentials that they were given, so new credentials need new clients. */
  const forget = new Set<(account: string) => void>();
  const sessions = createSessions((account) => {
    for (const place of credentials.keys()) if (isOf(account, place)) credentials.delete(place);
    for (const forgetIn of forget) forgetIn(account);
  });

  function credentialsFor(
    { role, externalId }: AwsAccount,
    place: string,
    region: string,
  ): CredentialsProvider {
    const known = credentials.get(place);
    if (known !== undefined) return known;
    const made = credentialsOf({ region, role, externalId });
    credentials.set(place, made);
    return made;
  }

  /** Calls may still be running. */
  function retire(client: { destroy(): void }): void {
    setTimeout(() => {
      if (open.delete(client)) client.destroy();
    }, retiredMs).unref();
  }

  return {
    of(create) {
      const lazily = (purpose: typeof reading | typeof acting) => {
        const made = new Map<string, ReturnType<typeof create>>();
        forget.add((account) => {
          for (const [place, client] of made) {
            if (!isOf(account, place)) continue;
            made.delete(place);
            retire(client);
          }
        });
        return (accountId: string, region: string) => {
          const account = configured.get(accountId);
          if (!account?.regions.includes(region)) return undefined;
          const place = `${accountId} ${region}`;
          const known = made.get(place);
          if (known !== undefined) return known;
          const client = create({ ...purpose, region, credentials: credentialsFor(account, place, region) });
          made.set(place, client);
          open.add(client);
          return client;
        };
      };
      return { read: lazily(reading), act: lazily(acting), ...deadlines, ...sessions };
    },
    ...deadlines,
    ...sessions,
    destroy() {
      for (const client of open) client.destroy();
      open.clear();
    },
  };
}
