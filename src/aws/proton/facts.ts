/** Turns Proton's responses into facts. Pure: equal responses give equal facts. */

import type { Deployment, Offer, Phase, Ref, Remark } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import { withoutRoles } from "../client/errors.ts";
import { whyFailed } from "../client/why.ts";
import { laneOf, type Place, targetOf, titles, whichOf } from "./resource.ts";
import { isOwnId, type Own, phaseOf, shortOf, statusOf } from "./standing.ts";
import type { Changes, OwnRecord, Standing, State, StoredDetail, Version } from "./stored-detail.ts";

export interface Seen {
  readonly ref: Ref;
  readonly place: Required<Place>;
  /** The state of the resource. Absent: its newest deployment is another one. */
  readonly standing?: Standing | undefined;
  readonly own: Own;
}

export function factsOf({ ref, place, standing, own }: Seen): Deployment {
  const { deployment } = place;
  const record = recordOf(own);
  const status = statusOf(standing, own);
  const phase = phaseOf(status);
  const startedAt = record?.createdAt ?? standing?.lastDeploymentAttemptedAt;
  const endedAt = isTerminal({ phase }) ? endOf(status, standing, record) : undefined;
  const reason = phase === "succeeded" || phase === "running" ? undefined : messageOf(standing, record);
  return {
    ...frameOf(ref, place),
    phase,
    status,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    offers: standing !== undefined && status === "IN_PROGRESS" ? [cancelOf(deployment)] : [],
    // Only the success of the resource's newest deployment shows what the resource runs.
    ...(status === "SUCCEEDED" && standing !== undefined ? { serving: "new" as const } : {}),
    ...(standing === undefined ? { replaced: true as const } : {}),
    ...(status === "CANCELLED" && standing !== undefined && contentOf(record?.initialState) === undefined
      ? { noEarlier: true as const }
      : {}),
    ...(reason === undefined ? {} : { reason }),
    incident: phase === "failed",
    ...(isByItself(status) ? { overtaken: true } : {}),
    remarks: [remarkOf(status, phase, reason, standing === undefined)],
    said: saidOf(standing, own),
  };
}

/** Another deployment has replaced it, and its own record can't be read: it is over, and how it ended is unknown. */
export function lostFacts({ ref, place, standing, own }: Seen): Deployment {
  return {
    ...frameOf(ref, place),
    phase: "stopped",
    status: "not known",
    vanished: true,
    unread: true,
    offers: [],
    incident: false,
    remarks: [],
    said: saidOf(standing, own),
  };
}

function frameOf(
  ref: Ref,
  { resource, deployment }: Required<Place>,
): Pick<Deployment, "ref" | "lane" | "target" | "which" | "about" | "systemTitle" | "holds"> {
  return {
    ref,
    lane: laneOf(ref),
    target: targetOf(resource),
    which: whichOf(resource),
    about: { subject: titles[resource.kind], number: shortOf(deployment) },
    systemTitle: "Proton",
    holds: [],
  };
}

function recordOf(own: Own): OwnRecord | undefined {
  return own.kind === "read" ? own.value : undefined;
}

function endOf(
  status: string,
  standing: Standing | undefined,
  record: OwnRecord | undefined,
): number | undefined {
  const succeeded = status === "SUCCEEDED" ? standing?.lastDeploymentSucceededAt : undefined;
  return record?.completedAt ?? succeeded;
}

function messageOf(standing: Standing | undefined, record: OwnRecord | undefined): string | undefined {
  const message = record?.deploymentStatusMessage || standing?.deploymentStatusMessage;
  return message ? withoutRoles(message) : undefined;
}

/**
 * None of these is certainly the effect of a cancel: a failure can be the deployment's or the cancellation's, and a
 * deletion was requested elsewhere. A cancel requested here must not be reported as done.
 */
function isByItself(status: string): boolean {
  return status === "FAILED" || status.startsWith("DELETE");
}

/** Proton doesn't check which deployment a cancel hits, so the deployment's own id is the evidence. */
function cancelOf(deployment: string): Offer {
  return { action: "cancel", evidence: { deployment: isOwnId(deployment) ? deployment : null } };
}

function remarkOf(status: string, phase: Phase, reason: string | undefined, replaced: boolean): Remark {
  return {
    name: `status/${status}`,
    weight: weightOf(status, phase),
    ...(reason === undefined ? {} : { reason }),
    ...(status === "SUCCEEDED" ? { said: { replaced } } : {}),
  };
}

function weightOf(status: string, phase: Phase): Remark["weight"] {
  if (phase === "failed") return "incident";
  return phase === "running" || status === "DELETE_IN_PROGRESS" ? "progress" : "ending";
}

function saidOf(standing: Standing | undefined, own: Own): StoredDetail {
  const record = recordOf(own);
  return {
    changes: changesRead(own),
    environmentName: standing?.environmentName ?? record?.environmentName,
    lastSucceededDeploymentId: record?.lastSucceededDeploymentId,
  };
}

function changesRead(own: Own): StoredDetail["changes"] {
  switch (own.kind) {
    case "read":
      return { kind: "read", value: changesOf(own.value) };
    case "unknown":
      return { kind: "unknown", why: whyFailed(own.error, "proton:GetDeployment") };
    default:
      return own;
  }
}

function changesOf({ initialState, targetState }: OwnRecord): Changes {
  const [before, after] = [contentOf(initialState), contentOf(targetState)];
  return {
    old: before?.version,
    new: after?.version,
    templateFile: compared(before?.file, after?.file),
    spec: compared(before?.spec, after?.spec),
  };
}

interface Content {
  readonly version?: Version;
  readonly spec?: string | undefined;
  readonly file?: string | undefined;
}

/** The content of a state, for any kind of resource. */
function contentOf(state: State | undefined): Content | undefined {
  if (state === undefined) return undefined;
  const { component } = state;
  if (component !== undefined) return { spec: component.serviceSpec, file: component.templateFile };
  const of = state.serviceInstance ?? state.servicePipeline ?? state.environment;
  if (of === undefined) return undefined;
  const { spec, ...version } = of;
  return { version, spec };
}

function compared(before: string | undefined, after: string | undefined): Changes["spec"] {
  if (before === undefined || after === undefined) return undefined;
  return before === after ? "unchanged" : "changed";
}
