/** Names as they are qualified, typed and rendered. Pure. */

/** `application/environment`. A slash inside a part is encoded as %2F: `a/b` + `c` is not `a` + `b/c`. */
export function qualify(outer: string, inner: string): string {
  return `${escapedPart(outer)}/${escapedPart(inner)}`;
}

function escapedPart(part: string): string {
  return part.replace(/%2F/gi, (it) => `%25${it.slice(1)}`).replaceAll("/", "%2F");
}

/** The application or service of a qualified name. */
export function outerOf(qualified: string): string {
  const [outer = qualified] = qualified.split("/", 1);
  return unescapedPart(outer);
}

/** The environment or instance of a qualified name, if it has one. */
export function innerOf(qualified: string): string | undefined {
  const at = qualified.indexOf("/");
  return at === -1 ? undefined : unescapedPart(qualified.slice(at + 1));
}

function unescapedPart(part: string): string {
  return part.replaceAll("%2F", "/").replace(/%25(2F)/gi, "%$1");
}

/** Removes invisible characters: direction marks, zero-width characters, and repeated spaces. */
export function tidied(text: string): string {
  return text
    .replace(/(?!\s)[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Thousands of names are compared, and nearly all of them match this. */
const plainName = /^[\w./:@+-]*$/;

/** Cache size for the others: each name of a list is compared with every other one. */
const rememberedAtMost = 10_000;

function remembering(work: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    if (plainName.test(name)) return name;
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size >= rememberedAtMost) known.clear();
    const result = work(name);
    known.set(name, result);
    return result;
  };
}

/** Normalizes a name as typed, where quotes and Slack's code marks may be missing or added. */
export const typed = remembering((name) => tidied(name.normalize("NFC").replace(/["“”„«»'‘’`]/g, "")));

/** Normalizes a name for comparison: case, quotes and invisible characters don't count. */
export function lettersOf(name: string): string {
  return typed(name).toLowerCase();
}

export function sameLetters(a: string, b: string): boolean {
  return lettersOf(a) === lettersOf(b);
}

/** Case-sensitive. */
export function sameText(a: string, b: string): boolean {
  return typed(a) === typed(b);
}

function codeOf(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/**
 * Characters that Slack or a card renders like something else: unusual spaces, zero-width characters, look-alikes,
 * and text that looks like one of our escapes.
 */
const lookAlikes = /(?! )[\s\p{Cc}\p{Cf}\p{Cs}`ˋ␣‹›∗∼＠∕∶ˍ＆…]|\\(?=u[0-9a-f]{4})/giu;
const lookAlikesAndMarks = new RegExp(`\\p{M}|${lookAlikes.source}`, lookAlikes.flags);

/** Makes every character of a name visible: two names that differ are rendered differently. */
export const visible = remembering((name) => {
  const isComposed = name === name.normalize("NFC");
  return name
    .replace(isComposed ? lookAlikes : lookAlikesAndMarks, codeOf)
    .replace(/^ +| +$|(?<= ) +/g, (run) => "␣".repeat(run.length));
});
