/**
 * What all systems do alike. A system brings its declarations, how its events are read (`locate`), what one look reads, the call
 * of each action, and what a sweep lists; this driver finds the client, ends everything in time and says what an error
 * means.
 */

import type { Action, Deployment, Ref } from "../handlers/deployment.ts";
import { isTerminal } from "../handlers/deployment.ts";
import type { Claim, Inspection, LookContext, System, Telemetry, Wanted } from "../handlers/ports.ts";
import { type Call, describedCall, sendOnce } from "./call.ts";
import type { ClientsOf } from "./clients.ts";
import { sooner, within } from "./deadline.ts";
import { notConfigured, notDone } from "./errors.ts";
import { listInProgress, type Reads } from "./listing.ts";
import type { TargetCollector } from "./naming.ts";
import { createTroubles } from "./trouble.ts";

/** What somebody asks of a deployment, or of one of its holds. */
export interface Request {
  readonly action: Action;
  readonly holdId?: string | undefined;
}

/** When the reads of one look have to end. */
export interface LookSignals {
  readonly signal: AbortSignal;
  /** For what merely adds to the look: it begins now and ends sooner. */
  readonly beside: () => AbortSignal;
}

/** One look: `call` is the IAM action of the read without which there is nothing to show. */
export interface Look<Client> {
  readonly call: string;
  readonly read: (client: Client, signals: LookSignals) => Promise<Inspection>;
}

/** Thrown by a look where another read than its first decides, and failed. `call` is its IAM action. */
export class ReadError extends Error {
  override readonly name = "ReadError";
  readonly call: string;
  constructor(call: string, cause: unknown) {
    super(`${call} failed`, { cause });
    this.call = call;
  }
}

/** What a sweep of one account and region works with. */
export interface Sweep<Client> extends Reads {
  readonly client: Client;
  readonly account: string;
  readonly region: string;
  readonly wanted: Wanted;
  readonly naming: TargetCollector;
  /** Takes the id of a deployment in progress. */
  readonly found: (id: string) => void;
}

/** Pure. A text says why nothing can be read by this ref. */
export type LookAt<Client> = (ref: Ref, context: LookContext) => Look<Client> | string;

export interface SystemParts<Client>
  extends Pick<
    System,
    "name" | "title" | "optIn" | "listensTo" | "offers" | "permissions" | "locate" | "words" | "strategies"
  > {
  /** Absent: the id of the ref. */
  readonly laneOf?: System["laneOf"];
  readonly lookAt: LookAt<Client>;
  /** Why there is nothing behind a ref, where an error says so. */
  readonly goneBy?: (error: unknown) => string | undefined;
  /** Pure. A text says why there is no such call here. */
  readonly callOf: (deployment: Deployment, request: Request) => Call<Client> | string | undefined;
  readonly sweep: {
    /** The IAM action of what a sweep reads last, and which its deadline may cut off. */
    readonly lastCall: string;
    readonly list: (sweep: Sweep<Client>) => Promise<void>;
  };
  /** Follows the reason why something can't be read. */
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
        return seen;
      } catch (error) {
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

    async list(account, region, wanted) {
      const place = { system: name, account, region };
      const client = clients.read(account, region);
      if (client === undefined) return notConfigured(place);
      return listInProgress(place, { lastCall: sweep.lastCall, troubles }, (reads) =>
        sweep.list({ ...reads, client, account, region, wanted }),
      );
    },
  };
}

/** Until AWS agrees the look is repeated: reads lag behind events. */
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
