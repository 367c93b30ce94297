import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Person } from "../handlers/policy.ts";
import type { Clock, Telemetry } from "../handlers/ports.ts";
import { failureOf, wordsOf } from "./slack-error.ts";
import type { Workspace } from "./workspace.ts";

const usersInfo = z.object({
  user: z.object({
    team_id: z.string(),
    is_stranger: z.boolean().optional(),
    deleted: z.boolean().optional(),
    enterprise_user: z.object({ enterprise_id: z.string() }).optional(),
  }),
});

const knownMs = 600_000;
const maxKnown = 10_000;

/**
 * Says whether somebody belongs to this workspace, or to its enterprise grid. A click names the person's own team; a
 * command does not, and then Slack is asked. Whoever can't be placed is a stranger (P8).
 */
export function createPersons({
  client,
  workspace,
  clock,
  telemetry,
}: {
  readonly client: WebClient;
  readonly workspace: () => Workspace | undefined;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): (user: string, teamId: string | undefined) => Promise<Person> {
  const own = new Map<string, number>();

  async function isOwn(user: string, me: Workspace): Promise<boolean> {
    const since = own.get(user);
    if (since !== undefined && clock.monotonicMs() - since < knownMs) return true;
    try {
      const parsed = usersInfo.parse(await client.users.info({ user })).user;
      const inGrid =
        me.enterpriseId !== undefined && parsed.enterprise_user?.enterprise_id === me.enterpriseId;
      const belongs = parsed.is_stranger !== true && parsed.deleted !== true;
      if (!belongs || (parsed.team_id !== me.teamId && !inGrid)) return false;
      if (own.size >= maxKnown) own.clear();
      own.set(user, clock.monotonicMs());
      return true;
    } catch (error) {
      telemetry.log("warn", "person not looked up, taken for a stranger", {
        user,
        cause: wordsOf(failureOf(error)),
      });
      return false;
    }
  }

  return async function personOf(user, teamId) {
    const me = workspace();
    if (me === undefined) return { user, foreign: true };
    if (teamId === me.teamId) return { user, foreign: false };
    const mayBeOwn = teamId === undefined || me.enterpriseId !== undefined;
    return { user, foreign: !(mayBeOwn && (await isOwn(user, me))) };
  };
}
