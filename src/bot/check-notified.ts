/** Finds people who would not be notified of what needs them: valid configurations that are probably mistakes. */

import type { Mention } from "../handlers/decision.ts";
import { notifiedBy } from "../handlers/notify.ts";
import type { Policy, Route } from "../handlers/policy.ts";
import type { Directory } from "../handlers/ports.ts";

type Lookups = Pick<Directory, "groupMembers" | "channelMembers">;

/** usergroups.users.list allows 20 calls a minute, and this check is not its only caller. */
const groupsAtMost = 15;
const namesAtMost = 5;

/** One sentence per policy and channel in which somebody is not notified. */
export async function checkNotified(
  routes: readonly Route[],
  channels: ReadonlyMap<string, string>,
  directory: Lookups,
): Promise<readonly string[]> {
  const pairs = routes.filter(
    ({ channel, policy }, index) =>
      routes.findIndex((other) => other.channel === channel && other.policy.name === policy.name) === index,
  );
  const groups = new Set(pairs.flatMap(({ policy }) => mentionedBy(policy)).flatMap(groupIn));
  const asked = new Set([...groups].slice(0, groupsAtMost));
  const found = await Promise.all(
    pairs.map(async ({ channel, policy }) => {
      const name = channels.get(channel);
      if (name === undefined) return [];
      const where = `#${name} (${channel})`;
      return [
        ...followersOnly(policy, where),
        ...(await absent({ channel, policy, where, asked }, directory)),
      ];
    }),
  );
  const left = groups.size - asked.size;
  return [
    ...found.flat(),
    ...(left > 0
      ? [`${left} more user groups were not looked up: who of them is in the channels is not known.`]
      : []),
  ];
}

function followersOnly(policy: Policy, where: string): readonly string[] {
  if (notifiedBy(policy).kind !== "channel") return [];
  return [
    `Policy ${policy.name} in ${where}: everybody there may answer, and \`notify\` is not set. A hold notifies only those who follow the channel.`,
  ];
}

async function absent(
  {
    channel,
    policy,
    where,
    asked,
  }: {
    readonly channel: string;
    readonly policy: Policy;
    readonly where: string;
    readonly asked: ReadonlySet<string>;
  },
  directory: Lookups,
): Promise<readonly string[]> {
  const mentioned = mentionedBy(policy).filter(({ kind, id }) => kind === "user" || asked.has(id));
  if (mentioned.length === 0) return [];
  const members = await directory.channelMembers(channel);
  if (members.kind === "failed") return [`Who is in ${where} could not be read: ${members.what}.`];
  const sentences = mentioned.map(async ({ kind, id }): Promise<readonly string[]> => {
    if (kind === "user")
      return members.users.has(id)
        ? []
        : [`Policy ${policy.name}: user ${id} is not in ${where} and is notified of nothing there.`];
    const group = await directory.groupMembers(id);
    if (group.kind === "failed")
      return [`Policy ${policy.name}: user group ${id} could not be read: ${group.what}.`];
    const missing = [...group.users].filter((user) => !members.users.has(user));
    if (missing.length === 0) return [];
    const more = missing.length > namesAtMost ? ` and ${missing.length - namesAtMost} more` : "";
    const names = `${missing.slice(0, namesAtMost).join(", ")}${more}`;
    return [
      `Policy ${policy.name}: ${missing.length} of ${group.users.size} members of user group ${id} are not in ${where} and are notified of nothing there: ${names}.`,
    ];
  });
  return (await Promise.all(sentences)).flat();
}

/** Everybody the policy names, without duplicates. */
function mentionedBy({ notify = [], rules }: Policy): readonly Mention[] {
  const approvers = Object.values(rules).flatMap(({ approvers }) =>
    approvers === "channel-members" ? [] : approvers,
  );
  const all: readonly Mention[] = [...notify, ...approvers];
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index);
}

function groupIn({ kind, id }: Mention): readonly string[] {
  return kind === "usergroup" ? [id] : [];
}
