/** What a button of a private choice carries: the command that it stands for, without its name. */

import type { DeploymentKey } from "../handlers/ports.ts";
import { type ButtonValue, parseButton, printButton } from "./card/button.ts";

export type Choice =
  | { readonly kind: "ask"; readonly value: ButtonValue; readonly reason?: string }
  | { readonly kind: "withdraw"; readonly value: ButtonValue }
  | { readonly kind: "show"; readonly key: DeploymentKey };

export function printChoice(choice: Choice): string {
  switch (choice.kind) {
    case "show":
      return `show ${choice.key.lane}|${choice.key.deployment}`;
    case "withdraw":
      return `withdraw ${printButton(choice.value)}`;
    case "ask":
      return `ask ${printButton(choice.value)} ${choice.reason ?? ""}`.trimEnd();
  }
}

/** `undefined` for whatever this version has not printed. */
export function parseChoice(text: string): Choice | undefined {
  const [kind, value = "", ...rest] = text.split(" ");
  if (kind === "show") {
    const key = /^([0-9a-f]{16})\|([0-9a-f]{10})$/.exec(value);
    const [, lane, deployment] = key ?? [];
    return lane === undefined || deployment === undefined ? undefined : { kind, key: { lane, deployment } };
  }
  const button = parseButton(value);
  if (button === undefined) return undefined;
  if (kind === "withdraw") return { kind, value: button };
  const reason = rest.join(" ");
  return kind === "ask" ? { kind, value: button, ...(reason === "" ? {} : { reason }) } : undefined;
}
