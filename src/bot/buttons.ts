import type { Request } from "../handlers/answer/request.ts";
import { type Action, actions } from "../handlers/deployment.ts";
import type { Person } from "../handlers/policy.ts";
import type { Telemetry } from "../handlers/ports.ts";
import type { Store } from "../handlers/store/store.ts";
import type { CarryOut } from "./answer/carry-out.ts";
import type { SubmitRequest } from "./answer/submit.ts";
import { type ButtonValue, parseButton } from "./card/parts/button.ts";
import { type Choice, parseChoice } from "./card/parts/choice.ts";
import { tellOutcome, withdrawActionId } from "./card/private/private.ts";
import { drawUsage } from "./card/private/usage.ts";
import { strangeStrategyButton } from "./card/strategy/told.ts";
import { parseStrategyMetadata, parseStrategyValue, type StrategyValue } from "./card/strategy/value.ts";
import { type Press, pressSchema } from "./slack/payloads.ts";
import type { Audience, Reply } from "./slack/reply.ts";
import type { SightOf } from "./slack/sight.ts";
import { audienceFrom } from "./strategy/dialog.ts";
import type { StrategyBot } from "./strategy/strategies.ts";

/**
 * The meaning of a click. `strange`: a button that Holdpoint did not put there. `nothing`: a link, which Slack opens
 * itself.
 */
type Meaning =
  | {
      readonly kind: "answer";
      readonly value: ButtonValue;
      readonly message: NonNullable<Request["message"]>;
    }
  | { readonly kind: "choice"; readonly choice: Choice }
  | { readonly kind: "strategy"; readonly value: StrategyValue }
  | { readonly kind: "strange"; readonly action: Action }
  | { readonly kind: "strange-strategy" }
  | { readonly kind: "nothing" };

/** Handles clicks on the buttons of cards, incidents and private messages. */
export function createButtons({
  ask,
  carryOut,
  strategies,
  sightOf,
  store,
  slash,
  persons,
  tell,
  telemetry,
}: {
  readonly ask: SubmitRequest;
  readonly carryOut: CarryOut;
  readonly strategies: StrategyBot;
  readonly sightOf: SightOf;
  readonly store: Pick<Store, "active">;
  readonly slash: () => string;
  readonly persons: (user: string, teamId: string | undefined) => Promise<Person>;
  readonly tell: Reply;
  readonly telemetry: Telemetry;
}) {
  /** True if this person may no longer see the deployment of a choice clicked late. Requests are left to the policy. */
  async function isHidden(choice: Choice, person: Person): Promise<boolean> {
    if (choice.kind === "ask") return false;
    const key = choice.kind === "show" ? choice.key : choice.value.key;
    const [entry] = await store.active([key]).catch(() => []);
    return entry !== undefined && !(await sightOf(person).entry(entry));
  }

  return async function press(body: unknown, acknowledge: () => void, correlationId: string): Promise<void> {
    const parsed = pressSchema.safeParse(body);
    const meaning: Meaning = parsed.success ? meaningOf(parsed.data) : { kind: "nothing" };
    if (!parsed.success || meaning.kind === "nothing") return acknowledge();
    const { user, trigger_id } = parsed.data;
    const audience = audienceOf(parsed.data, slash());
    if (meaning.kind === "strange" || meaning.kind === "strange-strategy") {
      acknowledge();
      telemetry.count("slack_strange_buttons");
      if (meaning.kind === "strange-strategy") return tell(audience, strangeStrategyButton(audience.slash));
      const asked = { action: meaning.action, user: user.id, slash: audience.slash };
      return tell(audience, tellOutcome({ kind: "stale", changed: { what: "wrong-message" } }, asked));
    }
    const person = await persons(user.id, user.team_id);
    const trigger = trigger_id === undefined ? {} : { triggerId: trigger_id };
    if (meaning.kind === "choice") {
      const instead = { ...audience, inPlace: true };
      if (await isHidden(meaning.choice, person)) {
        acknowledge();
        return tell(
          instead,
          drawUsage({ kind: "unknown-target", target: "this deployment", meant: [] }, audience.slash),
        );
      }
      return carryOut(meaning.choice, { person, audience: instead, correlationId, acknowledge, ...trigger });
    }
    if (meaning.kind === "strategy") {
      const from = { person, correlationId, acknowledge, ...trigger };
      return strategies.press(meaning.value, { ...from, ...strategyPlace(parsed.data, audience) });
    }
    const { value, message } = meaning;
    await ask({ ...value, person, correlationId, message }, { audience, ...trigger }, acknowledge);
  };
}

function meaningOf(press: Press): Meaning {
  const [{ action_id, value = "" }] = press.actions;
  if (action_id.startsWith("answer.")) {
    const button = parseButton(value);
    const message = messageOf(press);
    if (button !== undefined && message !== undefined) return { kind: "answer", value: button, message };
    return { kind: "strange", action: actions.find((it) => action_id === `answer.${it}`) ?? "continue" };
  }
  if (action_id.startsWith("strategy.")) {
    const asked = parseStrategyValue(value);
    return asked === undefined ? { kind: "strange-strategy" } : { kind: "strategy", value: asked };
  }
  const isWithdraw = action_id === withdrawActionId;
  if (!isWithdraw && !action_id.startsWith("choice.")) return { kind: "nothing" };
  const choice = parseChoice(isWithdraw ? `withdraw ${value}` : value);
  // Choices exist only in private messages, and Slack sends no `message` with a click on those.
  if (choice === undefined || press.message !== undefined) return { kind: "strange", action: "continue" };
  return { kind: "choice", choice };
}

/** A choice in a dialog continues in that dialog; its metadata records where it was opened from. */
function strategyPlace({ view, user }: Press, audience: Audience) {
  if (view === undefined) return { audience };
  const metadata = parseStrategyMetadata(view.private_metadata) ?? {};
  return { viewId: view.id, audience: audienceFrom(metadata, user.id, audience.slash) };
}

function messageOf({ message, channel }: Press): Request["message"] {
  if (message === undefined || channel === undefined) return undefined;
  const thread = message.thread_ts === undefined ? {} : { threadTs: message.thread_ts };
  return { channel: channel.id, ts: message.ts, ...thread };
}

function audienceOf({ user, channel, message, response_url }: Press, slash: string): Audience {
  const thread = message?.thread_ts;
  const inThread = thread !== undefined && thread !== message?.ts && message?.subtype !== "thread_broadcast";
  return {
    ...{ user: user.id, slash },
    ...(channel === undefined ? {} : { channel: channel.id }),
    responseUrl: response_url,
    ...(inThread ? { threadTs: thread } : {}),
  };
}
