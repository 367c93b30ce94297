import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  code,
  cutEnd,
  dated,
  factLine,
  fallback,
  inUtc,
  mrkdwn,
  name,
  person,
  plain,
  quote,
  word,
} from "../../../src/bot/card/parts/phrase.ts";
import { cutMiddle } from "../../../src/handlers/names/shorten.ts";
import type { Phrase } from "../../../src/handlers/words.ts";
import { anyCharacter } from "../../any-character.ts";
import { deadline } from "./pictures.ts";

describe("a phrase in mrkdwn", () => {
  it("shows each kind of part", () => {
    const phrase: Phrase = [
      "ECS & ",
      { code: "main" },
      " ",
      { bold: ["by itself"] },
      " ",
      { time: deadline, show: "deadline" },
      " ",
      { person: "U024ANN" },
      " ",
      { group: "S0123ONCALL" },
      { quote: "p99 > 2 s" },
    ];
    expect(mrkdwn(phrase)).toBe(
      "ECS &amp; `main` *by itself* <!date^1794925920^{time} {date_short_pretty}|14:32 UTC on 17 Nov> " +
        "<@U024ANN> <!subteam^S0123ONCALL>\n```p99 &gt; 2 s```",
    );
  });

  it("links to a page with Holdpoint's own words", () => {
    const link = "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-9?a=1&b=2";
    const phrase: Phrase = ["see ", { link, words: "its deployment" }, "."];
    expect(mrkdwn(phrase)).toBe(`see <${link.replace("&", "&amp;")}|its deployment>.`);
    expect(plain(phrase)).toBe("see its deployment.");
    expect(fallback(...phrase)).toBe("see its deployment.");
  });

  it.each([
    "javascript:alert(1)",
    "http://console.aws.amazon.com/",
    "data:text/html,x",
    "<!channel>",
    "",
    `https://console.aws.amazon.com/${"x".repeat(4_000)}`,
  ])("leaves only the words of a link to %j", (link) => {
    expect(mrkdwn([{ link, words: "its page" }])).toBe("its page");
  });

  it("lets no address end its link or begin another", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (tail) => {
        const drawn = mrkdwn([
          { link: `https://console.aws.amazon.com/${tail}|x>\n<!channel>`, words: "page" },
        ]);
        expect(drawn).toMatch(/^(?:<https:\/\/console\.aws\.amazon\.com\/[^<>|\s]*\|page>|page)$/);
      }),
    );
  });

  it("keeps a name from outside in one code span, whatever it holds", () => {
    expect(code("a`b\n<!channel> & *c*", 60)).toBe("`a'b &lt;!channel&gt; &amp; *c*`");
    expect(code("   ")).toBe("`(empty)`");
    expect(code("abc\u202Egnp.exe")).toBe("`abc gnp.exe`");
  });

  it("keeps a sentence from outside in one code block, with its lines", () => {
    expect(quote("first\r\nsecond ``` <@U1>")).toBe("\n```first\nsecond ''' &lt;@U1&gt;```");
  });

  it("bounds a quote after escaping, so that a section always holds it", () => {
    expect(quote("&".repeat(5_000), 5_000).length).toBeLessThan(2_700);
  });

  it("writes a person's or a group's id as code unless it is one", () => {
    expect(person("U024ANN")).toBe("<@U024ANN>");
    expect(person("U1> <!channel")).toBe("`U1&gt; &lt;!channel`");
    expect(mrkdwn([{ group: "nobody|x" }])).toBe("`nobody|x`");
  });

  it("leaves a plain word of the configuration bare, and no other", () => {
    expect(word("prod-eu.1")).toBe("prod-eu.1");
    expect(word("*prod*")).toBe("`*prod*`");
  });

  it("says since when and why a fact is unknown", () => {
    expect(
      factLine({ kind: "unknown", label: "Alarms", why: ["access denied (", { code: "x:Y" }, ")"] }),
    ).toBe("*Alarms:* ❓ unknown: access denied (`x:Y`)");
  });
});

describe("times", () => {
  it("name the minute, the second or the day, in UTC for those who see no date format", () => {
    expect(inUtc(deadline + 7_000, "minute")).toBe("14:32 UTC");
    expect(inUtc(deadline + 7_000, "second")).toBe("14:32:07 UTC");
    expect(inUtc(deadline, "deadline")).toBe("14:32 UTC on 17 Nov");
  });

  it("are not invented when they are no times", () => {
    expect(dated(Number.NaN, "minute")).toBe("an unknown time");
    expect(dated(9e15, "deadline")).toBe("an unknown time");
  });
});

describe("cutting", () => {
  it.each([
    ["2026-11-27-main-8f3a2b1c-linux-amd64", "2026-11-27-main-9d4e5f60-linux-amd64"],
    ["a".repeat(60), "a".repeat(61)],
  ])("never shows two names of one sentence as one: %s, %s", (before, after) => {
    const phrase = [{ code: before, atMost: 24 }, " → ", { code: after, atMost: 24 }];
    for (const draw of [mrkdwn, plain]) {
      const [old, next] = draw(phrase).split(" → ");
      expect(old).not.toBe(next);
    }
  });

  it("keeps 60% of the head and 40% of the tail, where names differ", () => {
    expect(cutMiddle("payments-settlement-and-reconciliation-eu-blue-7f3a", 32)).toBe(
      "payments-settlement…eu-blue-7f3a",
    );
  });

  it("counts code points and never tears one apart", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.integer({ min: 2, max: 40 }), (text, atMost) => {
        const cut = cutMiddle(text, atMost);
        expect(Array.from(cut).length).toBeLessThanOrEqual(Math.max(atMost, 0));
        expect(Array.from(`${text}…`)).toEqual(expect.arrayContaining(Array.from(cut)));
        expect(cutEnd(text, atMost).length).toBeLessThanOrEqual(atMost);
      }),
    );
  });
});

describe("texts without markup", () => {
  it("carry nothing that formats, mentions, links or becomes an emoji", () => {
    const hostile =
      "<!channel> @here *b* ~s~ `c` _i_ :tada: https://evil.example &lt;!here&gt; snake_case a:42";
    expect(name(hostile, 200)).toBe(
      "‹!channel› ＠here ∗b∗ ∼s∼ 'c' ˍiˍ ∶tada: https:∕∕evil.example ＆lt;!here＆gt; snake_case a:42",
    );
  });

  it("call people somebody", () => {
    expect(plain([{ person: "U1" }, " asked ", { group: "S1" }])).toBe("somebody asked a group");
  });

  it("stay below 250 characters", () => {
    expect(fallback("x".repeat(400)).length).toBe(249);
  });
});
