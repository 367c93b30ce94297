/** One AWS service of the fake: the shapes and the codec of its SDK client, and its handlers. */
import { type Codec, codecOf } from "./wire/codec.ts";
import { type ErrorShape, errorOf, type OperationShape, operationOf } from "./wire/schema.ts";

/** The caller, according to the request's credentials. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  /** The session's ARN, or `base` for credentials that were not issued for a role. */
  readonly principal: string;
}

export type Handler<Input, Output> = (input: Input, caller: Caller) => Output | Promise<Output>;

/** All operations of an SDK client as typed handlers; one that is absent responds with UnknownOperationException. */
export type HandlersOf<Package> = {
  readonly [Key in keyof Package as Key extends `${infer Name}Command` ? Name : never]?: Handler<
    InputOf<Package[Key]>,
    Omit<OutputOf<Package[Key]>, "$metadata">
  >;
};

type InputOf<Command> = Command extends abstract new (
  ...args: never
) => { readonly input: infer Input }
  ? Input
  : never;
type OutputOf<Command> = Command extends abstract new (
  ...args: never
) => { resolveMiddleware(...args: never): (...args: never) => Promise<{ output: infer Output }> }
  ? Output
  : never;

/**
 * A method's parameter is compared bivariantly, so handlers of any input fit. That is safe here: the codec has decoded
 * the input by the schema of the same client that the handler's type comes from.
 */
type AnyHandler = { call(input: object, caller: Caller): unknown }["call"];

export interface Service {
  readonly name: string;
  readonly codec: Codec;
  readonly operations: ReadonlyMap<string, OperationShape>;
  readonly errors: ReadonlyMap<string, ErrorShape>;
  readonly handlers: ReadonlyMap<string, AnyHandler>;
  /** True for mutating calls. */
  readonly writes: (operation: string) => boolean;
  /**
   * ARNs in a request are resources that the call accesses. False: they are only the caller's text, as in PutEvents.
   */
  readonly arnsReach: boolean;
}

export interface ServiceOptions {
  readonly name: string;
  /** The namespace import of the SDK client's package, which exports the schemas. */
  readonly package: object;
  readonly client: { readonly config: object };
  readonly handlers: { readonly [operation: string]: AnyHandler | undefined };
  /** Default true: see `Service.arnsReach`. */
  readonly arnsReach?: boolean;
}

const reads = /^(Get|Describe|List|BatchGet)/;

export function service(options: ServiceOptions): Service {
  const exported: readonly unknown[] = Object.values(options.package);
  const operations = exported.map(operationOf).filter((shape) => shape !== undefined);
  const errors = exported.map(errorOf).filter((shape) => shape !== undefined);
  const handlers = new Map<string, AnyHandler>();
  for (const [name, handler] of Object.entries(options.handlers)) {
    if (!operations.some((operation) => operation.name === name))
      throw new Error(`AWS has no operation ${name}`);
    if (handler !== undefined) handlers.set(name, handler);
  }
  return {
    name: options.name,
    codec: codecOf(options.client),
    operations: new Map(operations.map((shape) => [shape.name, shape])),
    errors: new Map(errors.map((shape) => [shape.name, shape])),
    handlers,
    writes: (operation) => !reads.test(operation),
    arnsReach: options.arnsReach ?? true,
  };
}

/** An AWS error response. `name` must be one that the service models, otherwise it counts as drift of the fake. */
export class AwsError extends Error {
  override readonly name: string;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = name;
    this.members = members;
  }
}
