/** `--dry-run`: what would be sent, whether the policy allows it, and what is known. It reads the store and Slack, and writes nothing. */

import type { Action, Deployment } from "../handlers/deployment.ts";
import { lookUp } from "../handlers/look-up.ts";
import { judge, type Person } from "../handlers/policy.ts";
import type { DescribedCall, Directory } from "../handlers/ports.ts";
import { offerAt } from "../handlers/request.ts";
import { type Store, StoreError } from "../handlers/store.ts";
import type { Message } from "./card/blocks.ts";
import type { ButtonValue } from "./card/button.ts";
import { drawDryRun } from "./card/dry-run.ts";
import { drawUsage } from "./card/usage.ts";
import { type Read, storeAwayWords, strangerWords } from "./show.ts";

export type DryRun = (
  asked: { readonly value: ButtonValue; readonly reason?: string },
  person: Person,
  slash: string,
) => Promise<Message>;

/** What would be sent, and as whom. */
export interface CallWords extends DescribedCall {
  /** Absent: the process's own credentials. */
  readonly role?: string;
}

export type DescribeCall = (
  deployment: Deployment,
  request: { readonly action: Action; readonly holdId?: string },
) => CallWords | undefined;

export function createDryRun({
  store,
  read,
  directory,
  describeCall,
}: {
  readonly store: Pick<Store, "active">;
  readonly read: Read;
  readonly directory: Directory;
  readonly describeCall: DescribeCall;
}): DryRun {
  async function drawn(
    { value, reason }: Parameters<DryRun>[0],
    person: Person,
    slash: string,
  ): Promise<Message> {
    const entry = (await store.active()).find(
      ({ key }) => key.lane === value.key.lane && key.deployment === value.key.deployment,
    );
    const picture = entry === undefined ? undefined : await read(entry);
    if (picture === undefined)
      return drawUsage({ kind: "unknown-target", target: "this deployment", meant: [] }, slash);
    const { deployment, view, route } = picture;
    const { action } = value;
    const lookups = await lookUp(directory, route.policy.rules[action], route.channel);
    const verdict = judge(route.policy, { action, person, reason }, lookups);
    const present = offerAt(value, deployment, view, route.policy);
    const holdId = present?.offer.holdId;
    const call =
      present === undefined
        ? undefined
        : describeCall(deployment, { action, ...(holdId === undefined ? {} : { holdId }) });
    return drawDryRun({ picture, action, verdict, present, call, reason });
  }

  return async (asked, person, slash) => {
    if (person.foreign) return strangerWords();
    try {
      return await drawn(asked, person, slash);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return storeAwayWords();
    }
  };
}
