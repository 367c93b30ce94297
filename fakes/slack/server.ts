import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type CallLog, createCallLog } from "./calls.ts";
import { type Changes, createChanges } from "./changes.ts";
import { createResponseUrls, type Origin } from "./delivery/response-urls.ts";
import { createSocketMode, type SocketMode } from "./delivery/socket.ts";
import { createFaults, type Fault, type Faults } from "./faults.ts";
import { type JsonObject, objectIn, parseJson } from "./json.ts";
import { allScopes, type FakeSlackOptions, seedFrom } from "./options.ts";
import { createRateLimiter, publishedRates } from "./rates.ts";
import { createViews, type Views } from "./views.ts";
import { createWebApi } from "./web-api.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

export interface FakeSlack extends Changes {
  /** For SLACK_API_URL. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly workspace: Workspace;
  readonly views: Views;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly socket: SocketMode;
  /** The response_url of a click or a command. */
  issueResponseUrl(origin: Origin): string;
  /** Shows the app's HTTP response to a slash command. */
  showAnswer(origin: Origin, said: JsonObject): void;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly answer: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

const maxBodyBytes = 1024 * 1024;

/** A Slack workspace on the loopback interface: the Web API, response URLs and Socket Mode on one port. */
export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const seed = seedFrom(options);
  const clock = options.clock ?? Date.now;
  const botToken = options.botToken ?? "xoxb-fake-bot";
  const appToken = options.appToken ?? "xapp-fake-app";
  const changes = createChanges();
  const workspace = createWorkspace(seed, clock);
  const views = createViews(seed, clock);
  const calls = createCallLog(changes);
  const faults = createFaults();
  const socketMode = createSocketMode(seed.app.id, changes);
  const responseUrls = createResponseUrls(workspace);
  const limit =
    options.rateLimits === undefined || options.rateLimits === false
      ? undefined
      : createRateLimiter(options.rateLimits === true ? publishedRates : options.rateLimits, clock);
  const callWebApi = createWebApi({
    workspace,
    views,
    callers: new Map([
      [botToken, { kind: "bot", scopes: options.scopes ?? allScopes }],
      [appToken, { kind: "app", scopes: ["connections:write"] }],
    ]),
    issueSocketUrl: () => socketMode.issueUrl(port),
  });

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.on("upgrade", (request, socket) => socketMode.upgrade(request, socket));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const [, area, name] = url.pathname.split("/");
    if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) {
      send(response, { status: 413, answer: { ok: false, error: "request_too_large" } });
      return;
    }
    const body = await text(request);
    if (area === "api" && name !== undefined) {
      const { token, args } = readArguments(request, url, body);
      handle(response, name, args, () => ({ status: 200, answer: callWebApi(name, args, token) }));
      return;
    }
    if (area === "response" && name !== undefined) {
      const args = objectIn(parseJson(body));
      handle(response, "response_url", args, () => responseUrls.respond(name, args));
      return;
    }
    send(response, { status: 404, answer: { ok: false, error: "not_found" } });
  }

  function handle(response: ServerResponse, method: string, args: JsonObject, run: () => Reply): void {
    const fault = faults.take(method, args);
    const strikesFirst = fault !== undefined && (fault.kind === "rate-limited" || fault.after !== true);
    const retryAfterS = strikesFirst ? undefined : limit?.(method, args);
    const reply = strikesFirst ? undefined : retryAfterS === undefined ? run() : tooMany(retryAfterS);
    const tookEffect = reply !== undefined && reply.answer.ok !== false;
    const shown = fault === undefined ? reply : replyOf(fault);
    if (shown !== undefined) send(response, shown);
    if (fault?.kind === "cut") response.destroy();
    const told = shown === undefined ? {} : { answer: shown.answer, status: shown.status };
    calls.record({ at: clock(), method, args, tookEffect, ...told });
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  return {
    ...changes,
    apiUrl: `http://127.0.0.1:${port}/api/`,
    botToken,
    appToken,
    signingSecret: options.signingSecret ?? "fake-signing-secret",
    workspace,
    views,
    calls,
    faults,
    socket: socketMode,
    issueResponseUrl: (origin) => `http://127.0.0.1:${port}/response/${responseUrls.issue(origin)}`,
    showAnswer: (origin, said) => {
      responseUrls.sayOn(origin, said);
      changes.notify();
    },
    close: () =>
      new Promise((resolve) => {
        socketMode.cut();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, answer, headers }: Reply): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(answer));
}

function tooMany(retryAfterS: number): Reply {
  return {
    status: 429,
    answer: { ok: false, error: "ratelimited" },
    headers: { "retry-after": String(retryAfterS) },
  };
}

/** Undefined: no response at all. */
function replyOf(fault: Fault): Reply | undefined {
  switch (fault.kind) {
    case "error":
      return { status: 200, answer: { ok: false, error: fault.error } };
    case "status":
      return { status: fault.status, answer: { ok: false, error: "internal_error" } };
    case "rate-limited":
      return tooMany(fault.retryAfterS);
    case "hang":
    case "cut":
      return undefined;
  }
}

/** Slack accepts forms and JSON; the token is in the header or among the arguments. */
function readArguments(request: IncomingMessage, url: URL, body: string) {
  const isJson = (request.headers["content-type"] ?? "").startsWith("application/json");
  const form = isJson ? [] : [...new URLSearchParams(body)];
  const sent: JsonObject = {
    ...Object.fromEntries(url.searchParams),
    ...Object.fromEntries(form),
    ...(isJson ? objectIn(parseJson(body)) : {}),
  };
  const { token, ...args } = sent;
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return { args, token: bearer ?? (typeof token === "string" ? token : undefined) };
}
