import { z } from "zod";
import { checkBlocks, sentenceFor } from "../blocks/limits.ts";
import { type JsonObject, jsonObjects } from "../json.ts";
import type { Message, Workspace } from "../workspace.ts";

/** docs.slack.dev, "Handling user interaction": five uses within thirty minutes. */
const uses = 5;
const lifeMs = 30 * 60_000;

export interface Origin {
  readonly channel: string;
  readonly person: string;
  /** The message whose button was clicked; absent for a slash command. */
  readonly message?: Message;
}

export interface Responded {
  readonly status: number;
  readonly answer: JsonObject;
}

const body = z.looseObject({
  text: z.string().optional(),
  blocks: jsonObjects.optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).default("ephemeral"),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});

/** Messages sent to the `response_url` of a click or a command. They need no channel membership. */
export function createResponseUrls(workspace: Workspace) {
  const issued = new Map<string, { origin: Origin; at: number; left: number }>();
  let count = 0;

  function issue(origin: Origin): string {
    const now = workspace.clock();
    for (const [id, url] of issued) if (now - url.at > 2 * lifeMs) issued.delete(id);
    count += 1;
    const id = `${workspace.seed.team.id}.${count}.${now.toString(36)}`;
    issued.set(id, { origin, at: now, left: uses });
    return id;
  }

  function respond(id: string, sent: JsonObject): Responded {
    const url = issued.get(id);
    if (url === undefined) return refused(404, "invalid_url");
    if (workspace.clock() - url.at > lifeMs) return refused(404, "expired_url");
    if (url.left <= 0) return refused(404, "used_url");
    url.left -= 1;
    const parsed = body.safeParse(sent);
    if (!parsed.success) return refused(400, "invalid_payload");
    const problems = checkBlocks(parsed.data.blocks ?? [], "message");
    if (problems.length > 0) {
      return {
        status: 400,
        answer: { ok: false, error: "invalid_blocks", messages: problems.map(sentenceFor) },
      };
    }
    say(url.origin, parsed.data);
    return { status: 200, answer: { ok: true } };
  }

  /** Also used for the HTTP response body of a slash command. */
  function say(origin: Origin, said: z.infer<typeof body>): void {
    const original = origin.message && workspace.message(origin.message.channel, origin.message.ts);
    if (original !== undefined && said.delete_original) {
      workspace.remove(original);
      return;
    }
    const content = { text: said.text ?? "", blocks: said.blocks ?? [] };
    if (original !== undefined && said.replace_original) {
      workspace.edit(original, content);
      return;
    }
    workspace.post({
      channel: origin.channel,
      ...content,
      ...(said.response_type === "in_channel" ? {} : { onlyFor: origin.person }),
      threadTs: said.thread_ts,
    });
  }

  function sayOn(origin: Origin, sent: JsonObject): void {
    const parsed = body.safeParse(sent);
    if (parsed.success && Object.keys(sent).length > 0) say(origin, parsed.data);
  }

  return { issue, respond, sayOn };
}

function refused(status: number, error: string): Responded {
  return { status, answer: { ok: false, error } };
}
