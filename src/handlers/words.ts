/**
 * The sentences about a deployment. They are made from what is stored when it is drawn, so a record of yesterday is told in
 * today's words, and Redis holds none. Each system brings its own; they are pure.
 */

import type { Deployment, EpochMs, Expiry, Hold, Offer, Remark, SystemName } from "./deployment.ts";

/**
 * One piece of a sentence. A bare string is Holdpoint's own wording. Everything that AWS or a person wrote is a
 * `code` or a `quote`: only what draws it knows how to make it harmless (P10).
 */
export type Part =
  | string
  | { readonly code: string; readonly atMost?: number }
  | { readonly quote: string }
  | { readonly bold: Phrase }
  | { readonly time: EpochMs; readonly show: "deadline" | "minute" | "second" }
  | { readonly person: string }
  | { readonly group: string }
  /** A page of the AWS console. The words are Holdpoint's own: a name is never a link's label. */
  | { readonly link: string; readonly words: string };
export type Phrase = readonly Part[];

/** One line of a card. `unknown` says since when and why it could not be read; it never looks like a good value. */
export type Fact =
  | {
      readonly kind: "value";
      readonly label: string;
      readonly value: Phrase;
      /**
       * What it says of a change: `both` sides, or only what is `new` or otherwise said without an old side, or that `none`
       * was made. Absent: nothing.
       */
      readonly change?: "both" | "new" | "none";
      /** Worth knowing and nothing that a decision hangs on: it stands in the small line below the buttons. */
      readonly expert?: boolean;
    }
  | { readonly kind: "unknown"; readonly label: string; readonly why: Phrase };

export interface HoldWords {
  /** What AWS does by itself when nobody answers, as a sentence: "ECS rolls back." */
  readonly onExpiry?: Phrase;
  /** And as a clause for fallbacks and lists: "ECS rolls back". */
  readonly onExpiryShort?: string;
}

export interface OfferWords {
  /** At most 30 characters, begins with the verb: "Continue", "Roll back". */
  readonly label: string;
  /** One line for the card: "all production traffic moves to the new version." */
  readonly consequence: Phrase;
  /** Two or three sentences for the dialog: what moves where, what stays possible. */
  readonly dialog: Phrase;
  /** The answer that leaves everything as it is: "Not yet". */
  readonly deny: string;
  /** Why a fact of the evidence could not be read, where the system knows. */
  readonly unread?: Phrase;
}

export interface RemarkWords {
  readonly emoji: string;
  readonly words: Phrase;
  /** Of an incident: why it happened, without what became of it. Absent: `words`. Empty: nothing is known. */
  readonly cause?: Phrase;
}

export interface DeploymentWords {
  /** Where it runs beyond account and region: "cluster `main`". */
  readonly where: Phrase;
  /** What changes, at most four facts. */
  readonly changes: readonly Fact[];
  /** Is it healthy: alarms, then tasks, then traffic; at most four facts. */
  readonly health: readonly Fact[];
  /** What is happening while nobody has to answer, and what comes next. */
  readonly progress?: { readonly headline: Phrase; readonly percent?: number; readonly next: Phrase };
  /** Where the next hold is: "before production". */
  readonly nextGate?: string;
  /** What serves now, for the final card. */
  readonly outcome?: Phrase;
  /** With `unread` of the deployment: why. */
  readonly whyUnread?: Phrase;
  /** One line for experts: strategy, stage, requester. */
  readonly expert: Phrase;
  /**
   * Full names, digests and differences, for the thread. A value stays as it is while the deployment runs; what is not
   * read yet is `unknown`.
   */
  readonly details: readonly Fact[];
}

export type WordedHold = Hold & HoldWords;
export type WordedOffer = Offer & OfferWords;
export type WordedRemark = Remark & RemarkWords;

/** A deployment with the sentences about it. */
export interface WordedDeployment extends Deployment, DeploymentWords {
  readonly holds: readonly WordedHold[];
  readonly offers: readonly WordedOffer[];
  readonly remarks: readonly WordedRemark[];
}

/** With its offers: what AWS said is read once for all of them. */
export interface WordsOfDeployment extends DeploymentWords {
  readonly offers: readonly WordedOffer[];
}

/** What one system says about its deployments. Pure; what was recorded by another release is told as far as it can be read. */
export interface Words {
  deployment(deployment: Deployment): WordsOfDeployment;
  /** Of a hold whose end AWS names, or Holdpoint works out. */
  expiry(expiry: Expiry): HoldWords;
  remark(remark: Remark): RemarkWords;
}

/** The words of all systems. */
export interface Wording {
  deployment(deployment: Deployment): WordedDeployment;
  expiry(system: SystemName, expiry: Expiry): HoldWords;
  remark(system: SystemName, remark: Remark): WordedRemark;
}

/** What Holdpoint itself remarks, whatever the system. */
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

/** A system that is not configured any more says nothing. */
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
