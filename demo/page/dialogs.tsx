import type { ReactNode } from "react";
import { type JsonObject, objectIn, objectsIn, stringIn } from "../../fakes/slack/json.ts";
import { labelOf } from "../../fakes/slack/state.ts";
import type { View } from "../../fakes/slack/views.ts";
import { drawnElements, type Workspace } from "../../fakes/slack/workspace.ts";
import { Blocks } from "./blocks.tsx";
import { InputField } from "./inputs.tsx";

const textOf = (object: JsonObject, member: string): string => stringIn(objectIn(object[member]).text) ?? "";

/** A button's confirmation dialog. Slack shows it too, before it sends anything to the bot. */
export function ConfirmDialogs({ blocks }: { blocks: readonly JsonObject[] }): ReactNode {
  return drawnElements(blocks)
    .filter(({ element }) => element.confirm !== undefined)
    .map(({ block, element }) => {
      const confirm = objectIn(element.confirm);
      const blockId = stringIn(block.block_id);
      const actionId = stringIn(element.action_id);
      return (
        <dialog
          aria-label={textOf(confirm, "title")}
          className="confirm"
          data-action={actionId}
          data-block={blockId}
          key={`${blockId} ${actionId}`}
        >
          <form method="dialog">
            <h3>{textOf(confirm, "title")}</h3>
            <p>{textOf(confirm, "text")}</p>
            <div className="answers">
              <button type="submit" value="deny">
                {textOf(confirm, "deny") || "Cancel"}
              </button>
              <button
                className={confirm.style === "danger" ? "danger" : "primary"}
                type="submit"
                value="confirm"
              >
                {textOf(confirm, "confirm") || labelOf(element)}
              </button>
            </div>
          </form>
        </dialog>
      );
    });
}

/** A modal with native inputs: the renderer's can't be filled in without its own script. */
export function ViewDialog({ view, workspace }: { view: View; workspace: Workspace }): ReactNode {
  const { content } = view;
  const trouble = view.errors[""];
  const title = textOf(content, "title");
  const submit = textOf(content, "submit");
  return (
    <dialog aria-label={title} className="view" data-view={view.id} data-open="true">
      <form data-submit={view.id}>
        <header>
          <h2>{title}</h2>
          <button aria-label="Close" className="close" data-dismiss={view.id} type="button">
            ✕
          </button>
        </header>
        <div className="view-body">
          {objectsIn(content.blocks).map((block, index) => {
            const id = stringIn(block.block_id) ?? String(index);
            if (block.type !== "input") return <Blocks blocks={[block]} key={id} workspace={workspace} />;
            return (
              <InputField
                block={block}
                error={view.errors[id]}
                key={id}
                typed={view.typed[id]}
                workspace={workspace}
              />
            );
          })}
          {trouble === undefined ? null : (
            <p className="error" role="alert">
              {trouble}
            </p>
          )}
        </div>
        <footer className="answers">
          <button data-dismiss={view.id} type="button">
            {textOf(content, "close") || "Cancel"}
          </button>
          {submit === "" ? null : (
            <button className="primary" type="submit">
              {submit}
            </button>
          )}
        </footer>
      </form>
      <ConfirmDialogs blocks={objectsIn(content.blocks)} />
    </dialog>
  );
}
