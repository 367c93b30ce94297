import type { Answerer } from "../handlers/answer/answer.ts";
import type { LabelFor } from "../handlers/names/labels.ts";
import { type Person, visible } from "../handlers/policy.ts";
import type { Telemetry } from "../handlers/ports.ts";
import { parseMetadata } from "./answer/reason.ts";
import { describeOutcome } from "./answer/submit.ts";
import { reasonModal } from "./card/private/modal.ts";
import { stillAtIt } from "./card/private/without-answer.ts";
import { strategyForm } from "./card/strategy/form.ts";
import type { Acknowledgement } from "./slack/acknowledge.ts";
import { submissionSchema, type ViewSubmissionResponse } from "./slack/payloads.ts";
import type { Reply } from "./slack/reply.ts";
import { patiently } from "./slack/reply.ts";
import type { EditDialog } from "./strategy/dialog.ts";

const shortest = 3;

/** Handles submitted modals: a reason is checked now, as if it were a click; a strategy form goes to `editDialog`. */
export function createModals({
  answerer,
  labelFor,
  persons,
  editDialog,
  slash,
  tell,
  telemetry,
}: {
  readonly answerer: Answerer;
  readonly labelFor: LabelFor;
  readonly persons: (user: string, teamId: string | undefined) => Promise<Person>;
  /** Absent if no configured system has strategies. */
  readonly editDialog: EditDialog | undefined;
  readonly slash: () => string;
  readonly tell: Reply;
  readonly telemetry: Telemetry;
}) {
  return async function submit(
    body: unknown,
    acknowledge: Acknowledgement<ViewSubmissionResponse>,
    correlationId: string,
  ): Promise<void> {
    const parsed = submissionSchema.safeParse(body);
    if (
      parsed.success &&
      parsed.data.view.callback_id === strategyForm.callbackId &&
      editDialog !== undefined
    )
      return editDialog.submit(parsed.data, acknowledge);
    if (!parsed.success || parsed.data.view.callback_id !== reasonModal.callbackId) {
      telemetry.log("warn", "view_submission with unknown callback_id");
      return acknowledge();
    }
    const { user, view } = parsed.data;
    const metadata = parseMetadata(view.private_metadata);
    if (metadata === undefined)
      return acknowledge(
        refusedInModal("This dialog is of another version. Close it and press the button again."),
      );
    const typed = view.state.values[reasonModal.blockId]?.[reasonModal.actionId]?.value ?? "";
    const reason = typed.trim();
    if (visible(reason).length < shortest)
      return acknowledge(refusedInModal(`Write why, in at least ${shortest} characters.`));

    const { value, message, channel, responseUrl } = metadata;
    const person = await persons(user.id, user.team_id);
    const request = {
      ...{ ...value, person, reason, correlationId },
      ...(message === undefined ? {} : { message }),
    };
    const audience = {
      ...{ user: user.id, slash: slash() },
      ...(channel === undefined ? {} : { channel }),
      ...(responseUrl === undefined ? {} : { responseUrl }),
    };
    const outcome = await patiently(
      answerer.answer(request, () => acknowledge()),
      () => tell(audience, stillAtIt()),
    );
    if (outcome.kind === "refused" && outcome.why.rule === "reason-required" && !acknowledge.done()) {
      return acknowledge(refusedInModal("The policy wants a reason."));
    }
    acknowledge();
    await tell(audience, await describeOutcome(outcome, request, labelFor, audience.slash));
  };
}

function refusedInModal(sentence: string): ViewSubmissionResponse {
  return { response_action: "errors", errors: { [reasonModal.blockId]: sentence } };
}
