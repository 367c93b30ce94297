/**
 * A fake Proton with the semantics of its deployments. Scenarios set it up here and act like users of a terminal; SDK
 * clients use `service`, on a server of server.ts.
 */
import * as protonPackage from "@aws-sdk/client-proton";
import type { Clock } from "./clock.ts";
import { createEventBus, type Events } from "./events.ts";
import { describedDeployment, type IdsShown } from "./proton/describe.ts";
import { protonHandlers } from "./proton/handlers.ts";
import { createNews } from "./proton/news.ts";
import {
  arnOf,
  type NewResource,
  type Place,
  type Plan,
  type Version,
  type World,
} from "./proton/records.ts";
import { createRollout } from "./proton/rollout.ts";
import { type Service, service } from "./service.ts";
import { createLedger, type Reads } from "./table.ts";

export type { NewResource, Plan } from "./proton/records.ts";

export interface FakeProton {
  readonly service: Service;
  readonly events: Events;
  /** The lag of read calls. */
  readonly reads: Reads;
  /**
   * Returns the ARN. With `deployed` the last deployment succeeded, without it there was none. A service exists as soon
   * as it has a pipeline or an instance.
   */
  readonly create: (
    place: Place,
    of: NewResource,
    state?: { readonly environment?: string; readonly deployed?: Partial<Version> },
  ) => string;
  /** Starts a deployment like an update, and returns its id. Proton runs one at a time per resource. */
  readonly deploy: (resourceArn: string, plan?: Plan) => string;
  /** The actual state, without lag. */
  readonly deployment: (id: string) => protonPackage.Deployment;
  /** Actions outside of Holdpoint. */
  readonly console: { readonly cancel: (resourceArn: string) => void };
  /** Makes a resource show any status, such as those of a deletion. */
  readonly show: (resourceArn: string, status: protonPackage.DeploymentStatus, message?: string) => void;
  /** Whether resources show their latest deployment's id. */
  readonly showIds: (shown: IdsShown) => void;
}

export function createFakeProton({ clock }: { readonly clock: Clock }): FakeProton {
  const ledger = createLedger();
  const world: World = { resources: ledger.table(), deployments: ledger.table() };
  const events = createEventBus(clock);
  const rollout = createRollout(world, clock, createNews(events));
  let idsShown: IdsShown = true;

  return {
    service: service({
      name: "proton",
      package: protonPackage,
      client: new protonPackage.ProtonClient({ region: "us-east-1" }),
      handlers: { ...protonHandlers({ world, rollout, ledger, idsShown: () => idsShown }) },
    }),
    events,
    reads: ledger.reads,
    create: (place, of, { environment = of.kind === "environment" ? of.name : "main", deployed } = {}) => {
      const arn = arnOf(place, of);
      const now = clock.now();
      const first: Version = { template: "web-service", major: "1", minor: "0", spec: "proton: ServiceSpec" };
      world.resources.put(arn, {
        ...{ arn, of, environment, createdAt: now, status: "SUCCEEDED" },
        ...(deployed === undefined ? {} : { deployed: { ...first, ...deployed }, succeededAt: now }),
      });
      return arn;
    },
    deploy: (arn, plan = {}) => rollout.begin(arn, plan),
    deployment: (id) => {
      const found = world.deployments.get(id);
      const resource = found && world.resources.get(found.resource);
      if (found === undefined || resource === undefined)
        throw new Error(`The fake Proton has no deployment ${id}`);
      return describedDeployment(found, resource);
    },
    console: {
      cancel: (arn) => {
        if (world.resources.get(arn)?.status !== "IN_PROGRESS")
          throw new Error(`Nothing of ${arn} is in progress`);
        rollout.cancel(arn);
      },
    },
    show: rollout.show,
    showIds: (shown) => {
      idsShown = shown;
    },
  };
}
