/** A reason that asks for something else, too, is asked back: a command does one thing, and no word is swallowed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawChoice } from "../../src/bot/card/private/command.ts";
import { otherVerbs, parseCommand, verbs } from "../../src/bot/command/parse-command.ts";
import { knownOf } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { wordsOf } from "./card/reading.ts";
import { worldOf } from "./worlds.ts";

const world = worldOf(
  { target: "checkout-api", qualifiedTarget: "main/checkout-api" },
  { target: "pay", qualifiedTarget: "main/pay" },
  { target: "basket-api" },
  { target: "basket-api", accountName: "staging" },
  { system: "appconfig", target: "my flags/live: eu", qualifiedTarget: "my flags/live: eu" },
);

function read(text: string) {
  const command = parseCommand(text, knownOf(world));
  if (command.kind !== "ask") throw new Error(`${text} is ${command.kind}`);
  return understand(command, world);
}

const markers = ["because", "because of", "because:", ":", "in prod because", "in prod:"];
const names = ["pay", "main/pay", "pay@prod", "prod/pay", "my flags/live: eu", "basket-api in staging"];
const between = [
  "ok, then",
  "ok and",
  "fine;",
  "lgtm.",
  "ok, also",
  "ok (please",
  "ok -",
  "+1 &",
  "5xx gone, so",
];
/** Words of the grammar that ask for something, as people write them. */
const asking = [
  ...verbs,
  ...otherVerbs.filter((it) => it !== "?"),
  "roll back",
  "Rollback",
  "terminate old",
  "rolback",
  "cancle",
  "contineu",
];

describe("is asked back with all of its words", () => {
  it.each(asking)("%s", (verb) => {
    for (const [at, name] of names.entries())
      for (const [nth, before] of [...between, ""].entries()) {
        const why = `${before} ${verb} ${name}`.trim();
        const marker = markers[(at + nth) % markers.length] ?? "";
        expect([why, read(`continue checkout-api ${marker} ${why}`)]).toMatchObject([
          why,
          {
            ...{ kind: "understood", isClear: false, holdsRequest: true },
            meant: [{ entry: { target: "checkout-api" }, reason: why.replace(/^of /, "") }],
          },
        ]);
      }
  });

  it.each([
    ...[
      "ok, then rollback the pay",
      "ok, then rollback both pay and basket-api",
      "ok, please rollback `pay`",
    ],
    ...['ok, then rollback "pay"', "rollback pay and basket-api, too", "rollback: pay", "ok, rollback, pay"],
    ...[
      "ok, then pay rollback",
      "pay cancel, basket-api cancel",
      "ok; main/pay undo please",
      "ok. can you undo pay",
    ],
    ...[
      "ok, then rollback staging",
      "ok, then rollback d-ZO5WRXEZ1",
      "ok, then roll pay back",
      "ok\nrollback pay",
    ],
    ...["ok\n\n- rollback pay\n- cancel basket-api", "ok :rocket: then rollback pay", "👍 rollback pay"],
    ...[
      "ok, then rollback",
      "ok; cancel it",
      "done, then roll it back",
      "ok, then withdraw",
      "fine. Abort this too",
    ],
    ...["ok, then rollback checkout-api", 'a "fine" one, then rollback pay', "fine → rollback pay!"],
    ...[
      "ok, then rollback arn:aws:ecs:eu-west-1:111122223333:service/main/zzz",
      "ok && /deploy rollback pay",
      "ok\n/ship-it cancel pay",
      "ok, then terminate-old",
    ],
  ])("%s", (why) => {
    for (const marker of ["because", ":"])
      expect([why, read(`continue checkout-api ${marker} ${why}`)]).toMatchObject([
        why,
        { isClear: false, holdsRequest: true, meant: [{ entry: { target: "checkout-api" } }] },
      ]);
    expect(read(`continue checkout-api --dry-run because ${why}`)).toMatchObject({
      isClear: false,
      isDryRun: true,
    });
  });

  it.each(["ok, also pay", "lgtm, pay too", "ok: pay as well", "fine. Pay"])("as another name: %s", (why) =>
    expect(read(`continue checkout-api because ${why}`)).toMatchObject({ isClear: false }),
  );

  it("and told that it is not done", () => {
    const text = wordsOf(drawChoice("continue", [], { slash: "/deploy", holdsRequest: true }));
    expect(text).toContain("A command does one thing: what else the reason asks for is not done.");
  });
});

describe("is the reason", () => {
  const quoted = (why: string): readonly string[] => [
    ...[`"${why}"`, `“${why}”`, `because "${why}"`, `: “${why}”`, `because "${why}" --dry-run`],
  ];
  it.each(["ok, then rollback pay", "rollback pay", "cancel basket-api, cancel pay", "ok, then abort it"])(
    "in quotes: %s",
    (why) => {
      for (const text of quoted(why))
        expect([text, read(`continue checkout-api ${text}`)]).toMatchObject([
          text,
          { isClear: true, meant: [{ reason: why }] },
        ]);
    },
  );

  it.each([
    ...[
      "the rollback of pay failed",
      "we had to rollback pay",
      "pay continues, errors are gone",
      "pay is fine",
    ],
    ...[
      "rollback was slow, pay waits for it",
      "continue to serve",
      "show must go on",
      "go",
      "go prod",
      "listed in pay",
    ],
    ...[
      "it breaks pay, basket-api and the list",
      "customers cancel orders",
      "approved by pay",
      "approved, pay is ok",
    ],
    ...[
      "pay's rollback is done",
      "stops serving pay",
      "a “rollback pay” button is missing",
      "errors; undone by pay",
    ],
    ...["as pay and basket-api need it", "cancels pay", "revert commit 42", "before pay rolls back"],
  ])("where it only speaks of it: %s", (why) => {
    for (const verb of ["continue", "rollback", "cancel"])
      expect([verb, why, read(`${verb} checkout-api because ${why}`)]).toMatchObject([
        ...[verb, why],
        { isClear: true, meant: [{ reason: why }] },
      ]);
  });

  it.each(["errors doubled, abort", "5xx. Undo", "bad, cancel", "broken; revert now"])(
    "where it asks for the same in other words: %s",
    (why) => expect(read(`rollback checkout-api because ${why}`)).toMatchObject({ isClear: true }),
  );
});

it("holds for each verb, each name and whatever is around them", () => {
  const word = fc.constantFrom("errors", "are", "gone", "5xx", "ok", "since", "18:00", "in", "prod", "p99");
  const said = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
  const joint = fc.constantFrom(
    ", ",
    "; ",
    ". ",
    " and ",
    ", then ",
    " then ",
    "! ",
    " – ",
    "\n",
    " (",
    ", also ",
  );
  const polite = fc.constantFrom("", "please ", "also ", "just ", "can you ", "now ");
  const verb = fc.constantFrom(
    "continue",
    "rollback",
    "roll back",
    "cancel",
    "undo",
    "promote",
    "stop",
    "withdraw",
  );
  const name = fc.constantFrom(...names);
  const rest = fc.constantFrom(
    "",
    ".",
    ", too",
    " and basket-api",
    " tomorrow",
    " because it is slow",
    "!",
    ")",
  );
  fc.assert(
    fc.property(
      verb,
      said,
      joint,
      polite,
      verb,
      name,
      rest,
      (first, before, joined, how, second, other, after) => {
        const understood = read(
          `${first === "withdraw" ? "go" : first} checkout-api because ${before}${joined}${how}${second} ${other}${after}`,
        );
        expect(understood).not.toMatchObject({ isClear: true });
        expect(understood).toMatchObject({
          kind: "understood",
          meant: [{ entry: { target: "checkout-api" } }],
        });
      },
    ),
    { numRuns: 400 },
  );
});
