/** Words that put a command off: "tomorrow", "at 18:00", "in 5 minutes", "after lunch", "once it is green". Pure. */

import { namesIn } from "./leftover.ts";

const number =
  "(?:\\d+(?:[.,]\\d+)?|an?|one|two|three|five|ten|fifteen|twenty|thirty|half(?: an?)?|(?:a )?few|a couple(?: of)?|some)";
const unit =
  "(?:s|secs?|seconds?|m|mins?|minutes?|minuten|h|hrs?|hours?|stunden?|d|days?|weeks?|months?|bit|while|moment|time)";
const day = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?";
const month =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const part =
  "(?:mornings?|noon|lunch(?:time)?|afternoon|evening|nights?|midnight|weekend|week|month|hour|day|maintenance(?: window)?|business hours|working hours|office hours)";
const clock =
  "\\d{1,2}(?::\\d{2}\\s*(?:[ap]\\.?m\\.?|h)?|[:.]\\d{2}\\s*(?:[ap]\\.?m\\.?|h|uhr)|\\s*[ap]\\.?m\\.?|h\\d{2}|\\s*uhr|\\s*o['’]?clock)|\\d{4} ?(?:utc|gmt|cet|hrs?|h)|(?:half past|quarter (?:past|to)) \\w+";
const date = `\\d{4}-\\d{2}-\\d{2}|\\d{1,2}(?:st|nd|rd|th)|\\d{1,2}/\\d{1,2}|\\d{1,2}\\.\\d{1,2}\\.(?!\\d)|${month} \\d{1,2}|\\d{1,2}\\.? ${month}`;
const times = [
  "tomm?orr?ow|tmrw|tonight|today|tonite|later|latter|soon|shortly|eventually|some ?(?:day|time)|overnight|eo[dbw]|cob|eow",
  "morgen|später|spaeter|heute|nachher|demain|mañana",
  `(?:next|this|the next|the following|every|each|coming) (?:${part}|${day}|${unit}|time|release|sprint|morning)`,
  "daily|nightly|hourly|weekly|noon|midnight|lunch(?:time)?",
  `in (?:(?:about|around|like|roughly|~|another) ?)?(?:${number} ?${unit}|\\d{1,3}$)`,
  `(?:in|at|by|on|before|over|during) (?:the |an? )?(?:${clock}|${date}|${part}|${day}|eod|tomorrow|tonight|\\d{1,2}(?:\\.\\d{2})?|\\d{4}|end of|${number}$)`,
  `um \\d{1,2}|ab \\d{1,2}|${clock}|${date}|${day}`,
  `${number} ?${unit} (?:later|from now)|\\d+ ?${unit}$`,
  "after|afterwards|when(?:ever)?|once|as soon as|if|unless|until|till?|nach|wenn|falls|sobald|bis",
  "provided|providing|assuming|as long as|so long as|in case|given that|depending on|pending|subject to|on condition|otherwise|or else|should the",
  "not (?:now|yet|today|before|until)",
  `schedul\\w*|delay\\w*|postpone\\w*|defer\\w*|(?:wait|hold)(?: on)? (?:for|until|till|${number} ?${unit})`,
];
const filler =
  "(?:(?:and|but|then|only|just|maybe|pls|please|do|run|start|send|it|this|that|for|from|at|on|@|~|-)[,.;:]*\\s*(?=\\W|\\w))*?";
const end = "(?![\\p{L}\\p{N}_/-]|\\.\\d)";
const shortcodes = /:[a-z0-9_+'-]+:/gi;
const putOff = new RegExp(`^[\\s,;(]*${filler}\\s*(?<when>${times.join("|")})${end}`, "iu");
/** What only sometimes puts off what is asked for: "before it gets worse" does not. */
const anywhere = [...times, "before|while|during"].join("|");
const within = new RegExp(`(?<![\\p{L}\\p{N}_/.:-])(?<when>${anywhere})${end}`, "giu");

/** True where the words begin with a time or a condition. What has such a name is meant by it. */
export function isPutOff(text: string, things: readonly string[]): boolean {
  const when = putOff.exec(text.replace(shortcodes, " "))?.groups?.when;
  return when !== undefined && namesIn(when, things).length === 0;
}

/** True where a time or a condition stands anywhere in the words. */
export function saysWhen(text: string, things: readonly string[]): boolean {
  return [...text.matchAll(within)].some(({ groups }) => namesIn(groups?.when ?? "", things).length === 0);
}
