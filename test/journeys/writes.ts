/** What the mutating calls of each system are about, and the little of them that tells two of them apart. Pure. */

import type { Call } from "../../fakes/aws/calls.ts";
import { arnOf, type NewResource } from "../../fakes/aws/proton/records.ts";

export interface Written {
  /**
   * The ARN of an ECS deployment, the id of a CodeDeploy deployment, AppConfig's `application/environment/number`, the
   * ARN of a Proton resource (its calls name no deployment), the id of a strategy.
   */
  readonly about: string;
  /** "ContinueServiceDeployment ROLLBACK", "StopDeployment AllowRevert". */
  readonly words: string;
}

/** Nothing for reads, and for what people do to no deployment. */
export function writtenIn(call: Call): Written | undefined {
  if (!call.write) return undefined;
  const input: Readonly<Record<string, unknown>> = { ...call.input };
  const about = aboutOf(call, input);
  if (about === undefined) return undefined;
  const how = howOf(input);
  return { about, words: how === undefined ? call.operation : `${call.operation} ${how}` };
}

function aboutOf(
  { service, account, region }: Call,
  input: Readonly<Record<string, unknown>>,
): string | undefined {
  const text = (member: string): string | undefined => textOf(input[member]);
  switch (service) {
    case "ecs":
      return text("serviceDeploymentArn");
    case "codedeploy":
      return text("deploymentId");
    case "appconfig":
      return input.DeploymentNumber === undefined
        ? text("DeploymentStrategyId")
        : [input.ApplicationId, input.EnvironmentId, input.DeploymentNumber].join("/");
    case "proton": {
      const resource = resourceOf(text);
      return resource && arnOf({ account, region }, resource);
    }
    default:
      return undefined;
  }
}

function resourceOf(text: (member: string) => string | undefined): NewResource | undefined {
  const [serviceName, instance] = [text("serviceName"), text("serviceInstanceName")];
  const [environment, component] = [text("environmentName"), text("componentName")];
  if (serviceName !== undefined)
    return instance === undefined
      ? { kind: "service-pipeline", serviceName }
      : { kind: "service-instance", serviceName, name: instance };
  if (environment !== undefined) return { kind: "environment", name: environment };
  return component === undefined ? undefined : { kind: "component", name: component };
}

function howOf(input: Readonly<Record<string, unknown>>): string | undefined {
  if (input.AllowRevert === true) return "AllowRevert";
  if (input.autoRollbackEnabled !== undefined)
    return input.autoRollbackEnabled === true ? "roll back" : "stay";
  return textOf(input.action ?? input.deploymentWaitType ?? input.status);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
