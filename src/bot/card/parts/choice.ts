/** The value of a button in a private choice: the command that it carries out, without the target's name. */

import { parseSeen, printSeen, type Seen } from "../../../handlers/answer/worse.ts";
import type { DeploymentKey } from "../../../handlers/ports.ts";
import { type ButtonValue, parseButton, printButton } from "./button.ts";

export type Choice =
  | {
      readonly kind: "ask";
      readonly value: ButtonValue;
      readonly reason?: string | undefined;
      /** The health that got worse since the card was rendered; this choice confirms it too. */
      readonly seen?: Seen | undefined;
    }
  /** Shows what would be sent and sends nothing. */
  | { readonly kind: "dry-run"; readonly value: ButtonValue; readonly reason?: string | undefined }
  | { readonly kind: "withdraw"; readonly value: ButtonValue }
  | { readonly kind: "show"; readonly key: DeploymentKey };

export function printChoice(choice: Choice): string {
  switch (choice.kind) {
    case "show":
      return `show ${choice.key.lane}|${choice.key.deployment}`;
    case "withdraw":
      return `withdraw ${printButton(choice.value)}`;
    case "dry-run":
      return ["dry-run", printButton(choice.value), choice.reason ?? ""].join(" ").trimEnd();
    case "ask":
      // Not `ask`: an earlier release would take `seen` for the reason.
      return [
        choice.seen === undefined ? "ask" : "confirm",
        printButton(choice.value),
        ...(choice.seen === undefined ? [] : [printSeen(choice.seen)]),
        choice.reason ?? "",
      ]
        .join(" ")
        .trimEnd();
  }
}

/** `undefined` if this version did not write it. */
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
  if (kind === "dry-run") {
    const why = rest.join(" ");
    return { kind, value: button, ...(why === "" ? {} : { reason: why }) };
  }
  const seen = kind === "confirm" ? parseSeen(rest.shift() ?? "") : undefined;
  if (kind !== "ask" && seen === undefined) return undefined;
  const reason = rest.join(" ");
  return {
    kind: "ask",
    value: button,
    ...(reason === "" ? {} : { reason }),
    seen,
  };
}
