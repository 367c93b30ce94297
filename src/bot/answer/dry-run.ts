/**
 * `--dry-run`: the call that would be sent, whether the policy allows it, whose votes would count, and the known facts.
 * Reads Redis and Slack as a click would, and writes nothing.
 */

import { judgeAsker } from "../../handlers/answer/look-up.ts";
import { offerAt } from "../../handlers/answer/request.ts";
import { judgeVoters, votersAt } from "../../handlers/answer/voters.ts";
import type { Voided } from "../../handlers/decision.ts";
import type { Action, Deployment } from "../../handlers/deployment.ts";
import { judgeReason, type Person, type Route } from "../../handlers/policy.ts";
import type { DescribedCall, Directory } from "../../handlers/ports.ts";
import { StoreError } from "../../handlers/store/store.ts";
import type { Message } from "../card/parts/blocks.ts";
import type { ButtonValue } from "../card/parts/button.ts";
import type { LoadPicture, PresentOffer } from "../card/parts/picture.ts";
import { drawDryRun } from "../card/private/dry-run.ts";
import { drawUsage } from "../card/private/usage.ts";
import { describeStoreAway, describeStranger } from "../card/private/without-answer.ts";

export type DryRun = (
  asked: { readonly value: ButtonValue; readonly reason?: string | undefined },
  person: Person,
  slash: string,
) => Promise<Message>;

/** The call that would be sent, and the role that would send it. */
interface CallWords extends DescribedCall {
  /** Absent: the process's own credentials. */
  readonly role?: string | undefined;
}

export type DescribeCall = (
  deployment: Deployment,
  request: { readonly action: Action; readonly holdId?: string | undefined },
) => CallWords | undefined;

export function createDryRun({
  read,
  directory,
  describeCall,
}: {
  readonly read: LoadPicture;
  readonly directory: Directory;
  readonly describeCall: DescribeCall;
}): DryRun {
  /** Checks the votes as a click by this person would, without removing any. */
  async function judged(
    present: PresentOffer | undefined,
    route: Route,
    { user }: Person,
  ): Promise<{ readonly present: PresentOffer | undefined; readonly voided: readonly Voided[] }> {
    if (present === undefined) return { present, voided: [] };
    const { offer, votes, need } = present;
    const asked = votersAt(user, votes, need).filter((voter) => votes.includes(voter));
    const { voided, unknown } = await judgeVoters(route, offer.action, asked, directory, {
      ...{ presser: user, asOf: "recent" },
    });
    const left = votes.filter((voter) => !voided.some((one) => one.user === voter));
    const counted = left.filter((voter) => !unknown.includes(voter));
    return { present: { ...present, votes: left, counted, unknown }, voided };
  }

  async function drawn(
    { value, reason }: Parameters<DryRun>[0],
    person: Person,
    slash: string,
  ): Promise<Message> {
    const picture = await read({ key: value.key, holdIds: [] });
    if (picture === undefined)
      return drawUsage({ kind: "unknown-target", target: "this deployment", meant: [] }, slash);
    const { deployment, view, route } = picture;
    const { action } = value;
    const who = await judgeAsker(directory, route, { action, person });
    const verdict = judgeReason(route.policy, { action, reason }, who);
    const offered = offerAt(value, deployment, view, route.policy);
    const { present, voided } =
      verdict.kind === "allowed" ? await judged(offered, route, person) : { present: offered, voided: [] };
    const holdId = present?.offer.holdId;
    const call = present === undefined ? undefined : describeCall(deployment, { action, holdId });
    return drawDryRun({ picture, action, verdict, present, voided, call, reason });
  }

  return async (asked, person, slash) => {
    if (person.foreign) return describeStranger();
    try {
      return await drawn(asked, person, slash);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return describeStoreAway();
    }
  };
}
