/** Notifications. Below each message the page shows whom it notifies, and the text on a lock screen. */

import { services } from "../cast.ts";
import type { Trial } from "../page/contract.ts";
import type { World } from "../world.ts";
import { pause } from "./ecs.ts";

export function notificationScenarios({ fleet }: World): readonly Trial[] {
  return [
    {
      id: "harmless",
      title: "A deployment that needs nobody",
      tryThis: "It rolls out by itself. Look below its card and in its thread: nobody is notified.",
      run: async () => {
        fleet.deploy(services.harmless, { strategy: "ROLLING" });
      },
    },
    {
      id: "ringing",
      title: "A deployment that waits for people on call",
      tryThis:
        "One message notifies Mara and Jun. Below it stands what their phones show: what waits, until when, what happens then, and what changes.",
      run: async () => {
        fleet.deploy(services.ringing, { pauses: [pause] });
      },
    },
    {
      id: "everybodys",
      title: "A deployment that everybody may answer",
      tryThis:
        "Nobody is mentioned by name, so one message goes to the channel. Theo may press Continue here.",
      run: async () => {
        fleet.deploy(services.everybodys, { pauses: [pause] });
      },
    },
  ];
}
