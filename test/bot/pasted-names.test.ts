/** Names as they are pasted from AWS, and an account before a name. */
import { describe, expect, it } from "vitest";
import { drawChoice, drawUsage } from "../../src/bot/card/private/command.ts";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf, type World } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { labelOf, targetOf } from "../../src/handlers/names/targets.ts";
import { wordsOf } from "./card/reading.ts";
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
});

it.each([
  ["aws-cn", "cn-north-1"],
  ["aws-us-gov", "us-gov-west-1"],
])("takes the ARN of a service in %s", (partition, region) => {
  const there = { ...inProd, ref: { ...inProd.ref, region } };
  const arn = `arn:${partition}:ecs:${region}:111122223333:service/main/basket-api`;
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

it("offers the service of a deployment's ARN that is not known, and only where the ARN says", () => {
  expect(read(`rollback ${deploymentArn.replace("abcDEF123", "anotherOne")}`)).toMatchObject({
    ...{ kind: "understood", isClear: false },
    meant: [{ entry: { target: "basket-api", accountName: "prod" } }],
  });
});

describe("the ARN of a target", () => {
  const appconfig = { system: "appconfig", target: "shop/live", qualifiedTarget: "shop/live" } as const;
  const proton = { system: "proton", target: "orders" } as const;
  const all = worldOf(
    base,
    { ...base, region: "us-east-1" },
    { ...base, qualifiedTarget: "other/basket-api" },
    { system: "codedeploy", target: "shop", qualifiedTarget: "shop/blue" },
    { system: "codedeploy", target: "shop", qualifiedTarget: "shop/green" },
    { ...appconfig, which: "id abc1234/def5678" },
    { ...appconfig, which: "id abc1235/def5678" },
    { ...proton, which: "Proton service pipeline" },
    { ...proton, which: "Proton environment" },
    { ...proton, which: "Proton component" },
    { ...proton, target: "orders/live", which: "Proton service instance" },
  );
  const of = (system: string, resource: string) => `arn:aws:${system}:eu-west-1:111122223333:${resource}`;

  it.each([
    [of("ecs", "service/other/basket-api"), "111122223333 eu-west-1 other/basket-api"],
    [of("codedeploy", "deploymentgroup:shop/blue"), "111122223333 eu-west-1 shop/blue"],
    [
      of("appconfig", "application/abc1235/environment/def5678"),
      "111122223333 eu-west-1 shop/live id abc1235/def5678",
    ],
    [of("proton", "service/orders/pipeline"), "111122223333 eu-west-1 orders Proton service pipeline"],
    [of("proton", "environment/orders"), "111122223333 eu-west-1 orders Proton environment"],
    [of("proton", "component/orders"), "111122223333 eu-west-1 orders Proton component"],
    [
      of("proton", "service/orders/service-instance/live"),
      "111122223333 eu-west-1 orders/live Proton service instance",
    ],
  ])("is clear: %s", (arn, id) => {
    for (const text of [arn, `\`${arn}\``, `${arn}.`, `${arn}: slow`, `${arn} in prod`])
      expect(read(`rollback ${text}`, all)).toMatchObject({
        ...{ kind: "understood", isClear: true },
        meant: [{ entry: { ref: { id } } }],
      });
    expect(read(`rollback the ${arn}`, all)).toMatchObject({
      isClear: false,
      meant: [{ entry: { ref: { id } } }],
    });
    expect(read(`rollback ${arn} and other/basket-api`, all)).toMatchObject({ kind: "problem" });
  });

  it.each([
    of("ecs", "service/basket-api"),
    of("codedeploy", "application:shop"),
    of("ecs", "service-deployment/other/basket-api/abcDEF123"),
    of("appconfig", "application/abc1235/environment/def5678/deployment/4"),
  ])("is asked back where it is that of several, or of a deployment: %s", (arn) => {
    expect(read(`rollback ${arn}`, all)).toMatchObject({ kind: "understood", isClear: false });
  });

  it.each([of("ecs", "cluster/main"), of("s3", "bucket"), "arn:x", "arn:aws:ecs"])("is not %s", (arn) => {
    expect(read(`rollback ${arn}`, all)).toMatchObject({ problem: { kind: "unknown-target", target: arn } });
  });
});

describe("the ids of an AppConfig application and environment", () => {
  const live = { system: "appconfig", target: "shop/live", qualifiedTarget: "shop/live" } as const;
  const one = { ...live, which: "id abc1234/def5678" };
  const other = { ...live, which: "id abc1235/def5678" };
  const forms = ["abc1234/def5678", "ABC1234/DEF5678", "applications/abc1234/environments/def5678"];

  it.each([...forms, "application/abc1234/environment/def5678"])(
    "are taken for the environment: %s",
    (ids) => {
      for (const text of [ids, `\`${ids}\``, `${ids} in prod`, `${ids}: slow`, `${ids} because slow`])
        expect(read(`rollback ${text}`, worldOf(base, one, other))).toMatchObject({
          ...{ kind: "understood", isClear: true },
          meant: [{ entry: { which: one.which } }],
        });
      expect(read(`rollback ${ids}`, worldOf(base))).toMatchObject({ problem: { kind: "unknown-target" } });
    },
  );

  it("are asked back where they fit twice, only nearly, or stand behind other words", () => {
    expect(read("rollback id abc1234/def5678", worldOf(one, other))).toMatchObject({
      ...{ isClear: false, meant: [{ entry: { which: one.which } }] },
    });
    expect(read("rollback abc1234/def5678 abc1235/def5678", worldOf(one, other))).toMatchObject({
      problem: { kind: "several-names" },
    });
    const twice = worldOf(one, { ...one, accountName: "staging" });
    expect(read("rollback abc1234/def5678", twice)).toMatchObject({ isClear: false });
    expect(read("rollback abc1234/def5679", worldOf(one))).toMatchObject({ isClear: false, meant: [{}] });
  });

  it("are taken by the application's alone where it has one environment, and asked back where it has more", () => {
    const beta = { ...live, target: "shop/beta", qualifiedTarget: "shop/beta", which: "id abc1234/def5679" };
    const arn = "arn:aws:appconfig:eu-west-1:111122223333:application/abc1234";
    for (const id of ["abc1234", "ABC1234", "`abc1234` in prod", "abc1234: slow", "abc1234 in live", arn]) {
      expect(read(`rollback ${id}`, worldOf(base, one, other))).toMatchObject({
        ...{ kind: "understood", isClear: true },
        meant: [{ entry: { which: one.which } }],
      });
      expect(read(`rollback ${id}`, worldOf(one, beta, other))).toMatchObject({
        isClear: id.includes("live"),
        meant: id.includes("live") ? [{}] : [{}, {}],
      });
    }
    expect(read("rollback abc1239", worldOf(one))).toMatchObject({ isClear: false, meant: [{}] });
    const named = { system: "codedeploy", target: "abc1234" } as const;
    expect(read("rollback abc1234", worldOf(one, named))).toMatchObject({
      ...{ isClear: true, meant: [{ entry: { target: "abc1234" } }] },
    });
  });

  it("are no ids where something is called so", () => {
    const named = { ...live, target: "abc1234/def5678", qualifiedTarget: "abc1234/def5678" };
    expect(read("rollback abc1234/def5678", worldOf(one, named))).toMatchObject({
      ...{ isClear: true, meant: [{ entry: { target: "abc1234/def5678" } }] },
    });
  });
});

it.each([
  ...["abc1234/def5678", "abc1234/def5678/12", "d-4V6K2PQ0M", "ecs-svc/1234567890123456789"],
  ...["arn:aws-cn", "arn:aws-us-gov", "arn:aws-iso"].flatMap((arn) => [
    `${arn}:ecs:cn-north-1:111122223333:service-deployment/main/zzz/abcDEF123`,
    `${arn}:ecs:cn-north-1:111122223333:task-definition/zzz:4`,
  ]),
  "https://eu-west-1.console.aws.amazon.com/systems-manager/appconfig/applications/abc1234/environments/def5678",
  "https://cn-north-1.console.amazonaws.cn/ecs/v2/clusters/main/services/zzz",
])("says that a name is wanted where an id is not known: %s", (id) => {
  const problem = { kind: "unknown-target", target: id, meant: [], isId: true } as const;
  expect(read(`rollback ${id}`, worldOf(base))).toEqual({ kind: "problem", problem });
  expect(wordsOf(drawUsage(problem, "/deploy"))).toContain("Type the name instead of the id.");
});

it.each(["orders2", "cart/blue", "cart2/blue"])(
  "says nothing of ids to a name that is not known: %s",
  (target) => {
    const problem = { kind: "unknown-target", target, meant: [] } as const;
    expect(read(`rollback ${target}`, worldOf(base))).toEqual({ kind: "problem", problem });
    expect(wordsOf(drawUsage(problem, "/deploy"))).not.toContain("instead of the id");
  },
);

it.each(["aws-cn", "aws-us-gov"])(
  "takes the ARN of a deployment in %s, and offers its service for another",
  (aws) => {
    const id = `arn:${aws}:ecs:eu-west-1:111122223333:service-deployment/main/basket-api/abcDEF123`;
    const there = { ...worldOf(), entries: [{ ...inProd, ref: { ...inProd.ref, id } }] };
    expect(read(`rollback ${id}`, there)).toMatchObject({
      isClear: true,
      meant: [{ entry: { ref: { id } } }],
    });
    expect(read(`rollback ${id}4`, there)).toMatchObject({
      isClear: false,
      meant: [{ entry: { ref: { id } } }],
    });
  },
);

describe("an id that is not known", () => {
  const shops = [
    { ...shop, ref: { ...shop.ref, id: "d-ZO5WRXEZ1" } },
    { ...shop, ref: { ...shop.ref, id: "d-RUNNING99" }, target: "cart", state: "running" as const },
    { ...shop, ref: { ...shop.ref, id: "d-ENDED0000" }, target: "till", state: "ended" as const },
  ];
  const flags = {
    ...entry({ system: "appconfig", target: "flags/live", qualifiedTarget: "flags/live" }),
    ...{ ref: { ...shop.ref, system: "appconfig" as const, id: "abc1234/def5678/12" } },
  };
  const all = { ...world, entries: [pasted, inStaging, ...shops, flags] };
  const offered = (id: string, of: World = all) => {
    const understood = read(`rollback ${id}`, of);
    expect(understood).not.toMatchObject({ isClear: true });
    return understood.kind === "understood"
      ? understood.meant.map((it) => it.entry.target)
      : understood.problem;
  };

  it.each([
    ["d-ZO5WRXEZ2", ["shop"]],
    ["d-z05wrxez1", ["shop"]],
    ["d-RUNING99", ["cart"]],
    ["d-ENDED0001", ["till"]],
    ["abc1234/def5678/13", ["flags/live"]],
    ["abcDEF124", ["basket-api"]],
    // Nothing is like it: what waits in its system.
    ["d-4V6K2PQ0M", ["shop"]],
  ])("is offered what is nearest: %s", (id, targets) => {
    expect(offered(id)).toEqual(targets);
  });

  it("is offered what runs where nothing waits, and nothing where nothing runs", () => {
    const none = { kind: "unknown-target", target: "d-4V6K2PQ0M" };
    expect(offered("d-4V6K2PQ0M", { ...all, entries: [...shops.slice(1), flags] })).toEqual(["cart"]);
    expect(offered("d-4V6K2PQ0M", { ...all, entries: [pasted, flags, ...shops.slice(2)] })).toMatchObject(
      none,
    );
    expect(offered("d-backend")).toMatchObject({ kind: "unknown-target", target: "d-backend" });
  });

  it("is named beside what is offered", () => {
    const candidate = { label: labelOf(targetOf(shop), []), ref: shop.ref, value: "show" };
    const unknown = "d-4V6K2PQ0M";
    expect(wordsOf(drawChoice("rollback", [candidate], { slash: "/deploy", unknown }))).toContain(
      "Nothing waits or runs under the name or id `d-4V6K2PQ0M`.",
    );
  });
});

it("does not act on a newer deployment where an older one was pasted", () => {
  const old = { ...shopPasted, ref: { ...shop.ref, id: "d-OLD000000" }, state: "ended" as const };
  expect(read("rollback d-OLD000000", { ...world, entries: [old, shopPasted] })).toMatchObject({
    meant: [{ entry: { ref: { id: "d-OLD000000" } } }],
  });
});
