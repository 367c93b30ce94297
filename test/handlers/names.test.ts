import fc from "fast-check";
import { expect, it } from "vitest";
import { outerOf, qualify, typed, visible } from "../../src/handlers/names/names.ts";

const part = fc.array(fc.constantFrom("a", "b", "/", "%", "2F", "2f", "5", "%2F"), { maxLength: 6 });

it("qualifies two different pairs of names differently, and finds the outer name again", () => {
  fc.assert(
    fc.property(part, part, part, part, (a, b, c, d) => {
      const [one, two] = [[a.join(""), b.join("")] as const, [c.join(""), d.join("")] as const];
      expect(qualify(...one) === qualify(...two)).toBe(one[0] === two[0] && one[1] === two[1]);
      expect(outerOf(qualify(...one))).toBe(one[0]);
    }),
  );
});

it.each([
  ["checkout", "live", "checkout/live"],
  ["a/b", "c", "a%2Fb/c"],
  ["a", "b/c", "a/b%2Fc"],
  ["a%2Fb", "c", "a%252Fb/c"],
])("qualifies %s and %s as %s", (outer, inner, whole) => expect(qualify(outer, inner)).toBe(whole));

it.each([
  ["my app", "my\u00a0app", "my\\u00a0app"],
  ["my app", "my  app", "my ␣app"],
  ["my app", "my app ", "my app␣"],
  ["app", "a\u200bpp", "a\\u200bpp"],
  ["app", "`app`", "\\u0060app\\u0060"],
  ["caf\u00e9", "cafe\u0301", "cafe\\u0301"],
])("draws what is typed like %j otherwise: %j", (name, other, drawn) => {
  expect(visible(other)).toBe(drawn);
  expect(visible(name)).toBe(name);
  expect(typed(other)).toBe(typed(name));
});
