/**
 * The shapes of AWS's requests and responses, read from the schemas that each `@aws-sdk/client-*` exports at run time.
 * A schema is a tuple whose first element is its kind; nested schemas are lazy, because shapes can be recursive.
 */

export type Shape =
  | {
      readonly kind: "structure";
      readonly members: ReadonlyMap<string, unknown>;
      readonly required: readonly string[];
    }
  | { readonly kind: "list"; readonly of: unknown }
  | { readonly kind: "map"; readonly of: unknown }
  | { readonly kind: "simple"; readonly type: "string" | "number" | "boolean" | "timestamp" | "other" };

export interface ErrorShape {
  readonly name: string;
  readonly status: number;
}

export interface OperationShape {
  readonly name: string;
  /** The original schemas, for the SDK's codec. */
  readonly input: unknown;
  readonly output: unknown;
  /** REST protocols only: method, path template and success status. */
  readonly http?: { readonly verb: string; readonly path: string; readonly status: number };
}

/** The location of a request's member. REST protocols only; everything else is in the body. */
export type Binding =
  | { readonly in: "label" }
  | { readonly in: "query"; readonly name: string }
  | { readonly in: "header"; readonly name: string }
  | { readonly in: "body" };

/** A mismatch between a value and its shape. Paths look like `serviceDeployments[0].colour`. */
export interface Misfit {
  readonly kind: "unknown" | "missing" | "type";
  readonly path: string;
}

const kinds = { list: 1, map: 2, structure: 3, union: 4, error: -3, operation: 9 };
const listBit = 0b0100_0000;
const mapBit = 0b1000_0000;
/** A member's traits are a bit field if none of them has a value. */
const labelBit = 0b0000_0001;

export function operationOf(exported: unknown): OperationShape | undefined {
  const [kind, , name, traits, input, output] = tuple(exported);
  if (kind !== kinds.operation || typeof name !== "string") return undefined;
  const [verb, path, status] = tuple(trait(traits, "http"));
  const rest = typeof verb === "string" && typeof path === "string" && typeof status === "number";
  return {
    name,
    input: resolve(input),
    output: resolve(output),
    ...(rest ? { http: { verb, path, status } } : {}),
  };
}

export function errorOf(exported: unknown): ErrorShape | undefined {
  const [kind, , name, traits] = tuple(exported);
  if (kind !== kinds.error || typeof name !== "string") return undefined;
  const status = trait(traits, "httpError");
  if (typeof status === "number") return { name, status };
  return { name, status: trait(traits, "error") === "server" ? 500 : 400 };
}

export function shapeOf(schema: unknown): Shape {
  const resolved = resolve(schema);
  if (resolved === "unit") return { kind: "structure", members: new Map(), required: [] };
  if (typeof resolved === "number") {
    if (resolved & listBit) return { kind: "list", of: resolved & ~listBit };
    if (resolved & mapBit) return { kind: "map", of: resolved & ~mapBit };
    return { kind: "simple", type: simpleType(resolved) };
  }
  const parts = tuple(resolved);
  // Two elements: a member, which is a schema with its own traits.
  if (parts.length === 2) return shapeOf(parts[0]);
  const [kind, , , , first, second, requiredCount] = parts;
  if (kind === kinds.list) return { kind: "list", of: first };
  if (kind === kinds.map) return { kind: "map", of: second };
  if (kind === kinds.structure || kind === kinds.union || kind === kinds.error) {
    const names = tuple(first).filter((name) => typeof name === "string");
    const schemas = tuple(second);
    return {
      kind: "structure",
      members: new Map(names.map((name, index) => [name, schemas[index]])),
      // Required members come first.
      required: names.slice(0, typeof requiredCount === "number" ? requiredCount : 0),
    };
  }
  return { kind: "simple", type: kind === 0 ? simpleType(first) : "other" };
}

/** Takes a structure's member schema, as in `Shape.members`. */
export function bindingOf(memberSchema: unknown): Binding {
  const parts = tuple(memberSchema);
  const traits = parts.length === 2 ? parts[1] : undefined;
  if (typeof traits === "number" && traits & labelBit) return { in: "label" };
  const query = trait(traits, "httpQuery");
  if (typeof query === "string") return { in: "query", name: query };
  const header = trait(traits, "httpHeader");
  if (typeof header === "string") return { in: "header", name: header.toLowerCase() };
  return { in: "body" };
}

/** `null` counts as absent, like in AWS. The codec itself drops unknown members silently. */
export function misfits(schema: unknown, value: unknown, path = ""): readonly Misfit[] {
  if (value === undefined || value === null) return [];
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case "list":
      if (!Array.isArray(value)) return [{ kind: "type", path }];
      return value.flatMap((item, index) => misfits(shape.of, item, `${path}[${index}]`));
    case "map":
      if (!isRecord(value)) return [{ kind: "type", path }];
      return Object.entries(value).flatMap(([key, item]) => misfits(shape.of, item, `${path}["${key}"]`));
    case "structure": {
      if (!isRecord(value)) return [{ kind: "type", path }];
      const at = (name: string) => (path === "" ? name : `${path}.${name}`);
      const missing = shape.required.filter((name) => value[name] === undefined || value[name] === null);
      return [
        ...missing.map((name): Misfit => ({ kind: "missing", path: at(name) })),
        ...Object.entries(value).flatMap(([name, item]): readonly Misfit[] =>
          shape.members.has(name)
            ? misfits(shape.members.get(name), item, at(name))
            : [{ kind: "unknown", path: at(name) }],
        ),
      ];
    }
    case "simple":
      return fits(shape.type, value) ? [] : [{ kind: "type", path }];
  }
}

function fits(type: Extract<Shape, { kind: "simple" }>["type"], value: unknown): boolean {
  if (type === "other") return true;
  if (type === "timestamp")
    return value instanceof Date || typeof value === "number" || typeof value === "string";
  return typeof value === type;
}

function simpleType(code: unknown): Extract<Shape, { kind: "simple" }>["type"] {
  switch (code) {
    case 0:
      return "string";
    case 1:
      return "number";
    case 2:
      return "boolean";
    case 4:
    case 5:
    case 6:
    case 7:
      return "timestamp";
    default:
      return "other";
  }
}

function resolve(schema: unknown): unknown {
  if (typeof schema !== "function") return schema;
  const resolved: unknown = schema();
  return resolve(resolved);
}

function tuple(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function trait(traits: unknown, name: string): unknown {
  return isRecord(traits) ? traits[name] : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
