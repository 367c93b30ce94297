import { type Lookup, lookupsFor, type Rule } from "./policy.ts";
import type { Directory } from "./ports.ts";

/** Asks for the members that a rule names: of groups by id, and of the channel as `channel`. */
export async function lookUp(
  directory: Directory,
  rule: Rule | undefined,
  channel: string,
  asOf?: "now",
): Promise<ReadonlyMap<string, Lookup>> {
  const wanted = rule === undefined ? [] : lookupsFor(rule);
  const found = wanted.map(async (lookup): Promise<[string, Lookup]> => {
    if (lookup.kind === "channel") return ["channel", await directory.channelMembers(channel, asOf)];
    return [lookup.id, await directory.groupMembers(lookup.id, asOf)];
  });
  return new Map(await Promise.all(found));
}
