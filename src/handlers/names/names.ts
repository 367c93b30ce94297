/** Names as they are qualified, typed and drawn. Pure. */

/** `application/environment`. A slash within one of them is written %2F: `a/b` + `c` is not `a` + `b/c`. */
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

/** Without what nobody sees: direction marks, zero-width characters, and spaces beyond the first. */
export function tidied(text: string): string {
  return text
    .replace(/(?!\s)[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Thousands of names are compared, and nearly all of them are this plain. */
const plainName = /^[\w./:@+-]*$/;

/** The rest is worked out once: each name of a list is compared with each other one. */
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

/** What is left of a name where quotes and Slack's code marks may be missing or added. */
export const typed = remembering((name) => tidied(name.normalize("NFC").replace(/["“”„«»'‘’`]/g, "")));

/** As it is compared: what differs in case, in quotes, or in what nobody sees is the same to whoever types it. */
export function lettersOf(name: string): string {
  return typed(name).toLowerCase();
}

export function sameLetters(a: string, b: string): boolean {
  return lettersOf(a) === lettersOf(b);
}

/** The same in upper and lower case too. */
export function sameText(a: string, b: string): boolean {
  return typed(a) === typed(b);
}

function codeOf(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/**
 * What Slack or a card draws like something else: spaces of other kinds, what has no width, look-alikes, and a name that
 * holds what is written for one of these.
 */
const lookAlikes = /(?! )[\s\p{Cc}\p{Cf}\p{Cs}`ˋ␣‹›∗∼＠∕∶ˍ＆…]|\\(?=u[0-9a-f]{4})/giu;
const lookAlikesAndMarks = new RegExp(`\\p{M}|${lookAlikes.source}`, lookAlikes.flags);

/** Every character of a name to be seen: two names that differ are drawn differently. */
export const visible = remembering((name) => {
  const isComposed = name === name.normalize("NFC");
  return name
    .replace(isComposed ? lookAlikes : lookAlikesAndMarks, codeOf)
    .replace(/^ +| +$|(?<= ) +/g, (run) => "␣".repeat(run.length));
});
