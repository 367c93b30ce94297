/** The scripts about decisions, once more in TypeScript. `walks.test.ts` holds them to the Lua. */

import { isLive, isShut } from "../../src/handlers/decision.ts";
import { decisionSchema } from "../../src/store/records.ts";
import type { Fields } from "./keyspace.ts";
import type { MemoryScript, Reply } from "./memory-script.ts";
import { pairsOf, say } from "./memory-script.ts";

const live = (record: Fields) => isLive(stateOf(record));
const stands = (record: Fields) => live(record) || isShut(stateOf(record));

function stateOf(record: Fields) {
  return record.st === undefined ? undefined : decisionSchema.parse(record).state;
}

function voteOf(field: string): readonly [string, string] | undefined {
  const [decision, user, ...more] = field.split("/");
  const isVote = decision !== undefined && user !== undefined && more.length === 0 && decision !== "once";
  return isVote ? [decision, user] : undefined;
}

function listed(names: Iterable<string>): string {
  return [...new Set(names)].sort().join(",");
}

const attemptOf = (record: Fields) => (record.att === undefined ? undefined : Number(record.att));

export const claim: MemoryScript = ({ space, now }, keys, args) => {
  const [leaseKey = "", decisionKey = "", guardKey = "", askKey = "", logKey = ""] = keys;
  const [version = "", token = "", leaseMs = "", id = "", action = "", user = "", evidence = ""] = args;
  const [need, detail = ""] = [Number(args[7]), args[8]];
  const decision = space.hash(decisionKey);
  const guard = guardKey === decisionKey ? {} : space.hash(guardKey);
  const lease = space.get(leaseKey);
  if ([decision, guard].some((record) => Number(record.v ?? 0) > Number(version))) return ["newer"];
  if (decision.token === token && decision.st === "claimed" && lease === token)
    return ["yours", decision.att ?? "", decision.by ?? ""];

  const winner = [decision, guard].find(stands);
  if (winner !== undefined) {
    const oneOfThem = (winner.by ?? "").split(",").includes(user);
    const once = `late/${id}/${winner.att ?? 0}/${user}/${action}`;
    if (!(oneOfThem && winner.action === action) && space.writeOnce(askKey, once, String(now))) {
      const won = { won: winner.id, wonBy: winner.by, wonAction: winner.action };
      say(space, logKey, now, { k: "late", id, action, by: user, ...won });
    }
    return [lease !== undefined && lease === winner.token ? "busy" : "decided", pairsOf(winner)];
  }

  const mine = `${action}|${evidence}|`;
  const voters = new Set([user]);
  const others = new Set<string>();
  let said = false;
  for (const [field, value] of Object.entries(space.hash(askKey))) {
    const [about, who] = voteOf(field) ?? [];
    if (about === undefined || who === undefined) continue;
    if (about === id) {
      if (value.startsWith(mine)) voters.add(who);
      if (who === user) said = value.startsWith(mine);
    } else if (id === "end" || about === "end") {
      if (who === user) space.drop(askKey, field);
      else others.add(who);
    }
  }
  space.write(askKey, { [`${id}/${user}`]: mine + now });
  if (voters.size < need) {
    const why: unknown = JSON.parse(detail);
    if (!said)
      say(space, logKey, now, { k: "vote", id, action, by: user, n: voters.size, need, detail: why });
    return ["waiting", String(voters.size), String(need)];
  }
  if (lease !== undefined) return ["busy-lease"];

  const by = listed(voters);
  const att = (attemptOf(decision) ?? 0) + 1;
  space.drop(decisionKey, "sentAt", "answer", "settledAt", "resolvedAt");
  space.write(decisionKey, { v: version, id, st: "claimed", action, by, att: String(att), token });
  space.write(decisionKey, { evidence, claimedAt: String(now), detail });
  space.set(leaseKey, token, Number(leaseMs));
  const reason: unknown = JSON.parse(detail);
  say(space, logKey, now, {
    k: "claimed",
    id,
    action,
    by,
    att,
    others: listed(others),
    detail: reason,
  });
  return ["yours", String(att), by];
};

export const begin: MemoryScript = ({ space, now }, keys, [token = "", leaseMs = ""]) => {
  const [leaseKey = "", decisionKey = "", guardKey = "", logKey = ""] = keys;
  const decision = space.hash(decisionKey);
  const guard = guardKey === decisionKey ? {} : space.hash(guardKey);
  const lease = space.get(leaseKey);
  const mine = decision.token === token;
  if (mine && decision.st === "sent" && lease === token) return ["go"];
  if (mine && decision.st === "open" && stands(guard)) return ["decided", pairsOf(guard)];
  if (!mine || decision.st !== "claimed" || lease !== token) return ["lost", pairsOf(decision)];
  if (stands(guard)) {
    space.write(decisionKey, { st: "open" });
    space.remove(leaseKey);
    const { id, action, by } = decision;
    say(space, logKey, now, { k: "dropped", id, action, by, att: attemptOf(decision), why: "guard" });
    return ["decided", pairsOf(guard)];
  }
  space.write(decisionKey, { st: "sent", sentAt: String(now) });
  space.set(leaseKey, token, Number(leaseMs));
  return ["go"];
};

export const settle: MemoryScript = ({ space, now }, keys, args) => {
  const [leaseKey = "", decisionKey = "", logKey = ""] = keys;
  const [v = "", token = "", st = "", answer = "", id = "", action = "", by = "", att = ""] = args;
  const decision = space.hash(decisionKey);
  const was = decision.st;
  const mine = decision.token === token;
  if (space.get(leaseKey) === token) space.remove(leaseKey);
  if (mine && was === st) return ["kept"];
  const mayBeSent = was === "sent" || was === "unclear";
  const allowed =
    st === "superseded" || st === "expired"
      ? mine && was === "claimed"
      : st === "open"
        ? mine && (was === "claimed" || mayBeSent)
        : was === undefined || (mine && mayBeSent);
  const told = { id, action, by, att: Number(att) };
  if (!allowed) {
    if (st === "accepted" || st === "unclear")
      say(space, logKey, now, { k: "lateAnswer", ...told, answer: st, detail: answer });
    return ["late", pairsOf(decision)];
  }
  if (was === undefined) space.write(decisionKey, { sentAt: String(now) });
  space.write(decisionKey, { v, id, st, action, by, att, token, answer, settledAt: String(now) });
  say(space, logKey, now, { k: st, ...told, answer });
  return ["kept"];
};

export const resolve: MemoryScript = ({ space, now }, keys, args) => {
  const [leaseKey = "", decisionKey = "", guardKey = "", askKey = "", logKey = ""] = keys;
  const [v = "", saw = "", readAt = "", token = "", leaseMs = "", quietMs, acceptedMs, freshMs] = args;
  const [id = "", detail = ""] = args.slice(8);
  const decision = space.hash(decisionKey);
  const state = decision.st;
  const lease = space.get(leaseKey);
  const told = { id, action: decision.action, by: decision.by, att: attemptOf(decision) };
  const held = (): Reply => ["held", String(space.leftMs(leaseKey))];

  function conclude(st: string, k: string): Reply {
    space.write(decisionKey, { v, id, st, resolvedAt: String(now) });
    const asked = Object.keys(space.hash(askKey)).map(voteOf);
    const names = listed(asked.flatMap((vote) => (vote?.[0] === id ? [vote[1]] : [])));
    say(space, logKey, now, { k, ...told, answer: decision.answer, asked: names, detail });
    return [k];
  }

  if (Number(decision.v ?? 0) > Number(v)) return ["newer"];
  if (isShut(stateOf(decision))) return ["shut"];
  if (live(decision) && lease !== undefined && lease === decision.token)
    return token === decision.token && state === "claimed" ? ["took", pairsOf(decision)] : held();
  if (saw !== "open") {
    const ours = state === "sent" || state === "unclear" || state === "accepted";
    if (saw === "match" && ours) return conclude("confirmed", "confirmed");
    const over = saw === "expired" ? "expired" : "superseded";
    return conclude(over, over);
  }
  if (state === undefined || state === "open") return ["open"];
  if (state === "claimed") {
    const guard = guardKey === decisionKey ? {} : space.hash(guardKey);
    if (stands(guard) || now - Number(decision.claimedAt) > Number(freshMs))
      return conclude("open", "notSent");
    if (lease !== undefined) return held();
    space.write(decisionKey, { att: String(Number(decision.att) + 1), token });
    space.set(leaseKey, token, Number(leaseMs));
    return ["took", pairsOf(space.hash(decisionKey))];
  }
  if (state === "sent") {
    space.write(decisionKey, { st: "unclear" });
    say(space, logKey, now, { k: "unclear", ...told });
  }
  const quietUntil = Number(decision.sentAt) + Number(state === "accepted" ? acceptedMs : quietMs);
  if (Number(readAt) < quietUntil) return ["wait", String(Math.max(0, quietUntil - now))];
  return conclude("open", "reopened");
};

export const withdraw: MemoryScript = ({ space, now }, keys, [id = "", by = ""]) => {
  const [decisionKey = "", askKey = "", logKey = ""] = keys;
  const decision = space.hash(decisionKey);
  if (stands(decision)) return ["decided", pairsOf(decision)];
  if (space.drop(askKey, `${id}/${by}`) === 0) return ["none"];
  say(space, logKey, now, { k: "withdrawn", id, by });
  return ["withdrawn"];
};
