import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Changes } from "../changes.ts";
import { type JsonObject, objectIn, parseJson, stringIn } from "../json.ts";
import { acceptWebSocket, type WebSocketConnection } from "./websocket.ts";

export type EnvelopeType = "interactive" | "slash_commands" | "events_api";

/** The app's acknowledgement; undefined if there was none within the deadline. */
type Acknowledged = { readonly payload: JsonObject } | undefined;

/** Slack's side of Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode */
export interface SocketMode {
  connections(): number;
  deliver(type: EnvelopeType, payload: JsonObject, deadlineMs: number): Promise<Acknowledged>;
  /** Slack replaces a connection about once an hour, and warns about ten seconds before. */
  disconnect(reason: "warning" | "refresh_requested" | "link_disabled"): void;
  /** Drops every connection without a close frame, like a network failure. */
  cut(): void;
  /** Rejects new connections until called with false. */
  refuseLinks(refuse: boolean): void;
}

export interface SocketModeServer extends SocketMode {
  issueUrl(port: number): string;
  upgrade(request: IncomingMessage, socket: Duplex): void;
}

export function createSocketMode(appId: string, changes: Changes): SocketModeServer {
  const open: WebSocketConnection[] = [];
  const tickets = new Set<string>();
  const waiting = new Map<string, (answer: Acknowledged) => void>();
  let refusesLinks = false;
  let turn = 0;

  function send(connection: WebSocketConnection, message: JsonObject): void {
    connection.send(JSON.stringify(message));
  }

  function onText(text: string): void {
    const message = objectIn(parseJson(text));
    const id = stringIn(message.envelope_id) ?? "";
    waiting.get(id)?.({ payload: objectIn(message.payload) });
    waiting.delete(id);
  }

  function upgrade(request: IncomingMessage, socket: Duplex): void {
    const ticket = new URL(request.url ?? "/", "http://localhost").searchParams.get("ticket") ?? "";
    if (refusesLinks || !tickets.delete(ticket)) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const connection = acceptWebSocket(request, socket, {
      onText,
      onClose: () => {
        const index = open.indexOf(connection);
        if (index >= 0) open.splice(index, 1);
        changes.notify();
      },
    });
    open.push(connection);
    send(connection, { type: "hello", num_connections: open.length, connection_info: { app_id: appId } });
    changes.notify();
  }

  /** Slack sends each payload to any one of the connections. */
  function deliver(type: EnvelopeType, payload: JsonObject, deadlineMs: number): Promise<Acknowledged> {
    turn += 1;
    const connection = open[turn % Math.max(1, open.length)];
    if (connection === undefined) return Promise.resolve(undefined);
    const envelopeId = randomUUID();
    return new Promise((resolve) => {
      const deadline = setTimeout(() => {
        waiting.delete(envelopeId);
        resolve(undefined);
      }, deadlineMs);
      waiting.set(envelopeId, (answer) => {
        clearTimeout(deadline);
        resolve(answer);
      });
      send(connection, {
        envelope_id: envelopeId,
        type,
        payload,
        accepts_response_payload: type !== "events_api",
      });
    });
  }

  return {
    connections: () => open.length,
    deliver,
    disconnect: (reason) => {
      for (const connection of [...open]) send(connection, { type: "disconnect", reason });
    },
    cut: () => {
      for (const connection of [...open]) connection.destroy();
    },
    refuseLinks: (refuse) => {
      refusesLinks = refuse;
    },
    issueUrl: (port) => {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `ws://127.0.0.1:${port}/link?ticket=${ticket}`;
    },
    upgrade,
  };
}
