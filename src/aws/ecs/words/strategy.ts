/** Describes the strategy and the size of its steps. */

import { oneDecimal } from "../../counts.ts";
import { strategyOf } from "../facts/stage.ts";
import type { ServiceDeployment } from "../facts/stored-detail.ts";

/** "Blue/green", "Canary 20%"; `undefined` for a strategy that AWS added later. */
export function strategyTitle(deployment: ServiceDeployment): string | undefined {
  const configuration = deployment.deploymentConfiguration;
  switch (strategyOf(deployment)) {
    case "rolling":
      return "Rolling";
    case "blue-green":
      return "Blue/green";
    case "linear":
      return withPercent("Linear", configuration?.linearConfiguration?.stepPercent);
    case "canary":
      return withPercent("Canary", configuration?.canaryConfiguration?.canaryPercent);
    case "unknown":
      return undefined;
  }
}

function withPercent(title: string, percent: number | undefined): string {
  return percent === undefined ? title : `${title} ${oneDecimal(percent)}%`;
}

/** "another 20%", "the other 40%" */
export function shareOf(now: number, next: number): string {
  return next >= 100 ? `the other ${oneDecimal(100 - now)}%` : `another ${oneDecimal(next - now)}%`;
}
