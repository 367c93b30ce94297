/** Two people who answer one hold in opposite ways at the same time. */

import { writesAbout } from "./calls.ts";
import { cardOf, hasButton, linesOf, namesIn } from "./cards.ts";
import { jun, mara } from "./cast.ts";
import type { Started } from "./fleet.ts";
import type { World } from "./world.ts";

const answersMs = 30_000;

/** Resolves with a description of the result. */
export async function pressAtOnce(world: World, started: Started, cardMs: number): Promise<string> {
  const { slack, driver, aws, changes } = world;
  const card = await changes.waitFor(
    () => {
      const drawn = cardOf(slack, started);
      return hasButton(drawn, "Continue") && hasButton(drawn, "Roll back") && drawn;
    },
    { what: "The card with its buttons", timeoutMs: cardMs },
  );
  const presses = [
    { person: mara, button: "Continue" },
    { person: jun, button: "Roll back" },
  ];
  // The order of the two requests is random.
  const inSomeOrder = Math.random() < 0.5 ? presses : presses.toReversed();
  const options = { revision: card.revision };
  const pressedAtMs = Date.now();
  await Promise.all(inSomeOrder.map(({ person, button }) => driver.click(person.id, card, button, options)));

  const heard = (person: string) =>
    slack.workspace
      .privateTo(person)
      .find(({ text, ts }) => Number(ts) * 1_000 >= pressedAtMs && text.includes(started.service));
  const answers = await changes.waitFor(
    () => {
      const told = presses.flatMap(({ person, button }) => {
        const answer = heard(person.id);
        return answer === undefined ? [] : [{ person, button, answer }];
      });
      return told.length === presses.length && told;
    },
    { what: "Both private answers", timeoutMs: answersMs },
  );
  const calls = writesAbout(aws.calls, started.arn);
  const loser = answers.find(({ answer }) => answer.text.includes("not sent"));
  const winner = answers.find((told) => told !== loser);
  if (loser === undefined || winner === undefined)
    return "Neither of the two was told that the other was first.";
  const [what, why = ""] = linesOf(loser.answer, namesIn(slack));
  return `Both pressed in the same instant. ${winner.person.realName} was first with “${winner.button}”, and AWS got ${calls.length === 1 ? "one call" : `${calls.length} calls`}. Only ${loser.person.realName} reads: ${what} ${why}`;
}
