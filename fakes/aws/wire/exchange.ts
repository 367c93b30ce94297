/** Determines the operation and protocol of a request, and responds to it. One exchange per request. */

import type { CallOutcome } from "../calls.ts";
import { AwsError, type Caller, type Service } from "../service.ts";
import {
  FakeDrift,
  failure,
  readInput,
  refuseForeignArns,
  restFailure,
  runHandler,
  statusOf,
  success,
  type WireAnswer,
} from "./answer.ts";
import { boundMembers, type RestRequest, readRestInput, restService, routeOf } from "./rest.ts";
import { isRecord, type OperationShape } from "./schema.ts";
import { type Sts, stsErrorXml } from "./sts.ts";

export interface Exchange {
  readonly service: string;
  readonly operation: string;
  readonly write: boolean;
  readonly caller: Caller;
  /** The input as received, for the log of a call that is never run. */
  readonly raw: object;
  readonly run: () => Promise<Ran>;
  readonly failure: (
    error: { readonly name: string; readonly message: string },
    status: number,
  ) => WireAnswer;
}

interface Ran {
  readonly input: object;
  readonly outcome: CallOutcome;
  readonly answer: WireAnswer;
  /** A bug of the fake itself. */
  readonly problem?: Error;
}

export interface WireRequest extends RestRequest {
  readonly contentType: string;
  readonly target: string;
  readonly authorization: string | undefined;
}

const nobody: Caller = { account: "", region: "", principal: "nobody" };

export function exchangeOf(services: readonly Service[], sts: Sts, request: WireRequest): Exchange {
  if (request.contentType.startsWith("application/x-www-form-urlencoded")) return queryExchange(sts, request);
  if (request.target === "") {
    const rest = restService(services, request);
    return rest ? restExchange(rest, sts, request) : unknownExchange(request);
  }
  const [target, operation = ""] = request.target.split(".");
  const service = services.find((known) => known.codec.target === target);
  return service ? rpcExchange(service, operation, sts, request) : unknownExchange(request);
}

/** awsJson 1.0 and 1.1: the operation is in `x-amz-target`. */
function rpcExchange(service: Service, name: string, sts: Sts, request: WireRequest): Exchange {
  const operation = service.operations.get(name);
  return serviceExchange(service, name, sts, request, {
    operation,
    raw: parsed(request.body),
    failure: (error, status) => failure(service.codec.contentType, error, status),
    read: (shape) => readInput(service, shape, request.body),
  });
}

/** REST-JSON: the HTTP method and path identify the operation. */
function restExchange(service: Service, sts: Sts, request: WireRequest): Exchange {
  const route = routeOf(service, request);
  const name = route?.operation.name ?? `${request.verb} ${request.url}`;
  const bound = route ? boundMembers(route, request) : {};
  return serviceExchange(service, name, sts, request, {
    operation: route?.operation,
    raw: request.body === "" ? bound : { ...parsed(request.body), ...bound },
    failure: restFailure,
    read: (shape) => readRestInput(service, shape, bound, request),
  });
}

interface Spoken {
  readonly operation: OperationShape | undefined;
  readonly raw: object;
  readonly failure: Exchange["failure"];
  readonly read: (operation: OperationShape) => Promise<object>;
}

function serviceExchange(
  service: Service,
  name: string,
  sts: Sts,
  request: WireRequest,
  { operation, raw, failure: fail, read }: Spoken,
): Exchange {
  const { caller, refused } = identify(sts, service.codec.signingName, request.authorization);
  return {
    service: service.name,
    operation: name,
    write: operation !== undefined && service.writes(name),
    caller,
    raw,
    failure: fail,
    run: async () => {
      let input = raw;
      try {
        if (refused) throw refused;
        if (operation === undefined)
          throw new AwsError("UnknownOperationException", `${service.name} has no ${name}.`);
        input = await read(operation);
        if (service.arnsReach) refuseForeignArns(input, caller, `${service.name}:${name}`);
        const output = await runHandler(service, operation, input, caller);
        const answer = await success(service, operation, output);
        return { input, outcome: { kind: "answered", effect: true, output }, answer };
      } catch (thrown) {
        const error = asError(thrown);
        const status = error instanceof AwsError ? statusOf(service, error.name) : undefined;
        if (status !== undefined) return { input, ...refusal(error, status, fail) };
        const problem =
          error instanceof AwsError ? new FakeDrift(`${service.name} has no ${error.name}`) : error;
        return { input, problem, ...refusal(problem, 500, fail) };
      }
    },
  };
}

/** The AWS query protocol, which only STS uses here. */
function queryExchange(sts: Sts, request: WireRequest): Exchange {
  const form = new URLSearchParams(request.body);
  const { caller, refused } = identify(sts, "sts", request.authorization);
  const headers = { "content-type": "text/xml" };
  const fail: Exchange["failure"] = (error, status) => ({ status, headers, body: stsErrorXml(error) });
  const raw = Object.fromEntries(form);
  return {
    service: "sts",
    operation: form.get("Action") ?? "",
    write: false,
    caller,
    raw,
    failure: fail,
    run: async () => {
      try {
        if (refused) throw refused;
        const body = sts.answer(form, caller);
        return {
          input: raw,
          outcome: { kind: "answered", effect: true, output: {} },
          answer: { status: 200, headers, body },
        };
      } catch (thrown) {
        const error = asError(thrown);
        if (!(error instanceof AwsError)) return { input: raw, problem: error, ...refusal(error, 500, fail) };
        return { input: raw, ...refusal(error, error.name === "AccessDenied" ? 403 : 400, fail) };
      }
    },
  };
}

function unknownExchange(request: WireRequest): Exchange {
  const fail: Exchange["failure"] = (error, status) => failure("application/x-amz-json-1.1", error, status);
  const [service = "", operation = ""] = request.target.split(".");
  const asked = request.target || `${request.verb} ${request.url}`;
  const error = new AwsError("UnknownOperationException", `The fake serves no "${asked}".`);
  const raw = parsed(request.body);
  return {
    service,
    operation,
    write: false,
    caller: nobody,
    raw,
    failure: fail,
    run: async () => ({ input: raw, ...refusal(error, 501, fail) }),
  };
}

function identify(
  sts: Sts,
  signingName: string,
  authorization: string | undefined,
): { caller: Caller; refused?: AwsError } {
  const identity = sts.callerOf(authorization);
  if (identity instanceof AwsError) return { caller: nobody, refused: identity };
  const { signedFor, ...caller } = identity;
  if (signedFor === signingName) return { caller };
  const should = `Credential should be scoped to correct service: '${signingName}'.`;
  return { caller, refused: new AwsError("InvalidSignatureException", should) };
}

function refusal(error: Error, status: number, fail: Exchange["failure"]): Pick<Ran, "outcome" | "answer"> {
  const { name, message } = error;
  return { outcome: { kind: "error", effect: false, name, message, status }, answer: fail(error, status) };
}

function parsed(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : { body };
  } catch {
    return { body };
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
