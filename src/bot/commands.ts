import type { Person } from "../handlers/policy.ts";
import type { Telemetry } from "../handlers/ports.ts";
import type { CarryOut } from "./answer/carry-out.ts";
import { describeStranger } from "./card/private/without-answer.ts";
import type { Interpret } from "./command/interpret.ts";
import { parseCommand } from "./command/parse-command.ts";
import { slashSchema } from "./slack/payloads.ts";
import type { Reply } from "./slack/reply.ts";
import type { Workspace } from "./slack/workspace.ts";
import type { StrategyBot } from "./strategy/strategies.ts";

/** Handles `/deploy`: reads are answered privately at once; everything else takes the same path as the buttons. */
export function createCommands({
  plan,
  carryOut,
  strategies,
  persons,
  workspace,
  heard,
  tell,
  telemetry,
}: {
  readonly plan: Interpret;
  readonly carryOut: CarryOut;
  readonly strategies: StrategyBot;
  readonly persons: (user: string, teamId: string | undefined) => Promise<Person>;
  readonly workspace: () => Workspace | undefined;
  /** Records the command's name in this workspace. */
  readonly heard: (slash: string) => void;
  readonly tell: Reply;
  readonly telemetry: Telemetry;
}) {
  return async function command(
    body: unknown,
    acknowledge: () => void,
    correlationId: string,
  ): Promise<void> {
    const {
      user_id,
      team_id,
      channel_id,
      response_url,
      trigger_id,
      text,
      command: slash,
    } = slashSchema.parse(body);
    heard(slash);
    const audience = {
      ...{ user: user_id, slash },
      ...(channel_id === undefined ? {} : { channel: channel_id }),
      ...(response_url === undefined ? {} : { responseUrl: response_url }),
    };
    const parsed = parseCommand(text);
    telemetry.count("commands", { kind: parsed.kind });
    // A request is acknowledged once it is recorded, everything else immediately.
    if (parsed.kind !== "ask") acknowledge();
    // A command's team_id is where it was typed, not the person's team: only one that isn't ours means anything.
    const person = await persons(user_id, team_id === workspace()?.teamId ? undefined : team_id);
    if (person.foreign) {
      acknowledge();
      return tell(audience, describeStranger());
    }
    const trigger = trigger_id === undefined ? {} : { triggerId: trigger_id };
    if (parsed.kind === "strategy")
      return strategies.command(parsed.ask, { person, audience, correlationId, acknowledge, ...trigger });
    const planned = await plan({ text, person, slash });
    if (planned.kind === "say") {
      acknowledge();
      return tell(audience, planned.message);
    }
    await carryOut(planned.choice, { person, audience, correlationId, acknowledge, ...trigger });
  };
}
