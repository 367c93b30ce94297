import type { WebClient } from "@slack/web-api";
import type { Lookup } from "../../handlers/policy.ts";
import type { AsOf, Clock, Directory, Telemetry } from "../../handlers/ports.ts";
import { failureOf, wordsOf } from "./error.ts";
import { createStandings } from "./person.ts";
import type { Workspace } from "./workspace.ts";

const freshMs = 60_000;
/**
 * usergroups.users.list allows 20 calls a minute. For `asOf: "now"` Slack is called each time; after this many calls
 * within a minute, results up to `busyMs` old are reused: 8 calls, and 12 more at one per 5 s, make 20.
 */
const manyAsked = 8;
const groupsAtMost = 20;
/** Lookups that don't decide what is sent and have an older result stop here, and leave the rest to the others. */
const othersAtMost = 12;
const minuteMs = 60_000;
const busyMs = 5_000;
/** If Slack is unavailable, lookups without `asOf` use results up to this old. */
const usableMs = 300_000;
/** Slack's limit for a page; so many pages are a channel of 50,000 members. */
const pageSize = 999;
const maxPages = 50;
const maxKept = 500;

type Ask = () => Promise<ReadonlySet<string>>;

interface Question {
  readonly id: string;
  readonly what: string;
  readonly ask: Ask;
  readonly isGroup?: boolean;
}

interface Kept {
  readonly atMs: number;
  readonly users: ReadonlySet<string>;
}

/** Looks up members of groups, channels and the workspace. Concurrent lookups of the same one share a call. */
export function createDirectory(ports: {
  readonly client: WebClient;
  readonly workspace: () => Workspace | undefined;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): Directory {
  const { client, clock, telemetry } = ports;
  const standings = createStandings(ports);
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<Lookup>>();
  let askedAt: readonly number[] = [];
  let groupsAt: readonly number[] = [];

  async function lookUp({ id, what, ask, isGroup = false }: Question, asOf?: AsOf): Promise<Lookup> {
    const last = kept.get(id);
    const isYounger = (ms: number): boolean => last !== undefined && clock.monotonicMs() - last.atMs < ms;
    if (last !== undefined && isYounger(asOf === "now" ? nowMs() : asOf === "recent" ? busyMs : freshMs))
      return { kind: "found", users: last.users };
    if (!asking.has(id) && isGroup && !mayAskForGroup(asOf === "now" || last === undefined)) {
      if (last !== undefined && asOf === undefined && isYounger(usableMs))
        return { kind: "found", users: last.users };
      return {
        kind: "failed",
        what: `${what}: Slack has been asked too often in this minute`,
        cause: undefined,
      };
    }
    // The client times out after 3 s, so a call that is joined here is never older than that.
    const running = asking.get(id) ?? askNow(id, what, ask).finally(() => asking.delete(id));
    asking.set(id, running);
    const found = await running;
    if (found.kind === "found" || last === undefined || asOf !== undefined || !isYounger(usableMs))
      return found;
    return { kind: "found", users: last.users };
  }

  /** A policy can name several groups: together they have to stay within Slack's limit. */
  function mayAskForGroup(fromTheRest: boolean): boolean {
    const now = clock.monotonicMs();
    groupsAt = groupsAt.filter((atMs) => now - atMs <= minuteMs);
    if (groupsAt.length >= (fromTheRest ? groupsAtMost : othersAtMost)) return false;
    groupsAt = [...groupsAt, now];
    return true;
  }

  function nowMs(): number {
    askedAt = askedAt.filter((atMs) => clock.monotonicMs() - atMs < 60_000);
    return askedAt.length < manyAsked ? 0 : busyMs;
  }

  async function askNow(id: string, what: string, ask: Ask): Promise<Lookup> {
    const atMs = clock.monotonicMs();
    askedAt = [...askedAt.slice(1 - manyAsked), atMs];
    try {
      const users = await ask();
      if (kept.size >= maxKept) kept.clear();
      kept.set(id, { atMs, users });
      return { kind: "found", users };
    } catch (error) {
      const cause = wordsOf(failureOf(error));
      telemetry.count("slack_lookups_failed");
      telemetry.log("warn", "usergroup or channel member lookup failed", { id, cause });
      return { kind: "failed", what: `${what}: ${cause}`, cause: error };
    }
  }

  async function groupUsers(usergroup: string): Promise<ReadonlySet<string>> {
    try {
      const { users } = await client.usergroups.users.list({ usergroup });
      return new Set(users ?? []);
    } catch (error) {
      // Slack did not count this call. Counting it would make lookups after an outage wait for the minute to end.
      if (failureOf(error).kind !== "rate-limited") groupsAt = groupsAt.slice(0, -1);
      throw error;
    }
  }

  async function channelUsers(channel: string): Promise<ReadonlySet<string>> {
    const users = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const answer = await client.conversations.members({
        channel,
        limit: pageSize,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const user of answer.members ?? []) users.add(user);
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") return users;
    }
    throw new Error(`more than ${maxPages * pageSize} members`);
  }

  return {
    groupMembers: (usergroup, asOf) =>
      lookUp(
        {
          ...{ id: usergroup, what: `members of the user group ${usergroup}`, isGroup: true },
          ask: () => groupUsers(usergroup),
        },
        asOf,
      ),
    channelMembers: (channel, asOf) =>
      lookUp(
        { id: channel, what: `members of the channel ${channel}`, ask: () => channelUsers(channel) },
        asOf,
      ),
    standing: (user) => standings(user, 0),
  };
}
