/** The private replies of `/deploy strategy` that only read. */

import type { Button, KnownBlock } from "@slack/types";
import type { StrategyPlace } from "../../../handlers/strategy/places.ts";
import type { Reading, Strategy } from "../../../handlers/strategy/strategy.ts";
import type { Message } from "../parts/blocks.ts";
import { actionsBlock, context, header, identified, plainText, section, sections } from "../parts/blocks.ts";
import { code, cutEnd, fallback, name } from "../parts/phrase.ts";
import { defaultSlash } from "../parts/slash.ts";
import { count, inAccount } from "../parts/words.ts";
import { privately } from "../private/private.ts";
import { type ChartedMessage, chartAsText, drawChart } from "./chart.ts";
import { printStrategyValue } from "./value.ts";
import {
  describeWhere,
  idAmong,
  linesOfUses,
  nameAtMost,
  paceLine,
  paceOnly,
  placed,
  type Uses,
  valueLines,
} from "./words.ts";

export interface ListedPlace {
  readonly place: StrategyPlace;
  readonly listed: Reading<readonly Strategy[]>;
}

export interface PlacedStrategy {
  readonly place: StrategyPlace;
  readonly strategy: Strategy;
}

const listedAtMost = 40;
const choicesAtMost = 10;

export function drawStrategyList(
  title: string,
  places: readonly ListedPlace[],
  slash = defaultSlash,
): Message {
  if (places.length === 0) {
    return privately({
      plain: `No route of the configuration shows ${title}, so no strategy is shown either.`,
      lines: [`ℹ️ *No route in the configuration shows ${title}*, so no strategy is shown either.`],
      todo: "Ask whoever runs Holdpoint for a route.",
    });
  }
  const isOnePlace = places.length === 1;
  const all = places.reduce((sum, { listed }) => sum + (listed.kind === "read" ? listed.value.length : 0), 0);
  const broken = places.filter(({ listed }) => listed.kind !== "read");
  const [first] = places;
  const where =
    first !== undefined && isOnePlace
      ? ` in ${describeWhere(first.place)}`
      : ` in ${count(places.length, "place")}`;
  let left = listedAtMost;
  const lines = places.flatMap(({ place, listed }) => {
    const head = isOnePlace ? [] : [`*${describeWhere(place)}*`];
    if (listed.kind !== "read") return [...head, `❓ not readable: ${code(whyOf(listed), 120)}`];
    const shown = listed.value.toSorted(ownFirst).slice(0, left);
    left -= shown.length;
    return [
      ...head,
      ...(listed.value.length === 0 ? ["none"] : shown.map((it) => listLine(it, listed.value))),
    ];
  });
  const rest = all > listedAtMost ? [context(`and ${all - listedAtMost} more`)] : [];
  const trouble = broken.length === 0 ? "" : ` ${count(broken.length, "place")} could not be read.`;
  return {
    text: fallback(`${count(all, `${title} strategy`, `${title} strategies`)}.${trouble}`),
    blocks: [
      section(`*${count(all, `${title} strategy`, `${title} strategies`)}*${where}.${trouble}`),
      ...sections(lines),
      ...rest,
      context(
        `Details: ${code(`${slash} strategy show <name>`, 60)}`,
        `Edit: ${code(`${slash} strategy edit <name>`, 60)}`,
      ),
    ],
  };
}

function listLine(strategy: Strategy, all: readonly Strategy[]): string {
  const id = idAmong(strategy, all);
  const mark = strategy.predefined ? " · predefined by AWS" : "";
  return `${code(strategy.name, nameAtMost)}${id === "" ? "" : ` (id ${code(id, 64)})`} ${paceLine(strategy.pace)}${mark}`;
}

function ownFirst(a: Strategy, b: Strategy): number {
  return Number(a.predefined) - Number(b.predefined) || (a.name < b.name ? -1 : 1);
}

function whyOf(reading: Exclude<Reading<unknown>, { readonly kind: "read" }>): string {
  return reading.kind === "missing" ? "AWS does not have it" : reading.why;
}

/** One strategy: values, curve, last uses. `withChart` false: Slack rejected the chart. */
export function drawStrategy(
  title: string,
  { place, strategy }: PlacedStrategy,
  uses: Uses,
  withChart: boolean,
): ChartedMessage {
  const { ref, pace, predefined } = strategy;
  const lines = [{ name: "Now", pace }];
  const table = chartAsText(lines);
  const label = predefined ? "It is predefined by AWS: it can be read here, not edited." : undefined;
  const blocks: readonly KnownBlock[] = [
    header(`Strategy ${name(strategy.name, nameAtMost)}`),
    context(`${title} · ${describeWhere(place)} · id ${code(ref.id, 64)}`, label),
    ...sections(valueLines(pace)),
  ];
  const figures =
    table === undefined ? [section("*100% at once:* every target, from the start.")] : [section(table)];
  return {
    text: fallback(`Strategy ${inAccount(strategy.name, place.accountName)}: ${paceLine(pace)}.`),
    blocks: [
      ...blocks,
      ...(withChart ? drawChart(lines) : []),
      ...identified(
        [
          ...figures,
          ...sections([...linesOfUses(uses), ...(table === undefined ? [] : [`ℹ️ ${paceOnly([pace])}`])]),
          ...(predefined ? [] : [actionsBlock("strategy", [editButton(strategy)])]),
        ],
        "strategy",
      ),
    ],
  };
}

function editButton({ ref, name: called }: Strategy): Button {
  return {
    type: "button",
    action_id: "strategy.edit",
    text: plainText("Edit strategy", 75),
    value: printStrategyValue({ kind: "edit", ref }),
    accessibility_label: cutEnd(`Edit strategy ${name(called, nameAtMost)}`, 75),
  };
}

const choiceVerbs = { show: "Show", edit: "Edit" } as const;

/** Several strategies match, or none exactly: asks which one is meant, in a message or in a modal. */
export function strategyChoice(
  verb: "show" | "edit",
  found: readonly PlacedStrategy[],
  isExact: boolean,
): readonly KnownBlock[] {
  const shown = found.slice(0, choicesAtMost);
  const head = isExact
    ? `*${found.length} strategies have this name.* Which one?`
    : "*No strategy has exactly this name.* Did you mean one of these?";
  const all = found.map(({ strategy }) => strategy);
  const idOf = ({ strategy }: PlacedStrategy): string => idAmong(strategy, all);
  const textOf = ({ strategy, place }: PlacedStrategy): string => {
    const id = idOf({ strategy, place });
    const within = `, ${place.region}${id === "" ? "" : `, ${name(id, 24)}`}`;
    const names = all.map((one) => one.name);
    return `${choiceVerbs[verb]} ${name(strategy.name, 24, names)} in ${name(place.accountName, 16)}${within}`;
  };
  const texts = shown.map(textOf);
  /** If another button has the same text, the number of the line goes first. */
  const numbered = (text: string, index: number): string =>
    texts.filter((other) => other === text).length > 1 ? `${index + 1}. ${text}` : text;
  return identified(
    [
      section(
        `${head}${found.length > shown.length ? ` The first ${shown.length} of ${found.length}:` : ""}`,
      ),
      ...shown.flatMap(({ place, strategy }, index): KnownBlock[] => [
        section(
          `*${index + 1}.* ${placed(strategy, place)}${idOf({ place, strategy }) === "" ? "" : `, id ${code(strategy.ref.id, 64)}`}`,
        ),
        actionsBlock(`choice-${index}`, [
          {
            type: "button",
            action_id: `strategy.choice.${index}`,
            text: plainText(numbered(textOf({ strategy, place }), index), 75),
            value: printStrategyValue({ kind: verb, ref: strategy.ref }),
            accessibility_label: cutEnd(numbered(textOf({ strategy, place }), index), 75),
          },
        ]),
      ]),
    ],
    "strategy",
  );
}

export function drawStrategyChoice(
  verb: "show" | "edit",
  found: readonly PlacedStrategy[],
  isExact: boolean,
  slash = defaultSlash,
): Message {
  const [first] = found;
  const all = found.map(({ strategy }) => strategy);
  const named = first && (idAmong(first.strategy, all) || first.strategy.name);
  return {
    text: fallback(
      `${count(found.length, "strategy", "strategies")} may be meant. Choose one; nothing has changed.`,
    ),
    blocks: [
      ...strategyChoice(verb, found, isExact),
      context(
        first &&
          `A name can say its account: ${code(`${slash} strategy ${verb} ${named}@${first.place.accountName}`, 200)}`,
      ),
    ],
  };
}

/** `/deploy strategy` with a word that means nothing. */
export function drawStrategyUsage(
  problem: { readonly said: string; readonly meant?: string },
  slash = defaultSlash,
): Message {
  const meant =
    problem.meant === undefined ? "" : ` Did you mean ${code(`${slash} strategy ${problem.meant}`, 100)}?`;
  return privately({
    plain: "There is no such command for strategies. Nothing changed.",
    lines: [`🚫 *There is no command* ${code(`strategy ${problem.said}`, 60)}. Nothing changed.`],
    todo: `${meant} There are ${code(`${slash} strategy list`)}, ${code(`${slash} strategy show <name>`, 60)} and ${code(`${slash} strategy edit <name>`, 60)}.`.trim(),
  });
}
