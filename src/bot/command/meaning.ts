/** Turns the words and the deployments that they match into a plan: one action, or a question. Pure. */

import { describeCurrentState } from "../../handlers/answer/current-state.ts";
import type { Action } from "../../handlers/deployment.ts";
import { identityOf, labelOf, type Target, targetOf } from "../../handlers/names/targets.ts";
import { presentOffers } from "../../handlers/offers.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import type { Message } from "../card/parts/blocks.ts";
import type { Choice } from "../card/parts/choice.ts";
import type { Picture, PresentOffer } from "../card/parts/picture.ts";
import { type Candidate, type ChoiceContext, drawChoice, drawUsage } from "../card/private/command.ts";
import { tellWithdrawn } from "../card/private/private.ts";
import { isCodeDeployId } from "./arn.ts";
import { type Askable, askablesOf, candidateOf, showCandidate, targetIn, votesOf } from "./candidates.ts";
import type { Named } from "./parse-command.ts";
import { existingIn, type World } from "./resolve-target.ts";
import type { Understood } from "./understand.ts";

/** Either the action to carry out or the message to send instead: a reply, or a question which deployment is meant. */
export type Plan =
  | { readonly kind: "do"; readonly choice: Choice }
  | { readonly kind: "say"; readonly message: Message };

export interface Meant {
  readonly entry: ActiveEntry;
  readonly reason?: string;
}

export function planShow(meant: readonly Meant[], world: World, context: ChoiceContext): Plan {
  const newest = newestOfEach(meant.map(({ entry }) => entry));
  const [first, second] = newest;
  // A deployment with a similar name is shown at once, because the card names it. A similar CodeDeploy id is asked
  // back: it doesn't show what it belongs to.
  const isTold = context.leftover === undefined && !isCodeDeployId(context.unknown ?? "");
  if (first !== undefined && second === undefined && isTold) return act({ kind: "show", key: first.key });
  return say(
    drawChoice(
      "show",
      newest.map((entry) => showCandidate(entry, existingIn(world))),
      context,
    ),
  );
}

/** Keeps only the newest of a target's ended deployments. */
function newestOfEach(entries: readonly ActiveEntry[]): readonly ActiveEntry[] {
  const kept = new Map<string, ActiveEntry>();
  for (const entry of entries) {
    const place = entry.state === "ended" ? identityOf(targetOf(entry)) : JSON.stringify(entry.key);
    const other = kept.get(place);
    if (other === undefined || (other.endedAt ?? 0) < (entry.endedAt ?? 0)) kept.set(place, entry);
  }
  return [...kept.values()];
}

interface Pictured {
  readonly picture: Picture;
  readonly reason?: string;
}

export function planWithdraw(
  pictures: readonly Pictured[],
  user: string,
  isClear: boolean,
  context: ChoiceContext,
): Plan {
  const { slash } = context;
  const votes = pictures.flatMap(({ picture }) => votesOf(picture, user));
  const [first, second] = votes;
  if (first === undefined) {
    const picture = pictures[0]?.picture;
    const none = {
      kind: "none" as const,
      ...(picture === undefined ? {} : { deployment: picture.deployment }),
    };
    const named = picture === undefined ? {} : { label: picture.label };
    return say(tellWithdrawn(none, { action: "continue", user, slash, ...named }));
  }
  if (isClear && second === undefined) return act({ kind: "withdraw", value: first.value });
  const candidates = votes.map((vote) => candidateOf(vote, { kind: "withdraw", value: vote.value }));
  return say(drawChoice("withdraw", candidates, context));
}

export function planAsk(
  { action, orActions = [] }: Extract<Named, { readonly kind: "ask" }>,
  { isClear, isDryRun, fitting, words }: Extract<Understood, { readonly kind: "understood" }>,
  pictures: readonly Pictured[],
  context: ChoiceContext,
  existing: readonly Target[],
): Plan {
  const asked = pictures.flatMap(({ picture, reason }) =>
    offeredAmong(picture, [action, ...orActions]).map((askable) => ({
      askable,
      choice: choiceOf(askable, reason, isDryRun),
    })),
  );
  const [first, second] = asked;
  if (first === undefined) {
    // An offer whose evidence was not read can't be chosen either.
    const readable = pictures
      .flatMap(({ picture }) => offersOf(picture))
      .filter((it) => it.evidence !== undefined);
    const offered = [...new Set(readable.map(({ offer }) => offer.action))];
    // Only a similar name exists: that the action isn't available there says nothing about the target that was meant.
    if (fitting.length === 0) {
      const meant = [...new Set(pictures.map(({ picture }) => picture.deployment.target))];
      return say(drawUsage({ kind: "unknown-target", target: words.name, meant }, context.slash));
    }
    const now = pictures.map(({ picture }) => describeCurrentState(picture.deployment));
    return say(drawUsage({ kind: "not-offered", action, target: words.name, offered, now }, context.slash));
  }
  if (isClear && second === undefined) return act(first.choice);
  const candidates = asked.map(
    ({ askable, choice }): Candidate => ({
      ...candidateOf(askable, choice),
      ...(choice.reason === undefined ? {} : { reason: choice.reason }),
      ...(isDryRun ? { isDryRun } : {}),
      verb: askable.value.action,
    }),
  );
  const shown = new Set(asked.map(({ askable }) => identityOf(targetIn(askable.picture))));
  const others = fitting
    .filter((target) => !shown.has(identityOf(target)))
    .map((it) => labelOf(it, existing));
  return say(drawChoice(action, candidates, { ...context, others }));
}

type AskChoice = Extract<Choice, { readonly kind: "ask" | "dry-run" }>;

function choiceOf({ value }: Askable, reason: string | undefined, isDryRun: boolean): AskChoice {
  return { kind: isDryRun ? "dry-run" : "ask", value, ...(reason === undefined ? {} : { reason }) };
}

/**
 * The offered actions among `actions`. If there are none and only one action was meant, that one is tried anyway: the
 * claim then shows a late person who was first.
 */
function offeredAmong(picture: Picture, actions: readonly Action[]): readonly Askable[] {
  const present = offersOf(picture).map(({ offer }) => offer.action);
  const [only] = actions;
  const possible = actions.filter((action) => present.includes(action));
  if (possible.length > 0) return possible.flatMap((action) => askablesOf(picture, action));
  return only === undefined || actions.length > 1 ? [] : askablesOf(picture, only);
}

function offersOf({ deployment, view, route }: Picture): readonly PresentOffer[] {
  return presentOffers(deployment, view, route.policy);
}

function act(choice: Choice): Plan {
  return { kind: "do", choice };
}

export function say(message: Message): Plan {
  return { kind: "say", message };
}
