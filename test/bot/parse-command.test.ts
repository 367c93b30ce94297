import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCommand, verbs } from "../../src/bot/command/parse-command.ts";

describe("parseCommand", () => {
  it.each([
    ["", { kind: "list" }],
    ["  list  ", { kind: "list" }],
    ["LIST", { kind: "list" }],
    ["help", { kind: "help" }],
    ["show checkout-api", { kind: "show", name: "checkout-api" }],
    ["show `checkout-api`", { kind: "show", name: "checkout-api" }],
    ['show "my shop@prod" now', { kind: "show", name: "my shop@prod", leftover: ["now"] }],
    ["show “my shop”", { kind: "show", name: "my shop" }],
    ["withdraw checkout-api", { kind: "withdraw", name: "checkout-api" }],
    ["continue checkout-api", { kind: "ask", action: "continue", name: "checkout-api" }],
    [
      "rollback  checkout-api@prod   errors &amp; p99 &gt; 2 s",
      {
        ...{ kind: "ask", action: "rollback", name: "checkout-api@prod" },
        leftover: ["errors", "&", "p99", ">", "2", "s"],
      },
    ],
    [
      "rollback checkout-api because  errors &amp; p99 &gt; 2 s",
      { kind: "ask", action: "rollback", name: "checkout-api", reason: "errors & p99 > 2 s" },
    ],
    ["approve checkout-api", { kind: "ask", action: "continue", name: "checkout-api" }],
    ["GO checkout-api", { kind: "ask", action: "continue", name: "checkout-api" }],
    ["promote checkout-api", { kind: "ask", action: "continue", name: "checkout-api" }],
    ["abort api", { kind: "ask", action: "cancel", orActions: ["rollback"], name: "api" }],
    ["undo api", { kind: "ask", action: "rollback", orActions: ["cancel", "revert"], name: "api" }],
    ["status", { kind: "list" }],
    ["status api", { kind: "show", name: "api" }],
    ["ls", { kind: "list" }],
    ["list staging waiting", { kind: "list", words: ["staging", "waiting"] }],
    ["--help", { kind: "help" }],
    ["-h", { kind: "help" }],
    ["—help", { kind: "help" }],
    ["continue --help", { kind: "help", words: ["continue"] }],
    ["rollback -h", { kind: "help", words: ["rollback"] }],
    ["help continue", { kind: "help", words: ["continue"] }],
    ["constructor api", { kind: "nonsense", said: "constructor", rest: "api" }],
    ["roll back checkout-api", { kind: "ask", action: "rollback", name: "checkout-api" }],
    ["cancel", { kind: "no-name", verb: "cancel" }],
    ['show ""', { kind: "no-name", verb: "show" }],
    ["rolback checkout-api", { kind: "nonsense", said: "rolback", rest: "checkout-api", near: "rollback" }],
    ["con checkout-api", { kind: "nonsense", said: "con", rest: "checkout-api", near: "continue" }],
    ["strategy", { kind: "strategy", ask: { verb: "list" } }],
    ["strategies", { kind: "strategy", ask: { verb: "list" } }],
    ["strategy LIST", { kind: "strategy", ask: { verb: "list" } }],
    ["strategy show linear-20@prod", { kind: "strategy", ask: { verb: "show", name: "linear-20@prod" } }],
    ["strategy edit my strategy", { kind: "strategy", ask: { verb: "edit", name: "my strategy" } }],
    ["strategy edit “my strategy”", { kind: "strategy", ask: { verb: "edit", name: "my strategy" } }],
    ["strategy edit", { kind: "strategy", ask: { verb: "unclear", said: "edit", meant: "edit <name>" } }],
    [
      "strategy edti x",
      { kind: "strategy", ask: { verb: "unclear", said: "edti x", meant: "edit x", name: "edti x" } },
    ],
    ["strategy linear", { kind: "strategy", ask: { verb: "show", name: "linear" } }],
    ["strateg list", { kind: "nonsense", said: "strateg", rest: "list", near: "strategy" }],
    ["xyzzy", { kind: "nonsense", said: "xyzzy", rest: "" }],
  ])("reads %j", (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  it("understands anything without throwing, and cuts no reason", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...verbs, "nonsense"), (text, verb) => {
        expect(parseCommand(`${verb} name because ${text}`)).toHaveProperty("kind");
        expect(parseCommand(text)).toHaveProperty("kind");
        expect(parseCommand(`rollback name because ${"slow ".repeat(300)}`)).toMatchObject({
          reason: "slow ".repeat(300).trim(),
        });
      }),
    );
  });
});
