import type { Driver } from "../../fakes/slack/driver.ts";
import type { FakeSlack } from "../../fakes/slack/server.ts";

/** Something to try: one button that makes something happen in AWS, or at two places at once. */
export interface Trial {
  readonly id: string;
  readonly title: string;
  /** One sentence: what to look for. */
  readonly tryThis: string;
  readonly run: () => Promise<void>;
}

/** What can be tried of one kind, under one heading. */
export interface TrialGroup {
  readonly title: string;
  readonly trials: readonly Trial[];
}

/** What a scenario says while it runs. */
export interface Happening {
  /** The scenario's. */
  readonly id: string;
  readonly text: string;
  /** Counted down to, in milliseconds since the epoch. */
  readonly untilMs?: number;
}

/** One call that reached the fake AWS. */
export interface AwsCall {
  readonly id: string;
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  /** It changes something; a read does not. */
  readonly isWrite: boolean;
  /** What it was about, short: "checkout-api · CONTINUE". */
  readonly about: string;
  /** "200", or AWS's own error name. */
  readonly answer: string;
}

/** One event that Holdpoint put on the event bus for other programs. */
export interface Announced {
  readonly id: string;
  readonly at: number;
  /** "continue · checkout-api in prod" */
  readonly about: string;
  /** "decided", "confirmed". */
  readonly state: string;
}

/** Somebody whom the reader of the page can be. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  /** "may approve", in words. */
  readonly role: string;
}

/** The bot's process. */
export interface BotProcess {
  readonly state: () => "running" | "starting" | "stopped";
  /** As if somebody pulled the plug: no drain, no goodbye. */
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
  /** Called whenever the happenings, the calls or the bot's state changed. Returns the function that ends it. */
  readonly onChange: (listener: () => void) => () => void;
  /** Where decisions are kept, in words: "an embedded store, gone when the demo ends". */
  readonly store: string;
}

export interface Page {
  readonly url: string;
  close(): Promise<void>;
}
