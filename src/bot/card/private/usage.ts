/** The help of `/deploy`, and the replies to input that it does not understand. */

import type { Action } from "../../../handlers/deployment.ts";
import type { Label } from "../../../handlers/names/targets.ts";
import type { Phrase } from "../../../handlers/words.ts";
import type { Message } from "../parts/blocks.ts";
import { context, section } from "../parts/blocks.ts";
import { code, fallback, mrkdwn, plain } from "../parts/phrase.ts";
import { jointOf, placeInCode, verbs, verbWith } from "../parts/words.ts";
import { privately } from "./private.ts";
import { notListed, type Unlisted } from "./unlisted.ts";

const look = [
  ["list", "", "what waits and what runs; `list waiting prod` narrows it"],
  ["show", "checkout-api", "one deployment in detail"],
  ["strategy list", "", "the deployment strategies of AppConfig"],
  ["strategy show", "linear-20", "one of them, with its curve"],
] as const;
const act = [
  ["continue", "checkout-api", "continues what waits"],
  ["rollback", "checkout-api in prod because errors doubled", "rolls it back"],
  ["cancel", "checkout-api because the tag is wrong", "cancels it"],
  ["terminate-old", "checkout-api", "terminates the old version, which is kept for a quick rollback"],
  [
    "revert",
    "shop/production because errors doubled",
    "reverts what AppConfig finished in the last 72 hours",
  ],
  ["withdraw", "checkout-api", "takes your vote back"],
  ["strategy edit", "linear-20", "changes a strategy, after a preview"],
] as const;

/** `topic`: only the lines that begin with this verb. */
export function drawHelp(slash: string, topic?: string): Message {
  const isWanted = ([verb]: readonly [string, string, string]): boolean =>
    topic === undefined || topic === "help" || verb === topic || verb.startsWith(`${topic} `);
  const line = ([verb, rest, what]: readonly [string, string, string]): string =>
    `${code(`${slash} ${verb} ${rest}`.trim(), 80)} ${what}`;
  const looks = look.filter(isWanted).map(line);
  const acts = act.filter(isWanted).map(line);
  const isWithReason = acts.length > 0 && topic !== "withdraw" && topic !== "strategy";
  return {
    text: fallback(
      `What ${slash} can do: list, show and strategy show only read; continue, rollback, cancel, terminate-old, revert, withdraw and strategy edit follow the same rules as the buttons.`,
    ),
    blocks: [
      ...(looks.length === 0 ? [] : [section("*Look* (only you see the answer)", ...looks)]),
      ...(acts.length === 0 ? [] : [section("*Act* (same rules as the buttons)", ...acts)]),
      section(
        isWithReason
          ? `${code("in <place>")} narrows it to a place, ${code("because <reason>")} gives the reason, and ${code("--dry-run")} shows what would be sent and sends nothing.`
          : `${code("in <place>")} narrows it to a place.`,
        "If several deployments fit, or a word is not understood, you are asked first. Nothing is sent before that.",
      ),
    ],
  };
}

/** A card can be pressed, and is listed, a moment after Slack shows it. */
export const ifNew = "If its card is new, try again in a moment.";

/** Why a command could not be carried out, before anything was sent. */
export type UsageProblem =
  | { readonly kind: "unknown-verb"; readonly verb: string; readonly meant?: string }
  | { readonly kind: "no-target"; readonly verb: string }
  | {
      readonly kind: "unknown-target";
      readonly target: string;
      readonly meant: readonly string[];
      /** The places where it was searched for, if any were given. */
      readonly places?: readonly string[];
      /** It looks like an id, and ids are known only of deployments in progress. */
      readonly isId?: true;
    }
  | {
      readonly kind: "not-offered";
      readonly action: Action;
      readonly target: string;
      readonly offered: readonly Action[];
      /** The current state of each deployment of this name. */
      readonly now: readonly Phrase[];
    }
  | { readonly kind: "several-names"; readonly names: readonly string[] }
  | { readonly kind: "unknown-place"; readonly place: string; readonly target: string }
  | {
      readonly kind: "misfit";
      readonly target: string;
      readonly place: string;
      /** Its actual places. */
      readonly at: readonly string[];
    }
  /** It exists, but none of its deployments waits or runs. */
  | { readonly kind: "idle"; readonly target: string; readonly at: readonly Label[] }
  | { readonly kind: "unknown-word"; readonly word: string; readonly near?: string }
  | { readonly kind: "no-dry-run"; readonly verb: string }
  /** Words that exclude a place or a name: "not in prod". */
  | { readonly kind: "negated"; readonly words: string }
  /** Words that postpone it: "tomorrow", "in 5 minutes". `command`: the command without them. */
  | {
      readonly kind: "scheduled";
      readonly when: string;
      readonly command: string;
      readonly takesNoReason?: true;
    }
  | { readonly kind: "several-verbs"; readonly verb: string }
  | { readonly kind: "too-long"; readonly atMost: number; readonly count: number };

/**
 * `leftover`: other words that were not understood. `unlisted`: places where the target may be. `takesNoReason`: the
 * verb takes no reason.
 */
export function drawUsage(
  problem: UsageProblem,
  slash: string,
  {
    leftover,
    unlisted,
    takesNoReason = false,
  }: { readonly leftover?: string; readonly unlisted?: Unlisted; readonly takesNoReason?: boolean } = {},
): Message {
  const takesNone = takesNoReason || (problem.kind === "scheduled" && problem.takesNoReason === true);
  const drawn = drawProblem(problem, slash, takesNone ? "" : ` A reason follows ${code("because")}.`);
  const isByList = ["unknown-target", "unknown-place", "misfit", "idle", "unknown-word"].includes(
    problem.kind,
  );
  const more = [
    ...(leftover === undefined ? [] : [`${code(leftover, 200)} was not understood either.`]),
    ...(unlisted === undefined || !isByList ? [] : [notListed(unlisted, "it may be in one of these")]),
  ];
  return { ...drawn, blocks: [...drawn.blocks, ...more.map((line) => context(line))] };
}

function drawProblem(problem: UsageProblem, slash: string, aboutReasons: string): Message {
  const help = `All commands: ${code(`${slash} help`)}.`;
  switch (problem.kind) {
    case "unknown-verb": {
      const meant =
        problem.meant === undefined ? "" : ` Did you mean ${code(`${slash} ${problem.meant}`, 300)}?`;
      return privately({
        plain: "There is no such command. Nothing was sent to AWS.",
        lines: [`🚫 *There is no command* ${code(problem.verb, 40)}. Nothing was sent to AWS.`],
        todo: `${meant} ${help}`.trim(),
      });
    }
    case "no-target":
      return privately({
        plain: "The name of the deployment is missing. Nothing was sent to AWS.",
        lines: [
          `🚫 *Which deployment?* ${code(`${slash} ${problem.verb}`, 40)} needs a name. Nothing was sent to AWS.`,
        ],
        todo: `Add the name: ${code(`${slash} ${problem.verb} checkout-api`, 60)}. The names are in ${code(`${slash} list`)}.`,
      });
    case "unknown-target": {
      const meant = problem.meant.slice(0, 5).map((target) => code(target, 60));
      const how = problem.isId === true ? "Type the name instead of the id. " : "";
      const places = (problem.places ?? []).map((place) => code(place, 60)).join(", ");
      return privately({
        plain: "Nothing of this name waits or runs. Nothing was sent to AWS.",
        lines: [
          `🚫 *Nothing waits or runs* under the name or id ${code(problem.target, 300)}${places === "" ? "" : ` in ${places}`}. Nothing was sent to AWS.`,
        ],
        todo: `${meant.length === 0 ? "" : `Did you mean ${meant.join(" or ")}? `}${how}${ifNew} The names are in ${code(`${slash} list`)}.`,
      });
    }
    case "not-offered": {
      const offered = problem.offered.map((action) => verbs[action]);
      const { action, now } = problem;
      const because = (text: (phrase: Phrase) => string): string =>
        now.length === 1 ? `: ${now.map(text).join("")}` : "";
      return privately({
        plain: `You can't ${verbWith(action, "this")} now${because(plain)}. Nothing was sent to AWS.`,
        lines: [
          `🚫 *You can't ${verbs[action]}*${jointOf(action)} ${code(problem.target, 60)} now${because((it) => mrkdwn(it))}. Nothing was sent to AWS.`,
        ],
        todo:
          offered.length === 0
            ? `Nothing else can be done now. For details: ${code(`${slash} show ${problem.target}`, 300)}.`
            : `You can ${offered.length < 2 ? offered.join("") : `${offered.slice(0, -1).join(", ")} or ${offered.at(-1)}`}.`,
      });
    }
    case "several-names":
      return privately({
        plain: "A command is about one deployment. Nothing was sent to AWS.",
        lines: [
          `🚫 *One deployment at a time.* This names ${problem.names
            .slice(0, 5)
            .map((name) => code(name, 60))
            .join(", ")}. Nothing was sent to AWS.`,
        ],
        todo: "Type one command for each.",
      });
    case "several-verbs":
      return privately({
        plain: "A command does one thing. Nothing was sent to AWS.",
        lines: [
          `🚫 *One action at a time.* ${code(problem.verb, 40)} is an action too. Nothing was sent to AWS.`,
        ],
        todo: `Type one command for each.${aboutReasons}`,
      });
    case "scheduled":
      return privately({
        plain: "A command can't be scheduled or wait for a condition. Nothing was sent to AWS.",
        lines: [
          `🚫 *A command can't be scheduled or wait for a condition:* ${code(problem.when, 200)}. Nothing was sent to AWS.`,
        ],
        todo: `When it is time, type ${code(`${slash} ${problem.command}`, 200)}.${aboutReasons}`,
      });
    case "negated":
      return privately({
        plain: "A command can't exclude anything. Nothing was sent to AWS.",
        lines: [
          `🚫 *A command can't exclude anything:* ${code(problem.words, 200)}. Nothing was sent to AWS.`,
        ],
        todo: `Name the one deployment that you mean, with its place.${aboutReasons}`,
      });
    case "unknown-place":
      return privately({
        plain: "No account, region, cluster or group has this name. Nothing was sent to AWS.",
        lines: [
          `🚫 *No account, region, cluster or group is called* ${code(problem.place, 60)}. Nothing was sent to AWS for ${code(problem.target, 60)}.`,
        ],
        todo: `The places are in ${code(`${slash} list`)}.${aboutReasons}`,
      });
    case "misfit":
      return privately({
        plain: "It is not in this place. Nothing was sent to AWS.",
        lines: [
          `🚫 ${code(problem.target, 60)} *is not in* ${code(problem.place, 60)}. Nothing was sent to AWS.`,
          `It is in ${problem.at
            .slice(0, 5)
            .map((place) => code(place, 80))
            .join(" and in ")}.`,
        ],
      });
    case "idle":
      return privately({
        plain: "No deployment of it is known to wait or run. Nothing was sent to AWS.",
        lines: [
          `🚫 *No deployment of* ${problem.at
            .slice(0, 5)
            .map((label) => placeInCode({ label }))
            .join(" or ")} *is known to wait or run.* Nothing was sent to AWS.`,
        ],
        todo: `${ifNew} ${code(`${slash} list`)} shows what waits and runs.`,
      });
    case "unknown-word": {
      const near = problem.near === undefined ? "" : ` Did you mean ${code(problem.near, 60)}?`;
      return privately({
        plain: "This list can't be narrowed by that word.",
        lines: [
          `🚫 *No state, system, place or name is called* ${code(problem.word, 60)}.${near}`,
          `${code(`${slash} list`)} takes waiting, running, ended, ecs, codedeploy, appconfig, proton, and every account, region, cluster and name.`,
        ],
      });
    }
    case "no-dry-run":
      return privately({
        plain: "There is no dry run of this. Nothing was done.",
        lines: [`🚫 *There is no dry run of* ${code(problem.verb, 40)}. Nothing was done.`],
      });
    case "too-long":
      return privately({
        plain: `The reason is too long: at most ${problem.atMost} characters. Nothing was sent to AWS.`,
        lines: [
          `🚫 *The reason is too long:* ${problem.count} characters, at most ${problem.atMost}. Nothing was sent to AWS.`,
        ],
        todo: "Shorten the reason and send the command again.",
      });
  }
}
