/** The scripts about the queue, once more in TypeScript. */

import type { Hint } from "../../src/handlers/ports.ts";
import { storedHintSchema } from "../../src/store/records.ts";
import type { MemoryScript } from "./memory-script.ts";

const overMs = 24 * 60 * 60 * 1_000;
const overAtMost = 1_000;
const keptMs = 30 * 24 * 60 * 60 * 1_000;

function merged(old: Hint, fresh: Hint): Hint {
  const newer = fresh.event !== undefined && (old.event?.time ?? 0) <= fresh.event.time;
  const event = newer ? fresh.event : old.event;
  const names = Object.keys(old.carried ?? {}).length + Object.keys(fresh.carried ?? {}).length;
  const carried = { ...(names > 64 ? {} : old.carried), ...fresh.carried };
  return {
    ...(Object.keys(carried).length === 0 ? {} : { carried }),
    ...(event === undefined ? {} : { event }),
  };
}

export const enqueue: MemoryScript = ({ space, now }, keys, args) => {
  const [due = "", work = "", note = "", hint = ""] = keys;
  for (let i = 0; i < args.length; i += 3) {
    const [member = "", delayMs = "", said = ""] = args.slice(i, i + 3);
    const dueAt = now + Number(delayMs);
    const [token, again = ""] = space.field(work, member)?.split("|") ?? [];
    if (token === undefined) {
      if ((space.score(due, member) ?? Number.POSITIVE_INFINITY) > dueAt) space.rank(due, dueAt, member);
    } else if (again === "" || Number(again) > dueAt) {
      space.write(work, { [member]: `${token}|${dueAt}` });
    }
    if (Number(delayMs) <= 0 || said !== "") space.drop(note, member);
    if (said !== "") {
      const old = storedHintSchema.parse(space.field(hint, member) ?? "");
      space.write(hint, { [member]: JSON.stringify(merged(old, storedHintSchema.parse(said))) });
    }
  }
  return ["queued"];
};

export const dequeue: MemoryScript = ({ space, now }, keys, args) => {
  const [token = "", count, leaseMs, format, lane = "", perPlace, ...places] = args;
  const [due = "", work = "", note = "", hint = "", audited = "", epoch = "", born = ""] = keys;
  if (space.get(epoch) === undefined) space.set(epoch, String(now));
  const running = new Map<string, number>();
  for (let i = 0; i < places.length; i += 2) running.set(places[i] ?? "", Number(places[i + 1]));
  const chosen: string[] = [];
  for (const member of space.lowest(due, now, Number.MAX_SAFE_INTEGER)) {
    const [itsFormat, kind, account, region] = member.split("|");
    const place = `${account}|${region}`;
    const jobs = running.get(place) ?? 0;
    if (chosen.length === Number(count) || itsFormat !== format) continue;
    if (lane !== "" && (kind === "sweep") !== (lane === "sweep")) continue;
    if (perPlace !== "0" && jobs >= Number(perPlace)) continue;
    chosen.push(member);
    running.set(place, jobs + 1);
  }
  const taken = chosen.map((member) => {
    const [, again = ""] = space.field(work, member)?.split("|") ?? [];
    space.rank(due, now + Number(leaseMs), member);
    space.write(work, { [member]: `${token}|${again !== "" && Number(again) > now ? again : ""}` });
    return [
      member,
      space.field(note, member) ?? "",
      space.field(hint, member) ?? "",
      space.field(audited, member) ?? "0",
      space.field(born, member) ?? "",
    ];
  });
  return [String(now), String(now - Number(space.get(epoch))), ...taken];
};

export const complete: MemoryScript = ({ space, now }, keys, args) => {
  const [due = "", work = "", note = "", hint = "", active = "", ...copies] = keys;
  const [audit = "", audited = "", auditedAt = "", announce = "", announced = "", over = "", born = ""] =
    copies;
  const [member = "", token, nextMs, itsNote = "", activeName = "", activeEntry = "", ...copied] = args;
  const [auditName, , from, announceLength, itsBorn = "", ...entries] = copied;
  const [holder, again = ""] = space.field(work, member)?.split("|") ?? [];
  if (holder !== token) return ["lost"];
  space.drop(work, member);
  if (activeName !== "") {
    if (activeEntry === "") space.drop(active, activeName);
    else space.write(active, { [activeName]: activeEntry });
    if (activeEntry === "" || nextMs !== "") space.unrank(over, activeName);
    else if (space.score(over, activeName) === undefined) space.rank(over, now, activeName);
  }
  const tooOld = space.lowest(over, now - overMs, 10);
  const surplus = space.lowest(over, now, Number.MAX_SAFE_INTEGER).length - overAtMost;
  for (const name of tooOld.length > 0
    ? tooOld
    : space.lowest(over, now, Math.min(Math.max(surplus, 0), 10))) {
    space.drop(active, name);
    space.unrank(over, name);
  }
  if (auditName !== "") {
    const cursor = Number(space.field(audited, member) ?? 0);
    for (let i = 0; i < entries.length; i += 2) {
      const [entry, announcement = ""] = entries.slice(i, i + 2);
      const n = Number(from) + i / 2 + 1;
      if (n <= cursor) continue;
      space.append(audit, JSON.stringify({ key: auditName, n: String(n), entry }));
      space.write(audited, { [member]: String(n) });
      space.rank(auditedAt, now, member);
      if (announcement !== "") space.append(announce, announcement);
    }
    const tooMany = space.list(announce).length - Number(announceLength);
    if (tooMany > 0) {
      const { first = "0", lost = "0" } = space.hash(announced);
      space.shift(announce, tooMany);
      space.write(announced, {
        first: String(Number(first) + tooMany),
        lost: String(Number(lost) + tooMany),
      });
    }
  }
  for (const old of space.lowest(auditedAt, now - keptMs, 10)) {
    space.drop(audited, old);
    space.unrank(auditedAt, old);
  }
  const next = [...(nextMs === "" ? [] : [now + Number(nextMs)]), ...(again === "" ? [] : [Number(again)])];
  if (next.length === 0) {
    space.unrank(due, member);
    space.drop(note, member);
    space.drop(hint, member);
    space.drop(born, member);
    return ["gone"];
  }
  space.rank(due, Math.min(...next), member);
  if (itsBorn !== "") space.write(born, { [member]: itsBorn });
  if (again === "" && itsNote !== "") space.write(note, { [member]: itsNote });
  else space.drop(note, member);
  return [again === "" ? "later" : "again"];
};

export const active: MemoryScript = ({ space }, [key = ""], names) =>
  names.length === 0 ? Object.values(space.hash(key)) : names.flatMap((name) => space.field(key, name) ?? []);

export const unqueued: MemoryScript = ({ space }, [due = ""], members) =>
  members.filter((member) => space.score(due, member) === undefined);
