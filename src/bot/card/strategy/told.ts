/** The result of reading or saving a strategy, for the person who asked. */

import type { KnownBlock } from "@slack/types";
import { type Decision, isLive } from "../../../handlers/decision.ts";
import { remedyFor } from "../../../handlers/denied.ts";
import { currentOf, type StrategyNow, type StrategySaved } from "../../../handlers/strategy/edit.ts";
import type { RolloutSettings, StrategyRef } from "../../../handlers/strategy/strategy.ts";
import { actionsBlock, type Message, plainText } from "../parts/blocks.ts";
import { code, dated } from "../parts/phrase.ts";
import { defaultSlash } from "../parts/slash.ts";
import { people } from "../parts/words.ts";
import { privately } from "../private/private.ts";
import { describeNotDone, type PrivateText, saidAtMost } from "../private/refusal.ts";
import { describePredefined, describeRefused, type Spoken, spokenPlace } from "./refusal.ts";
import { printStrategyValue } from "./value.ts";
import { foundWords } from "./words.ts";

/** True if this reply replaces the preview and its buttons, because pressing Save again is of no use. */
export function isOver(saved: StrategySaved): boolean {
  return (
    saved.kind === "saved" ||
    saved.kind === "changed" ||
    saved.kind === "missing" ||
    saved.kind === "predefined" ||
    saved.kind === "rejected" ||
    (saved.kind === "decided" && saved.now.kind !== "unknown" && !isUnsettled(saved.winner, saved.now))
  );
}

/** Pressing Save again later shows whether the edit arrived, and sends it if it certainly did not. */
function isUnsettled({ state }: Decision, now: StrategyNow): boolean {
  return now.kind !== "as-asked" && isLive(state) && state !== "refused";
}

/** `proposed`: the typed values, offered again if the edit has to start over. */
export function tellSaved(saved: StrategySaved, spoken: Spoken, proposed: RolloutSettings): Message {
  const name = currentOf(saved)?.name;
  const told = describeSaved(saved, name === undefined ? spoken : { ...spoken, name });
  return privately(told, isAnew(saved) ? againBlocks(spoken.ref, proposed) : []);
}

/** True if the edit can be started over, because nobody decided against it. */
function isAnew(saved: StrategySaved): boolean {
  if (saved.kind === "refused")
    return (
      (saved.why.rule === "aws-not-readable" && remedyFor(saved.why.why) === undefined) ||
      saved.why.rule === "lookup-failed"
    );
  return saved.kind === "changed" || saved.kind === "rejected";
}

/** The button that opens the form with these values again, so that nobody has to retype them. */
export function againBlocks(ref: StrategyRef, proposed: RolloutSettings): readonly KnownBlock[] {
  return [
    actionsBlock("strategy", [
      {
        type: "button",
        action_id: "strategy.again",
        text: plainText("Edit again", 75),
        value: printStrategyValue({ kind: "again", ref, proposed }),
        accessibility_label: "Edit the proposed values again",
      },
    ]),
  ];
}

export function describeSaved(saved: StrategySaved, spoken: Spoken): PrivateText {
  const { title } = spoken;
  const place = spokenPlace(spoken);
  switch (saved.kind) {
    case "saved":
      return describeDone(saved.now, title, place, spoken.slash);
    case "unclear":
      return {
        plain: `It is not known whether ${title} received your edit.`,
        lines: [
          `❓ *It is not known whether ${title} received your edit* of ${place}.`,
          ...nowLines(saved.now, title),
          "Holdpoint does not send it again on its own.",
        ],
        ...todoAfter(saved.now, spoken.slash),
      };
    case "decided": {
      const { winner, now } = saved;
      const when = winner.sentAt ?? winner.claimedAt;
      const unsettled = isUnsettled(winner, now);
      const before = unsettled
        ? "Save was already pressed on this preview."
        : "This preview was already saved.";
      return {
        plain: `${before} Nothing was sent a second time.`,
        lines: [
          `ℹ️ *${before}* Nothing was sent a second time.`,
          `${people(winner.by)} asked ${title} to change ${place}${when === undefined ? "" : ` at ${dated(when, "second")}`}.${stateWords[winner.state] ?? ""}`,
          ...nowLines(now, title),
        ],
        ...(unsettled
          ? { todo: "Press Save again in a minute to find out whether it arrived." }
          : todoAfter(now, spoken.slash)),
      };
    }
    case "changed":
      return {
        plain: `Your edit was not saved: somebody changed the strategy since you opened the form.`,
        lines: [
          `🚫 *Your edit of* ${place} *was not saved:* somebody changed it since you opened the form: ${foundWords(saved.current.pace, saved.fields)}.`,
        ],
        todo: "Edit it again: the form shows the current values beside yours.",
      };
    case "predefined":
      return describePredefined(place, spoken.slash);
    case "missing":
      return {
        plain: `${title} has no such strategy. Nothing was saved.`,
        lines: [`🚫 *${title} has no strategy* ${place}. Nothing was saved.`],
        todo: `${code(`${spoken.slash ?? defaultSlash} strategy list`)} shows all of them.`,
      };
    case "busy":
      return {
        plain: "Another edit of this strategy is under way. Your edit was not sent.",
        lines: [`🚫 *Another edit of* ${place} *is under way.* Your edit was not sent.`],
        todo: "Press Save again in a few seconds. If the other edit changed the strategy, you are told what.",
      };
    case "not-arrived":
      return {
        plain: `Your edit did not reach ${title}. Nothing changed.`,
        lines: [`↩️ *Your edit did not reach ${title}.* ${title} still shows the old values of ${place}.`],
        todo: "Press Save again.",
      };
    case "rejected":
      return {
        plain: `${title} rejected your edit. The strategy is unchanged.`,
        lines: [`⚠️ *${title} rejected your edit* of ${place}: ${code(saved.message, saidAtMost)}`],
        todo: "Edit it again, or change it in AWS itself.",
      };
    case "not-done":
      return {
        ...describeNotDone(saved.why, "edit-strategy", place, title),
        todo: remedyFor(saved.why.message) ?? todoNotDone,
      };
    case "refused":
      return describeRefused(saved.why, spoken, saved.channel);
  }
}

const todoNotDone = "Press Save again. If it keeps failing, Holdpoint's log has the cause.";

/** The progress of the earlier edit. */
const stateWords: Readonly<Partial<Record<string, string>>> = {
  accepted: " AWS accepted it.",
  confirmed: " AWS confirmed it.",
  refused: " AWS rejected it.",
  unclear: " It is not known whether AWS received it.",
  sent: " It is not known whether AWS received it.",
  claimed: " Nothing was sent yet.",
};

function describeDone(now: StrategyNow, title: string, place: string, slash = defaultSlash): PrivateText {
  if (now.kind === "as-asked") {
    return {
      plain: `Saved and confirmed: ${title} shows the new values. New deployments use them.`,
      lines: [`✅ *Saved and confirmed.* ${title} shows the new values of ${place}.`, newOnes],
    };
  }
  return {
    plain: `${title} accepted your edit and has not confirmed it yet.`,
    lines: [
      `📨 *${title} accepted your edit* of ${place} and has not confirmed it yet.`,
      ...nowLines(now, title),
    ],
    ...todoAfter(now, slash),
  };
}

const newOnes = "New deployments use them. A running one most likely keeps its own.";

function nowLines(now: StrategyNow, title: string): readonly string[] {
  switch (now.kind) {
    case "as-asked":
      return [`${title} shows the proposed values now.`];
    case "otherwise":
      return [
        `${title} shows other values than the proposed ones: ${foundWords(now.current.pace, now.fields)}.`,
      ];
    case "unknown":
      return [`${title} could not be read: ${code(now.why, 120)}.`];
  }
}

function todoAfter(now: StrategyNow, slash = defaultSlash): Pick<PrivateText, "todo"> {
  if (now.kind === "as-asked") return {};
  return { todo: `Look again in a minute with ${code(`${slash} strategy show`)} before you edit again.` };
}

/** For a button whose values were not shown to anybody. */
export function strangeStrategyButton(slash = defaultSlash) {
  return privately({
    plain: "This button is from another version of Holdpoint, or was changed. Nothing was sent.",
    lines: ["🚫 *This button is from another version of Holdpoint*, or was changed. Nothing was sent."],
    todo: `Start again with ${code(`${slash} strategy edit <name>`, 60)}.`,
  });
}
