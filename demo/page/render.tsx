import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import type { PageOptions } from "./contract.ts";
import { ViewDialog } from "./dialogs.tsx";
import { Channel } from "./messages.tsx";
import { Announcements, AwsCalls, BotSwitch, Happenings, Intro, People, Scenarios } from "./panels.tsx";

/** The parts of the page that change, by the id of their element. */
export const fragmentIds = ["hp-bot", "hp-happenings", "hp-channel", "hp-view", "hp-bus", "hp-aws"] as const;
type FragmentId = (typeof fragmentIds)[number];
export type Fragments = Readonly<Record<FragmentId, string>>;

export function renderFragments(options: PageOptions, person: string): Fragments {
  const parts = partsOf(options, person);
  return {
    "hp-bot": markup(parts["hp-bot"]),
    "hp-happenings": markup(parts["hp-happenings"]),
    "hp-channel": markup(parts["hp-channel"]),
    "hp-view": markup(parts["hp-view"]),
    "hp-bus": markup(parts["hp-bus"]),
    "hp-aws": markup(parts["hp-aws"]),
  };
}

function partsOf(
  { slack, bot, channel, happenings, announced, awsCalls }: PageOptions,
  person: string,
): Record<FragmentId, ReactNode> {
  const view = slack.views.topOf(person);
  return {
    "hp-bot": <BotSwitch state={bot.state()} />,
    "hp-happenings": <Happenings happenings={happenings()} />,
    "hp-channel": <Channel channel={channel} person={person} workspace={slack.workspace} />,
    "hp-view":
      view === undefined ? null : <ViewDialog key={view.id} view={view} workspace={slack.workspace} />,
    "hp-bus": <Announcements announced={announced()} />,
    "hp-aws": <AwsCalls calls={awsCalls()} />,
  };
}

/**
 * The renderer repeats ids: block and action ids in every message, and its own on each root. Ids must be unique in a
 * document, so they become data attributes. The replacement only hits attributes, because React escapes all other
 * quotes.
 */
function markup(node: ReactNode): string {
  return renderToStaticMarkup(node).replaceAll(/ id="(?!hp-)([^"]*)"/g, ' data-id="$1"');
}

export function renderPage(options: PageOptions, person: string): string {
  const parts = partsOf(options, person);
  const name = options.slack.workspace.channel(options.channel)?.name ?? options.channel;
  const page = (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta content="width=device-width, initial-scale=1" name="viewport" />
        <meta content="light dark" name="color-scheme" />
        <title>Holdpoint demo</title>
        <link href="data:," rel="icon" />
        <link href="/blocks.css" rel="stylesheet" />
        <link href="/page.css" rel="stylesheet" />
        <script src="/page.js" />
      </head>
      <body data-as={person}>
        <aside className="scene">
          <Intro store={options.store} />
          <Scenarios scenarios={options.scenarios} />
        </aside>
        <main>
          <header className="channel-name">
            <h2># {name}</h2>
            <People acting={person} people={options.people} />
          </header>
          <div id="hp-happenings" role="status">
            {parts["hp-happenings"]}
          </div>
          <div data-keyed="true" id="hp-channel">
            {parts["hp-channel"]}
          </div>
          <form className="composer" data-command="true">
            <label className="visually-hidden" htmlFor="hp-command">
              Slash command
            </label>
            <input
              autoComplete="off"
              defaultValue="/deploy list"
              id="hp-command"
              name="text"
              spellCheck={false}
            />
            <button className="primary" type="submit">
              Send
            </button>
          </form>
        </main>
        <aside className="aws">
          <section>
            <h2>The bot’s process</h2>
            <div id="hp-bot">{parts["hp-bot"]}</div>
          </section>
          <section>
            <h2>Told to the event bus</h2>
            <ol data-keyed="true" id="hp-bus">
              {parts["hp-bus"]}
            </ol>
          </section>
          <section>
            <h2>Calls that reached AWS</h2>
            <input defaultChecked={false} id="hp-reads" type="checkbox" />
            <label htmlFor="hp-reads">Show reads too</label>
            <ol data-keyed="true" id="hp-aws">
              {parts["hp-aws"]}
            </ol>
          </section>
        </aside>
        <div id="hp-view">{parts["hp-view"]}</div>
        <p aria-live="polite" className="visually-hidden" id="hp-said" />
        <p className="note" id="hp-note" popover="manual" role="status" />
      </body>
    </html>
  );
  return `<!doctype html>${markup(page)}`;
}
