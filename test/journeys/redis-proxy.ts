/** Stands between a replica and Redis, and lets each command and each answer through a gate, where there is one. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { loadScripts } from "../../src/store/scripts.ts";
import type { Gate } from "./gate.ts";
import { splitter, wordsOf } from "./resp.ts";

export type Backend = { readonly path: string } | { readonly host: string; readonly port: number };

export interface Relay {
  readonly port: number;
  readonly close: () => Promise<void>;
}

interface Command {
  readonly what: string;
  /** Idle polling, sweeps and the look-up of names for labels go on all the time and belong to no path. */
  readonly background: boolean;
}

const scriptOf = new Map([...loadScripts()].map(([name, { sha }]) => [sha, name]));
const backgroundCommands = [
  "active",
  "unqueued",
  "targets",
  "info",
  "ping",
  "select",
  "hello",
  "client",
  "quit",
];

export async function startRedisProxy(backend: Backend, gate?: Gate): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(backend);
    if (gate === undefined) client.pipe(upstream).pipe(client);
    else watch(client, upstream, gate);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function watch(client: Socket, upstream: Socket, gate: Gate): void {
  const underWay: Command[] = [];
  const pass = (what: string, side: "request" | "reply"): boolean | Promise<boolean> =>
    gate.pass({ backend: "redis", what, side });
  const [toRedis, toReplica] = [inOrder(), inOrder()];
  const takeCommand = splitter((message) => {
    const command = commandOf(wordsOf(message));
    underWay.push(command);
    // A poll is of interest only when it was given something, which its answer tells.
    const quiet = command.background || command.what === "dequeue";
    toRedis(quiet ? !gate.dead() : pass(command.what, "request"), () => upstream.write(message));
  });
  const takeAnswer = splitter((message) => {
    const command = underWay.shift();
    const quiet = command === undefined || command.background || isIdlePoll(command, message);
    toReplica(quiet ? !gate.dead() : pass(command.what, "reply"), () => client.write(message));
  });
  client.on("data", takeCommand);
  upstream.on("data", takeAnswer);
}

/** A message that waits at the gate holds up those behind it. */
function inOrder(): (passes: boolean | Promise<boolean>, write: () => void) => void {
  let before = Promise.resolve();
  return (passes, write) => {
    before = before.then(async () => {
      if (await passes) write();
    });
  };
}

function commandOf([name = "", text = "", ...rest]: readonly string[]): Command {
  const verb = name.toLowerCase();
  const sha = verb === "eval" ? createHash("sha1").update(text).digest("hex") : text;
  const what = verb === "evalsha" || verb === "eval" ? (scriptOf.get(sha) ?? sha) : verb;
  const background = backgroundCommands.includes(what) || rest.some((word) => word.startsWith("1|sweep|"));
  return { what, background };
}

function isIdlePoll({ what }: Command, answer: Buffer): boolean {
  if (what !== "dequeue") return false;
  return !answer.includes("\r\n1|") || answer.includes("\r\n1|sweep|");
}
