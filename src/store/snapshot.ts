/**
 * The schema of a stored deployment. A snapshot may have been written by another release, so it is parsed like any
 * other input. `Fields` ties each schema to its type: a member that is missing, renamed or of another type on either
 * side does not compile.
 */

import { z } from "zod";
import {
  type About,
  actions,
  type Deployment,
  type Gate,
  type Gates,
  type Hold,
  type HoldShows,
  type Offer,
  phases,
  type Ref,
  type Related,
  type Remark,
  servings,
  systemNames,
  type Watched,
  type WatchedAlarm,
} from "../handlers/deployment.ts";

/** One schema for every member of `T`, optional ones included. */
export type Fields<T> = { readonly [Name in keyof T]-?: z.ZodType<Required<T>[Name]> };

const epochMs = z.number();

export const refSchema = z.object({
  system: z.enum(systemNames),
  account: z.string(),
  region: z.string(),
  id: z.string(),
} satisfies Fields<Ref>);

const showsSchema = z.enum([
  "open",
  "pending",
  "expired",
  "over",
  "none",
  ...actions,
]) satisfies z.ZodType<HoldShows>;

export const holdSchema = z.object({
  id: z.string(),
  name: z.string().exactOptional(),
  stage: z.string(),
  status: z.string(),
  shows: showsSchema,
  optional: z.boolean().exactOptional(),
  expiresAt: epochMs.exactOptional(),
  expiryComputed: z.boolean().exactOptional(),
  onExpiryAction: z.enum(actions).exactOptional(),
  said: z.unknown().exactOptional(),
} satisfies Fields<Hold>);

const offerSchema = z.object({
  action: z.enum(actions),
  holdId: z.string().exactOptional(),
  until: epochMs.exactOptional(),
  evidence: z.record(z.string(), z.string().nullable()),
} satisfies Fields<Offer>);

export const remarkSchema = z.object({
  name: z.string(),
  weight: z.enum(["person", "incident", "ending", "progress"]),
  reason: z.string().exactOptional(),
  holdId: z.string().exactOptional(),
  said: z.unknown().exactOptional(),
} satisfies Fields<Remark>);

const watchedSchema = z.object({
  alarms: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["ok", "alarm", "no-data", "unknown"]),
      since: epochMs.exactOptional(),
    } satisfies Fields<WatchedAlarm>),
  ),
  unit: z.enum(["task", "instance"]),
  failed: z.number().exactOptional(),
  healthy: z.number().exactOptional(),
  wanted: z.number().exactOptional(),
} satisfies Fields<Watched>);

const gatesSchema = z.object({
  passed: z.number(),
  total: z.number(),
  next: z
    .object({
      stage: z.string(),
      step: z.object({ from: z.number(), to: z.number() }).exactOptional(),
    } satisfies Fields<Gate>)
    .exactOptional(),
} satisfies Fields<Gates>);

const relatedSchema = z.object({
  relation: z.enum(["rollback-of", "rolled-back-by"]),
  ref: refSchema.exactOptional(),
} satisfies Fields<Related>);

export const aboutSchema = z.object({
  subject: z.string().exactOptional(),
  number: z.string(),
} satisfies Fields<About>);

export const deploymentSchema = z.object({
  ref: refSchema,
  lane: z.string(),
  target: z.string(),
  qualifiedTarget: z.string().exactOptional(),
  which: z.string().exactOptional(),
  about: aboutSchema.exactOptional(),
  systemTitle: z.string(),
  phase: z.enum(phases),
  status: z.string(),
  stage: z.string().exactOptional(),
  startedAt: epochMs.exactOptional(),
  endedAt: epochMs.exactOptional(),
  holds: z.array(holdSchema),
  offers: z.array(offerSchema),
  watched: watchedSchema.exactOptional(),
  gates: gatesSchema.exactOptional(),
  serving: z.enum(servings).exactOptional(),
  replaced: z.literal(true).exactOptional(),
  causeUnknown: z.literal(true).exactOptional(),
  noEarlier: z.literal(true).exactOptional(),
  rollbackFailed: z.literal(true).exactOptional(),
  related: relatedSchema.exactOptional(),
  rollbackUntil: epochMs.exactOptional(),
  rollbackMayCome: z.literal(true).exactOptional(),
  startedBy: z.literal("auto-scaling").exactOptional(),
  reason: z.string().exactOptional(),
  incident: z.boolean(),
  vanished: z.boolean().exactOptional(),
  unread: z.literal(true).exactOptional(),
  overtaken: z.boolean().exactOptional(),
  carried: z.record(z.string(), z.string()).exactOptional(),
  strategy: z
    .object({ id: z.string(), name: z.string() } satisfies Fields<NonNullable<Deployment["strategy"]>>)
    .exactOptional(),
  consoleUrl: z.string().exactOptional(),
  remarks: z.array(remarkSchema),
  // A detail that an earlier release did not store is shown as not read.
  said: z.unknown().default(null),
} satisfies Fields<Deployment>) satisfies z.ZodType<Deployment>;
