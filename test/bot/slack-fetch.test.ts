import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { slackFetch } from "../../src/bot/slack/clients.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

async function serve(listener: Listener): Promise<string> {
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/api/x`;
}

it("sends method, headers and body, and returns status, headers and body, as fetch does", async () => {
  const url = await serve(async (request, response) => {
    const body = await text(request);
    response.writeHead(429, { "Retry-After": "7", "x-many": ["a", "b"] });
    response.end(JSON.stringify({ method: request.method, type: request.headers["content-type"], body }));
  });
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"text":"é"}' };
  const [ours, theirs] = await Promise.all([slackFetch(url, init), fetch(url, init)]);
  for (const name of ["Retry-After", "retry-after", "x-many", "x-none"])
    expect(ours.headers.get(name)).toBe(theirs.headers.get(name));
  expect(Object.fromEntries(ours.headers.entries())).toMatchObject({ "retry-after": "7", "x-many": "a, b" });
  expect([ours.ok, ours.status, ours.statusText, ours.url]).toEqual([
    ...[theirs.ok, theirs.status, theirs.statusText, theirs.url],
  ]);
  const said = await theirs.text();
  expect(said).toContain("é");
  expect(await ours.text()).toBe(said);
  expect(await ours.json()).toEqual(JSON.parse(said));
  expect(Buffer.from(await ours.arrayBuffer()).toString()).toBe(said);
});

it("follows no redirect: the token stays where it was sent", async () => {
  const url = await serve((_, response) =>
    response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
  );
  expect(await slackFetch(url, { method: "POST", body: "" })).toMatchObject({ status: 302, ok: false });
});

it("ends when its signal does, also in the middle of the body", async () => {
  const url = await serve((_, response) => void response.writeHead(200).write("{"));
  await expect(slackFetch(url, { method: "POST", signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    name: "TimeoutError",
  });
});

it("rejects with the code of a refused connection", async () => {
  const url = await serve(() => {});
  for (const close of closing.splice(0)) close();
  await expect(slackFetch(url, { method: "POST", body: "" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
