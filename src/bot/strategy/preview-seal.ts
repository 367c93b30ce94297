import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { paceFields, writtenOf } from "../../handlers/strategy/pace.ts";
import type { Pace, StrategyRef } from "../../handlers/strategy/strategy.ts";

/** What a person saw as a preview, and saves by its button. */
interface Previewed {
  readonly ref: StrategyRef;
  readonly base: string;
  readonly proposed: Pace;
}

export interface PreviewSeal {
  /** The id of a new preview, bound to what it shows. */
  issue(previewed: Previewed): string;
  /** True when the id was issued for exactly this. */
  fits(previewed: Previewed & { readonly preview: string }): boolean;
}

const nonceDigits = 12;
const sealDigits = 12;

/**
 * Binds a preview's id to its values: the button carries all of them, and nobody saves what nobody was shown (P4).
 * `secret` is one that all replicas have.
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
