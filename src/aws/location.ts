/** What systems say alike about an event. Pure. */

import type { z } from "zod";
import type { SystemName } from "../handlers/deployment.ts";
import type { AwsEvent, Located, Location } from "../handlers/ports.ts";
import { firstIssue } from "./envelope.ts";

/** What an event tells beside where to look. */
export type News = Omit<Located, "ref">;

export const noDeployment: Location = { kind: "ignored", why: "no event of a deployment" };

export function located(system: SystemName, { account, region }: AwsEvent, id: string, news: News): Location {
  return { kind: "located", located: { ref: { system, account, region, id }, ...news } };
}

/** For an ARN in the event, which may not lead to another account or region. */
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

/** Parses one part of an event, and goes on with it only if it is as it has to be. */
export function parsed<Part>(
  part: "detail" | "resources",
  schema: z.ZodType<Part>,
  event: AwsEvent,
  locate: (part: Part) => Location,
): Location {
  const read = schema.safeParse(event[part]);
  return read.success ? locate(read.data) : { kind: "malformed", why: `${part}.${firstIssue(read.error)}` };
}
