import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { parseJson } from "../../fakes/slack/json.ts";
import { perform } from "./acts.ts";
import type { Page, PageOptions } from "./contract.ts";
import { type Fragments, fragmentIds, renderFragments, renderPage } from "./render.tsx";

/** Everything comes from this server. The renderer needs inline style attributes for charts and lists. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A burst of changes is rendered once. */
const drawEveryMs = 60;
/** Rendering shares its thread with the bot's connection to Redis, so it may take at most a quarter of the time. */
const restPerDrawn = 3;
const heartbeatMs = 15_000;
const maxBodyBytes = 64 * 1024;

interface Reader {
  readonly person: string;
  readonly response: ServerResponse;
  shown: Partial<Fragments>;
}

export async function startPage(options: PageOptions): Promise<Page> {
  const assets = await loadAssets();
  const readers = new Set<Reader>();
  const known = new Set(options.people.map(({ id }) => id));
  const [first] = options.people;
  let drawing: NodeJS.Timeout | undefined;
  let tookMs = 0;

  function show(reader: Reader): void {
    const fragments = renderFragments(options, reader.person);
    for (const id of fragmentIds) {
      if (reader.shown[id] === fragments[id]) continue;
      reader.response.write(`data: ${JSON.stringify({ id, html: fragments[id] })}\n\n`);
    }
    reader.shown = fragments;
  }

  function changed(): void {
    drawing ??= setTimeout(
      () => {
        drawing = undefined;
        const startedAt = performance.now();
        for (const reader of readers) show(reader);
        tookMs = performance.now() - startedAt;
      },
      Math.max(drawEveryMs, restPerDrawn * tookMs),
    );
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const asked = url.searchParams.get("as") ?? first.id;
    const person = known.has(asked) ? asked : first.id;
    response.setHeader("content-security-policy", contentSecurityPolicy);
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("referrer-policy", "no-referrer");
    response.setHeader("cache-control", "no-store");
    if (!isOurs(request))
      return answer(response, 403, "text/plain", "Open the address that the demo printed.");
    const route = `${request.method} ${url.pathname}`;
    const asset = assets.get(route);
    if (asset !== undefined) return answer(response, 200, asset.type, asset.body);
    if (route === "GET /") return answer(response, 200, "text/html", renderPage(options, person));
    if (route === "GET /events") return follow(response, person);
    if (route === "POST /act") return act(request, response);
    return answer(response, 404, "text/plain", "There is nothing here.");
  }

  function follow(response: ServerResponse, person: string): void {
    const reader: Reader = { person, response, shown: {} };
    response.writeHead(200, { "content-type": "text/event-stream" });
    readers.add(reader);
    response.on("close", () => readers.delete(reader));
    show(reader);
  }

  async function act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isJson = request.headers["content-type"] === "application/json";
    if (!isJson || Number(request.headers["content-length"] ?? maxBodyBytes + 1) > maxBodyBytes) {
      return answer(response, 400, "text/plain", "A short JSON body is needed.");
    }
    const { status, note = "" } = await perform(options, parseJson(await text(request)));
    changed();
    answer(response, status, "application/json", JSON.stringify({ note }));
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const heartbeat = setInterval(() => {
    for (const reader of readers) reader.response.write(": still here\n\n");
  }, heartbeatMs);
  const stopListening = [options.slack.onChange(changed), options.onChange(changed)];
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  /** Protects against other sites in the same browser and against DNS rebinding. */
  function isOurs({ headers }: IncomingMessage): boolean {
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    const isHost = hosts.includes(headers.host ?? "");
    return isHost && (headers.origin === undefined || headers.origin === `http://${headers.host}`);
  }

  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        clearInterval(heartbeat);
        clearTimeout(drawing);
        for (const stop of stopListening) stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8` });
  response.end(body);
}

async function loadAssets() {
  const blocks = createRequire(import.meta.url).resolve("slack-blocks-to-jsx/dist/style.css");
  const [script, style, blocksStyle] = await Promise.all([
    readFile(new URL("page.js", import.meta.url), "utf8"),
    readFile(new URL("page.css", import.meta.url), "utf8"),
    readFile(blocks, "utf8"),
  ]);
  // The page turns the renderer's repeated ids into data attributes; `:is` keeps the specificity of an id.
  const idless = blocksStyle.replaceAll(
    "#slack_blocks_to_jsx",
    ":is(#slack_blocks_to_jsx,[data-id=slack_blocks_to_jsx])",
  );
  return new Map([
    ["GET /page.js", { type: "text/javascript", body: script }],
    ["GET /page.css", { type: "text/css", body: style }],
    ["GET /blocks.css", { type: "text/css", body: idless }],
  ]);
}
