/** The one mutating call of an action: sent once, ended in time, and told as what it is (P3). */

import type { Answer } from "../handlers/decision.ts";
import type { DescribedCall } from "../handlers/ports.ts";
import type { ClientsOf } from "./clients.ts";
import { within } from "./deadline.ts";
import { answerOf, notDone, type Place, whyNotConfigured } from "./errors.ts";

export interface Call<Client> {
  /** AWS's name of it, such as `StopDeployment`. */
  readonly name: string;
  readonly input: object;
  readonly send: (client: Client, abortSignal: AbortSignal) => Promise<unknown>;
  /** Whoever knows it can answer the hold. It is left out of what people read, also where AWS repeats it in its own words. */
  readonly secret?: string;
  /** What only AWS's refusal tells; the next look is given it. */
  readonly learned?: (error: unknown) => Readonly<Record<string, string>> | undefined;
}

interface Sends<Command> {
  send(command: Command, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

/** What AWS answers is not read for how it went: the next look tells. */
export function callWith<Command extends { readonly input: object }>(
  name: string,
  command: Command,
): Call<Sends<Command>> {
  return {
    name,
    input: command.input,
    send: (client, abortSignal) => client.send(command, { abortSignal }),
  };
}

/** `system` is the prefix of its IAM actions. */
export async function sendOnce<Client>(
  clients: ClientsOf<Client>,
  place: Place,
  { system, name, send, secret, learned }: Call<Client> & { readonly system: string },
): Promise<Answer> {
  const client = clients.act(place.account, place.region);
  if (client === undefined) return notDone("not-sent", whyNotConfigured(place));
  try {
    await within(clients.callTimeoutMs, (signal) => send(client, signal));
    return { kind: "accepted", note: name };
  } catch (error) {
    const answer = answerOf(error, `${system}:${name}`);
    const without = (text: string): string =>
      secret === undefined ? text : text.replaceAll(secret, "(its id)");
    if (answer.kind === "not-done")
      return { ...answer, why: { ...answer.why, message: without(answer.why.message) } };
    if (answer.kind === "unclear") return answer;
    const news = learned?.(error);
    return { ...answer, message: without(answer.message), ...(news === undefined ? {} : { learned: news }) };
  }
}

/** A call as people may read it. */
export function describedCall({
  name,
  input,
  secret,
}: Pick<Call<unknown>, "name" | "input" | "secret">): DescribedCall {
  const parameters = Object.entries(input).filter(([, value]) => value !== undefined && value !== secret);
  return { name, parameters: Object.fromEntries(parameters.map(([key, value]) => [key, String(value)])) };
}
