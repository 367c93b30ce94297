import type { ListablePlace, ReadKnownTargets } from "../../handlers/names/known-targets.ts";
import { nearest } from "../../handlers/names/similar.ts";
import { labelOf, targetOf } from "../../handlers/names/targets.ts";
import type { Person } from "../../handlers/policy.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import { type Store, StoreError } from "../../handlers/store/store.ts";
import type { Wording } from "../../handlers/words.ts";
import type { LoadPicture } from "../card/parts/picture.ts";
import { type ChoiceContext, drawHelp, drawUsage } from "../card/private/command.ts";
import { drawList, type ListedEntry } from "../card/private/list.ts";
import { describeStoreAway } from "../card/private/without-answer.ts";
import { filterAsync, type Sight, type SightOf } from "../slack/sight.ts";
import { type Meant, type Plan, planAsk, planShow, planWithdraw, say } from "./meaning.ts";
import { narrowed } from "./narrow.ts";
import { type Named, parseCommand, verbs } from "./parse-command.ts";
import { existingIn, knownOf, type World } from "./resolve-target.ts";
import { understand } from "./understand.ts";
import { unknownVerb } from "./unknown-verb.ts";
import { mayMeanAnother } from "./unlisted-places.ts";

interface Typed {
  readonly text: string;
  readonly person: Person;
  /** The command as Slack sent it: a workspace may have renamed it. */
  readonly slash: string;
}

export type Interpret = (typed: Typed) => Promise<Plan>;

interface Known extends World {
  readonly places: readonly string[];
  readonly unlisted: NonNullable<ChoiceContext["unlisted"]>;
  readonly unlistedPlaces: readonly ListablePlace[];
  /** The number of deployments hidden from this person. */
  readonly hidden: number;
}

/** Works out what a command means. Anything not fully understood is asked back, never acted on. */
export function createInterpreter({
  store,
  knownTargets,
  read,
  sightOf,
  workspaceUrl,
  wording,
}: {
  readonly store: Pick<Store, "active">;
  readonly knownTargets: ReadKnownTargets;
  readonly read: LoadPicture;
  readonly sightOf: SightOf;
  readonly workspaceUrl: () => string | undefined;
  readonly wording: Wording;
}): Interpret {
  /**
   * Everything that exists for this person. Deployments that they may not see don't exist for them, and are only
   * counted.
   */
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
    const holdsRequest = understood.holdsRequest === true;
    const unknown = understood.fitting.length === 0 ? understood.words.name : undefined;
    if (command.kind === "show") return planShow(meant, world, { leftover, saysWhen, unknown, slash });
    const known = existingIn(world);
    const read1 = async ({ entry, reason }: Meant) => {
      const picture = await read(entry);
      // Label the choices among the same targets that the command was matched against.
      return { reason, picture: picture && { ...picture, label: labelOf(targetOf(entry), known) } };
    };
    const pictures = (await Promise.all(meant.map(read1))).flatMap(({ picture, reason }) =>
      picture === undefined ? [] : [{ picture, ...(reason === undefined ? {} : { reason }) }],
    );
    const { words, isDryRun } = understood;
    // A dry run sends nothing, so it need not be certain.
    const isCertain =
      isDryRun ||
      meant.every(({ entry }) => !world.unlistedPlaces.some((it) => mayMeanAnother(words, entry, it)));
    const context = {
      slash,
      unknown,
      leftover,
      saysWhen,
      holdsRequest,
      ...(isCertain ? {} : { unlisted: world.unlisted }),
    };
    const isClear = understood.isClear && isCertain;
    return command.kind === "ask"
      ? planAsk(command, { ...understood, isClear }, pictures, context, known)
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
      return say(describeStoreAway());
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

/** The verb that another word means. */
function meantBy(word: string): (typeof verbs)[number] | undefined {
  const parsed = parseCommand(`${word} x`);
  if (parsed.kind === "ask") return parsed.action;
  return verbs.find((verb) => verb === parsed.kind);
}
