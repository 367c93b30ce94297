import type { Clock, Telemetry } from "../../handlers/ports.ts";
import { failureOf, type SlackFailure, wordsOf } from "./error.ts";

type Called<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly failure: SlackFailure };

/** The board's Slack calls: each one is counted, and none throws. */
export interface SlackCalls {
  call<Answer>(method: string, send: () => Promise<Answer>): Promise<Called<Answer>>;
  /** The remaining pause, if Slack does not reply; 0: not paused. */
  pausedMs(): number;
}

/** One lost response can be chance, two in a row count as an outage. */
const silencesAtMost = 2;
const pauseMs = 5_000;

/** Pauses the calls while Slack does not reply: each one would run into its timeout, and jobs would queue up for it. */
export function createSlackCalls({
  clock,
  telemetry,
}: {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly telemetry: Telemetry;
}): SlackCalls {
  let silences = 0;
  let pausedUntilMs = 0;

  return {
    async call(method, send) {
      try {
        const answer = await send();
        silences = 0;
        telemetry.count("slack_calls", { method, result: "ok" });
        return { kind: "answered", answer };
      } catch (error) {
        const failure = failureOf(error);
        const isSilent = failure.kind === "unreachable" || failure.kind === "unknown";
        silences = isSilent ? silences + 1 : 0;
        if (silences >= silencesAtMost) pausedUntilMs = clock.monotonicMs() + pauseMs;
        telemetry.count("slack_calls", { method, result: failure.kind });
        telemetry.log("warn", "call to Slack failed", { method, cause: wordsOf(failure) });
        return { kind: "failed", failure };
      }
    },
    pausedMs: () =>
      silences < silencesAtMost ? 0 : Math.max(0, Math.ceil(pausedUntilMs - clock.monotonicMs())),
  };
}
