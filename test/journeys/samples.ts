/** The events that others have printed, made into events about what the fakes have: only names, ids and the time change. */

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { type JsonObject, objectIn, parseJson } from "../../fakes/slack/json.ts";

export interface Place {
  readonly account: string;
  readonly region: string;
}

export function readSample(name: string): JsonObject {
  const file = new URL(`../fixtures/eventbridge/${name}.json`, import.meta.url);
  return objectIn(parseJson(readFileSync(file, "utf8")));
}

/** `detail` replaces members that the sample has; one that it lacks fails the test. */
export function sampleOf(
  name: string,
  {
    place,
    time,
    resources,
    detail,
    detailType,
  }: {
    readonly place: Place;
    /** AWS's clock. */
    readonly time: number;
    readonly resources: readonly string[];
    readonly detail: JsonObject;
    /** Where AWS prints one event for several that differ in their name. */
    readonly detailType?: string;
  },
): JsonObject {
  const sample = readSample(name);
  const before = objectIn(sample.detail);
  const invented = Object.keys(detail).filter((member) => !(member in before));
  if (invented.length > 0) throw new Error(`${name} has no ${invented.join(", ")}`);
  return {
    ...sample,
    ...place,
    ...(detailType === undefined ? {} : { "detail-type": detailType }),
    id: randomUUID(),
    time: new Date(time).toISOString(),
    resources: [...resources],
    detail: { ...before, ...detail },
  };
}
