/** The progress of a deployment, in percent. */

import { oneDecimal } from "../../counts.ts";
import type { ServiceDeployment } from "./stored-detail.ts";

export type Strategy = "rolling" | "blue-green" | "linear" | "canary" | "unknown";

const strategies: ReadonlyMap<string, Strategy> = new Map([
  ["ROLLING", "rolling"],
  ["BLUE_GREEN", "blue-green"],
  ["LINEAR", "linear"],
  ["CANARY", "canary"],
]);

export function strategyOf(deployment: ServiceDeployment): Strategy {
  return strategies.get(deployment.deploymentConfiguration?.strategy ?? "") ?? "unknown";
}

/** Percent of production traffic on the new version; `undefined` if ECS shifts none (rolling) or returns no weight. */
export function productionPercent(deployment: ServiceDeployment): number | undefined {
  const weight = deployment.targetServiceRevision?.requestedProductionTrafficWeight;
  return weight === undefined || strategyOf(deployment) === "rolling" ? undefined : oneDecimal(weight);
}

export function testPercent(deployment: ServiceDeployment): number | undefined {
  const weight = deployment.targetServiceRevision?.requestedTestTrafficWeight;
  return weight === undefined || strategyOf(deployment) === "rolling" ? undefined : oneDecimal(weight);
}

/** Percent of production traffic after the next shift; `undefined` if unknown. */
export function nextPercent(deployment: ServiceDeployment): number | undefined {
  const configuration = deployment.deploymentConfiguration;
  const now = productionPercent(deployment);
  switch (strategyOf(deployment)) {
    case "blue-green":
      return 100;
    case "canary": {
      const canary = configuration?.canaryConfiguration?.canaryPercent;
      if (canary === undefined || now === undefined) return undefined;
      return now < canary ? oneDecimal(canary) : 100;
    }
    case "linear": {
      const step = configuration?.linearConfiguration?.stepPercent;
      return step === undefined || now === undefined ? undefined : Math.min(100, oneDecimal(now + step));
    }
    case "rolling":
    case "unknown":
      return undefined;
  }
}

/**
 * Percent of production traffic after `steps` steps; `undefined` if the strategy has no steps or their size is unknown.
 */
export function percentAfter(deployment: ServiceDeployment, steps: number): number | undefined {
  const { linearConfiguration, canaryConfiguration } = deployment.deploymentConfiguration ?? {};
  switch (strategyOf(deployment)) {
    case "linear": {
      const step = linearConfiguration?.stepPercent;
      return step === undefined ? undefined : Math.min(100, oneDecimal(steps * step));
    }
    case "canary": {
      const first = canaryConfiguration?.canaryPercent;
      return steps > 1 ? 100 : first === undefined ? undefined : oneDecimal(steps * first);
    }
    default:
      return undefined;
  }
}

/** Running tasks of the new version, in percent of the requested ones. */
export function taskPercent(deployment: ServiceDeployment): number | undefined {
  const { requestedTaskCount = 0, runningTaskCount } = deployment.targetServiceRevision ?? {};
  return requestedTaskCount === 0 || runningTaskCount === undefined
    ? undefined
    : Math.min(100, Math.round((100 * runningTaskCount) / requestedTaskCount));
}
