/**
 * The driver that all systems share. A system supplies its declarations, the parser of its events (`locate`), the
 * reads, the call of each action, and the list for sweeps; the driver picks the client, enforces deadlines and
 * classifies errors.
 */

import type { Action, Deployment, Ref } from "../handlers/deployment.ts";
import { isTerminal } from "../handlers/deployment.ts";
import type { Claim, Inspection, LookContext, System, Telemetry, Wanted } from "../handlers/ports.ts";
import { type Call, describedCall, sendOnce } from "./client/call.ts";
import type { ClientsOf } from "./client/clients.ts";
import { sooner, within } from "./client/deadline.ts";
import { notConfigured, notDone } from "./client/errors.ts";
import { listInProgress, type Reads } from "./listing.ts";
import type { TargetCollector } from "./naming.ts";
import { createTroubles } from "./trouble.ts";

/** A requested action on a deployment or on one of its holds. */
export interface Request {
  readonly action: Action;
  readonly holdId?: string | undefined;
}

/** The deadlines of one read of a deployment. */
interface ReadSignals {
  readonly signal: AbortSignal;
  /** For optional reads: starts now and ends sooner. */
  readonly beside: () => AbortSignal;
}

/** One read of a deployment. `call` is the IAM action of the read without which nothing can be shown. */
export interface DeploymentRead<Client> {
  readonly call: string;
  readonly read: (client: Client, signals: ReadSignals) => Promise<Inspection>;
}

/** Thrown if a required read other than the first one failed. `call` is its IAM action. */
export class ReadError extends Error {
  override readonly name = "ReadError";
  readonly call: string;
  constructor(call: string, cause: unknown) {
    super(`${call} failed`, { cause });
    this.call = call;
  }
}

/** The tools of a sweep in one account and region. */
export interface Sweep<Client> extends Reads {
  readonly client: Client;
  readonly account: string;
  readonly region: string;
  readonly wanted: Wanted;
  readonly naming: TargetCollector;
  /** Adds the id of a deployment in progress. */
  readonly found: (id: string) => void;
}

/** Pure. A string is the reason why this ref can't be read. */
export type PlanRead<Client> = (ref: Ref, context: LookContext) => DeploymentRead<Client> | string;

export interface SystemParts<Client>
  extends Pick<
    System,
    "name" | "title" | "optIn" | "listensTo" | "offers" | "permissions" | "locate" | "words" | "strategies"
  > {
  /** Default: the id of the ref. */
  readonly laneOf?: System["laneOf"];
  readonly lookAt: PlanRead<Client>;
  /** The reason why the ref no longer exists, if the error means that. */
  readonly goneBy?: (error: unknown) => string | undefined;
  /** Pure. A string is the reason why there is no such call. */
  readonly callOf: (deployment: Deployment, request: Request) => Call<Client> | string | undefined;
  readonly sweep: {
    /** The IAM action of the last read, the one that the deadline may cut off. */
    readonly lastCall: string;
    readonly list: (sweep: Sweep<Client>) => Promise<void>;
  };
  /** Appended to the reason why something can't be read. */
  readonly remarkOn?: (error: unknown) => string | undefined;
}

export function createSystem<Client>(
  parts: SystemParts<Client>,
  clients: ClientsOf<Client>,
  telemetry: Telemetry,
): System {
  const { lookAt, goneBy, callOf, sweep, remarkOn, ...declared } = parts;
  const { name, title } = declared;
  const troubles = createTroubles({ title, telemetry, remarkOn });

  return {
    laneOf: ({ id }) => id,
    ...declared,
    confirms,

    async inspect(ref, context) {
      const look = lookAt(ref, context);
      if (typeof look === "string") return { kind: "gone", why: look };
      const client = clients.read(ref.account, ref.region);
      if (client === undefined) return notConfigured(ref);
      try {
        const seen = await within(clients.readDeadlineMs, (signal) =>
          look.read(client, { signal, beside: () => sooner(signal, clients.sideReadMs) }),
        );
        troubles.answered(ref, look.call);
        clients.accepted(ref.account);
        return seen;
      } catch (error) {
        clients.rejected(ref.account, error instanceof ReadError ? error.cause : error);
        const why = goneBy?.(error);
        if (why !== undefined) return { kind: "gone", why };
        return error instanceof ReadError
          ? troubles.unreadable(ref, error.call, error.cause)
          : troubles.unreadable(ref, look.call, error);
      }
    },

    describeCall(deployment, request) {
      const call = callOf(deployment, request);
      return call === undefined || typeof call === "string" ? undefined : describedCall(call);
    },

    async act(deployment, request) {
      const call = callOf(deployment, request) ?? `${title} has no ${request.action} here`;
      if (typeof call === "string") return notDone("not-sent", call);
      return sendOnce(clients, deployment.ref, { system: name, ...call });
    },

    async list(account, region, wanted, after) {
      const place = { system: name, account, region };
      const client = clients.read(account, region);
      if (client === undefined) return notConfigured(place);
      return listInProgress(place, { lastCall: sweep.lastCall, troubles, after, reports: clients }, (reads) =>
        sweep.list({ ...reads, client, account, region, wanted }),
      );
    },
  };
}

/** Whether a read shows what an event claimed. Until it does, the read is repeated, because reads lag behind events. */
function confirms(inspection: Inspection, claim: Claim): boolean {
  switch (inspection.kind) {
    case "points-to":
      return claim.kind === "started" || claim.kind === "ended" ? inspection.refs.length > 0 : true;
    case "deployment":
      return shows(inspection.deployment, claim);
    case "gone":
    case "unreadable":
      return false;
  }
}

function shows(deployment: Deployment, claim: Claim): boolean {
  if (claim.kind === "started") return true;
  if (claim.kind === "ended") return isTerminal(deployment);
  const hold = deployment.holds.find(({ id }) => id === claim.holdId);
  if (claim.kind === "answered") return hold?.shows !== "open" && hold?.shows !== "pending";
  return isTerminal(deployment) || (hold !== undefined && hold.shows !== "pending");
}
