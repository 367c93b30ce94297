import { routeOf } from "../../handlers/answer/request.ts";
import { decisionOfHold, decisionsOf, deploymentDecisions } from "../../handlers/identity.ts";
import type { LabelFor } from "../../handlers/names/labels.ts";
import type { Person, Route } from "../../handlers/policy.ts";
import type { DeploymentKey } from "../../handlers/ports.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import { type Store, StoreError } from "../../handlers/store/store.ts";
import type { View } from "../../handlers/store/view.ts";
import type { Wording } from "../../handlers/words.ts";
import type { Message } from "../card/parts/blocks.ts";
import { inWords, type LoadPicture } from "../card/parts/picture.ts";
import { drawShow } from "../card/private/command.ts";
import { drawUsage } from "../card/private/usage.ts";
import { describeStoreAway, describeStranger } from "../card/private/without-answer.ts";
import type { Audience, Reply } from "../slack/reply.ts";
import type { Workspace } from "../slack/workspace.ts";

export type ShowOne = (key: DeploymentKey, person: Person, audience: Audience) => Promise<void>;

export function createRead({
  store,
  routes,
  accountNames,
  labelFor,
  wording,
}: {
  readonly store: Pick<Store, "view">;
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  readonly labelFor: LabelFor;
  readonly wording: Wording;
}): LoadPicture {
  /**
   * The index of active deployments may be older than the record. Read again if it misses a hold: its decision would be
   * missing, and a hold that was answered since would look open.
   */
  async function viewOf({ key, holdIds }: Pick<ActiveEntry, "key" | "holdIds">): Promise<View> {
    const guessed = [...deploymentDecisions, ...holdIds.map(decisionOfHold)];
    const view = await store.view(key, guessed);
    const all = view.snapshot === undefined ? [] : decisionsOf(view.snapshot);
    return all.every((id) => guessed.includes(id)) ? view : store.view(key, all);
  }

  return async (entry) => {
    const { key } = entry;
    const view = await viewOf(entry);
    const deployment = view.snapshot;
    if (deployment === undefined) return undefined;
    const nobody: Route = {
      match: {},
      channel: view.board.channel ?? "",
      policy: { name: "none", rules: {} },
    };
    const route = routeOf(deployment, view, routes, accountNames) ?? nobody;
    const accountName = accountNames.get(deployment.ref.account) ?? deployment.ref.account;
    const label = await labelFor(deployment);
    return inWords({ key, deployment, view, route, accountName, label, storeAgeMs: 0 }, wording);
  };
}

/** `/deploy show`: sends one person the card as it would be rendered now. */
export function createShowOne({
  store,
  read,
  workspace,
  tell,
}: {
  readonly store: Pick<Store, "active">;
  readonly read: LoadPicture;
  readonly workspace: () => Workspace | undefined;
  readonly tell: Reply;
}): ShowOne {
  async function draw(key: DeploymentKey, slash: string): Promise<Message> {
    try {
      const [entry] = await store.active([key]);
      const picture = await read(entry ?? { key, holdIds: [] });
      return picture === undefined
        ? drawUsage({ kind: "unknown-target", target: entry?.target ?? "this deployment", meant: [] }, slash)
        : drawShow(picture, workspace()?.url);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return describeStoreAway();
    }
  }

  return async (key, person, audience) =>
    tell(audience, person.foreign ? describeStranger() : await draw(key, audience.slash));
}
