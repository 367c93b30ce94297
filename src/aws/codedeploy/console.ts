/** The console URL of a deployment. The region determines the partition, because the id doesn't contain it. */

export function consoleUrl(region: string, deploymentId: string): string {
  const host = region.startsWith("cn-")
    ? "console.amazonaws.cn"
    : region.startsWith("us-gov-")
      ? "console.amazonaws-us-gov.com"
      : `${region}.console.aws.amazon.com`;
  const path = `codesuite/codedeploy/deployments/${encodeURIComponent(deploymentId)}`;
  return `https://${host}/${path}?region=${encodeURIComponent(region)}`;
}
