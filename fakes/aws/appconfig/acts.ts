/** Starts and stops deployments under AWS's conditions, for both SDK clients and the console. */
import type { Clock } from "../clock.ts";
import { AwsError } from "../service.ts";
import type { Ledger } from "../table.ts";
import { type DeploymentKey, type DeploymentRecord, isUnderWay, keyOf, type World } from "./records.ts";
import type { Rollout } from "./rollout.ts";

type NewDeployment = Pick<
  DeploymentRecord,
  | "account"
  | "region"
  | "applicationId"
  | "environmentId"
  | "profileId"
  | "strategyId"
  | "version"
  | "versionLabel"
  | "description"
  | "pace"
> & {
  /** Duration of the validators before the deployment starts. */
  readonly validationMs?: number | undefined;
  readonly rollbackMs?: number | undefined;
  /** The caller's idea of the latest deployment number; 0 for none. */
  readonly latestNumber?: number | undefined;
};

export interface Acts {
  readonly start: (deployment: NewDeployment) => DeploymentRecord;
  readonly stop: (key: DeploymentKey, allowRevert: boolean) => void;
}

export interface ActsOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly rollout: Rollout;
  readonly ledger: Ledger;
  /** AWS's documents disagree on whether StopDeployment works during the bake time. */
  readonly stopsWhileBaking: () => boolean;
}

const revertibleMs = 72 * 3_600_000;
/** AWS does not publish the duration of a rollback. */
const usualRollbackMs = 2000;

export function createActs({ world, clock, rollout, ledger, stopsWhileBaking }: ActsOptions): Acts {
  const newestOf = (environmentId: string) =>
    world.deployments
      .all()
      .filter((deployment) => deployment.environmentId === environmentId)
      .at(-1);

  return {
    start: ({ validationMs = 0, rollbackMs = usualRollbackMs, latestNumber, ...deployment }) => {
      const newest = newestOf(deployment.environmentId);
      const number = newest?.number ?? 0;
      if (newest && isUnderWay(newest))
        throw new AwsError("ConflictException", `Deployment number ${number} is ${newest.state}.`);
      if (latestNumber !== undefined && latestNumber !== number)
        throw new AwsError("ConflictException", `The latest deployment is ${number}, not ${latestNumber}.`);
      const record: DeploymentRecord = {
        ...deployment,
        number: number + 1,
        state: "VALIDATING",
        percent: 0,
        log: [],
        startedAt: clock.now(),
        rollbackMs,
      };
      ledger.writeBegins();
      rollout.begin(record, validationMs);
      return world.deployments.get(keyOf(record)) ?? record;
    },

    stop: (key, allowRevert) => {
      const id = keyOf(key);
      const deployment = world.deployments.get(id);
      if (deployment === undefined)
        throw new AwsError("ResourceNotFoundException", "The deployment could not be found.", {
          ResourceName: "Deployment",
        });
      const why = refusal(deployment, allowRevert);
      if (why !== undefined)
        throw new AwsError("BadRequestException", `Deployment number ${deployment.number} ${why}.`);
      ledger.writeBegins();
      const who = `AWS account ${deployment.account}`;
      if (deployment.state === "COMPLETE") rollout.revert(id, `Revert initiated by ${who}`);
      else rollout.rollBack(id, "USER", `Rollback initiated by ${who}`);
    },
  };

  /** The reason why it can't be stopped; undefined if it can. */
  function refusal({ state, completedAt = 0 }: DeploymentRecord, allowRevert: boolean): string | undefined {
    switch (state) {
      case "VALIDATING":
      case "DEPLOYING":
        return undefined;
      case "BAKING":
        return allowRevert || stopsWhileBaking() ? undefined : "is BAKING and can't be stopped";
      case "COMPLETE":
        if (!allowRevert) return "is COMPLETE, and the request allows no revert";
        return clock.now() - completedAt <= revertibleMs
          ? undefined
          : "completed more than 72 hours ago and can't be reverted";
      default:
        return `is ${state} and can't be stopped`;
    }
  }
}
