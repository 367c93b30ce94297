import { z } from "zod";
import { personJson, userGroupJson } from "../wire.ts";
import type { Seed, Workspace } from "../workspace.ts";
import { flag, type Method, method, refuse } from "./method.ts";

/** auth, users and usergroups. */
export function directoryMethods(workspace: Workspace): Readonly<Record<string, Method>> {
  const { seed } = workspace;
  return {
    "api.test": method({
      token: "any",
      args: z.object({ error: z.string().optional() }),
      run: ({ error }) => (error === undefined ? { ok: true } : refuse(error)),
    }),
    "auth.test": method({ token: "any", args: z.object({}), run: () => ({ ok: true, ...identity(seed) }) }),
    "users.info": method({
      scopes: ["users:read"],
      args: z.object({ user: z.string() }),
      run: ({ user }, caller) => {
        const person = workspace.person(user);
        const withEmail = caller.scopes.includes("users:read.email");
        return person === undefined
          ? refuse("user_not_found")
          : { ok: true, user: personJson(seed, person, { withEmail }) };
      },
    }),
    "users.lookupByEmail": method({
      scopes: ["users:read.email"],
      args: z.object({ email: z.string() }),
      run: ({ email }) => {
        const person = workspace.people().find((it) => it.email === email);
        return person === undefined
          ? refuse("users_not_found")
          : { ok: true, user: personJson(seed, person, { withEmail: true }) };
      },
    }),
    "usergroups.list": method({
      scopes: ["usergroups:read"],
      args: z.object({ include_users: flag, include_disabled: flag }),
      run: (args) => ({
        ok: true,
        usergroups: workspace
          .userGroups()
          .filter((group) => args.include_disabled || group.disabled !== true)
          .map((group) => userGroupJson(seed, group, { withUsers: args.include_users })),
      }),
    }),
    "usergroups.users.list": method({
      scopes: ["usergroups:read"],
      args: z.object({ usergroup: z.string(), include_disabled: flag }),
      run: (args) => {
        const group = workspace.userGroup(args.usergroup);
        if (group === undefined) return refuse("no_such_subteam");
        if (group.disabled === true && !args.include_disabled) return refuse("no_such_subteam");
        return { ok: true, users: [...group.users] };
      },
    }),
  };
}

function identity({ team, app }: Seed) {
  return {
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    team_id: team.id,
    ...(team.enterpriseId === undefined ? {} : { enterprise_id: team.enterpriseId }),
    user: app.name,
    user_id: app.botUserId,
    bot_id: app.botId,
    app_id: app.id,
    is_enterprise_install: false,
  };
}
