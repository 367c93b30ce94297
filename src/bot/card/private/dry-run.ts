/** The private reply to `--dry-run`. */

import type { Voided } from "../../../handlers/decision.ts";
import type { Action } from "../../../handlers/deployment.ts";
import type { Verdict } from "../../../handlers/policy.ts";
import type { DescribedCall } from "../../../handlers/ports.ts";
import { healthLine } from "../facts.ts";
import type { Message } from "../parts/blocks.ts";
import { section, sections } from "../parts/blocks.ts";
import { code, dated, factLine, fallback } from "../parts/phrase.ts";
import type { Picture, PresentOffer } from "../parts/picture.ts";
import { approversOf, jointOf, placeInCode, placeOf, tally, verbs, verbWith } from "../parts/words.ts";
import { voidedLine } from "./private.ts";
import { describeRefusal } from "./refusal.ts";

export function drawDryRun({
  picture,
  action,
  verdict,
  present,
  voided,
  call,
  reason,
}: {
  readonly picture: Picture;
  readonly action: Action;
  readonly verdict: Verdict;
  readonly present: PresentOffer | undefined;
  /** Votes that a click would remove. */
  readonly voided: readonly Voided[];
  readonly call: (DescribedCall & { readonly role?: string | undefined }) | undefined;
  readonly reason: string | undefined;
}): Message {
  const { deployment, view, accountName, route } = picture;
  const { ref, systemTitle } = deployment;
  const place = placeOf(picture);
  const parameters = Object.entries(call?.parameters ?? {}).map(
    ([name, value]) => `${name} ${code(value, 200)}`,
  );
  const sent =
    call === undefined
      ? [`*Call:* none. ${systemTitle} can't ${verbs[action]} this now.`]
      : [
          `*Call:* ${code(`${systemTitle} ${call.name}`, 80)} in ${code(ref.region)}, account ${code(ref.account)} (${code(accountName, 20)}), ${call.role === undefined ? "with Holdpoint's own credentials" : `role ${code(call.role, 120)}`}`,
          ...(parameters.length === 0 ? [] : [`*Parameters:* ${parameters.join(", ")}`]),
        ];
  const facts = [
    ...deployment.changes.map(factLine),
    ...deployment.health.map((fact) => healthLine(fact, view)),
  ];
  return {
    text: fallback(`Dry run, nothing was sent: ${verbWith(action, place)}.`),
    blocks: [
      section(
        `*Dry run: ${verbs[action]}${jointOf(action)}* ${placeInCode(picture)}. Nothing was sent and no vote was cast.`,
        ...sent,
        ...(reason === undefined ? [] : [`*Reason:* ${code(reason, 300)}`]),
      ),
      section(...verdictLines(verdict, present, route.policy.name, action, place), ...voided.map(voidedLine)),
      ...sections([
        view.readAt === undefined ? "*Evidence*" : `*Evidence*, read at ${dated(view.readAt, "second")}`,
        ...(view.staleSince === undefined
          ? []
          : [`⚠️ Not readable since ${dated(view.staleSince, "minute")}`]),
        ...facts,
      ]),
    ],
  };
}

function verdictLines(
  verdict: Verdict,
  present: PresentOffer | undefined,
  policyName: string,
  action: Action,
  place: string,
): readonly string[] {
  const policy = `*Policy* ${code(policyName)}:`;
  if (verdict.kind === "refused") {
    const told = describeRefusal(verdict.why, action, code(place, 60));
    return [`${policy} refused. ${told.plain.replace(/ Nothing was sent\.$/, "")}`, ...told.lines.slice(1)];
  }
  if (present === undefined) return [`${policy} you may ${verbs[action]}, but it is not possible now.`];
  if (present.evidence === undefined)
    return [
      `${policy} you may ${verbs[action]}. Part of the evidence could not be read, so nothing would be sent.`,
    ];
  const votes = tally(present);
  const counted = votes === undefined ? "" : ` ${votes}.`;
  return [`${policy} allowed. Approvers: ${approversOf(verdict.rule.approvers)}.${counted}`];
}
