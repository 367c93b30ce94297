/** Parses ECS ARNs. */

export interface ServiceArn {
  readonly kind: "service" | "service-deployment";
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Absent in ARNs of the short format that ECS used before 2021. */
  readonly cluster?: string;
  readonly service: string;
}

export function parseArn(arn: string): ServiceArn | undefined {
  const [, partition, , region, account, ...resource] = arn.split(":");
  const [kind, ...names] = resource.join(":").split("/");
  if (partition === undefined || region === undefined || account === undefined) return undefined;
  const place = { partition, region, account };
  if (kind === "service-deployment") {
    const [cluster, service] = names;
    return cluster === undefined || service === undefined ? undefined : { kind, ...place, cluster, service };
  }
  if (kind !== "service") return undefined;
  const [first, second] = names;
  if (first === undefined) return undefined;
  return second === undefined
    ? { kind, ...place, service: first }
    : { kind, ...place, cluster: first, service: second };
}

/** `cluster/service` */
export function qualifiedName({ cluster, service }: ServiceArn): string | undefined {
  return cluster === undefined ? undefined : `${cluster}/${service}`;
}

/** Adds the cluster to a service ARN of the short format. */
export function withCluster(serviceArn: string, clusterArn: string | undefined): string {
  const arn = parseArn(serviceArn);
  const cluster = clusterArn?.split("/")[1];
  if (arn?.kind !== "service" || arn.cluster !== undefined || cluster === undefined) return serviceArn;
  const { partition, region, account, service } = arn;
  return `arn:${partition}:ecs:${region}:${account}:service/${cluster}/${service}`;
}

/** Splits `arn:…:task-definition/checkout-api:42` into family and revision. */
export function parseTaskDefinition(arn: string): { readonly family: string; readonly revision: string } {
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  const colon = name.lastIndexOf(":");
  return colon < 0
    ? { family: name, revision: "" }
    : { family: name.slice(0, colon), revision: name.slice(colon + 1) };
}

const consoleHosts: Readonly<Record<string, string>> = {
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

export function consoleUrl({ partition, region, cluster, service }: ServiceArn): string | undefined {
  if (cluster === undefined) return undefined;
  const host = consoleHosts[partition] ?? `${region}.console.aws.amazon.com`;
  const path = `clusters/${encodeURIComponent(cluster)}/services/${encodeURIComponent(service)}`;
  return `https://${host}/ecs/v2/${path}/deployments?region=${encodeURIComponent(region)}`;
}
