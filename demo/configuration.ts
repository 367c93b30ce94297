/** The demo's holdpoint.yml: accounts, routes and policies. */

import { accounts, announcements, channel, onCall, services } from "./cast.ts";

const { account, region, name } = announcements;

const accountLines = accounts.map(
  (one) => `  "${one.account}":
    name: ${one.name}
    regions: [${one.region}]
    role: ${one.role}
    externalId: ${one.externalId}`,
);

export const configuration = `accounts:
${accountLines.join("\n")}

announce:
  bus: arn:aws:events:${region}:${account}:event-bus/${name}

routes:
  - match: { system: ecs, target: ${services.canary} }
    channel: ${channel.id}
    policy: careful
  - match: { system: ecs, target: ${services.raced} }
    channel: ${channel.id}
    policy: quick
  - match: { system: ecs, target: ${services.everybodys} }
    channel: ${channel.id}
    policy: everybody
  - match: { system: ecs }
    channel: ${channel.id}
    policy: standard
  # Proton is left alone unless a route names it.
  - match: { system: proton }
    channel: ${channel.id}
    policy: quick
  - channel: ${channel.id}
    policy: quick

policies:
  standard:
    approvers: ["usergroup:${onCall.id}"]
    rollback: { reason: required }
  careful:
    approvers: ["usergroup:${onCall.id}"]
    continue: { approvals: 2 }
  everybody:
    approvers: channel-members
  quick:
    approvers: ["usergroup:${onCall.id}"]
    revert: { reason: required }
`;
