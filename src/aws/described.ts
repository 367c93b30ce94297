import type { DescribedCall } from "../handlers/ports.ts";

/** Whoever knows one of these can answer a hook. */
const secret = ["hookId", "lifecycleEventHookExecutionId"];

/** A command as people may read it. */
export function described(name: string, input: object): DescribedCall {
  const parameters = Object.entries(input).filter(
    ([key, value]) => !secret.includes(key) && value !== undefined,
  );
  return { name, parameters: Object.fromEntries(parameters.map(([key, value]) => [key, String(value)])) };
}
