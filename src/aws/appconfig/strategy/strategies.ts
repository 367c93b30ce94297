/**
 * Lists and reads deployment strategies, and edits one with a single UpdateDeploymentStrategy call that contains only
 * the changed fields.
 */

import {
  type AppConfigClient,
  GetDeploymentStrategyCommand,
  UpdateDeploymentStrategyCommand,
} from "@aws-sdk/client-appconfig";
import type { Telemetry } from "../../../handlers/ports.ts";
import {
  isPredefined,
  type Reading,
  type Strategies,
  type Strategy,
  type StrategyRef,
} from "../../../handlers/strategy/strategy.ts";
import { callWith, sendOnce } from "../../client/call.ts";
import type { ClientsOf } from "../../client/clients.ts";
import { within } from "../../client/deadline.ts";
import { notConfigured, notDone } from "../../client/errors.ts";
import { whyText } from "../../client/why.ts";
import { isMissing, listStrategies } from "../reads.ts";
import { inputOf, strategyOf } from "./pace.ts";
import { createUses } from "./uses.ts";

export function createStrategies(clients: ClientsOf<AppConfigClient>, telemetry: Telemetry): Strategies {
  async function reading<T>(
    { account, region }: Pick<StrategyRef, "account" | "region">,
    call: string,
    read: (client: AppConfigClient, signal: AbortSignal) => Promise<Reading<T>>,
  ): Promise<Reading<T>> {
    const client = clients.read(account, region);
    if (client === undefined) return notConfigured({ account, region });
    try {
      return await within(clients.readDeadlineMs, (signal) => read(client, signal));
    } catch (error) {
      clients.rejected(account, error);
      if (isMissing(error)) return { kind: "missing" };
      return { kind: "unreadable", why: whyText(error, call), cause: error };
    }
  }

  return {
    list: (account, region) =>
      reading({ account, region }, "appconfig:ListDeploymentStrategies", async (client, signal) => {
        const items = await listStrategies(client, signal);
        const value = items.flatMap((item): readonly Strategy[] => {
          const strategy = strategyOf(item, { account, region });
          if (typeof strategy !== "string") return [strategy];
          telemetry.log("warn", "strategy left out of the list", { id: item.Id, why: strategy });
          return [];
        });
        return { kind: "read", value };
      }),
    read: (ref) =>
      reading(ref, "appconfig:GetDeploymentStrategy", async (client, abortSignal) => {
        const command = new GetDeploymentStrategyCommand({ DeploymentStrategyId: ref.id });
        const strategy = strategyOf(await client.send(command, { abortSignal }), ref);
        return typeof strategy === "string"
          ? { kind: "unreadable", why: strategy, cause: new Error(strategy) }
          : { kind: "read", value: strategy };
      }),
    uses: createUses(clients),
    async update(ref, change) {
      if (isPredefined(ref.id)) return notDone("invalid", "AWS's own strategies can't be edited");
      if (Object.values(change).every((value) => value === undefined))
        return notDone("invalid", "nothing changes");
      const command = new UpdateDeploymentStrategyCommand(inputOf(ref.id, change));
      return sendOnce(clients, ref, {
        system: "appconfig",
        ...callWith("UpdateDeploymentStrategy", command),
      });
    },
  };
}
