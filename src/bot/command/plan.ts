import { nowShows } from "../../handlers/answer/now-shows.ts";
import type { Action } from "../../handlers/deployment.ts";
import type { ListablePlace, ReadKnownTargets } from "../../handlers/names/known-targets.ts";
import { identityOf, labelOf, type Target, targetOf } from "../../handlers/names/targets.ts";
import { presentOffers } from "../../handlers/offers.ts";
import type { Person } from "../../handlers/policy.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import { type Store, StoreError } from "../../handlers/store/store.ts";
import type { Wording } from "../../handlers/words.ts";
import type { Message } from "../card/parts/blocks.ts";
import type { Choice } from "../card/parts/choice.ts";
import { nearest } from "../card/parts/near.ts";
import type { Picture, PresentOffer, Read } from "../card/parts/picture.ts";
import {
  type Candidate,
  type ChoiceContext,
  drawChoice,
  drawHelp,
  drawUsage,
} from "../card/private/command.ts";
import { drawList, type ListedEntry } from "../card/private/list.ts";
import { tellWithdrawn } from "../card/private/private.ts";
import { storeAwayWords } from "../card/private/without-answer.ts";
import { filterAsync, type Sight, type SightOf } from "../slack/sight.ts";
import { isCodeDeployId } from "./arn.ts";
import { type Askable, askablesOf, candidateOf, showCandidate, targetIn, votesOf } from "./candidates.ts";
import { narrowed } from "./narrow.ts";
import { type Named, parseCommand, verbs } from "./parse-command.ts";
import { existingIn, knownOf, type World } from "./resolve-target.ts";
import { type Understood, understand } from "./understand.ts";
import { unknownVerb } from "./unknown-verb.ts";
import { mayMeanAnother } from "./unlisted-places.ts";

/** Either what is to be done, or what to say instead: an answer, or the question which one is meant. */
export type Plan =
  | { readonly kind: "do"; readonly choice: Choice }
  | { readonly kind: "say"; readonly message: Message };

export interface Typed {
  readonly text: string;
  readonly person: Person;
  /** The command as Slack sent it: a workspace may have renamed it. */
  readonly slash: string;
}

export type MakePlan = (typed: Typed) => Promise<Plan>;

/** An entry with what was said about it. */
interface Meant {
  readonly entry: ActiveEntry;
  readonly reason?: string;
}

interface Known extends World {
  readonly places: readonly string[];
  readonly unlisted: NonNullable<ChoiceContext["unlisted"]>;
  readonly unlistedPlaces: readonly ListablePlace[];
  /** How many deployments somebody may not hear of. */
  readonly hidden: number;
}

/** Finds out what a command means. What is not wholly understood is asked back, never acted on. */
export function createPlan({
  store,
  knownTargets,
  read,
  sightOf,
  workspaceUrl,
  wording,
}: {
  readonly store: Pick<Store, "active">;
  readonly knownTargets: ReadKnownTargets;
  readonly read: Read;
  readonly sightOf: SightOf;
  readonly workspaceUrl: () => string | undefined;
  readonly wording: Wording;
}): MakePlan {
  /** What exists, as far as this person may hear of it: the rest does not exist for them, and is counted. */
  async function worldFor(sight: Sight): Promise<Known> {
    const [all, known] = await Promise.all([store.active(), knownTargets()]);
    const entries = await filterAsync(all, sight.entry);
    const hidden = all.filter((entry) => entry.state !== "ended" && !entries.includes(entry)).length;
    const seen = await filterAsync(known.unlisted, (it) => sight.place(it));
    const unlisted = { places: seen.map(({ words }) => words), more: known.unlisted.length - seen.length };
    const placed = await filterAsync(known.places, (it) => sight.place(it));
    const places = [...new Set(placed.flatMap(({ names }) => names))];
    const targets = await filterAsync(known.targets, sight.target);
    const unlistedPlaces = known.unlisted.map(({ place }) => place);
    return { ...known, places, entries, targets, unlisted, unlistedPlaces, hidden };
  }

  function listed(entry: ActiveEntry): ListedEntry {
    const { ref, expiry } = entry;
    const then = expiry === undefined ? undefined : wording.expiry(ref.system, expiry).onExpiryShort;
    return { ...entry, ...(then === undefined ? {} : { onExpiry: then }) };
  }

  async function planNamed(command: Named, world: Known, { person, slash }: Typed): Promise<Plan> {
    const understood = understand(command, world);
    if (understood.kind === "problem")
      return say(drawUsage(understood.problem, slash, { ...understood, ...missingIn(world) }));
    const { meant, leftover } = understood;
    const saysWhen = understood.saysWhen === true;
    const unknown = understood.fitting.length === 0 ? understood.words.name : undefined;
    if (command.kind === "show") return planShow(meant, world, { leftover, saysWhen, unknown, slash });
    const known = existingIn(world);
    const read1 = async ({ entry, reason }: Meant) => {
      const picture = await read(entry);
      // Those that are offered side by side are labelled by what the command was judged against.
      return { reason, picture: picture && { ...picture, label: labelOf(targetOf(entry), known) } };
    };
    const pictures = (await Promise.all(meant.map(read1))).flatMap(({ picture, reason }) =>
      picture === undefined ? [] : [{ picture, ...(reason === undefined ? {} : { reason }) }],
    );
    const { words, isDryRun } = understood;
    // A dry run does no harm.
    const isCertain =
      isDryRun ||
      meant.every(({ entry }) => !world.unlistedPlaces.some((it) => mayMeanAnother(words, entry, it)));
    const context = {
      slash,
      unknown,
      leftover,
      saysWhen,
      ...(isCertain ? {} : { unlisted: world.unlisted }),
    };
    const isClear = understood.isClear && isCertain;
    return command.kind === "ask"
      ? planAsk(command, { ...understood, isClear }, pictures, context, existingIn(world))
      : planWithdraw(pictures, person.user, isClear, context);
  }

  async function planList(
    words: readonly string[],
    world: Known,
    sight: Sight,
    slash: string,
  ): Promise<Plan> {
    const found = narrowed(words, world);
    if (found.kind === "unknown")
      return say(drawUsage({ ...found, kind: "unknown-word" }, slash, missingIn(world)));
    const { hidden } = world;
    const where = hidden > 0 && (await sight.isGuest()) ? "channels that you are not in" : "private channels";
    const url = workspaceUrl();
    return say(
      drawList(found.entries.map(listed), Date.now(), {
        ...{ slash, words, hidden: { count: hidden, where }, known: existingIn(world) },
        ...(url === undefined ? {} : { workspaceUrl: url }),
      }),
    );
  }

  return async (typed) => {
    const { text, slash } = typed;
    try {
      const shape = parseCommand(text);
      if (shape.kind === "strategy") return say(drawHelp(slash));
      if (shape.kind === "help") return planHelp(shape.words ?? [], slash);
      if (shape.kind === "no-name") return say(drawUsage({ kind: "no-target", verb: shape.verb }, slash));
      const sight = sightOf(typed.person);
      const world = await worldFor(sight);
      const command = parseCommand(text, knownOf(world));
      switch (command.kind) {
        case "nonsense":
          return say(drawUsage(unknownVerb(command, text, world), slash));
        case "list":
          return await planList(command.words ?? [], world, sight, slash);
        case "show":
        case "withdraw":
        case "ask":
          return await planNamed(command, world, typed);
        case "no-name":
          return say(drawUsage({ kind: "no-target", verb: command.verb }, slash));
        case "help":
        case "strategy":
          return say(drawHelp(slash));
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return say(storeAwayWords());
    }
  };
}

function missingIn({ complete, unlisted }: Known): Pick<ChoiceContext, "unlisted"> {
  return complete ? {} : { unlisted };
}

function planHelp([topic, ...more]: readonly string[], slash: string): Plan {
  if (topic === undefined) return say(drawHelp(slash));
  const parsed = parseCommand([topic, ...more].join(" "));
  const verb =
    parsed.kind === "ask" ? parsed.action : parsed.kind === "no-name" ? meantBy(parsed.verb) : parsed.kind;
  if (verb !== "nonsense" && verb !== undefined && more.length === 0) return say(drawHelp(slash, verb));
  const near = nearest(topic, verbs)[0];
  const meant = near === undefined ? {} : { meant: `help ${near}` };
  return say(drawUsage({ kind: "unknown-verb", verb: [topic, ...more].join(" "), ...meant }, slash));
}

/** The verb that another word stands for. */
function meantBy(word: string): (typeof verbs)[number] | undefined {
  const parsed = parseCommand(`${word} x`);
  if (parsed.kind === "ask") return parsed.action;
  return verbs.find((verb) => verb === parsed.kind);
}

function planShow(meant: readonly Meant[], world: World, context: ChoiceContext): Plan {
  const newest = newestOfEach(meant.map(({ entry }) => entry));
  const [first, second] = newest;
  // What resembles a name is shown, as the card names it. An id does not show whose it is.
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

/** Of several deployments of one target that have ended, the last one is meant. */
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

function planWithdraw(
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

function planAsk(
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
    // What was not read can't be asked for either.
    const readable = pictures
      .flatMap(({ picture }) => offersOf(picture))
      .filter((it) => it.evidence !== undefined);
    const offered = [...new Set(readable.map(({ offer }) => offer.action))];
    // Only something like the name: that it can't be done there says nothing of what was meant.
    if (fitting.length === 0) {
      const meant = [...new Set(pictures.map(({ picture }) => picture.deployment.target))];
      return say(drawUsage({ kind: "unknown-target", target: words.name, meant }, context.slash));
    }
    const now = pictures.map(({ picture }) => nowShows(picture.deployment));
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

/** What is offered wins; where nothing is, the first action tells the person who is late who was first. */
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

function say(message: Message): Plan {
  return { kind: "say", message };
}
