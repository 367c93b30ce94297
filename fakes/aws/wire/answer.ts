/** From a decoded request to a response, by the service's own schemas, independent of the HTTP server. */

import { AwsError, type Caller, type Service } from "../service.ts";
import { isRecord, type Misfit, misfits, type OperationShape } from "./schema.ts";

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A response that AWS could not give. It is a bug of the fake, which tests must not overlook. */
export class FakeDrift extends Error {
  override readonly name = "FakeDrift";
}

/** Errors that every service may return and no client models. */
const commonErrors = new Map([
  ["AccessDeniedException", 400],
  ["ExpiredTokenException", 403],
  ["IncompleteSignature", 403],
  ["InvalidSignatureException", 403],
  ["MissingAuthenticationTokenException", 403],
  ["SerializationException", 400],
  ["ThrottlingException", 400],
  ["UnknownOperationException", 501],
  ["UnrecognizedClientException", 403],
  ["ValidationException", 400],
]);

/** REST services use other status codes for some of them. */
const restErrors = new Map([
  ["AccessDeniedException", 403],
  ["ThrottlingException", 429],
]);

/** Reads and validates a request: unknown members, which the codec would drop silently, are rejected. */
export async function readInput(service: Service, operation: OperationShape, body: string): Promise<object> {
  refuseMisfits(service, operation, jsonObject(body));
  return service.codec.decode(operation.input, body);
}

export function jsonObject(body: string): Readonly<Record<string, unknown>> {
  let raw: unknown;
  try {
    raw = JSON.parse(body === "" ? "{}" : body);
  } catch (cause) {
    throw Object.assign(new AwsError("SerializationException", "The body is not JSON."), { cause });
  }
  if (!isRecord(raw)) throw new AwsError("SerializationException", "The body is not a JSON object.");
  return raw;
}

export function refuseMisfits(service: Service, operation: OperationShape, raw: object): void {
  const wrong = misfits(operation.input, raw);
  const broken = wrong.filter((misfit) => misfit.kind !== "missing");
  if (broken.length > 0) throw new AwsError("SerializationException", `${operation.name}: ${list(broken)}`);
  if (wrong.length === 0) return;
  const own = ["InvalidParameterException", "BadRequestException"].find((name) => service.errors.has(name));
  throw new AwsError(own ?? "ValidationException", `${operation.name}: ${list(wrong)}`);
}

/** Credentials of one account can't access another account's resources. */
export function refuseForeignArns(input: object, caller: Caller, operation: string): void {
  for (const arn of arnsIn(input)) {
    const account = arn.split(":")[4] ?? "";
    if (account === "" || account === caller.account) continue;
    throw new AwsError(
      "AccessDeniedException",
      `User: ${caller.principal} of account ${caller.account} is not authorized to perform: ${operation} on resource: ${arn}`,
    );
  }
}

export async function runHandler(
  service: Service,
  operation: OperationShape,
  input: object,
  caller: Caller,
): Promise<object> {
  const handler = service.handlers.get(operation.name);
  if (handler === undefined) {
    throw new AwsError(
      "UnknownOperationException",
      `The fake has no handler for ${service.name} ${operation.name}.`,
    );
  }
  const output: unknown = await handler(input, caller);
  if (!isRecord(output)) throw new FakeDrift(`${operation.name} answered no object`);
  const wrong = misfits(operation.output, output);
  if (wrong.length > 0)
    throw new FakeDrift(`${operation.name} answered what AWS does not have: ${list(wrong)}`);
  return output;
}

export async function success(
  service: Service,
  operation: OperationShape,
  output: object,
): Promise<WireAnswer> {
  const status = operation.http?.status ?? 200;
  if (status === 204) return { status, headers: {}, body: "" };
  return {
    status,
    headers: { "content-type": service.codec.contentType },
    body: await service.codec.encode(operation.output, output),
  };
}

/** The status of an error that a handler threw; `undefined` if AWS has no such error here. */
export function statusOf(service: Service, name: string): number | undefined {
  const modelled = service.errors.get(name)?.status;
  if (modelled !== undefined) return modelled;
  return (isRest(service) ? restErrors.get(name) : undefined) ?? commonErrors.get(name);
}

/** REST-JSON has no `x-amz-target` header: the HTTP method and path identify the operation. */
export function isRest(service: Service): boolean {
  return service.codec.target === undefined;
}

export function failure(
  contentType: string,
  error: {
    readonly name: string;
    readonly message: string;
    readonly members?: Readonly<Record<string, unknown>>;
  },
  status: number,
): WireAnswer {
  return {
    status,
    headers: { "content-type": contentType, "x-amzn-errortype": error.name },
    body: JSON.stringify({ ...error.members, __type: error.name, message: error.message }),
  };
}

/** AppConfig's form: the name is only in the header, and `Message` is capitalized. */
export function restFailure(
  error: {
    readonly name: string;
    readonly message: string;
    readonly members?: Readonly<Record<string, unknown>>;
  },
  status: number,
): WireAnswer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": error.name },
    body: JSON.stringify({ ...error.members, Message: error.message }),
  };
}

function list(wrong: readonly Misfit[]): string {
  return wrong.map((misfit) => `${misfit.kind} ${misfit.path}`).join(", ");
}

function arnsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value.startsWith("arn:") ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(arnsIn);
  return isRecord(value) ? Object.values(value).flatMap(arnsIn) : [];
}
