/** Clicks that nobody can make with a mouse: buttons whose value was changed. */

import { type JsonObject, objectsIn, stringIn } from "../../fakes/slack/json.ts";
import { drawnElements, type Message } from "../../fakes/slack/workspace.ts";

/** Another card's value, and this card's with each of its fields changed. */
export function wrongValues(own: Message, other: Message): readonly string[] {
  const fields = continueValue(own).split("|");
  const changed = fields.map((field, index) =>
    fields
      .with(
        index,
        field.replaceAll(/[0-9a-f]/g, (digit) => (digit === "0" ? "1" : "0")),
      )
      .join("|"),
  );
  return [continueValue(other), ...changed, "", "1|", "x".repeat(2_000)];
}

function continueValue(message: Message): string {
  const values = drawnElements(message.blocks).map(({ element }) => stringIn(element.value));
  return values.find((value) => value?.includes("|continue|")) ?? "";
}

export function withButtonValue(value: string): (payload: JsonObject) => JsonObject {
  return (payload) => ({
    ...payload,
    actions: objectsIn(payload.actions).map((action) => ({ ...action, value })),
  });
}
