import { type Json, type JsonObject, objectIn, objectsIn, stringIn } from "./json.ts";
import type { Values } from "./views.ts";
import { drawnElements } from "./workspace.ts";

/** `state.values` of a payload: the value of every stateful element, as entered or initial. */
export function stateOf(blocks: readonly JsonObject[], typed: Values): JsonObject {
  const values: { [blockId: string]: JsonObject } = {};
  for (const { block, element } of drawnElements(blocks)) {
    const blockId = stringIn(block.block_id) ?? "";
    const held = holds(element, typed[blockId]);
    if (held === undefined) continue;
    const actionId = stringIn(element.action_id) ?? "";
    values[blockId] = { ...values[blockId], [actionId]: { type: element.type ?? "", ...held } };
  }
  return values;
}

type Typed = string | readonly string[] | undefined;

/** Undefined for elements without state: buttons, overflow menus, images. */
export function holds(element: JsonObject, typed: Typed): JsonObject | undefined {
  const text = typeof typed === "string" ? typed : undefined;
  const many = typeof typed === "string" ? [typed] : typed;
  switch (element.type) {
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input":
      // An input that was cleared is empty, even if it had an initial value.
      return { value: text === undefined ? (element.initial_value ?? null) : text === "" ? null : text };
    case "static_select":
    case "external_select":
    case "radio_buttons":
      return { selected_option: optionOf(element, text) ?? element.initial_option ?? null };
    case "multi_static_select":
    case "multi_external_select":
    case "checkboxes":
      return { selected_options: optionsOf(element, many) ?? element.initial_options ?? [] };
    case "users_select":
      return { selected_user: text ?? element.initial_user ?? null };
    case "conversations_select":
      return { selected_conversation: text ?? element.initial_conversation ?? null };
    case "channels_select":
      return { selected_channel: text ?? element.initial_channel ?? null };
    case "datepicker":
      return { selected_date: text ?? element.initial_date ?? null };
    case "timepicker":
      return { selected_time: text ?? element.initial_time ?? null };
    default:
      return undefined;
  }
}

export function allOptions(element: JsonObject): readonly JsonObject[] {
  return [
    ...objectsIn(element.options),
    ...objectsIn(element.option_groups).flatMap((group) => objectsIn(group.options)),
  ];
}

export function optionOf(element: JsonObject, value: string | undefined): JsonObject | undefined {
  return allOptions(element).find((option) => option.value === value);
}

function optionsOf(element: JsonObject, values: readonly string[] | undefined): Json | undefined {
  return values === undefined
    ? undefined
    : allOptions(element).filter((option) => values.includes(stringIn(option.value) ?? ""));
}

export function labelOf(element: JsonObject): string {
  return stringIn(objectIn(element.text).text) ?? "";
}
