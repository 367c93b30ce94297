import type { Clock, Telemetry } from "../../handlers/ports.ts";
import { failureOf, type SlackFailure, wordsOf } from "./error.ts";

export type Called<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly failure: SlackFailure };

/** The board's calls: each is counted, and none throws. */
export interface SlackCalls {
  call<Answer>(method: string, send: () => Promise<Answer>): Promise<Called<Answer>>;
  /** How long Slack is left alone because it does not answer; 0: it does. */
  pausedMs(): number;
}

/** One lost answer is an accident, two in a row are an outage. */
const silencesAtMost = 2;
const pauseMs = 5_000;

/** While Slack is silent every call takes its whole time-out: without pauses the looks would wait one after the other. */
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
