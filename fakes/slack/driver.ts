import { checkView, sentenceFor } from "./blocks/limits.ts";
import { type Bot, type Delivered, type DeliveryOptions, deliver } from "./delivery/delivery.ts";
import * as payloads from "./delivery/payloads.ts";
import { type Json, type JsonObject, objectIn, objectsIn, stringIn, textOf } from "./json.ts";
import type { FakeSlack } from "./server.ts";
import { labelOf } from "./state.ts";
import type { Values, View } from "./views.ts";
import { type DrawnElement, drawnElements, type Message, type Person } from "./workspace.ts";

/** The beginning of a button's label, or a more exact selector. */
type Which = string | { readonly actionId: string; readonly blockId?: string } | { readonly value: string };

export interface ActOptions extends DeliveryOptions {
  /** The revision of the message that the user saw; defaults to the latest. */
  readonly revision?: number;
  /** The value of the option, for menus. */
  readonly option?: string;
  /** Changes the payload before it is signed, as an attacker or a broken client might. */
  readonly tamper?: (payload: JsonObject) => JsonObject;
}

/** Simulates users of Slack. The bot gets their actions in the form that Slack sends. */
export interface Driver {
  click(
    person: string,
    message: { channel: string; ts: string },
    which: Which,
    options?: ActOptions,
  ): Promise<Delivered>;
  clickInView(person: string, viewId: string, which: Which, options?: ActOptions): Promise<Delivered>;
  /** Also applies the bot's response: closes, clears, updates or pushes the view, or shows its errors. */
  submit(person: string, viewId: string, values: Values, options?: ActOptions): Promise<Delivered>;
  /** Closes a modal; the bot is notified if the view has `notify_on_close`. */
  dismiss(person: string, viewId: string, options?: ActOptions): Promise<Delivered | undefined>;
  command(
    person: string,
    line: string,
    options?: ActOptions & { readonly channel?: string },
  ): Promise<Delivered>;
  openHome(person: string, options?: ActOptions): Promise<Delivered>;
  event(event: JsonObject, options?: ActOptions): Promise<Delivered>;
}

const trouble = "We had some trouble connecting. Try again?";

export function createDriver({ slack, bot }: { readonly slack: FakeSlack; readonly bot: Bot }): Driver {
  const { workspace, views } = slack;
  let eventCount = 0;

  function send(
    type: "interactive" | "slash_commands" | "events_api",
    payload: JsonObject,
    options: ActOptions,
  ) {
    return deliver(bot, { type, payload: options.tamper?.(payload) ?? payload }, options);
  }

  async function click(
    person: string,
    at: { channel: string; ts: string },
    which: Which,
    options: ActOptions = {},
  ) {
    const message = asSeen(found(workspace.message(at.channel, at.ts), `message ${at.ts}`), options.revision);
    const channel = found(workspace.channel(at.channel), `channel ${at.channel}`);
    const press = {
      person: known(person),
      drawn: pick(message.blocks, which),
      chosen: options.option,
      triggerId: views.issueTrigger(person),
    };
    const responseUrl = slack.issueResponseUrl({ channel: channel.id, person, message });
    return send(
      "interactive",
      payloads.messagePress(workspace, press, { message, channel, responseUrl }),
      options,
    );
  }

  async function clickInView(person: string, viewId: string, which: Which, options: ActOptions = {}) {
    const view = found(views.find(viewId), `view ${viewId}`);
    const press = {
      person: known(person),
      drawn: pick(objectsIn(view.content.blocks), which),
      chosen: options.option,
      triggerId: views.issueTrigger(person, viewId),
    };
    return send("interactive", payloads.viewPress(workspace, views, press, view), options);
  }

  async function submit(person: string, viewId: string, values: Values, options: ActOptions = {}) {
    found(views.find(viewId), `view ${viewId}`);
    views.keepTyped(viewId, values);
    const view = found(views.find(viewId), `view ${viewId}`);
    const triggerId = views.issueTrigger(person, viewId);
    const payload = payloads.viewEnd(workspace, views, {
      type: "view_submission",
      person: known(person),
      view,
      triggerId,
    });
    const delivered = await send("interactive", payload, options);
    showAnswer(view, delivered);
    slack.notify();
    return delivered;
  }

  function showAnswer(view: View, delivered: Delivered): void {
    if (!delivered.inTime) {
      views.showErrors(view.id, { "": trouble });
      return;
    }
    const action = stringIn(delivered.json.response_action);
    if (action === "errors") views.showErrors(view.id, errorsIn(delivered.json.errors));
    else if (action === "clear") views.closeAll(view.person);
    else if (action === "update" || action === "push") showView(view, action, objectIn(delivered.json.view));
    else views.close(view.id);
  }

  function showView(view: View, action: "update" | "push", content: JsonObject): void {
    const problems = checkView(content);
    if (problems.length > 0) views.showErrors(view.id, { "": problems.map(sentenceFor).join("\n") });
    else if (action === "update") views.update(view.id, content);
    else views.pushFor(view.person, content);
  }

  async function dismiss(person: string, viewId: string, options: ActOptions = {}) {
    const view = found(views.find(viewId), `view ${viewId}`);
    views.close(viewId);
    slack.notify();
    if (view.content.notify_on_close !== true) return undefined;
    const triggerId = views.issueTrigger(person);
    const payload = payloads.viewEnd(workspace, views, {
      type: "view_closed",
      person: known(person),
      view,
      triggerId,
    });
    return send("interactive", payload, options);
  }

  async function command(
    person: string,
    line: string,
    options: ActOptions & { readonly channel?: string } = {},
  ) {
    const [name = "", ...words] = line.trim().split(" ");
    const channelId = options.channel ?? workspace.channels()[0]?.id ?? "";
    const channel = found(workspace.channel(channelId), `channel ${channelId}`);
    const origin = { channel: channel.id, person };
    const delivered = await send(
      "slash_commands",
      payloads.slashCommand(workspace, {
        person: known(person),
        channel,
        command: name,
        text: words.join(" "),
        responseUrl: slack.issueResponseUrl(origin),
        triggerId: views.issueTrigger(person),
      }),
      options,
    );
    const isJson = Object.keys(delivered.json).length > 0;
    if (delivered.inTime && delivered.text !== "") {
      slack.showAnswer(origin, isJson ? delivered.json : { text: delivered.text });
    }
    return delivered;
  }

  async function event(content: JsonObject, options: ActOptions = {}) {
    eventCount += 1;
    const id = `Ev${String(eventCount).padStart(8, "0")}`;
    return send("events_api", payloads.eventCallback(workspace, content, id), options);
  }

  async function openHome(person: string, options: ActOptions = {}) {
    const view = views.homeOf(known(person).id);
    const shown = view === undefined ? {} : { view: views.json(view) };
    const channel = `D${person.slice(1)}`;
    const at = (workspace.clock() / 1000).toFixed(6);
    return event(
      { type: "app_home_opened", user: person, channel, tab: "home", event_ts: at, ...shown },
      options,
    );
  }

  function known(id: string): Person {
    return found(workspace.person(id), `person ${id}`);
  }

  return { click, clickInView, submit, dismiss, command, openHome, event };
}

function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new Error(`There is no ${what}`);
  return thing;
}

/** A card may be edited while somebody reads it; the click then contains the revision that was on the screen. */
function asSeen(message: Message, revision: number | undefined): Message {
  if (revision === undefined || revision === message.revision) return message;
  const seen = found(
    message.earlier.find((it) => it.revision === revision),
    `revision ${revision}`,
  );
  return { ...message, ...seen };
}

function pick(blocks: readonly JsonObject[], which: Which): DrawnElement {
  const drawn = drawnElements(blocks);
  const match = drawn.find(({ block, element }) => {
    if (typeof which === "string") return labelOf(element).startsWith(which);
    if ("value" in which) return element.value === which.value;
    return element.action_id === which.actionId && (which.blockId ?? block.block_id) === block.block_id;
  });
  const there = drawn.map(({ element }) => labelOf(element) || stringIn(element.action_id)).join(", ");
  return found(match, `${JSON.stringify(which)} among [${there}]`);
}

function errorsIn(value: Json | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(objectIn(value)).map(([block, error]) => [block, textOf(error)]));
}
