/** Why a strategy can't be read or edited. In each case nothing was sent. */

import type { Refusal } from "../../../handlers/decision.ts";
import { remedyFor } from "../../../handlers/denied.ts";
import type { StrategyPlace } from "../../../handlers/strategy/places.ts";
import type { StrategyRef } from "../../../handlers/strategy/strategy.ts";
import { code } from "../parts/phrase.ts";
import { defaultSlash } from "../parts/slash.ts";
import { describeRefusal, type PrivateText, saidAtMost } from "../private/refusal.ts";
import type { ListedPlace } from "./strategy.ts";
import { describeWhere } from "./words.ts";

/** The strategy that a message is about, with its name if that is known. */
export interface Spoken {
  readonly title: string;
  readonly ref: StrategyRef;
  readonly name?: string;
  readonly place?: StrategyPlace;
  /** The command's name, for text that mentions it. */
  readonly slash?: string;
}

export function spokenPlace({ ref, name, place }: Spoken): string {
  const where = place === undefined ? `${code(ref.account, 20)}, ${code(ref.region)}` : describeWhere(place);
  return `${code(name ?? ref.id, 64)} in ${where}`;
}

/** The name exists, but not in that place. */
export interface StrategyElsewhere {
  readonly kind: "misfit";
  readonly name: string;
  readonly where: string;
  readonly at: readonly Pick<StrategyPlace, "accountName" | "region">[];
}

export function describeStrategyElsewhere({ name, where, at }: StrategyElsewhere): PrivateText {
  return {
    plain: "The strategy is not in this place. Nothing changed.",
    lines: [
      `🚫 ${code(name, 64)} *is not in* ${code(where, 60)}. Nothing changed.`,
      `It is in ${at.slice(0, 5).map(describeWhere).join(" and in ")}.`,
    ],
  };
}

/** No strategy has this name, as far as the places could be read. */
export function unknownName(name: string, places: readonly ListedPlace[], slash = defaultSlash): PrivateText {
  const broken = places.flatMap(({ place, listed }) =>
    listed.kind === "read"
      ? []
      : [
          `❓ ${describeWhere(place)}: ${listed.kind === "missing" ? "nothing is known" : code(listed.why, 120)}`,
        ],
  );
  const known = [
    ...new Set(
      places.flatMap(({ listed }) => (listed.kind === "read" ? listed.value.map((it) => it.name) : [])),
    ),
  ];
  const near = known.filter((it) => sharesWord(name, it)).slice(0, 3);
  const meant = near.length === 0 ? "" : `Did you mean ${near.map((it) => code(it, 64)).join(" or ")}? `;
  return {
    plain: `No strategy has this name${broken.length === 0 ? "" : " where AWS could be read"}. Nothing changed.`,
    lines: [
      `🚫 *No strategy is called* ${code(name, 64)}. Nothing changed.`,
      ...(broken.length === 0 ? [] : [`*Not every place could be read:* ${broken.slice(0, 5).join("; ")}.`]),
    ],
    todo: `${meant}The names are in ${code(`${slash} strategy list`)}; ${code(`${slash} strategy show ${near[0] ?? "<name>"}`, 100)} shows one.`,
  };
}

/** "slow deploy" is similar to "Slow rollout". */
function sharesWord(name: string, known: string): boolean {
  const wordsOf = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const others = wordsOf(known);
  return wordsOf(name).some((word) => word.length > 2 && /\p{L}/u.test(word) && others.includes(word));
}

export function describePredefined(place: string, slash = defaultSlash): PrivateText {
  return {
    plain: "AWS predefines this strategy. It can be read, not edited.",
    lines: [`ℹ️ *AWS predefines* ${place}. It can be read here, not edited. Nothing changed.`],
    todo: `Read it with ${code(`${slash} strategy show <name>`, 60)}, or create a strategy of your own in AWS.`,
  };
}

/** The texts of the cards, except where those mention a card. */
export function describeRefused(why: Refusal, spoken: Spoken, channel?: string): PrivateText {
  const place = spokenPlace(spoken);
  const { title } = spoken;
  switch (why.rule) {
    case "no-route":
      return {
        plain: `No route of the configuration shows ${title} there. Nothing was sent.`,
        lines: [
          `⛔ *You can't edit* ${place}: no route shows ${title} in this account and region. Nothing was sent.`,
        ],
        todo: "Ask whoever runs Holdpoint for a route.",
      };
    case "aws-not-readable":
      return {
        plain: `${title} could not be read. Nothing was saved.`,
        lines: [
          `🚫 *${title} could not be read* for ${place} (${code(why.why, saidAtMost)}). Nothing was saved.`,
        ],
        todo: remedyFor(why.why) ?? "Try again in a minute.",
      };
    case "not-an-approver": {
      const told = describeRefusal(why, "edit-strategy", place);
      if (why.approvers !== "channel-members" || channel === undefined) return told;
      // "This channel" would be wrong: a strategy belongs to no channel.
      return {
        ...told,
        lines: [told.lines.join(" ").replace("members of this channel", `members of <#${channel}>`)],
      };
    }
    default:
      return describeRefusal(why, "edit-strategy", place);
  }
}
