/** CodeDeploy's request validation and pagination. */
import type { DeploymentStatus, TargetStatus } from "@aws-sdk/client-codedeploy";
import { AwsError, type Caller } from "../service.ts";
import { arnOf, type DeploymentRecord, type GroupRecord, groupKey, type World } from "./records.ts";

const idForm = /^d-[A-Za-z0-9]+$/;

/** The form of AWS's ids; an empty one counts as missing. */
export function checkId(id: string | undefined): string {
  if (!id) throw new AwsError("DeploymentIdRequiredException", "The deployment ID must be specified.");
  if (!idForm.test(id)) {
    throw new AwsError("InvalidDeploymentIdException", `${id} is not the ID of a deployment.`);
  }
  return id;
}

/** A deployment of another account or region does not exist for the caller. */
export function isOf(caller: Caller, { plan }: Pick<DeploymentRecord, "plan">): boolean {
  return plan.account === caller.account && plan.region === caller.region;
}

export function existing(caller: Caller, id: string, found: DeploymentRecord | undefined): DeploymentRecord {
  if (found !== undefined && isOf(caller, found)) return found;
  throw new AwsError("DeploymentDoesNotExistException", `The deployment ${id} could not be found.`);
}

/** Reads the group with the lag of reads. */
export function groupFor(
  world: World,
  caller: Caller,
  application: string | undefined,
  group: string | undefined,
): GroupRecord {
  if (!application) throw new AwsError("ApplicationNameRequiredException", "Name the application.");
  if (!group) throw new AwsError("DeploymentGroupNameRequiredException", "Name the deployment group.");
  const { account, region } = caller;
  const found = world.groups.read(groupKey({ account, region, application, group }));
  if (found !== undefined) return found;
  const known = world.groups
    .readAll()
    .some((one) => isOf(caller, one) && one.plan.application === application);
  if (!known)
    throw new AwsError("ApplicationDoesNotExistException", `No application found for ${application}.`);
  const arn = arnOf(caller, `deploymentgroup:${application}/${group}`);
  throw new AwsError("DeploymentGroupDoesNotExistException", `No deployment group found: ${arn}.`);
}

export const deploymentStatuses: readonly DeploymentStatus[] = [
  "Created",
  "Queued",
  "InProgress",
  "Baking",
  "Succeeded",
  "Failed",
  "Stopped",
  "Ready",
];

export const targetStatuses: readonly TargetStatus[] = [
  "Pending",
  "InProgress",
  "Succeeded",
  "Failed",
  "Skipped",
  "Unknown",
  "Ready",
];

/** CodeDeploy sets the page size; its tokens are opaque. */
export function page<Item>(
  all: readonly Item[],
  size: number,
  nextToken: string | undefined,
): { readonly items: Item[]; readonly next: { readonly nextToken?: string } } {
  const from =
    nextToken === undefined ? 0 : Number(/^from:(\d+)$/.exec(decoded(nextToken))?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new AwsError("InvalidNextTokenException", "The token is not valid.");
  const until = from + size;
  const next = until < all.length ? { nextToken: Buffer.from(`from:${until}`).toString("base64url") } : {};
  return { items: all.slice(from, until), next };
}

function decoded(token: string): string {
  return Buffer.from(token, "base64url").toString();
}
