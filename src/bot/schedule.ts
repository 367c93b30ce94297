/** Words that put a command off: "tomorrow", "at 18:00", "in 5 minutes", "after lunch", "once it is green". Pure. */

import { namesIn } from "./leftover.ts";

const number =
  "(?:\\d+(?:[.,]\\d+)?|an?|one|two|three|five|ten|fifteen|twenty|thirty|half(?: an?)?|(?:a )?few|a couple(?: of)?|some)";
const unit =
  "(?:s|secs?|seconds?|m|mins?|minutes?|minuten|h|hrs?|hours?|stunden?|d|days?|weeks?|months?|bit|while|moment|time)";
const day = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?";
const part =
  "(?:mornings?|noon|lunch(?:time)?|afternoon|evening|nights?|midnight|weekend|week|month|hour|day)";
const clock = "\\d{1,2}(?:[:.]\\d{2}\\s*(?:[ap]m?)?|\\s*[ap]m|\\s*uhr|\\s*o['’]?clock)";
const date = "\\d{4}-\\d{2}-\\d{2}|\\d{1,2}(?:st|nd|rd|th)";
const times = [
  "tomm?orr?ow|tmrw|tonight|today|tonite|later|soon|eventually|some ?(?:day|time)|overnight|eod|eow|morgen|später|spaeter|heute",
  `(?:next|this|the next|the following|every|each|coming) (?:${part}|${day}|${unit}|time|release|sprint)`,
  "daily|nightly|hourly|weekly",
  `in (?:(?:about|around|like|roughly|~|another) ?)?(?:${number} ?${unit}|\\d{1,3}$)`,
  `(?:in|at|by|on|before|over|during) (?:the |an? )?(?:${clock}|${date}|${part}|${day}|eod|tomorrow|tonight|\\d{1,2}|end of)`,
  `um \\d{1,2}|${clock}|${date}|${day}`,
  `${number} ?${unit} (?:later|from now)|\\d+ ?${unit}$`,
  "after|when(?:ever)?|once|as soon as|if|unless|until|till",
  "not (?:now|yet|today|before|until)",
  `schedul\\w*|delay\\w*|postpone\\w*|defer\\w*|wait (?:for|until|till|${number})`,
];
const filler =
  "(?:(?:and|but|then|only|just|maybe|pls|please|do|run|start|send|it|this|that|for|from|at|on|@|~|-+)[,.;:]*\\s*(?=\\W|\\w))*?";
const putOff = new RegExp(`^[\\s,;(@]*${filler}\\s*(?<when>${times.join("|")})(?![\\p{L}\\p{N}_/-])`, "iu");

/** True where the words begin with a time or a condition. What has such a name is meant by it. */
export function isPutOff(text: string, things: readonly string[]): boolean {
  const when = putOff.exec(text)?.groups?.when;
  return when !== undefined && namesIn(when, things).length === 0;
}
