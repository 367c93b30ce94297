import type { ReactNode } from "react";
import { type JsonObject, objectIn, objectsIn, stringIn } from "../../fakes/slack/json.ts";
import { allOptions, labelOf } from "../../fakes/slack/state.ts";
import type { Workspace } from "../../fakes/slack/workspace.ts";
import { Options } from "./blocks.tsx";

type Typed = string | readonly string[] | undefined;

interface FieldProps {
  readonly block: JsonObject;
  readonly typed: Typed;
  readonly error: string | undefined;
  readonly workspace: Workspace;
}

/** One input block of a modal as a native field, named after the block's id. */
export function InputField({ block, typed, error, workspace }: FieldProps): ReactNode {
  const id = stringIn(block.block_id) ?? "";
  const label = stringIn(objectIn(block.label).text) ?? "";
  const hint = stringIn(objectIn(block.hint).text);
  const element = objectIn(block.element);
  const notes = [hint === undefined ? "" : `hp-hint-${id}`, error === undefined ? "" : `hp-error-${id}`];
  const field: Field = {
    element,
    typed,
    workspace,
    common: {
      name: id,
      required: block.optional !== true,
      "aria-invalid": error !== undefined,
      "aria-describedby": notes.filter((note) => note !== "").join(" ") || undefined,
      placeholder: stringIn(objectIn(element.placeholder).text),
    },
  };
  const isGroup = element.type === "radio_buttons" || element.type === "checkboxes";
  const Wrapper = isGroup ? "fieldset" : "label";
  const Label = isGroup ? "legend" : "span";
  return (
    <div className="field">
      <Wrapper>
        <Label className="label">
          {label}
          {block.optional === true ? <small> (optional)</small> : null}
        </Label>
        <Control {...field} />
      </Wrapper>
      {error === undefined ? null : (
        <p className="error" id={`hp-error-${id}`} role="alert">
          {error}
        </p>
      )}
      {hint === undefined ? null : (
        <p className="hint" id={`hp-hint-${id}`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface Field {
  readonly element: JsonObject;
  readonly typed: Typed;
  readonly workspace: Workspace;
  readonly common: {
    readonly name: string;
    readonly required: boolean;
    readonly "aria-invalid": boolean;
    readonly "aria-describedby": string | undefined;
    readonly placeholder: string | undefined;
  };
}

const inputTypes: Readonly<Record<string, string>> = {
  email_text_input: "email",
  url_text_input: "url",
  datepicker: "date",
  timepicker: "time",
};

function Control({ element, typed, workspace, common }: Field): ReactNode {
  const type = stringIn(element.type) ?? "";
  const held = typeof typed === "string" ? typed : undefined;
  const initial = held ?? stringIn(element.initial_value) ?? "";
  const { placeholder: _none, ...withoutPlaceholder } = common;
  switch (type) {
    case "plain_text_input": {
      const limits = { minLength: numberIn(element.min_length), maxLength: numberIn(element.max_length) };
      if (element.multiline === true)
        return <textarea {...common} {...limits} defaultValue={initial} rows={3} />;
      return <input {...common} {...limits} defaultValue={initial} type="text" />;
    }
    case "number_input":
      return (
        <input
          {...common}
          defaultValue={initial}
          inputMode="decimal"
          max={stringIn(element.max_value)}
          min={stringIn(element.min_value)}
          step={element.is_decimal_allowed === true ? "any" : "1"}
          type="number"
        />
      );
    case "static_select":
      return (
        <select {...withoutPlaceholder} defaultValue={held ?? initialOption(element)}>
          <option value="">{common.placeholder ?? "Choose"}</option>
          <Options element={element} />
        </select>
      );
    case "users_select":
      return (
        <select {...withoutPlaceholder} defaultValue={held ?? stringIn(element.initial_user) ?? ""}>
          <option value="">{common.placeholder ?? "Choose a person"}</option>
          {workspace.people().map((person) => (
            <option key={person.id} value={person.id}>
              {person.realName ?? person.name}
            </option>
          ))}
        </select>
      );
    case "radio_buttons":
    case "checkboxes":
      return <Choices element={element} name={common.name} typed={typed} />;
    default: {
      const native = inputTypes[type];
      if (native === undefined) return <p className="hint">This page can’t draw a {type}.</p>;
      const start = stringIn(element.initial_date) ?? stringIn(element.initial_time) ?? initial;
      return <input {...common} defaultValue={held ?? start} type={native} />;
    }
  }
}

function Choices({ element, name, typed }: { element: JsonObject; name: string; typed: Typed }): ReactNode {
  const isMany = element.type === "checkboxes";
  const initial = objectsIn(element.initial_options).map((option) => option.value);
  const chosen = typed ?? (isMany ? initial : initialOption(element));
  return allOptions(element).map((option) => {
    const value = stringIn(option.value) ?? "";
    return (
      <label className="choice" key={value}>
        <input
          data-many={isMany}
          defaultChecked={typeof chosen === "string" ? chosen === value : chosen.includes(value)}
          name={name}
          type={isMany ? "checkbox" : "radio"}
          value={value}
        />
        {labelOf(option)}
      </label>
    );
  });
}

function initialOption(element: JsonObject): string {
  return stringIn(objectIn(element.initial_option).value) ?? "";
}

function numberIn(value: JsonObject[string] | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
