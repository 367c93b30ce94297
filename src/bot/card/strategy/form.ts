/** The dialog for editing a strategy, and its contents while there is no form to show. */

import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from "@slack/types";
import {
  descriptionAtMost,
  fieldNames,
  growthWords,
  minutesAtMost,
  type PaceField,
  valueIn,
} from "../../../handlers/strategy/settings.ts";
import { type GrowthType, growthTypes, type RolloutSettings } from "../../../handlers/strategy/strategy.ts";
import { context, plainText, section, sections } from "../parts/blocks.ts";
import { capital } from "../parts/words.ts";
import type { PrivateText } from "../private/refusal.ts";
import { type PlacedStrategy, strategyChoice } from "./strategy.ts";
import { printStrategyMetadata, type StrategyMetadata } from "./value.ts";
import { linesOfUses, placed, runningLine, type Uses } from "./words.ts";

/** Every input has this action id; its block id is the field's name. */
export const strategyForm = { callbackId: "strategy-edit", actionId: "value" } as const;

/** Shown at once, because a trigger_id expires after 3 s and AWS may take longer. */
export function drawReadingView(metadata: StrategyMetadata, title: string): ModalView {
  return dialog(metadata, [
    section(`⏳ *Holdpoint is reading ${title}.* The form appears here in a moment.`),
  ]);
}

/** Shown instead of the form: the reason why there is none. */
export function drawToldView(metadata: StrategyMetadata, { lines, todo }: PrivateText): ModalView {
  return dialog(metadata, [...sections(lines), ...(todo === undefined ? [] : [section(todo)])]);
}

export function drawChoiceView(
  metadata: StrategyMetadata,
  found: readonly PlacedStrategy[],
  isExact: boolean,
): ModalView {
  return dialog(metadata, [...strategyChoice("edit", found, isExact)]);
}

function dialog(metadata: StrategyMetadata, blocks: KnownBlock[]): ModalView {
  return {
    type: "modal",
    callback_id: "strategy-told",
    title: plainText("Edit strategy", 24),
    close: plainText("Close", 24),
    private_metadata: printStrategyMetadata(metadata),
    blocks,
  };
}

/** The inputs contain the values proposed before, or else the current ones. The hints show the current ones. */
export function drawStrategyForm(asked: {
  readonly metadata: StrategyMetadata;
  readonly title: string;
  readonly found: PlacedStrategy;
  readonly uses: Uses;
  readonly proposed?: RolloutSettings | undefined;
}): ModalView {
  const { metadata, title, found, uses, proposed } = asked;
  const { strategy, place } = found;
  const now = strategy.pace;
  const filled = proposed ?? now;
  const running = runningLine(uses);
  const minutes = (field: PaceField, what: string): InputBlock =>
    input(field, `${what}, 0 to ${minutesAtMost}. Now: ${valueIn(now, field)}`, {
      type: "number_input",
      action_id: strategyForm.actionId,
      initial_value: valueIn(filled, field),
      is_decimal_allowed: false,
      min_value: "0",
      max_value: String(minutesAtMost),
    });
  return {
    ...dialog(metadata, []),
    callback_id: strategyForm.callbackId,
    submit: plainText("Preview", 24),
    close: plainText("Not now", 24),
    blocks: [
      section(
        `*Strategy* ${placed(strategy, place)}`,
        ...linesOfUses(uses),
        ...(running === undefined ? [] : [running]),
        "Nothing is saved before you have seen the preview.",
      ),
      minutes("duration", "Minutes from the first step to 100%"),
      input(
        "growthFactor",
        `Percent of the targets in each linear step, or in the first exponential one, 1 to 100. Now: ${valueIn(now, "growthFactor")}`,
        {
          type: "number_input",
          action_id: strategyForm.actionId,
          initial_value: valueIn(filled, "growthFactor"),
          is_decimal_allowed: true,
          min_value: "1",
          max_value: "100",
        },
      ),
      input("growthType", `Now: ${now.growthType}`, {
        type: "static_select",
        action_id: strategyForm.actionId,
        initial_option: optionOf(filled.growthType),
        options: growthTypes.map(optionOf),
      }),
      minutes("finalBakeTime", `Minutes that ${title} watches the alarms after 100%`),
      {
        ...input("description", `At most ${descriptionAtMost} characters`, {
          type: "plain_text_input",
          action_id: strategyForm.actionId,
          multiline: true,
          ...(filled.description === "" ? {} : { initial_value: filled.description }),
          max_length: descriptionAtMost,
        }),
        optional: true,
      },
      context("The name cannot be changed in AWS."),
    ],
  };
}

function input(field: PaceField, hint: string, element: InputBlock["element"]): InputBlock {
  return {
    type: "input",
    block_id: field,
    label: plainText(fieldNames[field], 2_000),
    hint: plainText(hint, 2_000),
    element,
  };
}

function optionOf(type: GrowthType): PlainTextOption {
  return {
    text: plainText(capital(type), 75),
    value: type.toUpperCase(),
    description: plainText(growthWords[type], 75),
  };
}
