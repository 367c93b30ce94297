/** Resolves the event bus for announcements: only configured accounts and regions are ever called. Pure. */

import type { Account, Unresolved } from "./routes.ts";
import type { WrittenFile } from "./schema.ts";

export interface Announce {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
}

export function resolveAnnounce(
  { announce }: Pick<WrittenFile, "announce">,
  accounts: readonly Account[],
): { readonly announce?: Announce; readonly wrong: readonly Unresolved[] } {
  if (announce === undefined) return { wrong: [] };
  const arn = announce.bus;
  const [, , , region = "", id = ""] = arn.split(":");
  const path = ["announce", "bus"];
  const account = accounts.find((one) => one.id === id);
  if (account === undefined) {
    const ids = accounts.map((one) => one.id).join(", ");
    return { wrong: [{ path, message: `Account ${id} of this bus is not configured. Accounts: ${ids}.` }] };
  }
  if (!account.regions.includes(region)) {
    const regions = account.regions.join(", ");
    const message = `Account ${id} does not have the region \`${region}\` of this bus. Regions: ${regions}.`;
    return { wrong: [{ path, message }] };
  }
  return { announce: { arn, account: id, region }, wrong: [] };
}
