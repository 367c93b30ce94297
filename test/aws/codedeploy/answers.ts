/** Facts about a deployment of CodeDeploy from answers that a test makes up, as AWS gives them. */
import type { DeploymentInfo, LifecycleEvent } from "@aws-sdk/client-codedeploy";
import { factsOf, type Seen } from "../../../src/aws/codedeploy/facts/facts.ts";
import { revisionsOf } from "../../../src/aws/codedeploy/facts/revision.ts";
import { deploymentInfo } from "../../../src/aws/codedeploy/facts/stored-detail.ts";
import {
  lifecycleEvent,
  type Target,
  type Targets as TargetsRead,
} from "../../../src/aws/codedeploy/facts/targets.ts";
import type { Deployment } from "../../../src/handlers/deployment.ts";

type Read = Extract<TargetsRead, { readonly kind: "read" }>;
export type Targets =
  | Exclude<TargetsRead, Read>
  | (Omit<Read, "targets"> & {
      readonly targets: readonly (Omit<Target, "events"> & { readonly events: readonly LifecycleEvent[] })[];
    });

export interface Answers extends Omit<Seen, "info" | "revisions" | "targets"> {
  readonly info: DeploymentInfo;
  readonly targets: Targets;
}

export function factsFrom({ info, targets, ...seen }: Answers): Deployment {
  return factsOf({
    ...seen,
    info: deploymentInfo.parse(info),
    revisions: revisionsOf(info),
    targets:
      targets.kind === "read"
        ? {
            ...targets,
            targets: targets.targets.map(({ events, ...target }) => ({
              ...target,
              events: events.map((event) => lifecycleEvent.parse(event)),
            })),
          }
        : targets,
  });
}
