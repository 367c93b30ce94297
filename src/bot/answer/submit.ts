import type { Answerer } from "../../handlers/answer/answer.ts";
import type { Request } from "../../handlers/answer/request.ts";
import type { Outcome } from "../../handlers/decision.ts";
import type { LabelFor } from "../../handlers/names/labels.ts";
import type { Message } from "../card/parts/blocks.ts";
import { printButton } from "../card/parts/button.ts";
import { printChoice } from "../card/parts/choice.ts";
import { tellOutcome } from "../card/private/private.ts";
import { stillAtIt } from "../card/private/without-answer.ts";
import type { Audience, Reply } from "../slack/reply.ts";
import { patiently } from "../slack/reply.ts";
import type { ReasonDialog } from "./reason.ts";

export type SubmitRequest = (
  request: Request,
  from: { readonly audience: Audience; readonly triggerId?: string },
  acknowledge: () => void,
) => Promise<void>;

/**
 * Handles a request by button or command: opens the reason dialog if one is needed, then submits and reports the
 * result.
 */
export function createSubmit({
  answerer,
  reasonDialog,
  labelFor,
  tell,
}: {
  readonly answerer: Answerer;
  readonly reasonDialog: ReasonDialog;
  readonly labelFor: LabelFor;
  readonly tell: Reply;
}): SubmitRequest {
  return async (request, { audience, triggerId }, acknowledge) => {
    if (request.reason === undefined && triggerId !== undefined) {
      // Before anything slow: a trigger_id expires after 3 s.
      const dialog = await reasonDialog(request, audience, triggerId);
      if (dialog !== "not-wanted") acknowledge();
      if (dialog === "opened") return;
      if (dialog === "not-recorded-yet") {
        const stale: Outcome = { kind: "stale", changed: { what: dialog } };
        return tell(audience, await describeOutcome(stale, request, labelFor, audience.slash));
      }
      if (dialog === "store-down" || dialog === "slow-lookup") {
        const refused: Outcome = { kind: "refused", why: { rule: dialog } };
        return tell(audience, await describeOutcome(refused, request, labelFor, audience.slash));
      }
    }
    const outcome = await patiently(answerer.answer(request, acknowledge), () => tell(audience, stillAtIt()));
    acknowledge();
    await tell(audience, await describeOutcome(outcome, request, labelFor, audience.slash));
  };
}

export async function describeOutcome(
  outcome: Outcome,
  request: Request,
  labelFor: LabelFor,
  slash: string,
): Promise<Message> {
  const deployment = "deployment" in outcome ? outcome.deployment : undefined;
  return tellOutcome(outcome, {
    action: request.action,
    ...{ user: request.person.user, slash },
    reason: request.reason,
    withdrawValue: printButton(request),
    ...confirmValue(outcome, request),
    ...(deployment === undefined ? {} : { label: await labelFor(deployment) }),
  });
}

/**
 * Slack's limit for a button's value. A longer value is left out, not cut: the card then shows the difference, and
 * people ask there again.
 */
const valueAtMost = 2_000;

function confirmValue(outcome: Outcome, request: Request): { readonly confirmValue?: string } {
  if (outcome.kind !== "stale" || outcome.changed.what !== "worse") return {};
  const { key, point, action, evidence, reason } = request;
  const { seen } = outcome.changed;
  const value = printChoice({
    kind: "ask",
    value: { key, point, action, evidence },
    seen,
    reason,
  });
  return value.length > valueAtMost ? {} : { confirmValue: value };
}
