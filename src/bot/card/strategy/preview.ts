/** The preview of an edit before anything is saved: the curve before and after, the values, and who is affected. */

import type { Button, ConfirmationDialog, KnownBlock } from "@slack/types";
import type { RolloutSettings } from "../../../handlers/strategy/strategy.ts";
import { actionsBlock, context, header, identified, plainText, section, sections } from "../parts/blocks.ts";
import { cutEnd, fallback, name } from "../parts/phrase.ts";
import { type ChartedMessage, chartAsText, drawChart } from "./chart.ts";
import type { PlacedStrategy } from "./strategy.ts";
import { printStrategyValue } from "./value.ts";
import {
  changeLines,
  describeSettingsChange,
  describeWhere,
  linesOfUses,
  nameAtMost,
  paceOnly,
  runningLine,
  type Uses,
} from "./words.ts";

export interface StrategyPreview {
  readonly found: PlacedStrategy;
  readonly proposed: RolloutSettings;
  readonly uses: Uses;
  /** The decision that pressing Save makes. */
  readonly preview: string;
  readonly base: string;
}

/** `withChart` false: Slack rejected the chart; the text has the same figures. */
export function drawStrategyPreview(asked: StrategyPreview, withChart: boolean): ChartedMessage {
  const { found, proposed, uses } = asked;
  const { strategy, place } = found;
  const lines = [
    { name: "Now", pace: strategy.pace },
    { name: "Proposed", pace: proposed },
  ];
  const called = name(strategy.name, 32);
  const change = describeSettingsChange(strategy.pace, proposed);
  const table = chartAsText(lines);
  const running = runningLine(uses);
  const notes = [
    ...linesOfUses(uses),
    ...(running === undefined ? [] : [`ℹ️ ${running}`]),
    ...(table === undefined ? [] : [`ℹ️ ${paceOnly([strategy.pace, proposed])}`]),
  ];
  const head: readonly KnownBlock[] = [
    header(`Preview: strategy ${called}`),
    context(describeWhere(place)),
    section(`*${change}* Nothing is saved yet.`),
  ];
  const tail: readonly KnownBlock[] = [
    ...(table === undefined ? [] : [section(table)]),
    ...sections(changeLines(strategy.pace, proposed)),
    ...sections(notes),
    actionsBlock("strategy", [saveButton(asked, change), againButton(asked.found, proposed)]),
  ];
  return {
    text: fallback(`Preview of strategy ${called}. ${change} Nothing is saved yet.`),
    blocks: [...head, ...(withChart ? drawChart(lines) : []), ...identified(tail, "strategy")],
  };
}

function saveButton({ found, proposed, preview, base }: StrategyPreview, change: string): Button {
  const { strategy } = found;
  return {
    type: "button",
    action_id: "strategy.save",
    style: "primary",
    text: plainText("Save for new deployments", 75),
    value: printStrategyValue({ kind: "save", ref: strategy.ref, preview, base, proposed }),
    accessibility_label: cutEnd(`Save strategy ${name(strategy.name, 32)}. ${change}`, 75),
    confirm: dialogOf(found),
  };
}

/**
 * Of two edits at the same moment AWS keeps the last one and reports nothing: the person has to know (docs/protocol.md,
 * 10).
 */
function dialogOf({ strategy, place }: PlacedStrategy): ConfirmationDialog {
  return {
    title: plainText(`Save strategy ${name(strategy.name, 32)}?`, 100),
    text: plainText(
      `Every new deployment in ${name(place.accountName, 20)} (${place.region}) that uses it then takes these values. If somebody changed it meanwhile, nothing is saved and you are told. AWS has no lock: of two changes in the same second it keeps the last one.`,
      300,
    ),
    confirm: plainText("Save", 30),
    deny: plainText("Not now", 30),
    style: "primary",
  };
}

function againButton({ strategy }: PlacedStrategy, proposed: RolloutSettings): Button {
  return {
    type: "button",
    action_id: "strategy.again",
    text: plainText("Edit again", 75),
    value: printStrategyValue({ kind: "again", ref: strategy.ref, proposed }),
    accessibility_label: cutEnd(`Edit the proposed values of ${name(strategy.name, nameAtMost)}`, 75),
  };
}
