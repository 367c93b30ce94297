/** The scenarios on the page, by system. */

import type { Happenings } from "./happenings.ts";
import type { TrialGroup } from "./page/contract.ts";
import { appConfigScenarios } from "./scenarios/appconfig.ts";
import { codeDeployScenarios } from "./scenarios/codedeploy.ts";
import { commandScenarios } from "./scenarios/commands.ts";
import { ecsScenarios } from "./scenarios/ecs.ts";
import { notificationScenarios } from "./scenarios/notifications.ts";
import { protonScenarios } from "./scenarios/proton.ts";
import type { World } from "./world.ts";

export function scenariosOf(world: World, happenings: Happenings): readonly TrialGroup[] {
  return [
    { title: "Amazon ECS", trials: ecsScenarios(world, happenings) },
    { title: "Commands and names", trials: commandScenarios(world) },
    { title: "Who is notified", trials: notificationScenarios(world) },
    { title: "AWS CodeDeploy", trials: codeDeployScenarios(world) },
    { title: "AWS AppConfig", trials: appConfigScenarios(world, happenings) },
    { title: "AWS Proton", trials: protonScenarios(world) },
  ];
}
