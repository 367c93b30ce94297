/** Converts what Redis holds to the domain's types: every reply and stored text is parsed here. */

import { z } from "zod";
import {
  type Decision,
  type DecisionDetail,
  decisionStates,
  type LogEntry,
  whysVoid,
} from "../handlers/decision.ts";
import { actions, ruleNames, servings } from "../handlers/deployment.ts";
import type { EventClaim, Hint } from "../handlers/ports.ts";
import { causes, type Standing, severities, standingStates } from "../handlers/standing.ts";
import type { ActiveEntry } from "../handlers/store/queue.ts";
import type { BoardRecord, Progress } from "../handlers/store/view.ts";
import { aboutSchema, type Fields, holdSchema, refSchema, remarkSchema } from "./snapshot.ts";
import { countSchema, hashOf, jsonText } from "./stored-text.ts";

/** The version of the records that this release writes. Raised when a field changes its meaning. */
export const recordVersion = 1;

const timeSchema = countSchema;

const detailSchema = z.object({
  point: z.string(),
  holdId: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  seen: z.string().exactOptional(),
  unknown: z.string().exactOptional(),
} satisfies Fields<DecisionDetail>);

const namesSchema = z.string().transform((text) => (text === "" ? [] : text.split(",")));

/** `hp:{L}:D:x:<decision>` */
export const decisionSchema = z
  .object({
    id: z.string(),
    st: z.enum(decisionStates),
    action: z.enum(ruleNames).exactOptional(),
    by: namesSchema.default([]),
    att: countSchema.default(0),
    token: z.string().exactOptional(),
    evidence: z.string().exactOptional(),
    detail: jsonText(detailSchema).exactOptional(),
    answer: z.string().exactOptional(),
    claimedAt: timeSchema.exactOptional(),
    sentAt: timeSchema.exactOptional(),
    settledAt: timeSchema.exactOptional(),
    resolvedAt: timeSchema.exactOptional(),
  })
  .transform(({ st, att, ...rest }): Decision => ({ ...rest, state: st, attempt: att }));

/** The same from a reply. `maybeDecisionReplySchema` also accepts an absent record, which is an empty hash. */
export const decisionReplySchema = hashOf(decisionSchema, (field) => field === "detail");
export const maybeDecisionReplySchema = z.union([
  z.tuple([]).transform(() => undefined),
  decisionReplySchema,
]);

export const flagSchema = z.string().transform(() => true as const);

/** `from|to|ts` */
const progressSchema = z
  .string()
  .transform((text): unknown => text.split("|"))
  .pipe(z.tuple([countSchema, countSchema, z.string()]))
  .transform(([from, to, ts]): Progress => ({ ts, from, to }));

/** `hp:{L}:D:board` */
export const boardSchema = z
  .object({
    channel: z.string().exactOptional(),
    ts: z.string().exactOptional(),
    cardLog: countSchema.exactOptional(),
    incidentTs: z.string().exactOptional(),
    incidentShown: z.string().exactOptional(),
    incidentBad: flagSchema.exactOptional(),
    older: flagSchema.exactOptional(),
    said: countSchema.default(0),
    progress: progressSchema.exactOptional(),
    shown: z.string().exactOptional(),
    shownReadAt: timeSchema.exactOptional(),
    seen: z.string().exactOptional(),
    outSince: timeSchema.exactOptional(),
  })
  .transform(
    ({ outSince, ...rest }): BoardRecord =>
      outSince === undefined ? rest : { ...rest, postingSince: outSince },
  );

const decisionId = z.string();
const action = z.enum(ruleNames);
const at = z.number();

/** The member of the `LogEntry` union whose `k` includes `Kind`. */
type Entry<Kind extends LogEntry["k"], Each = LogEntry> = Each extends { readonly k: infer Kinds }
  ? Kind extends Kinds
    ? Each
    : never
  : never;

const logEntrySchema = z.discriminatedUnion("k", [
  z.object({
    k: z.literal("vote"),
    at,
    id: decisionId,
    action,
    by: z.string(),
    n: z.number(),
    need: z.number(),
    again: z.literal(true).exactOptional(),
    detail: detailSchema.exactOptional(),
  } satisfies Fields<Entry<"vote">>),
  z.object({ k: z.literal("withdrawn"), at, id: decisionId, by: z.string() } satisfies Fields<
    Entry<"withdrawn">
  >),
  z.object({
    k: z.literal("void"),
    at,
    id: decisionId,
    action,
    by: z.string(),
    why: z.enum(whysVoid),
  } satisfies Fields<Entry<"void">>),
  z.object({
    k: z.literal("late"),
    at,
    id: decisionId,
    action,
    by: z.string(),
    won: decisionId.exactOptional(),
    wonBy: z.string().exactOptional(),
    wonAction: action.exactOptional(),
  } satisfies Fields<Entry<"late">>),
  z.object({
    k: z.literal("claimed"),
    at,
    id: decisionId,
    action,
    by: z.string(),
    att: z.number(),
    others: z.string(),
    detail: detailSchema.exactOptional(),
  } satisfies Fields<Entry<"claimed">>),
  z.object({
    k: z.literal("dropped"),
    at,
    id: decisionId,
    action,
    by: z.string(),
    att: z.number(),
    why: z.string(),
    against: z.string().exactOptional(),
  } satisfies Fields<Entry<"dropped">>),
  z.object({
    k: z.enum([
      "accepted",
      "refused",
      "unclear",
      "open",
      "superseded",
      "expired",
      "confirmed",
      "reopened",
      "notSent",
      "lateAnswer",
    ]),
    at,
    id: decisionId,
    action: action.exactOptional(),
    by: z.string().exactOptional(),
    att: z.number().exactOptional(),
    answer: z.string().exactOptional(),
    asked: z.string().exactOptional(),
    detail: z.string().exactOptional(),
    unknown: z.string().exactOptional(),
  } satisfies Fields<Entry<"accepted">>),
  z.object({ k: z.literal("remark"), at, remark: remarkSchema } satisfies Fields<Entry<"remark">>),
]) satisfies z.ZodType<LogEntry>;

/** An entry's position is its number, so an entry that only a newer release can parse is replaced, not skipped. */
const unreadableEntry: LogEntry = {
  k: "remark",
  at: 0,
  remark: {
    name: "unreadable",
    weight: "progress",
  },
};

export const storedLogEntrySchema = jsonText(logEntrySchema).catch(unreadableEntry);

const claimSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["hold", "answered"]), holdId: z.string() }),
  z.object({ kind: z.enum(["ended", "started"]) }),
]) satisfies z.ZodType<EventClaim["claim"]>;

const hintSchema = z.object({
  event: z.object({ claim: claimSchema, time: z.number() } satisfies Fields<EventClaim>).exactOptional(),
  carried: z.record(z.string(), z.string()).exactOptional(),
} satisfies Fields<Hint>);

/** Losing a hint that can't be parsed is no worse than losing an event, and lost events are expected (P1). */
export const storedHintSchema = z
  .literal("")
  .transform((): Hint => ({}))
  .or(jsonText(hintSchema).catch({}));

export const standingSchema = z.object({
  state: z.enum(standingStates),
  cause: z.enum(causes).exactOptional(),
  action: z.enum(ruleNames).exactOptional(),
  severity: z.enum(severities),
  serving: z.enum(servings).exactOptional(),
  recordLost: z.literal(true).exactOptional(),
} satisfies Fields<Standing>);

export const activeEntrySchema = z.object({
  key: z.object({ lane: z.string(), deployment: z.string() } satisfies Fields<ActiveEntry["key"]>),
  ref: refSchema,
  target: z.string(),
  qualifiedTarget: z.string().exactOptional(),
  which: z.string().exactOptional(),
  about: aboutSchema.exactOptional(),
  accountName: z.string(),
  state: z.enum(["waiting", "kept", "running", "rolling-back", "ended"]),
  standing: standingSchema.exactOptional(),
  systemTitle: z.string().exactOptional(),
  channel: z.string().exactOptional(),
  ts: z.string().exactOptional(),
  expiresAt: z.number().exactOptional(),
  expiry: holdSchema.pick({ onExpiryAction: true, said: true }).exactOptional(),
  votes: z.object({ n: z.number(), need: z.number(), unknown: z.number().exactOptional() }).exactOptional(),
  holdIds: z.array(z.string()),
  openHolds: z.number().exactOptional(),
  readAt: z.number().exactOptional(),
  staleSince: z.number().exactOptional(),
  offered: z
    .object({ action: z.enum(actions), until: z.number() } satisfies Fields<
      NonNullable<ActiveEntry["offered"]>
    >)
    .exactOptional(),
  endedAt: z.number().exactOptional(),
  over: z.literal(true).exactOptional(),
} satisfies Fields<ActiveEntry>) satisfies z.ZodType<ActiveEntry>;
