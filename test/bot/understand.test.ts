import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { narrowed } from "../../src/bot/command/narrow.ts";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf, type World } from "../../src/bot/command/resolve-target.ts";
import { type Understood, understand } from "../../src/bot/command/understand.ts";
import { distinct, targetOf } from "../../src/handlers/names/targets.ts";
import { entry, type Place, worldOf } from "./worlds.ts";

function read(text: string, world: World): Understood {
  const command = parseCommand(text, knownOf(world));
  if (command.kind !== "ask" && command.kind !== "show" && command.kind !== "withdraw")
    throw new Error(`${text} is ${command.kind}`);
  return understand(command, world);
}

/** What is done at once; undefined: nothing. */
function doneAtOnce(text: string, world: World) {
  const understood = read(text, world);
  if (understood.kind !== "understood" || !understood.isClear) return undefined;
  return understood.meant.map(({ entry: { ref }, reason }) => ({ id: ref.id, reason }));
}

const basket = worldOf({ target: "basket-api" }, { target: "basket-api", accountName: "staging" });
const clusters = worldOf(
  { target: "api", qualifiedTarget: "prod/api", state: "ended" },
  { target: "api", qualifiedTarget: "staging/api" },
);
const strange = worldOf(
  { target: "shop" },
  { target: "shop in prod", accountName: "staging" },
  { target: "because" },
  { target: "pay@ments" },
  { target: "flags: eu/main" },
);

describe("what is done at once", () => {
  it.each([
    ["rollback basket-api in staging", basket, "444455556666 eu-west-1 basket-api", undefined],
    [
      "rollback basket-api in prod because it is slow",
      basket,
      "111122223333 eu-west-1 basket-api",
      "it is slow",
    ],
    ["rollback basket-api in staging because of a bug", basket, "444455556666 eu-west-1 basket-api", "a bug"],
    ["rollback basket-api@staging: it is slow", basket, "444455556666 eu-west-1 basket-api", "it is slow"],
    [
      "rollback “basket-api” in “staging” “it is slow”",
      basket,
      "444455556666 eu-west-1 basket-api",
      "it is slow",
    ],
    ["rollback ✋ Waiting: basket-api in staging", basket, "444455556666 eu-west-1 basket-api", undefined],
    ["rollback basket-api in staging/eu-west-1", basket, "444455556666 eu-west-1 basket-api", undefined],
    ["rollback basket-api in staging, eu-west-1", basket, "444455556666 eu-west-1 basket-api", undefined],
    ["rollback BASKET-API\u00a0 in \n STAGING.", basket, "444455556666 eu-west-1 basket-api", undefined],
    ["rollback staging/api", clusters, "111122223333 eu-west-1 staging/api", undefined],
    ["rollback api in staging", clusters, "111122223333 eu-west-1 staging/api", undefined],
    ["continue because", strange, "111122223333 eu-west-1 because", undefined],
    ["continue because because because", strange, "111122223333 eu-west-1 because", "because"],
    ["continue pay@ments", strange, "111122223333 eu-west-1 pay@ments", undefined],
    ["continue flags: eu/main: looks good", strange, "111122223333 eu-west-1 flags: eu/main", "looks good"],
    ['continue "shop in prod"', strange, "444455556666 eu-west-1 shop in prod", undefined],
  ])("%s", (text, world, id, reason) => {
    expect(doneAtOnce(text, world)).toEqual([{ id, reason }]);
  });
});

describe("what is asked back or refused", () => {
  it.each([
    ["rollback basket-api", basket],
    ["rollback basket-api staging", basket],
    ["rollback basket-api in stagign", basket],
    ["rollback basket-api in staging now", basket],
    ["rollback basket-api in staging in prod", basket],
    ["rollback basket-api in us-east-1", basket],
    ["rollback basket-ap in staging", basket],
    ["rollback api", clusters],
    ["continue shop in prod", strange],
    ["continue shop, because", strange],
    ["continue shop and pay@ments", strange],
    ["continue shop it is slow", strange],
  ])("%s", (text, world) => {
    expect(doneAtOnce(text, world)).toBeUndefined();
  });

  it("judges a name against the targets that exist, whether they deploy or not", () => {
    const world = worldOf({ target: "api", qualifiedTarget: "staging/api" });
    const target = "api";
    const other = { account: "111122223333", accountName: "prod", region: "eu-west-1" };
    const targets = [{ ...other, system: "ecs" as const, target, qualifiedTarget: "prod/api" }];
    expect(doneAtOnce("rollback api", world)).toHaveLength(1);
    expect(doneAtOnce("rollback api", { ...world, targets })).toBeUndefined();
    expect(doneAtOnce("rollback api in staging", { ...world, targets })).toHaveLength(1);
  });

  it("names the deployment and the place that do not fit", () => {
    expect(read("rollback shop in staging", strange)).toMatchObject({
      kind: "problem",
      problem: { kind: "misfit", target: "shop", place: "staging", at: ["prod, eu-west-1"] },
    });
  });
});

const alone = worldOf({ target: "checkout-api" }, { target: "pay", accountName: "staging" });
const storefront = worldOf(
  { system: "codedeploy", target: "storefront", qualifiedTarget: "storefront/storefront-web" },
  { system: "appconfig", target: "flags/live", qualifiedTarget: "flags/live" },
);
const targetsOf = (...places: readonly Place[]) => worldOf(...places).entries.map(targetOf);
const idle = (world: World, ...places: readonly Place[]): World => ({
  ...world,
  targets: targetsOf(...places),
});

it.each([
  ["rollback checkout-api in production", alone, ["checkout-api"]],
  ["rollback checkout-api production", alone, ["checkout-api"]],
  ["continue storefront-web", storefront, ["storefront"]],
  ["continue storefront-web in prod because slow", storefront, ["storefront"]],
  ["continue live", storefront, ["flags/live"]],
] as const)("offers what is nearest: %s", (text, world, targets) => {
  const understood = read(text, world);
  expect(understood).toMatchObject({ kind: "understood", isClear: false });
  expect(understood.kind === "understood" && understood.meant.map(({ entry: it }) => it.target)).toEqual(
    targets,
  );
});

it("needs a name where only an account or a cluster is named", () => {
  for (const [text, world] of [
    ["rollback prod", alone],
    ["rollback staging", clusters],
  ] as const)
    expect(read(text, world)).toMatchObject({ problem: { kind: "no-target" } });
});

describe("a dry run", () => {
  it.each([
    ["because slow --dry-run please", "slow please"],
    ["because slow --dry-run in prod", "slow in prod"],
    ["because --dry-run ok", "ok"],
    ['"slow --dry-run"', "slow"],
    ["because slow — dry-run", "slow"],
    ["because slow -- dry-run", "slow"],
    ["because slow (--dry-run)", "slow"],
    ["because slow (dry run)", "slow"],
    ["because slow ---dry-run", "slow"],
    ["because ok;--dry-run", "ok"],
    ["because slow --dry", "slow"],
    ["because slow -n", "slow"],
    ['because "slow" —dry–run', "slow"],
    [": slow ——dry_run!", "slow"],
    ["— dry-run", undefined],
    ["-- dry-run", undefined],
    ["(--dry-run)", undefined],
    ["--dry", undefined],
    ["--dryrunn", undefined],
    ["-n", undefined],
    ["dry-run", undefined],
    ["dry run", undefined],
    ["it is slow --dryrun", "it is slow"],
  ])("is what %j asks for", (rest, reason) => {
    const understood = read(`rollback checkout-api ${rest}`, alone);
    const meant = [reason === undefined ? {} : { reason }];
    expect(understood).toMatchObject({ kind: "understood", isDryRun: true, meant });
  });

  it.each(["--dry.run", "/dry-run", "+dry-run", "=dryrun", "⸺dry-run", "－－dry－run", "﹣﹣dry﹘run"])(
    "is what a reason with %j asks for",
    (flag) => {
      for (const why of [`slow ${flag}`, `${flag} slow`, `slow (${flag}) please`])
        expect(read(`rollback checkout-api because ${why}`, alone)).toMatchObject({ isDryRun: true });
    },
  );

  it("may be meant by any option in a reason, which is asked back", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 1, maxLength: 3 });
    const option = fc.constantFrom("--dru-run", "--dry-rnu", "--simulate", "——preview", "--whatif", "--n");
    fc.assert(
      fc.property(words, words, option, (before, after, flag) => {
        const why = [...before, flag, ...after].join(" ");
        expect(read(`rollback checkout-api because ${why}`, alone)).not.toMatchObject({
          ...{ isClear: true, isDryRun: false },
        });
      }),
    );
    for (const why of ["slow –simulate", "slow -d", "slow －check."])
      expect(read(`rollback checkout-api because ${why}`, alone)).toMatchObject({ isClear: false });
    for (const why of [
      "slow -- it hangs",
      "slow – it hangs",
      "slow —it hangs",
      "x—y",
      "the -Xmx flag is wrong",
    ])
      expect(read(`rollback checkout-api because ${why}`, alone)).toMatchObject({ isClear: true });
  });

  it.each(["because the laundry runs dry", "because a dry-run was fine", "because of hydry -nothing"])(
    "is not what %j asks for",
    (rest) => {
      expect(read(`rollback checkout-api ${rest}`, alone)).toMatchObject({ isDryRun: false, isClear: true });
    },
  );

  it("is meant wherever a reason holds the flag", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{2,8}$/), { maxLength: 4 });
    const dash = fc.constantFrom("-", "--", "—", "–", "−", "---", "— ", "-- ");
    const run = fc.constantFrom("dry-run", "dryrun", "dry run", "DRY_RUN");
    const shape = fc.constantFrom("because ", ": ", '"');
    fc.assert(
      fc.property(words, words, dash, run, shape, (before, after, dashes, flag, how) => {
        const why = [...before, `${dashes}${flag}`, ...after].join(" ");
        const text = `rollback checkout-api ${how}${why}${how === '"' ? how : ""}`;
        expect(read(text, alone)).toMatchObject({ isDryRun: true });
      }),
    );
  });
});

describe("a reason that may be a place or a name", () => {
  it.each([
    ['rollback checkout-api "in staging"', "in staging"],
    ["rollback checkout-api: in staging", "in staging"],
    ["rollback checkout-api:staging", "staging"],
    ["rollback checkout-api because staging", "staging"],
    ["rollback checkout-api because slow in staging", "slow in staging"],
    ["rollback checkout-api because slow in STAGING.", "slow in STAGING."],
    ["rollback checkout-api: in staging it is slow", "in staging it is slow"],
    ['rollback "checkout-api" "pay"', "pay"],
    ["rollback checkout-api: pay", "pay"],
    ["rollback checkout-api: and pay", "and pay"],
    ["rollback checkout-api because only pay", "only pay"],
    ['rollback checkout-api "pay too"', "pay too"],
    ["rollback checkout-api: only in staging", "only in staging"],
    ["rollback checkout-api: and staging as well.", "and staging as well."],
    ["rollback checkout-api because slow in staging too", "slow in staging too"],
    ["rollback checkout-api because slow (in staging)", "slow (in staging)"],
    ["rollback checkout-api because slow (staging)", "slow (staging)"],
    ["rollback checkout-api: slow; staging!", "slow; staging!"],
    ["rollback checkout-api: slow - and staging", "slow - and staging"],
  ])("is asked back and kept: %s", (text, reason) => {
    const understood = read(text, alone);
    expect(understood).toMatchObject({ kind: "understood", isClear: false, meant: [{ reason }] });
  });

  it.each([
    ...[
      "slow in prod",
      "paying is slow",
      "it is slow in general",
      "staging is fine",
      "slow, prod",
      "slow (prod)",
    ],
    ...["staging, where it began, is fine", "slow; staging is fine"],
  ])("acts with %j", (reason) => {
    expect(doneAtOnce(`rollback checkout-api because ${reason}`, alone)).toMatchObject([{ reason }]);
  });
});

describe("what exists and does not deploy", () => {
  it("is not mistaken for what differs from it in its capitals", () => {
    const world = idle(worldOf({ target: "Api", qualifiedTarget: "main/Api" }), {
      ...{ target: "api", qualifiedTarget: "main/api" },
    });
    expect(doneAtOnce("rollback api", world)).toBeUndefined();
    expect(doneAtOnce("rollback main/api", world)).toBeUndefined();
    expect(doneAtOnce("rollback Api", world)).toHaveLength(1);
  });

  it.each(["rollback checkout/prod: eu", "rollback checkout/prod: eu it is slow"])(
    "may be what is meant by a longer name: %s",
    (text) => {
      const deploys = worldOf({ target: "checkout/prod" });
      const longer = { target: "checkout/prod: eu" };
      expect(doneAtOnce(text, deploys)).toHaveLength(1);
      expect(doneAtOnce(text, idle(deploys, longer))).toBeUndefined();
      expect(doneAtOnce(text, worldOf({ target: "checkout/prod" }, longer))).toBeUndefined();
    },
  );

  it("is said not to deploy, and nothing like it is offered", () => {
    const world = idle(basket, { target: "basket-api", accountName: "dev" });
    expect(read("rollback basket-api in dev", world)).toMatchObject({
      kind: "problem",
      problem: { kind: "idle", at: [{ name: "basket-api", place: "dev" }] },
    });
  });

  it("is not in an account that stands behind its name", () => {
    expect(read("rollback checkout-api@staging", alone)).toMatchObject({
      kind: "problem",
      problem: { kind: "misfit", place: "staging", at: ["prod, eu-west-1"] },
    });
  });
});

it("does not take the beginning of a known name for a pasted state", () => {
  const world = worldOf({ target: "✋ Waiting: api" }, { target: "api" });
  expect(doneAtOnce("rollback ✋ Waiting: api", world)).toMatchObject([
    { id: "111122223333 eu-west-1 ✋ Waiting: api" },
  ]);
  expect(doneAtOnce("rollback ✋ Waiting: api", worldOf({ target: "api" }))).toHaveLength(1);
});

it.each([
  ["my app/prod", "my  app/prod"],
  ["my app/prod", "my\u00a0app/prod"],
  ["my app/prod", "my app/prod "],
  ["app/prod", "`app/prod`"],
  ["app/prod", "ap\u200bp/prod"],
  ["app/prod", '"app/prod"'],
])("asks which of %j and %j is meant, whether both deploy or one", (name, other) => {
  const quoted = other.startsWith('"') ? other : `"${other}"`;
  for (const said of [name, other, quoted, `"${name}"`, `\`${name}\``]) {
    const text = `rollback ${said}`;
    expect(doneAtOnce(text, worldOf({ target: name }, { target: other }))).toBeUndefined();
    expect(doneAtOnce(text, idle(worldOf({ target: name }), { target: other }))).toBeUndefined();
    expect(doneAtOnce(text, idle(worldOf({ target: other }), { target: name }))).toBeUndefined();
    expect(doneAtOnce(text, worldOf({ target: name }))).toHaveLength(1);
  }
});

it("asks which one of an application or an environment with a slash is meant", () => {
  const world = worldOf(
    { target: "a/b/c", qualifiedTarget: "a%2Fb/c" },
    { target: "a/b/c", qualifiedTarget: "a/b%2Fc" },
  );
  expect(doneAtOnce("rollback a/b/c", world)).toBeUndefined();
  expect(doneAtOnce("rollback a%2Fb/c", world)).toMatchObject([{ id: "111122223333 eu-west-1 a%2Fb/c" }]);
});

describe.each(["appconfig", "proton"] as const)("a name of %s", (system) => {
  const live = { system, target: "checkout/live", qualifiedTarget: "checkout/live" } as const;
  const test = { system, target: "checkout/test", qualifiedTarget: "checkout/test" } as const;

  it("is also its first part, with or without the second as a place", () => {
    const one = [{ id: "111122223333 eu-west-1 checkout/live" }];
    for (const said of [
      "checkout",
      "prod/checkout",
      "checkout/live",
      "checkout in live",
      "checkout in live in prod",
    ])
      expect(doneAtOnce(`cancel ${said}`, worldOf(live))).toMatchObject(one);
    for (const said of ["checkout/live", "checkout in live", "checkout in live in prod"])
      expect(doneAtOnce(`cancel ${said}`, worldOf(live, test))).toMatchObject(one);
    for (const said of ["checkout", "prod/checkout", "checkout in prod", "checkout in eu-west-1"])
      expect(doneAtOnce(`cancel ${said}`, worldOf(live, test))).toBeUndefined();
    expect(doneAtOnce("cancel checkout", idle(worldOf(live), test))).toBeUndefined();
    expect(read("cancel checkout in test", worldOf(live)).kind).not.toBe("understood");
    const service = { target: "checkout", qualifiedTarget: "main/checkout" };
    expect(doneAtOnce("cancel prod/checkout", worldOf(live, service))).toBeUndefined();
  });
});

describe.each([
  ["proton", "orders", "Proton environment", "Proton component"],
  ["appconfig", "checkout/live", "id abc1234/def5678", "id abc1235/def5679"],
] as const)("a name that two of %s have", (system, target, which, another) => {
  const one = { system, target, qualifiedTarget: target, which };
  const other = { ...one, which: another };

  it("is asked back, also where only one of them deploys, until words say which one is meant", () => {
    for (const world of [worldOf(one, other), idle(worldOf(one), other), idle(worldOf(other), one)])
      for (const said of [target, `${target} in prod`, `${target}@prod`, `${target} in ${system}, eu-west-1`])
        expect(doneAtOnce(`cancel ${said}`, world)).toBeUndefined();
    const id = `111122223333 eu-west-1 ${target} ${which}`;
    for (const world of [worldOf(one, other), idle(worldOf(one), other)])
      for (const said of [`${target} in ${which}`, `${target} in prod, ${which.toUpperCase()}`])
        expect(doneAtOnce(`cancel ${said}`, world)).toMatchObject([{ id }]);
    expect(read(`cancel ${target} in ${another}`, idle(worldOf(one), other)).kind).toBe("problem");
  });

  it("narrows a list by the words that say which one is meant", () => {
    const world = worldOf(one, other);
    expect(narrowed([another], world)).toEqual({ kind: "list", entries: [entry(other)] });
  });
});

describe("in any world", () => {
  const piece = fc.constantFrom(
    "api",
    "shop",
    "in",
    "because",
    "prod",
    "a@b",
    "x/y",
    "flags: eu",
    "shop in prod",
    "slow",
  );
  const places = fc.uniqueArray(
    fc.record({
      target: piece,
      accountName: fc.constantFrom("prod", "staging"),
      region: fc.constantFrom("eu-west-1", "us-east-1"),
    }),
    { minLength: 1, maxLength: 6, selector: (place) => JSON.stringify(place) },
  );
  const noise = fc.constantFrom("now", "it", "--force", "prdo", "please", "y/x", "@prod");

  it("acts on exactly what name and places say, with exactly the reason", () => {
    const reason = fc.stringMatching(/^[a-z]{3,8}( [a-z]{3,8}){1,3}$/);
    fc.assert(
      fc.property(places, fc.nat(), reason, (all, pick, why) => {
        const world = worldOf(...all);
        const place = all[pick % all.length] ?? { target: "", accountName: "", region: "" };
        const { target, accountName, region } = place;
        const text = `rollback "${target}" in ${accountName} in ${region} because ${why}`;
        expect(doneAtOnce(text, world)).toEqual([{ id: entry(place).ref.id, reason: why }]);
      }),
    );
  });

  it("takes a bare name for clear only where one target that exists has it", () => {
    fc.assert(
      fc.property(
        places,
        places,
        fc.constantFrom("rollback", "continue", "undo", "withdraw"),
        (idle, all, verb) => {
          const targets = worldOf(...idle).entries.map(targetOf);
          const world: World = { ...worldOf(...all), targets };
          for (const { target } of all) {
            const named = distinct([...world.entries.map(targetOf), ...targets]).filter(
              (it) => it.target === target,
            );
            expect(doneAtOnce(`${verb} "${target}"`, world) !== undefined).toBe(named.length === 1);
          }
        },
      ),
    );
  });

  it("does nothing at once while a word is left over or several targets fit", () => {
    fc.assert(
      fc.property(places, fc.nat(), noise, fc.boolean(), (all, pick, word, isNarrowed) => {
        const world = worldOf(...all);
        const { target, accountName, region } = all[pick % all.length] ?? all[0] ?? { target: "" };
        const text = `rollback "${target}"`;
        expect(doneAtOnce(`${text} ${word}`, world)).toBeUndefined();
        const named = isNarrowed ? `${text} in ${accountName ?? ""} in ${region ?? ""}` : text;
        const fitting = isNarrowed ? 1 : all.filter((place) => place.target === target).length;
        expect(doneAtOnce(named, world)?.length ?? 0).toBe(fitting === 1 ? 1 : 0);
      }),
    );
  });

  it("never does more than one thing, whatever is typed", () => {
    const word = fc.oneof(
      piece,
      noise,
      fc.constantFrom("staging", "eu-west-1", ":", '"', "”", ",", "--dry-run"),
    );
    fc.assert(
      fc.property(places, fc.array(word, { minLength: 1, maxLength: 7 }), (all, words) => {
        const world = worldOf(...all);
        const command = parseCommand(`rollback ${words.join(" ")}`, knownOf(world));
        if (command.kind !== "ask") return;
        const understood = understand(command, world);
        if (understood.kind !== "understood" || !understood.isClear) return;
        expect(understood.meant).toHaveLength(1);
        expect(understood.leftover).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });
});

describe("the examples of the documentation", () => {
  const doc = readFileSync(new URL("../../docs/commands.md", import.meta.url), "utf8");
  const rows = [...doc.matchAll(/^\| `(.+)` \| (done|asked|refused) \|$/gm)].map(
    ([, text = "", outcome = ""]) => ({
      text,
      outcome,
    }),
  );

  it("are read", () => expect(rows.length).toBeGreaterThan(10));

  it.each(rows)("$text: $outcome", ({ text, outcome }) => {
    const world = worldOf(
      ...[{ target: "basket-api" }, { target: "basket-api", accountName: "staging" }, { target: "shop" }],
    );
    const understood = read(text, world);
    const asked = understood.kind === "understood" && understood.isClear ? "done" : "asked";
    expect(understood.kind === "problem" ? "refused" : asked).toBe(outcome);
  });
});
