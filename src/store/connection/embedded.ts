/** Redis engine inside this process. Loaded only if needed, so a process with a real Redis never pays for it. */

import { createRedisMock } from "js-redis-server";
import { StoreError } from "../../handlers/store/store.ts";
import type { StoreAddress } from "./address.ts";

export async function startEmbedded(): Promise<{
  readonly address: StoreAddress;
  close(): Promise<void>;
}> {
  const engine = await createRedisMock();
  const [address] = engine.addresses();
  if (address === undefined) throw new StoreError("the embedded engine did not start");
  return {
    address: { kind: "single", url: `redis://${address.host}:${address.port}` },
    close: () => engine.close(),
  };
}
