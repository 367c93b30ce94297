/** What a job stores when it completes: the deployment's entry in the index, and its log entries for the audit stream. */

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

export function createRecords({
  routes,
  accountNames,
  announces = false,
}: {
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  readonly announces?: boolean;
}): {
  readonly withRecords: (place: Place, view: View, deployment: Deployment, next: Next) => Next;
  /** A key with decisions but no deployment: edits of a strategy. Nothing to render. */
  readonly withLogAlone: (place: Place, view: View) => Next;
} {
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

  return {
    withRecords(place, view, deployment, next) {
      const { key } = place;
      const { account } = deployment.ref;
      const route = routeOf(deployment, view, routes, accountNames);
      const accountName = accountNames.get(account) ?? account;
      const entry = activeEntry({ key, deployment, view, route, accountName });
      const active = next.nextMs === undefined ? { ...entry, over: true as const } : entry;
      return {
        ...next,
        born: view.born,
        active,
        ...copyOfLog(place, view, deployment, standingOf({ deployment, view })),
      };
    },
    withLogAlone(place, view) {
      const { ref } = place;
      return copyOfLog(place, view, { ref, target: ref.id, holds: [] });
    },
  };
}
