import fc from "fast-check";

/** Any code point, half a surrogate pair included. fast-check's own `binary` first makes a table of all of them. */
export const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10_ffff })
  .map((point) => String.fromCodePoint(point));
