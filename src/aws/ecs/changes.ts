/** What changes from the old version to the new one: at most four lines for the card. */

import type { Fact, Part, Phrase } from "../../handlers/deployment.ts";
import {
  buildName,
  digestOf,
  type Image,
  imagesOf,
  shortDigest,
  tagOf,
  taskDefinitionOf,
  type Versions,
} from "./reading.ts";

export function changesOf(versions: Versions): readonly Fact[] {
  return [...imageFacts(versions), taskDefinitionFact(versions)];
}

interface Pair {
  readonly container: string;
  readonly old?: Image;
  readonly new?: Image;
}

function imageFacts(versions: Versions): readonly Fact[] {
  if (versions.new.kind === "unknown") {
    return [{ kind: "unknown", label: "Image", why: versions.new.why }];
  }
  const after = imagesOf(versions.new.value);
  if (after.length === 0) {
    const { definition } = versions.new.value;
    const why: Phrase = definition.kind === "unknown" ? definition.why : ["ECS has not resolved it yet"];
    return [{ kind: "unknown", label: "Image", why }];
  }
  if (versions.old.kind !== "read")
    return after.length === 1 ? oneSide(versions, after) : sides(versions, after);
  const all = pairs(imagesOf(versions.old.value), after);
  const changed = all.filter((pair) => compare(pair) === "changed");
  const unresolved = all.filter((pair) => compare(pair) === "unresolved").map(unresolvedFact);
  const [first] = changed;
  if (first !== undefined)
    return [...(changed.length === 1 ? pairFacts(first) : manyFacts(changed)), ...unresolved];
  return unresolved.length > 0 ? unresolved : [{ kind: "value", label: "Image", value: unchanged(after) }];
}

/** A tag says nothing about what is behind it: only two digests show that an image is the same. */
function compare({ old, new: next }: Pair): "same" | "changed" | "unresolved" {
  if (old === undefined || next === undefined) return "changed";
  const [before, after] = [digestOf(old), digestOf(next)];
  if (old.image !== next.image) return "changed";
  if (before === undefined || after === undefined) return "unresolved";
  return before === after ? "same" : "changed";
}

function unresolvedFact({ container, old, new: next }: Pair): Fact {
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
    why: [{ code: name, atMost: 24 }, ` before and after, ${which} is not resolved yet`, ...other],
  };
}

/** Only the new side is known: because there is no old one, or because it could not be read. */
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
    return { kind: "unknown", label, why: ["the old one: ", ...old.why, ". New: ", code] };
  }
  return { kind: "value", label, value: [code, " (first deployment)"] };
}

function pairs(before: readonly Image[], after: readonly Image[]): readonly Pair[] {
  const names = new Set([...after, ...before].map(({ container }) => container));
  return [...names].map((container) => {
    const old = before.find((image) => image.container === container);
    const next = after.find((image) => image.container === container);
    return { container, ...(old ? { old } : {}), ...(next ? { new: next } : {}) };
  });
}

const digestUnresolved = { kind: "unknown", label: "Digest", why: ["not resolved yet"] } satisfies Fact;

function pairFacts({ old, new: next }: Pair): readonly Fact[] {
  const image = arrow("Image", old && buildName(old), next && buildName(next));
  const [before, after] = [old && shortDigest(old), next && shortDigest(next)];
  if (next !== undefined && after === undefined) {
    if (before === undefined) return [image, digestUnresolved];
    return [image, { ...digestUnresolved, why: ["not resolved yet; the old one: ", { code: before }] }];
  }
  const named = (old && tagOf(old.image)) ?? (next && tagOf(next.image));
  if (named === undefined || after === undefined) return [image];
  if (old !== undefined && before === undefined)
    return [
      image,
      { kind: "unknown", label: "Digest", why: ["the old one is not known. New: ", { code: after }] },
    ];
  if (old !== undefined && next !== undefined && digestOf(old) === digestOf(next))
    return [image, { kind: "value", label: "Digest", value: [{ code: after }, ", unchanged"], expert: true }];
  // Behind a tag that was moved, the digest is all that shows the change.
  const isMoved = old !== undefined && next !== undefined && buildName(old) === buildName(next);
  return [
    image,
    isMoved ? arrow("Digest", before, after) : { ...arrow("Digest", before, after), expert: true },
  ];
}

/** A digest tells more than a tag that was used twice. */
function manyFacts(changed: readonly Pair[]): readonly Fact[] {
  const shown = changed.slice(0, 2).map(({ container, old, new: next }): Fact => {
    const sameName = old !== undefined && next !== undefined && buildName(old) === buildName(next);
    const name = sameName ? shortDigest : buildName;
    return {
      kind: "value",
      label: "Image",
      value: [{ code: container, atMost: 20 }, " ", ...arrowParts(old && name(old), next && name(next))],
    };
  });
  return changed.length > 2 ? [...shown, moreImages(changed.length - 2)] : shown;
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

function arrow(
  label: string,
  before: string | undefined,
  after: string | undefined,
): Extract<Fact, { readonly kind: "value" }> {
  return { kind: "value", label, value: arrowParts(before, after) };
}

export function arrowParts(before: string | undefined, after: string | undefined): Phrase {
  const side = (name: string | undefined): Part => (name === undefined ? "none" : { code: name, atMost: 24 });
  return [side(before), " → ", side(after)];
}

function taskDefinitionFact(versions: Versions): Fact {
  const label = "Task definition";
  if (versions.new.kind === "unknown") return { kind: "unknown", label, why: versions.new.why };
  const next = taskDefinitionOf(versions.new);
  if (next === undefined) return { kind: "unknown", label, why: ["ECS does not name it"] };
  const full = { code: `${next.family}:${next.revision}`, atMost: 24 };
  if (versions.old.kind === "unknown") {
    return { kind: "unknown", label, why: ["the old one: ", ...versions.old.why, ". New: ", full] };
  }
  const before = taskDefinitionOf(versions.old);
  if (versions.old.kind === "none") return { kind: "value", label, value: [full, " (first deployment)"] };
  if (before === undefined)
    return { kind: "unknown", label, why: ["ECS does not name the old one. New: ", full] };
  if (before.family !== next.family) {
    return {
      kind: "value",
      label,
      value: [{ code: `${before.family}:${before.revision}`, atMost: 24 }, " → ", full],
    };
  }
  // Without its number a family is the newest of its revisions, whichever that was.
  if (before.revision === "" && next.revision === "")
    return { kind: "unknown", label, why: [full, " before and after; ECS does not name their revisions"] };
  if (before.revision === next.revision) return { kind: "value", label, value: [full, ", unchanged"] };
  return {
    kind: "value",
    label,
    value: [
      { code: `${before.family}:${before.revision}`, atMost: 24 },
      " → ",
      { code: `:${next.revision}` },
    ],
  };
}
