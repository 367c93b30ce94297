/** What a job records when it completes: the deployment's entry in the list index, and its log in the audit stream. */

import { announcementsOf } from "../announce/announce.ts";
import { redactHoldIds } from "../announce/audit.ts";
import { routeOf } from "../answer/request.ts";
import type { Deployment, Ref } from "../deployment.ts";
import type { Route } from "../policy.ts";
import type { DeploymentKey } from "../ports.ts";
import { type Standing, standingOf } from "../standing.ts";
import type { Job } from "../store/queue.ts";
import type { View } from "../store/view.ts";
import { activeEntry } from "./active.ts";
import type { Next } from "./next-job.ts";

interface Place {
  readonly ref: Ref;
  readonly key: DeploymentKey;
  readonly taken: Job;
}

interface Completion {
  readonly withRecords: (place: Place, view: View, deployment: Deployment, next: Next) => Next;
  readonly withLogAlone: (place: Place, view: View) => Next;
}

export function createCompletion({
  routes,
  accountNames,
  announces,
}: {
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  readonly announces: boolean;
}): Completion {
  return { withRecords, withLogAlone };

  /** Adds the entry in the list index and the log entries for the audit stream. */
  function withRecords(place: Place, view: View, deployment: Deployment, next: Next): Next {
    const { key } = place;
    const route = routeOf(deployment, view, routes, accountNames);
    const { account } = deployment.ref;
    const accountName = accountNames.get(account) ?? account;
    const entry = activeEntry({ key, deployment, view, route, accountName });
    const active = next.nextMs === undefined ? { ...entry, over: true as const } : entry;
    return {
      ...next,
      born: view.born,
      active,
      ...copyOfLog(place, view, deployment, standingOf({ deployment, view })),
    };
  }

  /** A key with decisions but no deployment: edits of a strategy. Nothing to render. */
  function withLogAlone(place: Place, view: View): Next {
    const { ref } = place;
    return copyOfLog(place, view, { ref, target: ref.id, holds: [] });
  }

  function copyOfLog(
    { key, taken }: Place,
    view: View,
    deployment: Pick<Deployment, "ref" | "target" | "qualifiedTarget" | "holds">,
    standing?: Standing,
  ): Pick<Next, "audit"> {
    if (view.logLength <= taken.audited) return {};
    const copied = { key, from: view.logLength - view.log.length, entries: view.log };
    const { ref, target, qualifiedTarget = target } = deployment;
    const about = {
      ...{ system: ref.system, account: ref.account, region: ref.region },
      target: qualifiedTarget,
    };
    const audit = { ...copied, about, entries: redactHoldIds(view.log, deployment.holds) };
    if (!announces) return { audit };
    const announce = announcementsOf({
      ...{ ...copied, deployment, decisions: view.decisions },
      standing,
    });
    return { audit: { ...audit, announce } };
  }
}
