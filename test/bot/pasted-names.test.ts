/** Names as they are pasted from AWS, and an account before a name. */
import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/bot/parse-command.ts";
import { isQualified, knownOf, type World } from "../../src/bot/resolve-target.ts";
import { understand } from "../../src/bot/understand.ts";
import { entry, worldOf } from "./worlds.ts";

const serviceArn = "arn:aws:ecs:eu-west-1:111122223333:service/main/basket-api";
const deploymentArn = "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/basket-api/abcDEF123";
const base = { target: "basket-api", qualifiedTarget: "main/basket-api" };
const inProd = entry(base);
const pasted = { ...inProd, ref: { ...inProd.ref, id: deploymentArn } };
const inStaging = entry({ ...base, accountName: "staging" });
const shop = entry({ system: "codedeploy", target: "shop", qualifiedTarget: "shop/blue" });
const shopPasted = { ...shop, ref: { ...shop.ref, id: "d-ZO5WRXEZ1" } };
const world: World = { ...worldOf(), entries: [pasted, inStaging, shopPasted] };

function read(text: string, of: World = world) {
  const command = parseCommand(text, knownOf(of));
  if (command.kind !== "ask") throw new Error(command.kind);
  return understand(command, of);
}

describe("what is clear acts on that one", () => {
  it.each([
    ["prod/basket-api", deploymentArn],
    ["PROD/main/basket-api", deploymentArn],
    ["111122223333/basket-api", deploymentArn],
    ["staging/basket-api because slow", inStaging.ref.id],
    [serviceArn, deploymentArn],
    [`${deploymentArn}: slow`, deploymentArn],
    ["d-ZO5WRXEZ1", "d-ZO5WRXEZ1"],
    ["`d-zo5wrxez1` in prod", "d-ZO5WRXEZ1"],
  ])("%s", (name, id) => {
    expect(read(`rollback ${name}`)).toMatchObject({
      ...{ kind: "understood", isClear: true },
      meant: [{ entry: { ref: { id } } }],
    });
  });

  it("is qualified by an ARN or an id, and not by an account", () => {
    for (const name of [serviceArn, deploymentArn]) expect(isQualified({ name }, pasted)).toBe(true);
    expect(isQualified({ name: "d-ZO5WRXEZ1" }, shopPasted)).toBe(true);
    expect(isQualified({ name: "prod/basket-api" }, pasted)).toBe(false);
  });
});

it.each([
  ["aws-cn", "cn-north-1"],
  ["aws-us-gov", "us-gov-west-1"],
])("takes the ARN of a service in %s", (partition, region) => {
  const there = { ...inProd, ref: { ...inProd.ref, region } };
  const arn = `arn:${partition}:ecs:${region}:111122223333:service/main/basket-api`;
  expect(isQualified({ name: arn }, there)).toBe(true);
  expect(read(`rollback ${arn}`, { ...worldOf(), entries: [there] })).toMatchObject({
    ...{ kind: "understood", isClear: true },
  });
});

it("takes a cluster's name before an account's", () => {
  const both = worldOf(
    { target: "api", qualifiedTarget: "prod/api", accountName: "staging" },
    { target: "api", qualifiedTarget: "main/api" },
  );
  expect(read("rollback prod/api", both)).toMatchObject({
    meant: [{ entry: { qualifiedTarget: "prod/api" } }],
  });
});

it.each([
  "prod/basket-apo",
  "dev/basket-api",
  "d-NOTHING1",
  "d-NOTHING1 it is slow",
  "prod/basket-api in staging",
  `${deploymentArn} in staging`,
  serviceArn.replace("111122223333", "999900001111"),
  serviceArn.replace("eu-west-1", "us-east-1"),
  serviceArn.replace("main", "mian"),
  deploymentArn.replace("abcDEF123", "anotherOne"),
])("never acts at once on what is not known: %s", (name) => {
  const understood = read(`rollback ${name}`);
  expect(understood.kind === "understood" && understood.isClear).toBe(false);
});

it("offers the service of an ARN that is not known", () => {
  expect(read(`rollback ${deploymentArn.replace("abcDEF123", "anotherOne")}`)).toMatchObject({
    ...{ kind: "understood", isClear: false },
    meant: [{ entry: { target: "basket-api" } }, { entry: { target: "basket-api" } }],
  });
});

it("does not act on a newer deployment where an older one was pasted", () => {
  const old = { ...shopPasted, ref: { ...shop.ref, id: "d-OLD000000" }, state: "ended" as const };
  expect(read("rollback d-OLD000000", { ...world, entries: [old, shopPasted] })).toMatchObject({
    meant: [{ entry: { ref: { id: "d-OLD000000" } } }],
  });
});
