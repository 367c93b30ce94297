/** The value of a button: `1|L|D|point|action|evidence`. An unknown format is never guessed (docs/protocol.md, 8). */

import { z } from "zod";
import type { DecisionId } from "../../../handlers/decision.ts";
import type { Action } from "../../../handlers/deployment.ts";
import { actions } from "../../../handlers/deployment.ts";
import type { DeploymentKey } from "../../../handlers/ports.ts";

export interface ButtonValue {
  readonly key: DeploymentKey;
  /** The point that the click names: 12 hex digits of a hold, `end` or `revert`. */
  readonly point: DecisionId;
  readonly action: Action;
  /** A hash of what the person saw, 8 hex digits. */
  readonly evidence: string;
}

const format = "1";

const fields = z.tuple([
  z.literal(format),
  z.string().regex(/^[0-9a-f]{16}$/),
  z.string().regex(/^[0-9a-f]{10}$/),
  z.string().regex(/^(?:end|revert|[0-9a-f]{12})$/),
  z.enum(actions),
  z.string().regex(/^[0-9a-f]{8}$/),
]);

export function printButton({ key, point, action, evidence }: ButtonValue): string {
  return [format, key.lane, key.deployment, point, action, evidence].join("|");
}

/** `undefined` if this version of Holdpoint did not write it. */
export function parseButton(text: string): ButtonValue | undefined {
  const parsed = fields.safeParse(text.split("|"));
  if (!parsed.success) return undefined;
  const [, lane, deployment, point, action, evidence] = parsed.data;
  return { key: { lane, deployment }, point, action, evidence };
}
