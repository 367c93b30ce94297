/** What the suite over all systems plays with CodeDeploy: a fleet that is ready for its traffic, and a hook that waits. */
import type { FakeAws } from "../../../fakes/aws/server.ts";
import type { Ref } from "../../../src/handlers/deployment.ts";
import type { System } from "../../../src/handlers/ports.ts";
import { fleet, setCodeDeployStage } from "./stage.ts";

export async function codeDeployScenario(): Promise<{
  readonly system: System;
  readonly aws: FakeAws;
  readonly waiting: Ref;
  readonly hasHolds: true;
  readonly act: string;
  readonly getIntoTrouble: () => Promise<void>;
  readonly close: () => Promise<void>;
}> {
  const stage = await setCodeDeployStage();
  const id = stage.codedeploy.deploy({
    ...fleet,
    readyWait: { minutes: 60, action: "STOP_DEPLOYMENT" },
    alarms: ["storefront-5xx"],
  });
  stage.clock.advance(5 * 60_000);
  return {
    system: stage.system,
    aws: stage.aws,
    waiting: stage.refOf(id),
    hasHolds: true,
    act: "ContinueDeployment",
    // What was read by the event alone: a hook, whose AppSpec is read and which is answered by a call of its own.
    getIntoTrouble: async () => {
      const { deployment, hold } = await stage.lookAtHook({});
      await stage.system.act(deployment, { action: "continue", holdId: hold.id, by: [] });
    },
    close: stage.close,
  };
}
