/**
 * The only file that uses semi-internal API of the AWS SDK: a client's protocol can only write requests and read
 * responses, but its payload codec works in both directions. This is why the versions of the clients are pinned.
 */
import { isRecord } from "./schema.ts";

export interface Codec {
  /** `AmazonEC2ContainerServiceV20141113`: the prefix of the operation in `x-amz-target`. RPC protocols only. */
  readonly target: string | undefined;
  /** The service's name in the credential scope of a signature. */
  readonly signingName: string;
  readonly contentType: string;
  readonly decode: (schema: unknown, body: string) => Promise<object>;
  readonly encode: (schema: unknown, value: object) => Promise<string>;
}

export function codecOf(client: { readonly config: object }): Codec {
  const protocol = member(client.config, "protocol");
  const payload: unknown = method(protocol, "getPayloadCodec")();
  const version: unknown =
    isRecord(protocol) && "getJsonRpcVersion" in protocol
      ? method(protocol, "getJsonRpcVersion")()
      : undefined;
  const target = member(protocol, "serviceTarget");
  return {
    target: typeof target === "string" ? target : undefined,
    signingName: String(member(client.config, "defaultSigningName")),
    contentType: typeof version === "string" ? `application/x-amz-json-${version}` : "application/json",
    decode: async (schema, body) => {
      const value: unknown = await method(method(payload, "createDeserializer")(), "read")(schema, body);
      return isRecord(value) ? value : {};
    },
    encode: async (schema, value) => {
      const serializer: unknown = method(payload, "createSerializer")();
      method(serializer, "write")(schema, value);
      const bytes: unknown = method(serializer, "flush")();
      return typeof bytes === "string"
        ? bytes
        : bytes instanceof Uint8Array
          ? new TextDecoder().decode(bytes)
          : "{}";
    },
  };
}

function member(owner: unknown, name: string): unknown {
  return isRecord(owner) ? owner[name] : undefined;
}

function method(owner: unknown, name: string): (...input: readonly unknown[]) => unknown {
  const found = member(owner, name);
  if (typeof found !== "function")
    throw new Error(`This version of the AWS SDK has no ${name}: pin another one`);
  return (...input) => found.apply(owner, input);
}
