import type { Action } from "../handlers/deployment.ts";
import { presentOffers } from "../handlers/offers.ts";
import type { Picture } from "../handlers/picture.ts";
import { type ActiveEntry, type Store, StoreError } from "../handlers/store.ts";
import { type Askable, askablesOf, candidateOf, isOnePlace, votesOf } from "./candidates.ts";
import type { Message } from "./card/blocks.ts";
import { drawChoice, drawHelp, drawUsage } from "./card/command.ts";
import { drawList } from "./card/list.ts";
import { tellWithdrawn } from "./card/private.ts";
import { type Choice, printChoice } from "./choice.ts";
import type { Command } from "./parse-command.ts";
import { resolveTarget } from "./resolve-target.ts";
import { type Read, storeAwayWords } from "./show.ts";

/** Either what is to be done, or what to say instead: an answer, or the question which one is meant. */
export type Plan =
  | { readonly kind: "do"; readonly choice: Choice }
  | { readonly kind: "say"; readonly message: Message };

export type MakePlan = (command: Command, user: string) => Promise<Plan>;

type Named = Extract<Command, { readonly name: string }>;

/** Finds out what a command means. A name that only resembles one is asked back, never acted on. */
export function createPlan({
  store,
  read,
  workspaceUrl,
}: {
  readonly store: Pick<Store, "active">;
  readonly read: Read;
  readonly workspaceUrl: () => string | undefined;
}): MakePlan {
  async function planNamed(command: Named, user: string): Promise<Plan> {
    const entries = await store.active();
    const found = resolveTarget(command.name, entries);
    if (found.kind === "none") {
      return say(drawUsage({ kind: "unknown-target", target: command.name, meant: [] }));
    }
    const isClear = found.kind === "exact" && isOnePlace(found.entries);
    if (command.kind === "show") return planShow(found.entries);
    const pictures = (await Promise.all(found.entries.map(read))).filter((it) => it !== undefined);
    return command.kind === "ask"
      ? planAsk(command, pictures, isClear)
      : planWithdraw(pictures, user, isClear);
  }

  /** A slip of a verb, or a name where a verb should stand. */
  async function planNonsense({ said, rest, near }: Extract<Command, { readonly kind: "nonsense" }>) {
    const named =
      near === undefined && resolveTarget(said, await store.active()).kind === "exact"
        ? `show ${said}`
        : undefined;
    const meant = near === undefined ? named : `${near} ${rest}`.trim();
    return say(drawUsage({ kind: "unknown-verb", verb: said, ...(meant === undefined ? {} : { meant }) }));
  }

  return async (command, user) => {
    try {
      switch (command.kind) {
        case "help":
          return say(drawHelp());
        case "nonsense":
          return await planNonsense(command);
        case "no-name":
          return say(drawUsage({ kind: "no-target", verb: command.verb }));
        case "list":
          return say(drawList(await store.active(), Date.now(), workspaceUrl()));
        case "show":
        case "withdraw":
        case "ask":
          return await planNamed(command, user);
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return say(storeAwayWords());
    }
  };
}

function planShow(entries: readonly ActiveEntry[]): Plan {
  const [first, second] = entries;
  if (first !== undefined && second === undefined) return act({ kind: "show", key: first.key });
  return say(drawChoice("show", entries.map(showCandidate)));
}

function planWithdraw(pictures: readonly Picture[], user: string, isClear: boolean): Plan {
  const votes = pictures.flatMap((picture) => votesOf(picture, user));
  const [first, second] = votes;
  if (first === undefined) {
    const [picture] = pictures;
    const none = {
      kind: "none" as const,
      ...(picture === undefined ? {} : { deployment: picture.deployment }),
    };
    const named = picture === undefined ? {} : { accountName: picture.accountName };
    return say(tellWithdrawn(none, { action: "continue", user, ...named }));
  }
  if (isClear && second === undefined) return act({ kind: "withdraw", value: first.value });
  const candidates = votes.map((vote) => candidateOf(vote, { kind: "withdraw", value: vote.value }));
  return say(drawChoice("withdraw", candidates));
}

function planAsk(
  { action, name, reason }: Extract<Command, { readonly kind: "ask" }>,
  pictures: readonly Picture[],
  isClear: boolean,
): Plan {
  const askables = pictures.flatMap((picture) => askablesOf(picture, action));
  const [first, second] = askables;
  if (first === undefined) {
    const offered = [...new Set(pictures.flatMap(offeredBy))];
    return say(drawUsage({ kind: "not-offered", action, target: name, offered }));
  }
  const choiceOf = ({ value }: Askable): Choice =>
    reason === undefined ? { kind: "ask", value } : { kind: "ask", value, reason };
  if (isClear && second === undefined) return act(choiceOf(first));
  return say(
    drawChoice(
      action,
      askables.map((it) => candidateOf(it, choiceOf(it))),
    ),
  );
}

function showCandidate({ target, qualifiedTarget = target, accountName, ref, key }: ActiveEntry) {
  return {
    target: qualifiedTarget,
    accountName,
    region: ref.region,
    value: printChoice({ kind: "show", key }),
  };
}

function offeredBy({ deployment, view, route }: Picture): readonly Action[] {
  return presentOffers(deployment, view.decisions, view.votes, route.policy).map(({ offer }) => offer.action);
}

function act(choice: Choice): Plan {
  return { kind: "do", choice };
}

function say(message: Message): Plan {
  return { kind: "say", message };
}
