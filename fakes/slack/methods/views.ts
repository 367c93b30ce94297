import { z } from "zod";
import { checkView, sentenceFor } from "../blocks/limits.ts";
import type { JsonObject } from "../json.ts";
import type { Views } from "../views.ts";
import type { Workspace } from "../workspace.ts";
import { type Answer, type Method, method, objectField, refuse } from "./method.ts";

const onTrigger = z.object({ trigger_id: z.string(), view: objectField });

/** views.*: https://docs.slack.dev/reference/methods?family=views */
export function viewMethods(workspace: Workspace, views: Views): Readonly<Record<string, Method>> {
  const answer = (changed: ReturnType<Views["open"]>): Answer =>
    changed.ok ? { ok: true, view: views.json(changed.view) } : refuse(changed.error);

  return {
    "views.open": method({
      args: onTrigger,
      run: ({ trigger_id, view }) => judgeView(view) ?? answer(views.open(trigger_id, view)),
    }),
    "views.push": method({
      args: onTrigger,
      run: ({ trigger_id, view }) => judgeView(view) ?? answer(views.push(trigger_id, view)),
    }),
    "views.update": method({
      args: z.object({
        view_id: z.string().optional(),
        external_id: z.string().optional(),
        hash: z.string().optional(),
        view: objectField,
      }),
      run: ({ view_id, external_id, hash, view }) => {
        const id = view_id ?? (external_id === undefined ? undefined : views.byExternalId(external_id)?.id);
        return (
          judgeView(view) ?? (id === undefined ? refuse("not_found") : answer(views.update(id, view, hash)))
        );
      },
    }),
    "views.publish": method({
      args: z.object({ user_id: z.string(), hash: z.string().optional(), view: objectField }),
      run: ({ user_id, hash, view }) => {
        if (workspace.person(user_id) === undefined) return refuse("user_not_found");
        return judgeView(view) ?? answer(views.publish(user_id, view, hash));
      },
    }),
  };
}

function judgeView(view: JsonObject): Answer | undefined {
  const problems = checkView(view);
  return problems.length === 0 ? undefined : refuse("invalid_arguments", problems.map(sentenceFor));
}
