/** AppConfig for the promises that every system keeps: one deployment under way, and one that can be reverted. */
import type { Ref } from "../../../src/handlers/deployment.ts";
import { place } from "../stage.ts";
import { hour, minute, setAppConfigStage } from "./stage.ts";

export async function appConfigScenario() {
  const stage = await setAppConfigStage();
  const complete = stage.deployAll({ application: "search" });
  const waiting = stage.refOf(stage.deploy());
  stage.clock.advance(11 * minute);
  const { strategies } = stage.system;
  const others: readonly Ref[] = [stage.refOf(complete)];
  return {
    system: stage.system,
    aws: stage.aws,
    waiting,
    hasHolds: false,
    others,
    service: waiting,
    act: "StopDeployment",
    /** The strategies are asked for by people, not by a look. */
    getIntoTrouble: async () => {
      const ref = { ...place, id: stage.strategyId };
      await strategies.list(place.account, place.region);
      await strategies.read(ref);
      await strategies.uses(ref);
      await strategies.update(ref, { durationMinutes: hour / minute });
    },
    close: stage.close,
  };
}
