/** The systems that Holdpoint supports. To add one, create a folder next to `ecs/` and add a line here. */

import type { Route } from "../handlers/policy.ts";
import type { System, Telemetry } from "../handlers/ports.ts";
import { createAppConfig } from "./appconfig/index.ts";
import type { Clients } from "./client/clients.ts";
import { createCodeDeploy } from "./codedeploy/index.ts";
import { createEcs } from "./ecs/index.ts";
import { createProton } from "./proton/index.ts";

/** Opt-in systems are included only if a route names them. */
export function createSystems(
  clients: Clients,
  telemetry: Telemetry,
  routes: readonly Pick<Route, "match">[],
): readonly System[] {
  const named = new Set(routes.map(({ match }) => match.system));
  return allSystems(clients, telemetry).filter(({ name, optIn }) => optIn !== true || named.has(name));
}

export function allSystems(clients: Clients, telemetry: Telemetry): readonly System[] {
  return [
    createEcs(clients, telemetry),
    createCodeDeploy(clients, telemetry),
    createAppConfig(clients, telemetry),
    createProton(clients, telemetry),
  ];
}
