/** The schema of holdpoint.yml. References to accounts and policies are checked in routes.ts, where both are known. */

import { z } from "zod";
import { systemNames } from "../handlers/deployment.ts";
import { shows } from "../handlers/policy.ts";
import { didYouMean } from "./mistake.ts";

/** Planned keys that this release doesn't support: accepting them would promise something that does not happen. */
const laterKeys: readonly string[] = [
  "freeze",
  "remind",
  "escalate",
  "distinctFromRequester",
  "duringFreeze",
];

/** An object that reports each unknown key. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownKey(key, known)).join(" ")
        : undefined,
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  if (laterKeys.includes(key)) return `This release does not know \`${key}\` yet: remove it.`;
  return `\`${key}\` is not known here.${didYouMean(key, known)} Known: ${known.join(", ")}.`;
}

const accountId = z
  .string()
  .regex(/^\d{12}$/, "An account id has 12 digits. Put it in quotes, so that leading zeros are kept.")
  .describe("The AWS account's id, 12 digits, in quotes.");

const account = strict({
  name: z.string().min(1).max(40).optional().describe("The name that people see. Default: the id."),
  regions: z
    .array(
      z
        .string()
        .regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, "This is not an AWS region. Write one such as eu-west-1."),
    )
    .min(1)
    .describe("Only these regions are ever called."),
  role: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/,
      "This is not a role's ARN. Write arn:aws:iam::<account id>:role/<name>.",
    )
    .optional()
    .describe("The role that is assumed before any call. Default: the process's own credentials."),
  externalId: z
    .string()
    .min(2, "An external id has at least 2 characters.")
    .max(1224)
    .optional()
    .describe("The external id that the role's trust policy asks for."),
});

const person = z
  .string()
  .regex(
    /^(user:[UW][A-Z0-9]+|usergroup:S[A-Z0-9]+)$/,
    "This is not an approver. Write `user:` and a member id (user:U0456), or `usergroup:` and a group id (usergroup:S0123).",
  );

/** `here` and `channel` are used only where the configuration has them. */
const mention = z.union([person, z.enum(["here", "channel"])], {
  error:
    "This is nobody to notify. Write `user:` and a member id (user:U0456), `usergroup:` and a group id (usergroup:S0123), `here` or `channel`.",
});

const approvers = z
  .union([z.literal("channel-members"), z.array(person).min(1)], {
    error: "Write a list of `user:U…` and `usergroup:S…`, or the word `channel-members`.",
  })
  .describe("Who may answer: a list, or `channel-members` for everybody in the card's channel.");

const rule = strict({
  approvals: z.int().min(1).max(20).optional().describe("How many different people have to ask. Default: 1."),
  reason: z
    .enum(["required", "optional"])
    .optional()
    .describe("Whether a reason has to be given. Default: optional."),
  approvers: approvers.optional().describe("Who may ask for this action. Default: the policy's approvers."),
});

/** The preview shows the change and AWS gets one call: there is no place for a second person or a reason. */
const strategyRule = strict({
  approvals: z
    .literal(1, "A strategy is edited by one person, who sees a preview first: write 1, or leave it out.")
    .optional()
    .describe("One person edits a strategy. Default: 1."),
  reason: z
    .literal(
      "optional",
      "An edit of a strategy takes no reason: its preview says what changes. Leave it out.",
    )
    .optional()
    .describe("An edit of a strategy takes no reason."),
  approvers: approvers.optional().describe("Who may edit. Default: the policy's approvers."),
});

const policy = strict({
  approvers: approvers.optional(),
  notify: z
    .array(mention)
    .min(1)
    .optional()
    .describe(
      "Who is notified when somebody has to answer or a deployment failed; `here` and `channel` as in Slack. Default: the approvers; with `channel-members`, those who follow the channel.",
    ),
  continue: rule.optional(),
  rollback: rule.optional(),
  cancel: rule.optional(),
  "terminate-old": rule.optional().describe("Default: the rule of `continue`."),
  revert: rule.optional().describe("Default: the rule of `rollback`."),
  "edit-strategy": strategyRule
    .optional()
    .describe("Who may edit AppConfig deployment strategies; one person is enough. Default: the approvers."),
});

const match = strict({
  system: z.enum(systemNames).optional(),
  account: z
    .string({ error: "Write the account's name, or its id in quotes." })
    .optional()
    .describe("Name or id of a configured account."),
  region: z.string().optional(),
  target: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The service or application, or with a slash its qualified name (cluster/service); * stands for any characters.",
    ),
});

const channel = z
  .string()
  .regex(
    /^[CG][A-Z0-9]+$/,
    "This is not a channel's id. Write the id (C0123456789, at the end of the channel's details), not its name.",
  );

const route = strict({
  match: match.default({}).describe("What a deployment has to be. Nothing written matches everything."),
  channel: channel.describe("The Slack channel of the card."),
  show: z
    .enum(shows, { error: "Write `all`, `holds` or `incidents`." })
    .optional()
    .describe(
      "Which deployments get a card: `all`; `holds`, from when somebody has to answer or it fails; `incidents`, from when it fails. Default: all.",
    ),
  policy: z.string().min(1).describe("The name of one of the policies."),
});

const announce = strict({
  bus: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]{1,256}$/,
      "This is not an event bus's ARN. Write arn:aws:events:<region>:<account id>:event-bus/<name>.",
    )
    .describe("The event bus, in one of the accounts and regions above."),
});

export const fileSchema = strict({
  accounts: z.record(accountId, account).describe("The AWS accounts that may be called."),
  queues: z
    .array(
      z.url({
        protocol: /^https?$/,
        error: "This is not a queue's URL. Write the URL that SQS shows, not the ARN.",
      }),
    )
    .default([])
    .describe("SQS queues that EventBridge rules deliver to."),
  announce: announce
    .optional()
    .describe("Where every decision and its outcome are announced to other programs. Default: nowhere."),
  fallbackChannel: channel
    .optional()
    .describe(
      "Where Holdpoint reports a route's channel that rejects messages, and what waits without a card. Default: nowhere.",
    ),
  routes: z.array(route).min(1).describe("The first route that matches decides; no match: no card."),
  policies: z.record(z.string().min(1), policy).describe("Who may ask for what."),
});

export type WrittenFile = z.infer<typeof fileSchema>;
export type WrittenPolicy = z.infer<typeof policy>;
export type WrittenRule = z.infer<typeof rule>;
