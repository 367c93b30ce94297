/** The plan of a fake deployment, and what follows from it without a clock. Pure. */
import { createHash } from "node:crypto";
import type {
  AutoRollbackEvent,
  BundleType,
  ComputePlatform,
  DeploymentReadyAction,
  DeploymentType,
  Diagnostics,
  RevisionLocation,
} from "@aws-sdk/client-codedeploy";

export interface Plan {
  readonly account: string;
  readonly region: string;
  readonly application: string;
  readonly group: string;
  readonly platform: ComputePlatform;
  /** Lambda and ECS always deploy blue/green. Default for servers: in place. */
  readonly style?: DeploymentType;
  /** Names like `CodeDeployDefault.LambdaCanary10Percent5Minutes` determine the traffic shift; default: all at once. */
  readonly config?: string;
  readonly revision: RevisionLocation;
  /** Default: the last revision that this group deployed successfully. Without one there is nothing to roll back to. */
  readonly previous?: RevisionLocation;
  /** Number of instances, or of tasks of an ECS service; default 2. A Lambda function is always one target. */
  readonly targets?: number;
  readonly lambda?: LambdaPlan;
  readonly ecs?: EcsPlan;
  /** In-place servers only: instances leave the load balancer and return. */
  readonly trafficControl?: boolean;
  /**
   * Blue/green servers and ECS. AWS allows a time only with STOP_DEPLOYMENT; CONTINUE_DEPLOYMENT with a time is an
   * extension of the fake.
   */
  readonly readyWait?: { readonly minutes: number; readonly action: DeploymentReadyAction };
  /** Blue/green servers and ECS. Absent: the old fleet is terminated at once. */
  readonly terminationWaitMinutes?: number;
  /** The old fleet is never terminated: there is no termination wait. */
  readonly keepOld?: boolean;
  /** ECS and Lambda. On servers hooks are scripts, which can't be answered from outside. */
  readonly hooks?: readonly Hook[];
  /** ECS only: adds AllowTestTraffic and AfterAllowTestTraffic. A hook at the latter adds them too. */
  readonly testListener?: boolean;
  /** The status Baking, after the traffic shift. */
  readonly bakeMinutes?: number;
  /** By lifecycle event, and for Created, Queued and Stop. */
  readonly stepMs?: Readonly<Record<string, number>>;
  readonly failing?: Failing;
  readonly autoRollback?: { readonly enabled: boolean; readonly events: readonly AutoRollbackEvent[] };
  readonly alarms?: readonly string[];
  readonly description?: string;
  /** Tags of the deployment group. */
  readonly tags?: Readonly<Record<string, string>>;
}

interface LambdaPlan {
  readonly functionName: string;
  readonly alias: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
}

interface EcsPlan {
  readonly cluster: string;
  readonly service: string;
}

interface Hook {
  /** `BeforeAllowTraffic`, for example. */
  readonly event: string;
  /** The Lambda function's name. */
  readonly name: string;
}

export interface Failing {
  readonly event: string;
  /** Index of the instance. Default: the first. */
  readonly target?: number;
  readonly diagnostics?: Diagnostics;
  /** Enough instances are healthy without it, so the deployment continues. */
  readonly tolerated?: boolean;
}

const hookable: Readonly<Record<ComputePlatform, readonly string[]>> = {
  ECS: ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"],
  Lambda: ["BeforeAllowTraffic", "AfterAllowTraffic"],
  Server: [],
};

const usualConfig: Readonly<Record<ComputePlatform, string>> = {
  ECS: "CodeDeployDefault.ECSAllAtOnce",
  Lambda: "CodeDeployDefault.LambdaAllAtOnce",
  Server: "CodeDeployDefault.AllAtOnce",
};

/** Throws if CodeDeploy would reject the deployment group or the AppSpec file. */
export function checkPlan(plan: Plan): void {
  const { platform } = plan;
  for (const { event } of plan.hooks ?? []) {
    if (!hookable[platform].includes(event)) throw new Error(`${platform} runs no Lambda hook at ${event}`);
  }
  if (platform !== "Server" && plan.style === "IN_PLACE")
    throw new Error(`${platform} deploys blue/green only`);
  if (platform === "Lambda" && plan.lambda === undefined) throw new Error("Which function? Say `lambda`");
  if (platform === "ECS" && plan.ecs === undefined) throw new Error("Which service? Say `ecs`");
  const waits = plan.readyWait !== undefined || plan.terminationWaitMinutes !== undefined;
  if (waits && !canWait(plan)) throw new Error("Only blue/green servers and ECS services wait");
}

export function styleOf({ platform, style }: Plan): DeploymentType {
  return platform === "Server" ? (style ?? "IN_PLACE") : "BLUE_GREEN";
}

export function configOf({ platform, config }: Plan): string {
  return config ?? usualConfig[platform];
}

/** Whether CodeDeploy supports READY and termination waits here. */
export function canWait(plan: Plan): boolean {
  return plan.platform !== "Lambda" && styleOf(plan) === "BLUE_GREEN";
}

export function countOf(plan: Plan): number {
  return plan.targets ?? 2;
}

export function rollsBackOn(plan: Plan, event: AutoRollbackEvent): boolean {
  return plan.autoRollback?.enabled === true && plan.autoRollback.events.includes(event);
}

/** A rollback is a deployment of the earlier revision, without hooks and waits. */
export function rollbackOf(plan: Plan, previous: RevisionLocation): Plan {
  const { account, region, application, group, platform, lambda, ecs, autoRollback, alarms, stepMs } = plan;
  return {
    account,
    region,
    application,
    group,
    platform,
    style: styleOf(plan),
    revision: previous,
    previous: plan.revision,
    targets: countOf(plan),
    ...(lambda ? { lambda: swapped(lambda) } : {}),
    ...(ecs ? { ecs } : {}),
    ...(autoRollback ? { autoRollback } : {}),
    ...(alarms ? { alarms } : {}),
    ...(stepMs ? { stepMs } : {}),
  };
}

function swapped(lambda: LambdaPlan): LambdaPlan {
  return { ...lambda, currentVersion: lambda.targetVersion, targetVersion: lambda.currentVersion };
}

/** An application revision in S3, for servers. */
export function s3Revision(
  bucket: string,
  key: string,
  eTag: string,
  bundleType: BundleType = "zip",
): RevisionLocation {
  return { revisionType: "S3", s3Location: { bucket, key, eTag, bundleType } };
}

/** An AppSpec file, for Lambda and ECS. GetDeployment returns only its digest. */
export function appSpecRevision(content: string): RevisionLocation {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { revisionType: "AppSpecContent", appSpecContent: { content, sha256 } };
}
