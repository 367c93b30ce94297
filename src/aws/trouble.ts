/**
 * Formats read errors, and logs each new one once at `warn` and its repetitions at `debug`: a denial or an unreachable
 * endpoint may be permanent.
 */

import type { Telemetry } from "../handlers/ports.ts";
import { DeadlineError } from "./client/deadline.ts";
import type { Place } from "./client/errors.ts";
import { whyText } from "./client/why.ts";

interface Unreadable {
  readonly kind: "unreadable";
  readonly why: string;
  readonly cause: unknown;
}

export interface Troubles {
  whyOf(call: string, error: unknown): string;
  /** `call` is the IAM action that failed. */
  unreadable(place: Place & { readonly id?: string }, call: string, error: unknown): Unreadable;
  /** A sweep got a partial result. */
  partly(place: Place, call: string, error: unknown): void;
  /** The call succeeded: its next failure is logged at `warn` again. */
  answered(place: Place, call: string): void;
}

export function createTroubles(options: {
  readonly title: string;
  readonly telemetry: Telemetry;
  /** Appended to the reason. */
  readonly remarkOn?: ((error: unknown) => string | undefined) | undefined;
}): Troubles {
  const { title, telemetry, remarkOn } = options;
  const told = new Map<string, string>();
  const keyOf = ({ account, region }: Place, call: string): string => `${account} ${region} ${call}`;

  function whyOf(call: string, error: unknown): string {
    const remark = remarkOn?.(error);
    const why = whyText(error, call);
    return remark === undefined ? why : `${why}; ${remark}`;
  }

  function tell(
    message: string,
    { account, region, ...more }: Place & { readonly id?: string },
    { call, why, error }: { readonly call: string; readonly why: string; readonly error: unknown },
  ): void {
    const key = keyOf({ account, region }, call);
    const isNews = told.get(key) !== why;
    told.set(key, why);
    telemetry.log(isNews ? "warn" : "debug", message, { account, region, ...more, why, error });
  }

  return {
    whyOf,
    unreadable({ account, region, id }, call, error) {
      const why = whyOf(call, error);
      const about = { account, region, ...(id === undefined ? {} : { id }) };
      tell(`${title} can't be read`, about, { call, why, error });
      return { kind: "unreadable", why, cause: error };
    },
    partly({ account, region }, call, error) {
      const message = `sweep saw only a part of ${title}`;
      const why = whyOf(call, error);
      if (error instanceof DeadlineError) telemetry.log("info", message, { account, region, why, error });
      else tell(message, { account, region }, { call, why, error });
    },
    answered(place, call) {
      told.delete(keyOf(place, call));
    },
  };
}
