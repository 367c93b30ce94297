/** What a service's deployment left behind: its card and thread at Slack, its decisions in Redis, its calls at AWS. */

import { type JsonObject, objectIn, stringIn } from "../../fakes/slack/json.ts";
import { labelOf } from "../../fakes/slack/state.ts";
import { drawnElements, type Message } from "../../fakes/slack/workspace.ts";
import type { Ref } from "../../src/handlers/deployment.ts";
import { keyOf as deploymentKeyOf } from "../../src/handlers/identity.ts";
import type { World } from "./world.ts";

/** The labels of a message's buttons. */
export function buttonsOf(message: Message | undefined): readonly string[] {
  return drawnElements(message?.blocks ?? []).map(({ element }) => labelOf(element));
}

export function offers(message: Message | undefined, label: string): boolean {
  return buttonsOf(message).some((other) => other.startsWith(label));
}

/** An edit makes another object of a message. */
const written = new WeakMap<Message, string>();

/** Everything that is written on a message, as JSON. */
export function wordsOn(message: Message | undefined): string {
  if (message === undefined) return "";
  const known = written.get(message) ?? JSON.stringify([message.text, message.blocks]);
  written.set(message, known);
  return known;
}

/** Mutating calls about one deployment that came to an end, whatever came of them: operation and action. */
export function writesTo({ writes }: World, deployment: string): readonly string[] {
  return writes().get(deployment) ?? [];
}

/** The same of those that took effect. */
export function effectsOn({ effects }: World, deployment: string): readonly string[] {
  return effects().get(deployment) ?? [];
}

/** `L/D`, as the card's metadata says it. */
function keyOf(card: Message): { readonly lane: string; readonly own: string } {
  const [lane = "", id = ""] = (stringIn(markOf(card).key) ?? "").split("/");
  return { lane: `hp:{${lane}}`, own: `hp:{${lane}}:${id}` };
}

/** Its metadata names this very deployment. */
export function isCardOf(card: Message, ref: Ref): boolean {
  const { deployment } = deploymentKeyOf(ref, "");
  return stringIn(markOf(card).key)?.endsWith(`/${deployment}`) === true;
}

function markOf(message: Message): JsonObject {
  return objectIn(message.metadata?.event_payload);
}

export interface Recorded {
  /** The state of each decision that has a record. */
  readonly decisions: Readonly<Record<string, string>>;
  readonly leased: boolean;
  /** The log as it stands, JSON. */
  readonly log: readonly string[];
  /** The card that the store knows, and how many entries of the log it has told. */
  readonly card: { readonly ts: string | undefined; readonly said: number };
}

export async function recordOf({ redis }: World, card: Message): Promise<Recorded> {
  const { lane, own } = keyOf(card);
  const [leased, log, board, names] = await Promise.all([
    redis.exists(`${lane}:lease`),
    redis.lrange(`${own}:log`, 0, -1),
    redis.hgetall(`${own}:board`),
    redis.keys(`${own.replaceAll(/[{}]/g, "?")}:x:*`),
  ]);
  const states = await Promise.all(
    names.map(async (name) => [name.slice(`${own}:x:`.length), (await redis.hget(name, "st")) ?? ""]),
  );
  const known = { ts: board.ts, said: Number(board.said ?? 0) };
  return { decisions: Object.fromEntries(states), leased: leased > 0, log, card: known };
}

/** Which entries of the log the thread tells, in the order of its messages. */
export function toldIn({ slack }: World, card: Message): readonly number[] {
  return slack.workspace.repliesTo(card).flatMap((reply) => {
    const { from, to } = markOf(reply);
    if (typeof from !== "number" || typeof to !== "number") return [];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

/** Nothing is being worked on and nothing is due within a minute. */
export async function isQuiet({ redis }: World): Promise<boolean> {
  const [seconds] = await redis.time();
  const [working, due] = await Promise.all([
    redis.hlen("hp:{q0}:work"),
    redis.zcount("hp:{q0}:due", "-inf", (Number(seconds) + 60) * 1_000),
  ]);
  return working === 0 && due === 0;
}
