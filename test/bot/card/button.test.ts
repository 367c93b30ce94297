import fc from "fast-check";
import { expect, it } from "vitest";
import { parseButton, printButton } from "../../../src/bot/card/parts/button.ts";
import { actions } from "../../../src/handlers/deployment.ts";

const digitsOfHex = Array.from("0123456789abcdef");

const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(...digitsOfHex), { minLength: digits, maxLength: digits })
    .map((all) => all.join(""));

const value = fc.record({
  key: fc.record({ lane: hex(16), deployment: hex(10) }),
  point: fc.oneof(fc.constant("end"), fc.constant("revert"), hex(12)),
  action: fc.constantFrom(...actions),
  evidence: hex(8),
});

it("reads back what it prints", () => {
  fc.assert(
    fc.property(value, (button) => {
      expect(parseButton(printButton(button))).toEqual(button);
    }),
  );
});

it("fits into an option of a select as well", () => {
  fc.assert(
    fc.property(value, (button) => {
      expect(printButton(button).length).toBeLessThanOrEqual(150);
    }),
  );
});

it.each([
  ["another format", "2|9f2c4a7be1d03856|4be0c2d917|end|rollback|7c1e90ab"],
  ["an unknown action", "1|9f2c4a7be1d03856|4be0c2d917|end|destroy|7c1e90ab"],
  ["an unknown point", "1|9f2c4a7be1d03856|4be0c2d917|somewhere|rollback|7c1e90ab"],
  ["too short a key", "1|9f2c|4be0c2d917|end|rollback|7c1e90ab"],
  ["one field more", "1|9f2c4a7be1d03856|4be0c2d917|end|rollback|7c1e90ab|x"],
  ["a line break at the end", "1|9f2c4a7be1d03856|4be0c2d917|end|rollback|7c1e90ab\n"],
  ["nothing", ""],
])("does not guess at %s", (_, text) => {
  expect(parseButton(text)).toBeUndefined();
});

it("never throws, whatever comes back from Slack", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseButton(text)).not.toThrow();
    }),
  );
});
