/** The demo's accounts, channel, people and services. The fake Slack and holdpoint.yml both use them. */

import type { Actor } from "./page/contract.ts";

/** Most services of ECS and CodeDeploy, and the bot's own credentials. */
export const place = { account: "111122223333", region: "eu-west-1" } as const;
/** A second account with some services of the same names. */
const stagingPlace = { account: "777788889999", region: "eu-west-1" } as const;
/** A third account, with its own role, external id and region. */
export const farPlace = { account: "444455556666", region: "eu-central-1" } as const;
export const accounts = [
  {
    ...place,
    name: "prod",
    role: `arn:aws:iam::${place.account}:role/holdpoint`,
    externalId: "an-external-id-of-the-demo",
  },
  {
    ...stagingPlace,
    name: "staging",
    role: `arn:aws:iam::${stagingPlace.account}:role/holdpoint`,
    externalId: "a-third-external-id-of-the-demo",
  },
  {
    ...farPlace,
    name: "emea",
    role: `arn:aws:iam::${farPlace.account}:role/chatops`,
    externalId: "another-external-id-of-the-demo",
  },
] as const;
/** The event bus for Holdpoint's announcements. */
export const announcements = { ...place, name: "deployment-decisions" } as const;

export const channel = { id: "C0DEPLOY", name: "deployments" } as const;

export const mara = { id: "U0MARA", name: "mara", realName: "Mara Lind", email: "mara@example.com" } as const;
export const jun = { id: "U0JUN", name: "jun", realName: "Jun Park", email: "jun@example.com" } as const;
export const theo = { id: "U0THEO", name: "theo", realName: "Theo Roy", email: "theo@example.com" } as const;
export const everybody = [mara, jun, theo] as const;
export const onCall = {
  id: "S0ONCALL",
  handle: "oncall",
  name: "On call",
  users: [mara.id, jun.id],
} as const;

export const actors: readonly [Actor, ...Actor[]] = [
  { id: mara.id, name: mara.realName, role: "on call, may answer" },
  { id: jun.id, name: jun.realName, role: "on call, may answer" },
  { id: theo.id, name: theo.realName, role: "may look, not answer" },
];

export const services = {
  pausing: "checkout-api",
  expiring: "invoices-api",
  raced: "search-api",
  unheard: "catalog-api",
  canary: "payments-api",
  failing: "mailer",
  unclear: "basket-api",
  unprotected: "ledger-api",
  gated: "quotes-api",
  tried: "reports-api",
  harmless: "thumbnails",
  ringing: "alerts-api",
  everybodys: "wiki",
} as const;
export type ServiceName = (typeof services)[keyof typeof services];

/** Services that share a name and differ in account or cluster. */
export interface Home {
  readonly service: string;
  readonly cluster: string;
  readonly where: { readonly account: string; readonly region: string };
}
export const alike = {
  billing: { service: "billing-api", cluster: "main", where: place },
  billingInStaging: { service: "billing-api", cluster: "main", where: stagingPlace },
  shop: { service: "api", cluster: "shop", where: place },
  office: { service: "api", cluster: "office", where: place },
} as const satisfies Readonly<Record<string, Home>>;
