/** What words may mean that fit nowhere in a command. Pure. */

import { isNegation } from "./grammar.ts";
import { isVerb } from "./parse-command.ts";

const joints =
  /^(?:(?:and|or|then|also|plus|in|on|at|to|into|for|from|within|just|only|now|because|the|und|oder|dann|actually|instead|rather|no|wait|sorry|please|pls|plz|bitte|asap|immediately|quick(?:ly)?|fast|urgent(?:ly)?|right|again|already|thanks|thx|cc)[,.;:!]*|[&+/,@–—-]+)(?:\s+|$)/i;

/** Without what only joins it to the words before: "and staging", "then rollback". */
export function withoutJoint(text: string): string {
  let rest = text
    .replace(/[()[\]{}]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  while (joints.test(rest)) rest = rest.replace(joints, "");
  return rest.replace(/^@|[,.;:!?]+$/g, "");
}

/** A verb that begins the rest: "continue x then rollback". */
export function secondVerbIn(text: string): string | undefined {
  const [word = ""] = withoutJoint(text).split(" ");
  return isVerb(word) ? word : undefined;
}

/** True for "not in prod", "except shop". */
export function negatedIn(text: string, things: readonly string[]): boolean {
  const words = text.replace(/[()[\]{}]/g, " ").split(/\s+/);
  return words.some((word, index) => {
    const after = words.slice(index + 1).join(" ");
    return isNegation(word) && things.some((thing) => beginsWith(withoutJoint(after), thing));
  });
}

/** The names and ARNs that stand in a text; none is found within another. */
export function namesIn(text: string, names: readonly string[]): readonly string[] {
  let rest = ` ${text.toLowerCase()} `;
  const arns = [...text.matchAll(/(?<![^\s,;("'“”`])arn:[^\s,;)"'“”`]*[^\s,;)"'“”`.:!?]/gi)].map(
    ([arn]) => arn,
  );
  const found = [...names, ...arns]
    .filter((name) => name !== "")
    .toSorted((a, b) => b.length - a.length)
    .filter((name) => {
      const at = placeIn(rest, name.toLowerCase());
      if (at === -1) return false;
      rest = `${rest.slice(0, at)} \0 ${rest.slice(at + name.length)}`;
      return true;
    });
  const wanted = text.toLowerCase();
  return found.toSorted((a, b) => wanted.indexOf(a.toLowerCase()) - wanted.indexOf(b.toLowerCase()));
}

function placeIn(text: string, name: string): number {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const after = text.slice(at + name.length);
    if (/[\s,;&+("'“”`]$/.test(text.slice(0, at)) && /^(?:[\s,;&+)"'“”`]|[.:!?]+(?:\s|$))/.test(after))
      return at;
  }
  return -1;
}

function beginsWith(text: string, thing: string): boolean {
  return thing !== "" && placeIn(` ${text.toLowerCase()} `, thing.toLowerCase()) === 1;
}
