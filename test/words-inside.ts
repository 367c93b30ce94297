/** A system for tests of what is drawn: the words travel inside of what it said, as far as the store and back. */

import { z } from "zod";
import { actions, type Offer } from "../src/handlers/deployment.ts";
import type {
  DeploymentWords,
  Fact,
  HoldWords,
  OfferWords,
  Part,
  Phrase,
  RemarkWords,
  WordedDeployment,
  Words,
} from "../src/handlers/words.ts";

/** One schema for every member of `T`, optional ones included. */
type Fields<T> = { readonly [Name in keyof T]-?: z.ZodType<Required<T>[Name]> };

const phrase: z.ZodType<Phrase> = z.lazy(() => z.array(part));

const part: z.ZodType<Part> = z.union([
  z.string(),
  z.object({ code: z.string(), atMost: z.number().exactOptional() }),
  z.object({ quote: z.string() }),
  z.object({ bold: phrase }),
  z.object({ time: z.number(), show: z.enum(["deadline", "minute", "second"]) }),
  z.object({ person: z.string() }),
  z.object({ group: z.string() }),
  z.object({ link: z.string(), words: z.string() }),
]);

const fact = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("value"),
    label: z.string(),
    value: phrase,
    change: z.enum(["both", "new", "none"]).exactOptional(),
    expert: z.boolean().exactOptional(),
  }),
  z.object({ kind: z.literal("unknown"), label: z.string(), why: phrase }),
]) satisfies z.ZodType<Fact>;

const holdWords = z.object({
  onExpiry: phrase.exactOptional(),
  onExpiryShort: z.string().exactOptional(),
} satisfies Fields<HoldWords>);

const offerWords = z.object({
  label: z.string(),
  consequence: phrase,
  dialog: phrase,
  deny: z.string(),
  unread: phrase.exactOptional(),
} satisfies Fields<OfferWords>);

const remarkWords = z.object({
  emoji: z.string(),
  words: phrase,
  cause: phrase.exactOptional(),
} satisfies Fields<RemarkWords>);

const deploymentWords = z.object({
  where: phrase,
  changes: z.array(fact),
  health: z.array(fact),
  progress: z.object({ headline: phrase, percent: z.number().exactOptional(), next: phrase }).exactOptional(),
  nextGate: z.string().exactOptional(),
  outcome: phrase.exactOptional(),
  whyUnread: phrase.exactOptional(),
  expert: phrase,
  details: z.array(fact),
} satisfies Fields<DeploymentWords>);

const saidSchema = deploymentWords.extend({
  offers: z.array(offerWords.extend({ action: z.enum(actions), holdId: z.string().exactOptional() })),
});

export function withWordsInside(worded: Omit<WordedDeployment, "said">): WordedDeployment {
  const { holds, remarks } = worded;
  return {
    ...worded,
    holds: holds.map((hold) => ({ ...hold, said: hold.said ?? holdWords.parse(hold) })),
    remarks: remarks.map((remark) => ({ ...remark, said: remarkWords.parse(remark) })),
    said: saidSchema.parse(worded),
  };
}

const nothingRead: z.infer<typeof saidSchema> = {
  ...{ where: [], changes: [], health: [], expert: [], details: [] },
  offers: [],
};

function offerIn(all: z.infer<typeof saidSchema>["offers"], { action, holdId }: Offer): OfferWords {
  return (
    all.find((one) => one.action === action && one.holdId === holdId) ?? {
      ...{ label: action, consequence: [], dialog: [], deny: "Not now" },
    }
  );
}

export const wordsInside: Words = {
  deployment({ said, offers }) {
    const words = saidSchema.safeParse(said).data ?? nothingRead;
    return { ...words, offers: offers.map((offer) => ({ ...offer, ...offerIn(words.offers, offer) })) };
  },
  expiry: ({ said }) => holdWords.catch({}).parse(said ?? {}),
  remark({ name, said }) {
    const words = remarkWords.safeParse(said);
    return words.success ? words.data : { emoji: "ℹ️", words: [{ code: name }] };
  },
};
