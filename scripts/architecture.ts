/**
 * Draws docs/images/architecture.svg from the imports of src: boxes are folders, and a box imports from those below
 * it. Arrows that others imply are left out. `npx tsx scripts/architecture.ts` writes it; a test compares it with the
 * imports.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readImports } from "../test/imports.ts";

export const picture = "docs/images/architecture.svg";

const boxWidth = 142;
const boxHeight = 44;
const gapX = 14;
const gapY = 46;
const margin = 20;
/** From left to right. */
const columns = ["aws", "hook", "store", "config", "bot"];

/** Each box with the boxes that it imports from. */
type Rooms = ReadonlyMap<string, ReadonlySet<string>>;

interface Corner {
  readonly x: number;
  readonly y: number;
}

export function drawArchitecture(root: string): string {
  const imports = readImports(root, ["src"]);
  const rooms = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    const room = rooms.get(roomOf(file)) ?? new Set();
    rooms.set(roomOf(file), room);
    for (const target of targets) {
      if (target.startsWith("src/") && roomOf(target) !== roomOf(file)) room.add(roomOf(target));
    }
  }
  const names = [...rooms.keys()].sort(byColumn);
  const layers = new Map<string, number>();
  for (const name of names) layerOf(name, rooms, layers);
  const rows = Array.from({ length: Math.max(...layers.values()) + 1 }, (_, layer) =>
    names.filter((name) => layers.get(name) === layer),
  );
  const widest = Math.max(...rows.map(({ length }) => length));
  const width = 2 * margin + widest * (boxWidth + gapX) - gapX;
  const height = 2 * margin + rows.length * (boxHeight + gapY) - gapY;
  const at = new Map<string, Corner>();
  for (const [layer, row] of rows.entries()) {
    const free = width - 2 * margin - row.length * boxWidth;
    const gap = free / (row.length + 1);
    for (const [index, name] of row.entries()) {
      const x = margin + gap + index * (boxWidth + gap);
      at.set(name, { x: Math.round(x), y: height - margin - boxHeight - layer * (boxHeight + gapY) });
    }
  }
  const placed = (name: string): Corner => at.get(name) ?? { x: 0, y: 0 };
  const arrows = names.flatMap((name) =>
    reduced(name, rooms).map((target) => arrow(placed(name), placed(target))),
  );
  const boxes = names.map((name) => box(name, placed(name)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#8a94a6"/></marker></defs>',
    ...arrows,
    ...boxes,
    "</svg>",
    "",
  ].join("\n");
}

/** Each AWS system and each folder of the bot is a box of its own, and so is the list of systems. */
function roomOf(file: string): string {
  const [, top = "", inner, deeper] = file.split("/");
  if (inner === undefined) return "main";
  if (top === "aws" && inner === "index.ts") return "aws/index.ts";
  const isRoom = (top === "aws" || top === "bot") && deeper !== undefined;
  return isRoom ? `${top}/${inner}` : top;
}

function topOf(name: string): string {
  return name.split("/")[0] ?? name;
}

function byColumn(one: string, other: string): number {
  const columnOf = (name: string): number => columns.indexOf(topOf(name));
  return columnOf(one) - columnOf(other) || (one < other ? -1 : 1);
}

/** 0: imports from no other box. */
function layerOf(
  name: string,
  rooms: Rooms,
  layers: Map<string, number>,
  path: readonly string[] = [],
): number {
  if (path.includes(name)) throw new Error(`rooms import each other: ${[...path, name].join(" -> ")}`);
  const known = layers.get(name);
  if (known !== undefined) return known;
  const below = [...(rooms.get(name) ?? [])].map((target) => layerOf(target, rooms, layers, [...path, name]));
  const layer = below.length === 0 ? 0 : 1 + Math.max(...below);
  layers.set(name, layer);
  return layer;
}

/** Leaves out targets that can be reached through another target. */
function reduced(name: string, rooms: Rooms): readonly string[] {
  const targetsOf = (room: string): readonly string[] => [...(rooms.get(room) ?? [])];
  const targets = targetsOf(name);
  const leadsTo = (from: string, to: string): boolean =>
    targetsOf(from).some((next) => next === to || leadsTo(next, to));
  return targets
    .filter((target) => !targets.some((other) => other !== target && leadsTo(other, target)))
    .toSorted();
}

function arrow(from: Corner, to: Corner): string {
  const [x1, y1] = [from.x + boxWidth / 2, from.y + boxHeight];
  const [x2, y2] = [to.x + boxWidth / 2, to.y - 3];
  const middle = (y1 + y2) / 2;
  return `<path d="M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}" fill="none" stroke="#8a94a6" stroke-width="1.3" marker-end="url(#tip)"/>`;
}

const fills: ReadonlyMap<string, string> = new Map(
  Object.entries({
    aws: "#fff1dc",
    bot: "#e6effd",
    handlers: "#e3f4e6",
    store: "#fde7e7",
    config: "#f1ecfb",
  }),
);

function box(name: string, { x, y }: Corner): string {
  const fill = fills.get(topOf(name)) ?? "#f3f4f6";
  const [middle, base] = [x + boxWidth / 2, y + boxHeight / 2 + 5];
  return [
    `<rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="7" fill="${fill}" stroke="#5b6472"/>`,
    `<text x="${middle}" y="${base}" text-anchor="middle" font-size="14" font-weight="600" fill="#1f2937">${name}</text>`,
  ].join("");
}

const root = join(import.meta.dirname, "..");
if (process.argv[1] === import.meta.filename) writeFileSync(join(root, picture), drawArchitecture(root));
