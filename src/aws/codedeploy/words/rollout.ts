/**
 * The traffic shift, parsed from the names of CodeDeploy's predefined configurations. Custom names don't contain it.
 */

export type Rollout =
  | { readonly kind: "canary" | "linear"; readonly percent: number; readonly minutes: number }
  | { readonly kind: "at-once" };

export function rolloutOf(configName: string | undefined): Rollout | undefined {
  if (configName === undefined || !configName.startsWith(prefix)) return undefined;
  if (/^(?:Lambda|ECS)AllAtOnce$/.test(configName.slice(prefix.length))) return { kind: "at-once" };
  const [, kind, percent, minutes] =
    /(Canary|Linear)(\d+)Percent(?:Every)?(\d+)Minutes?$/.exec(configName) ?? [];
  if (kind === undefined || percent === undefined || minutes === undefined) return undefined;
  return {
    kind: kind === "Canary" ? "canary" : "linear",
    percent: Number(percent),
    minutes: Number(minutes),
  };
}

/** The deployment configuration's name without `CodeDeployDefault.`: "LambdaCanary10Percent5Minutes". */
export function shortConfig(configName: string): string {
  return configName.startsWith(prefix) ? configName.slice(prefix.length) : configName;
}

const prefix = "CodeDeployDefault.";

export function minutesText(minutes: number): string {
  if (minutes < 120) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} hours` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
