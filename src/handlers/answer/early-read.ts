/**
 * Starts the read of AWS that a call needs while its claim is being recorded, because the read takes longer.
 *
 * A read that began before the claim shows no more of the past than one that lags, which the protocol expects anyway
 * (docs/protocol.md, 3). What other processes decided in between is on record, and the claim fails because of it.
 */

import type { Action, Deployment } from "../deployment.ts";
import { keyText } from "../identity.ts";
import type { Rule } from "../policy.ts";
import type { Clock, Inspection, System } from "../ports.ts";
import type { View } from "../store/view.ts";
import { earlyReadMs } from "../timing.ts";
import { isLate, type Request, votesAsIn } from "./request.ts";
import { isForward } from "./worse.ts";

export interface EarlyRead {
  /** `undefined`: it is too old by now, read again. */
  take(): Promise<Inspection> | undefined;
  /** To be called when the request is over. */
  end(): void;
}

/** A checked request. */
interface Checked {
  readonly request: Request;
  readonly view: View;
  readonly deployment: Deployment;
  readonly rule: Rule;
}

/** `undefined`: its claim can't win, or probably won't: another request of this process reads the same deployment. */
export type StartRead = (checked: Checked) => EarlyRead | undefined;

export function createStartRead({
  systems,
  clock,
}: {
  readonly systems: readonly System[];
  readonly clock: Pick<Clock, "monotonicMs">;
}): StartRead {
  const underWay = new Set<string>();

  return (checked) => {
    const { request, deployment } = checked;
    const system = systems.find(({ name }) => name === deployment.ref.system);
    const name = keyText(request.key);
    if (system === undefined || underWay.has(name) || !canWin(checked)) return undefined;
    underWay.add(name);
    const startedMs = clock.monotonicMs();
    const inspection = readToAct(system, deployment, request.action);
    // If the claim fails, nobody awaits it.
    inspection.catch(() => {});
    return {
      take: () => (clock.monotonicMs() - startedMs <= earlyReadMs ? inspection : undefined),
      end: () => void underWay.delete(name),
    };
  };
}

/** Nobody was first, and with this person's vote there can be enough. */
function canWin({ request, view, rule }: Checked): boolean {
  if (isLate(request, view)) return false;
  const voters = new Set(votesAsIn(request, view.votes).map(({ user }) => user));
  return voters.add(request.person.user).size >= rule.approvals;
}

/** The read that decides whether the call is sent. */
export function readToAct(system: System, seen: Deployment, action: Action): Promise<Inspection> {
  return system.inspect(seen.ref, { hint: {}, previous: seen, urgent: !isForward(action) });
}
