/** Handles `/deploy strategy` and the buttons of strategies. `dialog.ts` handles the form's submission. */

import type { Telemetry } from "../../handlers/ports.ts";
import type { StrategyPlaces } from "../../handlers/strategy/places.ts";
import type { EditStrategy } from "../../handlers/strategy/save.ts";
import type { StrategyRef } from "../../handlers/strategy/strategy.ts";
import { privately } from "../card/private/private.ts";
import { describeStranger } from "../card/private/without-answer.ts";
import { describeStrategyElsewhere, unknownName } from "../card/strategy/refusal.ts";
import {
  drawStrategy,
  drawStrategyChoice,
  drawStrategyList,
  drawStrategyUsage,
  type PlacedStrategy,
} from "../card/strategy/strategy.ts";
import {
  againBlocks,
  describeSaved,
  isOver,
  strangeStrategyButton,
  tellSaved,
} from "../card/strategy/told.ts";
import type { StrategyAsk, StrategyValue } from "../card/strategy/value.ts";
import type { Reply } from "../slack/reply.ts";
import { patiently } from "../slack/reply.ts";
import type { SightOf } from "../slack/sight.ts";
import type { EditDialog, StrategyFrom } from "./dialog.ts";
import type { PreviewSeal } from "./preview-seal.ts";
import { resolveStrategy } from "./resolve.ts";
import { listedFor, usesFor } from "./seen.ts";
import { spokenOf } from "./spoken.ts";

type Unclear = Extract<StrategyAsk, { readonly verb: "unclear" }>;

/** Reads and edits strategies; absent if no configured system has any. */
export interface StrategyDesk {
  readonly places: StrategyPlaces;
  readonly save: EditStrategy;
}

export interface StrategyBot {
  command(ask: StrategyAsk, from: StrategyFrom): Promise<void>;
  press(value: StrategyValue, from: StrategyFrom): Promise<void>;
}

export function createStrategies({
  desk,
  dialog,
  sightOf,
  previewSeal,
  tell,
  telemetry,
}: {
  readonly desk: StrategyDesk | undefined;
  readonly dialog: EditDialog | undefined;
  readonly sightOf: SightOf;
  readonly previewSeal: PreviewSeal;
  readonly tell: Reply;
  readonly telemetry: Telemetry;
}): StrategyBot {
  async function list({ places }: StrategyDesk, { audience, person }: StrategyFrom): Promise<void> {
    await tell(
      audience,
      drawStrategyList(places.title, await listedFor(places, sightOf(person)), audience.slash),
    );
  }

  async function showNamed(desk: StrategyDesk, name: string, from: StrategyFrom): Promise<void> {
    const listings = await listedFor(desk.places, sightOf(from.person));
    const resolved = resolveStrategy(name, listings);
    if (resolved.kind === "misfit")
      return tell(from.audience, privately(describeStrategyElsewhere(resolved)));
    if (resolved.kind === "none")
      return tell(from.audience, privately(unknownName(name, listings, from.audience.slash)));
    const [first, second] = resolved.found;
    if (resolved.kind === "exact" && second === undefined) return showOne(desk, first, from);
    await tell(
      from.audience,
      drawStrategyChoice("show", resolved.found, resolved.kind === "exact", from.audience.slash),
    );
  }

  /** Not a verb, but a strategy's name can look like a mistyped one: "Slow rollout". */
  async function showUnclear(desk: StrategyDesk, ask: Unclear, from: StrategyFrom): Promise<void> {
    const known = ask.name === undefined ? [] : await listedFor(desk.places, sightOf(from.person));
    if (ask.name !== undefined && resolveStrategy(ask.name, known).kind !== "none")
      return showNamed(desk, ask.name, from);
    return tell(from.audience, drawStrategyUsage(ask, from.audience.slash));
  }

  async function showOne({ places }: StrategyDesk, found: PlacedStrategy, from: StrategyFrom) {
    const uses = await usesFor(places, found, sightOf(from.person));
    const draw = (withChart: boolean) => drawStrategy(places.title, found, uses, withChart);
    await tell(from.audience, draw(true), draw(false));
  }

  async function show(desk: StrategyDesk, ref: StrategyRef, from: StrategyFrom): Promise<void> {
    const { places } = desk;
    const known = places.placeOf(ref);
    const place = known !== undefined && (await sightOf(from.person).place(known)) ? known : undefined;
    const spoken = {
      title: places.title,
      ref,
      slash: from.audience.slash,
      ...(place === undefined ? {} : { place }),
    };
    if (place === undefined) {
      const refused = { kind: "refused", why: { rule: "no-route" } } as const;
      return tell(from.audience, privately(describeSaved(refused, spoken)));
    }
    const read = await places.strategies.read(ref);
    if (read.kind === "read") return showOne(desk, { place, strategy: read.value }, from);
    const why =
      read.kind === "missing"
        ? ({ kind: "missing" } as const)
        : ({ kind: "refused", why: { rule: "aws-not-readable", why: read.why } } as const);
    await tell(from.audience, privately(describeSaved(why, spoken)));
  }

  async function save(
    desk: StrategyDesk,
    value: Extract<StrategyValue, { readonly kind: "save" }>,
    from: StrategyFrom,
  ): Promise<void> {
    const { ref, preview, base, proposed } = value;
    const { person, correlationId, audience, acknowledge } = from;
    const { places } = desk;
    const saved = await patiently(
      desk.save({ ref, preview, base, proposed, person, correlationId }, acknowledge),
      () => tell(audience, stillSaving()),
    );
    acknowledge();
    telemetry.count("strategy_saves", { result: saved.kind });
    const spoken = await spokenOf(places, ref, audience.slash);
    // A preview that can still be saved keeps its buttons.
    await tell({ ...audience, inPlace: isOver(saved) }, tellSaved(saved, spoken, proposed));
  }

  /** Opens the form. If Slack doesn't, an edit that was to be tried again keeps its button. */
  async function openDialog(wanted: Parameters<EditDialog["open"]>[0], from: StrategyFrom): Promise<void> {
    from.acknowledge();
    const opened = await dialog?.open(wanted, from);
    if (opened !== "not-opened") return;
    const more =
      wanted.kind === "ref" && wanted.proposed !== undefined ? againBlocks(wanted.ref, wanted.proposed) : [];
    await tell(from.audience, privately(notOpened, more));
  }

  return {
    async command(ask, from) {
      from.acknowledge();
      if (from.person.foreign) return tell(from.audience, describeStranger());
      if (desk === undefined) return tell(from.audience, privately(noStrategies));
      switch (ask.verb) {
        case "list":
          return patiently(list(desk, from), () => tell(from.audience, stillReading()));
        case "show":
          return patiently(showNamed(desk, ask.name, from), () => tell(from.audience, stillReading()));
        case "edit":
          return openDialog({ kind: "name", name: ask.name }, from);
        case "unclear":
          return patiently(showUnclear(desk, ask, from), () => tell(from.audience, stillReading()));
      }
    },
    async press(value, from) {
      if (from.person.foreign || desk === undefined) {
        from.acknowledge();
        return tell(from.audience, desk === undefined ? privately(noStrategies) : describeStranger());
      }
      switch (value.kind) {
        case "show":
          from.acknowledge();
          return show(desk, value.ref, from);
        case "edit":
          return openDialog({ kind: "ref", ref: value.ref }, from);
        case "again":
          return openDialog({ kind: "ref", ref: value.ref, proposed: value.proposed }, from);
        case "save":
          if (previewSeal.fits(value)) return save(desk, value, from);
          from.acknowledge();
          telemetry.count("slack_strange_buttons");
          return tell(from.audience, strangeStrategyButton(from.audience.slash));
      }
    },
  };
}

const noStrategies = {
  plain: "No configured system has strategies. Nothing changed.",
  lines: ["ℹ️ *No configured system has strategies.* Nothing changed."],
} as const;

const notOpened = {
  plain: "Slack did not open the dialog. Nothing changed.",
  lines: ["🚫 *Slack did not open the dialog.* Nothing changed."],
  todo: "Try again.",
} as const;

function stillSaving() {
  return privately({
    plain: "Holdpoint is still saving your edit. You hear how it ends.",
    lines: ["⏳ *Holdpoint is still saving your edit.* You hear how it ends."],
  });
}

function stillReading() {
  return privately({
    plain: "Holdpoint still reads AWS.",
    lines: ["⏳ *Holdpoint still reads AWS.* The answer follows."],
  });
}
