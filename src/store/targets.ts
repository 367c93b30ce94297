/** The targets that the sweeps listed, by system, account and region. */

import { z } from "zod";
import { systemNames } from "../handlers/deployment.ts";
import type { ListedPlace } from "../handlers/store/queue.ts";
import type { Store } from "../handlers/store/store.ts";
import { targetsKey } from "./keys.ts";
import type { RunScript } from "./scripts.ts";
import { countSchema, flatSchema, jsonText } from "./stored-text.ts";

type Targets = Pick<Store, "keepTargets" | "listedTargets">;

export function createTargets(run: RunScript): Targets {
  return {
    async keepTargets({ system, account, region }, { targets, whole }) {
      const names = targets.map(({ target, qualifiedTarget, which }) => [
        ...[target, qualifiedTarget],
        ...(which === undefined ? [] : [which]),
      ]);
      const place = [system, account, region].join("|");
      await run("keep-targets", [targetsKey], [place, whole ? 1 : 0, JSON.stringify(names)], keepReply);
    },
    async listedTargets() {
      const [now, places] = await run("targets", [targetsKey], [], targetsReply);
      return Object.entries(places)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([place, text]) => {
          const listed = storedSchema.safeParse(
            text.split("|", 2).concat(text.split("|").slice(2).join("|")),
          );
          const where = placeSchema.safeParse(place.split("|"));
          return listed.success && where.success ? [placed(where.data, listed.data, now)] : [];
        });
    },
  };
}

/** An unparseable list counts as not listed: the next sweep replaces it. */
const storedSchema = z.tuple([
  countSchema,
  z.enum(["0", "1"]),
  jsonText(z.array(z.tuple([z.string(), z.string()], z.string()))),
]);
const placeSchema = z.tuple([z.enum(systemNames), z.string(), z.string()]);

function placed(
  [system, account, region]: z.output<typeof placeSchema>,
  [at, whole, names]: z.output<typeof storedSchema>,
  now: number,
): ListedPlace {
  return {
    ...{ system, account, region, whole: whole === "1", ageMs: Math.max(0, now - at) },
    targets: names.map(([target, qualifiedTarget, which]) => ({
      ...{ target, qualifiedTarget },
      ...(which === undefined ? {} : { which }),
    })),
  };
}

const keepReply = z.tuple([z.enum(["kept", "older"])]);
const targetsReply = z.tuple([countSchema, flatSchema]);
