/** Parses the text of holdpoint.yml into a `FileConfig`, or returns all problems at once with their lines. Pure. */

import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import type { Route } from "../handlers/policy.ts";
import { type Announce, resolveAnnounce } from "./announce.ts";
import type { ConfigProblem } from "./mistake.ts";
import { type Account, resolveAccounts, resolvePolicies, resolveRoutes } from "./routes.ts";
import { fileSchema } from "./schema.ts";

export interface FileConfig {
  readonly accounts: readonly Account[];
  readonly queues: readonly string[];
  /** The event bus for announcements. */
  readonly announce?: Announce;
  /** The channel for messages about channels that can't be posted to. */
  readonly fallbackChannel?: string;
  readonly routes: readonly Route[];
}

export type ParsedFile =
  | { readonly kind: "parsed"; readonly file: FileConfig }
  | { readonly kind: "mistakes"; readonly mistakes: readonly ConfigProblem[] };

export function parseFile(text: string): ParsedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(
      (error): ConfigProblem => ({
        where: "YAML",
        line: lines.linePos(error.pos[0]).line,
        message: error.message,
      }),
    );
    return { kind: "mistakes", mistakes };
  }
  const locate = (path: readonly PropertyKey[], key?: string): number | undefined => {
    const offset = offsetOf(document.contents, path, key);
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
  const read = readJson(document);
  if (read.kind === "refused") return { kind: "mistakes", mistakes: [{ where: "YAML", message: read.why }] };

  const parsed = fileSchema.safeParse(read.value, { error: tellIssue, reportInput: true });
  if (!parsed.success) {
    return {
      kind: "mistakes",
      mistakes: parsed.error.issues.flatMap((issue) => mistakesOf(issue, [], locate)),
    };
  }
  const { accounts, wrong: wrongAccounts } = resolveAccounts(parsed.data);
  const { policies, wrong: wrongPolicies } = resolvePolicies(parsed.data);
  const { routes, wrong: wrongRoutes } = resolveRoutes(parsed.data, accounts, policies);
  const { announce, wrong: wrongAnnounce } = resolveAnnounce(parsed.data, accounts);
  const wrong = [...wrongAccounts, ...wrongAnnounce, ...wrongPolicies, ...wrongRoutes];
  if (wrong.length > 0) {
    return { kind: "mistakes", mistakes: wrong.map(({ path, message }) => mistakeAt(path, message, locate)) };
  }
  const { queues, fallbackChannel } = parsed.data;
  return {
    kind: "parsed",
    file: {
      ...{ accounts, queues, routes },
      ...(announce === undefined ? {} : { announce }),
      ...(fallbackChannel === undefined ? {} : { fallbackChannel }),
    },
  };
}

type Locate = (path: readonly PropertyKey[], key?: string) => number | undefined;

/** toJS throws on an alias bomb. */
function readJson(
  document: ReturnType<typeof parseDocument>,
): { readonly kind: "value"; readonly value: unknown } | { readonly kind: "refused"; readonly why: string } {
  try {
    return { kind: "value", value: document.toJS() };
  } catch (error: unknown) {
    return { kind: "refused", why: error instanceof Error ? error.message : String(error) };
  }
}

/** Messages for zod issues that have none in the schema. */
const tellIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "invalid_type") {
    if (issue.input === undefined) return "This is missing.";
    return `This has to be ${kinds[issue.expected] ?? issue.expected}.`;
  }
  if (issue.code === "invalid_value") return `This has to be one of: ${issue.values.map(String).join(", ")}.`;
  if (issue.code === "too_small") {
    return issue.origin === "number" || issue.origin === "int"
      ? `This has to be at least ${issue.minimum}.`
      : "This must not be empty.";
  }
  if (issue.code === "too_big") return `This has to be at most ${issue.maximum}.`;
  return undefined;
};

const kinds: Readonly<Record<string, string>> = {
  string: "text (put quotes around it)",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
  number: "a number",
  int: "a whole number",
};

function mistakesOf(
  issue: z.core.$ZodIssue,
  base: readonly PropertyKey[],
  locate: Locate,
): readonly ConfigProblem[] {
  const path = [...base, ...issue.path];
  if (issue.code === "invalid_union") {
    const inner = issue.errors.find((branch) => branch.some((one) => one.path.length > 0));
    if (inner !== undefined) return inner.flatMap((one) => mistakesOf(one, path, locate));
  }
  if (issue.code === "invalid_key") {
    const [inner] = issue.issues;
    return [mistakeAt(path, inner?.message ?? issue.message, locate)];
  }
  if (issue.code === "unrecognized_keys") {
    const [first] = issue.keys;
    const line = locate(path, first);
    return [{ where: printPath(path), line, message: issue.message }];
  }
  return [mistakeAt(path, issue.message, locate)];
}

function mistakeAt(path: readonly PropertyKey[], message: string, locate: Locate): ConfigProblem {
  const line = locate(path);
  return { where: printPath(path), line, message };
}

function printPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the file";
  return path
    .map((piece, index) =>
      typeof piece === "number" ? `[${piece}]` : index === 0 ? String(piece) : `.${String(piece)}`,
    )
    .join("");
}

/** Offset of a path in the text; if the path is missing, of its closest existing parent. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], key?: string): number | undefined {
  let node: unknown = root;
  let offset = root?.range?.[0];
  for (const piece of key === undefined ? path : [...path, key]) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(piece));
      if (pair === undefined) return offset;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof piece === "number") {
      const item: unknown = node.items[piece];
      if (!isScalar(item) && !isMap(item) && !isSeq(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}
