/** Why Holdpoint can't start, in words, with what to do; `undefined` for a bug. */

import { StoreError } from "./handlers/store/store.ts";

export function startProblem(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
): string | undefined {
  if (error instanceof StoreError) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} is in use by another program. Stop it, or set PORT to another port.`;
    case "EACCES":
      return `This process may not listen on port ${port}. Set PORT to a port above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${host} is not an address of this machine. Set HOST to one, or to 0.0.0.0 for all.`;
    default:
      return undefined;
  }
}
