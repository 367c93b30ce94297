/** CodeDeploy deployments: to servers with two fleets, and of a Lambda function with a lifecycle hook. */

import { createHash } from "node:crypto";
import { appSpecRevision, s3Revision } from "../../fakes/aws/codedeploy.ts";
import { place } from "../cast.ts";
import type { Trial } from "../page/contract.ts";
import type { World } from "../world.ts";
import { oneAtATime } from "./one-at-a-time.ts";

/** On real servers lifecycle events take minutes. */
const hurriedMs = 400;
const lifecycleEvents = [
  ...["Created", "Queued", "ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall"],
  ...["ApplicationStart", "ValidateService", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"],
  ...["BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic"],
];
const hurried = Object.fromEntries(lifecycleEvents.map((event) => [event, hurriedMs]));

const store = { ...place, application: "storefront", group: "storefront-web" } as const;
const receipts = { ...place, application: "receipts", group: "receipts-live" } as const;

export function codeDeployScenarios({ codedeploy, names }: World): readonly Trial[] {
  let release = 311;
  let version = 41;

  function begin(plan: Parameters<typeof codedeploy.deploy>[0]): void {
    names.set(codedeploy.deploy(plan), plan.application);
  }

  return [
    {
      id: "two-fleets",
      title: "Servers with two fleets",
      tryThis:
        "The new servers are ready and wait for you: press Continue, or type /deploy continue storefront. Then the old ones are kept: remove them, or roll back.",
      run: async () => {
        oneAtATime(() =>
          begin({
            ...store,
            platform: "Server",
            style: "BLUE_GREEN",
            revision: bundle(release + 1),
            previous: bundle(release),
            readyWait: { minutes: 60, action: "STOP_DEPLOYMENT" },
            terminationWaitMinutes: 60,
            autoRollback: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
            stepMs: hurried,
          }),
        );
        release += 1;
      },
    },
    {
      id: "lifecycle-hook",
      title: "A Lambda function held by a hook",
      tryThis:
        "Before any traffic moves, CodeDeploy calls the hook function that Holdpoint ships. Answer with a button, or type /deploy continue receipts.",
      run: async () => {
        oneAtATime(() =>
          begin({
            ...receipts,
            platform: "Lambda",
            config: "CodeDeployDefault.LambdaAllAtOnce",
            lambda: {
              functionName: "receipts",
              alias: "live",
              currentVersion: String(version),
              targetVersion: String(version + 1),
            },
            revision: appSpec(version, version + 1),
            previous: appSpec(version - 1, version),
            hooks: [{ event: "BeforeAllowTraffic", name: "receipts-before-traffic" }],
            autoRollback: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
            stepMs: hurried,
          }),
        );
        version += 1;
      },
    },
  ];
}

function bundle(release: number) {
  const key = `storefront/release-${release}.zip`;
  return s3Revision("example-releases", key, createHash("md5").update(key).digest("hex"));
}

function appSpec(currentVersion: number, targetVersion: number) {
  const properties = {
    Name: "receipts",
    Alias: "live",
    CurrentVersion: currentVersion,
    TargetVersion: targetVersion,
  };
  return appSpecRevision(
    JSON.stringify({
      version: 0,
      Resources: [{ receipts: { Type: "AWS::Lambda::Function", Properties: properties } }],
      Hooks: [{ BeforeAllowTraffic: "receipts-before-traffic" }],
    }),
  );
}
