import type { ReactNode } from "react";
import { type Message, microsOf, type Workspace } from "../../fakes/slack/workspace.ts";
import { linesOf, namesIn } from "../cards.ts";
import { Blocks } from "./blocks.tsx";
import { ConfirmDialogs } from "./dialogs.tsx";

interface ChannelProps {
  readonly workspace: Workspace;
  readonly channel: string;
  /** The person whose private messages are shown. */
  readonly person: string;
}

/**
 * The channel as one person sees it: cards and broadcasts, collapsed threads below them, and the person's private
 * messages.
 */
export function Channel({ workspace, channel, person }: ChannelProps): ReactNode {
  const mine = workspace.privateTo(person).filter((message) => message.channel === channel);
  const shown = inOrder([...workspace.timeline(channel), ...mine.filter((it) => it.threadTs === undefined)]);
  if (shown.length === 0) {
    return (
      <p className="empty" id="hp-empty">
        Nothing has happened yet. Start one of the scenarios.
      </p>
    );
  }
  return shown.map((message) => {
    const replies = message.threadTs === undefined ? workspace.repliesTo(message) : [];
    const privateReplies = mine.filter((it) => it.threadTs === message.ts);
    return (
      <Entry key={message.ts} message={message} workspace={workspace}>
        <Thread replies={inOrder([...replies, ...privateReplies])} ts={message.ts} workspace={workspace} />
      </Entry>
    );
  });
}

function inOrder(messages: readonly Message[]): readonly Message[] {
  return messages.toSorted((a, b) => microsOf(a.ts) - microsOf(b.ts));
}

function anchorOf(ts: string): string {
  return `hp-${ts.replace(".", "-")}`;
}

interface EntryProps {
  readonly message: Message;
  readonly workspace: Workspace;
  readonly children?: ReactNode;
}

function Entry({ message, workspace, children }: EntryProps): ReactNode {
  const isPrivate = message.onlyFor !== undefined;
  return (
    <article
      aria-label={message.text}
      className={isPrivate ? "message private" : "message"}
      data-channel={message.channel}
      data-revision={message.revision}
      data-ts={message.ts}
      id={anchorOf(message.ts)}
      tabIndex={-1}
    >
      <div aria-hidden="true" className="avatar">
        <svg aria-hidden="true" viewBox="0 0 24 24">
          <path d="M8 4v16M16 4v16M8 12h8" />
        </svg>
      </div>
      <div className="body">
        <Heading message={message} workspace={workspace} />
        <Content message={message} workspace={workspace} />
        <Notified message={message} workspace={workspace} />
        {children}
      </div>
    </article>
  );
}

function Heading({ message, workspace }: EntryProps): ReactNode {
  const reader = message.onlyFor === undefined ? undefined : workspace.person(message.onlyFor);
  return (
    <>
      {reader === undefined ? null : (
        <p className="only">
          <span aria-hidden="true">👁 </span>Only {reader.realName ?? reader.name} sees this
        </p>
      )}
      {message.broadcast && message.threadTs !== undefined ? (
        <p className="only">
          <a href={`#${anchorOf(message.threadTs)}`}>Replied to a card</a>, and sent to the channel too
        </p>
      ) : null}
      <p className="sender">
        <strong>Holdpoint</strong> <span className="badge">APP</span>{" "}
        <time data-epoch={Math.floor(microsOf(message.ts) / 1e6)} data-format="{time}">
          now
        </time>
        {message.editedTs === undefined ? null : <span className="edited"> (edited)</span>}
      </p>
    </>
  );
}

function Content({ message, workspace }: EntryProps): ReactNode {
  const { blocks, text } = message;
  const shown =
    blocks.length > 0 ? blocks : [{ type: "section", text: { type: "mrkdwn", text: text || "…" } }];
  return (
    <>
      <Blocks blocks={shown} workspace={workspace} />
      <ConfirmDialogs blocks={blocks} />
    </>
  );
}

/** The people notified when the message was posted, and the text on their lock screens. Edits notify nobody. */
function Notified({ message, workspace }: EntryProps): ReactNode {
  if (message.onlyFor !== undefined || message.isTombstone) return null;
  const nameOf = namesIn({ workspace });
  const names = message.notified.map(({ user }) => nameOf(user));
  const isInChannel = message.threadTs === undefined || message.broadcast;
  if (names.length === 0 && !isInChannel) return <p className="notified">🔕 Notifies nobody</p>;
  return (
    <p className={names.length > 0 ? "notified rings" : "notified"}>
      {names.length > 0
        ? `🔔 ${isInChannel ? "Notifies" : "A reply notifies"} ${names.join(" and ")}: `
        : "🔕 Mentions nobody. People who follow the whole channel get: "}
      <q>{linesOf({ text: message.push, blocks: [] }, nameOf).join(" ")}</q>
    </p>
  );
}

function rings({ notified, onlyFor }: Message): boolean {
  return notified.length > 0 && onlyFor === undefined;
}

function Thread({
  replies,
  ts,
  workspace,
}: {
  replies: readonly Message[];
  ts: string;
  workspace: Workspace;
}): ReactNode {
  if (replies.length === 0) return null;
  return [
    // A notification is seen before the thread is opened.
    ...replies
      .filter((reply) => rings(reply) && !reply.broadcast)
      .map((reply) => <Notified key={reply.ts} message={reply} workspace={workspace} />),
    <details className="thread" data-keep={ts} key="thread">
      <summary>
        {replies.length} {replies.length === 1 ? "reply" : "replies"} in the thread
      </summary>
      {replies.map((reply) => (
        <article
          aria-label={reply.text}
          className={reply.onlyFor === undefined ? "reply" : "reply private"}
          data-channel={reply.channel}
          data-revision={reply.revision}
          data-ts={reply.ts}
          key={reply.ts}
        >
          <Heading message={{ ...reply, broadcast: false }} workspace={workspace} />
          <Content message={reply} workspace={workspace} />
          {rings(reply) ? null : <Notified message={reply} workspace={workspace} />}
        </article>
      ))}
    </details>,
  ];
}
