/**
 * The main scenario without a browser: plays it, prints a transcript for readers new to Holdpoint, and checks each
 * step.
 */

import type { Message } from "../fakes/slack/workspace.ts";
import { inWords, writesIn } from "./calls.ts";
import { buttonsOf, cardOf, hasButton, headerOf, linesOf, namesIn } from "./cards.ts";
import { channel, jun, mara, services, theo } from "./cast.ts";
import type { Started } from "./fleet.ts";
import type { World } from "./world.ts";

const wholeMs = 60_000;
const stepMs = 30_000;

type Person = typeof mara | typeof jun | typeof theo;

/** Resolves with the exit code. */
export async function playOnce(world: World, print: (text: string) => void): Promise<number> {
  const late = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it took longer than ${wholeMs / 1_000} s`)), wholeMs);
    timer.unref();
  });
  const transcript = createTranscript(world, print);
  try {
    await Promise.race([play(world, transcript), late]);
    print("\nEverything went as promised.\n");
    return 0;
  } catch (error) {
    print(`\nThis is not as promised: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    transcript.close();
  }
}

async function play(world: World, { say, follow }: Transcript): Promise<void> {
  const { slack, driver, fleet, aws, bot, store, changes } = world;
  say("Holdpoint, played once. The bot is the real program in a process of its own;");
  say("  AWS and Slack are stand-ins on this machine.");
  say(`Decisions are kept in ${store.words}.`);
  await bot.start();

  const started = fleet.deploy(services.pausing, {
    pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT", timeoutInMinutes: 30 }],
  });
  say("");
  say(`Somebody deploys version ${started.version} of ${started.service}, blue/green. Before production`);
  say("  traffic moves, AWS waits for a person.");
  follow(started);

  const asking = await changes.waitFor(
    () => {
      const card = cardOf(slack, started);
      return hasButton(card, "Continue") && hasButton(card, "Roll back") && card;
    },
    { what: "A card with Continue and Roll back", timeoutMs: stepMs },
  );

  async function press(person: Person, aside: string): Promise<string> {
    say("");
    say(`${person.realName} presses Continue${aside}.`);
    const pressedAtMs = Date.now();
    // Clicks on the revision that was on the screen, although the card may have been edited since.
    const { status } = await driver.click(person.id, asking, "Continue", { revision: asking.revision });
    expect(status === 200, `the bot answers ${person.realName}'s press with 200, not ${status}`);
    const answer = await changes.waitFor(
      () => slack.workspace.privateTo(person.id).find(({ ts }) => Number(ts) * 1_000 >= pressedAtMs),
      { what: `A private answer to ${person.realName}`, timeoutMs: stepMs },
    );
    say(`  Only ${person.realName} reads:`);
    for (const line of linesOf(answer, namesIn(slack))) say(`    ${line}`);
    return answer.text;
  }

  const refused = await press(theo, ", who is not among the approvers");
  expect(refused.includes("can't continue"), "Theo is told that he can't");
  expect(writesIn(aws.calls).length === 0, "nothing has reached AWS yet");

  await press(mara, "");
  const lost = await press(jun, " a moment later, on the card as it was");
  expect(lost.includes("not sent"), "Jun is told that nothing was sent");

  const done = await changes.waitFor(
    () => {
      const card = cardOf(slack, started);
      return card !== undefined && headerOf(card).includes("Done") && card;
    },
    { what: "A card that says Done", timeoutMs: stepMs },
  );
  expect(
    linesOf(done, namesIn(slack)).join("\n").includes("ECS confirmed"),
    "the card says that ECS confirmed",
  );
  expect(!hasButton(done, "Continue") && !hasButton(done, "Roll back"), "the last card asks for nothing");
  expect(world.ecs.deployment(started.arn).status === "SUCCESSFUL", "AWS says that the deployment succeeded");
  const cards = slack.workspace.timeline(channel.id).filter((message) => message.threadTs === undefined);
  expect(cards.length === 1, `there is one card, not ${cards.length}`);

  const writes = writesIn(aws.calls);
  say("");
  say(`Calls that changed something in AWS: ${writes.length}`);
  for (const call of writes.map((one) => inWords(one, world.names)))
    say(`  ${call.service} ${call.operation} (${call.about}): ${call.answer}`);
  expect(writes.length === 1, `AWS got one call, not ${writes.length}`);
  expect(writes[0]?.operation === "ContinueServiceDeployment", "the call is ContinueServiceDeployment");
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`expected that ${what}`);
}

interface Transcript {
  readonly say: (line: string) => void;
  /** Prints the deployment's card and thread whenever they change. */
  readonly follow: (started: Started) => void;
  readonly close: () => void;
}

function createTranscript({ slack, aws, names }: World, print: (text: string) => void): Transcript {
  const startedAtMs = performance.now();
  const stops: (() => void)[] = [];

  /** Lines that begin with a space belong to the previous one and get no time. */
  function say(line: string): void {
    const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
    const time = line === "" || line.startsWith(" ") ? "" : `${seconds} s`;
    print(`${time.padStart(6)}  ${line}`.trimEnd().concat("\n"));
  }

  function show(title: string, message: Message, most: number): void {
    say("");
    say(title);
    const lines = linesOf(message, namesIn(slack));
    for (const line of lines.slice(0, most)) say(`  │ ${line}`);
    if (lines.length > most)
      say(`  │ … and ${lines.length - most} more ${lines.length - most === 1 ? "line" : "lines"}`);
    const buttons = buttonsOf(message);
    if (buttons.length > 0) say(`  │ ${buttons.map((label) => `[${label}]`).join(" ")}`);
  }

  function follow(started: Started): void {
    let header = "";
    const replies = new Set<string>();
    const look = (): void => {
      const card = cardOf(slack, started);
      if (card === undefined) return;
      if (headerOf(card) !== header) {
        const what = header === "" ? "a new card" : "the card change";
        const most = hasButton(card, "Continue") ? Number.POSITIVE_INFINITY : 4;
        show(`Everybody in #${channel.name} sees ${what}:`, card, most);
        header = headerOf(card);
      }
      for (const reply of slack.workspace.repliesTo(card)) {
        if (replies.has(reply.ts)) continue;
        replies.add(reply.ts);
        show("In the card’s thread:", reply, 5);
      }
    };
    stops.push(slack.onChange(look));
    stops.push(
      aws.calls.onCall((call) => {
        if (!call.write || call.service === "eventbridge") return;
        const { service, operation, about, answer } = inWords(call, names);
        say(`  → AWS gets ${service} ${operation} (${about}) and answers ${answer}`);
      }),
    );
  }

  return {
    say,
    follow,
    close: () => {
      for (const stop of stops) stop();
    },
  };
}
