import type { Telemetry } from "../../handlers/ports.ts";

/** Answers Slack once; later calls do nothing. */
export interface Acknowledgement<Response> {
  (response?: Response): void;
  readonly done: () => boolean;
}

/**
 * Acknowledges when told to, and by itself after `ackMs`: Slack shows the person an error after 3 s. In Socket Mode an
 * acknowledgement rejects while the connection is being recycled (bolt-js #1421): that is counted and nothing more,
 * because what the person asked is on record or told by then.
 */
export function acknowledgement<Response>(
  ack: (response?: Response) => Promise<void>,
  telemetry: Telemetry,
  ackMs: number,
): Acknowledgement<Response> {
  let done = false;
  const timer = setTimeout(() => acknowledge(), ackMs);
  const acknowledge = (response?: Response): void => {
    if (done) return;
    done = true;
    clearTimeout(timer);
    ack(response).catch((error: unknown) => {
      telemetry.count("slack_acks_lost");
      telemetry.log("warn", "Slack acknowledgement failed", { error });
    });
  };
  return Object.assign(acknowledge, { done: () => done });
}
