/** What the store keeps of a deployment, for tests of what its words are made from. */

import type { Deployment } from "../../src/handlers/deployment.ts";
import { deploymentSchema } from "../../src/store/snapshot.ts";

/** As it comes back from the store. */
export function recorded(deployment: Deployment): Deployment {
  return deploymentSchema.parse(JSON.parse(JSON.stringify(deployment)));
}

/** Each text in it that has three words or more. */
export function sentencesIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value.trim().split(/\s+/).length > 2 ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(sentencesIn) : [];
}
