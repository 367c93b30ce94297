/** Names for AppConfig's ids. If a name can't be read, the id is shown with the reason, and the name is read again. */

import {
  type AppConfigClient,
  GetApplicationCommand,
  GetDeploymentStrategyCommand,
  GetEnvironmentCommand,
} from "@aws-sdk/client-appconfig";
import { LRUCache } from "lru-cache";
import type { Ref } from "../../handlers/deployment.ts";
import { leftOut } from "../client/why.ts";
import { type Unknown, unknownBy } from "../reading.ts";
import { phaseOf } from "./facts/state.ts";
import type { AwsDeployment, Names } from "./facts/stored-detail.ts";
import type { DeploymentId } from "./id.ts";
import { isMissing } from "./reads.ts";

interface Named {
  readonly name: string;
}

interface NamedEnvironment extends Named {
  /** Absent: only the name is known, from an earlier read. */
  readonly alarms?: readonly string[];
}

const inAHurry: Unknown = { kind: "unknown", why: leftOut("asked-in-a-hurry") };
/** For urgent reads: no decision depends on a name. */
export const unreadNames: Names = { application: inAHurry, environment: inAHurry, strategy: inAHurry };

export type ReadNames = (
  client: AppConfigClient,
  ref: Ref,
  id: DeploymentId,
  deployment: Pick<AwsDeployment, "DeploymentStrategyId" | "State">,
  signal: AbortSignal,
) => Promise<Names>;

/** Names can change. So can an environment's alarms, which are read every time while they are watched. */
const keptMs = 5 * 60_000;
/** Enough for a few hundred environments. */
const maxKept = 1_000;

export function createReadNames(now: () => number): ReadNames {
  const applications = createKept<Named>(now);
  const environments = createKept<NamedEnvironment>(now);
  const strategies = createKept<Named>(now);

  return async function readNames(
    client,
    { account, region },
    id,
    { DeploymentStrategyId, State },
    abortSignal,
  ) {
    const { application: ApplicationId, environment: EnvironmentId } = id;
    const place = `${account} ${region}`;
    const [application, environment, strategy] = await Promise.all([
      applications(`${place} ${ApplicationId}`, async () => {
        const { Name } = await client.send(new GetApplicationCommand({ ApplicationId }), { abortSignal });
        return { name: Name ?? ApplicationId };
      }).catch(unread("appconfig:GetApplication")),
      environments(
        `${place} ${ApplicationId} ${EnvironmentId}`,
        async () => {
          const command = new GetEnvironmentCommand({ ApplicationId, EnvironmentId });
          const { Name, Monitors = [] } = await client.send(command, { abortSignal });
          return { name: Name ?? EnvironmentId, alarms: Monitors.flatMap(({ AlarmArn }) => AlarmArn ?? []) };
        },
        phaseOf(State) === "running",
      ).catch(unread("appconfig:GetEnvironment")),
      DeploymentStrategyId === undefined
        ? ({ kind: "gone" } as const)
        : strategies(`${place} ${DeploymentStrategyId}`, async () => {
            const command = new GetDeploymentStrategyCommand({ DeploymentStrategyId });
            const { Name } = await client.send(command, { abortSignal });
            return { name: Name ?? DeploymentStrategyId };
          }).catch((error: unknown) =>
            isMissing(error) ? ({ kind: "gone" } as const) : unread("appconfig:GetDeploymentStrategy")(error),
          ),
    ]);
    return { application, environment, strategy };
  };
}

function unread(call: string): (error: unknown) => Unknown {
  return (error) => unknownBy(error, call);
}

/**
 * Caches a read, unless `always` requires a new one. Failures are not cached; if a read fails the older value or name
 * is used.
 */
function createKept<Value extends Named>(now: () => number) {
  const kept = new LRUCache<string, { readonly value: Value; readonly until: number }>({ max: maxKept });
  return async (key: string, read: () => Promise<Value>, always = false): Promise<Kept<Value>> => {
    const known = kept.get(key);
    if (!always && known !== undefined && now() < known.until) return { kind: "read", value: known.value };
    try {
      const value = await read();
      kept.set(key, { value, until: now() + keptMs });
      return { kind: "read", value };
    } catch (error) {
      if (known === undefined || isMissing(error)) throw error;
      return { kind: "read", value: always ? { name: known.value.name } : known.value };
    }
  };
}

interface Kept<Value extends Named> {
  readonly kind: "read";
  readonly value: Value | Named;
}
