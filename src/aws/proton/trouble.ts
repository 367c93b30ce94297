/** Why Proton can't be read. Its endpoint may be gone for good, so what stays wrong is logged once, not at every look. */

import type { Telemetry } from "../../handlers/ports.ts";
import { CredentialsError, troubleOf, whyUnreadText } from "../errors.ts";

export interface Unreadable {
  readonly kind: "unreadable";
  readonly why: string;
  readonly cause: unknown;
}

interface Spot {
  readonly account: string;
  readonly region: string;
}

export interface Troubles {
  unreadable(spot: Spot, call: string, error: unknown): Unreadable;
  /** The call was answered: the next trouble with it is news again. */
  answered(spot: Spot, call: string): void;
}

export function createTroubles(telemetry: Telemetry): Troubles {
  const told = new Map<string, string>();
  const keyOf = ({ account, region }: Spot, call: string): string => `${account} ${region} ${call}`;
  return {
    unreadable(spot, call, error) {
      const why = whyUnreadable(error, call);
      const key = keyOf(spot, call);
      const isNews = told.get(key) !== why;
      told.set(key, why);
      telemetry.log(isNews ? "warn" : "debug", "Proton can't be read", {
        account: spot.account,
        region: spot.region,
        why,
        error,
      });
      return { kind: "unreadable", why, cause: error };
    },
    answered(spot, call) {
      told.delete(keyOf(spot, call));
    },
  };
}

/** What AWS answers since the end of support is not known. A refusal or silence may just be that, and it is said. */
export function whyUnreadable(error: unknown, call: string): string {
  const why = whyUnreadText(error, call);
  if (error instanceof CredentialsError) return why;
  const mayBeOver = ["denied", "not-sent", "unsupported"].includes(troubleOf(error));
  return mayBeOver ? `${why}; AWS ended support for Proton on 2026-10-07` : why;
}
