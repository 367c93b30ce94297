import { type Action, actions } from "../handlers/deployment.ts";
import type { Person } from "../handlers/policy.ts";
import type { Telemetry } from "../handlers/ports.ts";
import type { Request } from "../handlers/request.ts";
import type { Ask } from "./ask.ts";
import { type ButtonValue, parseButton } from "./card/button.ts";
import { tellOutcome, withdrawActionId } from "./card/private.ts";
import type { CarryOut } from "./carry-out.ts";
import { type Choice, parseChoice } from "./choice.ts";
import { type Press, pressSchema } from "./payloads.ts";
import type { Audience, Tell } from "./tell.ts";

/** What a press means. `strange`: a button that Holdpoint did not draw there. `nothing`: a link, which Slack follows. */
type Meaning =
  | {
      readonly kind: "answer";
      readonly value: ButtonValue;
      readonly message: NonNullable<Request["message"]>;
    }
  | { readonly kind: "choice"; readonly choice: Choice }
  | { readonly kind: "strange"; readonly action: Action }
  | { readonly kind: "nothing" };

/** Presses of the buttons of cards, incidents and private messages. */
export function createButtons({
  ask,
  carryOut,
  persons,
  tell,
  telemetry,
}: {
  readonly ask: Ask;
  readonly carryOut: CarryOut;
  readonly persons: (user: string, teamId: string | undefined) => Promise<Person>;
  readonly tell: Tell;
  readonly telemetry: Telemetry;
}) {
  return async function press(body: unknown, acknowledge: () => void, correlationId: string): Promise<void> {
    const parsed = pressSchema.safeParse(body);
    const meaning: Meaning = parsed.success ? meaningOf(parsed.data) : { kind: "nothing" };
    if (!parsed.success || meaning.kind === "nothing") return acknowledge();
    const { user, trigger_id } = parsed.data;
    const audience = audienceOf(parsed.data);
    if (meaning.kind === "strange") {
      acknowledge();
      telemetry.count("slack_strange_buttons");
      const asked = { action: meaning.action, user: user.id };
      return tell(audience, tellOutcome({ kind: "stale", changed: { what: "wrong-message" } }, asked));
    }
    const person = await persons(user.id, user.team_id);
    const trigger = trigger_id === undefined ? {} : { triggerId: trigger_id };
    if (meaning.kind === "choice") {
      const instead = { ...audience, inPlace: true };
      return carryOut(meaning.choice, { person, audience: instead, correlationId, acknowledge, ...trigger });
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
  const isWithdraw = action_id === withdrawActionId;
  if (!isWithdraw && !action_id.startsWith("choice.")) return { kind: "nothing" };
  const choice = parseChoice(isWithdraw ? `withdraw ${value}` : value);
  // Choices stand in private messages only, and Slack sends no message along with those.
  if (choice === undefined || press.message !== undefined) return { kind: "strange", action: "continue" };
  return { kind: "choice", choice };
}

function messageOf({ message, channel }: Press): Request["message"] {
  if (message === undefined || channel === undefined) return undefined;
  const thread = message.thread_ts === undefined ? {} : { threadTs: message.thread_ts };
  return { channel: channel.id, ts: message.ts, ...thread };
}

function audienceOf({ user, channel, message, response_url }: Press): Audience {
  const thread = message?.thread_ts;
  const inThread = thread !== undefined && thread !== message?.ts && message?.subtype !== "thread_broadcast";
  return {
    user: user.id,
    ...(channel === undefined ? {} : { channel: channel.id }),
    ...(response_url === undefined ? {} : { responseUrl: response_url }),
    ...(inThread ? { threadTs: thread } : {}),
  };
}
