/** The Proton operations that the fake implements, with AWS's checks and errors. */
import type * as proton from "@aws-sdk/client-proton";
import { AwsError, type Caller, type HandlersOf } from "../service.ts";
import type { Ledger } from "../table.ts";
import {
  describedComponent,
  describedDeployment,
  describedEnvironment,
  describedInstance,
  describedPipeline,
  type IdsShown,
} from "./describe.ts";
import {
  arnOf,
  type NewResource,
  placeOf,
  type ResourceRecord,
  serviceArnOf,
  type World,
} from "./records.ts";
import type { Rollout } from "./rollout.ts";

export interface ProtonHandlerOptions {
  readonly world: World;
  readonly rollout: Rollout;
  readonly ledger: Ledger;
  readonly idsShown: () => IdsShown;
}

type Of<Kind extends NewResource["kind"]> = Extract<NewResource, { readonly kind: Kind }>;

export function protonHandlers({
  world,
  rollout,
  ledger,
  idsShown,
}: ProtonHandlerOptions): HandlersOf<typeof proton> {
  function read(caller: Caller, of: NewResource): ResourceRecord {
    return known(world.resources.read(arnOf(caller, checked(of))), of);
  }

  /** A cancel is by name and hits whatever is in progress when it arrives. */
  function cancelled(caller: Caller, of: NewResource): ResourceRecord {
    const { arn, status } = known(world.resources.get(arnOf(caller, checked(of))), of);
    if (status !== "IN_PROGRESS")
      throw new AwsError("ConflictException", `There is no deployment in progress: it is ${status}.`);
    ledger.writeBegins();
    rollout.cancel(arn);
    return known(world.resources.get(arn), of);
  }

  function all<Kind extends NewResource["kind"]>(
    caller: Caller,
    kind: Kind,
  ): readonly { readonly record: ResourceRecord; readonly of: Of<Kind> }[] {
    const isKind = (of: NewResource): of is Of<Kind> => of.kind === kind;
    return world.resources
      .readAll()
      .filter(({ arn }) => isAt(caller, arn))
      .flatMap((record) => (isKind(record.of) ? [{ record, of: record.of }] : []));
  }

  /** A service exists as soon as it has a pipeline or an instance. */
  function service(caller: Caller, name: string): proton.Service {
    const pipeline = world.resources.read(arnOf(caller, { kind: "service-pipeline", serviceName: name }));
    const first =
      pipeline ?? all(caller, "service-instance").find(({ of }) => of.serviceName === name)?.record;
    if (first === undefined)
      throw new AwsError("ResourceNotFoundException", `Service ${name} was not found.`);
    const at = new Date(first.createdAt);
    return {
      ...{ name, arn: serviceArnOf(caller, name), createdAt: at, lastModifiedAt: at, status: "ACTIVE" },
      templateName: first.deployed?.template ?? "web-service",
      spec: first.deployed?.spec ?? "",
      pipeline: pipeline && describedPipeline(pipeline, idsShown()),
    };
  }

  function serviceNames(caller: Caller): readonly string[] {
    const of = [...all(caller, "service-pipeline"), ...all(caller, "service-instance")];
    return [...new Set(of.map((one) => one.of.serviceName))].sort();
  }

  return {
    GetService: ({ name = "" }, caller) => ({ service: service(caller, name) }),
    GetServiceInstance: ({ name = "", serviceName = "" }, caller) => {
      const of = { kind: "service-instance", serviceName, name } as const;
      return { serviceInstance: describedInstance(read(caller, of), of, idsShown()) };
    },
    GetEnvironment: ({ name = "" }, caller) => ({
      environment: describedEnvironment(read(caller, { kind: "environment", name }), name, idsShown()),
    }),
    GetComponent: ({ name = "" }, caller) => ({
      component: describedComponent(read(caller, { kind: "component", name }), name, idsShown()),
    }),
    GetDeployment: (input, caller) => {
      const deployment = world.deployments.read(input.id ?? "");
      const resource = deployment && world.resources.get(deployment.resource);
      if (
        deployment === undefined ||
        resource === undefined ||
        !isAt(caller, resource.arn) ||
        !isOf(resource, input)
      )
        throw new AwsError("ResourceNotFoundException", `Deployment ${input.id} was not found.`);
      return { deployment: describedDeployment(deployment, resource) };
    },

    ListServices: (input, caller) => {
      const { items, nextToken } = page(serviceNames(caller), input);
      const services = items.map((name) => {
        const { spec: _, pipeline: __, ...summary } = service(caller, name);
        return summary;
      });
      return { services, nextToken };
    },
    ListServiceInstances: (input, caller) => {
      const of = all(caller, "service-instance").filter(
        (one) => input.serviceName === undefined || one.of.serviceName === input.serviceName,
      );
      const { items, nextToken } = page(of, input);
      const serviceInstances = items.map((one) => describedInstance(one.record, one.of, idsShown()));
      return { serviceInstances, nextToken };
    },
    ListEnvironments: (input, caller) => {
      const { items, nextToken } = page(all(caller, "environment"), input);
      const environments = items.map(({ record, of }) => describedEnvironment(record, of.name, idsShown()));
      return { environments, nextToken };
    },
    ListComponents: (input, caller) => {
      const { items, nextToken } = page(all(caller, "component"), input);
      return {
        components: items.map(({ record, of }) => describedComponent(record, of.name, idsShown())),
        nextToken,
      };
    },

    CancelServicePipelineDeployment: ({ serviceName = "" }, caller) => {
      const of = { kind: "service-pipeline", serviceName } as const;
      return { pipeline: describedPipeline(cancelled(caller, of), idsShown()) };
    },
    CancelServiceInstanceDeployment: ({ serviceName = "", serviceInstanceName: name = "" }, caller) => {
      const of = { kind: "service-instance", serviceName, name } as const;
      return { serviceInstance: describedInstance(cancelled(caller, of), of, idsShown()) };
    },
    CancelEnvironmentDeployment: ({ environmentName: name = "" }, caller) => ({
      environment: describedEnvironment(cancelled(caller, { kind: "environment", name }), name, idsShown()),
    }),
    CancelComponentDeployment: ({ componentName: name = "" }, caller) => ({
      component: describedComponent(cancelled(caller, { kind: "component", name }), name, idsShown()),
    }),
  };
}

function isAt(caller: Caller, arn: string): boolean {
  const { account, region } = placeOf(arn);
  return account === caller.account && region === caller.region;
}

/** Names in addition to the id restrict the lookup. */
function isOf(
  { of, environment }: ResourceRecord,
  names: Pick<
    proton.GetDeploymentInput,
    "serviceName" | "serviceInstanceName" | "environmentName" | "componentName"
  >,
): boolean {
  const fits = (asked: string | undefined, is: string | undefined) => asked === undefined || asked === is;
  return (
    fits(names.serviceName, "serviceName" in of ? of.serviceName : undefined) &&
    fits(names.serviceInstanceName, of.kind === "service-instance" ? of.name : undefined) &&
    fits(names.componentName, of.kind === "component" ? of.name : undefined) &&
    fits(names.environmentName, environment)
  );
}

function known(record: ResourceRecord | undefined, of: NewResource): ResourceRecord {
  if (record !== undefined) return record;
  throw new AwsError("ResourceNotFoundException", `No ${of.kind} of this name was found.`);
}

const namePattern = /^[0-9A-Za-z]+[0-9A-Za-z_-]*$/;

function checked(of: NewResource): NewResource {
  for (const [member, name] of Object.entries(of)) {
    if (member !== "kind" && !namePattern.test(name))
      throw new AwsError("ValidationException", `Value '${name}' at '${member}' is not a valid name.`);
  }
  return of;
}

/** `maxResults` 1 to 100, and an opaque token. */
function page<Item>(
  items: readonly Item[],
  {
    maxResults = 100,
    nextToken = "from:0",
  }: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const from = Number(/^from:(\d+)$/.exec(nextToken)?.[1] ?? Number.NaN);
  if (maxResults < 1 || maxResults > 100 || Number.isNaN(from))
    throw new AwsError(
      "ValidationException",
      "maxResults must be from 1 to 100, with a token of the page before.",
    );
  const until = from + maxResults;
  return { items: items.slice(from, until), nextToken: until < items.length ? `from:${until}` : undefined };
}
