/** Commands for ambiguous names, and a dry run. */

import { alike, services } from "../cast.ts";
import type { Trial } from "../page/contract.ts";
import type { World } from "../world.ts";
import { pause } from "./ecs.ts";

export function commandScenarios({ fleet }: World): readonly Trial[] {
  const begin = (...named: readonly Parameters<typeof fleet.deploy>[0][]) => {
    for (const one of named) fleet.deploy(one, { pauses: [pause] });
  };
  return [
    {
      id: "same-name",
      title: "The same name in prod and in staging",
      tryThis:
        "Type /deploy rollback billing-api in staging because it is slow. Only staging is rolled back. Without “in staging” you are asked which one.",
      run: async () => begin(alike.billing, alike.billingInStaging),
    },
    {
      id: "two-clusters",
      title: "The same name in two clusters",
      tryThis:
        "Type /deploy list: shop/api and office/api. Then type /deploy rollback api because it is slow, and you are asked which one.",
      run: async () => begin(alike.shop, alike.office),
    },
    {
      id: "dry-run",
      title: "What a command would do",
      tryThis:
        "Type /deploy continue reports-api --dry-run. It shows the call, the rule and the evidence, and sends nothing.",
      run: async () => begin(services.tried),
    },
  ];
}
