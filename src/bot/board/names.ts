import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Clock } from "../../handlers/ports.ts";
import type { SlackCalls } from "../slack/call.ts";

/**
 * Looks up the names of users and user groups, for text that must not notify them. Ids without a known name are left
 * out.
 */
export type Names = (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;

const usersInfo = z.object({
  user: z.object({
    name: z.string(),
    profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).default({}),
  }),
});

const userGroups = z.object({
  usergroups: z.array(z.object({ id: z.string(), handle: z.string() })),
});

const knownMs = 3_600_000;
const maxKnown = 10_000;

export function createNames({
  client,
  slackCalls,
  clock,
}: {
  readonly client: WebClient;
  readonly slackCalls: SlackCalls;
  readonly clock: Pick<Clock, "monotonicMs">;
}): Names {
  const known = new Map<string, { readonly name: string; readonly atMs: number }>();

  function keep(id: string, name: string): void {
    if (known.size >= maxKnown) known.clear();
    known.set(id, { name, atMs: clock.monotonicMs() });
  }

  async function askForUser(user: string): Promise<void> {
    const called = await slackCalls.call("users.info", () => client.users.info({ user }));
    const parsed = called.kind === "answered" ? usersInfo.safeParse(called.answer) : undefined;
    if (parsed?.success !== true) return;
    const { name: login, profile } = parsed.data.user;
    keep(user, [profile.display_name, profile.real_name].find((it) => (it ?? "") !== "") ?? login);
  }

  async function askForGroups(): Promise<void> {
    const called = await slackCalls.call("usergroups.list", () => client.usergroups.list({}));
    const parsed = called.kind === "answered" ? userGroups.safeParse(called.answer) : undefined;
    for (const { id, handle } of parsed?.data?.usergroups ?? []) keep(id, handle);
  }

  return async (ids) => {
    const old = ids.filter((id) => clock.monotonicMs() - (known.get(id)?.atMs ?? -knownMs) >= knownMs);
    const isGroup = (id: string): boolean => id.startsWith("S");
    await Promise.all([
      ...old.filter((id) => !isGroup(id)).map(askForUser),
      ...(old.some(isGroup) ? [askForGroups()] : []),
    ]);
    return new Map(
      ids.flatMap((id) => {
        const name = known.get(id)?.name;
        return name === undefined ? [] : [[id, name] as const];
      }),
    );
  };
}
