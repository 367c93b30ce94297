import { z } from "zod";
import type { Delivered } from "../../fakes/slack/delivery/delivery.ts";
import { stringIn } from "../../fakes/slack/json.ts";
import { drawnElements } from "../../fakes/slack/workspace.ts";
import type { PageOptions } from "./contract.ts";

/** The actions of the page's user. */
const act = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("click"),
    as: z.string(),
    channel: z.string(),
    ts: z.string(),
    revision: z.number().int(),
    blockId: z.string(),
    actionId: z.string(),
    option: z.string().optional(),
  }),
  z.object({
    kind: z.literal("click-in-view"),
    as: z.string(),
    viewId: z.string(),
    blockId: z.string(),
    actionId: z.string(),
    option: z.string().optional(),
  }),
  z.object({
    kind: z.literal("submit"),
    as: z.string(),
    viewId: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  }),
  z.object({ kind: z.literal("dismiss"), as: z.string(), viewId: z.string() }),
  z.object({ kind: z.literal("command"), as: z.string(), text: z.string().max(3_000) }),
  z.object({ kind: z.literal("scenario"), id: z.string() }),
  z.object({ kind: z.literal("plug") }),
  z.object({ kind: z.literal("restart") }),
]);
type Act = z.infer<typeof act>;

/** `note`: a sentence for the user where Slack would show one. */
export interface Acted {
  readonly status: number;
  readonly note?: string;
}

export async function perform(options: PageOptions, sent: unknown): Promise<Acted> {
  const parsed = act.safeParse(sent);
  if (!parsed.success) return { status: 400, note: z.prettifyError(parsed.error) };
  try {
    const note = await carryOut(options, parsed.data);
    return note === undefined ? { status: 200 } : { status: 200, note };
  } catch (error) {
    return { status: 409, note: error instanceof Error ? error.message : String(error) };
  }
}

async function carryOut(options: PageOptions, done: Act): Promise<string | undefined> {
  const { driver, bot, scenarios } = options;
  switch (done.kind) {
    case "click": {
      const { as, channel, ts, revision, option, ...which } = done;
      const clicked = await driver.click(as, { channel, ts }, which, optional({ revision, option }));
      return noteFor(clicked) ?? linkNote(options, done);
    }
    case "click-in-view": {
      const { as, viewId, option, ...which } = done;
      return noteFor(await driver.clickInView(as, viewId, which, optional({ option })));
    }
    case "submit":
      await driver.submit(done.as, done.viewId, done.values);
      return undefined;
    case "dismiss":
      await driver.dismiss(done.as, done.viewId);
      return undefined;
    case "command":
      if (!done.text.startsWith("/deploy")) return "Only /deploy is connected here. Try /deploy help.";
      return noteFor(await driver.command(done.as, done.text, { channel: options.channel }));
    case "scenario":
      await scenarios
        .flatMap(({ trials }) => trials)
        .find(({ id }) => id === done.id)
        ?.run();
      return undefined;
    case "plug":
      await bot.pullPlug();
      return undefined;
    case "restart":
      await bot.restart();
      return undefined;
  }
}

function optional(options: { readonly revision?: number; readonly option?: string | undefined }) {
  const { option, ...rest } = options;
  return option === undefined ? rest : { ...rest, option };
}

const patienceMs = 3_000;

function noteFor({ status, inTime, elapsedMs }: Delivered): string | undefined {
  if (inTime) return undefined;
  if (elapsedMs >= patienceMs)
    return "The bot did not answer within 3 seconds: Slack shows a warning sign here. Look at the card before you press again.";
  return status === 0
    ? "The bot is not there, or went away before it answered: Slack shows a warning sign here."
    : `The bot answered ${status}. Slack shows a warning sign here.`;
}

function linkNote({ slack }: PageOptions, clicked: { channel: string; ts: string; actionId: string }) {
  const blocks = slack.workspace.message(clicked.channel, clicked.ts)?.blocks ?? [];
  const pressed = drawnElements(blocks).find(({ element }) => element.action_id === clicked.actionId);
  const url = stringIn(pressed?.element.url);
  return url === undefined ? undefined : `In Slack this button opens ${url}`;
}
