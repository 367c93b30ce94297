/** Proton deployments, in the account emea: one that can be cancelled, and one whose cancel comes too late. */

import { farPlace } from "../cast.ts";
import type { Trial } from "../page/contract.ts";
import type { World } from "../world.ts";
import { oneAtATime } from "./one-at-a-time.ts";

/** Shorter than a real deployment, and long enough to press a button. */
const deployMs = 60_000;
const cancelMs = 5_000;

export function protonScenarios({ proton }: World): readonly Trial[] {
  const [blue, green] = ["blue", "green"].map((name) =>
    proton.create(
      farPlace,
      { kind: "service-instance", serviceName: "orders", name },
      { environment: "emea-1", deployed: {} },
    ),
  );

  return [
    {
      id: "proton-cancel",
      title: "A service instance to cancel",
      tryThis: "Proton works for a minute. Press Cancel, or type /deploy cancel orders/blue.",
      run: async () => {
        oneAtATime(
          () =>
            blue &&
            proton.deploy(blue, { durationMs: deployMs, cancel: { ends: "CANCELLED", afterMs: cancelMs } }),
        );
      },
    },
    {
      id: "proton-late",
      title: "A cancel that comes too late",
      tryThis:
        "Cancel this one: Proton takes the request, and the deployment is done before it stops. The card says so.",
      run: async () => {
        oneAtATime(
          () =>
            green &&
            proton.deploy(green, { durationMs: deployMs, cancel: { ends: "SUCCEEDED", afterMs: cancelMs } }),
        );
      },
    },
  ];
}
