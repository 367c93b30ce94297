/** What may be done at once while some places have not been listed. */
import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { mayMeanAnother } from "../../src/bot/command/unlisted-places.ts";
import type { ListablePlace } from "../../src/handlers/names/known-targets.ts";
import { entry, type Place, worldOf } from "./worlds.ts";

const targets = {
  ecs: { system: "ecs", target: "api", qualifiedTarget: "main/api" },
  bare: { system: "ecs", target: "api" },
  codedeploy: { system: "codedeploy", target: "shop", qualifiedTarget: "shop/blue" },
  appconfig: {
    ...{ system: "appconfig", target: "my shop/live", qualifiedTarget: "my shop/live" },
    which: "id abc1234/def5678",
  },
  stack: {
    ...{ system: "ecs", target: "payments-prod-RefundFunction-1A2B3C4D5E6F" },
    qualifiedTarget: "main/payments-prod-RefundFunction-1A2B3C4D5E6F",
  },
  marked: { system: "codedeploy", target: "shop", qualifiedTarget: "shop/<blue>" },
  strange: { system: "codedeploy", target: "shop", qualifiedTarget: "shop/‹blue›" },
  flags: {
    ...{ system: "appconfig", target: "my <shop>/live", qualifiedTarget: "my <shop>/live" },
    which: "id abc1234/def5678",
  },
  environment: { system: "proton", target: "orders", which: "Proton environment" },
  instance: {
    ...{ system: "proton", target: "orders/live", qualifiedTarget: "orders/live" },
    which: "Proton service instance",
  },
} as const satisfies Readonly<Record<string, Place>>;
type Name = keyof typeof targets;

/** What has not been listed, beside where the target is. */
const unlisted = {
  home: (here) => here,
  region: (here) => ({ ...here, region: "us-east-1" }),
  account: (here) => ({ ...here, account: "444455556666", accountName: "staging" }),
  system: (here) => ({ ...here, system: here.system === "ecs" ? "codedeploy" : "ecs" }),
} as const satisfies Readonly<Record<string, (here: ListablePlace) => ListablePlace>>;
type Unlisted = keyof typeof unlisted;

const arn = (system: string, resource: string) => `arn:aws:${system}:eu-west-1:111122223333:${resource}`;

/** Each with what must have been listed before it acts: everything else may be missing. */
const rows: readonly (readonly [Name, string, readonly Unlisted[]])[] = [
  ["ecs", "api", ["home", "region", "account", "system"]],
  ["ecs", "api in prod", ["home", "region", "account", "system"]],
  ["ecs", "api@prod", ["home", "region", "system"]],
  ["ecs", "prod/api", ["home", "region", "account", "system"]],
  ["ecs", "api in 111122223333", ["home", "region", "system"]],
  ["ecs", "api in eu-west-1", ["home", "account", "system"]],
  ["ecs", "api in 111122223333, eu-west-1, ecs", ["home"]],
  ["ecs", "main/api", ["region", "account"]],
  ["ecs", "api in main", ["region", "account"]],
  ["ecs", "MAIN/API", ["region", "account"]],
  ["ecs", "main/api@prod", ["region"]],
  ["ecs", "main/api in prod", ["region"]],
  ["ecs", "main/api in eu-west-1", ["account"]],
  ["ecs", "main/api in prod, eu-west-1", []],
  ["ecs", "api in main in prod in eu-west-1", []],
  ["ecs", arn("ecs", "service/main/api"), []],
  ["ecs", arn("ecs", "service/api"), ["home"]],
  ["ecs", `"111122223333 eu-west-1 main/api"`, []],
  ["bare", "api in prod, eu-west-1", ["home", "account", "system"]],
  ["codedeploy", "shop", ["home", "region", "account", "system"]],
  ["codedeploy", "shop in prod", ["home", "region", "account", "system"]],
  ["codedeploy", "shop/blue", ["region", "account"]],
  ["codedeploy", "shop in blue in prod", ["region"]],
  ["codedeploy", "shop/blue in prod, eu-west-1", []],
  ["codedeploy", arn("codedeploy", "deploymentgroup:shop/blue"), []],
  ["codedeploy", arn("codedeploy", "application:shop"), ["home"]],
  ["appconfig", "my shop", ["home", "region", "account", "system"]],
  ["appconfig", "abc1234", ["home", "region", "account", "system"]],
  ["appconfig", "my shop/live", ["home", "region", "account"]],
  ["appconfig", '"my shop/live"', ["home", "region", "account"]],
  ["appconfig", "my shop in live", ["home", "region", "account"]],
  ["appconfig", "my shop/live in prod", ["home", "region"]],
  ["appconfig", "my shop/live in prod, eu-west-1", ["home"]],
  ["appconfig", "my shop/live in id abc1234/def5678", []],
  ["appconfig", arn("appconfig", "application/abc1234/environment/def5678"), []],
  // What is cut or drawn with look-alikes may be another name in full.
  ["stack", "main/payments-prod-RefundFunction-1A2B3C4D5E6F", ["region", "account"]],
  ["stack", "main/payme…RefundFunction-1A2B3C4D5E6F", ["home", "region", "account", "system"]],
  ["stack", "main/payme…RefundFunction-1A2B3C4D5E6F@prod", ["home", "region", "system"]],
  ["stack", "payme…RefundFunction-1A2B3C4D5E6F in main", ["home", "region", "account"]],
  ["stack", "payme…RefundFunction-1A2B3C4D5E6F in main in prod, eu-west-1", ["home"]],
  ["marked", "shop/<blue>", ["region", "account"]],
  ["marked", "shop/‹blue›", ["home", "region", "account", "system"]],
  ["marked", "shop in <blue>", ["region", "account"]],
  ["strange", "shop/‹blue›", ["home", "region", "account", "system"]],
  ["strange", "shop/\\u2039blue\\u203a in prod, eu-west-1", ["home", "account", "system"]],
  ["flags", "my ‹shop›/live in prod, eu-west-1", ["home", "account", "system"]],
  ["flags", "my ‹shop›/live in id abc1234/def5678", []],
  ["environment", "orders", ["home", "region", "account", "system"]],
  ["environment", "orders in Proton environment", ["region", "account"]],
  ["environment", "orders in prod, eu-west-1", ["home", "account", "system"]],
  ["environment", "orders in prod, eu-west-1, Proton environment", []],
  ["environment", arn("proton", "environment/orders"), []],
  ["instance", "orders/live", ["region", "account"]],
  ["instance", "orders in live", ["region", "account"]],
  ["instance", "orders/live in prod, eu-west-1", []],
];

describe("what must have been listed", () => {
  it.each(rows)("of %s before %j acts: %j", (name, text, wanted) => {
    const meant = entry(targets[name]);
    const world = worldOf(targets[name]);
    const command = parseCommand(`cancel ${text}`, knownOf(world));
    if (command.kind !== "ask") throw new Error(command.kind);
    const understood = understand(command, world);
    if (understood.kind !== "understood") throw new Error(JSON.stringify(understood));
    expect(understood.isClear).toBe(true);
    const { system, account, region } = meant.ref;
    const here = { system, account, region, accountName: "prod" };
    const missing = Object.entries(unlisted).filter(([, placed]) =>
      mayMeanAnother(understood.words, meant, placed(here)),
    );
    expect(missing.map(([kind]) => kind)).toEqual(wanted);
  });
});
