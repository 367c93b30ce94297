/** How deployments of each system end: every way in which AWS tells an end of its own. */
import type { Deployment, Ref, SystemName } from "../../src/handlers/deployment.ts";
import { keepHolds } from "../../src/handlers/jobs/observe.ts";
import type { Hint, LookContext, System } from "../../src/handlers/ports.ts";
import { deploymentSchema } from "../../src/store/snapshot.ts";
import { minute, setAppConfigStage } from "./appconfig/stage.ts";
import { ecs, fleet, hintOf, lambda, servers, setCodeDeployStage } from "./codedeploy/stage.ts";
import { setProtonStage } from "./proton/stage.ts";
import { eventOf, setAwsStage } from "./stage.ts";

/** A deployment that is under way, and what happens to it then. */
export interface Story {
  readonly ref: Ref;
  /** What only events told of it by then. */
  readonly hint?: Hint;
  readonly end: () => Hint | undefined;
}

export interface Stage {
  readonly system: System;
  readonly advance: (ms: number) => void;
  readonly stories: Readonly<Record<string, () => Story>>;
  readonly close: () => Promise<void>;
}

const hour = 60 * minute;

const stages: Readonly<Record<SystemName, () => Promise<Stage>>> = {
  ecs: async () => {
    const stage = await setAwsStage();
    const heard = new Map<string, string>();
    stage.ecs.events.onEvent(({ "detail-type": type, detail, resources, time }) => {
      const location = stage.system.locate(eventOf(type, detail, { resources, time: Date.parse(time) }));
      const { carried = {} } = location.kind === "located" ? location.located : {};
      for (const [name, value] of Object.entries(carried)) heard.set(name, value);
    });
    const paused = { pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT" }] } as const;
    const play = (plan: Parameters<typeof stage.deploy>[0], end: (arn: string) => void): Story => {
      const arn = stage.deploy(plan);
      stage.clock.advance(minute / 2);
      const ended = (): Hint => {
        end(arn);
        stage.clock.advance(hour);
        return { carried: Object.fromEntries(heard) };
      };
      return { ref: stage.refOf(arn), end: ended };
    };
    const failure = {
      stage: "SCALE_UP",
      reason: "tasks failed to start",
      by: { circuitBreaker: true },
    } as const;
    const red = { stage: "SCALE_UP", reason: "5xx", by: { alarm: "checkout-5xx" } } as const;
    return {
      system: stage.system,
      advance: stage.clock.advance,
      close: stage.close,
      stories: {
        "a success": () => play({}, () => undefined),
        "a rollback in the console": () => play(paused, stage.ecs.console.rollBack),
        "a rollback after nobody answered": () =>
          play({ pauses: [{ ...paused.pauses[0], timeoutInMinutes: 5 }] }, () => undefined),
        "a rollback by the circuit breaker": () =>
          play({ circuitBreaker: { threshold: 3 }, failure }, () => undefined),
        "a stop by the circuit breaker": () =>
          play({ circuitBreaker: { threshold: 3, rollback: false }, failure }, () => undefined),
        "a stop by an alarm": () =>
          play({ alarms: { names: ["checkout-5xx"], rollback: false }, failure: red }, () => undefined),
        "a rollback that failed": () =>
          play({ ...paused, rollbackFailure: "no capacity" }, stage.ecs.console.rollBack),
        "a newer one that took its place": () => play(paused, () => void stage.deploy({})),
        "a newer one that took its place, and failed": () =>
          play(
            paused,
            () => void stage.deploy({ circuitBreaker: { threshold: 3, rollback: false }, failure }),
          ),
      },
    };
  },
  codedeploy: async () => {
    const stage = await setCodeDeployStage();
    const { codedeploy, clock } = stage;
    const rollsBack = { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] } as const;
    const approve = [{ event: "BeforeAllowTraffic", name: "approve" }];
    const play = (plan: Parameters<typeof codedeploy.deploy>[0], end: (id: string) => void): Story => {
      const id = codedeploy.deploy(plan);
      clock.advance(minute);
      const [call] = stage.hooks.filter(({ input }) => input.DeploymentId === id);
      return {
        ref: stage.refOf(id),
        ...(call === undefined ? {} : { hint: hintOf(stage.system, stage.hookEvent(call)) }),
        end: () => {
          end(id);
          clock.advance(2 * hour);
          return undefined;
        },
      };
    };
    const atHook = (status: "Succeeded" | "Failed") => (id: string) => {
      for (const execution of codedeploy.openHooks(id)) codedeploy.console.answerHook(id, execution, status);
    };
    const ready = (action: "STOP_DEPLOYMENT" | "CONTINUE_DEPLOYMENT") => ({
      ...{ ...fleet, readyWait: { minutes: 30, action } },
    });
    return {
      system: stage.system,
      advance: clock.advance,
      close: stage.close,
      stories: {
        "a success after a hook": () => play({ ...lambda, hooks: approve }, atHook("Succeeded")),
        "a failure at a hook": () => play({ ...lambda, hooks: approve }, atHook("Failed")),
        "a failure at a hook that is rolled back": () =>
          play({ ...ecs, hooks: approve, autoRollback: rollsBack }, atHook("Failed")),
        "a hook that nobody answered": () => play({ ...lambda, hooks: approve }, () => undefined),
        "a stop at a hook": () => play({ ...lambda, hooks: approve }, codedeploy.console.stop),
        "a stop that rolls back": () =>
          play({ ...ecs, hooks: approve }, (id) => codedeploy.console.stop(id, { rollBack: true })),
        "an alarm": () =>
          play({ ...ecs, hooks: approve, alarms: ["5xx"], autoRollback: rollsBack }, (id) =>
            codedeploy.alarm(id, "5xx"),
          ),
        "a wait that was continued": () => play(ready("STOP_DEPLOYMENT"), codedeploy.console.continue),
        "a wait that stopped it": () => play(ready("STOP_DEPLOYMENT"), () => undefined),
        "a wait that was cancelled": () => play(ready("STOP_DEPLOYMENT"), codedeploy.console.stop),
        "a failure in place": () => play({ ...servers, autoRollback: rollsBack }, codedeploy.fail),
      },
    };
  },
  appconfig: async () => {
    const stage = await setAppConfigStage();
    const play = (end: (key: ReturnType<typeof stage.deploy>) => void): Story => {
      const key = stage.deploy();
      stage.clock.advance(10 * minute);
      return {
        ref: stage.refOf(key),
        end: () => {
          end(key);
          stage.clock.advance(hour);
          return undefined;
        },
      };
    };
    return {
      system: stage.system,
      advance: stage.clock.advance,
      close: stage.close,
      stories: {
        "a success": () => play(() => undefined),
        "a success that another one replaced": () =>
          play(() => {
            stage.clock.advance(hour);
            stage.deployAll({ version: "58" });
          }),
        "a cancel": () => play(stage.appconfig.console.stop),
        "an alarm": () => play((key) => stage.appconfig.alarm(key, "checkout-5xx")),
        "an internal error": () => play(stage.appconfig.failInside),
        "a revert": () =>
          play((key) => {
            stage.clock.advance(hour);
            stage.appconfig.console.stop(key, { allowRevert: true });
          }),
      },
    };
  },
  proton: async () => {
    const stage = await setProtonStage();
    const play = (plan: Parameters<typeof stage.deploy>[1], end = (): void => undefined): Story => {
      const ref = stage.deploy("service-instance", plan);
      stage.clock.advance(minute);
      return {
        ref,
        end: () => {
          end();
          stage.clock.advance(hour);
          return undefined;
        },
      };
    };
    const cancel = (): void => stage.proton.console.cancel(stage.arns["service-instance"]);
    return {
      system: stage.system,
      advance: stage.clock.advance,
      close: stage.close,
      stories: {
        "a success": () => play({}),
        "a failure": () => play({ failure: "the stack failed" }),
        "a cancel": () => play({}, cancel),
        "a cancel that failed": () => play({ cancel: { ends: "FAILED" } }, cancel),
        "a cancel that came too late": () => play({ cancel: { ends: "SUCCEEDED" } }, cancel),
        "a success that another one replaced": () =>
          play({}, () => {
            stage.clock.advance(hour);
            stage.deploy("service-instance");
          }),
      },
    };
  },
};

/** A new stage for each story: what was deployed there before is part of none. */
export async function eachStory(
  name: SystemName,
  check: (stage: Stage, story: Story) => Promise<void>,
): Promise<void> {
  const first = await stages[name]();
  await first.close();
  for (const title of Object.keys(first.stories)) {
    const stage = await stages[name]();
    try {
      const story = stage.stories[title]?.();
      if (story === undefined) throw new Error("no such story");
      await check(stage, story);
    } catch (error) {
      throw new Error(`${name}, ${title}`, { cause: error });
    } finally {
      await stage.close();
    }
  }
}

/** A look, and what is on record of it. */
export async function look(system: System, ref: Ref, context: LookContext): Promise<Deployment> {
  const seen = await system.inspect(ref, context);
  if (seen.kind !== "deployment") throw new Error(`saw ${JSON.stringify(seen)}`);
  return deploymentSchema.parse(JSON.parse(JSON.stringify(keepHolds(seen.deployment, context.previous))));
}
