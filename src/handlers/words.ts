/**
 * The texts about a deployment. They are made from the stored facts at rendering, so old records get current wording
 * and Redis holds no texts. Each system provides its own; they are pure.
 */

import type { Deployment, EpochMs, Expiry, Hold, Offer, Remark, SystemName } from "./deployment.ts";

/**
 * A piece of a sentence. A bare string is Holdpoint's own wording. Everything that AWS or a person wrote is a `code`
 * or a `quote`: only the renderer can escape it (P10).
 */
export type Part =
  | string
  | { readonly code: string; readonly atMost?: number }
  | { readonly quote: string }
  | { readonly bold: Phrase }
  | { readonly time: EpochMs; readonly show: "deadline" | "minute" | "second" }
  | { readonly person: string }
  | { readonly group: string }
  /** A page of the AWS console. The label is Holdpoint's own text, never a name. */
  | { readonly link: string; readonly words: string };
export type Phrase = readonly Part[];

/** A line of a card. `unknown` shows since when and why it could not be read; it never looks like a good value. */
export type Fact =
  | {
      readonly kind: "value";
      readonly label: string;
      readonly value: Phrase;
      /** The change it shows: `both` sides, `new` without the old side, or `none`. Absent: not about a change. */
      readonly change?: "both" | "new" | "none";
      /** Not needed to decide; shown in the small line below the buttons. */
      readonly expert?: boolean;
    }
  | { readonly kind: "unknown"; readonly label: string; readonly why: Phrase };

export interface HoldWords {
  /** What AWS does on timeout, as a sentence: "ECS rolls back." */
  readonly onExpiry?: Phrase;
  /** The same as a clause, for fallback texts and lists: "ECS rolls back". */
  readonly onExpiryShort?: string;
}

export interface OfferWords {
  /** At most 30 characters, begins with the verb: "Continue", "Roll back". */
  readonly label: string;
  /** One line for the card: "all production traffic moves to the new version." */
  readonly consequence: Phrase;
  /** Two or three sentences for the dialog: what moves where, and what stays possible. */
  readonly dialog: Phrase;
  /** Label of the confirmation dialog's `deny` button: "Not yet". */
  readonly deny: string;
  /** Why part of the evidence could not be read, if AWS gave a reason. */
  readonly unread?: Phrase;
}

export interface RemarkWords {
  readonly emoji: string;
  readonly words: Phrase;
  /** Of an incident: the cause without the outcome. Absent: same as `words`. Empty: unknown. */
  readonly cause?: Phrase;
}

export interface DeploymentWords {
  /** Location beyond account and region: "cluster `main`". */
  readonly where: Phrase;
  /** At most four facts. */
  readonly changes: readonly Fact[];
  /** Alarms, then tasks, then traffic; at most four facts. */
  readonly health: readonly Fact[];
  /** What is happening while no answer is needed, and what comes next. */
  readonly progress?: { readonly headline: Phrase; readonly percent?: number; readonly next: Phrase };
  /** Position of the next hold: "before production". */
  readonly nextGate?: string;
  /** The version that serves now, for the final card. */
  readonly outcome?: Phrase;
  /** Why the deployment is `unread`. */
  readonly whyUnread?: Phrase;
  /** One line for experts: strategy, stage, requester. */
  readonly expert: Phrase;
  /**
   * Full names, digests and differences, for the thread. A value doesn't change while the deployment runs; until it
   * is read it is `unknown`.
   */
  readonly details: readonly Fact[];
}

export type WordedHold = Hold & HoldWords;
export type WordedOffer = Offer & OfferWords;
export type WordedRemark = Remark & RemarkWords;

export interface WordedDeployment extends Deployment, DeploymentWords {
  readonly holds: readonly WordedHold[];
  readonly offers: readonly WordedOffer[];
  readonly remarks: readonly WordedRemark[];
}

/** Includes the offers, so that AWS's data is parsed once for all of them. */
interface WordsOfDeployment extends DeploymentWords {
  readonly offers: readonly WordedOffer[];
}

/** The texts of one system. Pure; records of other releases are described as far as they can be parsed. */
export interface Words {
  deployment(deployment: Deployment): WordsOfDeployment;
  /** For a hold whose deadline AWS gives or Holdpoint computes. */
  expiry(expiry: Expiry): HoldWords;
  remark(remark: Remark): RemarkWords;
}

export interface Wording {
  deployment(deployment: Deployment): WordedDeployment;
  expiry(system: SystemName, expiry: Expiry): HoldWords;
  remark(system: SystemName, remark: Remark): WordedRemark;
}

/** Holdpoint's own remarks, the same for all systems. */
const ownRemarks: ReadonlyMap<string, RemarkWords> = new Map(
  Object.entries({
    gone: {
      emoji: "🚨",
      words: ["AWS no longer knows this deployment: how it ended and what serves now are not known"],
    },
    unreadable: {
      emoji: "grey_question",
      words: ["A newer version of Holdpoint recorded something that this one cannot read."],
    },
  }),
);

/** For a system that is no longer configured. */
const silent: Words = {
  deployment: ({ offers }) => ({
    ...{ where: [], changes: [], health: [], expert: [], details: [] },
    offers: offers.map((offer) => ({
      ...offer,
      ...{ label: offer.action, consequence: [], dialog: [], deny: "Not now" },
    })),
  }),
  expiry: () => ({}),
  remark: ({ name }) => ({ emoji: "ℹ️", words: [{ code: name }] }),
};

export function createWording(
  systems: readonly { readonly name: SystemName; readonly words: Words }[],
): Wording {
  const wordsOf = (system: SystemName): Words => systems.find(({ name }) => name === system)?.words ?? silent;

  const wording: Wording = {
    deployment(deployment) {
      const { system } = deployment.ref;
      return {
        ...deployment,
        ...wordsOf(system).deployment(deployment),
        holds: deployment.holds.map((hold) => ({ ...hold, ...wording.expiry(system, hold) })),
        remarks: deployment.remarks.map((remark) => wording.remark(system, remark)),
      };
    },
    expiry: (system, expiry) => wordsOf(system).expiry(expiry),
    remark: (system, remark) => ({
      ...remark,
      ...(ownRemarks.get(remark.name) ?? wordsOf(system).remark(remark)),
    }),
  };
  return wording;
}
