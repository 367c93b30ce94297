/** The systems that Holdpoint knows. A new one is a folder beside `ecs/` and one line here. */

import type { System, Telemetry } from "../handlers/ports.ts";
import type { Clients } from "./clients.ts";
import { createEcs } from "./ecs/index.ts";

export function createSystems(clients: Clients, telemetry: Telemetry): readonly System[] {
  return [createEcs(clients, telemetry)];
}
