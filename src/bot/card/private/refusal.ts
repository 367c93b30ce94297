/** Why nothing was sent to AWS, and what to do now. Every refusal has a text. */

import { type Change, changeText } from "../../../handlers/answer/worse.ts";
import type { NotDone, Refusal, Stale } from "../../../handlers/decision.ts";
import { remedyFor } from "../../../handlers/denied.ts";
import type { RuleName } from "../../../handlers/deployment.ts";
import { code, dated, mrkdwn, name, plain } from "../parts/phrase.ts";
import { defaultSlash } from "../parts/slash.ts";
import {
  andNotKnown,
  approversOf,
  capital,
  count,
  jointOf,
  notKnownWhether,
  people,
  requestNames,
  verbs,
} from "../parts/words.ts";

/** A private message before it is rendered: what happened to what, and what to do now. */
export interface PrivateText {
  /** The whole message as one sentence without markup. */
  readonly plain: string;
  readonly lines: readonly string[];
  readonly todo?: string | undefined;
}

const tryAgain = "Try again in a minute.";
/** Slack errors that persist until an operator fixes the app or its token. */
const staysDenied =
  /missing_scope|not_allowed_token_type|no_permission|invalid_auth|token_revoked|account_inactive/;

function afterLookUp(what: string): string {
  return staysDenied.test(what)
    ? "An operator of Holdpoint has to fix its Slack app; Holdpoint's log names what is missing."
    : `${tryAgain} If it keeps failing, tell an operator of Holdpoint.`;
}

const emergency = "In an emergency, act in AWS itself; the card will show it.";

export function describeRefusal(why: Refusal, action: RuleName, place: string): PrivateText {
  const verb = verbs[action];
  const verbHere = `${verb}${jointOf(action)} ${place}`;
  const forbidden = (plainWhy: string, line: string, todo?: string): PrivateText => ({
    plain: `You can't ${verb}${jointOf(action)} ${plainly(place)}: ${plainWhy}. Nothing was sent.`,
    lines: [`⛔ ${line} Nothing was sent.`],
    todo,
  });
  const notSent = (cause: string, todo: string): PrivateText =>
    describeNotSent(action, place, plainly(cause), cause, todo);
  switch (why.rule) {
    case "other-workspace":
      return forbidden(
        "you belong to another workspace, or Slack did not confirm yours",
        `*Only members of this workspace* can ${verbHere}.`,
        "You belong to another workspace, or Slack did not confirm yours.",
      );
    case "not-an-approver": {
      const who =
        why.approvers === "channel-members" ? "members of this channel" : approversOf(why.approvers);
      return forbidden(
        "you are not one of its approvers",
        `*Only ${who}* can ${verbHere} (policy ${code(why.policy)}).`,
        why.maybeNew === true ? "Somebody who has just been added may have to wait a minute." : undefined,
      );
    }
    case "no-rule":
      return forbidden(
        "its policy has no rule for that",
        `*Nobody* can ${verbHere}: policy ${code(why.policy)} has no rule for it.`,
        `Whoever runs Holdpoint can add ${code(why.action)} to the policy.`,
      );
    case "reason-required":
      return notSent(
        `policy ${code(why.policy)} requires a reason`,
        `Use the button on the card, or add ${code("because ...")} to the command.`,
      );
    case "lookup-failed":
      return notSent(
        `Holdpoint could not check in Slack whether you may ${verb} (${code(why.what)})`,
        `${why.voteKept === true ? "Your vote is kept. " : ""}${afterLookUp(why.what)}`,
      );
    case "voters-unknown":
      return describeNotSent(
        action,
        place,
        `${why.votes} of ${why.need} votes${andNotKnown(why.voters.length)}`,
        `${why.votes} of ${why.need} votes; ${notKnownWhether(people(why.voters), `: ${code(why.what, 100)}`)}`,
        `All votes are kept, yours too. ${afterLookUp(why.what)}`,
      );
    case "no-route":
      return notSent(
        "no route in the configuration covers it any more",
        "Act in AWS itself, or ask whoever runs Holdpoint for a route.",
      );
    case "evidence-unknown":
      return notSent(
        `AWS did not return ${why.unknown.map((fact) => code(fact)).join(", ") || "what this is about"}`,
        "Wait until the card shows it, or look in AWS.",
      );
    case "aws-not-readable":
      return {
        ...notSent("AWS could not be read", `${remedyFor(why.why) ?? tryAgain} ${emergency}`),
        lines: [notSentLine(action, place, `AWS could not be read (${code(why.why, saidAtMost)})`)],
      };
    case "slow-lookup":
      return notSent(`Slack did not answer in time whether you may ${verb}`, tryAgain);
    case "store-down":
      return notSent(
        "Redis is unavailable, and without it two people could answer at once",
        `${tryAgain} ${emergency}`,
      );
    case "store-lost-answer":
      return {
        plain: `It is not known whether your request to ${verb} was recorded: Redis did not reply. The card will show it.`,
        lines: [
          `❓ *It is not known whether your ${requestNames[action]} was recorded* for ${place}: Redis did not reply.`,
        ],
        todo: "Nothing was sent to AWS so far. Within two minutes the card shows whether your request counts.",
      };
    case "store-emptied": {
      const seconds = Math.max(5, Math.ceil(why.ms / 1_000));
      return notSent(
        "Redis lost its data, and an earlier request may still be on its way to AWS",
        `Earlier votes no longer count. Press again in ${count(seconds, "second")}.`,
      );
    }
    case "withdrawn":
      return notSent("your vote was taken back before it could go out", "Ask again if you still want it.");
    case "restarting":
      return notSent("Holdpoint is restarting", tryAgain);
    case "newer-version":
      return notSent("a newer version of Holdpoint is being rolled out", tryAgain);
  }
}

export function describeStale(
  changed: Stale,
  action: RuleName,
  place: string,
  slash = defaultSlash,
): PrivateText {
  const notSent = (cause: string, todo: string): PrivateText =>
    describeNotSent(action, place, plainly(cause), cause, todo);
  switch (changed.what) {
    case "unknown-deployment":
      return notSent(
        "Holdpoint no longer knows this deployment",
        `${code(`${slash} list`)} shows what waits and runs.`,
      );
    case "wrong-message":
      return notSent(
        "this button belongs to another message",
        "Use the card itself. A copied button does nothing.",
      );
    case "not-recorded-yet":
      return notSent("this message is still being recorded", "Try again in a moment.");
    case "opposed":
      return describeNotSent(
        action,
        place,
        "somebody asked to end the deployment first",
        `${people(changed.by)} asked to end the deployment before yours went out`,
        "The card shows how that ends.",
      );
    case "not-offered":
      return describeNotSent(
        action,
        place,
        `this is not possible now: ${plain(changed.now)}`,
        `this is not possible now: ${mrkdwn(changed.now)}`,
        "The card shows what is possible.",
      );
    case "evidence": {
      const facts = changed.changed.map((fact) => code(fact)).join(", ");
      const which = facts === "" ? "" : ` (${facts})`;
      return describeNotSent(
        action,
        place,
        "what you saw has changed since",
        `what you saw has changed since${which}`,
        "The card shows the current state. Press again if you still want it.",
      );
    }
    case "approvals": {
      const { before, now } = changed;
      const needed = `${count(now, "vote")} ${now === 1 ? "is" : "are"} needed now, not ${before}`;
      return notSent(
        `the policy has changed: ${needed}`,
        "Votes cast before no longer count. Press again on the card if you still want it.",
      );
    }
    case "worse": {
      const alarms = changed.changes.flatMap((change) => (change.what === "alarm" ? [change.name] : []));
      return {
        plain: `Not sent. It is worse than the card showed: ${changed.changes.map((change) => plainChange(change, alarms)).join("; ")}. ${capital(verbs[action])} anyway?`,
        lines: [
          `🚫 *Not sent.* ${place} is worse than its card showed: ${[
            ...changed.changes.slice(0, changesAtMost).map((change) => describeChange(change, alarms)),
            ...(changed.changes.length > changesAtMost
              ? [`${changed.changes.length - changesAtMost} more alarms are in ALARM`]
              : []),
          ].join("; ")}.`,
        ],
        todo: `The card shows it now. ${capital(verbs[action])} anyway, or roll back on the card.`,
      };
    }
    case "over":
      return describeNotSent(
        action,
        place,
        `it is over: ${plain(changed.now)}`,
        `it is over: ${mrkdwn(changed.now)}`,
        "The card shows how it went.",
      );
  }
}

/** The most changes listed in a private message; the rest is counted. */
const changesAtMost = 10;
/** The longest AWS message shown in one line. */
export const saidAtMost = 300;

const alarmAtMost = 60;

function describeChange(change: Change, alarms: readonly string[]): string {
  if (change.what !== "alarm") return changeText(change);
  const when = change.since === undefined ? "" : ` since ${dated(change.since, "minute")}`;
  return `${code(change.name, alarmAtMost, alarms)} is in ALARM${when}`;
}

function plainChange(change: Change, alarms: readonly string[]): string {
  return changeText(
    change.what === "alarm" ? { ...change, name: name(change.name, alarmAtMost, alarms) } : change,
  );
}

/** `cause` is a clause: "Holdpoint is restarting". */
function describeNotSent(
  action: RuleName,
  place: string,
  plainCause: string,
  cause: string,
  todo: string,
): PrivateText {
  return {
    plain: `Your request to ${verbs[action]}${jointOf(action)} ${plainly(place)} was not sent: ${plainCause}.`,
    lines: [notSentLine(action, place, cause)],
    todo,
  };
}

function notSentLine(action: RuleName, place: string, cause: string): string {
  return `🚫 *Your ${requestNames[action]} was not sent* for ${place}: ${cause}.`;
}

/** The same without markup: names lose their code spans and stay harmless. */
function plainly(text: string): string {
  const bare = text
    .replaceAll("`", "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  return name(bare, 180);
}

export function describeNotDone(why: NotDone, action: RuleName, place: string, aws: string): PrivateText {
  const todo = {
    denied: `${remedyFor(why.message) ?? "Ask whoever runs Holdpoint to give its role this permission."} ${emergency}`,
    throttled: tryAgain,
    unsupported: "Act in AWS itself; the card will show it.",
    invalid: "If the card still offers this, tell whoever runs Holdpoint.",
    "not-sent": "Press again if the card still offers this.",
  }[why.cause];
  const cause = {
    denied: `${aws} denied access`,
    throttled: `${aws} throttled the request`,
    unsupported: `${aws} does not support it here`,
    invalid: `${aws} rejected the request as invalid`,
    "not-sent": "it could not be sent",
  }[why.cause];
  return {
    plain: `Your request to ${verbs[action]}${jointOf(action)} ${plainly(place)} was not ${why.cause === "not-sent" ? "sent" : "carried out"}: ${cause}. Nothing changed in AWS.`,
    lines: [
      `🚫 *${capital(requestNames[action])} was not ${why.cause === "not-sent" ? "sent" : "done"}* for ${place}: ${cause} (${code(why.message, saidAtMost)}).`,
      "Nothing changed in AWS.",
    ],
    todo,
  };
}
