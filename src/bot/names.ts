import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Clock } from "../handlers/ports.ts";
import type { SlackCalls } from "./slack-call.ts";

/** What people are called, for texts that must not notify them. Those who could not be looked up are left out. */
export type Names = (users: readonly string[]) => Promise<ReadonlyMap<string, string>>;

const usersInfo = z.object({
  user: z.object({
    name: z.string(),
    profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).default({}),
  }),
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

  async function nameOf(user: string): Promise<string | undefined> {
    const last = known.get(user);
    if (last !== undefined && clock.monotonicMs() - last.atMs < knownMs) return last.name;
    const called = await slackCalls.call("users.info", () => client.users.info({ user }));
    const parsed = called.kind === "answered" ? usersInfo.safeParse(called.answer) : undefined;
    if (parsed?.success !== true) return last?.name;
    const { name: login, profile } = parsed.data.user;
    const name = [profile.display_name, profile.real_name].find((it) => (it ?? "") !== "") ?? login;
    if (known.size >= maxKnown) known.clear();
    known.set(user, { name, atMs: clock.monotonicMs() });
    return name;
  }

  return async (users) => {
    const found = await Promise.all(users.map(async (user) => ({ user, name: await nameOf(user) })));
    return new Map(found.flatMap(({ user, name }) => (name === undefined ? [] : [[user, name] as const])));
  };
}
