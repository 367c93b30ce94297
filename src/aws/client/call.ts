/** Sends the single mutating call of an action, once and with a deadline, and classifies the result (P3). */

import type { CallResult } from "../../handlers/decision.ts";
import type { DescribedCall } from "../../handlers/ports.ts";
import type { ClientsOf } from "./clients.ts";
import { within } from "./deadline.ts";
import { answerOf, notDone, type Place, whyNotConfigured } from "./errors.ts";

export interface Call<Client> {
  /** The API operation, such as `StopDeployment`. */
  readonly name: string;
  readonly input: object;
  readonly send: (client: Client, abortSignal: AbortSignal) => Promise<unknown>;
  /**
   * Knowing this id is enough to answer the hold. It is removed from everything that people read, including AWS's error
   * messages.
   */
  readonly secret?: string;
  /** Extracts data that only AWS's rejection contains, for the next read. */
  readonly learned?: (error: unknown) => Readonly<Record<string, string>> | undefined;
}

interface Sends<Command> {
  send(command: Command, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

/** AWS's response is ignored: the next read shows the outcome. */
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
): Promise<CallResult> {
  const client = clients.act(place.account, place.region);
  if (client === undefined) return notDone("not-sent", whyNotConfigured(place));
  try {
    await within(clients.callTimeoutMs, (signal) => send(client, signal));
    clients.accepted(place.account);
    return { kind: "accepted", note: name };
  } catch (error) {
    clients.rejected(place.account, error);
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

/** The call for people to read, without its secret. */
export function describedCall({
  name,
  input,
  secret,
}: Pick<Call<unknown>, "name" | "input" | "secret">): DescribedCall {
  const parameters = Object.entries(input).filter(([, value]) => value !== undefined && value !== secret);
  return { name, parameters: Object.fromEntries(parameters.map(([key, value]) => [key, String(value)])) };
}
