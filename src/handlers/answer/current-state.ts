import type { Deployment } from "../deployment.ts";
import type { Phrase } from "../words.ts";

/** The current state in one clause. */
export function describeCurrentState(deployment: Deployment): Phrase {
  const { systemTitle, status, stage } = deployment;
  return [
    `${systemTitle} shows `,
    { code: status },
    ...(stage === undefined ? [] : [" at ", { code: stage }]),
  ];
}
