/** The scripts about looks, the board, the queue and the rate budget, once more in TypeScript. */

import { isForgotten } from "./memory-decisions.ts";
import type { MemoryScript, Reply } from "./memory-script.ts";
import { pairsOf } from "./memory-script.ts";

export const view: MemoryScript = ({ space, now }, keys) => {
  const [dep = "", board = "", ask = "", log = "", lease = "", ...decisions] = keys;
  const entries = space.list(log);
  const said = Number(space.field(board, "said") ?? 0);
  const from = Math.max(0, entries.length - 500, Math.min(said, entries.length - 50));
  return [
    String(now),
    pairsOf(space.hash(dep)),
    pairsOf(space.hash(board)),
    pairsOf(space.hash(ask)),
    entries.slice(from),
    String(entries.length),
    space.get(lease) ?? "",
    decisions.map((key) => pairsOf(space.hash(key))),
  ];
};

export const save: MemoryScript = (on, keys, args) => {
  const { space, now } = on;
  const [depKey = "", , askKey = "", logKey = ""] = keys;
  const [v = "", readAt = "", terminal = "", snapshot = "", born = "", young, ...remarks] = args;
  const reply = (kind: string): Reply => [kind, view(on, keys, [])];
  if (isForgotten(space, now, depKey, born)) return reply("emptied");
  const kept = space.hash(depKey);
  const keptReadAt = Number(kept.readAt ?? 0);
  if (Number(kept.v ?? 0) > Number(v)) return reply("newer");
  if (keptReadAt === Number(readAt) && kept.snapshot === snapshot) return reply("saved");
  if (keptReadAt >= Number(readAt) || (kept.terminal === "1" && terminal === "0")) return reply("old");
  space.drop(depKey, "staleSince", "staleWhy");
  space.write(depKey, { v, readAt, terminal, snapshot, fails: "0" });
  const since = kept.snapshot === undefined ? String(now) : (kept.readAt ?? "");
  if (space.writeOnce(depKey, "born", since) && kept.snapshot === undefined && young === "1")
    space.write(depKey, { young: "1" });
  for (let i = 0; i < remarks.length; i += 2) {
    if (space.writeOnce(askKey, `once/${remarks[i]}`, String(now)))
      space.append(logKey, `{"k":"remark","at":${now},"remark":${remarks[i + 1]}}`);
  }
  return reply("saved");
};

export const fail: MemoryScript = (on, keys, [why = ""]) => {
  const { space, now } = on;
  const [depKey = ""] = keys;
  space.write(depKey, { fails: String(Number(space.field(depKey, "fails") ?? 0) + 1) });
  if (space.writeOnce(depKey, "staleSince", String(now))) space.write(depKey, { staleWhy: why });
  return view(on, keys, []);
};

export const intend: MemoryScript = (
  { space, now },
  [key = "", dep = ""],
  [seq = "", nonce = "", waitMs, known, from, born = ""],
) => {
  if (isForgotten(space, now, dep, born)) return ["done"];
  const board = space.hash(key);
  if (seq === "0" ? board.ts !== undefined : Number(board.said ?? 0) >= Number(from)) return ["done"];
  const { out, outSeq = "", outSince = "", outAt } = board;
  if (out === nonce) return ["again", outSeq, outSince];
  if (out !== undefined) {
    const ageMs = now - Number(outAt);
    if (ageMs < Number(waitMs)) return ["busy", String(Number(waitMs) - ageMs)];
    space.write(key, { out: nonce, outAt: String(now) });
    return ["search", outSeq, outSince];
  }
  space.write(key, { out: nonce, outAt: String(now), outSince: String(now), outSeq: seq });
  return [known === "1" ? "post" : "search", seq, "0"];
};

export const posted: MemoryScript = ({ space }, [key = ""], args) => {
  const [seq = "", nonce = "", ts = "", channel = "", incident, older, progress = "", ...rest] = args;
  const [incidentTs = "", cardLog = "", shown, shownReadAt = "", shownLog = "", seen = ""] = rest;
  const outcome = ts === "" ? "freed" : "kept";
  if (space.field(key, "ended") === nonce) return [outcome];
  if (space.field(key, "out") !== nonce) return ["lost"];
  space.drop(key, "out", "outAt", "outSince", "outSeq");
  space.write(key, { ended: nonce });
  if (ts === "") return [outcome];
  space.write(key, seq === "0" ? { ts, channel } : { said: seq });
  if (seq === "0" && cardLog !== "") space.write(key, { cardLog });
  if (seq !== "0" && progress === "") space.drop(key, "progress");
  if (seq !== "0" && progress !== "") space.write(key, { progress });
  if (incident !== "0") space.write(key, { incidentTs: incidentTs || ts });
  if (incident === "2") space.write(key, { incidentBad: "1" });
  if (older === "1") space.write(key, { older: "1" });
  if (shown !== undefined)
    space.write(key, { shown, shownReadAt, shownLog, ...(seen === "" ? {} : { seen }) });
  return [outcome];
};

export const shown: MemoryScript = ({ space, now }, [key = "", log = "", dep = ""], args) => {
  const [hash = "", readAt = "", logLength = "", incident = "", seen = "", born = ""] = args;
  if (isForgotten(space, now, dep, born)) return ["again"];
  const board = space.hash(key);
  const newer = Number(board.shownReadAt ?? 0) > Number(readAt);
  if (newer || Number(board.shownLog ?? 0) > Number(logLength)) {
    space.drop(key, "shown", "seen", ...(incident === "" ? [] : ["incidentShown"]));
    return ["again"];
  }
  space.write(key, { shown: hash, shownReadAt: readAt, shownLog: logLength });
  if (seen === "") space.drop(key, "seen");
  else space.write(key, { seen });
  if (incident !== "") space.write(key, { incidentShown: incident });
  return [space.list(log).length > Number(logLength) ? "again" : "kept"];
};

export const forget: MemoryScript = ({ space }, [key = ""], [ts]) => {
  if (space.field(key, "ts") !== ts) return ["kept"];
  space.drop(key, "ts", "shown", "shownReadAt", "shownLog", "seen", "progress", "cardLog");
  return ["forgotten"];
};

/** Lua writes a number with 14 digits. */
function luaNumber(value: number): string {
  return String(Number(value.toPrecision(14)));
}

export const spend: MemoryScript = ({ space, now }, keys, args) => {
  let waitMs = 0;
  const left = keys.map((key, i) => {
    const [perMinute = 0, capacity = 0, reserve = 0] = args.slice(3 * i, 3 * i + 3).map(Number);
    const perMs = perMinute / 60_000;
    const { at = now, have = capacity, until = 0 } = space.hash(key);
    const tokens = Math.min(capacity, Number(have) + (now - Number(at)) * perMs);
    waitMs = Math.max(waitMs, (1 + reserve - tokens) / perMs, Number(until) - now);
    return tokens;
  });
  if (waitMs > 0) return ["wait", String(Math.ceil(waitMs))];
  for (const [i, key] of keys.entries())
    space.write(key, { have: luaNumber((left[i] ?? 0) - 1), at: String(now) });
  return ["ok"];
};

export const limit: MemoryScript = ({ space, now }, [key = ""], [retryAfterMs]) => {
  const until = Math.max(Number(space.field(key, "until") ?? 0), now + Number(retryAfterMs));
  space.write(key, { until: String(until) });
  return ["limited"];
};
