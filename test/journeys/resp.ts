/** As much of Redis's wire protocol as it takes to tell where one message ends and what a command is. */

/** Where the value that begins at `from` ends; undefined while a part of it is missing. */
function endOf(buffer: Buffer, from: number): number | undefined {
  const lineEnd = buffer.indexOf("\r\n", from);
  if (lineEnd < 0) return undefined;
  const after = lineEnd + 2;
  const count = Number(buffer.toString("latin1", from + 1, lineEnd));
  switch (String.fromCharCode(buffer[from] ?? 0)) {
    case "$": {
      const end = count < 0 ? after : after + count + 2;
      return end <= buffer.length ? end : undefined;
    }
    case "*": {
      let end: number | undefined = after;
      for (let item = 0; item < count && end !== undefined; item += 1) end = endOf(buffer, end);
      return end;
    }
    default:
      return after;
  }
}

/** Cuts a stream into whole messages. */
export function splitter(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = endOf(rest, 0); end !== undefined && end > 0; end = endOf(rest, 0)) {
      const message = rest.subarray(0, end);
      rest = rest.subarray(end);
      onMessage(message);
    }
  };
}

/** The words of a command. */
export function wordsOf(command: Buffer): readonly string[] {
  const words: string[] = [];
  let at = command.indexOf("\r\n") + 2;
  while (at < command.length) {
    const lineEnd = command.indexOf("\r\n", at);
    const length = Number(command.toString("latin1", at + 1, lineEnd));
    words.push(command.toString("utf8", lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return words;
}
