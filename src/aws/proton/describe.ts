/** What Proton said, as a snapshot. Pure: the same answers give the same snapshot. */

import type { Deployment, Phase, Ref } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { Fact, Phrase, WordedDeployment, WordedOffer } from "../../handlers/words.ts";
import { withoutRoles } from "../errors.ts";
import { withWordsInside } from "../words-inside.ts";
import { changesOf, versionsOf } from "./changes.ts";
import { laneOf, type Place, targetOf, titles, whichOf } from "./resource.ts";
import { isOwnId, type Own, phaseOf, type Standing, statusOf } from "./standing.ts";
import { outcomeOf, progressOf, remarksOf } from "./words.ts";

export interface Seen {
  readonly ref: Ref;
  readonly place: Required<Place>;
  /** How the resource stands. Absent: its newest deployment is another one by now. */
  readonly standing?: Standing | undefined;
  readonly own: Own;
}

export function describe(seen: Seen): Deployment {
  return withWordsInside(worded(seen));
}

function worded({ ref, place, standing, own }: Seen): Omit<WordedDeployment, "said"> {
  const { deployment } = place;
  const status = statusOf(standing, own);
  const phase = phaseOf(status);
  const versions = versionsOf(own);
  const startedAt = startOf(standing, own);
  const reason = phase === "succeeded" || phase === "running" ? undefined : messageOf(standing, own);
  const progress = progressOf({
    status,
    startedAt,
    isNewest: standing !== undefined,
    hasId: isOwnId(deployment),
  });
  const outcome = outcomeOf(status, versions);
  return {
    ...frameOf(ref, place, standing?.environmentName ?? recordOf(own)?.environmentName),
    phase,
    status,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...endOf(phase, status, standing, own),
    offers: standing !== undefined && status === "IN_PROGRESS" ? [cancelOf(deployment)] : [],
    changes: changesOf(own, versions),
    health: [{ kind: "unknown", label: "Alarms", why: ["Proton does not report any"] }],
    ...(progress === undefined ? {} : { progress }),
    ...(outcome === undefined ? {} : { outcome }),
    // Proton tells success of the newest deployment alone as what its resource runs.
    ...(status === "SUCCEEDED" && standing !== undefined ? { serving: "new" as const } : {}),
    ...(standing === undefined ? { replaced: true as const } : {}),
    ...(reason === undefined ? {} : { reason }),
    incident: phase === "failed",
    ...(isByItself(status) ? { overtaken: true } : {}),
    expert: expertLine(deployment),
    details: detailsOf(place, own),
    remarks: remarksOf(status, reason, standing !== undefined),
  };
}

/** Another deployment has taken its place, and its own record can't be read: it is over, and nobody can say how. */
export function describeLost(
  { ref, place, standing }: Pick<Seen, "ref" | "place" | "standing">,
  why: Phrase,
): Deployment {
  return withWordsInside({
    ...frameOf(ref, place, standing?.environmentName),
    phase: "stopped",
    status: "not known",
    vanished: true,
    unread: true,
    whyUnread: why,
    offers: [],
    changes: [{ kind: "unknown", label: "Changes", why }],
    health: [],
    outcome: ["Another deployment has taken its place."],
    incident: false,
    expert: expertLine(place.deployment),
    details: [],
    remarks: [],
  });
}

function frameOf(
  ref: Ref,
  { resource, deployment }: Required<Place>,
  environment: string | undefined,
): Pick<WordedDeployment, "ref" | "lane" | "target" | "which" | "about" | "systemTitle" | "where" | "holds"> {
  const isInside = resource.kind === "service-instance" || resource.kind === "component";
  return {
    ref,
    lane: laneOf(ref),
    target: targetOf(resource),
    which: whichOf(resource),
    about: { subject: titles[resource.kind], number: shortOf(deployment) },
    systemTitle: "Proton",
    where:
      isInside && environment !== undefined
        ? [titles[resource.kind], " in environment ", { code: environment, atMost: 24 }]
        : [titles[resource.kind]],
    holds: [],
  };
}

function recordOf(own: Own): Extract<Own, { readonly kind: "read" }>["value"] | undefined {
  return own.kind === "read" ? own.value : undefined;
}

function startOf(standing: Standing | undefined, own: Own): number | undefined {
  return (recordOf(own)?.createdAt ?? standing?.lastDeploymentAttemptedAt)?.getTime();
}

function endOf(
  phase: Phase,
  status: string,
  standing: Standing | undefined,
  own: Own,
): Pick<Deployment, "endedAt"> {
  if (!isTerminal({ phase })) return {};
  const succeeded = status === "SUCCEEDED" ? standing?.lastDeploymentSucceededAt : undefined;
  const ended = recordOf(own)?.completedAt ?? succeeded;
  return ended === undefined ? {} : { endedAt: ended.getTime() };
}

function messageOf(standing: Standing | undefined, own: Own): string | undefined {
  const message = recordOf(own)?.deploymentStatusMessage || standing?.deploymentStatusMessage;
  return message ? withoutRoles(message) : undefined;
}

/**
 * No cancel brings these about for certain: a failure can be the deployment's own or that of a cancel, and a deletion is
 * somebody else's. A cancel that was asked for here must not be told as done.
 */
function isByItself(status: string): boolean {
  return status === "FAILED" || status.startsWith("DELETE");
}

/** Proton itself does not check what a cancel hits, so the deployment's own id is what people decide about. */
function cancelOf(deployment: string): WordedOffer {
  return {
    action: "cancel",
    label: "Cancel",
    consequence: ["Proton stops and tries to undo what was done. It may be too late."],
    dialog: [
      "Proton stops and tries to undo what was done so far. It may be too late: then it ends as succeeded, and the card says so. Proton cancels by name: a call that arrives late may hit the next deployment.",
    ],
    deny: "Let it run",
    evidence: { deployment: isOwnId(deployment) ? deployment : null },
  };
}

function expertLine(deployment: string): Phrase {
  const end = "AWS ended support for Proton on 2026-10-07: the console is gone, so there is no link";
  return isOwnId(deployment) ? ["Deployment ", { code: shortOf(deployment) }, " · ", end] : [end];
}

/** Ids are UUIDs; a time that stands for one is kept whole. */
function shortOf(deployment: string): string {
  return isOwnId(deployment) ? deployment.slice(0, 8) : deployment;
}

function detailsOf({ resource, deployment }: Required<Place>, own: Own): readonly Fact[] {
  const last = recordOf(own)?.lastSucceededDeploymentId;
  const code = (label: string, text: string): Fact => ({
    kind: "value",
    label,
    value: [{ code: text, atMost: 120 }],
  });
  return [
    code(`Proton ${titles[resource.kind]}`, targetOf(resource)),
    ...(isOwnId(deployment) ? [code("Deployment id", deployment)] : []),
    ...(last === undefined || last === deployment ? [] : [code("Last success before", last)]),
  ];
}
