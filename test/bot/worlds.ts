/** What commands are judged against in tests. */
import type { World } from "../../src/bot/command/resolve-target.ts";
import type { ActiveEntry } from "../../src/handlers/store/queue.ts";

export interface Place {
  readonly system?: ActiveEntry["ref"]["system"];
  readonly target: string;
  readonly qualifiedTarget?: string;
  readonly which?: string;
  readonly accountName?: string;
  readonly region?: string;
  readonly state?: ActiveEntry["state"];
}

const accounts: Readonly<Record<string, string>> = { prod: "111122223333", staging: "444455556666" };

export function entry({
  system = "ecs",
  target,
  qualifiedTarget,
  which,
  accountName = "prod",
  region = "eu-west-1",
  state = "waiting",
}: Place) {
  const account = accounts[accountName] ?? "999900001111";
  const id = [account, region, qualifiedTarget ?? target, ...(which === undefined ? [] : [which])].join(" ");
  return {
    key: { lane: id, deployment: "0".repeat(10) },
    ref: { system, account, region, id },
    ...{ target, accountName, state, holdIds: [] },
    ...(qualifiedTarget === undefined ? {} : { qualifiedTarget }),
    ...(which === undefined ? {} : { which }),
  } satisfies ActiveEntry;
}

export function worldOf(...places: readonly Place[]): World {
  return { entries: places.map(entry), targets: [], complete: true };
}
