import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { judgeAsker } from "../../handlers/answer/look-up.ts";
import { isUnrecorded, viewOnceRecorded } from "../../handlers/answer/recorded.ts";
import { belongs, offerAt, type Request, routeOf } from "../../handlers/answer/request.ts";
import type { LabelFor } from "../../handlers/names/labels.ts";
import type { Route } from "../../handlers/policy.ts";
import type { Clock, Directory, Telemetry } from "../../handlers/ports.ts";
import { type Store, StoreError } from "../../handlers/store/store.ts";
import type { Wording } from "../../handlers/words.ts";
import { parseButton, printButton } from "../card/parts/button.ts";
import { drawReasonModal } from "../card/private/modal.ts";
import { failureOf, wordsOf } from "../slack/error.ts";
import type { Audience } from "../slack/reply.ts";

/** Data kept in the modal: Slack does not report where a modal was opened from. */
const metadataSchema = z.object({
  value: z.string(),
  channel: z.string().optional(),
  ts: z.string().optional(),
  threadTs: z.string().optional(),
  responseUrl: z.string().optional(),
});

export type ReasonDialog = (
  request: Request,
  audience: Audience,
  triggerId: string,
) => Promise<"opened" | "not-wanted" | "not-recorded-yet" | "store-down" | "slow-lookup">;

/**
 * The share of the dialog's time for waiting until a new message is on record; the rest is for looking up the person.
 */
const recordShare = 0.75;

/**
 * Asks for a reason if the policy requires one. People who may not ask, and stale requests, get no dialog: they are
 * rejected before anybody writes a reason. The submission is checked again, like a click.
 */
export function createReasonDialog({
  client,
  directory,
  store,
  routes,
  accountNames,
  labelFor,
  wording,
  clock,
  telemetry,
  dialogMs,
}: {
  readonly client: WebClient;
  readonly directory: Directory;
  readonly store: Pick<Store, "view">;
  readonly routes: readonly Route[];
  readonly accountNames: ReadonlyMap<string, string>;
  readonly labelFor: LabelFor;
  readonly wording: Wording;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly dialogMs: number;
}): ReasonDialog {
  /** Saves a read if no policy requires a reason for this action. */
  function mayBeWanted({ action, person }: Request): boolean {
    return !person.foreign && routes.some(({ policy }) => policy.rules[action]?.reason === "required");
  }

  async function wanted(request: Request, onAsksSlack: () => void) {
    const view = await viewOnceRecorded(request, { store, clock, withinMs: recordShare * dialogMs });
    if (isUnrecorded(request, view)) return "not-recorded-yet";
    const deployment = view.snapshot;
    if (deployment === undefined || !belongs(request, view)) return undefined;
    const route = routeOf(deployment, view, routes, accountNames);
    if (route?.policy.rules[request.action]?.reason !== "required") return undefined;
    onAsksSlack();
    if ((await judgeAsker(directory, route, request)).kind === "refused") return undefined;
    const worded = wording.deployment(deployment);
    const present = offerAt(request, worded, view, route.policy);
    if (present === undefined || present.evidence !== request.evidence) return undefined;
    const label = await labelFor(deployment);
    return { present, deployment: worded, view, label, policyName: route.policy.name };
  }

  return async (request, audience, triggerId) => {
    if (!mayBeWanted(request)) return "not-wanted";
    try {
      let late: "store-down" | "slow-lookup" = "store-down";
      const asksSlack = (): void => {
        late = "slow-lookup";
      };
      const drawn = await Promise.race([
        wanted(request, asksSlack),
        clock.wait(dialogMs).then(() => "late" as const),
      ]);
      if (drawn === "late") return late;
      if (drawn === "not-recorded-yet") return drawn;
      if (drawn === undefined) return "not-wanted";
      const privateMetadata = printMetadata(request, audience);
      await client.views.open({
        trigger_id: triggerId,
        view: drawReasonModal({ ...drawn, privateMetadata }),
      });
      return "opened";
    } catch (error) {
      if (error instanceof StoreError) return "store-down";
      // Without a dialog the request is rejected for lack of a reason, with a message that names the other way to give
      // one.
      telemetry.log("warn", "dialog for a reason not opened", { cause: wordsOf(failureOf(error)) });
      return "not-wanted";
    }
  };
}

function printMetadata(request: Request, { responseUrl, channel }: Audience): string {
  const { ts, threadTs } = request.message ?? {};
  const metadata: z.infer<typeof metadataSchema> = {
    value: printButton(request),
    ...(channel === undefined ? {} : { channel }),
    ...(ts === undefined ? {} : { ts }),
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(responseUrl === undefined ? {} : { responseUrl }),
  };
  return JSON.stringify(metadata);
}

/** The request and its origin, from a submitted modal; undefined if this version did not write its metadata. */
export function parseMetadata(text: string) {
  const parsed = metadataSchema.safeParse(parseJson(text));
  const value = parsed.success ? parseButton(parsed.data.value) : undefined;
  if (!parsed.success || value === undefined) return undefined;
  const { channel, ts, threadTs, responseUrl } = parsed.data;
  const thread = threadTs === undefined ? {} : { threadTs };
  return {
    value,
    ...(channel === undefined ? {} : { channel }),
    ...(responseUrl === undefined ? {} : { responseUrl }),
    ...(channel === undefined || ts === undefined ? {} : { message: { channel, ts, ...thread } }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
