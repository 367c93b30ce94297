/** Helpers that all systems use to locate events. Pure. */

import type { z } from "zod";
import type { SystemName } from "../handlers/deployment.ts";
import type { AwsEvent, Located, Location } from "../handlers/ports.ts";
import { firstIssue } from "./events/envelope.ts";

/** The data of an event besides the ref. */
export type News = Omit<Located, "ref">;

export const noDeployment: Location = { kind: "ignored", why: "no event of a deployment" };

export function located(system: SystemName, { account, region }: AwsEvent, id: string, news: News): Location {
  return { kind: "located", located: { ref: { system, account, region, id }, ...news } };
}

/** Checks an ARN in the event: it must not point to another account or region. */
export function isIn(
  event: AwsEvent,
  place: { readonly account?: string | undefined; readonly region?: string | undefined },
): boolean {
  return place.account === event.account && place.region === event.region;
}

export const elsewhere: Location = {
  kind: "malformed",
  why: "account and region of the ARN are not those of the event",
};

/** Validates one part of an event, and calls `locate` only if it is valid. */
export function parsed<Part>(
  part: "detail" | "resources",
  schema: z.ZodType<Part>,
  event: AwsEvent,
  locate: (part: Part) => Location,
): Location {
  const read = schema.safeParse(event[part]);
  return read.success ? locate(read.data) : { kind: "malformed", why: `${part}.${firstIssue(read.error)}` };
}
