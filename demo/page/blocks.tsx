import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { type Block, Message } from "slack-blocks-to-jsx";
import { z } from "zod";
import { elementsOf } from "../../fakes/slack/blocks/limits.ts";
import { type JsonObject, objectIn, objectsIn, stringIn } from "../../fakes/slack/json.ts";
import { allOptions, labelOf } from "../../fakes/slack/state.ts";
import type { Workspace } from "../../fakes/slack/workspace.ts";
import { avoidFaults, isMenu } from "./renderer-faults.ts";

/** Blocks are validated when they are posted; blocks that the renderer can't render are handled below. */
const rendererBlocks = z.custom<Block[]>(Array.isArray);

/** Renders blocks one by one, so that a broken one doesn't affect the others. */
export function Blocks({
  blocks,
  workspace,
}: {
  blocks: readonly JsonObject[];
  workspace: Workspace;
}): ReactNode {
  return blocks.map((block, index) => (
    <div className="block" key={stringIn(block.block_id) ?? index}>
      <OneBlock block={block} workspace={workspace} />
      <Menus block={block} />
    </div>
  ));
}

/** Whether a block can be rendered, found out by rendering it: error boundaries don't work on the server. */
const drawable = new WeakMap<JsonObject, boolean>();

function OneBlock({ block, workspace }: { block: JsonObject; workspace: Workspace }): ReactNode {
  const without = withoutMenus(block);
  if (without === undefined) return null;
  const drawing = <Drawn block={without} workspace={workspace} />;
  const known = drawable.get(block);
  const isDrawable = known ?? draws(drawing);
  drawable.set(block, isDrawable);
  return isDrawable ? drawing : <AsJson block={block} />;
}

function draws(drawing: ReactNode): boolean {
  try {
    return renderToStaticMarkup(drawing).includes("slack_blocks_to_jsx--block_wrapper");
  } catch {
    return false;
  }
}

function AsJson({ block }: { block: JsonObject }): ReactNode {
  return (
    <figure className="as-json">
      <figcaption>This page can’t draw this block. It was sent as:</figcaption>
      <pre>{JSON.stringify(block, null, 2)}</pre>
    </figure>
  );
}

function Drawn({ block, workspace }: { block: JsonObject; workspace: Workspace }): ReactNode {
  return (
    <Message
      blocks={rendererBlocks.parse([avoidFaults(block)])}
      hooks={hooksFor(workspace)}
      logo=""
      name=""
      theme="light"
      withoutWrapper
    />
  );
}

type Hooks = NonNullable<Parameters<typeof Message>[0]["hooks"]>;

function hooksFor(workspace: Workspace): Hooks {
  const person = (id: string): string => workspace.person(id)?.realName ?? workspace.person(id)?.name ?? id;
  return {
    user: ({ id }) => <span className="mention">@{person(id)}</span>,
    usergroup: ({ id }) => <span className="mention">@{workspace.userGroup(id)?.handle ?? id}</span>,
    channel: ({ id }) => <span className="mention">#{workspace.channel(id)?.name ?? id}</span>,
    date: ({ timestamp, format, fallback }) => (
      <time data-epoch={timestamp} data-format={format}>
        {fallback}
      </time>
    ),
    link: ({ href, children }) => <Link href={href}>{children}</Link>,
    // "14:32:10" is not an emoji.
    emoji: (data, draw) => (/^\d+$/.test(data.name) ? `:${data.name}:` : draw(data)),
  };
}

/** Links to messages of this workspace work; others only show their target, because the demo stays on this machine. */
function Link({ href, children }: { href: string; children: ReactNode }): ReactNode {
  const ts = /\/archives\/[^/]+\/p(\d+)(\d{6})/.exec(href);
  if (ts !== null) return <a href={`#hp-${ts[1]}-${ts[2]}`}>{children}</a>;
  return (
    <span className="outside" title={`In Slack this opens ${href}`}>
      {children}
    </span>
  );
}

function withoutMenus(block: JsonObject): JsonObject | undefined {
  const accessory = objectIn(block.accessory);
  const { accessory: _drawnBelow, ...rest } = block;
  const kept = isMenu(accessory) ? rest : block;
  if (block.type !== "actions") return kept;
  const elements = objectsIn(block.elements).filter((element) => !isMenu(element));
  return elements.length === 0 ? undefined : { ...kept, elements };
}

function Menus({ block }: { block: JsonObject }): ReactNode {
  if (block.type === "input") return null;
  return elementsOf(block)
    .filter(isMenu)
    .map((element) => {
      const actionId = stringIn(element.action_id) ?? "";
      const placeholder = stringIn(objectIn(element.placeholder).text) ?? "Choose";
      return (
        <label className="menu" key={actionId}>
          <span className="visually-hidden">{placeholder}</span>
          <select data-menu={actionId} data-block={stringIn(block.block_id)} defaultValue="">
            <option disabled value="">
              {placeholder}
            </option>
            <Options element={element} />
          </select>
        </label>
      );
    });
}

export function Options({ element }: { element: JsonObject }): ReactNode {
  return allOptions(element).map((option) => {
    const value = stringIn(option.value) ?? "";
    return (
      <option key={value} value={value}>
        {labelOf(option)}
      </option>
    );
  });
}
