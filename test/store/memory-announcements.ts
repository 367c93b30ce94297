/** The scripts about announcements, once more in TypeScript. */

import type { MemoryScript } from "./memory-script.ts";

export const announcements: MemoryScript = ({ space }, keys, [token = "", leaseMs, count]) => {
  const [announce = "", announced = "", announcer = ""] = keys;
  const holder = space.get(announcer);
  if (holder !== undefined && holder !== token) return ["held", String(space.leftMs(announcer))];
  const waiting = space.list(announce).slice(0, Number(count));
  const { first = "0", lost = "0", told = "0" } = space.hash(announced);
  if (waiting.length === 0 && lost === told) return ["none"];
  space.set(announcer, token, Number(leaseMs));
  return ["yours", first, lost, String(Number(lost) - Number(told)), waiting];
};

export const announced: MemoryScript = ({ space }, keys, [token, upTo = "", lostTold = ""]) => {
  const [announce = "", state = "", announcer = ""] = keys;
  if (space.get(announcer) !== token) return ["lost"];
  const { first = "0", told = "0" } = space.hash(state);
  const gone = Number(upTo) - Number(first);
  if (gone > 0) {
    space.shift(announce, gone);
    space.write(state, { first: upTo });
  }
  if (Number(lostTold) > Number(told)) space.write(state, { told: lostTold });
  if (space.list(announce).length === 0) space.remove(announcer);
  return ["kept"];
};
