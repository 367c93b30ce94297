/** Converts the plan of a fake deployment to a list of steps. Pure. */
import type {
  DeploymentConfiguration,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStage,
  DeploymentStrategy,
  ServiceDeploymentLifecycleStage,
} from "@aws-sdk/client-ecs";

/**
 * The SDK's list of lifecycle stages lacks PRE_PRODUCTION_TRAFFIC_SHIFT, although hooks are allowed there and the
 * documentation of the same field lists it.
 */
export type Stage = ServiceDeploymentLifecycleStage | "PRE_PRODUCTION_TRAFFIC_SHIFT";

interface Pause {
  readonly stage: DeploymentLifecycleHookStage;
  /** ECS accepts 1 to 20,160 and defaults to 1,440. */
  readonly timeoutInMinutes?: number;
  readonly timeoutAction?: DeploymentLifecycleHookAction;
}

export interface Plan {
  /** An ARN or `family:revision`. */
  readonly taskDefinition: string;
  readonly strategy?: DeploymentStrategy;
  /** Several at one stage run in parallel. */
  readonly pauses?: readonly Pause[];
  readonly stageMs?: Partial<Record<Stage, number>>;
  readonly bakeTimeInMinutes?: number;
  readonly canary?: { readonly canaryPercent: number; readonly canaryBakeTimeInMinutes: number };
  readonly linear?: { readonly stepPercent: number; readonly stepBakeTimeInMinutes: number };
  readonly alarms?: { readonly names: readonly string[]; readonly rollback?: boolean };
  readonly circuitBreaker?: { readonly threshold: number; readonly rollback?: boolean };
  /** At the end of that stage the circuit breaker or the named alarm ends the deployment. */
  readonly failure?: {
    readonly stage: Stage;
    readonly reason: string;
    readonly by: { readonly circuitBreaker: true } | { readonly alarm: string };
  };
  /** A rollback ends in ROLLBACK_FAILED with this reason. */
  readonly rollbackFailure?: string;
}

export interface Step {
  readonly stage: Stage;
  readonly pauses: readonly Pause[];
  /** Duration of the stage after its pauses are answered. */
  readonly durationMs: number;
  /** Percent of traffic on the new revision from the beginning of the stage. */
  readonly productionWeight?: number;
  readonly testWeight?: number;
}

const pausableStages: readonly Stage[] = [
  "RECONCILE_SERVICE",
  "PRE_SCALE_UP",
  "POST_SCALE_UP",
  "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT",
];

const usualMs: Partial<Record<Stage, number>> = {
  SCALE_UP: 60_000,
  TEST_TRAFFIC_SHIFT: 30_000,
  PRODUCTION_TRAFFIC_SHIFT: 30_000,
  CLEAN_UP: 30_000,
};

/** The other stages appear only if they have a pause or a duration. */
const alwaysThere: readonly Stage[] = ["SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT", "CLEAN_UP"];

const minuteMs = 60_000;

export function stageMs(plan: Plan, stage: Stage): number {
  return plan.stageMs?.[stage] ?? usualMs[stage] ?? 0;
}

export function stepsOf(plan: Plan): readonly Step[] {
  for (const { stage } of plan.pauses ?? []) {
    if (!pausableStages.includes(stage)) throw new Error(`ECS allows no pause hook at ${stage}`);
  }
  const step = (stage: Stage, more: Partial<Step> = {}): Step => ({
    stage,
    pauses: (plan.pauses ?? []).filter((pause) => pause.stage === stage),
    durationMs: stageMs(plan, stage),
    ...more,
  });
  const bake = plan.bakeTimeInMinutes ?? 0;
  const steps = [
    step("RECONCILE_SERVICE"),
    step("PRE_SCALE_UP"),
    step("SCALE_UP"),
    step("POST_SCALE_UP"),
    ...(strategyOf(plan) === "ROLLING" ? [] : shifts(plan, step)),
    step("BAKE_TIME", { durationMs: bake * minuteMs }),
    step("CLEAN_UP"),
  ];
  return steps.filter(
    ({ stage, pauses, durationMs }) => alwaysThere.includes(stage) || pauses.length > 0 || durationMs > 0,
  );
}

function shifts(plan: Plan, step: (stage: Stage, more?: Partial<Step>) => Step): readonly Step[] {
  const weights = productionWeights(plan);
  const bakeMinutes = plan.canary?.canaryBakeTimeInMinutes ?? plan.linear?.stepBakeTimeInMinutes ?? 0;
  return [
    step("TEST_TRAFFIC_SHIFT", { testWeight: 100 }),
    step("POST_TEST_TRAFFIC_SHIFT"),
    ...weights.flatMap((productionWeight, index) => {
      const bakeMs = index < weights.length - 1 ? bakeMinutes * minuteMs : 0;
      const durationMs = stageMs(plan, "PRODUCTION_TRAFFIC_SHIFT") + bakeMs;
      // A pause hook at this stage pauses before every step, each time with a new id.
      return [
        step("PRE_PRODUCTION_TRAFFIC_SHIFT"),
        step("PRODUCTION_TRAFFIC_SHIFT", { durationMs, productionWeight }),
      ];
    }),
    step("POST_PRODUCTION_TRAFFIC_SHIFT"),
  ];
}

function productionWeights(plan: Plan): readonly number[] {
  if (plan.canary) return [plan.canary.canaryPercent, 100];
  const stepPercent = plan.linear?.stepPercent ?? 100;
  const steps = Math.ceil(100 / stepPercent);
  return Array.from({ length: steps }, (_, index) => Math.min(100, (index + 1) * stepPercent));
}

export function strategyOf(plan: Plan): DeploymentStrategy {
  return plan.strategy ?? (plan.canary ? "CANARY" : plan.linear ? "LINEAR" : "BLUE_GREEN");
}

/** The configuration in DescribeServiceDeployments's response. */
export function configurationOf(plan: Plan): DeploymentConfiguration {
  return {
    strategy: strategyOf(plan),
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    bakeTimeInMinutes: plan.bakeTimeInMinutes,
    ...(plan.canary ? { canaryConfiguration: { ...plan.canary } } : {}),
    ...(plan.linear ? { linearConfiguration: { ...plan.linear } } : {}),
    lifecycleHooks: (plan.pauses ?? []).map((pause) => ({
      targetType: "PAUSE",
      lifecycleStages: [pause.stage],
      timeoutConfiguration: {
        timeoutInMinutes: pause.timeoutInMinutes ?? 1440,
        action: pause.timeoutAction ?? "ROLLBACK",
      },
    })),
    ...(plan.alarms
      ? {
          alarms: {
            alarmNames: [...plan.alarms.names],
            enable: true,
            rollback: plan.alarms.rollback ?? true,
          },
        }
      : {}),
    deploymentCircuitBreaker: {
      enable: plan.circuitBreaker !== undefined,
      rollback: plan.circuitBreaker !== undefined && (plan.circuitBreaker.rollback ?? true),
    },
  };
}
