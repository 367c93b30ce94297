import type { Rates } from "./rates.ts";
import type { Channel, Person, Seed, UserGroup } from "./workspace.ts";

export interface FakeSlackOptions {
  readonly port?: number;
  readonly team?: Seed["team"];
  readonly app?: Partial<Seed["app"]>;
  readonly people?: readonly Person[];
  readonly channels?: readonly Channel[];
  readonly userGroups?: readonly UserGroup[];
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  /** The scopes of the bot token. Default: all, so that only tests about scopes list them. */
  readonly scopes?: readonly string[];
  /** Absent or false: no limits. True: the published ones. */
  readonly rateLimits?: boolean | Rates;
  /** Whole milliseconds since the epoch. Used for triggers, response URLs, rate limits and message times. */
  readonly clock?: () => number;
}

export const allScopes: readonly string[] = [
  "chat:write",
  "chat:write.public",
  "commands",
  "channels:history",
  "channels:read",
  "groups:history",
  "groups:read",
  "usergroups:read",
  "users:read",
  "users:read.email",
];

/** The default workspace: two approvers, one person who is not, one channel, one group. */
export function seedFrom(options: FakeSlackOptions): Seed {
  const people = options.people ?? [
    { id: "U0MARA", name: "mara", realName: "Mara Lind", email: "mara@example.com" },
    { id: "U0JUN", name: "jun", realName: "Jun Park", email: "jun@example.com" },
    { id: "U0THEO", name: "theo", realName: "Theo Roy", email: "theo@example.com" },
  ];
  return {
    team: options.team ?? { id: "T0HOME", name: "Example", domain: "example" },
    app: { id: "A0HOLD", botId: "B0HOLD", botUserId: "U0HOLD", name: "holdpoint", ...options.app },
    people,
    channels: options.channels ?? [
      { id: "C0DEPLOY", name: "deployments", members: people.map(({ id }) => id) },
    ],
    userGroups: options.userGroups ?? [
      { id: "S0ONCALL", handle: "oncall", name: "On call", users: ["U0MARA", "U0JUN"] },
    ],
  };
}
