import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawList } from "../../../src/bot/card/private/list.ts";
import type { ActiveEntry } from "../../../src/handlers/store/queue.ts";
import { deadline, minuteMs, noon } from "./pictures.ts";
import { problemsOf, wordsOf } from "./reading.ts";

const day = 24 * 60 * minuteMs;

function entry(target: string, changes: Partial<ActiveEntry> = {}): ActiveEntry {
  return {
    key: { lane: "0".repeat(16), deployment: "0".repeat(10) },
    ref: { system: "appconfig", account: "111122223333", region: "eu-west-1", id: target },
    ...{ target, accountName: "prod", state: "running", holdIds: [] },
    ...changes,
  };
}

function ended(target: string, until: number): ActiveEntry {
  const standing = { state: "done", severity: "calm", serving: "new" } as const;
  return entry(target, { state: "ended", standing, offered: { action: "revert", until } });
}

describe("/deploy list", () => {
  it("shows what is kept with what runs, and says until when", () => {
    const kept = entry("storefront", {
      ...{ state: "kept", expiresAt: deadline, onExpiry: "CodeDeploy terminates the 4 old instances" },
    });
    const list = drawList([kept], noon);
    expect(wordsOf(list)).toMatch(
      /⌛ `storefront` in prod\nOld version kept until <!date\^\d+\^\{time\} \{date_short_pretty\}\|14:32 UTC on 17 Nov>, then CodeDeploy terminates/,
    );
    expect(list.text).toBe("Nothing is waiting for an answer, 1 keeping the old version.");
  });

  it("gives what can still be reverted one short line each, the newest first, below everything else", () => {
    const many = Array.from({ length: 8 }, (_, n) => ended(`config-${n}/live`, noon + (n + 1) * minuteMs));
    const list = drawList([...many, entry("checkout-api", { state: "waiting" })], noon);
    const words = wordsOf(list);
    expect(list.blocks).toHaveLength(4);
    expect(words).toContain("*Complete, can still be reverted:*\n✅ `config-7/live` in prod · revert until ");
    expect(words).toContain("and 3 more");
    expect(words).not.toContain("config-2/live");
    expect(words.indexOf("checkout-api")).toBeLessThan(words.indexOf("config-7"));
    expect(list.text).toBe("1 waiting for an answer. 8 can still be reverted.");
  });

  describe("says when AWS was read for its lines", () => {
    const read = (minutes: number, changes: Partial<ActiveEntry> = {}) =>
      entry(`it-${minutes}`, { readAt: noon + minutes * minuteMs, ...changes });
    const saysOf = (entries: readonly ActiveEntry[], now: number, words: readonly string[] = []) =>
      /Read[^·]*/
        .exec(wordsOf(drawList(entries, now, { words })))?.[0]
        .replace(/<[^|]*\|([^>]*)>/g, "$1")
        .trim();
    const later = noon + 9 * minuteMs;

    it.each([
      ["the one read", [read(2)], "Read from AWS at 14:06 UTC"],
      ["all in one minute", [read(2), read(2.5)], "Read from AWS at 14:06 UTC"],
      [
        "the oldest and the newest",
        [read(2), read(5, { state: "waiting" }), read(3)],
        "Read from AWS between 14:06 UTC and 14:09 UTC",
      ],
      ["not when an ended one was", [read(-90, { state: "ended" }), read(2)], "Read from AWS at 14:06 UTC"],
      [
        "that a time is not on record",
        [read(2), entry("old")],
        "Read from AWS at 14:06 UTC; when 1 line was read is not recorded",
      ],
      ["nothing where no time is on record", [entry("old")], undefined],
      ["nothing where there is no line", [], undefined],
      ["the day", [read(-24 * 60)], "Read from AWS at 14:04 UTC on 16 Nov"],
    ] as const)("%s", (_, entries, words) => {
      expect(saysOf(entries, later)).toBe(words);
    });

    it("of ended ones where only they are listed", () => {
      expect(saysOf([read(-30, { state: "ended" })], later, ["ended"])).toBe("Read from AWS at 13:34 UTC");
    });

    it("and never the time of the list", () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: -600, max: 0 }), { minLength: 1, maxLength: 5 }),
          (minutes) => {
            const times = minutes.map((n) => noon + n * minuteMs);
            const list = JSON.stringify(
              drawList(
                minutes.map((n) => read(n)),
                noon + 60 * minuteMs,
              ).blocks,
            );
            const said = [...list.matchAll(/<!date\^(\d+)/g)].map(([, seconds]) => Number(seconds) * 1_000);
            expect([Math.min(...said), Math.max(...said)]).toEqual([Math.min(...times), Math.max(...times)]);
          },
        ),
      );
    });
  });

  it("counts what runs as its lines say it", () => {
    const standings = fc.constantFrom(
      ...([
        { state: "running", severity: "calm" },
        { state: "failing", severity: "alarm" },
        { state: "rolling-back", severity: "attention" },
        { state: "stopping", severity: "calm" },
        { state: "asked", severity: "calm", action: "rollback" },
        { state: "unclear", severity: "attention" },
      ] as const),
    );
    fc.assert(
      fc.property(fc.array(standings, { minLength: 1, maxLength: 8 }), (all) => {
        const list = drawList(
          all.map((standing, n) => entry(`s-${n}`, { standing })),
          noon,
        );
        const said = [...list.text.matchAll(/(\d+) ([a-z][a-z ]*)/g)].map(([, n, words]) => [
          words,
          Number(n),
        ]);
        const lines = [...wordsOf(list).matchAll(/ in prod\n([A-Z][a-z ]*)/g)].map(([, words = ""]) =>
          words.toLowerCase(),
        );
        const counted = [...new Set(lines)].map((words) => [
          words,
          lines.filter((it) => it === words).length,
        ]);
        expect(Object.fromEntries(said)).toEqual(Object.fromEntries(counted));
      }),
    );
  });

  it("begins with what was asked for where that is what has ended", () => {
    const over = entry("mailer", { state: "ended", endedAt: noon });
    const told = (entries: readonly ActiveEntry[], ...words: readonly string[]) => {
      const list = drawList(entries, noon, { words });
      expect(wordsOf(list)).toContain(`*${list.text.replace(/ \d+ can still be reverted\.$/, "")}*`);
      return list.text;
    };
    expect(told([over], "ended")).toBe("1 ended.");
    expect(told([over, ended("flags", day)], "ended", "prod")).toBe(
      "2 ended for “prod”. 1 can still be reverted.",
    );
    expect(told([], "Ended")).toBe("Nothing has ended within 24 hours.");
    expect(told([], "ended", "prod")).toBe("Nothing has ended within 24 hours for “prod”.");
    expect(told([over], "waiting")).toBe("Nothing is waiting or running for “waiting”.");
  });

  it("says nothing of what has ended and offers nothing", () => {
    expect(wordsOf(drawList([entry("checkout-api", { state: "ended" })], noon))).not.toContain(
      "checkout-api",
    );
  });

  it("names what narrows a target only where two would look alike", () => {
    const blue = entry("shop", { qualifiedTarget: "shop/blue" });
    const green = entry("shop", { qualifiedTarget: "shop/green" });
    expect(wordsOf(drawList([blue, entry("other")], noon))).toContain("`shop` in prod");
    const both = wordsOf(drawList([blue, green], noon));
    expect(both).toContain("`shop/blue` in prod");
    expect(both).toContain("`shop/green` in prod");
    const elsewhere = { ...green, accountName: "staging" };
    expect(wordsOf(drawList([blue, elsewhere], noon))).not.toContain("shop/");
  });

  it("stays within Slack's limits however much there is, whatever it is called", () => {
    const evil = "<!channel>`*&_~|".repeat(40);
    const states = ["waiting", "kept", "running", "rolling-back"] as const;
    const many = Array.from({ length: 60 }, (_, n) =>
      states.map((state) => entry(`${evil}${n}`, { state, qualifiedTarget: `${evil}/${n}`, expiresAt: day })),
    ).flat();
    const past = Array.from({ length: 60 }, (_, n) => ended(`${evil}${n}`, day * n));
    expect(
      problemsOf(drawList([...many, ...past], noon, { workspaceUrl: "https://example.slack.com/" })),
    ).toEqual([]);
  });
});

it("does not promise that the next press sends while it is not known whose votes count", () => {
  const votes = { n: 2, need: 2, unknown: 1 };
  const list = wordsOf(drawList([entry("checkout", { state: "waiting", votes })], noon));
  expect(list).toContain("2 of 2 votes");
  expect(list).toContain("not known");
});
