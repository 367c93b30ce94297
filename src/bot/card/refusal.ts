/** Why nothing was asked of AWS: the rule, and what would satisfy it. Every refusal has words. */

import type { NotDone, Refusal, Stale } from "../../handlers/decision.ts";
import type { Action } from "../../handlers/deployment.ts";
import { type Change, changeText } from "../../handlers/worse.ts";
import { quoted } from "./decided.ts";
import { code, dated, mrkdwn, plain, quote } from "./phrase.ts";
import { approversOf, capital, jointOf, people, verbs } from "./words.ts";

/** A private answer before it is drawn. */
export interface Told {
  /** The whole of it in a sentence without markup. */
  readonly plain: string;
  readonly lines: readonly string[];
  readonly todo?: string;
}

export function refusalWords(why: Refusal, action: Action, place: string): Told {
  const verb = verbs[action];
  const mayNot = (plainWhy: string, lines: readonly string[], todo?: string): Told => ({
    plain: `You may not ${verb}: ${plainWhy}. Nothing was sent to AWS.`,
    lines: [`⛔ *You may not ${verb}*${jointOf(action)} ${place}. Nothing was sent to AWS.`, ...lines],
    ...(todo === undefined ? {} : { todo }),
  });
  const notSent = (plainWhy: string, lines: readonly string[], todo: string): Told => ({
    plain: `Your request to ${verb} was not sent: ${plainWhy}.`,
    lines: [`🚫 *Your ${quoted(action)} was not sent* to AWS for ${place}.`, ...lines],
    todo,
  });
  switch (why.rule) {
    case "other-workspace":
      return mayNot(
        "you belong to another workspace",
        [
          "*Rule:* only people of this workspace may answer. Slack says that you are of another one, or could not say.",
        ],
        "Ask somebody of this workspace.",
      );
    case "not-an-approver":
      return mayNot(
        "you are not among its approvers",
        [
          `*Rule:* policy ${code(why.policy)}. You are not among those who may ${verb}.`,
          `*What would satisfy it:* a request of ${approversOf(why.approvers)}.`,
        ],
        "Ask one of them.",
      );
    case "no-rule":
      return mayNot(
        "its policy has no rule for that",
        [`*Rule:* policy ${code(why.policy)} has no rule for ${code(why.action)}, so nobody may.`],
        `Ask whoever runs Holdpoint for a rule ${code(why.action)} in the policy.`,
      );
    case "reason-required":
      return notSent(
        "its policy wants a reason",
        [`*Rule:* policy ${code(why.policy)} wants a reason to ${verb}.`],
        `Ask again with a reason: use the button, or add ${code("because ...")} to the command.`,
      );
    case "lookup-failed":
      return notSent(
        "Slack could not say whether you may",
        [
          `*Rule:* policy ${code(why.policy)}. Slack could not be asked about ${code(why.what)}, so nobody can be let through by it.`,
        ],
        "Ask again in a minute. If it stays so, whoever runs Holdpoint can see the missing permission in its log.",
      );
    case "voters-unknown":
      return notSent(
        "Slack could not say whether everybody who voted may still vote",
        [
          `*Why:* policy ${code(why.policy)}. Slack could not say whether ${people(why.voters)} may still vote (${code(why.what)}). The votes stay, yours too.`,
        ],
        "Ask again in a minute.",
      );
    case "no-route":
      return notSent(
        "no route of the configuration covers it",
        ["*Rule:* no route in the configuration covers this deployment any more."],
        "Answer it in AWS, or ask whoever runs Holdpoint for a route.",
      );
    case "evidence-unknown":
      return notSent(
        "what it is about could not be read",
        [
          `*Why:* AWS did not say ${why.unknown.map((fact) => code(fact)).join(", ") || "what this is about"}. Nobody decides about something unknown.`,
        ],
        "Wait until the card shows it, or look in AWS.",
      );
    case "aws-not-readable":
      return notSent(
        "AWS could not be read",
        [`*Why:* AWS was read once more before sending, and did not answer.${quote(why.why)}`],
        "Ask again in a minute. In an emergency act in AWS itself; the card will show it.",
      );
    case "store-down":
      return notSent(
        "the store does not answer, so nobody could be kept from answering twice",
        [
          "*Why:* Holdpoint's store (Redis) does not answer. Without it two people could answer at once, so nothing is sent.",
        ],
        "Ask again in a minute. In an emergency act in AWS itself.",
      );
    case "store-lost-answer":
      return {
        plain: `It is not known whether your request to ${verb} was recorded: the store did not answer. The card will show it.`,
        lines: [
          `❓ *It is not known whether your ${quoted(action)} was recorded* for ${place}.`,
          "*Why:* Holdpoint's store (Redis) did not answer. Nothing was sent to AWS by this request so far.",
        ],
        todo: "Look at the card: within two minutes it shows whether your request counts.",
      };
    case "restarting":
      return notSent(
        "Holdpoint restarts",
        ["*Why:* Holdpoint restarts and takes nothing new."],
        "Ask again in a minute.",
      );
    case "newer-version":
      return notSent(
        "a newer version of Holdpoint is being rolled out",
        ["*Why:* a newer version of Holdpoint is being rolled out and keeps this record already."],
        "Ask again in a minute.",
      );
  }
}

export function staleWords(changed: Stale, action: Action, place: string): Told {
  const head = `🚫 *Your ${quoted(action)} was not sent* to AWS for ${place}.`;
  const words = (plainWhy: string, why: string, todo: string): Told => ({
    plain: `Your request to ${verbs[action]}${jointOf(action)} ${place.replaceAll("`", "")} was not sent: ${plainWhy}.`,
    lines: [head, why],
    todo,
  });
  switch (changed.what) {
    case "unknown-deployment":
      return words(
        "Holdpoint does not know this deployment any more",
        "*Why:* Holdpoint does not know this deployment any more.",
        `See what there is with ${code("/deploy list")}.`,
      );
    case "wrong-message":
      return words(
        "this button belongs to another message",
        "*Why:* this button belongs to another message. A copied button does nothing.",
        "Use the card itself.",
      );
    case "not-recorded-yet":
      return words(
        "this message is still being recorded",
        "*Why:* this message is still being recorded.",
        "Try again in a moment.",
      );
    case "opposed":
      return words(
        "somebody asked for the opposite before it went out",
        `*Why:* ${people(changed.by)} asked to end the deployment before your request went out.`,
        "Look at the card: it shows how that ends.",
      );
    case "not-offered":
      return words(
        `this is not on offer now: ${plain(changed.now)}`,
        `*Why:* this is not on offer now: ${mrkdwn(changed.now)}.`,
        "The card shows what can be asked for.",
      );
    case "evidence": {
      const what =
        changed.changed.length === 0 ? "" : ` (${changed.changed.map((fact) => code(fact)).join(", ")})`;
      return words(
        "what you saw has changed since",
        `*Why:* what you saw has changed since${what}.`,
        "Look at the card again: it shows how it is now. Then ask again.",
      );
    }
    case "worse":
      return {
        plain: `Not sent. It is worse than the card showed: ${changed.changes.map(changeText).join("; ")}. ${capital(verbs[action])} anyway?`,
        lines: [
          `🚫 *Not sent.* ${place} is worse than its card showed:`,
          ...changed.changes.slice(0, changesAtMost).map(changeLine),
          ...(changed.changes.length > changesAtMost
            ? [`• ${changed.changes.length - changesAtMost} more alarms are in ALARM`]
            : []),
        ],
        todo: `The card shows it now. ${capital(verbs[action])} anyway, or roll back on the card.`,
      };
    case "over":
      return words(
        `it is over: ${plain(changed.now)}`,
        `*Why:* it is over: ${mrkdwn(changed.now)}.`,
        "Nothing here; the card shows how it went.",
      );
  }
}

/** What a private message has room for; the rest is counted. */
const changesAtMost = 10;

function changeLine(change: Change): string {
  if (change.what !== "alarm") return `• ${changeText(change)}`;
  const when = change.since === undefined ? "" : ` since ${dated(change.since, "minute")}`;
  return `• ${code(change.name, 60)} is in ALARM${when}`;
}

export function notDoneWords(why: NotDone, action: Action, place: string, aws: string): Told {
  const todo = {
    denied: "Whoever runs Holdpoint has to give its role this permission. In an emergency act in AWS itself.",
    throttled: "Ask again in a minute.",
    unsupported: "Act in AWS itself; the card will show it.",
    invalid: "Look at the card again. If it still offers this, tell whoever runs Holdpoint.",
    "not-sent": "Ask again: nothing was sent.",
  }[why.cause];
  const cause = {
    denied: `${aws} denied it`,
    throttled: `${aws} gets too many requests`,
    unsupported: `${aws} does not support it here`,
    invalid: `${aws} did not accept the request`,
    "not-sent": "it could not be sent",
  }[why.cause];
  return {
    plain: `Your request to ${verbs[action]} was not carried out: ${cause}. Nothing has changed at AWS.`,
    lines: [
      `🚫 *Your ${quoted(action)} was not done* for ${place}. Nothing has changed at AWS.`,
      `*Why:* ${cause}.${quote(why.message)}`,
    ],
    todo,
  };
}
