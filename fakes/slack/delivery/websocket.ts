import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** The server side of RFC 6455 as far as Socket Mode needs it: text, ping, pong and close. */
export interface WebSocketConnection {
  send(text: string): void;
  /** Sends a close frame; the client replies with its own. */
  close(code?: number): void;
  /** Drops the connection without a close frame. */
  destroy(): void;
}

export interface WebSocketListener {
  readonly onText: (text: string) => void;
  readonly onClose: () => void;
}

const opcodes = { continuation: 0x0, text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;
/** RFC 6455, section 1.3: appended to the client's key in the handshake. */
const handshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const maxFrameBytes = 4 * 1024 * 1024;

export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  listener: WebSocketListener,
): WebSocketConnection {
  const key = request.headers["sec-websocket-key"] ?? "";
  const accept = createHash("sha1").update(`${key}${handshakeGuid}`).digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );

  let received = Buffer.alloc(0);
  let fragments: Buffer[] = [];
  let isClosing = false;

  function write(opcode: number, payload: Buffer): void {
    if (socket.writable) socket.write(frame(opcode, payload));
  }

  function close(code = 1000): void {
    if (isClosing) return;
    isClosing = true;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    write(opcodes.close, payload);
  }

  function take({ opcode, isFinal, payload }: Frame): void {
    if (opcode === opcodes.ping) write(opcodes.pong, payload);
    if (opcode === opcodes.close) {
      close();
      socket.end();
    }
    if (opcode !== opcodes.text && opcode !== opcodes.continuation) return;
    fragments.push(payload);
    if (!isFinal) return;
    const text = Buffer.concat(fragments).toString("utf8");
    fragments = [];
    listener.onText(text);
  }

  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (let next = parseFrame(received); next !== undefined; next = parseFrame(received)) {
      if (next.length > maxFrameBytes) {
        socket.destroy();
        return;
      }
      received = received.subarray(next.length);
      take(next);
    }
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", listener.onClose);

  return {
    send: (text) => write(opcodes.text, Buffer.from(text, "utf8")),
    close,
    destroy: () => socket.destroy(),
  };
}

interface Frame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: Buffer;
  /** Of the whole frame, including the header. */
  readonly length: number;
}

/** Clients mask every frame (section 5.3). Undefined: more bytes are needed. */
function parseFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const first = bytes.readUInt8(0);
  const short = bytes.readUInt8(1) & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskAt = 2 + lengthBytes;
  if (bytes.length < maskAt + 4) return undefined;
  const size =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const length = maskAt + 4 + size;
  if (bytes.length < length) return undefined;
  const mask = bytes.subarray(maskAt, maskAt + 4);
  const payload = Buffer.from(bytes.subarray(maskAt + 4, length));
  for (const [index, byte] of payload.entries()) payload[index] = byte ^ mask.readUInt8(index % 4);
  return { opcode: first & 0x0f, isFinal: (first & 0x80) !== 0, payload, length };
}

function frame(opcode: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  header.writeUInt8(0x80 | opcode, 0);
  if (header.length === 2) header.writeUInt8(payload.length, 1);
  if (header.length === 4) {
    header.writeUInt8(126, 1);
    header.writeUInt16BE(payload.length, 2);
  }
  if (header.length === 10) {
    header.writeUInt8(127, 1);
    header.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([header, payload]);
}
