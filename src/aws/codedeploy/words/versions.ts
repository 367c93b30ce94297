/** The names of the two sides of a deployment, by platform. */

import type { Part, Phrase } from "../../../handlers/words.ts";
import { distinct } from "../../counts.ts";
import type { Revision, StoredDetail } from "../facts/stored-detail.ts";

export interface Versions {
  readonly label: Revision["label"];
  readonly old?: string;
  readonly new?: string;
}

type Sides = Pick<StoredDetail, "old" | "new">;

export function versionsOf({
  old: before,
  new: next,
  standing,
}: Sides & Pick<StoredDetail, "standing">): Versions {
  // The function's actual versions take precedence; the AppSpec only has the requested ones.
  const lambda = standing.kind === "read" ? standing.lambda : undefined;
  const old = lambda?.currentVersion ?? next?.spec?.currentVersion;
  const target = lambda?.targetVersion ?? next?.spec?.targetVersion;
  if (target !== undefined) return { label: "Function version", ...(old ? { old } : {}), new: target };
  if (next === undefined) return { label: "Revision" };
  if (before === undefined) return { label: next.label, new: next.name };
  const isSameName =
    before.name === next.name &&
    before.mark !== undefined &&
    next.mark !== undefined &&
    before.mark !== next.mark;
  const [oldName, newName] = isSameName
    ? distinct((digits) => [marked(before, digits), marked(next, digits)])
    : [before.name, next.name];
  return { label: next.label, old: oldName, new: newName };
}

/**
 * Equal names prove nothing if their content can be replaced: a bundle under the same key, a task definition without
 * its revision, a function's `$LATEST`.
 */
export function isProvenSame({ old, new: next }: Sides, versions: Versions): boolean {
  switch (versions.label) {
    case "Function version":
      return /^\d+$/.test(versions.new ?? "");
    case "Task definition":
      return /:\d+$/.test(versions.new ?? "");
    case "Commit":
      return old?.place === next?.place;
    case "Revision":
      return next?.mark !== undefined && old?.mark === next.mark;
  }
}

/** The name of a commit or hash is its beginning. */
function marked({ name, mark = "" }: Revision, digits: number): string {
  const shown = mark.slice(0, digits);
  return mark.startsWith(name) ? shown : `${name} ${shown}`;
}

const nouns: Readonly<Record<Revision["label"], string>> = {
  Revision: "revision ",
  Commit: "commit ",
  "Function version": "version ",
  "Task definition": "task definition ",
};

/** "version `18`", or `otherwise` without a name. */
export function named({ label }: Versions, name: string | undefined, otherwise: string): Phrase {
  return name === undefined ? [otherwise] : [nouns[label], codeOf(name)];
}

export function codeOf(name: string): Part {
  return { code: name, atMost: 24 };
}

/** Capitalizes a phrase as the start of a sentence. */
export function capital([first = "", ...rest]: Phrase): Phrase {
  return typeof first === "string"
    ? [first.slice(0, 1).toUpperCase() + first.slice(1), ...rest]
    : [first, ...rest];
}
