import type { Driver } from "../../fakes/slack/driver.ts";
import type { FakeSlack } from "../../fakes/slack/server.ts";

/** A scenario: one button that starts something in AWS. */
export interface Trial {
  readonly id: string;
  readonly title: string;
  /** One sentence on what to look for. */
  readonly tryThis: string;
  readonly run: () => Promise<void>;
}

/** Scenarios under one heading. */
export interface TrialGroup {
  readonly title: string;
  readonly trials: readonly Trial[];
}

/** A scenario's progress message. */
export interface Happening {
  /** The scenario's id. */
  readonly id: string;
  readonly text: string;
  /** End of the countdown, in milliseconds since the epoch. */
  readonly untilMs?: number;
}

/** A call to the fake AWS. */
export interface AwsCall {
  readonly id: string;
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  /** A mutating call, not a read. */
  readonly isWrite: boolean;
  /** A short description: "checkout-api · CONTINUE". */
  readonly about: string;
  /** "200", or AWS's error name. */
  readonly answer: string;
}

/** An announcement on the event bus for other programs. */
export interface Announced {
  readonly id: string;
  readonly at: number;
  /** "continue · checkout-api in prod" */
  readonly about: string;
  /** "decided", "confirmed". */
  readonly state: string;
}

/** A person that the page's user can act as. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  /** As text: "may approve". */
  readonly role: string;
}

/** The bot's process. */
export interface BotProcess {
  readonly state: () => "running" | "starting" | "stopped";
  /** Kills it, without a graceful shutdown. */
  readonly pullPlug: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

export interface PageOptions {
  /** 0: any free port. */
  readonly port?: number;
  readonly slack: FakeSlack;
  readonly driver: Driver;
  readonly channel: string;
  readonly people: readonly [Actor, ...Actor[]];
  readonly scenarios: readonly TrialGroup[];
  readonly happenings: () => readonly Happening[];
  readonly bot: BotProcess;
  readonly awsCalls: () => readonly AwsCall[];
  /** The newest first. */
  readonly announced: () => readonly Announced[];
  /** Called when the progress messages, the calls or the bot's state change. Returns a function that unsubscribes. */
  readonly onChange: (listener: () => void) => () => void;
  /** Text after "Decisions are kept in": "an embedded store, gone when the demo ends". */
  readonly store: string;
}

export interface Page {
  readonly url: string;
  close(): Promise<void>;
}
