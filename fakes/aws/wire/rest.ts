/**
 * REST-JSON requests: the HTTP method and the path identify the operation, and members of its input are in the path,
 * the query and the headers. The bindings come from the schemas of the SDK client. Bodies that are a single member are
 * not supported.
 */

import type { Service } from "../service.ts";
import { isRest, jsonObject, refuseMisfits } from "./answer.ts";
import { type Binding, bindingOf, type OperationShape, shapeOf } from "./schema.ts";

export interface RestRequest {
  readonly verb: string;
  /** Path and query. */
  readonly url: string;
  /** By its name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface Route {
  readonly operation: OperationShape;
  /** Decoded. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The signature has the service's name; if that is unknown, the path may still identify the service. */
export function restService(services: readonly Service[], request: RestRequest): Service | undefined {
  const rest = services.filter(isRest);
  const scope = /Credential=[^/\s]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(request.authorization ?? "");
  return (
    rest.find((service) => service.codec.signingName === scope?.[1]) ??
    rest.find((service) => routeOf(service, request) !== undefined)
  );
}

export function routeOf(service: Service, request: RestRequest): Route | undefined {
  const { pathname } = new URL(request.url, "http://localhost");
  for (const operation of service.operations.values()) {
    if (operation.http?.verb !== request.verb) continue;
    const labels = labelsOf(operation.http.path, pathname);
    if (labels) return { operation, labels };
  }
  return undefined;
}

/** The members outside of the body, by name, converted to the schema's types if possible. */
export function boundMembers(route: Route, request: RestRequest): Readonly<Record<string, unknown>> {
  const query = new URL(request.url, "http://localhost").searchParams;
  const shape = shapeOf(route.operation.input);
  const members = [...(shape.kind === "structure" ? shape.members : [])].map(([name, schema]) => ({
    name,
    schema,
    binding: bindingOf(schema),
  }));
  const known = new Set(members.map(({ binding }) => (binding.in === "query" ? binding.name : undefined)));
  const bound = members.flatMap(({ name, schema, binding }): readonly (readonly [string, unknown])[] => {
    const text = textOf(binding, route.labels[name], query, request);
    return text === undefined ? [] : [[name, fittedTo(schema, text)]];
  });
  // Parameters that the operation doesn't have keep a name that no member has, so that they are rejected.
  const strange = [...query].filter(([name]) => !known.has(name)).map(([name, text]) => [`?${name}`, text]);
  return Object.fromEntries([...bound, ...strange]);
}

function textOf(
  binding: Binding,
  label: string | undefined,
  query: URLSearchParams,
  request: RestRequest,
): string | undefined {
  switch (binding.in) {
    case "label":
      return label;
    case "query":
      return query.get(binding.name) ?? undefined;
    case "header":
      return request.header(binding.name);
    case "body":
      return undefined;
  }
}

export async function readRestInput(
  service: Service,
  operation: OperationShape,
  bound: Readonly<Record<string, unknown>>,
  request: RestRequest,
): Promise<object> {
  refuseMisfits(service, operation, { ...jsonObject(request.body), ...bound });
  if (request.body === "") return bound;
  return { ...(await service.codec.decode(operation.input, request.body)), ...bound };
}

function labelsOf(template: string, pathname: string): Readonly<Record<string, string>> | undefined {
  const wanted = template.split("/");
  const given = pathname.split("/");
  if (wanted.length !== given.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? "";
    const label = /^\{(\w+)\}$/.exec(part)?.[1];
    if (label === undefined && part !== text) return undefined;
    if (label !== undefined && text === "") return undefined;
    if (label !== undefined) labels[label] = decoded(text);
  }
  return labels;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Text that can't be converted stays text, and is rejected by the type check. */
function fittedTo(schema: unknown, text: string): unknown {
  const shape = shapeOf(schema);
  if (shape.kind !== "simple") return text;
  if (shape.type === "number") return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
  if (shape.type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text;
}
