import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { paceFields, writtenOf } from "../../handlers/strategy/settings.ts";
import type { RolloutSettings, StrategyRef } from "../../handlers/strategy/strategy.ts";

/** The values that a person was shown in a preview, and saves with its button. */
interface Previewed {
  readonly ref: StrategyRef;
  readonly base: string;
  readonly proposed: RolloutSettings;
}

export interface PreviewSeal {
  /** Returns the id of a new preview, bound to its values. */
  issue(previewed: Previewed): string;
  /** True if the id was issued for exactly these values. */
  fits(previewed: Previewed & { readonly preview: string }): boolean;
}

const nonceDigits = 12;
const sealDigits = 12;

/**
 * Binds a preview's id to its values. The button carries all of them, and nobody may save values that nobody was shown
 * (P4). `secret` must be the same in all replicas.
 */
export function createPreviewSeal(secret: string): PreviewSeal {
  function sealed(nonce: string, { ref, base, proposed }: Previewed): string {
    const written = writtenOf(proposed);
    const parts = [
      nonce,
      ref.account,
      ref.region,
      ref.id,
      base,
      ...paceFields.map((field) => written[field]),
    ];
    const seal = createHmac("sha256", secret).update(JSON.stringify(parts)).digest("hex");
    return `${nonce}${seal.slice(0, sealDigits)}`;
  }

  return {
    issue: (previewed) => sealed(randomBytes(nonceDigits / 2).toString("hex"), previewed),
    fits({ preview, ...previewed }) {
      const expected = Buffer.from(sealed(preview.slice(0, nonceDigits), previewed));
      const given = Buffer.from(preview);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}
