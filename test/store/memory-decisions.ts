/** The scripts about decisions, once more in TypeScript. `walks.test.ts` holds them to the Lua. */

import { z } from "zod";
import { isLive, isShut } from "../../src/handlers/decision.ts";
import { decisionSchema } from "../../src/store/records.ts";
import type { Fields, Keyspace } from "./keyspace.ts";
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

const blocks = (guard: Fields, id: string | undefined) =>
  stands(guard) && !(id === "end" && guard.st === "claimed");

const named = (text: string) => new Set(text.split(",").filter((name) => name !== ""));
const endingsAsked = "count/end/asked";
const lastEnding = "last/end/asked";
const unknownOf = (id: string, action: string, evidence: string) => `unknown/${id}/${action}/${evidence}`;
const endingWaits = "waits/end/since";

function waitingEnding(space: Keyspace, askKey: string) {
  const [at, action = "", by = ""] = space.field(askKey, endingWaits)?.split("|") ?? [];
  return at === undefined ? undefined : { at: Number(at), action, by };
}

function renewedFor(space: Keyspace, askKey: string, renewMs: string, now: number): number | undefined {
  const waiting = waitingEnding(space, askKey);
  const left = waiting === undefined ? 0 : waiting.at + Number(renewMs) - now;
  return left > 0 ? left : undefined;
}

function opposing(space: Keyspace, askKey: string, decision: Fields): string | undefined {
  if (decision.id === "end" || decision.id === "revert") return undefined;
  const asks = space.hash(askKey);
  const users = Object.entries(asks).flatMap(([field, value]) => {
    const [about, who = ""] = voteOf(field) ?? [];
    return about === "end" && Number(value.split("|").at(-1)) > Number(decision.claimedAt ?? 0) ? [who] : [];
  });
  const isCounted = decision.endings !== undefined && (asks[endingsAsked] ?? "0") !== decision.endings;
  if (users.length === 0 && isCounted) return asks[lastEnding];
  return users.length === 0 ? undefined : listed(users);
}

function spendVotes(space: Keyspace, askKey: string, { id, by = "" }: Fields): void {
  space.drop(askKey, ...[...named(by)].map((who) => `${id}/${who}`));
}

/** The records that the caller has read are lost. */
export function isForgotten(space: Keyspace, now: number, depKey: string, born: string): boolean {
  if (born === "" || space.field(depKey, "born") === born) return false;
  space.writeOnce(depKey, "born", String(now));
  space.write(depKey, { emptied: "1" });
  return true;
}

export const claim: MemoryScript = ({ space, now }, keys, args) => {
  const [
    leaseKey = "",
    decisionKey = "",
    guardKey = "",
    askKey = "",
    logKey = "",
    depKey = "",
    boardKey = "",
  ] = keys;
  const [version = "", token = "", leaseMs = "", id = "", action = "", user = "", evidence = ""] = args;
  const [enough, by = "", need = "", seen = "", unknownText = "", renewMs = "", ...rest] = args.slice(7);
  const [detail = "", again = "", born = "", quietMs = ""] = rest;
  if (isForgotten(space, now, depKey, born)) return ["emptied", id === "end" ? "0" : quietMs];
  const unknown = named(unknownText);
  const [unknownField, reasonField] = [unknownOf(id, action, evidence), `reason/${id}/${user}`];
  const decision = space.hash(decisionKey);
  const guard = guardKey === decisionKey ? {} : space.hash(guardKey);
  const lease = space.get(leaseKey);
  if ([decision, guard].some((record) => Number(record.v ?? 0) > Number(version))) return ["newer"];
  if (decision.token === token && decision.st === "claimed" && lease === token)
    return ["yours", decision.att ?? "", decision.by ?? ""];

  const mine = `${action}|${evidence}|`;
  const wishes = Object.entries(space.hash(askKey)).flatMap(([field, value]) => {
    const [about, who] = voteOf(field) ?? [];
    return about === undefined || who === undefined ? [] : [{ field, value, about, who }];
  });

  function putOnRecord(notKnown: ReadonlySet<string>): readonly string[] {
    const opposite = wishes.filter(({ about }) => about !== id && (id === "end" || about === "end"));
    for (const { field, who } of opposite) if (who === user) space.drop(askKey, field);
    space.write(askKey, { [`${id}/${user}`]: mine + now, [unknownField]: listed(notKnown) });
    const asked = Number(space.field(askKey, endingsAsked) ?? 0);
    if (id === "end") space.write(askKey, { [endingsAsked]: String(asked + 1), [lastEnding]: user });
    return opposite.flatMap(({ who }) => (who === user ? [] : [who]));
  }

  const winner = stands(decision) ? decision : blocks(guard, id) ? guard : undefined;
  if (winner !== undefined) {
    const oneOfThem = (winner.by ?? "").split(",").includes(user);
    const once = `late/${id}/${winner.att ?? 0}/${user}/${action}`;
    if (!(oneOfThem && winner.action === action) && space.writeOnce(askKey, once, String(now))) {
      const won = { won: winner.id, wonBy: winner.by, wonAction: winner.action };
      say(space, logKey, now, { k: "late", id, action, by: user, ...won });
    }
    const isSame = decision.action === action && decision.evidence === evidence;
    if (id === "end" && decision.st === "claimed" && isSame && !named(decision.by ?? "").has(user)) {
      const before = [...named(space.field(askKey, unknownField) ?? "")].filter((name) => name !== user);
      putOnRecord(new Set([...before, ...(unknown.has(user) ? [user] : [])]));
    }
    return [lease !== undefined && lease === winner.token ? "busy" : "decided", pairsOf(winner)];
  }

  const same = wishes.filter(({ about, value }) => about === id && value.startsWith(mine));
  const present = same.filter(({ who }) => who !== user).map(({ who }) => who);
  if (listed(present) !== listed(named(seen))) return ["votes-changed"];

  function waitNoMore(): void {
    const waiting = id === "end" ? waitingEnding(space, askKey) : undefined;
    if (waiting?.action === action && named(waiting.by).has(user)) space.drop(askKey, endingWaits);
  }

  if (again !== "" && same.length === present.length) {
    waitNoMore();
    return ["withdrawn"];
  }
  if (again === "judged-before" && lease === undefined) return ["lane-free"];

  const dep = space.hash(depKey);
  const { ts, older } = space.hash(boardKey);
  const isWhole =
    dep.emptied === undefined && older === undefined && (ts !== undefined || dep.young === undefined);
  const quietUntil = Number(dep.born ?? 0) + Number(quietMs);
  const isForwardOrEdit = id !== "end" && id !== "revert";
  if (enough === "1" && isForwardOrEdit && dep.born !== undefined && !isWhole && now < quietUntil)
    return ["emptied", String(quietUntil - now)];

  const isSaid = same.length > present.length;
  const unknownBefore = space.field(askKey, unknownField);
  const reasonBefore = isSaid ? space.field(askKey, reasonField) : undefined;
  const others = putOnRecord(unknown);
  const told = z.looseObject({ reason: z.string().optional() }).parse(JSON.parse(detail));
  const { reason } = told;
  function keepReason(): void {
    if (reason !== undefined) space.write(askKey, { [reasonField]: reason });
    else if (!isSaid) space.drop(askKey, reasonField);
  }
  if (enough !== "1") {
    waitNoMore();
    const n = named(by).size;
    const isNews = unknownBefore !== listed(unknown) || (reason !== undefined && reason !== reasonBefore);
    if (!isSaid || isNews) {
      keepReason();
      const noted = { ...told, ...(unknown.size === 0 ? {} : { unknown: listed(unknown) }) };
      const again = isSaid ? { again: true } : {};
      say(space, logKey, now, {
        k: "vote",
        id,
        action,
        by: user,
        n,
        need: Number(need),
        ...again,
        detail: noted,
      });
    }
    return ["waiting", String(n), need];
  }
  const isForward = id !== "end" && guardKey !== decisionKey;
  if (lease !== undefined || (isForward && renewedFor(space, askKey, renewMs, now) !== undefined)) {
    if (id === "end") space.write(askKey, { [endingWaits]: `${now}|${action}|${by}` });
    return ["busy-lease"];
  }

  const att = (attemptOf(decision) ?? 0) + 1;
  space.drop(decisionKey, "sentAt", "answer", "settledAt", "resolvedAt");
  space.write(decisionKey, { v: version, id, st: "claimed", action, by, att: String(att), token });
  const endings = space.field(askKey, endingsAsked) ?? "0";
  space.write(decisionKey, { evidence, claimedAt: String(now), detail, endings });
  if (id === "end") space.drop(askKey, endingWaits);
  space.set(leaseKey, token, Number(leaseMs));
  keepReason();
  say(space, logKey, now, { k: "claimed", id, action, by, att, others: listed(others), detail: told });
  return ["yours", String(att), by];
};

export const begin: MemoryScript = ({ space, now }, keys, [token = "", leaseMs = ""]) => {
  const [leaseKey = "", decisionKey = "", guardKey = "", askKey = "", logKey = ""] = keys;
  const decision = space.hash(decisionKey);
  const guard = guardKey === decisionKey ? {} : space.hash(guardKey);
  const lease = space.get(leaseKey);
  const mine = decision.token === token;
  if (mine && decision.st === "sent" && lease === token) return ["go"];
  const isBlocked = blocks(guard, decision.id);
  const against = opposing(space, askKey, decision);
  if (mine && decision.st === "open" && isBlocked) return ["decided", pairsOf(guard)];
  if (mine && decision.st === "open" && against !== undefined) return ["opposed", against];
  if (!mine || decision.st !== "claimed" || lease !== token) return ["lost", pairsOf(decision)];

  function drop(why: string, opponents?: string): void {
    space.write(decisionKey, { st: "open" });
    space.remove(leaseKey);
    spendVotes(space, askKey, decision);
    const { id, action, by } = decision;
    say(space, logKey, now, {
      k: "dropped",
      id,
      action,
      by,
      att: attemptOf(decision),
      why,
      against: opponents,
    });
  }

  if (isBlocked) {
    drop("guard");
    return ["decided", pairsOf(guard)];
  }
  if (against !== undefined) {
    drop("opposed", against);
    return ["opposed", against];
  }
  space.write(decisionKey, { st: "sent", sentAt: String(now) });
  space.set(leaseKey, token, Number(leaseMs));
  return ["go"];
};

export const settle: MemoryScript = ({ space, now }, keys, args) => {
  const [leaseKey = "", decisionKey = "", askKey = "", logKey = ""] = keys;
  const [v = "", token = "", st = "", answer = "", id = "", action = "", by = "", att = ""] = args;
  const [keepVotes, unknown] = [args[8] === "1", args[9]];
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
        : was === undefined ||
          (was === "open" && Number(att) > (attemptOf(decision) ?? 0)) ||
          (mine && (was === "claimed" || mayBeSent));
  const told = { id, action, by, att: Number(att) };
  if (!allowed) {
    if (st === "accepted" || st === "unclear")
      say(space, logKey, now, { k: "lateAnswer", ...told, answer: st, detail: answer });
    return ["late", pairsOf(decision)];
  }
  if (st === "open" && !keepVotes) spendVotes(space, askKey, decision);
  if (unknown !== undefined && decision.evidence !== undefined)
    space.write(askKey, { [unknownOf(id, action, decision.evidence)]: listed(named(unknown)) });
  if (!mayBeSent && !["open", "superseded", "expired"].includes(st))
    space.write(decisionKey, { sentAt: String(now) });
  space.write(decisionKey, { v, id, st, action, by, att, token, answer, settledAt: String(now) });
  say(space, logKey, now, { k: st, ...told, answer, unknown: unknown === "" ? undefined : unknown });
  return ["kept"];
};

export const resolve: MemoryScript = ({ space, now }, keys, args) => {
  const [leaseKey = "", decisionKey = "", guardKey = "", askKey = "", logKey = "", depKey = ""] = keys;
  const [v = "", saw = "", readAt = "", token = "", leaseMs = "", quietMs, acceptedMs, freshMs] = args;
  const [renewMs = "", id = "", detail = "", born = ""] = args.slice(8);
  if (isForgotten(space, now, depKey, born)) return ["emptied"];
  let decision = space.hash(decisionKey);
  const state = decision.st;
  const lease = space.get(leaseKey);
  const told = () => ({ id, action: decision.action, by: decision.by, att: attemptOf(decision) });
  const held = (): Reply => ["held", String(space.leftMs(leaseKey))];

  function conclude(st: string, k: string): Reply {
    space.write(decisionKey, { v, id, st, resolvedAt: String(now) });
    const asked = Object.keys(space.hash(askKey)).map(voteOf);
    const names = listed(asked.flatMap((vote) => (vote?.[0] === id ? [vote[1]] : [])));
    say(space, logKey, now, { k, ...told(), answer: decision.answer, asked: names, detail });
    if (st === "open") spendVotes(space, askKey, decision);
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
  if (state === undefined || state === "open") {
    const waiting = id === "end" ? waitingEnding(space, askKey) : undefined;
    if (waiting === undefined) return ["open"];
    const left = renewedFor(space, askKey, renewMs, now);
    if (left !== undefined) return ["held", String(left)];
    space.drop(askKey, endingWaits);
    const { action, by } = waiting;
    space.drop(decisionKey, "sentAt", "answer", "settledAt");
    space.write(decisionKey, { id, action, by, att: String((attemptOf(decision) ?? 0) + 1) });
    decision = space.hash(decisionKey);
    return conclude("open", "notSent");
  }
  if (state === "claimed") {
    const guard = guardKey === decisionKey ? {} : space.hash(guardKey);
    if (blocks(guard, id)) {
      space.write(decisionKey, { st: "open", resolvedAt: String(now) });
      spendVotes(space, askKey, decision);
      say(space, logKey, now, { k: "dropped", ...told(), why: "guard" });
      return ["notSent"];
    }
    if (now - Number(decision.claimedAt) > Number(freshMs)) return conclude("open", "notSent");
    if (lease !== undefined) return held();
    if (opposing(space, askKey, decision) !== undefined) {
      const left = renewedFor(space, askKey, renewMs, now);
      return left === undefined ? conclude("open", "notSent") : ["held", String(left)];
    }
    space.write(decisionKey, { att: String(Number(decision.att) + 1), token });
    space.set(leaseKey, token, Number(leaseMs));
    return ["took", pairsOf(space.hash(decisionKey))];
  }
  if (state === "sent") {
    space.write(decisionKey, { st: "unclear" });
    say(space, logKey, now, { k: "unclear", ...told() });
  }
  const quietUntil = Number(decision.sentAt) + Number(state === "accepted" ? acceptedMs : quietMs);
  if (Number(readAt) < quietUntil) return ["wait", String(Math.max(0, quietUntil - now))];
  return conclude("open", "reopened");
};

export const withdraw: MemoryScript = ({ space, now }, keys, [id = "", by = "", why = "", action = ""]) => {
  const [decisionKey = "", askKey = "", logKey = ""] = keys;
  const decision = space.hash(decisionKey);
  if (why === "" && stands(decision)) return ["decided", pairsOf(decision)];
  const vote = space.field(askKey, `${id}/${by}`);
  if (vote === undefined || (why === "" && !vote.startsWith(`${action}|`))) return ["none"];
  space.drop(askKey, `${id}/${by}`);
  const waiting = id === "end" ? waitingEnding(space, askKey) : undefined;
  if (waiting !== undefined && named(waiting.by).has(by)) space.drop(askKey, endingWaits);
  say(space, logKey, now, why === "" ? { k: "withdrawn", id, by } : { k: "void", id, action, by, why });
  return ["withdrawn"];
};
