/**
 * Decides what one person may see. Deployments routed to a private channel are visible to its members and to approvers
 * only; a guest sees those of a public channel only as its member. Anything that can't be looked up stays hidden.
 */

import type { WebClient } from "@slack/web-api";
import { lookUp } from "../../handlers/answer/look-up.ts";
import { ruleNames } from "../../handlers/deployment.ts";
import { type Target, targetOf } from "../../handlers/names/targets.ts";
import { judgePerson, type Person, type Route, routeFor } from "../../handlers/policy.ts";
import type { Clock, Directory, Telemetry } from "../../handlers/ports.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import { createChannelKind } from "./channel-kind.ts";
import type { Standings } from "./person.ts";

/** One person's visibility of targets and entries, looked up once per channel. */
export interface Sight {
  readonly target: (target: Target) => Promise<boolean>;
  readonly entry: (entry: ActiveEntry) => Promise<boolean>;
  /** True if the person may see at least one target of this account and region. */
  place(place: { readonly routes: readonly Route[] }): Promise<boolean>;
  isGuest(): Promise<boolean>;
}

export type SightOf = (person: Person) => Sight;

/** Guest status hardly ever changes. */
const knownMs = 600_000;

export function createSight({
  client,
  directory,
  standings,
  routes,
  clock,
  telemetry,
}: {
  readonly client: WebClient;
  readonly directory: Directory;
  readonly standings: Standings;
  readonly routes: readonly Route[];
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): SightOf {
  const kindOf = createChannelKind({ client, clock, telemetry });

  return (person) => {
    const asked = new Map<string, Promise<boolean>>();
    const once = (key: string, ask: () => Promise<boolean>): Promise<boolean> => {
      const answer = asked.get(key) ?? ask();
      asked.set(key, answer);
      return answer;
    };

    const isFull = () =>
      once("full member", async () => {
        const standing = await standings(person.user, knownMs);
        return standing.kind === "member" && standing.guest === undefined;
      });

    const seesChannel = (channel: string) =>
      once(`channel ${channel}`, async () => {
        if ((await kindOf(channel)) === "public" && (await isFull())) return true;
        const members = await directory.channelMembers(channel);
        return members.kind === "found" && members.users.has(person.user);
      });

    const isApprover = ({ policy, channel }: Route) =>
      once(`policy ${policy.name} ${channel}`, async () => {
        const verdicts = ruleNames.map(async (action) =>
          judgePerson(policy, { action, person }, await lookUp(directory, policy.rules[action], channel)),
        );
        return (await Promise.all(verdicts)).some(({ kind }) => kind === "allowed");
      });

    const sees = async (route: Route | undefined, cardChannel?: string): Promise<boolean> => {
      if (person.foreign) return false;
      const channels = [route?.channel, cardChannel].filter((channel) => channel !== undefined);
      const seen = await Promise.all([...new Set(channels)].map(seesChannel));
      if (seen.length > 0 && seen.every((it) => it)) return true;
      // The rights are those of the card's channel.
      return route !== undefined && isApprover({ ...route, channel: cardChannel ?? route.channel });
    };

    const target = (it: Target) => sees(routeFor(routes, it));

    return {
      target,
      entry: (entry) => {
        const it = targetOf(entry);
        return sees(routeFor(routes, it), entry.channel);
      },
      async place({ routes: shown }) {
        return (await Promise.all(shown.map((route) => sees(route)))).some((it) => it);
      },
      isGuest: async () => !(await isFull()),
    };
  };
}

export async function filterAsync<Item>(
  items: readonly Item[],
  keep: (item: Item) => Promise<boolean>,
): Promise<readonly Item[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, index) => kept[index] === true);
}
