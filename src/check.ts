/** `holdpoint check`: tests everything in the configuration and reports all problems at once. Changes nothing. */

import { createClients } from "./aws/client/clients.ts";
import { createSystems } from "./aws/index.ts";
import { checkChannel, missingScopes } from "./bot/check.ts";
import { checkNotified } from "./bot/check-notified.ts";
import { createSlackClients } from "./bot/slack/clients.ts";
import { createDirectory } from "./bot/slack/directory.ts";
import { createWorkspaceLink } from "./bot/slack/workspace.ts";
import type { Config } from "./config/load.ts";
import { couldShow, routeFor } from "./handlers/policy.ts";
import type { Clock, System, Telemetry, Wanted } from "./handlers/ports.ts";
import { storeReasons } from "./readiness.ts";
import { openStore } from "./store/connection/open.ts";

export interface Finding {
  readonly kind: "good" | "note" | "wrong";
  readonly message: string;
}

const good = (message: string): Finding => ({ kind: "good", message });
const note = (message: string): Finding => ({ kind: "note", message });
const wrong = (message: string): Finding => ({ kind: "wrong", message });

export async function checkHoldpoint(
  config: Config,
  ports: { readonly clock: Clock; readonly telemetry: Telemetry },
): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    checkSlack(config, ports),
    checkStore(config, ports.telemetry),
    checkAws(config, ports.telemetry),
    checkEvents(config),
  ]);
  return findings.flat();
}

async function checkSlack(
  { slack, routes, fallbackChannel }: Config,
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
): Promise<readonly Finding[]> {
  const slackApiUrl = slack.apiUrl === undefined ? {} : { slackApiUrl: slack.apiUrl };
  const { lookups } = createSlackClients({ botToken: slack.botToken, ...slackApiUrl, telemetry });
  try {
    const workspace = await createWorkspaceLink({ client: lookups, clock, telemetry }).ask();
    const scopes = missingScopes(workspace).map(wrong);
    const fallback = fallbackChannel === undefined ? [] : [fallbackChannel];
    const channels = [...new Set([...routes.map(({ channel }) => channel), ...fallback])];
    const checked = await Promise.all(channels.map((channel) => checkChannel(lookups, channel)));
    const seen = checked.flatMap(({ channel, name, problems }) =>
      problems.length === 0 ? [good(`The bot is in #${name ?? channel} (${channel}).`)] : problems.map(wrong),
    );
    const grid =
      workspace.enterpriseId === undefined
        ? []
        : [
            note(
              "Slack: on Enterprise Grid a command whose name another app has reaches nobody. Where /deploy does nothing, rename it in the manifest.",
            ),
          ];
    const open = checked.filter(({ problems }) => problems.length === 0);
    const names = new Map(open.map(({ channel, name = channel }) => [channel, name]));
    const directory = createDirectory({ client: lookups, workspace: () => workspace, clock, telemetry });
    const notified = (await checkNotified(routes, names, directory)).map(note);
    return [
      good(`Slack: the bot belongs to the workspace ${workspace.name}.`),
      ...grid,
      ...scopes,
      ...seen,
      ...notified,
    ];
  } catch (error: unknown) {
    return [wrong(`Slack: ${wordsOf(error)}`)];
  }
}

async function checkStore({ redis, dataDir }: Config, telemetry: Telemetry): Promise<readonly Finding[]> {
  if (redis === undefined)
    return [
      note("Store: REDIS_URL is not set, so this process keeps a store of its own. For one replica only."),
    ];
  const open = await openStore({ url: redis, dataDir, telemetry });
  try {
    const ability = await open.ability();
    const reasons = storeReasons(ability);
    if (reasons.length > 0) return reasons.map(wrong);
    return ability.kind === "able" && ability.evictionPolicy === "unknown"
      ? [note("Store: Redis works, but does not say whether it may evict keys. It must not.")]
      : [good("Store: Redis works and never evicts.")];
  } finally {
    await open.close();
  }
}

/** One list call per system, account and region shows that the role can be assumed and can read. */
async function checkAws({ accounts, routes }: Config, telemetry: Telemetry): Promise<readonly Finding[]> {
  const clients = createClients(accounts);
  /** A system that no route shows needs no permissions. */
  const isShown =
    (account: Config["accounts"][number], region: string) =>
    ({ name: system }: System): boolean =>
      couldShow(routes, { system, account: account.id, accountName: account.name, region });
  const checkSystem = async (
    system: System,
    account: Config["accounts"][number],
    region: string,
  ): Promise<Finding> => {
    const place = `${system.title} in ${account.name} (${account.id}), ${region}`;
    const wanted: Wanted = (target, qualifiedTarget) =>
      routeFor(routes, {
        ...{ system: system.name, account: account.id, accountName: account.name, region },
        ...{ target, qualifiedTarget },
      }) !== undefined;
    const listing = await system.list(account.id, region, wanted);
    if (listing.kind === "unreadable") return wrong(`${place}: ${listing.why}`);
    const found = `${place}: readable, ${listing.refs.length} in progress`;
    return listing.whole
      ? good(`${found}.`)
      : note(
          `${found}, but not everything that exists could be listed. Until it is, commands with a bare name ask back.`,
        );
  };
  try {
    const places = accounts.flatMap((account) => account.regions.map((region) => ({ account, region })));
    const systems = createSystems(clients, telemetry, routes);
    const findings = places.map(async ({ account, region }): Promise<readonly Finding[]> => {
      const shown = systems.filter(isShown(account, region));
      if (shown.length === 0)
        return [note(`${account.name} (${account.id}), ${region}: no route shows anything of it.`)];
      return Promise.all(shown.map((system) => checkSystem(system, account, region)));
    });
    return (await Promise.all(findings)).flat();
  } finally {
    clients.destroy();
  }
}

async function checkEvents({ queues, eventsKey }: Config): Promise<readonly Finding[]> {
  if (queues.length === 0 && eventsKey === undefined)
    return [
      note(
        "Events: neither queues nor HOLDPOINT_EVENTS_KEY is set. Deployments are found by sweeps alone, within a minute.",
      ),
    ];
  const ways = [
    ...queues.map((url) => `the queue ${url}`),
    ...(eventsKey === undefined ? [] : ["/aws/events"]),
  ];
  return [good(`Events: expected from ${ways.join(" and ")}.`)];
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
