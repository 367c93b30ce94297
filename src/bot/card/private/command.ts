/** The private replies of `/deploy`. */

import type { Button, KnownBlock } from "@slack/types";
import { type Action, type AwsMs, isSameRef } from "../../../handlers/deployment.ts";
import type { Label } from "../../../handlers/names/targets.ts";
import { askable } from "../answers.ts";
import { drawCard } from "../card.ts";
import { type Apart, apartAmong, apartInCode, apartShort, type Labelled } from "../parts/about.ts";
import type { Message } from "../parts/blocks.ts";
import {
  actionsBlock,
  blocksAtMost,
  context,
  identified,
  plainText,
  section,
  sections,
} from "../parts/blocks.ts";
import { cardLink, linked } from "../parts/links.ts";
import { code, cutEnd, dated, factLine, fallback } from "../parts/phrase.ts";
import type { Picture } from "../parts/picture.ts";
import {
  capital,
  count,
  jointOf,
  lowerFirst,
  placeInCode,
  placeOf,
  placeWithin,
  verbs,
} from "../parts/words.ts";
import { enumerated, notListed, type Unlisted } from "./unlisted.ts";
import { ifNew } from "./usage.ts";

export { drawHelp, drawUsage } from "./usage.ts";

const choicesAtMost = 10;

/** The card as it would be rendered now, for one person: without buttons, which only work on the card itself. */
export function drawShow(picture: Picture, workspaceUrl?: string): Message {
  const { deployment, view } = picture;
  const card = drawCard(picture);
  const { channel, ts } = view.board;
  const words = askable(picture).length === 0 ? "To the card" : "To the card, where it can be answered";
  const link =
    channel === undefined || ts === undefined
      ? undefined
      : linked(cardLink({ channel, ts }, workspaceUrl), words);
  const blocks = [
    ...card.blocks.filter((block) => block.type !== "actions"),
    ...(deployment.details.length === 0
      ? []
      : sections(["*All values*", ...deployment.details.map(factLine)])),
  ];
  return {
    text: card.text,
    blocks: [...blocks.slice(0, blocksAtMost - 1), ...(link === undefined ? [] : [context(link)])],
  };
}

/** One deployment or hold that a name may refer to. */
export interface Candidate extends Labelled {
  /** With several holds: "hold 1 of 2, stage ..." */
  readonly hold?: string;
  /** The hold's deadline: two holds of one stage may differ in nothing else. */
  readonly expiresAt?: AwsMs;
  /** The action of this candidate, if the typed word can mean several. */
  readonly verb?: Action;
  /** The action that the person voted for. */
  readonly vote?: Action;
  readonly reason?: string;
  readonly isDryRun?: boolean;
  /** Returned when it is chosen; at most 2000 characters. */
  readonly value: string;
}

/** The reasons for asking back. */
export interface ChoiceContext {
  readonly slash: string;
  /** The name as typed, if nothing has it: the candidates are only similar. */
  readonly unknown?: string | undefined;
  /** Words that were not understood. */
  readonly leftover?: string | undefined;
  /** They contain a time or a condition. */
  readonly saysWhen?: boolean;
  /** The reason contains another request. */
  readonly holdsRequest?: boolean;
  /** Other targets that match, although nothing can be asked of them now. */
  readonly others?: readonly Label[];
  /** Places where more matches may exist. */
  readonly unlisted?: Unlisted;
}

/** Asks once, privately, which one is meant. Nothing is sent before that. */
export function drawChoice(
  verb: ChoiceVerb,
  candidates: readonly Candidate[],
  { slash, unknown, leftover, saysWhen = false, holdsRequest = false, others = [], unlisted }: ChoiceContext,
): Message {
  const shown = candidates.slice(0, choicesAtMost);
  const isOne = candidates.length === 1;
  const apartOf = apartAmong(candidates);
  const places = candidates.map(({ label }) => label.place);
  const texts = shown.map((candidate) => buttonText(verb, candidate, apartOf(candidate), places));
  const isOneVerb = new Set(candidates.map((candidate) => doesOf(verb, candidate))).size === 1;
  const rows = shown.flatMap((candidate, index): KnownBlock[] => {
    const does = isOneVerb ? "" : `${doesOf(verb, candidate)} `;
    return [
      section(`${isOne ? "" : `*${index + 1}.* `}${does}${candidateLine(candidate, apartOf(candidate))}`),
      actionsBlock(`choice-${index}`, [choiceButton(candidate, index, texts)]),
    ];
  });
  const rest = candidates.length > shown.length ? ` The first ${shown.length} of ${candidates.length}:` : "";
  const left = [
    ...(unknown === undefined ? [] : [`Nothing waits or runs under the name or id ${code(unknown, 300)}. `]),
    ...(leftover === undefined
      ? []
      : [`${code(leftover, 200)} was not understood here, so nothing was sent. `]),
  ].join("");
  const why = [
    ...(unknown === undefined ? [] : [ifNew]),
    ...(saysWhen
      ? ["A command can't be scheduled or wait for a condition: what you choose here is done at once."]
      : []),
    ...(holdsRequest
      ? ["A command does one thing: what else the reason asks for is not done. Type one command for each."]
      : []),
    ...(others.length === 0
      ? []
      : [`This name also fits ${enumerated(others.map((label) => candidateLine({ label })))}.`]),
    ...(unlisted === undefined ? [] : [notListed(unlisted, "there may be another one")]),
  ].map((line) => context(line));
  const question = isOne ? "*Did you mean this?*" : questionAmong(verb, candidates);
  return {
    text: fallback(
      isOne
        ? `Did you mean this? ${shown.map(placeOf).join("")}. Nothing was sent yet.`
        : `${plainQuestion(verb, candidates)} Choose the one that you mean; nothing was sent yet.`,
    ),
    blocks: identified(
      [
        section(`${left}${question}${leftover === undefined ? " Nothing was sent yet." : ""}${rest}`),
        ...rows,
        ...why,
        context(
          example(verb, candidates, slash),
          verb === "show" || verb === "withdraw" ? undefined : `A reason follows ${code("because")}`,
        ),
      ],
      "choice",
    ),
  };
}

/** "Cancel or roll back", if these are actions of one deployment. */
function actionsOfOne(candidates: readonly Candidate[]): string | undefined {
  const [first] = candidates;
  const asked = new Set(candidates.flatMap(({ verb }) => verb ?? []));
  const isOfOne =
    first !== undefined &&
    candidates.every(({ ref }) => isSameRef(ref, first.ref)) &&
    asked.size === candidates.length;
  return isOfOne
    ? capital([...asked].map((action) => `${verbs[action]}${jointOf(action)}`).join(" or "))
    : undefined;
}

function questionAmong(verb: ChoiceVerb, candidates: readonly Candidate[]): string {
  const [first] = candidates;
  const actions = actionsOfOne(candidates);
  return actions === undefined || first === undefined
    ? `*${kindsOf(verb, candidates)} fit. Which one do you mean?*`
    : `*${actions}* ${placeInCode(first)}*?*`;
}

function plainQuestion(verb: ChoiceVerb, candidates: readonly Candidate[]): string {
  const [first] = candidates;
  const actions = actionsOfOne(candidates);
  return actions === undefined || first === undefined
    ? `${kindsOf(verb, candidates)} fit.`
    : `${actions} ${placeOf(first)}?`;
}

/** "2 deployments", "2 holds" */
function kindsOf(verb: ChoiceVerb, candidates: readonly Candidate[]): string {
  const { length } = candidates;
  if (verb === "withdraw") return count(length, "vote");
  const isAlone = candidates.every((it) =>
    candidates.every((other) => other === it || !isSameRef(other.ref, it.ref)),
  );
  if (isAlone) return count(length, "deployment");
  const holds = new Set(
    candidates.map(({ ref, hold }) => (hold === undefined ? undefined : `${ref.id} ${hold}`)),
  );
  return holds.size === length && !holds.has(undefined) ? count(length, "hold") : count(length, "choice");
}

/** One of the choices as a typed command, if its words fit no other choice. */
function example(verb: ChoiceVerb, candidates: readonly Candidate[], slash: string): string | undefined {
  const [first] = candidates;
  const names = candidates.map(({ label: { name, place } }) => `${name} in ${place}`);
  const [typed = ""] = names;
  const isTyped = first !== undefined && !/[`␣]/.test(typed);
  if (!isTyped || names.filter((it) => it === typed).length > 1) return undefined;
  return `In words: ${code(`${slash} ${first.verb ?? verb} ${typed}`, 500)}`;
}

type ChoiceVerb = Action | "show" | "withdraw";

function candidateLine(
  { label, hold, expiresAt, reason }: Pick<Candidate, "label" | "hold" | "expiresAt" | "reason">,
  apart?: Apart,
): string {
  return [
    placeInCode({ label }),
    ...(apart === undefined ? [] : [apartInCode(apart)]),
    ...(hold === undefined ? [] : [code(hold, 60)]),
    ...(hold === undefined || expiresAt === undefined ? [] : [`answer by ${dated(expiresAt, "deadline")}`]),
    ...(reason === undefined ? [] : [`reason: ${code(reason, 300)}`]),
  ].join(", ");
}

const choiceVerbs: Readonly<Record<ChoiceVerb, string>> = {
  continue: "Continue",
  rollback: "Roll back",
  cancel: "Cancel",
  "terminate-old": "Terminate old version of",
  revert: "Revert",
  show: "Show",
  withdraw: "Withdraw vote for",
};

function doesOf(typed: ChoiceVerb, { verb, vote }: Candidate): string {
  return vote === undefined ? choiceVerbs[verb ?? typed] : `Withdraw vote to ${verbs[vote]}${jointOf(vote)}`;
}

/** The action and its target. If another button has the same text, the number of its line goes first. */
function choiceButton(candidate: Candidate, index: number, texts: readonly string[]): Button {
  const own = texts[index] ?? "";
  const isShared = texts.filter((text) => text === own).length > 1;
  const why = candidate.reason === undefined ? "" : `, reason: ${candidate.reason}`;
  const whole = isShared ? `${index + 1}. ${own}` : `${own}${why}`;
  return {
    type: "button",
    action_id: `choice.${index}`,
    text: plainText(cutEnd(whole, 75), 75),
    value: candidate.value,
    accessibility_label: cutEnd(whole, 75),
  };
}

function buttonText(
  verb: ChoiceVerb,
  candidate: Candidate,
  apart: Apart | undefined,
  places: readonly string[],
): string {
  const { label, hold, isDryRun = false } = candidate;
  const does = doesOf(verb, candidate);
  const named = isDryRun ? `Dry run: ${lowerFirst(does)}` : does;
  const within = apart === undefined ? hold?.split(",", 1)[0] : apartShort(apart);
  const which = within === undefined ? "" : `, ${within}`;
  // 70 of 75 characters, to leave room for a number in front.
  return `${named} ${placeWithin({ label }, 70 - named.length - which.length, places)}${which}`;
}
