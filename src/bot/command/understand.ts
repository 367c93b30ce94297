/**
 * Matches the words of a command against what exists. Only a command understood to the last word is carried out. Pure.
 */

import { sameLetters } from "../../handlers/names/names.ts";
import { nearestPlace } from "../../handlers/names/similar.ts";
import {
  distinct,
  identityOf,
  labelOf,
  placesOf,
  type Target,
  targetOf,
} from "../../handlers/names/targets.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import { reasonModal } from "../card/private/modal.ts";
import type { UsageProblem } from "../card/private/usage.ts";
import { isId } from "./arn.ts";
import { hasOption, type Words } from "./grammar.ts";
import {
  holdsRequest,
  idsIn,
  isElsewhere,
  isNegated,
  namesIn,
  secondVerbIn,
  stripConnectives,
  usable,
  withReason,
} from "./leftover.ts";
import { isVerb, type Named } from "./parse-command.ts";
import {
  existingIn,
  type Found,
  inFull,
  inGroup,
  knownOf,
  resolveWords,
  type World,
} from "./resolve-target.ts";
import { onlySays, saysWhen, scheduledIn } from "./schedule.ts";
import {
  isEverything,
  isPlaceOfAws,
  isStandIn,
  nameInWords,
  placeAfterFiller,
  wordsAfterFiller,
} from "./stand-in.ts";

export type Understood =
  | {
      readonly kind: "understood";
      readonly meant: readonly { readonly entry: ActiveEntry; readonly reason?: string }[];
      /** One target and no word left over: it can be carried out at once. */
      readonly isClear: boolean;
      /** Targets that the name matches, deploying or not. */
      readonly fitting: readonly Target[];
      readonly isDryRun: boolean;
      /** Words that fit nowhere; the question quotes them. */
      readonly leftover?: string;
      /** These words or the reason contain a time or a condition, and Holdpoint does not wait for one. */
      readonly saysWhen?: true;
      /** The reason contains another request, which nothing but its own command carries out. */
      readonly holdsRequest?: true;
      readonly words: Words;
    }
  | {
      readonly kind: "problem";
      readonly problem: UsageProblem;
      /** Words that fit nowhere and are not the problem itself. */
      readonly leftover?: string;
      /** The verb takes no reason, so the reply doesn't mention one. */
      readonly takesNoReason?: true;
    };

/** Rejects a reason that is too long instead of cutting it: the missing part may be what mattered. */
export function understand(command: Named, world: World): Understood {
  const understood = interpret(command, world);
  if (understood.kind === "problem")
    return command.kind === "ask" ? understood : { ...understood, takesNoReason: true };
  const { names, places } = knownOf(world);
  const when = understood.leftover !== undefined && saysWhen(understood.leftover, [...names, ...places]);
  const count = Math.max(...understood.meant.map(({ reason = "" }) => reason.length));
  const { reasonAtMost: atMost } = reasonModal;
  if (count > atMost) return problem({ kind: "too-long", atMost, count });
  return when ? { ...understood, saysWhen: true } : understood;
}

function interpret(command: Named, world: World): Understood {
  const readings = [command, ...(command.others ?? [])].map((words) => usable(command, inFull(words, world)));
  if (command.kind !== "ask" && readings.some((words) => words.isDryRun))
    return problem({ kind: "no-dry-run", verb: command.kind });
  const resolved = readings.map((words) => ({ words, found: resolveWords(words, world) }));
  const whole = resolved.filter(({ words, found }) => words.leftover === undefined && found.kind === "exact");
  const [first, second] = whole;
  // If one reading has the flag, all of them are dry runs: that sends nothing.
  const isDryRun = readings.some((words) => words.isDryRun === true);
  if (first === undefined) {
    const words = usable(command, command);
    const [longest = { words, found: resolveWords(words, world) }] = resolved;
    return piecemeal(
      command,
      { ...longest, words: { ...longest.words, ...(isDryRun ? { isDryRun } : {}) } },
      world,
    );
  }
  const keys = new Set(whole.map(({ found }) => JSON.stringify(entriesOf(found).map(({ key }) => key))));
  // A longer existing name may be meant, even if nothing is deploying there.
  const fitting = distinct(resolved.flatMap(({ found }) => fitsOf(found)));
  const identities = fitting.map(identityOf);
  const meant = (keys.size === 1 ? [first] : whole).flatMap(meantBy);
  const isOne =
    (second === undefined || keys.size === 1) &&
    fitting.length === 1 &&
    !first.words.name.endsWith("…") &&
    meant.every(({ entry }) => identities.includes(identityOf(targetOf(entry))));
  const known = knownOf(world);
  const things = [...known.names, ...known.places];
  const said = new Set(
    meant.map(({ reason = "" }) => onlySays(reason, things)).filter((it) => it !== undefined),
  );
  const isMore =
    command.kind === "ask" &&
    whole.some(({ words: { reason, isQuoted } }) => !isQuoted && holdsRequest(reason ?? "", command, known));
  const isTold =
    said.size === 0 &&
    !isMore &&
    meant.every(
      ({ entry, reason = "" }) => !hasOption(reason) && !isElsewhere(reason, targetOf(entry), known),
    );
  return {
    ...{ kind: "understood", meant, fitting, words: first.words },
    isDryRun: isDryRun || said.has("dry-run"),
    isClear: isOne && isTold && (second === undefined || sameReasons(whole)),
    ...(said.has("when") ? { saysWhen: true } : {}),
    ...(isMore ? { holdsRequest: true } : {}),
  };
}

interface Reading {
  readonly words: Words;
  readonly found: Found;
}

/** Not every word was understood: returns a question about the part that was, or the problem. */
function piecemeal(command: Named, { words, found }: Reading, world: World): Understood {
  const known = knownOf(world);
  const { name, places = [], leftover = [], isDryRun = false } = words;
  const said = leftover.join(" ");
  const isFound = found.kind === "exact";
  const typed = isFound ? said : `${name} ${said}`;
  if (isNegated(typed, [...known.places, ...known.names, ...idsIn(typed)]))
    return problem({ kind: "negated", words: typed });
  if (command.kind !== "show") {
    if (!isFound && isVerb(name)) return problem({ kind: "several-verbs", verb: name });
    const verb = secondVerbIn(said);
    if (verb !== undefined) return problem({ kind: "several-verbs", verb });
  }
  const several = namesIn(typed, known.names);
  const names = [...new Set(isFound ? [name, ...several] : several)];
  if (names.length > 1) return problem({ kind: "several-names", names });
  const [named] = several;
  const target = isFound || named === undefined ? name : named;
  const scheduled = scheduledIn(command, words, target, { world, known });
  if (scheduled !== undefined) return problem(scheduled);
  const written = isFound ? undefined : nameInWords([name, ...leftover], known);
  if (written !== undefined) {
    const there = { ...words, name: written };
    const again = resolveWords(there, world);
    if (again.kind === "exact")
      return asQuestion({ words: there, found: again }, [name, ...leftover], isDryRun);
  }
  // "rollback the checkout-api", "rollback staging basket-api": the name comes later.
  if (!isFound && named !== undefined && !sameLetters(named, name)) {
    const before = known.places.some((it) => sameLetters(it, name)) ? [name] : [];
    for (const within of new Set([places, []])) {
      const there = { name: named, places: [...before, ...within] };
      const again = resolveWords(there, world);
      const unused = within === places ? [] : places.flatMap((place) => ["in", place]);
      if (again.kind === "exact")
        return asQuestion({ words: there, found: again }, [name, ...unused, ...leftover], isDryRun);
    }
  }
  const behind = isFound || found.kind === "misfit" ? undefined : wordsAfterFiller(words, known);
  if (behind !== undefined) {
    const again = resolveWords(behind, world);
    if (entriesOf(again).length > 0)
      return asQuestion({ words: behind, found: again }, [name, ...leftover], isDryRun);
  }
  const isName = isFound || known.names.some((it) => sameLetters(it, name));
  if (!isName && isEverything(name)) return problem({ kind: "several-names", names: [name] });
  const grouped = isName ? undefined : inGroup(words, world);
  if (grouped !== undefined) return asQuestion({ words, found: grouped }, leftover, isDryRun);
  if (!isName && (isStandIn(behind?.name ?? name) || known.places.some((it) => sameLetters(it, name))))
    return problem({ kind: "no-target", verb: command.kind === "ask" ? command.action : command.kind });
  const strange = places.find((place) => !known.places.some((it) => sameLetters(it, place)));
  if (strange !== undefined) {
    const behindIt = placeAfterFiller([strange, ...leftover], known);
    const near = behindIt ?? nearestPlace(strange, known.places);
    const others = places.filter((place) => place !== strange);
    const there = { ...words, places: near === undefined ? others : [...others, near] };
    const again = resolveWords(there, world);
    if (near === undefined || again.kind !== "exact")
      return problem({ kind: "unknown-place", place: strange, target: name }, leftover);
    const meant = behindIt === undefined ? withReason(command, there, leftover) : there;
    return asQuestion({ words: meant, found: again }, [strange, ...leftover], isDryRun);
  }
  const each = places.map((place) => resolveWords({ ...words, places: [place] }, world));
  if (found.kind === "misfit" && each.length > 1 && each.every(({ kind }) => kind === "exact")) {
    const entries = [...new Set(each.flatMap(entriesOf))];
    return asQuestion(
      { words, found: { kind: "exact", entries, fitting: each.flatMap(fitsOf) } },
      leftover,
      isDryRun,
    );
  }
  if (found.kind === "misfit")
    return problem(
      {
        ...{ kind: "misfit", target: name, place: found.place },
        at: found.at.map(whereabouts),
      },
      leftover,
    );
  if (found.kind !== "exact" && found.fitting.length > 0)
    return problem(
      { kind: "idle", target: name, at: found.fitting.map((it) => labelOf(it, existingIn(world))) },
      leftover,
    );
  if (found.kind === "none")
    return problem(
      {
        ...{ kind: "unknown-target", target: name, meant: [] },
        ...(places.length === 0 ? {} : { places }),
        ...(isId(name) ? { isId: true } : {}),
      },
      leftover,
    );
  if (leftover.length === 0) return asQuestion({ words, found }, [], isDryRun);
  const bare = stripConnectives(said);
  const place = known.places.find((it) => sameLetters(it, bare)) ?? nearestPlace(bare, known.places);
  if (place === undefined && isPlaceOfAws(bare))
    return problem({ kind: "unknown-place", place: bare, target: name });
  if (place !== undefined) {
    const within = { ...words, places: [...places, place] };
    const again = resolveWords(within, world);
    if (again.kind === "exact") return asQuestion({ words: within, found: again }, leftover, isDryRun);
    // No target is in both places: one of them is meant.
    const other = resolveWords({ ...words, places: [place] }, world);
    const both = { ...found, entries: [...new Set([...entriesOf(found), ...entriesOf(other)])] };
    if (other.kind === "exact") return asQuestion({ words, found: both }, leftover, isDryRun);
    if (other.kind === "misfit" && sameLetters(place, bare))
      return problem({ kind: "misfit", target: name, place, at: other.at.map(whereabouts) });
  }
  return asQuestion({ words: withReason(command, words, leftover), found }, leftover, isDryRun);
}

function asQuestion(reading: Reading, leftover: readonly string[], isDryRun: boolean): Understood {
  return {
    kind: "understood",
    meant: meantBy(reading),
    fitting: fitsOf(reading.found),
    isClear: false,
    isDryRun,
    words: reading.words,
    ...(leftover.length === 0 ? {} : { leftover: leftover.join(" ") }),
  };
}

function meantBy({ words: { reason }, found }: Reading) {
  return entriesOf(found).map((entry) => ({ entry, ...(reason === undefined ? {} : { reason }) }));
}

function entriesOf(found: Found): readonly ActiveEntry[] {
  return found.kind === "exact" || found.kind === "near" ? found.entries : [];
}

function fitsOf(found: Found): readonly Target[] {
  return found.kind === "misfit" ? [] : found.fitting;
}

function whereabouts(target: Target): string {
  return placesOf(target)
    .filter((it) => it !== target.account)
    .join(", ");
}

function sameReasons(readings: readonly Reading[]): boolean {
  return new Set(readings.map(({ words }) => words.reason ?? "")).size === 1;
}

function problem(what: UsageProblem, leftover: readonly string[] = []): Understood {
  return {
    kind: "problem",
    problem: what,
    ...(leftover.length === 0 ? {} : { leftover: leftover.join(" ") }),
  };
}
