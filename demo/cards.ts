/** Finds a deployment's card among the fake Slack's messages, and extracts its text and buttons. */

import { type Json, type JsonObject, objectIn, objectsIn, stringIn } from "../fakes/slack/json.ts";
import type { FakeSlack } from "../fakes/slack/server.ts";
import { labelOf } from "../fakes/slack/state.ts";
import { drawnElements, type Message } from "../fakes/slack/workspace.ts";
import { channel } from "./cast.ts";
import type { Started } from "./fleet.ts";

/** The newest card that names the service and was posted after the deployment began. */
export function cardOf({ workspace }: FakeSlack, { service, startedAtMs }: Started): Message | undefined {
  return workspace
    .timeline(channel.id)
    .filter(({ threadTs, ts }) => threadTs === undefined && Number(ts) * 1_000 >= startedAtMs)
    .findLast((message) => headerOf(message).includes(service));
}

export function headerOf({ blocks }: Pick<Message, "blocks">): string {
  const header = blocks.find(({ type }) => type === "header");
  return stringIn(objectIn(header?.text).text) ?? "";
}

export function buttonsOf({ blocks }: Pick<Message, "blocks">): readonly string[] {
  return drawnElements(blocks)
    .filter(({ element }) => element.type === "button")
    .map(({ element }) => labelOf(element));
}

export function hasButton(message: Message | undefined, label: string): message is Message {
  return message !== undefined && buttonsOf(message).some((button) => button.startsWith(label));
}

/** A message as lines of plain text, without markup. */
export function linesOf(message: Pick<Message, "blocks" | "text">, nameOf: NameOf): readonly string[] {
  if (message.blocks.length === 0) return plain(message.text, nameOf).split("\n");
  return message.blocks.flatMap((block) => textsIn(block)).flatMap((text) => plain(text, nameOf).split("\n"));
}

/** Returns the name of a person or a group by id. */
export type NameOf = (id: string) => string;

export function namesIn({ workspace }: Pick<FakeSlack, "workspace">): NameOf {
  return (id) => {
    const person = workspace.person(id);
    return person?.realName ?? person?.name ?? workspace.userGroup(id)?.handle ?? id;
  };
}

function textsIn(block: JsonObject): readonly string[] {
  const texts: readonly (Json | undefined)[] = [
    objectIn(block.text).text,
    ...objectsIn(block.fields).map(({ text }) => text),
    ...(block.type === "context" ? objectsIn(block.elements).map(({ text }) => text) : []),
  ];
  return texts.filter((text) => typeof text === "string");
}

function plain(mrkdwn: string, nameOf: NameOf): string {
  return mrkdwn
    .replaceAll(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, "$1")
    .replaceAll(/<@(\w+)>/g, (_whole, id: string) => `@${nameOf(id)}`)
    .replaceAll(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, (_whole, id: string) => `@${nameOf(id)}`)
    .replaceAll(/<https?:[^|>]*\|([^>]*)>/g, "$1")
    .replaceAll(/[*`]/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
