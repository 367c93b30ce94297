import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Person } from "../../handlers/policy.ts";
import type { Clock, Standing, Telemetry } from "../../handlers/ports.ts";
import { failureOf, wordsOf } from "./error.ts";
import type { Workspace } from "./workspace.ts";

const usersInfo = z.object({
  user: z.object({
    team_id: z.string(),
    is_stranger: z.boolean().optional(),
    deleted: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    enterprise_user: z.object({ enterprise_id: z.string() }).optional(),
  }),
});

const knownMs = 600_000;
const maxKnown = 10_000;

/** Slack's error codes for a user who is not in this workspace. */
const nobody = new Set(["user_not_found", "user_not_visible"]);

/** A user's workspace membership, at most `freshMs` old. */
export type Standings = (user: string, freshMs: number) => Promise<Standing>;

interface Ports {
  readonly client: WebClient;
  readonly workspace: () => Workspace | undefined;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** Looks up whether a user is an active member of this workspace, or of its enterprise grid. */
export function createStandings({ client, workspace, clock, telemetry }: Ports): Standings {
  const members = new Map<string, { readonly atMs: number; readonly standing: Standing }>();

  async function standingOf(user: string, me: Workspace): Promise<Standing> {
    const found = usersInfo.parse(await client.users.info({ user })).user;
    const inGrid = me.enterpriseId !== undefined && found.enterprise_user?.enterprise_id === me.enterpriseId;
    const isActive = found.is_stranger !== true && found.deleted !== true;
    if (!isActive || (found.team_id !== me.teamId && !inGrid)) return { kind: "outsider" };
    const isGuest = found.is_restricted === true || found.is_ultra_restricted === true;
    return isGuest ? { kind: "member", guest: true } : { kind: "member" };
  }

  return async (user, freshMs) => {
    const me = workspace();
    if (me === undefined) return { kind: "failed", what: "Slack has not accepted the token yet" };
    const last = members.get(user);
    if (last !== undefined && clock.monotonicMs() - last.atMs < freshMs) return last.standing;
    try {
      const atMs = clock.monotonicMs();
      members.delete(user);
      const standing = await standingOf(user, me);
      if (standing.kind !== "member") return standing;
      if (members.size >= maxKnown) members.clear();
      members.set(user, { atMs, standing });
      return standing;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "refused" && nobody.has(failure.error)) return { kind: "outsider" };
      const cause = wordsOf(failure);
      telemetry.log("warn", "user lookup failed", { user, cause });
      return { kind: "failed", what: `user ${user}: ${cause}` };
    }
  };
}

/**
 * Determines whether a user belongs to this workspace, or to its enterprise grid. A click contains the user's own team;
 * a command does not, so that takes a lookup. A user whose workspace is unknown counts as foreign (P8).
 */
export function createPersons({
  workspace,
  standings,
}: {
  readonly workspace: () => Workspace | undefined;
  readonly standings: Standings;
}): (user: string, teamId: string | undefined) => Promise<Person> {
  return async function personOf(user, teamId) {
    const me = workspace();
    if (me === undefined) return { user, foreign: true };
    if (teamId === me.teamId) return { user, foreign: false };
    const mayBeOwn = teamId === undefined || me.enterpriseId !== undefined;
    if (!mayBeOwn) return { user, foreign: true };
    const { kind } = await standings(user, knownMs);
    return { user, foreign: kind !== "member" };
  };
}
