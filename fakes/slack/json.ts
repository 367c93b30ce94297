import { z } from "zod";

/** Untyped JSON, as exchanged between Slack and an app. */
export type Json = z.infer<ReturnType<typeof z.json>>;
export type JsonObject = { readonly [member: string]: Json };

export const jsonObject = z.record(z.string(), z.json());
export const jsonObjects = z.array(jsonObject);

const json = z.json();

/** Undefined if the text is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return json.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function objectIn(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(objectIn) : [];
}

export function stringIn(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** For a form field or a sentence. */
export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A copy without undefined members, which JSON doesn't have. */
export function present(members: { readonly [member: string]: Json | undefined }): JsonObject {
  const kept: { [member: string]: Json } = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept[name] = value;
  return kept;
}
