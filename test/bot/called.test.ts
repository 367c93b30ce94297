/** Whether people have been called, where only the messages at Slack still know. */
import { expect, it } from "vitest";
import { createCalledBefore } from "../../src/bot/board/called.ts";
import type { MessageMetadata } from "../../src/bot/board/messages/find.ts";
import type { LogEntry } from "../../src/bot/card/parts/picture.ts";
import { keyText } from "../../src/handlers/identity.ts";
import type { SpendReply } from "../../src/handlers/store/limits.ts";
import { hold, noon, pictureOf } from "./card/pictures.ts";

const ts = `${noon / 1_000}.000100`;
const entry: LogEntry = {
  k: "remark",
  at: noon,
  remark: {
    ...{ name: `hold/${hold.id}`, weight: "person", emoji: "✋" },
    ...{ words: ["waits for an answer"], holdId: hold.id },
  },
};
const picture = pictureOf({ log: [entry], board: { ts, older: true } });
const card: MessageMetadata = { key: keyText(picture.key), bornAt: 1, from: 0, to: 0, called: "none" };

function calledBefore(spent: SpendReply, marks: readonly MessageMetadata[] | undefined) {
  const finder = {
    costs: () => [],
    find: () => Promise.reject(new Error("not looked for")),
    marks: () => Promise.resolve(marks),
  };
  const read = createCalledBefore({ store: { spend: () => Promise.resolve(spent) }, finder });
  return read(picture, [{ seq: 1, entry }], { team: "T1", channel: "C1", ts });
}

it("waits where the rate budget has no room, because a new hold would be told to nobody", async () => {
  expect(await calledBefore({ kind: "wait", ms: 1_500 }, [card])).toEqual({ kind: "later", ms: 1_500 });
});

it("reads from the messages who was called, and waits for nothing where they can't be read", async () => {
  expect(await calledBefore({ kind: "ok" }, [card])).toEqual(new Set(["none"]));
  expect(await calledBefore({ kind: "ok" }, undefined)).toBeUndefined();
});
