import type { Answerer } from "../../handlers/answer/answer.ts";
import type { LabelFor } from "../../handlers/names/labels.ts";
import type { Person } from "../../handlers/policy.ts";
import type { ButtonValue } from "../card/parts/button.ts";
import type { Choice } from "../card/parts/choice.ts";
import { tellWithdrawn } from "../card/private/private.ts";
import type { Audience, Reply } from "../slack/reply.ts";
import type { DryRun } from "./dry-run.ts";
import type { ShowOne } from "./show.ts";
import type { SubmitRequest } from "./submit.ts";

/** The person who asks, and where the reply goes. */
interface From {
  readonly person: Person;
  readonly audience: Audience;
  readonly triggerId?: string;
  readonly correlationId: string;
  readonly acknowledge: () => void;
}

export type CarryOut = (choice: Choice, from: From) => Promise<void>;

/** Carries out a command, whether its meaning was clear at once or chosen among several. */
export function createCarryOut({
  ask,
  showOne,
  dryRun,
  answerer,
  tell,
  labelFor,
}: {
  readonly ask: SubmitRequest;
  readonly showOne: ShowOne;
  readonly dryRun: DryRun;
  readonly answerer: Pick<Answerer, "withdraw">;
  readonly tell: Reply;
  readonly labelFor: LabelFor;
}): CarryOut {
  async function withdraw(value: ButtonValue, { person, audience }: From): Promise<void> {
    const end = await answerer.withdraw({ ...value, person });
    const deployment = "deployment" in end ? end.deployment : undefined;
    const named = deployment === undefined ? {} : { label: await labelFor(deployment) };
    await tell(
      audience,
      tellWithdrawn(end, { action: value.action, user: person.user, slash: audience.slash, ...named }),
    );
  }

  return async (choice, from) => {
    const { person, correlationId, audience, acknowledge } = from;
    switch (choice.kind) {
      case "ask": {
        const reason = choice.reason === undefined ? {} : { reason: choice.reason };
        const seen = choice.seen === undefined ? {} : { seen: choice.seen };
        return ask({ ...choice.value, person, correlationId, ...reason, ...seen }, from, acknowledge);
      }
      case "dry-run":
        acknowledge();
        return tell(audience, await dryRun(choice, person, audience.slash));
      case "withdraw":
        acknowledge();
        return withdraw(choice.value, from);
      case "show":
        acknowledge();
        return showOne(choice.key, person, audience);
    }
  };
}
