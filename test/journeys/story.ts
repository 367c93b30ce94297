/** One action of one system: how a deployment comes to offer it, and the one call that follows. */

import type { Ref } from "../../src/handlers/deployment.ts";
import type { World } from "./world.ts";

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** A deployment that makes the offer now. */
export interface Begun {
  /** What its cards call it. */
  readonly service: string;
  /** What `World.writes` calls it. */
  readonly deployment: string;
  /** Where other deployments of the same name have cards, too. */
  readonly ref?: Ref;
  /** What is told about it at this moment. */
  readonly event: unknown;
}

export interface Story {
  readonly name: string;
  /** How its button begins. */
  readonly label: string;
  /** As `World.writes` tells it. */
  readonly call: string;
  readonly begin: (world: World, place: Place, name: string) => Begun | Promise<Begun>;
}

/** Longer than any test. */
export const longMs = 600_000;
