/**
 * Detects words that postpone a command or take it back: "tomorrow", "at 18:00", "once it is green", "not yet". Pure.
 */

import { sameLetters } from "../../handlers/names/names.ts";
import type { UsageProblem } from "../card/private/usage.ts";
import { type Known, negations, type Words, withoutShortcodes } from "./grammar.ts";
import { namesIn, withoutConsent } from "./leftover.ts";
import type { Named } from "./parse-command.ts";
import { resolveWords, type World } from "./resolve-target.ts";
import { isPlaceOfAws } from "./stand-in.ts";

const figure = "\\d+(?:[.,]\\d+)?";
const numeral =
  "(?:an?|one|two|three|five|ten|fifteen|twenty|thirty|half(?: an?)?|(?:a )?few|a couple(?: of)?|some)";
const unit =
  "(?:s|secs?|seconds?|m|mins?|minutes?|minuten|h|hrs?|hours?|stunden?|d|days?|weeks?|months?|bit|while|moment|time)";
/** "and" is no "an d". */
const duration = `(?:${figure} ?|${numeral} )${unit}`;
const day = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?";
const month =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const part =
  "(?:mornings?|noon|lunch(?:time)?|afternoon|evening|nights?|midnight|weekend|week|month|hour|day|maintenance(?: window)?|business hours|working hours|office hours)";
const clock =
  "\\d{1,2}(?::\\d{2}\\s*(?:[ap]\\.?m\\.?|h)?|[:.]\\d{2}\\s*(?:[ap]\\.?m\\.?|h|uhr)|\\s*[ap]\\.?m\\.?|h\\d{2}|\\s*uhr|\\s*o['’]?clock)|\\d{4} ?(?:utc|gmt|cet|hrs?|h)|(?:half past|quarter (?:past|to)) \\w+";
const date = `\\d{4}-\\d{2}-\\d{2}|\\d{1,2}(?:st|nd|rd|th)|\\d{1,2}/\\d{1,2}|\\d{1,2}\\.\\d{1,2}\\.(?!\\d)|${month} \\d{1,2}|\\d{1,2}\\.? ${month}`;
/** A clause that begins with one of these is a condition to its end. */
const conditions =
  "as soon as|if|unless|provided|providing|assuming|as long as|so long as|depending on|pending|subject to|on condition|should the|wenn|falls|sobald";
/**
 * A clause that begins with one of these gives a time. After a comma it may tell what happened: "when users log in, it
 * crashes".
 */
const momentsOf = "after|when(?:ever)?|once(?! again| more)|until|till?|in case|nach|bis";
const times = [
  "tomm?orr?ow|tmrw|tonight|today|tonite|later|latter|soon|shortly|eventually|some ?(?:day|time)|overnight|eo[dbw]|cob|eow",
  "morgen|später|spaeter|heute|nachher|demain|mañana",
  `(?:next|this|the next|the following|every|each|coming) (?:${part}|${day}|${unit}|time|release|sprint|morning)`,
  "daily|nightly|hourly|weekly|noon|midnight|lunch(?:time)?",
  `in (?:(?:about|around|like|roughly|~|another) ?)?(?:${duration}|\\d{1,3}$)`,
  `(?:in|at|by|on|before|over|during) (?:the |an? )?(?:${clock}|${date}|${part}|${day}|eod|tomorrow|tonight|\\d{1,2}(?:\\.\\d{2})?|\\d{4}|end of|(?:${figure}|${numeral})$)`,
  `um \\d{1,2}|ab \\d{1,2}|${clock}|${date}|${day}`,
  `${duration} (?:later|from now)|\\d+ ?${unit}$`,
  "afterwards|once|given that|otherwise|or else",
  conditions,
  momentsOf,
  "not (?:now|yet|today|before|until)",
  `schedul\\w*|delay\\w*|postpone\\w*|defer\\w*|(?:wait|hold)(?: on)? (?:for|until|till|${duration})`,
];
const joining =
  "(?:(?:and|but|then|only|just|maybe|pls|please|do|run|start|send|it|this|that|for|from|at|on|@|~|-)[,.;:]*\\s*(?=\\W|\\w))*?";
const end = "(?![\\p{L}\\p{N}_/-]|\\.\\d)";
const putOff = new RegExp(`^[\\s,;(]*${joining}(?<when>${times.join("|")})${end}`, "iu");
/** Includes words that only sometimes postpone the request: "before it gets worse" does not. */
const anywhere = [...times, "before|while|during"].join("|");
const within = new RegExp(`(?<![\\p{L}\\p{N}_/.:-])(?<when>${anywhere})${end}`, "giu");

/** True if the words begin with a time or a condition. A name that contains one is meant as a name. */
export function isPutOff(text: string, things: readonly string[]): boolean {
  const when = putOff.exec(withoutShortcodes(text))?.groups?.when;
  return when !== undefined && namesIn(when, things).length === 0;
}

/** True if the words contain a time or a condition anywhere. */
export function saysWhen(text: string, things: readonly string[]): boolean {
  return [...text.matchAll(within)].some(({ groups }) => namesIn(groups?.when ?? "", things).length === 0);
}

/** Phrases that people write instead of a reason, and filler words that add nothing to them (`beside`). */
const phrases = {
  "dry-run":
    "dry[-\\s]?run(?:s|ning)?|simulat(?:e|ion)|preview|no[-\\s]?op|test run|what[-\\s]if|dry(?: mode)?(?![-\\w])",
  condition: `${conditions}|(?:wait|hold|pause|hang)(?: on| off)? (?:for|on|until|till?)`,
  moment: `not (?:before|until)|${momentsOf}`,
  // "500s" are errors.
  when: `(?![45]\\d\\ds)(?:${times.join("|")}|(?:wait|hold|pause)(?: on| off)?|hang on|${duration})`,
  refusal:
    "(?:do not|don['’]?t|never) (?:continue|roll ?back|cancel|revert|approve|proceed|promote|go (?:on|ahead))",
  not: `never ?mind|${negations}|[a-z]+n['’]t|(?:do|does|did|ca|wo|should|would|could|is|are)nt|nope|nah|nein|stop|halt|nvm|forget (?:it|that|this)|(?:scratch|strike|cancel|undo|stop) (?:it|that|this)|(?:take|took) (?:it|that|this) back|kidding|jk|ignore|disregard|(?:wh)?oops|on second thoughts?|changed? (?:my|our) minds?|my (?:bad|mistake)|wrong (?:one|name|channel|window|thread|tab|command|button)`,
  beside: [
    "an?|the|i|it|its|we|you|me|us|my|our|this|that|these|those|they|(?:i|it|we|you|they|that)['’](?:ll|m|re|s|d|ve)",
    "and|or|but|then|so|just|only|maybe|perhaps|probably|actually|really|rather|instead|though|tho|anymore|after all|ones?|yet|now|right now|still|again|ever|first",
    "at|in|on|by|for|from|to|of|between|before|off|all|please|pls|plz|bitte|thanks?|thx|sorry|noch|erst|nur|es|ich|wir",
    "do|does|doing|be|is|am|are|will|would|shall|should|could|can|may|might|must|need|want|wanna|going|gonna|let['’]?s?|mean|meant|think|sure|ready|give",
    "continue|rollback|roll|back|cancel|revert|withdraw|approve|go|promote|proceed|resume|abort|undo|send|act|ship|(?:run|start)(?= (?:it|this|that|at \\d|in \\d|on) ?)",
    `${part}|${unit}|\\d{1,2}|utc|gmt|ce?s?t|[ecmp][sd]?t|sharp`,
  ].join("|"),
} as const;
/** The meaning of everything in a clause of this kind. */
const clauses = { condition: "when", moment: "when", refusal: "not" } as const;
type Clause = keyof typeof clauses;

function isClause(kind: string): kind is Clause {
  return Object.hasOwn(clauses, kind);
}

const isWhole = "(?![\\p{L}\\p{M}\\p{N}_]|[.:]\\d)";
const marks = "[\\s\\p{P}\\p{S}]+";
const steps = [
  { kind: "marks", pattern: new RegExp(marks, "uy") },
  ...(["dry-run", "condition", "moment", "when", "refusal", "not", "beside"] as const).map((kind) => ({
    kind,
    pattern: new RegExp(`(?:${phrases[kind]})${isWhole}`, "iuy"),
  })),
  { kind: "word", pattern: /[^\s,;.!?]+|./uy },
] as const;
type Postponing = "when" | "not" | "dry-run";

const joint = /(?<=\p{L}\p{L})[,;:.!?…]\s+|\sbut\s+/iu;

/**
 * Set if the reason, or its last clause, gives none: it is a time or a condition, takes the request back, or asks for a
 * dry run.
 */
export function onlySays(reason: string, things: readonly string[]): Postponing | undefined {
  return postponing(reason, things) ?? postponing(reason.split(joint).at(-1) ?? "", things);
}

function postponing(reason: string, things: readonly string[]): Postponing | undefined {
  const text = withoutConsent(withoutShortcodes(reason)).toLowerCase();
  const names = namesIn(text, things).map((name) => name.toLowerCase());
  const said = new Set<string>();
  let clause: Clause | undefined;
  for (let at = 0; at < text.length; ) {
    const { kind, words } = stepAt(text, at, names);
    if (kind === "word" && clause === undefined) return undefined;
    if (kind === "marks" && clause === "moment" && /[,;.:!?–—]/.test(words)) clause = undefined;
    if (isClause(kind)) clause = clause === undefined || clause === "moment" ? kind : clause;
    said.add(clause === undefined ? kind : clauses[clause]);
    at += words.length;
  }
  if (said.has("when")) return "when";
  if (said.has("not")) return "not";
  return said.has("dry-run") ? "dry-run" : undefined;
}

function stepAt(text: string, at: number, names: readonly string[]) {
  const name = names.find((it) => text.startsWith(it, at));
  if (name !== undefined) return { kind: "name", words: name } as const;
  for (const { kind, pattern } of steps) {
    pattern.lastIndex = at;
    const words = pattern.exec(text)?.[0];
    if (words !== undefined) return { kind, words };
  }
  return { kind: "word", words: text.slice(at) } as const;
}

/**
 * The problem if the command contains a time or a condition. Undefined if no target resembles the name, or it is
 * elsewhere: those cases have their own reply.
 */
export function scheduledIn(
  command: Named,
  words: Words,
  target: string,
  { world, known }: { readonly world: World; readonly known: Known },
): UsageProblem | undefined {
  if (command.kind === "show") return undefined;
  const { name, places = [], leftover = [], reason } = words;
  const isKnown = (place: string): boolean => known.places.some((it) => sameLetters(it, place));
  const strange = places.filter((place) => !isKnown(place) && !isPlaceOfAws(place)).map((it) => `in ${it}`);
  const within = places.filter(isKnown);
  const found = resolveWords({ name: target, places: within }, world);
  if (found.kind === "misfit" || (found.kind === "none" && found.fitting.length === 0)) return undefined;
  const when = [...(sameLetters(target, name) ? [] : [name]), ...strange, ...leftover].join(" ");
  if (!isPutOff(when, [...known.names, ...known.places])) return undefined;
  const verb = command.kind === "ask" ? command.action : command.kind;
  const why = reason === undefined ? [] : [`because ${reason}`];
  const typed = [verb, target, ...within.map((place) => `in ${place}`), ...why].join(" ");
  return { kind: "scheduled", when, command: typed };
}
