/** The scripts about known targets, once more in TypeScript. */

import { type MemoryScript, pairsOf } from "./memory-script.ts";

const dayMs = 24 * 60 * 60 * 1_000;

export const keepTargets: MemoryScript = (
  { space, now },
  [key = ""],
  [place = "", whole = "", targets = ""],
) => {
  const [at = "", was] = (space.field(key, place) ?? "").split("|");
  if (whole === "0" && was === "1" && now - Number(at) < dayMs) return ["older"];
  space.write(key, { [place]: `${now}|${whole}|${targets}` });
  return ["kept"];
};

export const targets: MemoryScript = ({ space, now }, [key = ""]) => [String(now), pairsOf(space.hash(key))];
