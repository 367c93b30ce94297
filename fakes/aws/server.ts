/**
 * A fake AWS on one local port, for real SDK clients: `AWS_ENDPOINT_URL` redirects all of them, including STS. Shapes
 * and codecs come from the SDK's own schemas; each service's handlers implement the semantics.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CallOutcome, type Calls, recordCalls } from "./calls.ts";
import { type Fault, type Faults, faultBook } from "./faults.ts";
import type { Service } from "./service.ts";
import type { WireAnswer } from "./wire/answer.ts";
import { type Exchange, exchangeOf } from "./wire/exchange.ts";
import { createSts, type Role } from "./wire/sts.ts";

export interface FakeAwsOptions {
  readonly services: readonly Service[];
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly roles?: readonly Role[];
  /** The account of credentials that were not issued for a role. */
  readonly baseAccount?: string;
  /** Timestamps of the calls. */
  readonly now?: () => number;
}

export interface FakeAws {
  readonly url: string;
  readonly calls: Calls;
  readonly faults: Faults;
  /** Sessions of roles that were issued so far are rejected from now on. */
  readonly revokeSessions: () => void;
  /** Returns and clears the fake's own errors: responses that don't match AWS's schemas, and handler bugs. */
  readonly takeProblems: () => readonly Error[];
  /** Cuts all connections. Rejects if any problems are left. */
  readonly close: () => Promise<void>;
}

/** More than the largest request that AWS accepts, so that the service itself rejects requests that are too large. */
const maxBodyBytes = 4 * 1_048_576;

export async function startFakeAws(options: FakeAwsOptions): Promise<FakeAws> {
  const sts = createSts({ roles: options.roles ?? [], baseAccount: options.baseAccount ?? "111122223333" });
  const calls = recordCalls();
  const faults = faultBook();
  const now = options.now ?? Date.now;
  let problems: Error[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (body === undefined) return void response.destroy();
    const exchange = exchangeOf(options.services, sts, {
      verb: request.method ?? "",
      url: request.url ?? "/",
      header: (name) => request.headers[name]?.toString(),
      contentType: request.headers["content-type"] ?? "",
      target: String(request.headers["x-amz-target"] ?? ""),
      authorization: request.headers.authorization,
      body,
    });
    const { service, operation, write, caller, raw } = exchange;
    const settle = calls.begin({ service, operation, write, ...caller, at: now(), input: raw });
    const fault = faults.take({ service, operation, ...caller, input: raw });
    if (fault?.when === "before") {
      const ended = await suffer(fault, exchange, response, false);
      if (ended) return settle(ended);
    }
    const { input, outcome, answer, problem } = await exchange.run();
    if (problem) problems.push(problem);
    if (fault?.when === "after") {
      const ended = await suffer(fault, exchange, response, outcome.kind === "answered");
      if (ended) return settle(ended, input);
    }
    settle(outcome, input);
    send(response, answer);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy();
      problems.push(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const takeProblems = () => {
    const taken = problems;
    problems = [];
    return taken;
  };
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    calls,
    faults,
    revokeSessions: sts.revoke,
    takeProblems,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      const left = takeProblems();
      if (left.length > 0)
        throw new AggregateError(left, `The fake AWS is wrong: ${left.map(String).join("; ")}`);
    },
  };
}

/** Applies a fault. Returns how the call ended, or undefined if it continues. */
async function suffer(
  fault: Fault,
  exchange: Exchange,
  response: ServerResponse,
  effect: boolean,
): Promise<CallOutcome | undefined> {
  switch (fault.kind) {
    case "delay":
      await untilOverOrGone(fault.delayMs, response);
      return undefined;
    case "hang":
      return { kind: "unanswered", effect, why: "hang" };
    case "break":
      response.destroy();
      return { kind: "unanswered", effect, why: "break" };
    case "error": {
      const error = { name: fault.name, message: fault.message ?? "Injected by the fake." };
      send(response, exchange.failure(error, fault.status));
      return { kind: "error", effect, ...error, status: fault.status };
    }
  }
}

function untilOverOrGone(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      response.off("close", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    response.once("close", done);
  });
}

/** Undefined if the client disconnected or the body exceeds `maxBodyBytes`. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      const buffer = Buffer.from(chunk);
      bytes += buffer.length;
      if (bytes > maxBodyBytes) return undefined;
      chunks.push(buffer);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, answer: WireAnswer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("The fake AWS listens on no port");
  return address.port;
}
