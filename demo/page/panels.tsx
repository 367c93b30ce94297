import type { ReactNode } from "react";
import type { Announced, AwsCall, BotProcess, Happening, PageOptions } from "./contract.ts";

/** Everything around the channel: introduction, scenarios, people, the bot's process, and the calls to AWS. */

export function Intro({ store }: { store: string }): ReactNode {
  return (
    <section>
      <h1>Holdpoint, on this machine</h1>
      <p>
        When an AWS deployment waits for a person, Holdpoint asks in Slack and passes the answer on, once. The
        bot is the real program; AWS and Slack are stand-ins on this machine, so nothing here can break
        anything. One deployment waits already: press a button on its card.
      </p>
      <p className="quiet">Decisions are kept in {store}.</p>
    </section>
  );
}

/** Only one group is open at a time, so that the list isn't longer than the page. */
export function Scenarios({ scenarios }: Pick<PageOptions, "scenarios">): ReactNode {
  return (
    <section>
      <h2>What to try</h2>
      {scenarios.map(({ title, trials }, index) => (
        <details className="trials" key={title} name="trials" open={index === 0}>
          <summary>{title}</summary>
          <ul>
            {trials.map((trial) => (
              <li key={trial.id}>
                <button data-scenario={trial.id} type="button">
                  {trial.title}
                </button>
                <p>{trial.tryThis}</p>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}

export function People({ people, acting }: Pick<PageOptions, "people"> & { acting: string }): ReactNode {
  const role = people.find(({ id }) => id === acting)?.role ?? "";
  return (
    <nav aria-label="Act as" className="actors">
      <span className="quiet">Act as</span>
      <ul className="people">
        {people.map((person) => (
          <li key={person.id}>
            <a
              aria-current={person.id === acting ? "true" : undefined}
              href={`/?as=${encodeURIComponent(person.id)}`}
              title={person.role}
            >
              {person.name}
            </a>
          </li>
        ))}
      </ul>
      <p className="quiet">{role}</p>
    </nav>
  );
}

const botWords: Readonly<Record<ReturnType<BotProcess["state"]>, string>> = {
  running: "● The bot is running.",
  starting: "◐ The bot is starting.",
  stopped: "○ The bot is down. What you press now does not reach it.",
};

export function BotSwitch({ state }: { state: ReturnType<BotProcess["state"]> }): ReactNode {
  return (
    <>
      <p className={`bot ${state}`} role="status">
        {botWords[state]}
      </p>
      <div className="switches">
        <button data-act="plug" disabled={state === "stopped"} type="button">
          Pull the plug
        </button>
        <button data-act="restart" disabled={state === "starting"} type="button">
          {state === "stopped" ? "Start it again" : "Restart"}
        </button>
      </div>
      <p className="quiet">
        {state === "stopped"
          ? "AWS keeps sending its events until somebody takes them."
          : "Pull it right after you have pressed Continue: nothing is asked twice, nothing is forgotten."}
      </p>
    </>
  );
}

export function Happenings({ happenings }: { happenings: readonly Happening[] }): ReactNode {
  return happenings.map(({ id, text, untilMs }) => (
    <p className="happening" key={id}>
      {text}
      {untilMs === undefined ? null : <span className="countdown" data-until={untilMs} />}
    </p>
  ));
}

export function AwsCalls({ calls }: { calls: readonly AwsCall[] }): ReactNode {
  const changes = calls.filter(({ isWrite }) => isWrite);
  const none = (
    <li className="none" id="hp-no-calls" key="none">
      Nothing has been changed. The bot only reads so far.
    </li>
  );
  return [
    ...(changes.length === 0 ? [none] : []),
    ...calls.toReversed().map((call) => (
      <li className={call.isWrite ? "write" : "read"} id={`hp-call-${call.id}`} key={call.id}>
        <p>
          <span className="kind">{call.isWrite ? "changes" : "reads"}</span>{" "}
          <time data-epoch={Math.floor(call.at / 1000)} data-format="{time_secs}">
            now
          </time>{" "}
          <span className={call.answer === "200" ? "answer" : "answer error"}>{call.answer}</span>
        </p>
        <p>
          <strong>{call.service}</strong> <code>{call.operation}</code>
        </p>
        <p className="quiet">{call.about}</p>
      </li>
    )),
  ];
}

export function Announcements({ announced }: { announced: readonly Announced[] }): ReactNode {
  if (announced.length === 0)
    return (
      <li className="none" id="hp-none-announced">
        Nothing yet. Every decision, and what became of it, is put here for other programs.
      </li>
    );
  return announced.map(({ id, at, about, state }) => (
    <li id={`hp-announced-${id}`} key={id}>
      <time data-epoch={Math.floor(at / 1000)} data-format="{time_secs}">
        now
      </time>{" "}
      <strong>{state}</strong> {about}
    </li>
  ));
}
