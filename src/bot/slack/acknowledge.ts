import type { Telemetry } from "../../handlers/ports.ts";

/** Acknowledges a request once; later calls do nothing. */
export interface Acknowledgement<Response> {
  (response?: Response): void;
  readonly done: () => boolean;
}

/**
 * Acknowledges when called, or by itself after `ackMs`: after 3 s Slack shows the person an error. In Socket Mode the
 * acknowledgement rejects while the connection is being recycled (bolt-js #1421). That is only counted and logged: the
 * request is recorded, or answered in a message, all the same.
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
