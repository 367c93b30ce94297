import { expect, it } from "vitest";
import { checkBlocks, checkView } from "../../../fakes/slack/blocks/limits.ts";

const plain = (text: string) => ({ type: "plain_text", text, emoji: false });
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const button = (more: object = {}) => ({ type: "button", action_id: "a", text: plain("Continue"), ...more });
const actions = (...elements: object[]) => ({ type: "actions", elements });

const pointers = (blocks: unknown): readonly string[] =>
  checkBlocks(blocks, "message").map((it) => it.pointer);

it("takes a card's usual blocks", () => {
  const confirm = {
    title: plain("Sure?"),
    text: plain("It moves."),
    confirm: plain("Go"),
    deny: plain("Not yet"),
  };
  expect(
    checkBlocks(
      [
        { type: "header", text: plain("x".repeat(150)) },
        section("x".repeat(3000)),
        { type: "context", elements: [{ type: "mrkdwn", text: "where" }] },
        actions(
          button({ style: "primary", value: "v", confirm }),
          button({ action_id: "b", url: "https://example.com" }),
        ),
        { type: "divider" },
      ],
      "message",
    ),
  ).toEqual([]);
});

it.each([
  ["a header of 151 characters", [{ type: "header", text: plain("x".repeat(151)) }], "/blocks/0/text/text"],
  ["a section of 3001 characters", [section("x".repeat(3001))], "/blocks/0/text/text"],
  ["an empty section", [section("")], "/blocks/0/text/text"],
  [
    "a button's text of 76 characters",
    [actions(button({ text: plain("x".repeat(76)) }))],
    "/blocks/0/elements/0/text/text",
  ],
  [
    "a button's value of 2001 characters",
    [actions(button({ value: "x".repeat(2001) }))],
    "/blocks/0/elements/0/value",
  ],
  ["an unknown style", [actions(button({ style: "loud" }))], "/blocks/0/elements/0/style"],
  ["an unknown member", [{ ...section("x"), colour: "red" }], "/blocks/0"],
  ["an unknown block", [{ type: "hologram" }], "/blocks/0/type"],
  ["51 blocks", Array.from({ length: 51 }, () => ({ type: "divider" })), "/blocks"],
  [
    "26 buttons",
    [actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` })))],
    "/blocks/0/elements",
  ],
  [
    "eleven fields",
    [{ type: "section", fields: Array.from({ length: 11 }, () => plain("x")) }],
    "/blocks/0/fields",
  ],
  [
    "the same block_id twice",
    [
      { type: "divider", block_id: "x" },
      { type: "divider", block_id: "x" },
    ],
    "/blocks",
  ],
  ["the same action_id twice", [actions(button(), button())], "/blocks/0/elements"],
  ["an alert in a message", [{ type: "alert", text: plain("x") }], "/blocks/0/type"],
  ["mrkdwn in a header", [{ type: "header", text: { type: "mrkdwn", text: "x" } }], "/blocks/0/text/type"],
])("refuses %s", (_what, blocks, pointer) => {
  expect(pointers(blocks)).toContain(pointer);
});

it("refuses a confirm dialog whose text has 301 characters", () => {
  const confirm = {
    title: plain("Sure?"),
    text: plain("x".repeat(301)),
    confirm: plain("Go"),
    deny: plain("No"),
  };
  expect(pointers([actions(button({ confirm }))])).toEqual(["/blocks/0/elements/0/confirm/text/text"]);
});

it("lets a modal hold an alert and an input, and no table", () => {
  const reason = {
    type: "input",
    label: plain("Reason"),
    element: { type: "plain_text_input", action_id: "text" },
  };
  const modal = { type: "modal", title: plain("Roll back"), submit: plain("Roll back"), blocks: [reason] };
  expect(checkView(modal)).toEqual([]);
  expect(checkView({ ...modal, blocks: [{ type: "alert", text: plain("x") }] })).toEqual([]);
  const table = { type: "table", rows: [[{ type: "raw_text", text: "x" }]] };
  expect(checkView({ ...modal, blocks: [table] }).map((it) => it.pointer)).toEqual(["/view/blocks/0/type"]);
});

it.each([
  ["a title of 25 characters", { title: plain("x".repeat(25)) }, "/view/title/text"],
  ["private metadata of 3001 characters", { private_metadata: "x".repeat(3001) }, "/view/private_metadata"],
  ["no blocks", { blocks: [] }, "/view/blocks"],
  ["101 blocks", { blocks: Array.from({ length: 101 }, () => ({ type: "divider" })) }, "/view/blocks"],
])("refuses a view with %s", (_what, more, pointer) => {
  const modal = { type: "modal", title: plain("Edit"), blocks: [section("x")], ...more };
  expect(checkView(modal).map((it) => it.pointer)).toContain(pointer);
});

it.each([undefined, null, 7, "x", [7], [null], [{}], { blocks: [] }])(
  "refuses %j instead of breaking",
  (junk) => {
    expect(checkBlocks(junk, "message")).not.toEqual([]);
    expect(checkView(junk)).not.toEqual([]);
  },
);
