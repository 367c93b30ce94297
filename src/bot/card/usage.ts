/** What `/deploy` says about itself, and about input that it does not understand. */

import type { Action } from "../../handlers/deployment.ts";
import type { Rule } from "../../handlers/policy.ts";
import type { Message } from "./blocks.ts";
import { context, section } from "./blocks.ts";
import { code, fallback } from "./phrase.ts";
import { privately } from "./private.ts";
import { approversOf, jointOf, verbs, verbWith } from "./words.ts";

/** `here` is the policy of the channel in which it was asked, where one applies. */
export function drawHelp(here?: {
  readonly policyName: string;
  readonly approvers: Rule["approvers"];
}): Message {
  const look = [
    ["list", "what waits and what runs"],
    ["show checkout-api", "one deployment in detail"],
    ["strategy list", "the deployment strategies of AppConfig"],
    ["strategy show linear-20", "one of them, with its curve"],
  ] as const;
  const act = [
    ["continue checkout-api", "lets it go on"],
    ["rollback checkout-api the reason", "takes it back"],
    ["cancel checkout-api the reason", "stops it"],
    ["terminate-old checkout-api", "ends the old version that is kept for a quick way back"],
    ["revert checkout-api the reason", "takes back what AppConfig finished within 72 hours"],
    ["withdraw checkout-api", "takes your vote back"],
    ["strategy edit linear-20", "changes a strategy, after a preview"],
  ] as const;
  const line = ([words, what]: readonly [string, string]): string =>
    `${code(`/deploy ${words}`, 60)} ${what}`;
  const policy =
    here === undefined
      ? undefined
      : `In this channel: policy ${code(here.policyName)}, answers come from ${approversOf(here.approvers)}`;
  return {
    text: fallback(
      "What /deploy can do: list, show and strategy show only read; continue, rollback, cancel, terminate-old, revert, withdraw and strategy edit follow the same rules as the buttons.",
    ),
    blocks: [
      section("*Look* (only you see the answer)", ...look.map(line)),
      section("*Act* (same rules as the buttons)", ...act.map(line)),
      section("If several deployments fit a name, you are asked which one. Nothing is sent before that."),
      context("Only you see this", policy),
    ],
  };
}

/** Why a command could not be carried out before anything was asked. */
export type UsageProblem =
  | { readonly kind: "unknown-verb"; readonly verb: string; readonly meant?: string }
  | { readonly kind: "no-target"; readonly verb: string }
  | { readonly kind: "unknown-target"; readonly target: string; readonly meant: readonly string[] }
  | {
      readonly kind: "not-offered";
      readonly action: Action;
      readonly target: string;
      readonly offered: readonly Action[];
    }
  | { readonly kind: "too-long" };

export function drawUsage(problem: UsageProblem): Message {
  const help = `Everything that it can do: ${code("/deploy help")}.`;
  switch (problem.kind) {
    case "unknown-verb": {
      const meant =
        problem.meant === undefined ? "" : ` Did you mean ${code(`/deploy ${problem.meant}`, 60)}?`;
      return privately({
        plain: "Holdpoint does not know this command. Nothing was sent to AWS.",
        lines: [`🚫 *Holdpoint does not know* ${code(problem.verb, 40)}. Nothing was sent to AWS.`],
        todo: `${meant} ${help}`.trim(),
      });
    }
    case "no-target":
      return privately({
        plain: "The name of the deployment is missing. Nothing was sent to AWS.",
        lines: [
          `🚫 *Which deployment?* ${code(`/deploy ${problem.verb}`, 40)} needs a name. Nothing was sent to AWS.`,
        ],
        todo: `Write it behind the verb: ${code(`/deploy ${problem.verb} checkout-api`, 60)}. The names are in ${code("/deploy list")}.`,
      });
    case "unknown-target": {
      const meant = problem.meant.slice(0, 5).map((target) => code(target, 60));
      return privately({
        plain: "Nothing of this name waits or runs. Nothing was sent to AWS.",
        lines: [
          `🚫 *Nothing waits or runs* by the name of ${code(problem.target, 60)}. Nothing was sent to AWS.`,
        ],
        todo: `${meant.length === 0 ? "" : `Did you mean ${meant.join(" or ")}? `}The names are in ${code("/deploy list")}.`,
      });
    }
    case "not-offered": {
      const offered = problem.offered.map((action) => verbs[action]);
      return privately({
        plain: `It is not possible to ${verbWith(problem.action, "this")} now. Nothing was sent to AWS.`,
        lines: [
          `🚫 *Nobody can ${verbs[problem.action]}*${jointOf(problem.action)} ${code(problem.target, 60)} now. Nothing was sent to AWS.`,
        ],
        todo:
          offered.length === 0
            ? "Nothing can be asked of it now; its card says why."
            : `What can be asked for: ${offered.join(", ")}.`,
      });
    }
    case "too-long":
      return privately({
        plain: "This command is too long. Nothing was sent to AWS.",
        lines: ["🚫 *This command is too long.* Nothing was sent to AWS."],
        todo: help,
      });
  }
}
