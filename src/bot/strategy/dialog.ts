/**
 * The form of a strategy, and its submission. A trigger_id expires after 3 s and AWS may take longer, so a small view
 * is opened at once and then becomes the form, or the reason why there is none.
 */

import type { ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import type { Person } from "../../handlers/policy.ts";
import type { Telemetry } from "../../handlers/ports.ts";
import { compareWithSeen, type StrategySaved } from "../../handlers/strategy/edit.ts";
import type { StrategyPlaces } from "../../handlers/strategy/places.ts";
import {
  changedSince,
  checkPace,
  paceFields,
  settingsFingerprint,
  type WrittenPace,
} from "../../handlers/strategy/settings.ts";
import type { RolloutSettings, StrategyRef } from "../../handlers/strategy/strategy.ts";
import { privately } from "../card/private/private.ts";
import {
  drawChoiceView,
  drawReadingView,
  drawStrategyForm,
  drawToldView,
  strategyForm,
} from "../card/strategy/form.ts";
import { drawStrategyPreview } from "../card/strategy/preview.ts";
import { describeStrategyElsewhere, type Spoken, unknownName } from "../card/strategy/refusal.ts";
import { describeSaved, tellSaved } from "../card/strategy/told.ts";
import { parseStrategyMetadata, type StrategyMetadata } from "../card/strategy/value.ts";
import type { Acknowledgement } from "../slack/acknowledge.ts";
import { failureOf, wordsOf } from "../slack/error.ts";
import type { Submission, ViewSubmissionResponse } from "../slack/payloads.ts";
import type { Audience, Reply } from "../slack/reply.ts";
import { patiently } from "../slack/reply.ts";
import type { SightOf } from "../slack/sight.ts";
import type { PreviewSeal } from "./preview-seal.ts";
import { resolveStrategy } from "./resolve.ts";
import { listedFor } from "./seen.ts";
import { spokenOf } from "./spoken.ts";

/** The person who asks, and where the reply goes. */
export interface StrategyFrom {
  readonly person: Person;
  readonly audience: Audience;
  readonly triggerId?: string;
  /** The dialog in which a choice was clicked. */
  readonly viewId?: string;
  readonly correlationId: string;
  readonly acknowledge: () => void;
}

/** The strategy to edit, by typed name or from a button. */
type Wanted =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "ref"; readonly ref: StrategyRef; readonly proposed?: RolloutSettings };

export interface EditDialog {
  open(wanted: Wanted, from: StrategyFrom): Promise<"shown" | "not-opened">;
  submit(submission: Submission, acknowledge: Acknowledgement<ViewSubmissionResponse>): Promise<void>;
}

export function createEditDialog({
  client,
  places,
  previewSeal,
  persons,
  sightOf,
  slash,
  tell,
  telemetry,
}: {
  readonly client: WebClient;
  readonly places: StrategyPlaces;
  readonly previewSeal: PreviewSeal;
  readonly persons: (user: string, teamId: string | undefined) => Promise<Person>;
  readonly sightOf: SightOf;
  readonly slash: () => string;
  readonly tell: Reply;
  readonly telemetry: Telemetry;
}): EditDialog {
  const { title, strategies } = places;

  /** The id of the dialog for the form, which now shows that AWS is being read; undefined: Slack did not open one. */
  async function begin({ viewId, triggerId }: StrategyFrom, view: ModalView): Promise<string | undefined> {
    if (viewId !== undefined) {
      await become(viewId, view);
      return viewId;
    }
    if (triggerId === undefined) return undefined;
    try {
      const opened = await client.views.open({ trigger_id: triggerId, view });
      return opened.view?.id;
    } catch (error) {
      telemetry.log("warn", "dialog for a strategy not opened", { cause: wordsOf(failureOf(error)) });
      return undefined;
    }
  }

  /** Updates a view. It does no harm if the person has closed it meanwhile. */
  async function become(viewId: string, view: ModalView): Promise<void> {
    try {
      await client.views.update({ view_id: viewId, view });
    } catch (error) {
      telemetry.log("warn", "dialog for a strategy not updated", { cause: wordsOf(failureOf(error)) });
    }
  }

  async function draw(wanted: Wanted, person: Person, metadata: StrategyMetadata): Promise<ModalView> {
    if (wanted.kind === "ref") return drawForm(wanted.ref, wanted.proposed, person, metadata);
    const listings = await listedFor(places, sightOf(person));
    const resolved = resolveStrategy(wanted.name, listings);
    if (resolved.kind === "misfit") return drawToldView(metadata, describeStrategyElsewhere(resolved));
    if (resolved.kind === "none") return drawToldView(metadata, unknownName(wanted.name, listings, slash()));
    const [first, second] = resolved.found;
    const isClear = resolved.kind === "exact" && second === undefined;
    return isClear
      ? drawForm(first.strategy.ref, undefined, person, metadata)
      : drawChoiceView(metadata, resolved.found, resolved.kind === "exact");
  }

  async function drawForm(
    ref: StrategyRef,
    proposed: RolloutSettings | undefined,
    person: Person,
    metadata: StrategyMetadata,
  ): Promise<ModalView> {
    const judged = await places.judge(ref, person);
    if (judged.kind === "refused") return drawToldView(metadata, describeSaved(judged, await spoken(ref)));
    const { place } = judged;
    const [read, uses] = await Promise.all([strategies.read(ref), strategies.uses(ref)]);
    // `base` comes from this same read, so only a missing, unreadable or predefined strategy is rejected here.
    const base = read.kind === "read" ? settingsFingerprint(read.value.pace) : "";
    const seen = compareWithSeen({ base }, read);
    if (seen.kind !== "as-seen") return drawToldView(metadata, describeSaved(seen, await spoken(ref)));
    const { account, region, id } = ref;
    return drawStrategyForm({
      ...{ title, uses, found: { place, strategy: seen.current } },
      metadata: { ...metadata, edited: { account, region, id, base } },
      proposed,
    });
  }

  function spoken(ref: StrategyRef): Promise<Spoken> {
    return spokenOf(places, ref, slash());
  }

  /** Reads and checks everything again: a form may stay open for an hour. */
  async function preview(
    { base, ...ref }: NonNullable<StrategyMetadata["edited"]>,
    proposed: RolloutSettings,
    person: Person,
    audience: Audience,
  ): Promise<void> {
    const judged = await places.judge(ref, person);
    const end = async (saved: StrategySaved) => tell(audience, tellSaved(saved, await spoken(ref), proposed));
    if (judged.kind === "refused") return end(judged);
    const [read, uses] = await Promise.all([strategies.read(ref), strategies.uses(ref)]);
    const seen = compareWithSeen({ base }, read);
    if (seen.kind !== "as-seen") return end(seen);
    const asked = {
      ...{ found: { place: judged.place, strategy: seen.current }, proposed, uses, base },
      preview: previewSeal.issue({ ref, base, proposed }),
    };
    await tell(audience, drawStrategyPreview(asked, true), drawStrategyPreview(asked, false));
  }

  return {
    async open(wanted, from) {
      const metadata = whereOf(from.audience);
      const viewId = await begin(from, drawReadingView(metadata, title));
      if (viewId === undefined) return "not-opened";
      await become(viewId, await draw(wanted, from.person, metadata));
      return "shown";
    },
    async submit({ user, view }, acknowledge) {
      const metadata = parseStrategyMetadata(view.private_metadata);
      const edited = metadata?.edited;
      if (metadata === undefined || edited === undefined) {
        return acknowledge(
          wrongAt({ duration: "This dialog is of another version. Close it and begin again." }),
        );
      }
      const checked = checkPace(writtenIn(view.state.values));
      if (checked.kind === "wrong") return acknowledge(wrongAt(checked.problems));
      const proposed = checked.pace;
      if (changedSince(edited.base, proposed).length === 0) {
        return acknowledge(wrongAt({ duration: "Nothing is changed. Change a value, or close the dialog." }));
      }
      acknowledge();
      const audience = audienceFrom(metadata, user.id, slash());
      const person = await persons(user.id, user.team_id);
      await patiently(preview(edited, proposed, person, audience), () => tell(audience, stillReading()));
    },
  };
}

/** A select has an option, other inputs have text, and an empty description has neither. */
function writtenIn(values: Submission["view"]["state"]["values"]): WrittenPace {
  const [duration = "", growthFactor = "", growthType = "", finalBakeTime = "", description = ""] =
    paceFields.map((field) => {
      const held = values[field]?.[strategyForm.actionId];
      return held?.selected_option?.value ?? held?.value ?? "";
    });
  return { duration, growthFactor, growthType, finalBakeTime, description };
}

function wrongAt(problems: Readonly<Partial<Record<string, string>>>): ViewSubmissionResponse {
  const errors: Record<string, string> = {};
  for (const [field, problem] of Object.entries(problems)) if (problem !== undefined) errors[field] = problem;
  return { response_action: "errors", errors };
}

/** Where the reply goes: Slack does not report where a modal was opened from. */
function whereOf({ channel, threadTs, responseUrl }: Audience): StrategyMetadata {
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(responseUrl === undefined ? {} : { responseUrl }),
  };
}

export function audienceFrom(
  { channel, threadTs, responseUrl }: StrategyMetadata,
  user: string,
  slash: string,
): Audience {
  return {
    ...{ user, slash },
    channel,
    threadTs,
    responseUrl,
  };
}

function stillReading() {
  return privately({
    plain: "Holdpoint still reads AWS for the preview.",
    lines: ["⏳ *Holdpoint still reads AWS.* The preview follows."],
  });
}
