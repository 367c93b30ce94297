/** Changes from the old version to the new one: at most four lines for the card. */

import type { Fact, Part, Phrase } from "../../../handlers/words.ts";
import type { Image, Versions } from "../facts/stored-detail.ts";
import { digestOf, taskDefinitionOf } from "../facts/versions.ts";
import {
  buildName,
  buildNames,
  repositoryOf,
  shortDigest,
  shortDigests,
  tagOf,
  whyUnread,
} from "./builds.ts";

export function changeFacts(versions: Versions): readonly Fact[] {
  return [...imageFacts(versions), taskDefinitionFact(versions)].slice(0, 4);
}

interface Pair {
  readonly container: string;
  readonly old?: Image;
  readonly new?: Image;
  /** There are other containers, so this one has to be named. */
  readonly isOneOfMany: boolean;
}

function imageFacts(all: Versions): readonly Fact[] {
  const versions = { ...all, old: sideOf(all.old) };
  if (versions.new.kind === "unknown") {
    return [{ kind: "unknown", label: "Image", why: whyUnread(versions.new.why) }];
  }
  const after = versions.new.value.images;
  if (after.length === 0) {
    const { definition } = versions.new.value;
    const why: Phrase = definition === undefined ? ["ECS has not resolved it yet"] : whyUnread(definition);
    return [{ kind: "unknown", label: "Image", why }];
  }
  if (versions.old.kind !== "read")
    return after.length === 1 ? oneSide(versions, after) : sides(versions, after);
  const paired = pairs(versions.old.value.images, after);
  const changed = paired.filter((pair) => compare(pair) === "changed");
  const unresolved = unresolvedFacts(paired.filter((pair) => compare(pair) === "unresolved"));
  const [first] = changed;
  if (first !== undefined)
    return [
      ...(changed.length === 1 ? pairFacts(first) : manyFacts(changed, 3 - unresolved.length)),
      ...unresolved,
    ];
  return unresolved.length > 0
    ? unresolved
    : [{ kind: "value", label: "Image", value: unchanged(after), change: "none" }];
}

/** Without images and without its task definition nothing is known about a version. */
function sideOf(old: Versions["old"]): Versions["old"] {
  if (old.kind !== "read" || old.value.images.length > 0 || old.value.definition === undefined) return old;
  return { kind: "unknown", why: old.value.definition };
}

/** A tag can be reused: only equal digests prove that an image is the same. */
function compare({ old, new: next }: Pair): "same" | "changed" | "unresolved" {
  if (old === undefined || next === undefined) return "changed";
  const [before, after] = [digestOf(old), digestOf(next)];
  if (old.image !== next.image) return "changed";
  if (before === undefined || after === undefined) return "unresolved";
  return before === after ? "same" : "changed";
}

function unresolvedFacts(unresolved: readonly Pair[]): readonly Fact[] {
  const [first, second] = unresolved;
  if (first === undefined) return [];
  if (second === undefined) return [unresolvedFact(first)];
  const named: Phrase = [{ code: first.container, atMost: 20 }, ` and ${unresolved.length - 1} more`];
  return [
    {
      kind: "unknown",
      label: "Images",
      why: [`${unresolved.length} digests are not resolved yet: `, ...named],
    },
  ];
}

function unresolvedFact(pair: Pair): Fact {
  const { container, old, new: next } = pair;
  const name = next === undefined ? container : buildName(next);
  const which = next !== undefined && digestOf(next) === undefined ? "its digest" : "the old one's digest";
  const known = old === undefined || next === undefined ? undefined : (shortDigest(next) ?? shortDigest(old));
  const other: Phrase =
    known === undefined
      ? []
      : [which === "its digest" ? "; the old one: " : "; the new one: ", { code: known }];
  return {
    kind: "unknown",
    label: "Image",
    why: [
      ...containerOf(pair),
      { code: name, atMost: 24 },
      ` before and after, ${which} is not resolved yet`,
      ...other,
    ],
  };
}

function containerOf({ container, isOneOfMany }: Pair): Phrase {
  return isOneOfMany ? [{ code: container, atMost: 20 }, " "] : [];
}

/** Only the new side is known, because there is no old one or it could not be read. */
function oneSide(versions: Versions, [image]: readonly Image[]): readonly Fact[] {
  if (image === undefined) return [];
  const digest = shortDigest(image);
  const facts = [newOnly(versions, "Image", buildName(image))];
  if (digest === undefined) return [...facts, digestUnresolved];
  if (tagOf(image.image) === undefined) return facts;
  const fact = newOnly(versions, "Digest", digest);
  return [...facts, fact.kind === "value" ? { ...fact, expert: true } : fact];
}

function sides(versions: Versions, after: readonly Image[]): readonly Fact[] {
  const shown = after
    .slice(0, 2)
    .map((image) => newOnly(versions, "Image", `${image.container} ${buildName(image)}`));
  return after.length > 2 ? [...shown, moreImages(after.length - 2)] : shown;
}

function newOnly({ old }: Versions, label: string, name: string): Fact {
  const code: Part = { code: name, atMost: 24 };
  if (old.kind === "unknown") {
    return { kind: "unknown", label, why: ["the old one: ", ...whyUnread(old.why), ". New: ", code] };
  }
  return { kind: "value", label, value: [code, " (first deployment)"], change: "new" };
}

function pairs(before: readonly Image[], after: readonly Image[]): readonly Pair[] {
  const names = new Set([...after, ...before].map(({ container }) => container));
  return [...names].map((container) => {
    const old = before.find((image) => image.container === container);
    const next = after.find((image) => image.container === container);
    return {
      container,
      isOneOfMany: names.size > 1,
      ...(old ? { old } : {}),
      ...(next ? { new: next } : {}),
    };
  });
}

const digestUnresolved = { kind: "unknown", label: "Digest", why: ["not resolved yet"] } satisfies Fact;

function pairFacts(pair: Pair): readonly Fact[] {
  const { old, new: next } = pair;
  if (old === undefined || next === undefined) return [imageFact(pair, [])];
  const isMoved = repositoryOf(old.image) !== repositoryOf(next.image);
  const named = buildNames(old, next);
  const isRenamed = named[0] !== named[1];
  const image = imageFact(pair, isMoved && !isRenamed ? repositories(old, next) : named);
  const [before, after] = shortDigests(old, next);
  if (after === undefined) {
    if (before === undefined) return [image, digestUnresolved];
    return [image, { ...digestUnresolved, why: ["not resolved yet; the old one: ", { code: before }] }];
  }
  if ((tagOf(old.image) ?? tagOf(next.image)) === undefined) return [image];
  if (before === undefined)
    return [
      image,
      { kind: "unknown", label: "Digest", why: ["the old one is not known. New: ", { code: after }] },
    ];
  if (digestOf(old) === digestOf(next))
    return [
      image,
      {
        kind: "value",
        label: "Digest",
        value: [{ code: after }, ", unchanged"],
        change: "none",
        expert: true,
      },
    ];
  const digest: Fact = { kind: "value", label: "Digest", value: arrowParts(before, after), change: "both" };
  // If a tag was reused, only the digest shows the change.
  return [image, isRenamed || isMoved ? { ...digest, expert: true } : digest];
}

type Sides = readonly [before: string, after: string] | readonly [];

/** One fact per changed image, showing what differs: the name, else the digest, else the repository. */
function manyFacts(changed: readonly Pair[], atMost: number): readonly Fact[] {
  const count = changed.length > 2 ? atMost - 1 : 2;
  const shown = changed.slice(0, count).map((pair): Fact => {
    const { old, new: next } = pair;
    if (old === undefined || next === undefined) return imageFact(pair, []);
    const named = buildNames(old, next);
    if (named[0] !== named[1]) return imageFact(pair, named);
    const [before, after] = shortDigests(old, next);
    return before === undefined || after === undefined || before === after
      ? imageFact(pair, repositories(old, next))
      : imageFact(pair, [before, after]);
  });
  return changed.length > count ? [...shown, moreImages(changed.length - count)] : shown;
}

function imageFact(pair: Pair, names: Sides): Fact {
  const { container, old, new: next } = pair;
  const label = "Image";
  const [before, after] = names;
  if (before !== undefined && before === after)
    return { kind: "value", label, value: [...containerOf(pair), ...sameName(pair, before)] };
  if (before !== undefined)
    return {
      kind: "value",
      label,
      value: [...containerOf(pair), ...arrowParts(before, after)],
      change: "both",
    };
  const named: Part = { code: container, atMost: 20 };
  const there = next ?? old;
  const build: Phrase = there === undefined ? [] : [" (", { code: buildName(there), atMost: 24 }, ")"];
  return {
    kind: "value",
    label,
    value: [named, next === undefined ? " removed" : " added", ...build],
    change: "new",
  };
}

/** The tag was used again, or the image is written in another way. */
function sameName({ old, new: next }: Pair, name: string): Phrase {
  const [before, after] = [old && digestOf(old), next && digestOf(next)];
  const isKnown = before !== undefined && after !== undefined;
  const other = isKnown && before !== after ? ", with another digest" : "";
  return [{ code: name, atMost: 24 }, ` before and after${other}`];
}

function repositories(old: Image, next: Image): Sides {
  return [repositoryOf(old.image), repositoryOf(next.image)];
}

function moreImages(count: number): Fact {
  return {
    kind: "value",
    label: "Images",
    value: [`${count} more ${count === 1 ? "container" : "containers"}, in the thread`],
  };
}

function unchanged(images: readonly Image[]): Phrase {
  const [first] = images;
  if (first === undefined || images.length > 1) return [`${images.length} containers, unchanged`];
  return [{ code: buildName(first), atMost: 24 }, ", unchanged"];
}

export function arrowParts(before: string | undefined, after: string | undefined): Phrase {
  const side = (name: string | undefined): Part => (name === undefined ? "none" : { code: name, atMost: 24 });
  return [side(before), " → ", side(after)];
}

function taskDefinitionFact(versions: Versions): Fact {
  const label = "Task definition";
  if (versions.new.kind === "unknown") return { kind: "unknown", label, why: whyUnread(versions.new.why) };
  const next = taskDefinitionOf(versions.new);
  if (next === undefined) return { kind: "unknown", label, why: ["ECS does not name it"] };
  const full = { code: `${next.family}:${next.revision}`, atMost: 24 };
  if (versions.old.kind === "unknown") {
    return {
      kind: "unknown",
      label,
      why: ["the old one: ", ...whyUnread(versions.old.why), ". New: ", full],
    };
  }
  const before = taskDefinitionOf(versions.old);
  if (versions.old.kind === "none")
    return { kind: "value", label, value: [full, " (first deployment)"], change: "new" };
  if (before === undefined)
    return { kind: "unknown", label, why: ["ECS does not name the old one. New: ", full] };
  if (before.family !== next.family) {
    return {
      kind: "value",
      label,
      value: [{ code: `${before.family}:${before.revision}`, atMost: 24 }, " → ", full],
      change: "both",
    };
  }
  // A family without a revision means its latest revision at that time, so the two may differ.
  if (before.revision === "" && next.revision === "")
    return { kind: "unknown", label, why: [full, " before and after; ECS does not name their revisions"] };
  if (before.revision === next.revision)
    return { kind: "value", label, value: [full, ", unchanged"], change: "none" };
  return {
    kind: "value",
    label,
    value: [
      { code: `${before.family}:${before.revision}`, atMost: 24 },
      " → ",
      { code: `:${next.revision}` },
    ],
    change: "both",
  };
}
